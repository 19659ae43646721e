"""Writing, filing, answering reports."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from bases import daily
from bases.actions.endings import surrender
from bases.actions.reports import accept_report, due_obligation, file_report, return_report, save_draft
from bases.models import Filing, Obligation
from bases.queries import overdue, with_state
from bases.report_calendar import lines_of
from bases.report_state import STATES, condition, report_state
from bases.rules import filing_opens_on
from haizhi_portal.notifications.models import Message
from haizhi_portal.policy.stored import calendar, figures_by_day, figures_on
from haizhi_portal.policy.verdict import Conflict, RuleViolation
from tests import factories as make
from tests.bases.kit import (
    WORDS,
    YEAR_WORDS,
    actor,
    events,
    leader,
    licensed,
    officer,
    person,
    report,
    system,
    unit_actor,
)

pytestmark = pytest.mark.django_db


@pytest.mark.clause("5.3-quarterly")
@pytest.mark.parametrize(("day", "late"), [("2027-07-11", False), ("2027-07-12", False), ("2027-07-13", True)])
def test_the_first_filing_decides_for_ever(day: str, late: bool) -> None:
    base = licensed("2027-04-20")
    obligation = report(base, "2027Q2")
    file_report(actor=unit_actor(base, day), obligation=obligation, content=WORDS)
    return_report(actor=officer("2027-07-20"), obligation=obligation, reason="请补充数字")
    file_report(actor=unit_actor(base, "2027-07-21"), obligation=obligation, content=WORDS | {"work": "三场"})
    accept_report(actor=officer("2027-07-22"), obligation=obligation)
    obligation.refresh_from_db()
    assert (obligation.first_filed_on, obligation.late) == (date.fromisoformat(day), late)
    assert obligation.accepted_on == date(2027, 7, 22)
    assert events("report.filed", "report.returned", "report.accepted", base=base) == [
        ("report.filed", day, {"kind": "quarterly", "period": "2027Q2", "late": late}),
        ("report.returned", "2027-07-20", {"kind": "quarterly", "period": "2027Q2"}),
        ("report.filed", "2027-07-21", {"kind": "quarterly", "period": "2027Q2", "late": late}),
        ("report.accepted", "2027-07-22", {"kind": "quarterly", "period": "2027Q2"}),
    ]
    assert [(each.version, each.outcome, each.content["work"]) for each in obligation.filings.all()] == [
        (1, "returned", "办了对接会"),
        (2, "accepted", "三场"),
    ]


@pytest.mark.clause("5.3-quarterly", "5.3-annual")
@pytest.mark.parametrize(
    ("period", "words", "day", "allowed"),
    [
        ("2028Q1", WORDS, "2028-01-01", False),  # the first day of the period
        ("2028Q1", WORDS, "2028-02-29", False),
        ("2028Q1", WORDS, "2028-03-20", False),
        ("2028Q1", WORDS, "2028-03-21", True),  # ten days before 31 March
        ("2028Q1", WORDS, "2028-04-10", True),
        ("2028", YEAR_WORDS, "2028-01-01", False),
        ("2028", YEAR_WORDS, "2028-09-30", False),
        ("2028", YEAR_WORDS, "2028-10-01", True),  # sixty days before 30 November
    ],
)
def test_a_report_is_written_at_any_time_and_filed_near_the_end_of_its_period(
    period: str, words: dict[str, str], day: str, allowed: bool
) -> None:
    base = licensed("2027-04-20")
    mine = unit_actor(base, day)
    obligation = due_obligation(actor=mine, base=base, period=period)
    saved = save_draft(actor=mine, obligation=obligation, content=words, expected_version=1)
    if allowed:
        file_report(actor=mine, obligation=saved, content=words)
        assert report(base, period).late is False
        return
    first = "2028年3月21日" if period == "2028Q1" else "2028年10月1日"
    with pytest.raises(RuleViolation, match=f"{first}起可以报送") as refused:
        file_report(actor=mine, obligation=saved, content=words)
    assert refused.value.clause == ("5.3-quarterly" if period == "2028Q1" else "5.3-annual")
    assert report(base, period).draft == saved.draft
    assert not Filing.objects.exists()


@pytest.mark.clause("5.3-quarterly")
def test_the_days_are_those_of_the_opening_and_a_correction_may_come_at_once() -> None:
    base = licensed("2027-04-20")
    make.figures("2027-05-01", quarterly_file_days_before=0)
    file_report(actor=unit_actor(base, "2027-06-20"), obligation=report(base, "2027Q2"), content=WORDS)
    return_report(actor=officer("2027-06-21"), obligation=report(base, "2027Q2"), reason="补充")
    file_report(actor=unit_actor(base, "2027-06-22"), obligation=report(base, "2027Q2"), content=WORDS)
    mine = unit_actor(base, "2027-09-29")
    later = due_obligation(actor=mine, base=base, period="2027Q3")
    with pytest.raises(RuleViolation, match="2027年9月30日起可以报送"):
        file_report(actor=mine, obligation=later, content=WORDS)


@pytest.mark.clause("5.3-annual")
@pytest.mark.parametrize(("day", "late"), [("2024-11-30", False), ("2024-12-02", False), ("2024-12-03", True)])
def test_the_annual_report_is_in_time_through_the_moved_due_day(day: str, late: bool) -> None:
    base = licensed("2024-01-15")
    file_report(actor=unit_actor(base, day), obligation=report(base, "2024"), content=YEAR_WORDS)
    assert report(base, "2024").late is late


@pytest.mark.clause("5.3-annual")
@pytest.mark.parametrize("gap", ["priorities", "innovations", "results", "next_year"])
def test_the_annual_report_has_its_four_parts(gap: str) -> None:
    base = licensed("2027-04-20")
    with pytest.raises(RuleViolation, match="请填写") as refused:
        file_report(
            actor=unit_actor(base, "2027-11-01"), obligation=report(base, "2027"), content=YEAR_WORDS | {gap: "  "}
        )
    assert (refused.value.clause, refused.value.field) == ("5.3-annual", gap)
    assert not Filing.objects.exists()


@pytest.mark.clause("5.1-guidance")
def test_nobody_writes_the_report_for_the_base() -> None:
    base, other = licensed("2027-04-20"), licensed("2027-04-20", 2)
    for stranger in (officer("2027-05-01"), leader("2027-05-01"), unit_actor(other, "2027-05-01")):
        with pytest.raises(RuleViolation) as refused:
            file_report(actor=stranger, obligation=report(base, "2027Q2"), content=WORDS)
        assert refused.value.clause == "5.1-guidance"


@pytest.mark.clause("5.1-guidance", "5.3-quarterly")
def test_only_the_society_department_answers_once_and_with_words() -> None:
    base = licensed("2027-04-20")
    obligation = report(base, "2027Q2")
    with pytest.raises(RuleViolation, match="还没有报送"):
        accept_report(actor=officer("2027-07-01"), obligation=obligation)
    file_report(actor=unit_actor(base, "2027-07-01"), obligation=obligation, content=WORDS)
    district = person("district", place="210211")
    for stranger in (leader("2027-07-02"), unit_actor(base, "2027-07-02"), actor(district, "2027-07-02")):
        with pytest.raises(RuleViolation, match="学会部审阅"):
            accept_report(actor=stranger, obligation=obligation)
    with pytest.raises(RuleViolation, match="修改什么"):
        return_report(actor=officer("2027-07-02"), obligation=obligation, reason=" ")
    accept_report(actor=officer("2027-07-02"), obligation=obligation, opinion="写得具体")
    with pytest.raises(RuleViolation, match="已经有了结论"):
        return_report(actor=officer("2027-07-02"), obligation=obligation, reason="再改")
    with pytest.raises(RuleViolation, match="已经通过"):
        file_report(actor=unit_actor(base, "2027-07-03"), obligation=obligation, content=WORDS)
    assert Message.objects.filter(kind="report.accepted").count() == 1


@pytest.mark.clause("5.3-quarterly")
def test_a_report_that_waits_is_not_filed_again() -> None:
    base = licensed("2027-04-20")
    file_report(actor=unit_actor(base, "2027-07-01"), obligation=report(base, "2027Q2"), content=WORDS)
    with pytest.raises(RuleViolation, match="正在审阅"):
        file_report(actor=unit_actor(base, "2027-07-02"), obligation=report(base, "2027Q2"), content=WORDS)


@pytest.mark.clause("5.3-quarterly")
def test_a_cancelled_report_is_neither_written_nor_answered() -> None:
    base = licensed("2027-04-20")
    obligation = report(base, "2027Q2")
    file_report(actor=unit_actor(base, "2027-06-20"), obligation=obligation, content=WORDS)
    surrender(actor=unit_actor(base, "2027-06-30"), base=base, reason="退出")
    with pytest.raises(RuleViolation, match="不用再审阅"):
        accept_report(actor=officer("2027-07-01"), obligation=obligation)
    with pytest.raises(RuleViolation, match="不用再报"):
        file_report(actor=unit_actor(base, "2027-07-01"), obligation=report(base, "2027"), content=YEAR_WORDS)


@pytest.mark.clause("5.3-quarterly")
def test_two_windows_do_not_overwrite_each_other() -> None:
    base = licensed("2027-04-20")
    obligation = report(base, "2027Q2")
    saved = save_draft(
        actor=unit_actor(base, "2027-05-01"),
        obligation=obligation,
        content={"work": "甲", "rogue": "x"},
        expected_version=1,
    )
    assert (saved.version, saved.draft["work"]) == (2, "甲")
    assert "rogue" not in saved.draft
    with pytest.raises(Conflict):
        save_draft(
            actor=unit_actor(base, "2027-05-01"), obligation=obligation, content={"work": "乙"}, expected_version=1
        )
    with pytest.raises(Conflict):
        file_report(actor=unit_actor(base, "2027-05-01"), obligation=obligation, content=WORDS, expected_version=1)
    assert report(base, "2027Q2").draft["work"] == "甲"


@pytest.mark.clause("5.3-quarterly")
def test_states_in_lists_and_on_pages_are_the_same() -> None:
    base = licensed("2024-03-15")
    daily.run(system("2025-08-01"))
    for period in ("2024Q1", "2024Q2", "2024Q3"):
        file_report(actor=unit_actor(base, "2025-08-01"), obligation=report(base, period), content=WORDS)
    accept_report(actor=officer("2025-08-01"), obligation=report(base, "2024Q1"))
    return_report(actor=officer("2025-08-01"), obligation=report(base, "2024Q2"), reason="改")
    surrender(actor=unit_actor(base, "2025-08-02"), base=base, reason="退出")
    today = date(2025, 8, 2)
    rows = with_state(Obligation.objects.all())
    steps = figures_by_day()
    found = {key: {row.period for row in rows.filter(condition(key, today, steps))} for key in STATES}
    assert found == {
        "accepted": {"2024Q1"},
        "returned": {"2024Q2"},
        "waiting": {"2024Q3"},
        "overdue": {"2024Q4", "2025Q1", "2025Q2", "2024"},
        "early": set(),
        "open": set(),
        "cancelled": {"2025Q3", "2025"},
    }
    for key, matching in found.items():
        for row in rows.filter(period__in=matching):
            assert report_state(row, row.filed_outcome, today, filing_opens_on(row)).key == key
    assert {row.period for row in overdue(Obligation.objects.all(), today)} == found["overdue"]


@pytest.mark.clause("5.3-quarterly", "5.3-annual")
@pytest.mark.parametrize(
    # A quarter can be filed from ten days before its end on, a year from sixty days before 30 November on; from
    # 1 May on the figures say five and twenty: what was opened before keeps its own.
    ("day", "states"),
    [
        ("2027-04-20", {"2027": "early", "2027Q2": "early"}),
        ("2027-06-19", {"2027": "early", "2027Q2": "early"}),
        ("2027-06-20", {"2027": "early", "2027Q2": "open"}),
        ("2027-07-12", {"2027": "early", "2027Q2": "open", "2027Q3": "early"}),
        ("2027-07-13", {"2027": "early", "2027Q2": "overdue", "2027Q3": "early"}),
        ("2027-09-24", {"2027": "early", "2027Q2": "overdue", "2027Q3": "early"}),
        ("2027-09-25", {"2027": "early", "2027Q2": "overdue", "2027Q3": "open"}),
        ("2027-09-30", {"2027": "early", "2027Q2": "overdue", "2027Q3": "open"}),
        ("2027-10-01", {"2027": "open", "2027Q2": "overdue", "2027Q3": "open", "2027Q4": "early"}),
        ("2028-11-09", {"2028": "early"}),
        ("2028-11-10", {"2028": "open"}),
    ],
)
def test_a_report_is_written_early_then_open_in_list_calendar_and_page(
    day: str, states: dict[str, str], settings: Any, client_for: Callable[[Any], Any]
) -> None:
    base = licensed("2027-04-20")
    make.figures("2027-05-01", quarterly_file_days_before=5, annual_file_days_before=20)
    daily.run(system(day))
    today = settings.PORTAL_TODAY = date.fromisoformat(day)
    asked = set(states)
    rows, steps = with_state(Obligation.objects.filter(period__in=asked)), figures_by_day()
    assert {row.period: key for key in STATES for row in rows.filter(condition(key, today, steps))} == states
    lines = lines_of(base, today, figures_on(today), calendar())
    assert {line.obligation.period: line.state.key for line in lines if line.obligation.period in asked} == states
    reader = client_for(unit_actor(base, day).user)
    listed = reader.get(reverse("bases:reports")).context["listed"]
    assert {
        line["obligation"].period: line["state"].key for line in listed if line["obligation"].period in asked
    } == states
    for period, state in states.items():
        page = reader.get(reverse("bases:report", args=[base.number, period])).context
        assert (page["state"].key, bool(page["may_file"])) == (state, state != "early")


@pytest.mark.clause("5.3-quarterly")
def test_a_period_s_report_is_the_own_base_s_and_what_was_filed_is_what_is_written_on() -> None:
    bases = [licensed("2027-04-20", n) for n in (1, 2)]
    found = [due_obligation(actor=system("2027-07-01"), base=base, period="2027Q2") for base in bases]
    assert [each.base_id for each in found if each] == [base.pk for base in bases]
    assert due_obligation(actor=system("2027-07-01"), base=bases[0], period="2027Q1") is None

    mine = report(bases[1], "2027Q2")
    version = mine.version
    file_report(actor=unit_actor(bases[1], "2027-07-01"), obligation=mine, content=WORDS, expected_version=version)
    mine = report(bases[1], "2027Q2")
    assert (mine.draft, mine.version) == (WORDS, version + 1)
    return_report(actor=officer("2027-07-02"), obligation=mine, reason="改")
    with pytest.raises(Conflict):
        file_report(actor=unit_actor(bases[1], "2027-07-03"), obligation=mine, content=WORDS, expected_version=version)
    assert report(bases[0], "2027Q2").filings.count() == 0
