"""The year's call: announced once, its days in order, moved only while they lie ahead."""

from datetime import date
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction

from applications.actions import call as calls
from applications.models import Application, Call, TimetableChange
from applications.rules import can_close_decisions, can_open_round
from haizhi_portal.audit.models import Entry
from haizhi_portal.notifications.models import Message
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import Role
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1-annual")]


def test_one_call_a_year_with_the_quota_of_the_figures() -> None:
    year = make.call()
    assert (year.quota, year.standard_quota) == (5, 5)
    with pytest.raises(RuleViolation, match="每年只有一次"):
        calls.announce_call(actor=make.acting(make.user(Role.MUNICIPAL), "2027-01-02"), year=2027, **make.days_of())


@pytest.mark.clause("4.2-cap")
@pytest.mark.parametrize(("in_force_from", "quota"), [("2027-02-28", 4), ("2027-03-01", 4), ("2027-03-02", 5)])
def test_the_figures_of_the_opening_day_give_the_quota(in_force_from: str, quota: int) -> None:
    make.figures(in_force_from, annual_quota=4)
    year = make.call()
    assert (year.quota, year.standard_quota) == (quota, quota)
    assert (year.edition == f"自{in_force_from}") == (quota == 4)
    assert Entry.objects.get(event="call.announced").data["quota"] == quota


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
    entry = Entry.objects.get(event="call.timetable_changed")
    assert (entry.data["before"], entry.data["after"], entry.reason) == (kept.before, kept.after, kept.reason)


@pytest.mark.parametrize(
    ("today", "field", "day", "words"),
    [
        ("2027-03-01", "opens_on", date(2027, 3, 2), "已过，不能再改"),
        ("2027-05-01", "applicants_close_on", date(2027, 5, 7), "已过，不能再改"),
        ("2027-04-30", "applicants_close_on", date(2027, 4, 29), "今天（2027年4月30日）以前"),
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
    officer = make.acting(make.user(Role.MUNICIPAL), today)
    found = [calls.record_call_events(actor=officer, call=year) for _ in range(2)]
    assert found == [[event for event, _day in written], []]
    entries = Entry.objects.filter(event__in=["call.opened", "call.closed"]).order_by("seq")
    assert [(entry.event, entry.on.isoformat()) for entry in entries] == written
    for entry in entries:
        assert entry.data == {"year": 2027, "opens_on": "2027-03-01", "closes_on": "2027-04-30"}
        assert (entry.actor, entry.role, entry.object) == ("system", "system", "call:2027")


def test_a_submission_first_records_that_the_call_is_open() -> None:
    make.submit(make.application_ready(), "2027-03-15")
    events = list(Entry.objects.filter(event__in=["call.opened", "application.submitted"]).order_by("seq"))
    assert [event.event for event in events] == ["call.opened", "application.submitted"]
    assert events[0].on == date(2027, 3, 1)


def test_the_announcement_is_on_record() -> None:
    make.call()
    entry = Entry.objects.get(event="call.announced")
    assert entry.data == {"year": 2027, "opens_on": "2027-03-01", "closes_on": "2027-04-30", "quota": 5}
    assert (entry.on, entry.role, entry.object) == (date(2027, 1, 1), "municipal", "call:2027")


@pytest.mark.parametrize(
    ("today", "year", "field"),
    [
        ("2025-12-31", 2027, "year"),
        ("2026-01-01", 2027, None),
        ("2027-03-01", 2027, None),
        ("2027-03-02", 2027, "opens_on"),
        ("2028-01-01", 2027, "year"),
        ("2027-01-01", 2019, "year"),
    ],
)
def test_a_call_is_announced_in_time_and_for_no_year_that_is_over(today: str, year: int, field: str | None) -> None:
    officer = make.acting(make.user(Role.MUNICIPAL), today)
    if field is None:
        assert calls.announce_call(actor=officer, year=year, **make.days_of(year)).year == year
        return
    with pytest.raises(RuleViolation) as refused:
        calls.announce_call(actor=officer, year=year, **make.days_of(year))
    assert refused.value.field == field
    assert not Entry.objects.filter(event="call.announced").exists()


def test_a_timetable_moves_into_no_other_call_and_the_database_holds_it_too() -> None:
    early = make.call()
    late = make.call(2028)
    Call.objects.filter(pk=early.pk).update(
        applicants_close_on=date(2028, 2, 28),
        districts_close_on=date(2028, 3, 10),
        initial_close_on=date(2028, 3, 11),
        certification_on=date(2028, 3, 12),
    )
    officer = make.acting(make.user(Role.MUNICIPAL), "2028-01-10")
    with pytest.raises(RuleViolation, match="同一时间只能开放一个年度") as refused:
        calls.change_timetable(
            actor=officer, call=late, reason="提前", **make.days_of(2028, opens_on=date(2028, 2, 28))
        )
    assert refused.value.field == "opens_on"
    with pytest.raises(IntegrityError, match="one call is open"), transaction.atomic():
        Call.objects.filter(pk=late.pk).update(opens_on=date(2028, 2, 28))
    moved = calls.change_timetable(
        actor=officer, call=late, reason="提前", **make.days_of(2028, opens_on=date(2028, 2, 29))
    )
    assert moved.opens_on == date(2028, 2, 29)


@pytest.mark.clause("4.2-yearly")
def test_the_timetable_stays_once_the_round_has_opened() -> None:
    application = make.carried_to(Application.State.CERTIFICATION)
    officer = make.acting(make.user(Role.MUNICIPAL), "2027-06-20")
    make.open_round(application.call)
    with pytest.raises(RuleViolation, match="2027年6月20日开始，时间安排不再调整"):
        calls.change_timetable(
            actor=officer,
            call=application.call,
            reason="推迟",
            **make.days_of(certification_on=date(2027, 6, 21)),
        )


@pytest.mark.clause("4.2-yearly")
@pytest.mark.parametrize(("today", "allowed"), [("2027-04-30", False), ("2027-05-01", True)])
def test_no_year_is_closed_before_its_applicants_closing_is_past(today: str, allowed: bool) -> None:
    """Even where a certification day of older times lies before it."""
    year = make.call()
    year.certification_on = date(2027, 4, 1)
    officer = make.acting(make.user(Role.MUNICIPAL), today)
    verdict = can_close_decisions(officer, year)
    assert verdict.allowed is allowed
    assert allowed or "24:00 才截止" in verdict.reason
    assert verdict.opens_on == (None if allowed else date(2027, 5, 1))
    assert ("24:00 才截止" in can_open_round(officer, year).reason) is not allowed


@pytest.mark.clause("4.1-annual")
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("03-01 04-30 05-20 06-10 06-20", "03-01 04-30 05-20 06-10 06-20"),
        ("03-01 03-01 03-01 03-01 03-01", "03-01 03-02 03-03 03-04 03-05"),
        ("03-01 04-30 04-30 06-10 06-10", "03-01 04-30 05-01 06-10 06-11"),
        # One day that was pushed meets the next.
        ("03-01 04-30 04-30 05-01 06-20", "03-01 04-30 05-01 05-02 06-20"),
    ],
)
def test_equal_days_of_calls_from_before_the_rule_are_pushed_apart(before: str, after: str) -> None:
    days = [date.fromisoformat(f"2026-{day}") for day in before.split()]
    saved: list[str] = []
    call = SimpleNamespace(
        **dict(zip(make.DAYS, days, strict=True)), save=lambda update_fields: saved.extend(update_fields)
    )
    rows = SimpleNamespace(objects=SimpleNamespace(all=lambda: [call]))
    pushing = import_module("applications.migrations.0012_days_follow_one_another")
    pushing.push_equal_days_apart(SimpleNamespace(get_model=lambda app, name: rows), None)
    assert " ".join(f"{getattr(call, name):%m-%d}" for name in make.DAYS) == after
    assert saved == [name for name, day in zip(make.DAYS, days, strict=True) if getattr(call, name) != day]


def ledger(*events: str) -> list[tuple[str, str]]:
    rows = Entry.objects.filter(event__in=events).order_by("seq")
    return [(row.event, f"{row.on}") for row in rows]


def test_a_call_that_opens_today_is_open_on_record_at_once() -> None:
    days = make.days_of()
    calls.announce_call(actor=make.acting(make.user(Role.MUNICIPAL), days["opens_on"]), year=2027, **days)
    assert ledger("call.announced", "call.opened") == [("call.announced", "2027-03-01"), ("call.opened", "2027-03-01")]


def test_a_changed_timetable_is_told_to_who_is_still_in_it_after_its_opening_is_on_record() -> None:
    ended = make.carried_to(Application.State.WITHDRAWN)
    begun, live = make.carried_to(Application.State.DRAFT), make.carried_to(Application.State.DISTRICT_REVIEW)
    call = make.call()
    Call.objects.filter(pk=call.pk).update(opening_recorded_on=None)
    calls.change_timetable(
        actor=make.acting(make.user(Role.MUNICIPAL), "2027-03-16"),
        call=call,
        reason="多留几天",
        **make.days_of(applicants_close_on=date(2027, 5, 4)),
    )
    bodies = set(Message.objects.filter(kind="call.changed").values_list("body", flat=True))
    assert bodies == {"申报截止日：2027年5月4日；集中认证日：2027年6月20日。调整原因：多留几天"}
    told = Message.objects.filter(kind="call.changed").values_list("recipient", flat=True)
    assert set(told) == {make.applicant_of(each.organisation).pk for each in (begun, live)}
    assert make.applicant_of(ended.organisation).pk not in told
    found = [event for event, _on in ledger("call.opened", "call.timetable_changed")]
    assert found[-2:] == ["call.opened", "call.timetable_changed"]


@pytest.mark.clause("4.2-cap")
def test_a_quota_s_document_is_kept_without_blanks_around_it() -> None:
    call = calls.raise_quota(
        actor=make.acting(make.user(Role.MUNICIPAL), "2027-03-16"),
        call=make.call(),
        quota=6,
        document="  大科协发〔2027〕9号 ",
        document_on=date(2027, 3, 15),
        reason=" 增设 ",
    )
    call.refresh_from_db()
    assert (call.quota, call.quota_document, call.quota_document_on) == (6, "大科协发〔2027〕9号", date(2027, 3, 15))
    entry = Entry.objects.get(event="quota.raised")
    assert (entry.data["document"], entry.reason) == ("大科协发〔2027〕9号", "增设")


@pytest.mark.clause("4.2-yearly")
def test_closing_the_year_puts_its_closing_on_record_first_and_lets_lapse_by_number() -> None:
    call = make.call()
    for _each in range(3):
        make.pass_initial(make.carried_to(Application.State.INITIAL_REVIEW, make.municipal_unit()))
    assert ledger("call.closed") == []
    done = calls.close_decisions(
        actor=make.acting(make.user(Role.MUNICIPAL), "2027-06-21"), call=call, reason="无单位进入认证"
    )
    assert done == 3
    found = Entry.objects.filter(event__in=["call.closed", "decisions.closed", "application.lapsed"]).order_by("seq")
    assert [(row.event, row.application) for row in found] == [
        ("call.closed", None),
        ("decisions.closed", None),
        ("application.lapsed", "2027-0001"),
        ("application.lapsed", "2027-0002"),
        ("application.lapsed", "2027-0003"),
    ]
