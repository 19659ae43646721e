"""Accounts from opening to closing: who may, what is recorded, who can never be locked out for good."""

from datetime import UTC, datetime
from typing import Any

import pytest
from axes.models import AccessAttempt

from haizhi_portal.accounts.actions.users import (
    change_particulars,
    change_password,
    create_user,
    deactivate_user,
    reactivate_user,
    unlock_user,
)
from haizhi_portal.accounts.lockouts import locked_until
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
        with pytest.raises(RuleViolation, match="须指明") as refused:
            new(SYSTEM, **wrong)
        assert refused.value.field == "role"
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
    person, target, closed = staff(role), staff(Role.EXPERT, "target"), staff(Role.EXPERT, "closed")
    deactivate_user(actor=SYSTEM, user=closed, reason="离职")
    for attempt in (
        lambda: reactivate_user(actor=acting(person), user=closed, reason="复职"),
        lambda: new(acting(person)),
        lambda: deactivate_user(actor=acting(person), user=target, reason="离职"),
        lambda: unlock_user(actor=acting(person), user=target),
        lambda: change_password(actor=acting(person), user=target, password=PASSWORD),
    ):
        with pytest.raises(RuleViolation, match="账号由系统管理员"):
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


@pytest.mark.parametrize("act", ["password", "unlock"])
def test_a_new_password_and_an_unlocking_free_that_name_alone(act: str) -> None:
    person, now = registered(username="ChenMing"), datetime.now(UTC)
    for name in ("chenming", "other"):
        AccessAttempt.objects.create(username=name, ip_address="192.0.2.1", failures_since_start=5)
    if act == "password":
        change_password(actor=SYSTEM, user=person, password="Another-Horse-28")
    else:
        unlock_user(actor=SYSTEM, user=person)
    assert [locked_until(name, now) is None for name in ("chenming", "other")] == [True, False]
    entry = last_entry()
    assert entry.event == {"password": "user.password_changed", "unlock": "user.unlocked"}[act]
    assert (entry.object, entry.organisation) == (f"user:{person.public_id}", person.organisation.credit_code)  # type: ignore[union-attr]


def test_an_account_as_it_is_kept() -> None:
    person = new(
        SYSTEM,
        username=" ＮｅｗＣｏｍｅｒ ",
        name=" 新\u202e \x00 人 ",
        email=" new@example.cn ",
        mobile="+86 139 0000 0002",
        role=Role.ADMIN,
    )
    kept = User.objects.get(pk=person.pk)
    assert (kept.username, kept.name, kept.email, kept.mobile) == ("NewComer", "新 人", "new@example.cn", "13900000002")
    assert (kept.is_staff, kept.is_active, kept.administers, kept.date_joined) == (True, True, False, SYSTEM.now)
    assert kept.check_password(PASSWORD)
    for wrong, field, words in (
        ({"username": "NEWCOMER"}, "username", "已有人使用"),
        ({"username": "ab"}, "username", "3 至 60 位"),
        ({"username": "a" * 61}, "username", "3 至 60 位"),
        ({"username": "another", "name": " \u202e "}, "name", "请填写姓名"),
        ({"username": "another", "mobile": "123"}, "mobile", "手机"),
    ):
        with pytest.raises(RuleViolation, match=words) as refused:
            new(SYSTEM, **wrong)
        assert refused.value.field == field
    assert User.objects.count() == 1


def test_what_a_person_changes_is_their_own_and_what_staff_change_is_named() -> None:
    person, other = registered(), registered(2)
    change_particulars(actor=acting(person), name=" 陈  新名 ", email=" a@example.cn ", mobile="")
    assert User.objects.filter(name="陈 新名", email="a@example.cn", mobile="").get() == person
    assert last_entry().object == f"user:{person.public_id}"
    deactivate_user(actor=SYSTEM, user=other, reason=" 离职 ")
    gone = User.objects.get(pk=other.pk)
    assert (gone.is_active, gone.administers, last_entry().reason) == (False, False, "离职")
    with pytest.raises(RuleViolation, match="请写明理由"):
        reactivate_user(actor=SYSTEM, user=other, reason=" ")
    reactivate_user(actor=SYSTEM, user=other, reason="复职")
    back = User.objects.get(pk=other.pk)
    assert (back.is_active, back.administers, last_entry().data) == (True, False, {})


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
