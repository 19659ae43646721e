"""Reports owed: entered when their period begins, whoever notices first."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from bases import daily
from bases.actions.endings import surrender
from bases.actions.obligations import create_due_obligations
from bases.actions.reports import due_obligation
from bases.dues import nominal_day
from bases.models import Base
from bases.report_calendar import lines_of
from haizhi_portal.audit.models import Entry
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.models import Holiday
from haizhi_portal.policy.stored import calendar, figures_on
from haizhi_portal.policy.words import Role
from tests import factories as make
from tests.bases.kit import events, licensed, person, report, system, unit_actor

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
    make.figures("2027-05-01", quarterly_due_days=20)
    daily.run(system("2027-07-01"))
    assert report(base, "2027Q2").due_on == date(2027, 7, 12)
    assert report(base, "2027Q3").due_on == date(2027, 10, 20)


@pytest.mark.clause("5.3-quarterly")
def test_the_figures_of_the_opening_day_decide_also_when_it_is_entered_late() -> None:
    base = licensed("2027-04-20")
    make.figures("2027-08-01", quarterly_due_days=20)
    daily.run(system("2027-10-02"))
    assert report(base, "2027Q3").due_on == date(2027, 10, 11)
    assert report(base, "2027Q4").due_on == date(2028, 1, 20)


@pytest.mark.clause("5.3-annual")
@pytest.mark.parametrize(("in_force_from", "due_on"), [("2028-01-01", "2028-10-31"), ("2028-01-02", "2028-11-30")])
def test_the_figures_of_the_first_of_january_decide_the_year_s_report(in_force_from: str, due_on: str) -> None:
    base = licensed("2027-04-20")
    make.figures(in_force_from, annual_due_month=10, annual_due_day=31)
    daily.run(system("2028-03-01"))
    assert f"{report(base, '2028').due_on}" == due_on


@pytest.mark.clause("5.3-quarterly")
def test_a_licence_within_the_quarter_opens_it_under_the_figures_of_its_own_day() -> None:
    make.figures("2027-04-10", quarterly_due_days=20)
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


@pytest.mark.clause("5.5-exit")
def test_the_calendar_of_an_ended_base_has_nothing_to_come() -> None:
    base = licensed("2027-04-20")
    surrender(actor=unit_actor(base, "2027-08-01"), base=base, reason="业务调整")
    lines = lines_of(Base.objects.get(pk=base.pk), date(2027, 8, 1), figures_on(date(2027, 8, 1)), calendar())
    assert [(line.obligation.period, line.state.key) for line in lines] == [
        ("2027Q2", "overdue"),
        ("2027Q3", "cancelled"),
        ("2027", "cancelled"),
    ]


@pytest.mark.clause("5.3-quarterly", "5.3-annual")
@pytest.mark.parametrize(
    ("licensed_on", "period", "counted", "due_on"),
    [
        ("2027-04-20", "2027Q2", "2027-07-10", "2027-07-12"),
        ("2027-10-01", "2027Q4", "2028-01-10", "2028-01-10"),
        ("2027-04-20", "2027", "2027-11-30", "2027-11-30"),
        ("2024-04-22", "2024", "2024-11-30", "2024-12-02"),
    ],
)
def test_the_page_of_a_report_says_when_a_holiday_moved_its_day(
    licensed_on: str, period: str, counted: str, due_on: str, settings: Any, client_for: Any
) -> None:
    base = licensed(licensed_on)
    obligation = report(base, period)
    day = nominal_day(obligation, figures_on(obligation.opens_on))
    assert (f"{day}", f"{obligation.due_on}") == (counted, due_on)
    settings.PORTAL_TODAY = obligation.opens_on
    page = client_for(person(Role.MUNICIPAL)).get(reverse("bases:report", args=[base.number, period]))
    moved = f"{said(day)}不是工作日，截止日顺延到下一个工作日。"
    assert (moved in page.text, "顺延到下一个工作日" in page.text) == ((counted != due_on,) * 2)


@pytest.mark.clause("5.3-quarterly")
def test_an_ended_base_gets_no_new_obligation() -> None:
    base = licensed("2024-03-15")
    daily.run(system("2027-03-16"))
    count = base.obligations.count()
    assert create_due_obligations(actor=system("2028-03-16"), base=base) == 0
    assert base.obligations.count() == count


@pytest.mark.clause("5.3-quarterly", "5.6-term")
def test_one_day_s_entries_are_in_the_order_of_the_bases_numbers() -> None:
    later, earlier = licensed("2027-04-20", 2), licensed("2027-04-20", 1)
    in_order = [earlier.number, later.number]
    daily.run(system("2027-07-01"))
    due = Entry.objects.filter(event="report.due", data__period="2027Q3").order_by("seq")
    assert [entry.base for entry in due] == in_order
    daily.run(system("2030-04-21"))
    ended = Entry.objects.filter(event="base.expired").order_by("seq")
    assert [entry.base for entry in ended] == in_order
