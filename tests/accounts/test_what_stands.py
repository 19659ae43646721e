"""What stands on the pages of people, units and signing in, line by line, for each reader at each stage.

The lines are kept in `pages/`; `tests/plugins/outline.py` says how they are read and written anew.
"""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.urls import reverse

from haizhi_portal.accounts.actions import second_factor as acts
from haizhi_portal.accounts.actions.administration import restore_access
from haizhi_portal.accounts.actions.consent import confirm_letter, return_letter, upload_letter
from haizhi_portal.accounts.actions.delegation import delegate_work, withdraw_delegation
from haizhi_portal.accounts.actions.invitations import accept_invitation, invite, withdraw_invitation
from haizhi_portal.accounts.actions.users import deactivate_user
from haizhi_portal.accounts.invitation_letters import send_invitation_letter
from haizhi_portal.accounts.invitations import token_of
from haizhi_portal.accounts.models import ConsentLetter, Delegation, Invitation, Organisation, RecoveryCode, User
from haizhi_portal.accounts.views import second_factor as second_factor_views
from haizhi_portal.policy.words import Role
from tests import factories as make
from tests.accounts.people import PASSWORD, credit_code
from tests.accounts.test_second_factor import SECRET, code_at
from tests.applications_pages.kit import on, signed_in
from tests.plugins.outline import assert_answer, assert_each_reads
from tests.plugins.pages import StrictClient

pytestmark = [pytest.mark.django_db, pytest.mark.clause("3.1-applicant", "5.1-guidance", "4.1-via-district")]
PAGES = Path(__file__).parent / "pages"
DAY = "2027-03-15"
OFFICE = Role.MUNICIPAL


@pytest.fixture(autouse=True)
def _that_day() -> Iterator[None]:
    with on(DAY):
        yield


def unit() -> Organisation:
    return make.organisation(confirmed=False)


def head(owner: Organisation) -> User:
    return User.objects.get(organisation=owner, administers=True)


def mate(owner: Organisation, number: int = 2) -> User:
    return make.user(Role.APPLICANT, organisation=owner, number=number)


def office(day: str = DAY) -> make.Actor:
    return make.acting(make.user(OFFICE), day)


def readers_of(owner: Organisation, *roles: Role) -> dict[str, StrictClient]:
    """The unit's first person and a colleague, its district and another one, and one of each role named."""
    people = {
        "unit": make.applicant_of(owner),
        "colleague": mate(owner),
        "district": make.district("210211"),
        "elsewhere": make.district("210202"),
        **{str(role): make.user(role) for role in roles},
    }
    return {who: signed_in(person) for who, person in people.items() if person.is_active}


def trail(client: StrictClient, address: str) -> str:
    """Where the page says it is: the way back from it."""
    return str(client.get(address).text.partition('class="breadcrumb"')[2].partition("</ol>")[0])


# Units and their letters --------------------------------------------------------------------------------------------


def letter(owner: Organisation, day: str = "2027-03-10") -> ConsentLetter:
    actor = make.acting(head(owner), day)
    return upload_letter(actor=actor, organisation=owner, upload=make.upload("同意书.pdf"))


def returned(owner: Organisation) -> None:
    return_letter(actor=office("2027-03-11"), letter=letter(owner), reason="缺公章")


def confirmed(owner: Organisation) -> None:
    returned(owner)
    confirm_letter(actor=office("2027-03-13"), letter=letter(owner, "2027-03-12"))


def restored(owner: Organisation, day: str = "2027-03-14", email: str = "next@example.cn") -> Invitation:
    return restore_access(
        actor=office(day), organisation=owner, email=email, reason="原管理员离职", evidence=make.upload("证明.pdf")
    )


def restored_again_and_again(owner: Organisation) -> None:
    first = restored(owner, "2027-02-01", "one@example.cn")
    accept_invitation(
        actor=make.acting(None, "2027-02-02"),
        invitation=first,
        token=token_of(first),
        username="newcomer",
        password=PASSWORD,
        name="新同事",
        mobile="",
    )
    restored(owner, "2027-03-01", "two@example.cn")
    restored(owner, "2027-03-02", "three@example.cn")


STAGES: dict[str, Callable[[Organisation], object]] = {
    "registered": lambda owner: None,
    "uploaded": letter,
    "returned": returned,
    "confirmed": confirmed,
    "restored": restored,
    "restored_again_and_again": restored_again_and_again,
}


@pytest.mark.parametrize("stage", STAGES)
def test_a_unit(stage: str) -> None:
    owner = unit()
    STAGES[stage](owner)
    roles = (
        (OFFICE, Role.LEADER, Role.AUDITOR, Role.ADMIN, Role.EXPERT) if stage == "uploaded" else (OFFICE, Role.ADMIN)
    )
    readers = readers_of(owner, *roles)
    assert_each_reads(readers, reverse("accounts:organisation", args=[owner.public_id]), PAGES / f"unit-{stage}")
    assert_each_reads(readers, reverse("accounts:own_organisation"), PAGES / f"own_unit-{stage}")


def test_all_units() -> None:
    readers = readers_of(unit(), OFFICE)
    for act in (letter, returned, confirmed):
        act(unit())
    address = reverse("accounts:organisations")
    assert_each_reads(readers, address, PAGES / "units")
    assert_each_reads({"not_found": readers[OFFICE]}, f"{address}?q=nothing", PAGES / "units")


def test_the_letter_to_be_printed() -> None:
    owner, orphan = unit(), unit()
    restored(orphan)
    address = reverse("accounts:letter_template")
    assert_each_reads({"unit": signed_in(head(owner)), "orphan": signed_in(mate(orphan))}, address, PAGES / "letter")


def test_what_is_refused_on_the_pages_of_a_unit() -> None:
    owner = unit()
    waiting = letter(owner)
    officer, own = signed_in(make.user(OFFICE)), signed_in(head(owner))
    decide = reverse("accounts:letter_decide", args=[waiting.file.public_id])
    restore = reverse("accounts:restore", args=[owner.public_id])
    typed = {"email": "next@example.cn", "reason": "原管理员离职"}
    for name, client, address, sent in (
        ("return-without-reason", officer, decide, {"act": "return", "reason": ""}),
        ("restore-without-evidence", officer, restore, typed),
        ("restore-no-pdf", officer, restore, {**typed, "file": make.upload("证明.pdf", b"no pdf")}),
        ("upload-nothing", own, reverse("accounts:own_organisation"), {}),
        ("upload-no-pdf", own, reverse("accounts:own_organisation"), {"file": make.upload("同意书.pdf", b"no pdf")}),
    ):
        assert_answer(client.post(address, sent), 422, PAGES / f"refused-{name}.txt")
    confirm_letter(actor=office(), letter=waiting)
    again = officer.post(decide, {"act": "return", "reason": "字迹不清"})
    assert_answer(again, 409, PAGES / "refused-return-decided.txt")


# The people of a unit -----------------------------------------------------------------------------------------------


def team() -> Organisation:
    owner = unit()
    actor = make.acting(head(owner), "2027-03-14")
    deactivate_user(actor=actor, user=mate(owner, 3), reason="离职")
    invite(actor=make.acting(head(owner), "2027-03-01"), organisation=owner, email="late@example.cn")
    sent = invite(actor=actor, organisation=owner, email="sent@example.cn")
    send_invitation_letter(public_id=sent.public_id, now=make.at(DAY))
    invite(actor=actor, organisation=owner, email="waiting@example.cn")
    User.objects.filter(pk=mate(owner, 4).pk).update(email="", mobile="13911112222")
    return owner


def test_the_people_of_a_unit() -> None:
    alone, owner = unit(), team()
    address, new = reverse("accounts:colleagues"), reverse("accounts:colleague_new")
    assert_each_reads({"alone": signed_in(head(alone))}, address, PAGES / "colleagues")
    readers = {"head": signed_in(head(owner)), "mate": signed_in(mate(owner))}
    assert_each_reads(readers, address, PAGES / "colleagues")
    assert_each_reads(readers, new, PAGES / "colleague_new")
    for name, email, status in (("nonsense", "nonsense", 422), ("again", "waiting@example.cn", 409)):
        assert_answer(readers["head"].post(new, {"email": email}), status, PAGES / f"colleague_new-{name}.txt")


def test_an_invitation() -> None:
    owner, other = unit(), unit()
    own = invite(actor=make.acting(head(owner), DAY), organisation=owner, email="new@example.cn")
    appointment = restored(other)

    def link(of: Invitation, token: str = "") -> str:
        return reverse("accounts:join", args=[of.public_id, token or token_of(of)])

    visitor = StrictClient()
    readers = {"visitor": visitor, "other": signed_in(head(owner)), "own": signed_in(mate(other))}
    assert_each_reads(readers, link(own), PAGES / "join-colleague")
    assert_each_reads(readers, link(appointment), PAGES / "join-administrator")
    typed = {"name": "新同事", "mobile": "1", "username": "新", "password": "short", "password_again": "other"}
    assert_answer(visitor.post(link(own), typed), 422, PAGES / "join-refused.txt")
    taken = {**typed, "mobile": "", "username": head(owner).username, "password": PASSWORD, "password_again": PASSWORD}
    assert_answer(visitor.post(link(own), taken), 409, PAGES / "join-taken.txt")
    refused = readers["other"].post(link(appointment), {"act": "accept"})
    assert_answer(refused, 422, PAGES / "join-refused-other.txt")
    assert_answer(visitor.get(link(own, "x")), 410, PAGES / "join-incomplete.txt")
    with on("2027-03-23"):
        assert_answer(visitor.get(link(own)), 410, PAGES / "join-expired.txt")
    withdraw_invitation(actor=make.acting(head(owner), DAY), invitation=own)
    assert_answer(visitor.get(link(own)), 410, PAGES / "join-withdrawn.txt")
    readers["own"].post(link(appointment), {"act": "accept"})
    assert_answer(visitor.get(link(appointment)), 410, PAGES / "join-accepted.txt")


# Accounts -----------------------------------------------------------------------------------------------------------


def enrolled(person: User) -> User:
    acts.enrol(actor=make.acting(person, DAY), secret=SECRET, code=code_at(make.at(DAY)), at=make.at(DAY))
    return person


def test_accounts() -> None:
    owner = unit()
    closed = mate(owner, 3)
    deactivate_user(actor=make.acting(head(owner), DAY), user=closed, reason="离职")
    User.objects.filter(pk=mate(owner, 4).pk).update(email="", mobile="13911112222", date_joined=None)
    demo = make.user(Role.LEADER)
    User.objects.filter(pk=demo.pk).update(is_demo=True)
    admin = make.user(Role.ADMIN)
    readers = {"admin": signed_in(admin), "head": signed_in(head(owner)), "mate": signed_in(mate(owner))}
    for _attempt in range(5):
        StrictClient().post(reverse("accounts:login"), {"username": mate(owner).username, "password": "wrong"})
    people = {
        "head": head(owner),
        "locked": mate(owner),
        "closed": closed,
        "without_mail": mate(owner, 4),
        "demo": demo,
        "enrolled": enrolled(make.user(OFFICE)),
        "district": make.district("210211"),
        "last_admin": admin,
    }
    for name, person in people.items():
        met = readers if name in ("head", "closed", "demo") else {who: readers[who] for who in ("admin", "head")}
        assert_each_reads(met, reverse("accounts:user", args=[person.public_id]), PAGES / f"account-{name}")
    of_closed = reverse("accounts:user", args=[closed.public_id])
    listed, colleagues = reverse("accounts:users"), reverse("accounts:colleagues")
    for who, led in (("admin", [True, False]), ("mate", [False, True])):
        assert [f'"{back}"' in trail(readers[who], of_closed) for back in (listed, colleagues)] == led
    assert_each_reads(readers, listed, PAGES / "accounts")
    assert_each_reads({"admin": readers["admin"]}, f"{listed}?q=nothing", PAGES / "accounts-found")
    assert_each_reads(readers, reverse("accounts:user_new"), PAGES / "account_new")


def test_what_is_refused_on_the_page_of_an_account() -> None:
    owner = unit()
    admin, colleague = signed_in(make.user(Role.ADMIN)), mate(owner)
    page = reverse("accounts:user", args=[colleague.public_id])
    enrolled(colleague)
    for name, sent in {
        "deactivate": {"reason": ""},
        "password": {"password": "short", "password_again": "other"},
        "second_factor": {"reason": ""},
        "hand_over": {},
    }.items():
        assert_answer(admin.post(page, {"act": name, **sent}), 422, PAGES / f"account-refused-{name}.txt")
    deactivate_user(actor=make.acting(make.user(Role.ADMIN), DAY), user=colleague, reason="离职")
    for name, reason in (("reactivate", ""), ("deactivate", "再停一次")):
        answer = admin.post(page, {"act": name, "reason": reason})
        assert_answer(answer, 422, PAGES / f"account-closed-refused-{name}.txt")
    typed = {"name": "李示例", "username": "li", "email": "x", "mobile": "1", "role": "district", "credit_code": "9121"}
    assert_answer(admin.post(reverse("accounts:user_new"), typed), 422, PAGES / "account_new-refused.txt")


def test_ones_own_particulars() -> None:
    owner = unit()
    people = {"unit": head(owner), "district": make.district("210211"), "demo": make.user(Role.EXPERT)}
    User.objects.filter(pk=people["demo"].pk).update(is_demo=True)
    readers = {who: signed_in(person) for who, person in people.items()}
    assert_each_reads(readers, reverse("accounts:profile"), PAGES / "profile")
    typed = {"name": "", "email": "x", "mobile": "123"}
    assert_answer(readers["unit"].post(reverse("accounts:profile"), typed), 422, PAGES / "profile-refused.txt")
    change = reverse("accounts:password_change")
    assert_each_reads({"unit": readers["unit"]}, change, PAGES / "password")
    new = {"old_password": "x", "new_password1": "short", "new_password2": "other"}
    assert_answer(readers["unit"].post(change, new), 422, PAGES / "password-refused.txt")
    whole = {"old_password": "a-test-pass-phrase", "new_password1": PASSWORD, "new_password2": PASSWORD}
    assert_answer(readers["demo"].post(change, whole), 422, PAGES / "password-demo.txt")


# Signing in ---------------------------------------------------------------------------------------------------------

LOGIN = "/accounts/login/"
RESUME = "/accounts/resume/"


def test_signing_in() -> None:
    owner, visitor = unit(), StrictClient()
    readers = {"visitor": visitor}
    assert_each_reads(readers, LOGIN, PAGES / "login-no_demo")
    for person in (make.user(Role.EXPERT), head(owner), make.district("210211")):
        User.objects.filter(pk=person.pk).update(is_demo=True)
    assert_each_reads(readers, f"{LOGIN}?next=/inbox/", PAGES / "login-demo")
    assert 'name="next" value="/inbox/"' in visitor.get(f"{LOGIN}?next=/inbox/").text
    wrong = {"username": "nobody", "password": "wrong"}
    assert_answer(visitor.post(LOGIN, wrong | {"next": "/inbox/"}), 422, PAGES / "login-refused.txt")
    for _attempt in range(4):
        locked = visitor.post(LOGIN, wrong)
    assert_answer(locked, 429, PAGES / "login-locked.txt")
    assert_each_reads({"again": signed_in(make.user(OFFICE))}, "/accounts/login/again/", PAGES / "login")


def test_a_session_that_ran_out() -> None:
    owner, visitor = unit(), StrictClient()
    sent = {"name": "陈新名", "email": "", "mobile": ""}
    profile = reverse("accounts:profile")
    assert_answer(visitor.post(profile, sent), 403, PAGES / "resume.txt")
    with_files = visitor.post(profile, {**sent, "file": [make.upload("甲.pdf"), make.upload("乙.pdf")]})
    assert_answer(with_files, 403, PAGES / "resume-files.txt")
    carried = {name: str(with_files.context["form"][name].value()) for name in ("carried", "next")}
    answers = {**carried, "username": head(owner).username, "password": "wrong"}
    assert_answer(visitor.post(RESUME, answers), 422, PAGES / "resume-refused.txt")
    assert_answer(
        visitor.post(RESUME, {**answers, "password": "a-test-pass-phrase"}), 200, PAGES / "resume-sent_on.txt"
    )


def test_a_forgotten_password() -> None:
    person, visitor = head(unit()), StrictClient()
    asked, sent = reverse("accounts:password_reset"), reverse("accounts:password_reset_done")
    link = reverse(
        "accounts:password_reset_confirm", args=[person.public_id, default_token_generator.make_token(person)]
    )
    assert_each_reads({"asked": visitor}, asked, PAGES / "reset")
    assert_answer(visitor.post(asked, {"email": "nonsense"}), 422, PAGES / "reset-refused.txt")
    assert_each_reads({"sent": visitor}, sent, PAGES / "reset")
    form = visitor.get(link)["Location"]
    assert_each_reads({"chosen": visitor}, form, PAGES / "reset")
    new = {"new_password1": "short", "new_password2": "other"}
    assert_answer(visitor.post(form, new), 422, PAGES / "reset-chosen-refused.txt")
    assert_each_reads({"over": StrictClient()}, form, PAGES / "reset")


def test_the_second_step(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_factor_views, "new_secret", lambda: SECRET)
    monkeypatch.setattr(acts, "new_recovery_codes", lambda: [f"AAAAA-BBBB{number}" for number in range(10)])
    settings.SECOND_FACTOR_REQUIRED = True
    step, enrolling = reverse("accounts:second_factor"), reverse("accounts:second_factor_enrol")
    security, act = reverse("accounts:security"), reverse("accounts:security_act")
    officer, expert = signed_in(make.user(OFFICE)), signed_in(make.expert())
    assert [security in trail(client, enrolling) for client in (officer, expert)] == [False, True]
    assert_each_reads({"must": officer, "may": expert}, enrolling, PAGES / "enrol")
    assert_answer(officer.post(enrolling, {"password": "x", "code": "1"}), 422, PAGES / "enrol-refused.txt")
    assert_each_reads({"without": expert}, security, PAGES / "security")
    right = {"password": "a-test-pass-phrase", "code": code_at(make.at(DAY))}
    assert "/accounts/second-factor/on/?next=/inbox/" in officer.post(enrolling, right | {"next": "/inbox/"}).text
    codes = expert.post(enrolling, right)
    assert 'href="/accounts/second-factor/on/"' in codes.text
    User.objects.filter(pk=make.expert().pk).update(last_login=make.at("2027-03-14"))
    assert_answer(codes, 200, PAGES / "recovery_codes.txt")
    assert_each_reads({"must": officer, "may": expert}, security, PAGES / "security")
    RecoveryCode.objects.filter(pk__in=RecoveryCode.objects.filter(user=make.expert()).values("pk")[:8]).update(
        used_at=make.at(DAY)
    )
    assert_each_reads({"few_codes": expert}, security, PAGES / "security")
    for name in ("renew", "remove"):
        refused = expert.post(act, {"act": name, "password": "x", "code": ""})
        assert_answer(refused, 422, PAGES / f"security-refused-{name}.txt")
    half = signed_in(make.user(OFFICE))
    assert_each_reads({"asked": half}, step, PAGES / "second_step")
    assert_answer(half.post(step, {"code": "000000"}), 422, PAGES / "second_step-refused.txt")
    assert_each_reads({"enrolled": officer}, reverse("accounts:profile"), PAGES / "profile")


# Registering --------------------------------------------------------------------------------------------------------


def test_registering() -> None:
    visitor, address = StrictClient(), reverse("accounts:register")
    assert_each_reads({"empty": visitor}, address, PAGES / "register")
    unit_facts = {"kind": "institute", "level": "none", "in_dalian": "yes", "is_branch": "no"}
    check = {**unit_facts, "jurisdiction": "210211", "check": "1"}
    assert_answer(visitor.post(address, check), 200, PAGES / "register-may.txt")
    assert_answer(visitor.post(address, check | {"is_branch": "yes"}), 422, PAGES / "register-may_not.txt")
    assert_answer(visitor.post(address, check | {"kind": ""}), 422, PAGES / "register-unfinished.txt")
    typed = {
        **unit_facts,
        "jurisdiction": "210211",
        "credit_code": credit_code(),
        "name": "滨海示例研究院",
        "legal_representative": "示例法人",
        "address": "示例路 1 号",
        "person_name": "陈示例",
        "mobile": "1",
        "email": "chen@example.cn",
        "username": "chenming",
        "password": "short",
        "password_again": "other",
    }
    assert_answer(visitor.post(address, typed), 422, PAGES / "register-refused.txt")


# Places -------------------------------------------------------------------------------------------------------------


def test_places() -> None:
    readers = {str(role): signed_in(make.user(role)) for role in (OFFICE, Role.LEADER, Role.ADMIN, Role.AUDITOR)}
    one, new = reverse("accounts:place", args=["gaoxin"]), reverse("accounts:body_new")
    assert_each_reads(readers, reverse("accounts:places"), PAGES / "places")
    assert_each_reads(readers, one, PAGES / "place")
    assert_each_reads(readers, new, PAGES / "body_new")
    officer = readers[OFFICE]
    same = User.objects.get(pk=make.district("gaoxin").pk).reviewing_body
    assert same is not None
    taken = {"name": "甘井子区科协", "kind": same.kind, "telephone": ""}
    for name, address, sent, status in (
        ("place-unchanged", one, {"act": "choose", "reviewing_body": same.pk, "reason": "机构调整"}, 409),
        ("place-without_reason", one, {"act": "change", **taken, "reason": ""}, 422),
        ("place-taken", one, {"act": "change", **taken, "reason": "更名"}, 409),
        ("body_new-without_reason", new, {**taken, "reason": ""}, 422),
    ):
        assert_answer(officer.post(address, sent), status, PAGES / f"{name}.txt")


# Standing in --------------------------------------------------------------------------------------------------------


def staff(number: int = 1) -> User:
    return make.user(Role.DISTRICT, place="210211", number=number)


def away(absent: int, delegate: int, first: str, last: str, made: str = "2027-01-04") -> Delegation:
    return delegate_work(
        actor=make.acting(staff(absent), made),
        delegate=staff(delegate),
        starts_on=date.fromisoformat(first),
        ends_on=date.fromisoformat(last),
    )


def test_standing_in() -> None:
    address = reverse("accounts:delegations")
    assert_each_reads({"without_colleagues": signed_in(staff())}, address, PAGES / "delegations")
    readers = {"absent": signed_in(staff(1)), "delegate": signed_in(staff(2)), "neither": signed_in(staff(3))}
    ended = away(1, 2, "2027-02-01", "2027-02-20")
    withdraw_delegation(actor=make.acting(staff(2), "2027-02-10"), delegation=ended)
    away(1, 2, "2027-01-05", "2027-01-10")
    away(1, 2, "2027-03-10", DAY)
    ahead = away(1, 2, "2027-04-10", "2027-04-20")
    assert_each_reads(readers, address, PAGES / "delegations")
    days = {"delegate": staff(2).public_id, "starts_on": "2027-05-10", "ends_on": "2027-05-20"}
    for name, changes in {
        "nobody": {"delegate": ""},
        "yesterday": {"starts_on": "2027-03-14"},
        "overlapping": {"starts_on": "2027-04-20"},
        "backwards": {"ends_on": "2027-05-09"},
    }.items():
        assert_answer(readers["absent"].post(address, days | changes), 422, PAGES / f"delegations-refused-{name}.txt")
    chain = {**days, "delegate": staff(3).public_id, "starts_on": "2027-04-01"}
    assert_answer(readers["delegate"].post(address, chain), 422, PAGES / "delegations-refused-chain.txt")
    assert_answer(readers["absent"].post(address, days), 200, PAGES / "delegations-asked.txt")
    ending = reverse("accounts:delegation_withdraw", args=[ahead.public_id])
    assert_answer(readers["absent"].post(ending), 200, PAGES / "delegations-ending.txt")
