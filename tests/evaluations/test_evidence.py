"""What the portal works out for the six indicators from what it already holds (`5.4.1` … `5.4.6`)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bases import daily as bases_daily
from bases.actions.activities import add_activity, remove_activity
from bases.actions.endings import surrender
from bases.actions.reports import file_report
from bases.models import Base
from evaluations.evidence import Fact, evidence_of, evidence_of_term
from haizhi_portal.policy.figures import DEFAULTS
from resources.actions import add_partner, remove_partner
from resources.models import Partner
from tests.bases.kit import WORDS, YEAR_WORDS, report
from tests.evaluations.kit import decided, licensed, prepared, system, unit_actor

pytestmark = pytest.mark.django_db

ALL = ("5.4.1", "5.4.2", "5.4.3", "5.4.4", "5.4.5", "5.4.6")


@pytest.fixture
def base(db: None) -> Base:
    """In force all of 2028; what it owes is entered."""
    found = licensed("2027-03-15")
    bases_daily.run(system("2029-01-15"))
    return found


def partner(base: Base, name: str, since: str, until: str | None = None) -> Partner:
    return add_partner(
        actor=unit_actor(base, "2029-01-10"),
        organisation=base.organisation,
        name=name,
        foreign_name="Example Society",
        kind="society",
        country="日本",
        since=date.fromisoformat(since),
        until=date.fromisoformat(until) if until else None,
        cooperation="互访",
    )


def activity(base: Base, day: str, partners: list[Partner] | None = None) -> Any:
    return add_activity(
        actor=unit_actor(base, "2029-01-10"),
        base=base,
        held_on=date.fromisoformat(day),
        title=f"对接会 {day}",
        kind="matchmaking",
        place="大连",
        participants=80,
        outcome="三项意向",
        partners=partners or [],
    )


def facts(base: Base, key: str, year: int = 2028, today: date = date(2029, 1, 15)) -> list[Fact]:
    return evidence_of(base, year, DEFAULTS, today).indicators[key]


def test_every_indicator_has_its_evidence(base: Base) -> None:
    found = evidence_of(base, 2028, DEFAULTS, date(2029, 1, 15))

    assert tuple(found.indicators) == ALL
    assert all(found.indicators.values())
    assert found.as_json()["5.4.3"][0] == {"label": "本年度活动不少于 1 次", "value": "0 次，共 0 人次", "met": False}


@pytest.mark.clause("5.4.1", "5.4.2")
@pytest.mark.parametrize(
    ("filed_on", "said"), [(None, "未报送"), ("2028-11-30", "按时报送"), ("2028-12-01", "逾期报送")]
)
def test_rules_plan_and_its_completion_go_by_the_years_summary(base: Base, filed_on: str | None, said: str) -> None:
    if filed_on:
        file_report(actor=unit_actor(base, filed_on), obligation=report(base, "2028"), content=YEAR_WORDS)
        file_report(actor=unit_actor(base, "2027-11-30"), obligation=report(base, "2027"), content=YEAR_WORDS)

    assert [fact.value for fact in facts(base, "5.4.1")] == [said]
    assert [fact.value for fact in facts(base, "5.4.2")] == ["按时报送" if filed_on else "未报送", said]


@pytest.mark.clause("5.4.2")
def test_a_new_base_had_no_plan_to_hand_in(base: Base) -> None:
    assert facts(base, "5.4.2", 2027)[0].value == "上一年度无须报送"
    assert [fact.value for fact in facts(base, "5.4.1", 2026)] == ["无须报送"]
    assert [fact.value for fact in facts(base, "5.4.6", 2026)][1] == "无须报送"


@pytest.mark.clause("5.4.3")
@pytest.mark.parametrize(
    ("days", "met"),
    [([], False), (["2027-12-31"], False), (["2028-01-01"], True), (["2028-12-31"], True), (["2029-01-01"], False)],
)
def test_one_activity_a_year_is_the_minimum(base: Base, days: list[str], met: bool) -> None:
    for day in days:
        activity(base, day)

    assert facts(base, "5.4.3")[0].met is met


@pytest.mark.clause("5.4.3")
def test_a_removed_activity_does_not_count(base: Base) -> None:
    held = activity(base, "2028-05-01")
    remove_activity(actor=unit_actor(base, "2029-01-11"), activity=held)

    assert facts(base, "5.4.3")[0].value == "0 次，共 0 人次"


@pytest.mark.clause("5.4.3")
@pytest.mark.parametrize(
    ("spans", "count"),
    [
        ([("2028-12-31", None), ("2027-01-01", "2028-12-31")], 2),  # both in force on 31 December
        ([("2028-12-31", None), ("2027-01-01", "2028-12-30")], 1),
        ([("2028-12-31", None), ("2029-01-01", None)], 1),
        ([], 0),
    ],
)
def test_two_partners_in_force_on_31_december_are_the_minimum(
    base: Base, spans: list[tuple[str, str | None]], count: int
) -> None:
    for number, (since, until) in enumerate(spans):
        partner(base, f"海外学会{number}", since, until)

    fact = facts(base, "5.4.3")[1]
    assert (fact.value, fact.met) == (f"{count} 个", count >= 2)


@pytest.mark.clause("5.4.3")
def test_a_removed_partner_does_not_count_and_the_minimums_are_figures(base: Base) -> None:
    remove_partner(actor=unit_actor(base, "2029-01-11"), partner=partner(base, "海外学会", "2028-01-01"))
    partner(base, "海外大学", "2028-01-01")

    revised = replace(DEFAULTS, minimum_partners=1, minimum_activities=0)
    assert facts(base, "5.4.3")[1].value == "1 个"
    assert evidence_of(base, 2028, revised, date(2029, 1, 15)).unmet == []
    assert evidence_of(base, 2028, DEFAULTS, date(2029, 1, 15)).unmet == [
        "本年度活动不少于 1 次",
        "年末合作的海外组织不少于 2 个",
    ]


@pytest.mark.clause("5.4.4", "5.4.5")
def test_library_and_channels_go_by_partners_and_who_was_met(base: Base) -> None:
    old, new = partner(base, "旧伙伴", "2026-01-01", "2027-06-30"), partner(base, "新伙伴", "2028-06-01")
    partner(base, "又一新伙伴", "2028-12-31")
    partner(base, "明年的伙伴", "2029-01-01")
    activity(base, "2028-09-01", [new])
    activity(base, "2028-10-01", [new])
    activity(base, "2027-10-01", [old])

    assert [fact.value for fact in facts(base, "5.4.4")] == ["3 个"]
    assert [fact.value for fact in facts(base, "5.4.5")] == ["2 个", "1 个"]


@pytest.mark.clause("5.4.6")
def test_information_goes_by_what_was_filed_and_when(base: Base) -> None:
    for period, day in (("2028Q1", "2028-04-10"), ("2028Q2", "2028-07-11")):
        file_report(actor=unit_actor(base, day), obligation=report(base, period), content=WORDS)

    assert facts(base, "5.4.6")[0].value == "应报 4 次，已报 2 次，其中逾期 1 次；未报 2 次"
    # The last day for a report still counts.
    words = "应报 4 次，已报 2 次，其中逾期 1 次；未报 1 次，另有 1 次未到截止日"
    assert facts(base, "5.4.6", today=date(2029, 1, 10))[0].value == words
    assert facts(base, "5.4.6", 2027)[0].value == "应报 4 次，已报 0 次，其中逾期 0 次；未报 4 次"


@pytest.mark.clause("5.6-reaward")
def test_a_renewal_goes_by_the_whole_term(base: Base) -> None:
    activity(base, "2027-03-15")
    activity(base, "2028-10-01")
    remove_activity(actor=unit_actor(base, "2029-01-11"), activity=activity(base, "2028-10-02"))
    partner(base, "新伙伴", "2028-06-01")
    file_report(actor=unit_actor(base, "2027-04-05"), obligation=report(base, "2027Q1"), content=WORDS)

    found = evidence_of_term(base.terms.get(), date(2029, 1, 15))

    assert [fact.value for fact in found] == ["应报 10 次，已报 1 次，其中逾期 0 次；未报 9 次", "2 次", "1 个"]
    early = evidence_of_term(base.terms.get(), date(2028, 12, 31))[0].value
    assert early == "应报 10 次，已报 1 次，其中逾期 0 次；未报 8 次，另有 1 次未到截止日"


@pytest.mark.clause("5.6-reaward")
def test_the_term_before_is_not_counted(base: Base) -> None:
    activity(base, "2028-10-01")
    decided(prepared(base, "2030-01-10"), "2030-02-01", passed=True)
    bases_daily.run(system("2030-07-01"))

    found = evidence_of_term(base.terms.get(number=2), date(2030, 7, 1))
    # Of the new term only the first two quarters qualify by then.
    assert [fact.value for fact in found] == [
        "应报 2 次，已报 0 次，其中逾期 0 次；未报 1 次，另有 1 次未到截止日",
        "0 次",
        "0 个",
    ]


def test_another_units_work_is_not_counted(base: Base) -> None:
    other = licensed("2027-03-15", n=2)
    activity(other, "2028-10-01")
    partner(other, "别人的伙伴", "2028-01-01")
    bases_daily.run(system("2029-01-15"))
    file_report(actor=unit_actor(other, "2028-04-10"), obligation=report(other, "2028Q1"), content=WORDS)
    file_report(actor=unit_actor(other, "2028-11-30"), obligation=report(other, "2028"), content=YEAR_WORDS)

    nothing_filed = "应报 4 次，已报 0 次，其中逾期 0 次；未报 4 次"
    assert [fact.value for fact in facts(base, "5.4.6")] == [nothing_filed, "未报送"]
    of_term = [fact.value for fact in evidence_of_term(base.terms.get(), date(2029, 1, 15))]
    assert of_term == ["应报 10 次，已报 0 次，其中逾期 0 次；未报 10 次", "0 次", "0 个"]
    assert [fact.value for fact in facts(base, "5.4.3")] == ["0 次，共 0 人次", "0 个"]


@pytest.mark.clause("5.4.6", "5.6-reaward")
def test_what_is_owed_no_more_is_not_counted(base: Base) -> None:
    # Given up before the qualifying days of the fourth quarter and of the year's report.
    surrender(actor=unit_actor(base, "2028-10-15"), base=base, reason="业务调整")

    assert [fact.value for fact in facts(base, "5.4.6")] == [
        "应报 3 次，已报 0 次，其中逾期 0 次；未报 3 次",
        "无须报送",
    ]
    of_term = evidence_of_term(base.terms.get(), date(2029, 1, 15))[0].value
    assert of_term == "应报 8 次，已报 0 次，其中逾期 0 次；未报 8 次"
