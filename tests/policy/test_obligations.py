from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haizhi_portal.policy.figures import DEFAULTS, with_changes
from haizhi_portal.policy.obligations import dues_of_term, files_from, is_owed, lateness
from haizhi_portal.policy.periods import add_years
from haizhi_portal.policy.workdays import WEEKENDS_ONLY
from tests.policy.days import PUBLISHED, d


def dues(starts_on, last_day, created_on=None, figures=DEFAULTS, calendar=WEEKENDS_ONLY):
    return dues_of_term(
        starts_on=d(starts_on),
        last_day_in_force=d(last_day),
        figures=figures,
        calendar=calendar,
        created_on=d(created_on or starts_on),
    )


@pytest.mark.clause("5.3-quarterly")
@pytest.mark.clause("5.3-annual")
def test_a_term_of_three_years_from_mid_november():
    owed = dues("2026-11-15", "2029-11-15")
    assert [due.period for due in owed if due.kind == "quarterly"] == [
        "2026Q4",
        *(f"{year}Q{quarter}" for year in (2027, 2028) for quarter in (1, 2, 3, 4)),
        *("2029Q1", "2029Q2", "2029Q3"),
    ]
    assert [due.period for due in owed if due.kind == "annual"] == ["2026", "2027", "2028"]
    assert {(due.kind, due.clause) for due in owed} == {("quarterly", "5.3-quarterly"), ("annual", "5.3-annual")}


@pytest.mark.clause("5.3-quarterly")
@pytest.mark.parametrize(
    ("starts_on", "last_day", "periods"),
    [
        ("2027-03-31", "2027-06-29", ["2027Q1"]),
        ("2027-04-01", "2027-06-29", []),
        ("2027-04-01", "2027-06-30", ["2027Q2"]),
        ("2027-03-31", "2027-06-30", ["2027Q1", "2027Q2"]),
        ("2027-12-31", "2028-03-30", ["2027Q4"]),
    ],
)
def test_a_quarter_is_owed_when_its_last_day_lies_in_the_term(starts_on, last_day, periods):
    assert [due.period for due in dues(starts_on, last_day) if due.kind == "quarterly"] == periods


@pytest.mark.clause("5.3-annual")
@pytest.mark.parametrize(
    ("starts_on", "last_day", "periods"),
    [
        ("2027-11-30", "2028-11-29", ["2027"]),
        ("2027-12-01", "2028-11-29", []),
        ("2027-12-01", "2028-11-30", ["2028"]),
        ("2027-11-30", "2030-11-30", ["2027", "2028", "2029", "2030"]),
    ],
)
def test_a_year_is_owed_when_its_30_november_lies_in_the_term(starts_on, last_day, periods):
    assert [due.period for due in dues(starts_on, last_day) if due.kind == "annual"] == periods


@pytest.mark.clause("5.3-annual")
@pytest.mark.parametrize(
    ("year", "calendar", "due_on"),
    [
        (2024, WEEKENDS_ONLY, "2024-12-02"),
        (2025, PUBLISHED, "2025-12-01"),
        (2026, PUBLISHED, "2026-11-30"),
        (2030, WEEKENDS_ONLY, "2030-12-02"),
    ],
)
def test_the_annual_report_is_due_on_30_november_or_the_next_working_day(year, calendar, due_on):
    (due,) = [due for due in dues(f"{year}-01-01", f"{year}-12-30", calendar=calendar) if due.kind == "annual"]
    assert (due.opens_on, due.qualifies_on, due.due_on) == (d(f"{year}-01-01"), d(f"{year}-11-30"), d(due_on))


@pytest.mark.clause("5.3-quarterly")
@pytest.mark.parametrize(
    ("period", "due_on"),
    [("2026Q1", "2026-04-10"), ("2026Q2", "2026-07-10"), ("2026Q3", "2026-10-10"), ("2026Q4", "2027-01-11")],
)
def test_quarterly_information_is_due_ten_days_after_the_quarter(period, due_on):
    owed = {due.period: due for due in dues("2026-01-01", "2026-12-31", calendar=PUBLISHED)}
    assert owed[period].due_on == d(due_on)


@pytest.mark.clause("5.3-quarterly")
def test_the_figure_moves_the_due_day():
    owed = dues("2026-01-01", "2026-03-31", figures=with_changes({"quarterly_due_days": 15}), calendar=PUBLISHED)
    assert [due.due_on for due in owed] == [d("2026-04-15")]


@pytest.mark.clause("5.3-quarterly")
@pytest.mark.parametrize(
    ("starts_on", "created_on", "openings"),
    [
        # a first licence: the current period opens with it, the next ones on their first day
        ("2027-05-20", "2027-05-20", {"2027Q2": "2027-05-20", "2027": "2027-05-20", "2027Q3": "2027-07-01"}),
        # a renewal in time, decided before the old term ends
        ("2027-05-20", "2027-04-06", {"2027Q2": "2027-04-06", "2027": "2027-04-06", "2027Q3": "2027-07-01"}),
        # a renewal in time, decided in an earlier quarter
        ("2027-05-20", "2027-03-10", {"2027Q2": "2027-04-01", "2027": "2027-03-10", "2027Q3": "2027-07-01"}),
        # a renewal in time, decided in the year before
        ("2027-01-15", "2026-12-20", {"2027Q1": "2027-01-01", "2027": "2027-01-01", "2027Q2": "2027-04-01"}),
    ],
)
def test_an_obligation_opens_with_its_period_or_with_the_licence(starts_on, created_on, openings):
    opened = {due.period: due.opens_on for due in dues(starts_on, "2029-12-31", created_on)}
    assert {period: opened[period] for period in openings} == {key: d(day) for key, day in openings.items()}


@pytest.mark.clause("5.3-quarterly")
@pytest.mark.parametrize(
    ("in_force_until", "owed"), [(None, True), ("2027-06-30", True), ("2027-06-29", False), ("2027-07-01", True)]
)
def test_what_an_early_end_cancels(in_force_until, owed):
    second = next(due for due in dues("2027-01-01", "2029-12-31") if due.period == "2027Q2")
    assert is_owed(second, d(in_force_until) if in_force_until else None) is owed


@pytest.mark.clause("5.3-quarterly", "5.3-annual")
@pytest.mark.parametrize(
    ("kind", "qualifies_on", "first"),
    [("quarterly", "2027-06-30", "2027-06-20"), ("annual", "2027-11-30", "2027-10-01")],
)
def test_a_report_is_filed_from_some_days_before_its_period_ends(kind, qualifies_on, first):
    assert files_from(kind, d(qualifies_on), DEFAULTS) == d(first)


@pytest.mark.clause("5.3-annual")
@pytest.mark.parametrize(("filed_on", "late"), [("2024-12-01", False), ("2024-12-02", False), ("2024-12-03", True)])
def test_late_is_after_the_due_day(filed_on, late):
    assert lateness(d(filed_on), d("2024-12-02")) is late


@pytest.mark.clause("5.3-quarterly")
@given(st.dates(date(2022, 1, 1), date(2060, 12, 31)), st.integers(0, 400))
def test_a_whole_term_always_brings_twelve_quarters_and_three_years(starts_on, created_before):
    last_day = add_years(starts_on, 3) - timedelta(days=1)
    owed = dues_of_term(
        starts_on=starts_on,
        last_day_in_force=last_day,
        figures=DEFAULTS,
        calendar=PUBLISHED,
        created_on=starts_on - timedelta(days=created_before),
    )
    assert sum(due.kind == "quarterly" for due in owed) == 12
    assert sum(due.kind == "annual" for due in owed) == 3
    assert len({(due.kind, due.period) for due in owed}) == len(owed)
    assert owed == sorted(owed, key=lambda due: (due.opens_on, due.due_on))
    for due in owed:
        assert due.opens_on <= due.qualifies_on <= due.due_on
        assert starts_on <= due.qualifies_on <= last_day
        assert PUBLISHED.is_working_day(due.due_on)
