"""What a base's own page says of its renewal, its evaluations and its cases."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from bases.models import Base
from evaluations.actions import renewal as renewals
from evaluations.actions import withdrawal as withdrawals
from haizhi_portal.accounts.models import User
from haizhi_portal.policy.words import Role
from tests.evaluations.kit import decided, leader, licensed, officer, person, prepared, requested, unit_actor

pytestmark = [pytest.mark.django_db, pytest.mark.clause("5.6-renewal")]
SignIn = Callable[[User], Any]


def returned(base: Base) -> None:
    renewals.return_renewal(actor=officer("2030-01-11"), renewal=requested(base, "2030-01-10"), reason="请补充")


def resubmitted(base: Base) -> None:
    returned(base)
    renewals.resubmit_renewal(
        actor=unit_actor(base, "2030-01-12"),
        renewal=base.terms.get().renewals.get(),
        statement="x",
        plan="y",
        expected_version=1,
    )


def passed(base: Base) -> None:
    decided(prepared(base, "2030-01-10"), "2030-01-13", passed=True)


def failed(base: Base) -> None:
    decided(prepared(base, "2030-01-10"), "2030-01-13", passed=False)


def passed_late(base: Base) -> None:
    """Asked for in time and decided after the last day: the new term begins on the day of the decision."""
    decided(prepared(base, "2030-01-10"), "2030-04-01", passed=True)


def taken_back_late(base: Base) -> None:
    renewal = requested(base, "2030-01-10")
    renewals.withdraw_renewal(actor=unit_actor(base, "2030-03-20"), renewal=renewal)


@pytest.mark.parametrize(
    ("what", "day", "label", "on"),
    [
        (lambda base: requested(base, "2030-01-10"), "2030-01-20", "申请中", "2030-01-10"),
        (lambda base: requested(base, "2030-01-10"), "2030-03-20", "申请中", "2030-01-10"),
        (returned, "2030-01-20", "已退回", "2030-01-11"),
        (resubmitted, "2030-01-20", "申请中", "2030-01-12"),
        (passed, "2030-01-20", "已续期", "2030-01-13"),
        (failed, "2030-01-20", "不予续期", "2030-01-13"),
        (failed, "2030-03-20", "不予续期", "2030-01-13"),
        (taken_back_late, "2030-03-20", "已撤回", "2030-03-20"),
    ],
)
@pytest.mark.parametrize("role", ["applicant", "municipal", "leader", "auditor", "district"])
def test_the_base_page_says_what_became_of_the_request(
    client_for: SignIn, settings: Any, what: Callable[[Base], Any], day: str, label: str, on: str, role: str
) -> None:
    base = licensed("2027-03-15")
    what(base)
    settings.PORTAL_TODAY = date.fromisoformat(day)
    own = {"organisation": base.organisation} if role == "applicant" else {}
    reader = person(role, place="210211" if role == "district" else "", **own)

    shown = client_for(reader).get(reverse("bases:detail", args=[base.number]))

    told = shown.context["asked_for"]
    assert (told.label, told.on.isoformat()) == (label, on)
    assert f"<dd>{label}（" in shown.text
    link = f'href="{reverse("evaluations:renewals")}?q={base.number}"'
    assert (link in shown.text) is (role != "district")


@pytest.mark.parametrize(
    ("what", "day"),
    [
        (lambda base: None, "2030-01-20"),  # nobody asked
        (passed, "2030-03-16"),  # the new term has begun
        (passed_late, "2030-04-02"),
        (passed, "2033-03-16"),  # and ended: what became of the one before is history
    ],
)
def test_it_says_nothing_of_other_terms(
    client_for: SignIn, settings: Any, what: Callable[[Base], Any], day: str
) -> None:
    base = licensed("2027-03-15")
    what(base)
    settings.PORTAL_TODAY = date.fromisoformat(day)

    shown = client_for(person(Role.MUNICIPAL)).get(reverse("bases:detail", args=[base.number]))

    assert (shown.context["asked_for"], "看续期申请" in shown.text) == (None, False)


@pytest.mark.parametrize(
    ("what", "mover", "by"), [(returned, "滨海示例研究院1", None), (resubmitted, "大连市科协", date(2030, 3, 15))]
)
def test_a_returned_request_is_the_units_to_mend(
    client_for: SignIn, settings: Any, what: Callable[[Base], Any], mover: str, by: date | None
) -> None:
    base = licensed("2027-03-15")
    what(base)
    settings.PORTAL_TODAY = date(2030, 1, 20)

    (move,) = client_for(person(Role.MUNICIPAL)).get(reverse("bases:detail", args=[base.number])).context["moves"]

    words = "基地资格有效至2030年3月15日，续期申请正在办理。"
    assert (move["sentence"], move["mover"], move["by"]) == (words, mover, by)


@pytest.mark.clause("5.5-exit")
def test_the_office_is_led_to_the_open_case_instead_of_a_second_one(client_for: SignIn, settings: Any) -> None:
    base = licensed("2027-03-15")
    settings.PORTAL_TODAY = date(2028, 6, 1)
    opening, cases = reverse("evaluations:withdrawal_open", args=[base.number]), f"withdrawals/?q={base.number}"

    def offered(role: Role) -> tuple[bool, bool]:
        shown = client_for(person(role)).get(reverse("bases:detail", args=[base.number])).text
        return opening in shown, cases in shown

    assert (offered(Role.MUNICIPAL), offered(Role.LEADER)) == ((True, False), (False, False))
    case = withdrawals.open_withdrawal(
        actor=officer("2028-05-02"), base=base, ground="false_statements", years=[], statement="材料不实"
    )
    assert (offered(Role.MUNICIPAL), offered(Role.LEADER)) == ((False, True), (False, False))
    shown = client_for(person(Role.MUNICIPAL)).get(reverse("bases:detail", args=[base.number]))
    assert shown.context["case_opened_on"] == date(2028, 5, 2)
    withdrawals.close_withdrawal(actor=leader("2028-05-10"), withdrawal=case, reason="查无实据")
    assert offered(Role.MUNICIPAL) == (True, False)
