"""Accounts from opening to closing: who may, what is recorded, who can never be locked out for good."""

from typing import Any

import pytest

from haizhi_portal.accounts.actions.users import (
    change_particulars,
    change_password,
    create_user,
    deactivate_user,
    reactivate_user,
    unlock_user,
)
from haizhi_portal.accounts.models import User
from haizhi_portal.accounts.queries import (
    experts,
    leaders,
    municipal_staff,
    people_of,
    staff_of,
    visible_organisations,
    visible_users,
)
from haizhi_portal.audit.models import Entry
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import Role
from tests.accounts.people import PASSWORD, SYSTEM, acting, colleague, place, registered, staff

pytestmark = [pytest.mark.django_db, pytest.mark.clause("5.1-guidance")]


def last_entry() -> Entry:
    return Entry.objects.latest("seq")


def new(actor: Any, **changes: Any) -> User:
    return create_user(
        actor=actor, **{"username": "newcomer", "password": PASSWORD, "name": "新人", "role": Role.EXPERT, **changes}
    )


@pytest.mark.parametrize("role", [role for role in Role if role not in {Role.SYSTEM, Role.APPLICANT, Role.DISTRICT}])
def test_an_administrator_opens_accounts_of_every_role(role: Role) -> None:
    admin = staff(Role.ADMIN)
    person = new(acting(admin), role=role)
    assert (person.role, person.is_staff, person.is_superuser) == (role, role == Role.ADMIN, False)
    entry = last_entry()
    assert (entry.event, entry.object, entry.clause) == ("user.created", f"user:{person.public_id}", "5.1-guidance")
    assert (entry.actor, entry.data, entry.address) == (admin.public_id, {"role": role}, "192.0.2.7")


def test_places_fit_roles() -> None:
    unit = registered().organisation
    body = place().reviewing_body
    for wrong in (
        {"role": Role.APPLICANT},
        {"role": Role.EXPERT, "organisation": unit},
        {"role": Role.DISTRICT},
        {"role": Role.MUNICIPAL, "reviewing_body": body},
        {"role": Role.DISTRICT, "reviewing_body": body, "organisation": unit},
    ):
        with pytest.raises(RuleViolation):
            new(SYSTEM, **wrong)
    assert new(SYSTEM, role=Role.DISTRICT, reviewing_body=body).reviewing_body == body


def test_a_unit_opens_no_accounts_but_invites() -> None:
    mine, other = registered(), registered(2)
    for wrong in (
        {"role": Role.APPLICANT, "organisation": mine.organisation},
        {"role": Role.APPLICANT, "organisation": other.organisation},
        {"role": Role.EXPERT},
    ):
        with pytest.raises(RuleViolation, match="单位管理员邀请"):
            new(acting(mine), username="another", **wrong)
    assert new(SYSTEM, role=Role.APPLICANT, organisation=mine.organisation).organisation == mine.organisation


@pytest.mark.parametrize("role", [Role.MUNICIPAL, Role.LEADER, Role.EXPERT, Role.AUDITOR])
def test_other_roles_manage_no_accounts(role: Role) -> None:
    person, target = staff(role), staff(Role.EXPERT, "target")
    for attempt in (
        lambda: new(acting(person)),
        lambda: deactivate_user(actor=acting(person), user=target, reason="离职"),
        lambda: unlock_user(actor=acting(person), user=target),
        lambda: change_password(actor=acting(person), user=target, password=PASSWORD),
    ):
        with pytest.raises(RuleViolation):
            attempt()


def test_closing_and_reopening_an_account() -> None:
    admin, person = staff(Role.ADMIN), staff(Role.EXPERT)
    deactivate_user(actor=acting(admin), user=person, reason="聘期已满")
    assert (last_entry().event, last_entry().reason) == ("user.deactivated", "聘期已满")
    assert not User.objects.get(pk=person.pk).is_active
    with pytest.raises(RuleViolation, match="已经停用"):
        deactivate_user(actor=acting(admin), user=person, reason="再停一次")
    reactivate_user(actor=acting(admin), user=person, reason="续聘")
    assert last_entry().event == "user.reactivated"
    with pytest.raises(RuleViolation, match="不必重新启用"):
        reactivate_user(actor=acting(admin), user=person, reason="续聘")


def test_closing_an_account_needs_a_reason() -> None:
    with pytest.raises(RuleViolation, match="请写明理由") as refused:
        deactivate_user(actor=acting(staff(Role.ADMIN)), user=staff(Role.EXPERT), reason="  ")
    assert refused.value.field == "reason"


def test_nobody_closes_their_own_account_nor_the_last_administrators() -> None:
    admin = staff(Role.ADMIN)
    with pytest.raises(RuleViolation, match="不能停用或重置自己的账号"):
        deactivate_user(actor=acting(admin), user=admin, reason="离职")
    with pytest.raises(RuleViolation, match="最后一个可用的系统管理员"):
        deactivate_user(actor=SYSTEM, user=admin, reason="离职")
    second = staff(Role.ADMIN, "second")
    deactivate_user(actor=acting(second), user=admin, reason="离职")
    assert not User.objects.get(pk=admin.pk).is_active


def test_colleagues_close_each_others_accounts_but_not_other_units() -> None:
    mine, other = registered(), registered(2)
    leaving = colleague(mine.organisation, "leaving")  # type: ignore[arg-type]
    deactivate_user(actor=acting(mine), user=leaving, reason="离职")
    with pytest.raises(RuleViolation):
        deactivate_user(actor=acting(mine), user=other, reason="离职")


def test_particulars_are_the_persons_own() -> None:
    person = registered()
    change_particulars(actor=acting(person), name="陈新名", email="", mobile="１３９ 0000 0002")
    changed = User.objects.get(pk=person.pk)
    assert (changed.name, changed.email, changed.mobile) == ("陈新名", "", "13900000002")
    assert (last_entry().event, last_entry().data) == ("user.changed", {})


def test_passwords_leave_no_trace_in_the_ledger() -> None:
    person = registered()
    change_password(actor=acting(person), user=person, password="Another-Horse-28")
    assert User.objects.get(pk=person.pk).check_password("Another-Horse-28")
    entry = last_entry()
    assert (entry.event, entry.data, entry.reason) == ("user.password_changed", {}, "")


def test_demonstration_accounts_keep_the_shared_password() -> None:
    person = staff(Role.EXPERT, is_demo=True)
    with pytest.raises(RuleViolation, match="演示账号共用"):
        change_password(actor=acting(person), user=person, password="Another-Horse-28")


def test_lists_of_people_hold_the_active_ones_of_that_place() -> None:
    mine, other = registered(), registered(2)
    body = place().reviewing_body
    district = staff(Role.DISTRICT, "district", reviewing_body=body)
    staff(Role.DISTRICT, "zone", reviewing_body=place("gaoxin").reviewing_body)
    officer, leader, expert = staff(Role.MUNICIPAL), staff(Role.LEADER), staff(Role.EXPERT)
    gone = staff(Role.EXPERT, "gone")
    deactivate_user(actor=SYSTEM, user=gone, reason="离职")
    assert list(people_of(mine.organisation)) == [mine]  # type: ignore[arg-type]
    assert list(people_of(other.organisation)) == [other]  # type: ignore[arg-type]
    assert list(staff_of(body)) == [district]
    assert (list(municipal_staff()), list(leaders()), list(experts())) == ([officer], [leader], [expert])


def test_who_sees_which_units_and_people() -> None:
    mine, other = registered(), registered(2, jurisdiction=place("gaoxin"))
    body = place().reviewing_body
    everybody = {
        Role.APPLICANT: mine,
        Role.DISTRICT: staff(Role.DISTRICT, reviewing_body=body),
        **{role: staff(role) for role in (Role.MUNICIPAL, Role.LEADER, Role.EXPERT, Role.ADMIN, Role.AUDITOR)},
    }
    both = {mine.organisation, other.organisation}
    units = {
        Role.APPLICANT: {mine.organisation},
        Role.DISTRICT: {mine.organisation},
        Role.MUNICIPAL: both,
        Role.LEADER: both,
        Role.EXPERT: set(),
        Role.ADMIN: both,
        Role.AUDITOR: both,
    }
    for role, person in everybody.items():
        assert set(visible_organisations(person)) == units[role], role
        seen = set(visible_users(person))
        assert seen == (set(User.objects.all()) if role == Role.ADMIN else {person}), role
