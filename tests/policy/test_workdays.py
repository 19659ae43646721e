from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haizhi_portal.policy.workdays import WEEKENDS_ONLY, WorkCalendar
from tests.policy.days import PUBLISHED, d


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2026-01-01", False),  # Thursday, New Year
        ("2026-01-04", True),  # Sunday worked in exchange
        ("2026-02-23", False),  # Monday, last day of Spring Festival
        ("2026-02-24", True),
        ("2026-02-28", True),  # Saturday worked in exchange
        ("2026-03-07", False),  # ordinary Saturday
        ("2026-10-07", False),
        ("2026-10-08", True),
        ("2027-10-01", True),  # a Friday of a year without a table
        ("2027-10-02", False),
    ],
)
def test_is_working_day(day, working):
    assert PUBLISHED.is_working_day(d(day)) is working


@pytest.mark.clause("5.3-annual")
@pytest.mark.parametrize(
    ("calendar", "day", "moved"),
    [
        (WEEKENDS_ONLY, "2024-11-30", "2024-12-02"),
        (PUBLISHED, "2025-11-30", "2025-12-01"),
        (PUBLISHED, "2026-11-30", "2026-11-30"),
        (WEEKENDS_ONLY, "2027-11-30", "2027-11-30"),
        (WEEKENDS_ONLY, "2030-11-30", "2030-12-02"),
        (WEEKENDS_ONLY, "2031-11-30", "2031-12-01"),
        (PUBLISHED, "2026-10-01", "2026-10-08"),
        (PUBLISHED, "2026-02-14", "2026-02-14"),
        (PUBLISHED, "2026-02-15", "2026-02-24"),
    ],
)
def test_deadline(calendar, day, moved):
    assert calendar.deadline(d(day)) == d(moved)


@pytest.mark.parametrize(
    ("day", "n", "expected"),
    [
        ("2026-09-30", 0, "2026-09-30"),
        ("2026-09-30", 1, "2026-10-08"),
        ("2026-09-30", 3, "2026-10-10"),
        ("2026-09-30", 5, "2026-10-13"),
        ("2026-10-01", 1, "2026-10-08"),
        ("2026-11-23", 5, "2026-11-30"),
    ],
)
def test_add_working_days(day, n, expected):
    assert PUBLISHED.add_working_days(d(day), n) == d(expected)


def test_working_days_are_not_counted_backwards():
    with pytest.raises(ValueError, match="forwards"):
        PUBLISHED.add_working_days(d("2026-09-30"), -1)


@pytest.mark.parametrize(("day", "expected"), [("2026-10-07", "2026-09-30"), ("2026-10-10", "2026-10-10")])
def test_previous_working_day(day, expected):
    assert PUBLISHED.previous_working_day(d(day)) == d(expected)


def test_knows_only_published_years():
    assert [PUBLISHED.knows(year) for year in (2024, 2025, 2026, 2027)] == [False, True, True, False]


def test_single_days_of_a_year_without_a_table_do_not_count():
    calendar = WorkCalendar(frozenset({d("2027-10-01")}), frozenset({d("2027-10-02")}), frozenset())
    assert calendar.is_working_day(d("2027-10-01"))
    assert not calendar.is_working_day(d("2027-10-02"))


@given(st.dates(date(2024, 1, 1), date(2028, 12, 31)), st.integers(1, 30))
def test_a_moved_deadline_is_the_first_working_day_not_before(day, n):
    moved = PUBLISHED.deadline(day)
    assert moved >= day
    assert PUBLISHED.is_working_day(moved)
    assert PUBLISHED.previous_working_day(moved) == moved
    assert PUBLISHED.add_working_days(day, n) > PUBLISHED.add_working_days(day, n - 1)
