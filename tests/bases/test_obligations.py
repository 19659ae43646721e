"""Reports owed: entered when their period begins, whoever notices first."""

from datetime import date

import pytest

from bases import daily
from bases.actions.obligations import create_due_obligations
from bases.actions.reports import due_obligation
from bases.models import Base
from bases.report_calendar import lines_of
from haizhi_portal.policy.models import FigureEdition, Holiday
from haizhi_portal.policy.stored import calendar, figures_on
from tests.bases.kit import events, licensed, on, report, system, unit_actor

pytestmark = pytest.mark.django_db


def periods(base: Base) -> list[str]:
    return sorted(base.obligations.values_list("period", flat=True))


@pytest.mark.clause("5.3-quarterly")
@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2027-06-30", ["2027", "2027Q2"]),
        ("2027-07-01", ["2027", "2027Q2", "2027Q3"]),
        ("2027-12-31", ["2027", "2027Q2", "2027Q3", "2027Q4"]),
        ("2028-01-01", ["2027", "2027Q2", "2027Q3", "2027Q4", "2028", "2028Q1"]),
    ],
)
def test_an_obligation_is_entered_when_its_period_begins(day: str, expected: list[str]) -> None:
    base = licensed("2027-04-20")
    daily.run(system(day))
    assert periods(base) == sorted(expected)


@pytest.mark.clause("5.3-quarterly", "5.3-annual")
def test_a_missed_year_is_caught_up_with_the_days_it_took_effect() -> None:
    base = licensed("2027-04-20")
    assert daily.run(system("2028-01-05"))[0] == ("应报事项起报", 4)
    assert [(on, data["period"]) for _event, on, data in events("report.due", base=base)] == [
        ("2027-04-20", "2027Q2"),
        ("2027-04-20", "2027"),
        ("2027-07-01", "2027Q3"),
        ("2027-10-01", "2027Q4"),
        ("2028-01-01", "2028Q1"),
        ("2028-01-01", "2028"),
    ]
    assert daily.run(system("2028-01-05")) == [("应报事项起报", 0), ("有效期届满", 0), ("基地到期终止", 0)]


@pytest.mark.clause("5.3-quarterly")
@pytest.mark.parametrize(
    ("period", "due_on"),
    [("2027Q2", date(2027, 7, 12)), ("2027Q3", date(2027, 10, 11)), ("2027Q4", date(2028, 1, 10))],
)
def test_ten_days_after_the_quarter_moved_off_weekends(period: str, due_on: date) -> None:
    base = licensed("2027-04-20")
    daily.run(system("2028-01-05"))
    assert report(base, period).due_on == due_on


@pytest.mark.clause("5.3-quarterly")
def test_the_due_day_stays_when_holidays_or_figures_change_later() -> None:
    base = licensed("2027-04-20")
    Holiday.objects.create(day=date(2027, 7, 12), off=True, name="临时放假")
    FigureEdition.objects.create(
        in_force_from=date(2027, 5, 1),
        values={"quarterly_due_days": 20},
        edition="改",
        reason="试",
        set_at=on("2027-05-01"),
    )
    daily.run(system("2027-07-01"))
    assert report(base, "2027Q2").due_on == date(2027, 7, 12)
    assert report(base, "2027Q3").due_on == date(2027, 10, 20)


@pytest.mark.clause("5.3-quarterly")
def test_the_figures_of_the_opening_day_decide_also_when_it_is_entered_late() -> None:
    base = licensed("2027-04-20")
    FigureEdition.objects.create(
        in_force_from=date(2027, 8, 1),
        values={"quarterly_due_days": 20},
        edition="改",
        reason="试",
        set_at=on("2027-08-01"),
    )
    daily.run(system("2027-10-02"))
    assert report(base, "2027Q3").due_on == date(2027, 10, 11)
    assert report(base, "2027Q4").due_on == date(2028, 1, 20)


@pytest.mark.clause("5.3-quarterly")
def test_a_licence_within_the_quarter_opens_it_under_the_figures_of_its_own_day() -> None:
    FigureEdition.objects.create(
        in_force_from=date(2027, 4, 10),
        values={"quarterly_due_days": 20},
        edition="改",
        reason="试",
        set_at=on("2027-04-10"),
    )
    assert report(licensed("2027-04-20"), "2027Q2").due_on == date(2027, 7, 20)


@pytest.mark.clause("5.3-quarterly")
def test_nothing_is_wrong_because_a_night_was_missed() -> None:
    base = licensed("2027-04-20")
    entered = due_obligation(actor=unit_actor(base, "2027-07-01"), base=base, period="2027Q3")
    assert entered is not None
    assert entered.opens_on == date(2027, 7, 1)
    assert due_obligation(actor=unit_actor(base, "2027-07-01"), base=base, period="2027Q4") is None


@pytest.mark.clause("5.3-quarterly", "5.3-annual")
def test_the_calendar_of_a_term_is_what_will_be_entered() -> None:
    base = licensed("2027-04-20")
    today = date(2027, 8, 1)
    lines = lines_of(base, today, figures_on(today), calendar())
    expected = {(line.obligation.period, line.obligation.due_on) for line in lines}
    assert [line.state.key for line in lines[:4]] == ["overdue", "early", "early", "coming"]
    daily.run(system("2030-04-20"))
    assert {(row.period, row.due_on) for row in base.obligations.all()} == expected
    assert len(expected) == 12 + 3


@pytest.mark.clause("5.3-quarterly")
def test_an_ended_base_gets_no_new_obligation() -> None:
    base = licensed("2024-03-15")
    daily.run(system("2027-03-16"))
    count = base.obligations.count()
    assert create_due_obligations(actor=system("2028-03-16"), base=base) == 0
    assert base.obligations.count() == count
