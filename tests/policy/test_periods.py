from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haizhi_portal.policy.periods import (
    SHANGHAI,
    add_years,
    end_of,
    last_day_of_term,
    local_day,
    quarter_code,
    quarter_first_day,
    quarter_last_day,
    quarter_of,
    renewal_window,
    start_of,
)
from tests.policy.days import d

DAYS = st.dates(date(1990, 1, 1), date(2200, 12, 31))


@pytest.mark.clause("5.6-term")
@pytest.mark.parametrize(
    ("approved_on", "last_day"),
    [
        ("2024-02-29", "2027-02-28"),
        ("2023-06-01", "2026-06-01"),
        ("2026-03-15", "2029-03-15"),
        ("2023-11-30", "2026-11-30"),
        ("2025-02-28", "2028-02-28"),
        ("2026-12-31", "2029-12-31"),
    ],
)
def test_last_day_of_a_term_of_three_years(approved_on, last_day):
    assert last_day_of_term(d(approved_on), 3) == d(last_day)


@pytest.mark.parametrize(
    ("day", "years", "expected"),
    [("2024-02-29", 4, "2028-02-29"), ("2024-02-29", 0, "2024-02-29"), ("2024-02-29", -1, "2023-02-28")],
)
def test_add_years(day, years, expected):
    assert add_years(d(day), years) == d(expected)


@given(DAYS, DAYS, st.integers(0, 30))
def test_add_years_never_overtakes(one, other, years):
    earlier, later = sorted((one, other))
    assert add_years(earlier, years) <= add_years(later, years)


@pytest.mark.clause("5.6-term")
@given(DAYS)
def test_a_term_ends_on_the_corresponding_day_and_never_later(approved_on):
    last_day = last_day_of_term(approved_on, 3)
    assert last_day.year == approved_on.year + 3
    assert last_day.month == approved_on.month
    assert approved_on.day - last_day.day in ({0, 1} if (approved_on.month, approved_on.day) == (2, 29) else {0})


@pytest.mark.clause("5.6-renewal")
@pytest.mark.parametrize(
    ("expires_on", "opens_on"),
    [("2029-03-15", "2028-12-15"), ("2026-11-30", "2026-09-01"), ("2027-02-28", "2026-11-30")],
)
def test_renewal_window_bounds(expires_on, opens_on):
    window = renewal_window(d(expires_on), 90)
    assert (window.opens_on, window.closes_on) == (d(opens_on), d(expires_on))
    before, after = window.opens_on - timedelta(days=1), window.closes_on + timedelta(days=1)
    assert [window.contains(day) for day in (before, window.opens_on, window.closes_on, after)] == [
        False,
        True,
        True,
        False,
    ]


@pytest.mark.clause("5.3-quarterly")
@pytest.mark.parametrize(
    ("day", "quarter", "first", "last"),
    [
        ("2027-01-01", (2027, 1), "2027-01-01", "2027-03-31"),
        ("2027-03-31", (2027, 1), "2027-01-01", "2027-03-31"),
        ("2027-04-01", (2027, 2), "2027-04-01", "2027-06-30"),
        ("2027-09-30", (2027, 3), "2027-07-01", "2027-09-30"),
        ("2027-12-31", (2027, 4), "2027-10-01", "2027-12-31"),
    ],
)
def test_quarters(day, quarter, first, last):
    assert quarter_of(d(day)) == quarter
    assert quarter_first_day(*quarter) == d(first)
    assert quarter_last_day(*quarter) == d(last)
    assert quarter_code(*quarter) == f"2027Q{quarter[1]}"


@given(DAYS)
def test_a_day_lies_in_its_quarter(day):
    quarter = quarter_of(day)
    assert quarter_first_day(*quarter) <= day <= quarter_last_day(*quarter)


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        (datetime(2026, 8, 31, 15, 59, 59, 999999, tzinfo=UTC), "2026-08-31"),
        (datetime(2026, 8, 31, 16, 0, tzinfo=UTC), "2026-09-01"),
        (datetime(2026, 8, 31, 0, 0, tzinfo=SHANGHAI), "2026-08-31"),
    ],
)
def test_local_day(instant, day):
    assert local_day(instant) == d(day)


def test_an_instant_without_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        local_day(datetime(2026, 8, 31))


def test_a_day_lasts_from_midnight_to_midnight_in_shanghai():
    assert start_of(d("2026-08-31")) == datetime(2026, 8, 30, 16, tzinfo=UTC)
    assert end_of(d("2026-08-31")) == datetime(2026, 8, 31, 16, tzinfo=UTC)
    assert start_of(d("2026-08-31")).tzinfo is not None


@given(DAYS)
def test_every_instant_of_a_day_is_that_day(day):
    assert local_day(start_of(day)) == day
    assert local_day(end_of(day) - timedelta(microseconds=1)) == day
    assert local_day(end_of(day)) == day + timedelta(days=1)
