"""Every filter of the lists of evaluations, renewals and withdrawals, by the rows it shows and their order."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from bases.models import Base
from evaluations.actions import evaluation as evaluations
from evaluations.actions import renewal as renewals
from evaluations.actions import withdrawal as withdrawals
from evaluations.queries import may_read_marks
from haizhi_portal.policy.words import Role
from tests.evaluations.kit import (
    FAILED,
    announced,
    decided,
    exempted,
    final,
    leader,
    licensed,
    officer,
    opened,
    person,
    prepared,
    requested,
    scored,
    unit_actor,
)

pytestmark = pytest.mark.django_db
SignIn = Callable[[Any], Any]
LATER = [f"{seat}/2028" for seat in range(1, 6)]


def shown(client_for: SignIn, name: str, query: str, label: Callable[[Any], str]) -> list[str]:
    page = client_for(person(Role.MUNICIPAL)).get(reverse(f"evaluations:{name}") + query)
    assert page.status_code == 200
    return [label(row) for row in page.context["page_obj"].object_list]


@pytest.fixture
def evaluated(settings: Any) -> None:
    """Five bases: 2027 in every state, 2028 opened for all of them and scored for the first."""
    settings.PORTAL_TODAY = date(2029, 3, 10)
    first, second, third, fourth, fifth = (licensed("2027-03-15", n) for n in range(1, 6))
    final(first, 2027, FAILED)
    scored(first, 2028)
    announced(second, 2027, on="2029-03-05")
    evaluations.request_review(
        actor=unit_actor(second, "2029-03-06"), evaluation=second.evaluations.get(year=2027), reason="有异议"
    )
    exempted(third, 2027)
    announced(fourth, 2027, on="2029-03-05")
    announced(fifth, 2027, on="2029-02-01")


@pytest.mark.clause("5.4-evaluation")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [*LATER, "1/2027", "2/2027", "3/2027", "4/2027", "5/2027"]),
        ("?year=2027", ["1/2027", "2/2027", "3/2027", "4/2027", "5/2027"]),
        ("?year=2028", LATER),
        ("?q=HZ2027-01", ["1/2028", "1/2027"]),
        ("?q=研究院3", ["3/2028", "3/2027"]),
        ("?result=unqualified", ["1/2027"]),
        ("?result=exempt", ["3/2027"]),
        ("?result=qualified", ["2/2027", "4/2027", "5/2027"]),
        ("?state=open", LATER),
        ("?state=scored", ["1/2028"]),
        ("?state=unscored", LATER[1:]),
        ("?state=proposed", []),
        ("?state=announced", ["4/2027"]),
        ("?state=review", ["2/2027"]),
        ("?state=waiting", ["5/2027"]),
        ("?state=final", ["1/2027", "3/2027"]),
        ("?state=final&result=exempt&year=2027", ["3/2027"]),
    ],
)
def test_evaluations(client_for: SignIn, evaluated: None, query: str, expected: list[str]) -> None:
    assert shown(client_for, "list", query, lambda row: f"{row.base.seat}/{row.year}") == expected


@pytest.mark.clause("5.4-evaluation")
def test_a_proposed_exemption_is_found_and_not_among_those_to_be_announced(client_for: SignIn, evaluated: None) -> None:
    base = Base.objects.get(seat=1)
    evaluations.propose_exemption(
        actor=officer("2029-03-09"), evaluation=base.evaluations.get(year=2028), reason="停工改造"
    )
    assert shown(client_for, "list", "?state=proposed", lambda row: f"{row.base.seat}/{row.year}") == ["1/2028"]
    assert shown(client_for, "list", "?state=scored", lambda row: f"{row.base.seat}/{row.year}") == []


@pytest.fixture
def asked(settings: Any) -> None:
    """Six requests, one in each state, asked for on six days that run against the seats."""
    settings.PORTAL_TODAY = date(2030, 2, 20)
    held = {n: licensed("2027-03-15", n) for n in range(1, 7)}
    requested(held[1], "2030-01-16")
    renewals.return_renewal(actor=officer("2030-01-20"), renewal=requested(held[2], "2030-01-15"), reason="请补充")
    prepared(held[3], "2030-01-14")
    decided(prepared(held[4], "2030-01-11"), "2030-02-01", passed=True)
    decided(prepared(held[5], "2030-01-10", "fail"), "2030-02-01", passed=False)
    renewals.withdraw_renewal(actor=unit_actor(held[6], "2030-01-12"), renewal=requested(held[6], "2030-01-09"))


@pytest.mark.clause("5.6-renewal")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [1, 2, 3, 4, 5, 6]),  # the newest request first
        ("?state=open", [1, 2, 3]),
        ("?state=assess", [1]),
        ("?state=returned", [2]),
        ("?state=prepared", [3]),
        ("?state=passed", [4]),
        ("?state=failed", [5]),
        ("?state=withdrawn", [6]),
        ("?q=HZ2027-03", [3]),
        ("?q=研究院6&state=withdrawn", [6]),
        ("?q=研究院6&state=open", []),
    ],
)
def test_renewals(client_for: SignIn, asked: None, query: str, expected: list[int]) -> None:
    assert shown(client_for, "renewals", query, lambda row: row.term.base.seat) == expected


@pytest.fixture
def accused(settings: Any) -> None:
    """Four cases, one in each state, opened on four days that run against the seats, and one by the rule."""
    settings.PORTAL_TODAY = date(2029, 7, 1)
    for n, day in ((1, "2028-06-09"), (2, "2028-06-08"), (3, "2028-06-07"), (4, "2028-06-06")):
        case = withdrawals.open_withdrawal(
            actor=officer(day), base=licensed("2027-03-15", n), ground="false_statements", years=[], statement="伪造"
        )
        if n in (2, 3):
            withdrawals.prepare_withdrawal(actor=officer(day), withdrawal=case, statement="事实清楚")
        if n == 3:
            withdrawals.confirm_withdrawal(actor=leader(day), withdrawal=case)
        if n == 4:
            withdrawals.close_withdrawal(actor=leader(day), withdrawal=case, reason="查无实据")
    failing = licensed("2027-03-15", 5)
    final(failing, 2027, FAILED)
    final(failing, 2028, FAILED)


@pytest.mark.clause("5.5-exit")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [5, 1, 2, 3, 4]),
        ("?ground=two_failures", [5]),
        ("?ground=false_statements", [1, 2, 3, 4]),
        ("?state=open", [5, 1, 2]),
        ("?state=opened", [5, 1]),
        ("?state=prepared", [2]),
        ("?state=confirmed", [3]),
        ("?state=closed", [4]),
        ("?q=HZ2027-02", [2]),
    ],
)
def test_withdrawals(client_for: SignIn, accused: None, query: str, expected: list[int]) -> None:
    assert shown(client_for, "withdrawals", query, lambda row: row.base.seat) == expected


def test_an_unopened_year_shows_nothing(client_for: SignIn, settings: Any) -> None:
    settings.PORTAL_TODAY = date(2028, 2, 1)
    opened(licensed("2027-03-15"), 2027)
    assert shown(client_for, "list", "?year=2027&state=unscored", lambda row: row.base.seat) == [1]


@pytest.mark.clause("5.4-evaluation")
def test_who_reads_points_and_when() -> None:
    own, other = licensed("2027-03-15"), licensed("2027-03-15", 2)
    unit, stranger = unit_actor(own, "2028-03-01").user, unit_actor(other, "2028-03-01").user
    district = person(Role.DISTRICT, place="210211")
    office = [person(role) for role in (Role.MUNICIPAL, Role.LEADER, Role.AUDITOR)]
    readers = (*office, unit, stranger, district)
    evaluation = scored(own, 2027)
    assert [may_read_marks(each, evaluation) for each in readers] == [True] * 3 + [False] * 3
    told = evaluations.announce(actor=officer("2028-03-03"), evaluation=evaluation)
    assert [may_read_marks(each, told) for each in readers] == [True] * 4 + [False] * 2
