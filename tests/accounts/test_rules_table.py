"""Who may do what with accounts, each condition by itself: tables over people who are not even in the database."""

from typing import Any

import pytest

from haizhi_portal.accounts import rules
from haizhi_portal.accounts.actions.administration import restore_access
from haizhi_portal.accounts.actions.consent import upload_letter
from haizhi_portal.accounts.actions.users import deactivate_user
from haizhi_portal.accounts.consent import last_letter
from haizhi_portal.accounts.invitations import can_handle
from haizhi_portal.accounts.models import Invitation, Organisation, ReviewingBody, User
from haizhi_portal.accounts.queries import (
    leaders,
    municipal_staff,
    organisations_with_letters,
    people_of,
    staff_of,
    visible_invitations,
)
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.words import Role
from tests import factories as make
from tests.accounts.people import SYSTEM, acting, colleague, place, registered, staff

pytestmark = pytest.mark.clause("5.1-guidance")

UNIT, OTHER, BODY = Organisation(pk=1), Organisation(pk=2), ReviewingBody(pk=1)
HEAD = User(pk=1, role=Role.APPLICANT, organisation=UNIT, administers=True)
MATE = User(pk=2, role=Role.APPLICANT, organisation=UNIT)
STRANGER = User(pk=3, role=Role.APPLICANT, organisation=OTHER, administers=True)
OFFICER, KEEPER = User(pk=4, role=Role.MUNICIPAL), User(pk=5, role=Role.ADMIN)
# Rows no constraint would let in, so that each condition is asked by itself.
ODD = User(pk=6, role=Role.EXPERT, organisation=UNIT, administers=True)


@pytest.mark.parametrize(
    ("user", "role", "unit", "colleague", "head"),
    [
        (HEAD, Role.APPLICANT, UNIT, True, True),
        (MATE, Role.APPLICANT, UNIT, True, False),
        (STRANGER, Role.APPLICANT, UNIT, False, False),
        (HEAD, Role.APPLICANT, None, False, False),
        (ODD, Role.EXPERT, UNIT, False, False),
        (KEEPER, Role.ADMIN, UNIT, False, False),
        (None, Role.APPLICANT, UNIT, False, False),
        (None, Role.SYSTEM, None, False, False),
    ],
)
def test_a_colleague_and_the_one_who_administers(
    user: User | None, role: Role, unit: Organisation | None, colleague: bool, head: bool
) -> None:
    actor = Actor(user=user, role=role, now=make.at("2027-03-15"))
    assert (rules.is_colleague(actor, unit), rules.administers(actor, unit)) == (colleague, head)


@pytest.mark.parametrize(
    ("role", "unit", "body", "words"),
    [
        (Role.APPLICANT, UNIT, None, ""),
        (Role.APPLICANT, None, None, "须指明所属单位"),
        (Role.APPLICANT, UNIT, BODY, "须指明审核单位"),
        (Role.DISTRICT, None, BODY, ""),
        (Role.DISTRICT, None, None, "须指明审核单位"),
        (Role.DISTRICT, UNIT, BODY, "须指明所属单位"),
        (Role.EXPERT, None, None, ""),
        (Role.EXPERT, UNIT, None, "须指明所属单位"),
        (Role.EXPERT, None, BODY, "须指明审核单位"),
    ],
)
def test_a_role_has_its_place(role: Role, unit: Any, body: Any, words: str) -> None:
    verdict = rules.place_of(role, unit, body)
    assert bool(verdict) is not bool(words)
    assert words in verdict.reason


@pytest.mark.parametrize(
    ("actor", "user", "words"),
    [
        (HEAD, MATE, ""),
        (KEEPER, MATE, ""),
        (KEEPER, HEAD, ""),
        (None, HEAD, ""),
        (HEAD, HEAD, "不能停用或重置自己的账号"),
        (MATE, HEAD, "账号由系统管理员管理"),
        (MATE, MATE, "账号由系统管理员管理"),
        (HEAD, STRANGER, "账号由系统管理员管理"),
        (OFFICER, MATE, "账号由系统管理员管理"),
    ],
)
def test_who_manages_an_account(actor: User | None, user: User, words: str) -> None:
    verdict = rules.can_manage(SYSTEM if actor is None else acting(actor), user)
    assert bool(verdict) is not bool(words)
    assert words in verdict.reason


@pytest.mark.parametrize(
    ("actor", "user", "words"),
    [
        (KEEPER, User(pk=7, role=Role.EXPERT), ""),
        (KEEPER, User(pk=7, role=Role.EXPERT, is_active=False), "这个账号已经停用。"),
        (KEEPER, HEAD, ""),
        (HEAD, MATE, ""),
        (HEAD, User(pk=7, role=Role.APPLICANT, organisation=UNIT, administers=True), "单位管理员不能停用"),
    ],
)
def test_who_closes_an_account(actor: User, user: User, words: str) -> None:
    verdict = rules.can_deactivate(acting(actor), user)
    assert bool(verdict) is not bool(words)
    assert words in verdict.reason


@pytest.mark.parametrize(
    ("actor", "to", "words"),
    [
        (HEAD, MATE, ""),
        (HEAD, HEAD, "请选本单位另一位账号启用的人。"),
        (HEAD, User(pk=7, role=Role.APPLICANT, organisation=UNIT, is_active=False), "请选本单位另一位账号启用的人。"),
        (HEAD, STRANGER, "只能由现任管理员移交"),
        (MATE, MATE, "只能由现任管理员移交"),
        (KEEPER, MATE, "只能由现任管理员移交"),
    ],
)
def test_to_whom_the_unit_is_handed_over(actor: User, to: User, words: str) -> None:
    verdict = rules.can_hand_over(acting(actor), to)
    assert bool(verdict) is not bool(words)
    assert words in verdict.reason


@pytest.mark.clause("4.1-via-district")
def test_who_edits_the_table_of_places() -> None:
    may = {role for role in Role if rules.can_edit_places(Actor(user=None, role=role, now=SYSTEM.now))}
    assert may == {Role.MUNICIPAL, Role.SYSTEM}


@pytest.mark.django_db
def test_the_last_administrator_in_use_stays_whoever_else_there_is() -> None:
    last, gone = staff(Role.ADMIN), staff(Role.ADMIN, "gone")
    staff(Role.MUNICIPAL)
    deactivate_user(actor=SYSTEM, user=gone, reason="离职")
    assert "最后一个可用的系统管理员账号" in rules.can_deactivate(SYSTEM, last).reason
    staff(Role.ADMIN, "next")
    assert rules.can_deactivate(SYSTEM, last)


@pytest.mark.django_db
def test_who_is_told_and_asked_are_those_with_an_account_in_use() -> None:
    head, body = registered(), place().reviewing_body
    assert head.organisation is not None
    kept = [
        *(head, colleague(head.organisation, "mate")),
        *(staff(Role.DISTRICT, "district", reviewing_body=body), staff(Role.MUNICIPAL), staff(Role.LEADER)),
    ]
    gone = [
        colleague(head.organisation, "gone"),
        staff(Role.DISTRICT, "gone-district", reviewing_body=body),
        *(staff(role, f"gone-{role}") for role in (Role.MUNICIPAL, Role.LEADER)),
    ]
    User.objects.filter(pk__in=[each.pk for each in gone]).update(is_active=False)
    lists = (people_of(head.organisation), staff_of(body), municipal_staff(), leaders())
    assert [each for people in lists for each in people.order_by("pk")] == kept


def test_an_invitation_is_handled_by_a_unit_s_administrator_and_nobody_odd() -> None:
    for person in (MATE, ODD, User(pk=8, role=Role.DISTRICT, administers=True)):
        assert visible_invitations(person).query.is_empty()
    assert not visible_invitations(HEAD).query.is_empty()


@pytest.mark.django_db
@pytest.mark.clause("3.1-applicant")
def test_of_several_letters_a_unit_s_last_one_counts_and_no_other_unit_s() -> None:
    one, two, three = (make.organisation(confirmed=False) for _ in range(3))
    handed_in = [(one, "2027-03-01"), (one, "2027-03-01"), (two, "2027-03-03"), (two, "2027-03-02")]
    for unit, day in handed_in:
        upload_letter(actor=make.acting(make.applicant_of(unit), day), organisation=unit, upload=make.upload())
    found = organisations_with_letters(Organisation.objects.all())
    assert {unit.pk: unit.letter for unit in found} == {one.pk: "waiting", two.pk: "replaced", three.pk: None}
    assert [last.pk for unit in (one, two) if (last := last_letter(unit))] == [
        unit.consent_letters.order_by(order)[0].pk for unit, order in ((one, "-pk"), (two, "pk"))
    ]


@pytest.mark.django_db
def test_a_unit_s_administrator_handles_no_appointment() -> None:
    head = registered()
    assert head.organisation is not None
    appointment = restore_access(
        actor=acting(staff(Role.MUNICIPAL)),
        organisation=head.organisation,
        email="next@example.cn",
        reason="原管理员离职",
        evidence=make.upload("新同意书.pdf"),
    )
    heir = colleague(head.organisation, "heir")
    User.objects.filter(pk=heir.pk).update(administers=True)
    assert not visible_invitations(User.objects.get(pk=heir.pk)).exists()
    assert list(visible_invitations(staff(Role.ADMIN))) == [appointment]


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, ""),
        ({"accepted_at": SYSTEM.now}, "已经接受或撤回"),
        ({"withdrawn_at": SYSTEM.now}, "已经接受或撤回"),
        ({"organisation": OTHER}, "同事由单位管理员邀请"),
        ({"administers": True}, "由市科协学会部或系统管理员恢复"),
    ],
)
def test_which_invitation_can_still_be_handled(facts: dict[str, Any], words: str) -> None:
    verdict = can_handle(acting(HEAD), Invitation(**{"organisation": UNIT, **facts}))
    assert bool(verdict) is not bool(words)
    assert words in verdict.reason
