"""The year's call: announced once, its days in order, moved only while they lie ahead."""

from datetime import date

import pytest

from applications.actions import call as calls
from applications.models import Call, TimetableChange
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.models import Entry
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import Role
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1-annual")]


def test_one_call_a_year_with_the_quota_of_the_figures() -> None:
    year = make.call()
    assert (year.quota, year.standard_quota) == (5, 5)
    with pytest.raises(RuleViolation, match="每年只有一次"):
        calls.announce_call(actor=make.acting(make.user(Role.MUNICIPAL), "2027-01-02"), year=2027, **make.days_of())


@pytest.mark.parametrize("role", [Role.LEADER, Role.EXPERT, Role.AUDITOR, Role.ADMIN])
def test_announced_by_the_office_alone(role: Role) -> None:
    with pytest.raises(RuleViolation, match="学会部"):
        calls.announce_call(actor=make.acting(make.user(role), "2027-01-02"), year=2027, **make.days_of())


@pytest.mark.parametrize(
    ("field", "day"),
    [
        ("opens_on", date(2026, 12, 31)),
        ("applicants_close_on", date(2027, 2, 28)),
        ("districts_close_on", date(2027, 4, 29)),
        ("initial_close_on", date(2027, 5, 19)),
        ("certification_on", date(2027, 6, 9)),
    ],
)
def test_days_out_of_order_are_refused_at_the_day_at_fault(field: str, day: date) -> None:
    with pytest.raises(RuleViolation) as refused:
        calls.announce_call(
            actor=make.acting(make.user(Role.MUNICIPAL), "2026-12-01"), year=2027, **make.days_of(2027, **{field: day})
        )
    assert refused.value.field == field
    assert not Call.objects.exists()


def test_a_day_ahead_moves_with_its_reason_and_is_remembered() -> None:
    year = make.call()
    officer = make.acting(make.user(Role.MUNICIPAL), "2027-04-30")
    moved = calls.change_timetable(
        actor=officer, call=year, reason="应各区要求", **make.days_of(applicants_close_on=date(2027, 5, 7))
    )
    assert moved.applicants_close_on == date(2027, 5, 7)
    kept = TimetableChange.objects.get()
    assert (kept.before["applicants_close_on"], kept.after["applicants_close_on"]) == ("2027-04-30", "2027-05-07")
    assert kept.reason == "应各区要求"


@pytest.mark.parametrize(
    ("today", "field", "day", "words"),
    [
        ("2027-03-01", "opens_on", date(2027, 3, 2), "已过，不能再改"),
        ("2027-05-01", "applicants_close_on", date(2027, 5, 7), "已过，不能再改"),
        ("2027-04-30", "applicants_close_on", date(2027, 4, 29), "今天以前"),
    ],
)
def test_what_is_over_stays_and_nothing_moves_into_the_past(today: str, field: str, day: date, words: str) -> None:
    year = make.call()
    officer = make.acting(make.user(Role.MUNICIPAL), today)
    with pytest.raises(RuleViolation, match=words) as refused:
        calls.change_timetable(actor=officer, call=year, reason="调整", **make.days_of(**{field: day}))
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("today", "written"),
    [
        ("2027-02-28", []),
        ("2027-03-01", [("call.opened", "2027-03-01")]),
        ("2027-04-30", [("call.opened", "2027-03-01")]),
        ("2027-05-01", [("call.opened", "2027-03-01"), ("call.closed", "2027-04-30")]),
    ],
)
def test_opening_and_closing_are_written_once_for_their_own_day(today: str, written: list[tuple[str, str]]) -> None:
    year = make.call()
    for _ in range(2):
        calls.record_call_events(actor=Actor.system(make.at(today)), call=year)
    entries = Entry.objects.filter(event__startswith="call.").order_by("seq")
    assert [(entry.event, entry.on.isoformat()) for entry in entries] == written
    for entry in entries:
        assert entry.data == {"year": 2027, "opens_on": "2027-03-01", "closes_on": "2027-04-30"}
        assert (entry.actor, entry.object) == ("system", "call:2027")


def test_a_submission_first_records_that_the_call_is_open() -> None:
    make.submit(make.application_ready(), "2027-03-15")
    events = list(Entry.objects.filter(event__in=["call.opened", "application.submitted"]).order_by("seq"))
    assert [event.event for event in events] == ["call.opened", "application.submitted"]
    assert events[0].on == date(2027, 3, 1)
