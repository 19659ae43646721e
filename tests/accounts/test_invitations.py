"""A unit's administrator asks colleagues to join; the role is handed over, and restored by staff when it is lost."""

import re
import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, connections, transaction
from django.test import Client

from haizhi_portal.accounts.actions.administration import hand_over, restore_access
from haizhi_portal.accounts.actions.invitations import (
    accept_invitation,
    accept_with_own_account,
    invite,
    send_again,
    withdraw_invitation,
)
from haizhi_portal.accounts.actions.users import deactivate_user
from haizhi_portal.accounts.invitation_letters import send_invitation_letter, send_what_waits
from haizhi_portal.accounts.invitations import can_handle, can_invite, can_restore, token_of
from haizhi_portal.accounts.models import Invitation, Organisation, User
from haizhi_portal.accounts.queries import visible_invitations
from haizhi_portal.accounts.rules import can_deactivate, can_hand_over, can_manage
from haizhi_portal.accounts.worklist import worklist
from haizhi_portal.audit.models import Entry
from haizhi_portal.notifications.models import Message
from haizhi_portal.policy.verdict import Conflict, RuleViolation
from haizhi_portal.policy.words import Role
from tests import factories as make
from tests.accounts.people import NOW, PASSWORD, acting, colleague, registered, staff

pytestmark = [pytest.mark.django_db, pytest.mark.clause("5.1-guidance")]


def invited(by: User, email: str = "new@example.cn") -> Invitation:
    assert by.organisation is not None
    return invite(actor=acting(by), organisation=by.organisation, email=email)


def stranger(after: timedelta = timedelta()) -> Any:
    return make.acting(None, NOW + after)


def accept(invitation: Invitation, *, after: timedelta = timedelta(), **changes: Any) -> User:
    answers = {"username": "newcomer", "password": PASSWORD, "name": "新同事", "mobile": "", **changes}
    token = answers.pop("token", None) or token_of(Invitation.objects.get(pk=invitation.pk))
    return accept_invitation(actor=stranger(after), invitation=invitation, token=token, **answers)


def restored(unit: Organisation, by: User, email: str = "next@example.cn", reason: str = "原管理员离职") -> Invitation:
    return restore_access(
        actor=acting(by), organisation=unit, email=email, reason=reason, evidence=make.upload("新同意书.pdf")
    )


def unit_of(person: User) -> Organisation:
    assert person.organisation is not None
    return person.organisation


# Who may ------------------------------------------------------------------------------------------------------------


def test_role_by_action() -> None:
    head, stranger_head = registered(), registered(2)
    unit = unit_of(head)
    mate, other_mate = colleague(unit, "mate"), colleague(unit, "other")
    invitation, appointment = invited(head), restored(unit_of(stranger_head), staff(Role.MUNICIPAL, "officer"))
    everybody = {"administrator": head, "colleague": mate, "another unit": registered(3)}
    body = unit.jurisdiction.reviewing_body
    everybody |= {"district": staff(Role.DISTRICT, reviewing_body=body)}
    everybody |= {role: staff(role) for role in (Role.MUNICIPAL, Role.LEADER, Role.EXPERT, Role.ADMIN, Role.AUDITOR)}
    found = {}
    for name, person in everybody.items():
        actor = acting(person)
        found[str(name)] = {
            verb
            for verb, may in {
                "invite": can_invite(actor, unit),
                "handle": can_handle(actor, invitation),
                "see": visible_invitations(person).filter(pk=invitation.pk).exists(),
                "restore": can_restore(actor),
                "handle appointment": can_handle(actor, appointment),
                "see appointment": visible_invitations(person).filter(pk=appointment.pk).exists(),
                "hand over": can_hand_over(actor, other_mate),
                "manage": can_manage(actor, other_mate),
                "close the administrator": can_deactivate(actor, head),
            }.items()
            if may
        }
    staff_may = {"restore", "handle appointment", "see appointment"}
    assert found == {
        "administrator": {"invite", "handle", "see", "hand over", "manage"},
        "colleague": set(),
        "another unit": set(),
        "district": set(),
        "municipal": staff_may,
        "leader": set(),
        "expert": set(),
        "admin": staff_may | {"manage", "close the administrator"},
        "auditor": set(),
    }


# Inviting and joining -----------------------------------------------------------------------------------------------


def test_the_letter_leads_to_an_account_of_ones_own_once() -> None:
    head = registered()
    invitation = invited(head)
    assert send_invitation_letter(public_id=invitation.public_id, now=NOW)
    assert not send_invitation_letter(public_id=invitation.public_id, now=NOW)
    letter = mail.outbox[0]
    assert (letter.to, len(mail.outbox)) == (["new@example.cn"], 1)
    assert f"/accounts/join/{invitation.public_id}/{token_of(invitation)}/" in letter.body
    assert "陈示例邀请您加入滨海示例研究院" in letter.body
    person = accept(invitation)
    assert (person.organisation, person.email, person.administers) == (head.organisation, "new@example.cn", False)
    assert person.check_password(PASSWORD)
    with pytest.raises(RuleViolation, match="已经用过"):
        accept(invitation, username="again")
    rows = Entry.objects.filter(object=f"invitation:{invitation.public_id}").order_by("seq")
    assert [(row.event, row.actor) for row in rows] == [
        ("user.invited", head.public_id),
        ("user.joined", person.public_id),
    ]
    assert "new@example.cn" not in str([row.data for row in rows])
    assert [(row.recipient, row.kind) for row in Message.objects.all()] == [(head, "user.joined")]


@pytest.mark.parametrize(("after", "works"), [(timedelta(days=7, seconds=-1), True), (timedelta(days=7), False)])
def test_an_invitation_lasts_seven_days(after: timedelta, works: bool) -> None:
    invitation = invited(registered())
    if works:
        assert accept(invitation, after=after)
    else:
        with pytest.raises(RuleViolation, match="已过期"):
            accept(invitation, after=after)


@pytest.mark.parametrize(("days", "told"), [(7, False), (8, True)])
def test_the_administrator_is_told_what_expired(days: int, told: bool) -> None:
    head = registered()
    invited(head)
    day = (NOW + timedelta(days=days)).date()
    assert ("邀请已过期" in [item.title for item in worklist(head, day).mine]) is told
    assert "邀请已过期" not in [item.title for item in worklist(colleague(unit_of(head), "mate"), day).mine]


def test_only_what_still_waits_and_expired_before_the_day_began_is_counted() -> None:
    head = registered()
    waits, accepted, withdrawn, midnight = (invited(head, f"{name}@example.cn") for name in "abcd")
    assert waits.state_at(NOW) == Invitation.State.WAITING
    accept(accepted)
    withdraw_invitation(actor=acting(head), invitation=withdrawn)
    later = make.acting(head, make.at("2027-03-16", 0))
    assert send_again(actor=later, invitation=midnight).expires_at == make.at("2027-03-23", 0)

    def counted(day: str) -> list[tuple[str, int]]:
        found = worklist(User.objects.get(pk=head.pk), date.fromisoformat(day)).mine
        return [(item.sentence, item.count) for item in found if item.title == "邀请已过期"]

    words = "份邀请没有在期限内接受，可以重新发送或撤回。"
    assert counted("2027-03-22") == []
    assert counted("2027-03-23") == [(f"2 {words}", 2)]
    assert "邀请已过期" not in str(worklist(User.objects.get(username="newcomer"), date(2027, 3, 23)))


def test_sending_again_gives_new_days_and_makes_the_old_link_worthless() -> None:
    head = registered()
    invitation = invited(head)
    old = token_of(invitation)
    send_invitation_letter(public_id=invitation.public_id, now=NOW)
    later = make.acting(head, NOW + timedelta(days=9))
    again = send_again(actor=later, invitation=invitation)
    assert (again.expires_at, again.letter_sent_at) == (NOW + timedelta(days=16), None)
    assert send_what_waits(now=NOW) == 1
    with pytest.raises(RuleViolation, match="新的邮件替换"):
        accept(invitation, after=timedelta(days=9), token=old)
    assert accept(invitation, after=timedelta(days=9))
    with pytest.raises(RuleViolation, match="不能再办理"):
        send_again(actor=later, invitation=invitation)


def test_one_address_is_not_flooded() -> None:
    head = registered()
    invitation = invited(head)
    for _ in range(4):
        send_again(actor=acting(head), invitation=invitation)
    with pytest.raises(RuleViolation, match="最多发 5 封"):
        send_again(actor=acting(head), invitation=invitation)
    with pytest.raises(Conflict, match="已经邀请过"):
        invited(head, "NEW@example.cn")
    for number in range(19):
        invited(head, f"n{number}@example.cn")
    with pytest.raises(RuleViolation, match="还有 20 份邀请"):
        invited(head, "one-more@example.cn")


def test_a_withdrawn_invitation_opens_nothing_and_the_address_is_free_again() -> None:
    head = registered()
    invitation = invited(head)
    withdraw_invitation(actor=acting(head), invitation=invitation)
    with pytest.raises(RuleViolation, match="已被撤回"):
        accept(invitation)
    assert not send_invitation_letter(public_id=invitation.public_id, now=NOW)
    assert invited(head)


def test_who_is_there_already_is_not_invited() -> None:
    head = registered()
    mate = colleague(unit_of(head), "mate", email="mate@example.cn")
    registered(2, email="other@example.cn")
    for address in ("CHEN@example.cn", " mate@example.cn "):
        with pytest.raises(RuleViolation, match="不必再邀请"):
            invited(head, address)
    User.objects.filter(pk=mate.pk).update(is_active=False)
    assert [invited(head, f" {address} ").email for address in ("other@example.cn", "mate@example.cn")] == [
        "other@example.cn",
        "mate@example.cn",
    ]


def test_the_worker_is_woken_for_every_letter(monkeypatch: Any, django_capture_on_commit_callbacks: Any) -> None:
    woken: list[str] = []
    monkeypatch.setattr("haizhi_portal.accounts.actions.invitations.invitation_letter.delay", woken.append)
    head = registered()
    with django_capture_on_commit_callbacks(execute=True):
        invitation = invited(head)
        assert woken == []
    with django_capture_on_commit_callbacks(execute=True):
        send_again(actor=acting(head), invitation=invitation)
    assert woken == [invitation.public_id] * 2


def test_a_mail_server_that_is_down_loses_no_letter(monkeypatch: Any) -> None:
    invitation = invited(registered())
    monkeypatch.setattr("django.core.mail.EmailMessage.send", lambda *_: (_ for _ in ()).throw(OSError("down")))
    with pytest.raises(OSError, match="down"):
        send_invitation_letter(public_id=invitation.public_id, now=NOW)
    monkeypatch.undo()
    assert send_what_waits(now=NOW) == 1


# Handing over and restoring -----------------------------------------------------------------------------------------


def test_handing_over() -> None:
    head = registered()
    mate = colleague(unit_of(head), "mate")
    hand_over(actor=acting(head), to=mate)
    head.refresh_from_db()
    mate.refresh_from_db()
    assert (head.administers, mate.administers) == (False, True)
    entry = Entry.objects.latest("seq")
    assert (entry.event, entry.data) == (
        "organisation.administrator_changed",
        {"before": head.public_id, "after": mate.public_id},
    )
    with pytest.raises(RuleViolation):
        hand_over(actor=acting(head), to=mate)
    deactivate_user(actor=acting(mate), user=head, reason="离职")
    with pytest.raises(RuleViolation, match="账号启用"):
        hand_over(actor=acting(mate), to=User.objects.get(pk=head.pk))


def test_the_administrator_is_never_closed_from_inside_but_by_staff() -> None:
    head = registered()
    mate = colleague(unit_of(head), "mate")
    with pytest.raises(RuleViolation):
        deactivate_user(actor=acting(mate), user=head, reason="x")
    deactivate_user(actor=acting(staff(Role.ADMIN)), user=head, reason="已离职")
    head.refresh_from_db()
    assert (head.is_active, head.administers) == (False, False)


def test_restoring_a_unit_ends_the_old_and_appoints_the_new(client_for: Any) -> None:
    head = registered()
    unit = unit_of(head)
    mate = colleague(unit, "mate")
    pending = invited(head)
    visitors = [client_for(head), client_for(mate)]
    officer = staff(Role.MUNICIPAL)
    with pytest.raises(RuleViolation, match="理由"):
        restored(unit, officer, reason=" ")
    appointment = restored(unit, officer)
    for visitor in visitors:
        assert visitor.get("/accounts/profile/").status_code == 302
    head.refresh_from_db()
    pending.refresh_from_db()
    assert (head.is_active, head.administers, pending.withdrawn_at) == (False, False, NOW)
    entry = Entry.objects.get(event="organisation.restored")
    assert (entry.reason, entry.actor, entry.organisation) == ("原管理员离职", officer.public_id, unit.credit_code)
    assert entry.data["before"] == head.public_id
    person = accept(appointment)
    person.refresh_from_db()
    assert person.administers
    assert invited(person, "third@example.cn")


def test_a_colleague_takes_over_with_the_account_there_is() -> None:
    head = registered()
    mate = colleague(unit_of(head), "mate")
    appointment = restored(unit_of(head), staff(Role.ADMIN))
    for wrong in (registered(2), staff(Role.MUNICIPAL)):
        with pytest.raises(RuleViolation, match="另开账号"):
            accept_with_own_account(actor=acting(wrong), invitation=appointment, token=token_of(appointment))
    accept_with_own_account(actor=acting(mate), invitation=appointment, token=token_of(appointment))
    mate.refresh_from_db()
    assert mate.administers


def test_nobody_else_s_invitation_is_handled_nor_one_that_is_over() -> None:
    head, officer = registered(), staff(Role.MUNICIPAL)
    mate, open_one, used = colleague(unit_of(head), "mate"), invited(head), invited(head, "used@example.cn")
    accept(used)
    for person, invitation, words in (
        (mate, open_one, "由单位管理员邀请"),
        (registered(2), open_one, "由单位管理员邀请"),
        (officer, open_one, "由单位管理员邀请"),
        (head, used, "不能再办理"),
        (head, restored(unit_of(registered(3)), officer), "由市科协学会部或系统管理员恢复"),
    ):
        for act in (send_again, withdraw_invitation):
            with pytest.raises(RuleViolation, match=words):
                act(actor=acting(person), invitation=invitation)
    with pytest.raises(RuleViolation, match="另开账号"):
        accept_with_own_account(actor=acting(mate), invitation=open_one, token=token_of(open_one))
    appointment = restored(unit_of(head), officer)
    User.objects.filter(pk=mate.pk).update(is_active=False)
    with pytest.raises(RuleViolation, match="另开账号"):
        accept_with_own_account(actor=acting(mate), invitation=appointment, token=token_of(appointment))


@pytest.mark.parametrize("role", [Role.LEADER, Role.AUDITOR, Role.EXPERT, Role.APPLICANT])
def test_nobody_else_restores_a_unit(role: Role) -> None:
    head = registered()
    person = head if role == Role.APPLICANT else staff(role)
    with pytest.raises(RuleViolation, match="由市科协学会部或系统管理员恢复"):
        restored(unit_of(head), person)
    assert User.objects.get(pk=head.pk).is_active


def test_a_second_restoration_takes_the_place_of_the_first() -> None:
    unit, officer = unit_of(registered()), staff(Role.MUNICIPAL)
    first = restored(unit, officer)
    second = restored(unit, officer)
    with pytest.raises(RuleViolation, match="已被撤回"):
        accept(first)
    assert accept(second).administers


def told() -> list[tuple[User, str, str, str, str]]:
    rows = Message.objects.select_related("recipient").order_by("pk")
    return [(each.recipient, each.kind, each.subject, each.body, each.link) for each in rows]


def test_who_is_told_that_somebody_joined_or_took_over() -> None:
    head, officer, keeper = registered(), staff(Role.MUNICIPAL), staff(Role.ADMIN)
    other = registered(2)
    unit = unit_of(head)
    mate = colleague(unit, "mate")
    colleagues, page = "/accounts/colleagues/", f"/accounts/organisations/{unit.public_id}/"
    accept(invited(head))
    joined = f"新同事已加入{unit.name}。"
    assert told() == [(head, "user.joined", "邀请已被接受", joined, colleagues)]
    hand_over(actor=acting(head), to=mate)
    given = f"{head.name}把单位管理员移交给了您，本单位的人员由您邀请和停用。"
    assert told()[1:] == [(mate, "organisation.administrator_changed", "您现在是单位管理员", given, colleagues)]
    accept(restored(unit, officer), username="heir", name="新管理员")
    accept_with_own_account(
        actor=acting(User.objects.get(username="newcomer")),
        invitation=(appointment := restored(unit, keeper, "again@example.cn")),
        token=token_of(appointment),
    )
    assert told()[2:] == [
        (officer, "user.joined", "邀请已被接受", f"新管理员已加入{unit.name}。", page),
        (keeper, "user.joined", "邀请已被接受", joined, page),
    ]
    assert {each.username for each in User.objects.filter(administers=True)} == {"newcomer", other.username}
    assert {each.username for each in User.objects.filter(is_active=False)} == {"mate", "heir"}


def test_without_an_administrator_nobody_is_told_and_the_former_one_is_named_in_the_ledger() -> None:
    head = registered()
    invitation = invited(head)
    deactivate_user(actor=acting(staff(Role.ADMIN)), user=head, reason="离职")
    accept(invitation)
    assert told() == []
    restored(unit_of(head), staff(Role.MUNICIPAL))
    entry = Entry.objects.get(event="organisation.restored")
    assert (entry.data["before"], entry.data["administers"], len(entry.data["sha256"])) == (None, True, 64)


def test_a_restoration_ends_the_sign_ins_of_its_own_unit_alone() -> None:
    head, other = registered(), registered(2)
    mate, pending, foreign = colleague(unit_of(head), "mate"), invited(head), invited(other, "x@example.cn")
    restored(unit_of(head), staff(Role.MUNICIPAL))
    people = {each.pk: each for each in User.objects.all()}
    facts = {each: (people[each.pk].sign_ins_ended, people[each.pk].is_active) for each in (head, mate, other)}
    assert facts == {head: (1, False), mate: (1, True), other: (0, True)}
    assert people[other.pk].administers
    withdrawn = {each: Invitation.objects.get(pk=each.pk).withdrawn_at for each in (pending, foreign)}
    assert withdrawn == {pending: NOW, foreign: None}


def test_what_the_ledger_keeps_of_an_invitation() -> None:
    head = registered()
    first, second = invited(head), invited(head, "b@example.cn")
    send_again(actor=acting(head), invitation=first)
    withdraw_invitation(actor=acting(head), invitation=second)
    rows = Entry.objects.filter(object__startswith="invitation:").order_by("seq")
    assert [(row.event, row.object, row.data) for row in rows] == [
        ("user.invited", f"invitation:{first.public_id}", {"administers": False}),
        ("user.invited", f"invitation:{second.public_id}", {"administers": False}),
        ("user.invitation_resent", f"invitation:{first.public_id}", {"administers": False}),
        ("user.invitation_withdrawn", f"invitation:{second.public_id}", {"administers": False}),
    ]
    assert {(row.clause, row.organisation) for row in rows} == {("5.1-guidance", unit_of(head).credit_code)}
    first.refresh_from_db()
    assert (first.letters, first.letter_sent_at) == (2, None)


# What the database refuses ------------------------------------------------------------------------------------------


def test_two_administrators_are_impossible() -> None:
    head = registered()
    mate = colleague(unit_of(head), "mate")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=mate.pk).update(administers=True)
    for change in ({"administers": True}, {"administers": True, "is_active": False}):
        with pytest.raises(IntegrityError), transaction.atomic():
            User.objects.filter(pk=staff(Role.EXPERT, f"expert{len(change)}").pk).update(**change)


def test_invitations_that_contradict_themselves_are_impossible() -> None:
    head = registered()
    invitation = invited(head)
    for change in (
        {"accepted_at": NOW},
        {"person": head},
        {"accepted_at": NOW, "person": head, "withdrawn_at": NOW},
        {"administers": True},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Invitation.objects.filter(pk=invitation.pk).update(**change)


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_eight_at_once_end_with_one_administrator() -> None:
    """One link opened by four at once, and the role handed to four colleagues at once."""
    head = registered()
    unit = unit_of(head)
    mates = [colleague(unit, f"mate{number}") for number in range(4)]
    invitation = invited(head)
    ready = threading.Barrier(8)
    outcomes: list[str] = []

    def attempt(act: Any, word: str) -> None:
        try:
            ready.wait(timeout=30)
            act()
            outcomes.append(word)
        except RuleViolation:
            outcomes.append("refused")
        finally:
            connections.close_all()

    acts = [(lambda n=number: accept(invitation, username=f"joins{n}"), "joined") for number in range(4)]
    acts += [(lambda to=mate: hand_over(actor=acting(head), to=to), "handed over") for mate in mates]
    threads = [threading.Thread(target=attempt, args=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(outcomes) == ["handed over", "joined", *["refused"] * 6]
    assert User.objects.filter(organisation=unit, administers=True).count() == 1
    assert User.objects.filter(organisation=unit).count() == 6


# Pages --------------------------------------------------------------------------------------------------------------


def link_in(letter: Any) -> str:
    found = re.search(r"/accounts/join/\S+", letter.body)
    assert found is not None
    return found[0]


def test_inviting_and_joining_on_the_pages(
    client_for: Any, client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    visitor = client_for(registered())
    assert visitor.post("/accounts/colleagues/new/", {"email": "nonsense"}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        assert visitor.post("/accounts/colleagues/new/", {"email": "new@example.cn"}).status_code == 302
    send_what_waits(now=NOW)
    assert visitor.post("/accounts/colleagues/new/", {"email": "new@example.cn"}).status_code == 409
    listed = visitor.get("/accounts/colleagues/").content.decode()
    assert "new@example.cn" in listed
    link = link_in(mail.outbox[-1])
    assert visitor.get(link).context["own"] is False
    assert client.get(link).status_code == 200
    answers = {"name": "新同事", "mobile": "", "username": "CHENMING", "password": PASSWORD, "password_again": PASSWORD}
    assert client.post(link, answers).status_code == 409
    assert client.post(link, {**answers, "password_again": "x"}).status_code == 422
    assert client.post(link, {**answers, "username": "newcomer"})["Location"] == "/home/"
    assert client.get("/accounts/profile/").status_code == 200
    assert Client().get(link).status_code == 410
    assert client.get("/accounts/colleagues/new/").status_code == 200
    assert "同事由单位管理员邀请" in client.get("/accounts/colleagues/new/").content.decode()
    assert client.post("/accounts/colleagues/new/", {"email": "x@example.cn"}).status_code == 422


@pytest.mark.parametrize("token", ["x", "0" * 64, "%00", "长"])
def test_a_link_that_is_not_whole_says_so(client: Client, token: str) -> None:
    invitation = invited(registered())
    assert client.get(f"/accounts/join/{invitation.public_id}/{token}/").status_code in {404, 410}
    assert client.get(f"/accounts/join/AAAAAAAAAAAA/{token_of(invitation)}/").status_code == 410


def test_handling_invitations_on_the_page(client_for: Any) -> None:
    head, other = registered(), registered(2)
    invitation = invited(head)
    address = f"/accounts/invitations/{invitation.public_id}/"
    assert client_for(other).post(address, {"act": "withdraw"}).status_code == 404
    assert client_for(colleague(unit_of(head), "mate")).post(address, {"act": "withdraw"}).status_code == 404
    assert client_for(head).post(address, {"act": "nonsense"}).status_code == 404
    assert client_for(head).post(address, {"act": "resend"}).status_code == 302
    assert client_for(head).post(address, {"act": "withdraw"}).status_code == 302
    invitation.refresh_from_db()
    assert invitation.withdrawn_at is not None
    assert client_for(head).post(address, {"act": "withdraw"}, follow=True).status_code == 200


def test_the_role_is_handed_over_on_the_colleagues_page(client_for: Any) -> None:
    head = registered()
    mate = colleague(unit_of(head), "mate")
    address = f"/accounts/users/{mate.public_id}/"
    assert "移交给此人" in client_for(head).get(address).content.decode()
    assert client_for(head).post(address, {"act": "hand_over"}).status_code == 302
    assert client_for(head).post(address, {"act": "hand_over"}).status_code == 422
    assert "移交给此人" not in client_for(head).get(address).content.decode()


def test_staff_restore_a_unit_on_its_page(client_for: Any) -> None:
    head = registered()
    unit = unit_of(head)
    page = f"/accounts/organisations/{unit.public_id}/"
    office, leader = client_for(staff(Role.MUNICIPAL)), client_for(staff(Role.LEADER))
    whole = {"email": "next@example.cn", "reason": "原管理员离职", "file": make.upload("新同意书.pdf")}
    assert "恢复管理权限" not in leader.get(page).content.decode()
    assert leader.post(f"{page}restore/", whole).status_code == 403
    assert office.post(f"{page}restore/", {**whole, "file": ""}).status_code == 422
    refused = office.post(f"{page}restore/", {**whole, "file": make.upload("同意书.pdf", b"no pdf")})
    assert refused.status_code == 422
    assert User.objects.get(pk=head.pk).is_active
    assert office.post(f"{page}restore/", {**whole, "file": make.upload("新同意书.pdf")}).status_code == 302
    shown = office.get(page).content.decode()
    assert "next@example.cn" in shown
    invitation = Invitation.objects.get(administers=True)
    assert invitation.evidence is not None
    evidence = f"/accounts/restorations/{invitation.evidence.public_id}/"
    assert office.get(evidence).status_code == 200
    assert leader.get(evidence).status_code == 403
    assert client_for(colleague(unit, "mate")).get(evidence).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_open_invitations_take_the_same_queries_whatever_their_number(
    client_for: Any, django_assert_num_queries: Any, rows: int
) -> None:
    head = registered()
    for number in range(rows):
        invited(head, f"n{number}@example.cn")
    visitor = client_for(head)
    with django_assert_num_queries(10):
        assert len(visitor.get("/accounts/colleagues/").context["invited"]) == rows


@pytest.mark.parametrize(
    ("who", "administers", "own"), [("mate", True, True), ("mate", False, False), ("other", True, False)]
)
def test_a_link_opened_while_signed_in_says_whether_this_account_can_take_it(
    client_for: Any, who: str, administers: bool, own: bool
) -> None:
    head, other = registered(), registered(2)
    unit = unit_of(head)
    person = colleague(unit, "mate") if who == "mate" else other
    invitation = restored(unit, staff(Role.MUNICIPAL)) if administers else invited(head)
    link = f"/accounts/join/{invitation.public_id}/{token_of(invitation)}/"
    person.refresh_from_db()
    visitor = client_for(person)
    page = visitor.get(link)
    assert (page.status_code, page.context["own"], page.context["violation"]) == (200, own, None)
    assert visitor.post(link).status_code == (302 if own else 422)


def test_the_office_is_told_of_each_unit_that_nobody_came_to_look_after() -> None:
    """Each expired invitation that restores a unit is a line of the office and the administrator; no others' are."""
    units = [unit_of(registered(number)) for number in (1, 2, 3)]
    invited(User.objects.get(username="person3"))
    office, admin = make.user(Role.MUNICIPAL), make.user(Role.ADMIN)
    for hour, owner in ((11, units[0]), (9, units[1]), (10, units[2])):
        restore_access(
            actor=make.acting(office, make.at("2027-03-15", hour)),
            organisation=owner,
            email=f"{hour}@example.cn",
            reason="离职",
            evidence=make.upload(),
        )
    withdraw_invitation(actor=make.acting(office, NOW), invitation=Invitation.objects.get(email="10@example.cn"))

    def told(person: User, day: str) -> list[tuple[str, str, str]]:
        found = worklist(person, date.fromisoformat(day)).mine
        return [(item.title, item.sentence, item.url) for item in found]

    expected = [
        (
            "恢复管理权限的邀请已过期",
            f"{owner.name}没有人接受邀请，可以重新发送或撤回。",
            f"/accounts/organisations/{owner.public_id}/",
        )
        for owner in (units[1], units[0])
    ]
    for person in (office, admin):
        assert told(person, "2027-03-22") == []
        assert told(person, "2027-03-23") == expected
    for role in (Role.LEADER, Role.AUDITOR):
        assert told(make.user(role), "2027-03-23") == []
