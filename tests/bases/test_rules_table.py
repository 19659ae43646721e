"""Who may do what with a base, its reports and its activities: every verb for every role, at each station of a life."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from bases import rules
from bases.actions.activities import add_activity, remove_activity
from bases.actions.endings import surrender
from bases.actions.reports import accept_report, file_report, return_report
from bases.models import Activity, Base, Obligation
from bases.report_calendar import unentered
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.figures import with_changes
from haizhi_portal.policy.obligations import Due
from tests.bases.kit import WORDS, allowed, cast, licensed, officer, report, unit_actor

pytestmark = pytest.mark.django_db

# o the unit, x another unit, d district, m municipal staff, l leader, a auditor, e expert, A admin, s the portal.


def who(base: Base, day: str, rule: Callable[[Actor], object]) -> str:
    return allowed(cast(base, day), rule)


@pytest.mark.clause("4.3-award", "5.5-exit", "5.6-reaward", "5.4.3")
@pytest.mark.parametrize(
    ("day", "revoke", "give_up", "record"),
    [
        ("2027-03-15", "l", "o", "o"),
        ("2030-03-15", "l", "o", "o"),
        ("2030-03-16", "", "", ""),
    ],
)
def test_a_base(day: str, revoke: str, give_up: str, record: str) -> None:
    base = licensed("2027-03-15")
    assert who(base, day, lambda one: rules.can_revoke(one, base)) == revoke
    assert who(base, day, lambda one: rules.can_surrender(one, base)) == give_up
    assert who(base, day, lambda one: rules.can_record_activity(one, base)) == record
    assert who(base, day, rules.can_license) == who(base, day, rules.can_renew) == "l"


def waiting(base: Base) -> Obligation:
    file_report(actor=unit_actor(base, "2027-06-20"), obligation=report(base, "2027Q2"), content=WORDS)
    return report(base, "2027Q2")


def returned(base: Base) -> Obligation:
    return_report(actor=officer("2027-06-21"), obligation=waiting(base), reason="请补充")
    return report(base, "2027Q2")


def accepted(base: Base) -> Obligation:
    accept_report(actor=officer("2027-06-21"), obligation=waiting(base))
    return report(base, "2027Q2")


def cancelled(base: Base) -> Obligation:
    surrender(actor=unit_actor(base, "2027-06-01"), base=base, reason="业务调整")
    return report(base, "2027Q2")


def to_come(base: Base) -> Obligation:
    days = {"opens_on": date(2027, 7, 1), "due_on": date(2027, 10, 11), "qualifies_on": date(2027, 9, 30)}
    return unentered(base, Due(kind="quarterly", period="2027Q3", clause="5.3-quarterly", **days))


REPORTS: dict[str, Callable[[Base], Obligation]] = {
    "open": lambda base: report(base, "2027Q2"),
    "waiting": waiting,
    "returned": returned,
    "accepted": accepted,
    "cancelled": cancelled,
    "to come": to_come,
}


@pytest.mark.clause("5.3-quarterly", "5.1-guidance")
@pytest.mark.parametrize(
    ("state", "day", "write", "file", "answer"),
    [
        ("open", "2027-06-19", "o", "", ""),
        ("open", "2027-06-20", "o", "o", ""),
        ("open", "2027-07-13", "o", "o", ""),
        ("waiting", "2027-06-21", "", "", "m"),
        # What was filed once is corrected at any time.
        ("returned", "2027-06-19", "o", "o", ""),
        ("returned", "2027-06-21", "o", "o", ""),
        ("accepted", "2027-06-21", "", "", ""),
        ("cancelled", "2027-06-21", "", "", ""),
        ("to come", "2027-06-30", "", "", ""),
        ("to come", "2027-07-01", "o", "", ""),
    ],
)
def test_a_report(state: str, day: str, write: str, file: str, answer: str) -> None:
    base = licensed("2027-04-20")
    obligation = REPORTS[state](base)
    assert who(base, day, lambda one: rules.can_write_report(one, obligation)) == write
    assert who(base, day, lambda one: rules.can_file_report(one, obligation)) == file
    assert who(base, day, lambda one: rules.can_answer_report(one, obligation)) == answer


@pytest.mark.clause("5.3-quarterly")
def test_a_refusal_of_a_report_says_why_and_from_when() -> None:
    base = licensed("2027-04-20")
    coming, now = to_come(base), report(base, "2027Q2")
    early = rules.can_write_report(unit_actor(base, "2027-06-30"), coming)
    assert (early.reason, early.opens_on) == ("这一期从2027年7月1日起可以填写。", date(2027, 7, 1))
    assert rules.can_file_report(unit_actor(base, "2027-06-30"), coming) == early
    assert rules.can_file_report(unit_actor(base, "2027-06-19"), now).opens_on == date(2027, 6, 20)
    assert rules.can_file_report(officer("2027-06-19"), now).clause == "5.1-guidance"


@pytest.mark.clause("5.3-quarterly")
@pytest.mark.parametrize(("days", "first"), [("0", "2027-06-30"), ("10", "2027-06-20"), ("60", "2027-05-01")])
def test_the_first_day_of_filing_follows_the_figures_of_the_opening(days: str, first: str) -> None:
    base = licensed("2027-04-20")
    figures = with_changes({"quarterly_file_days_before": days})
    assert f"{rules.filing_opens_on(report(base, '2027Q2'), figures)}" == first


@pytest.mark.clause("5.4.3")
@pytest.mark.parametrize(
    ("held_on", "allowed"),
    [("2027-04-19", False), ("2027-04-20", True), ("2027-06-01", True), ("2027-06-02", False)],
)
def test_an_activity_counts_from_the_licence_to_today(held_on: str, allowed: bool) -> None:
    base = licensed("2027-04-20")
    verdict = rules.activity_day(unit_actor(base, "2027-06-01"), base, date.fromisoformat(held_on))
    assert verdict.allowed is allowed


@pytest.mark.clause("5.4.3")
def test_a_removed_activity_is_not_changed_any_more() -> None:
    base = licensed("2027-04-20")
    mine = unit_actor(base, "2027-06-01")
    facts: dict[str, Any] = {
        "title": "对接会",
        "kind": "exchange",
        "place": "大连",
        "participants": 20,
        "outcome": "达成意向",
    }
    activity: Activity = add_activity(actor=mine, base=base, held_on=date(2027, 5, 1), **facts)
    assert who(base, "2027-06-01", lambda one: rules.can_change_activity(one, activity)) == "o"
    activity = remove_activity(actor=mine, activity=activity)
    assert who(base, "2027-06-01", lambda one: rules.can_change_activity(one, activity)) == ""
