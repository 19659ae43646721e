from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haizhi_portal.policy.figures import DEFAULTS, with_changes
from haizhi_portal.policy.periods import add_years
from haizhi_portal.policy.terms import (
    TERM_STATE_LABELS,
    Span,
    TermState,
    expiry_day,
    first_term,
    is_in_force,
    renewal_verdict,
    renewed_term,
    term_state,
)
from haizhi_portal.policy.workdays import WEEKENDS_ONLY
from tests.policy.days import PUBLISHED, d


@pytest.mark.clause("5.6-term")
@pytest.mark.parametrize(
    ("approved_on", "expires_on"),
    [("2024-02-29", "2027-02-28"), ("2023-06-01", "2026-06-01"), ("2026-03-15", "2029-03-15")],
)
def test_the_first_term_runs_from_the_day_of_approval(approved_on, expires_on):
    assert first_term(d(approved_on), DEFAULTS) == Span(d(approved_on), d(expires_on))


@pytest.mark.clause("5.6-term")
def test_the_figure_sets_the_length():
    assert first_term(d("2026-03-15"), with_changes({"term_years": 5})).expires_on == d("2031-03-15")


@pytest.mark.clause("5.6-term")
def test_expired_from_the_day_after_the_last():
    assert expiry_day(d("2026-06-01")) == d("2026-06-02")


@pytest.mark.clause("5.6-reaward")
@pytest.mark.parametrize(
    ("decided_on", "starts_on", "expires_on"),
    [
        ("2029-01-10", "2029-03-16", "2032-03-15"),
        ("2029-03-15", "2029-03-16", "2032-03-15"),
        ("2029-03-16", "2029-03-16", "2032-03-16"),
        ("2029-05-02", "2029-05-02", "2032-05-02"),
    ],
)
def test_a_renewal_in_time_leaves_no_gap_a_later_one_starts_anew(decided_on, starts_on, expires_on):
    assert renewed_term(d("2029-03-15"), d(decided_on), DEFAULTS) == Span(d(starts_on), d(expires_on))


@pytest.mark.clause("5.6-reaward")
@pytest.mark.parametrize(
    ("old_last_day", "new_last_day"),
    [("2027-02-28", "2030-02-28"), ("2028-02-29", "2031-02-28"), ("2025-02-28", "2028-02-28")],
)
def test_the_end_of_february_after_a_renewal(old_last_day, new_last_day):
    assert renewed_term(d(old_last_day), d(old_last_day), DEFAULTS).expires_on == d(new_last_day)


@pytest.mark.clause("5.6-term")
@given(st.dates(date(2022, 1, 1), date(2100, 12, 31)), st.integers(-90, 400))
def test_no_term_is_longer_than_three_years_and_terms_do_not_overlap(approved_on, delay):
    first = first_term(approved_on, DEFAULTS)
    second = renewed_term(first.expires_on, first.expires_on + timedelta(days=delay), DEFAULTS)
    assert second.starts_on > first.expires_on
    assert first.expires_on <= add_years(first.starts_on, 3)
    assert second.expires_on <= add_years(second.starts_on, 3)
    assert (second.starts_on == expiry_day(first.expires_on)) == (delay <= 1)


@pytest.mark.clause("5.6-term")
@pytest.mark.parametrize(
    ("today", "facts", "state"),
    [
        ("2026-03-14", {}, "upcoming"),
        ("2026-03-15", {}, "in_force"),
        ("2028-12-14", {"window_days": 90}, "in_force"),
        ("2028-12-15", {"window_days": 90}, "renewable"),
        ("2029-03-15", {"window_days": 90}, "renewable"),
        ("2029-03-15", {}, "in_force"),
        ("2029-03-16", {"window_days": 90}, "expired"),
        ("2029-03-16", {"renewal_pending": True}, "expired_pending"),
        ("2029-03-15", {"renewal_pending": True}, "in_force"),
        ("2027-05-31", {"ended_on": "2027-06-01"}, "in_force"),
        ("2027-06-01", {"ended_on": "2027-06-01"}, "ended"),
        ("2030-01-01", {"ended_on": "2027-06-01", "renewal_pending": True}, "ended"),
    ],
)
def test_term_state(today, facts, state):
    facts = {key: d(value) if key == "ended_on" else value for key, value in facts.items()}
    assert term_state(d(today), d("2026-03-15"), d("2029-03-15"), **facts) == state


def test_every_state_has_a_label():
    assert set(TERM_STATE_LABELS) == set(TermState)


@pytest.mark.clause("5.6-term")
@pytest.mark.parametrize(
    ("day", "ended_on", "in_force"),
    [
        ("2026-03-14", None, False),
        ("2026-03-15", None, True),
        ("2029-03-15", None, True),
        ("2029-03-16", None, False),
        ("2027-05-31", "2027-06-01", True),
        ("2027-06-01", "2027-06-01", False),
    ],
)
def test_in_force(day, ended_on, in_force):
    assert is_in_force(d(day), d("2026-03-15"), d("2029-03-15"), d(ended_on) if ended_on else None) is in_force


def renewal(today, expires_on="2029-03-15", calendar=WEEKENDS_ONLY):
    return renewal_verdict(today=d(today), expires_on=d(expires_on), figures=DEFAULTS, calendar=calendar)


@pytest.mark.clause("5.6-renewal")
@pytest.mark.parametrize(
    ("today", "allowed"),
    [
        ("2028-12-14", False),  # 91 days before the last
        ("2028-12-15", True),  # 90
        ("2029-03-15", True),  # 0
        ("2029-03-16", False),  # -1
    ],
)
def test_the_renewal_window(today, allowed):
    verdict = renewal(today)
    assert (verdict.allowed, verdict.clause) == (allowed, "5.6-renewal")
    assert (verdict.opens_on, verdict.closes_on) == (d("2028-12-15"), d("2029-03-15"))
    assert "2028年12月15日至2029年3月15日" in verdict.reason


@pytest.mark.clause("5.6-renewal")
def test_the_last_day_on_a_holiday_does_not_move():
    # 2026-10-07 is the last day of the National Day holiday; the last working day before it is 30 September
    assert renewal("2026-10-07", "2026-10-07", PUBLISHED)
    assert not renewal("2026-10-08", "2026-10-07", PUBLISHED)
    assert "最稳妥是不晚于2026年9月30日（周三）提出" in renewal("2026-09-01", "2026-10-07", PUBLISHED).reason


@pytest.mark.clause("5.6-renewal")
def test_the_words_of_each_answer():
    assert "请于2028年12月15日起提出" in renewal("2028-12-14").reason
    assert "最后一天2029年3月15日（周四）是工作日" in renewal("2029-01-01").reason
    assert "可在以后年度的申报中作为新基地重新申报" in renewal("2029-03-16").reason
