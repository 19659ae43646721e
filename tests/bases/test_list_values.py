"""Every filter of the lists of reports, by the rows it shows and their order."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from bases import daily
from bases.actions.reports import accept_report, file_report, return_report
from tests.bases.kit import WORDS, YEAR_WORDS, licensed, officer, person, report, system, unit_actor

pytestmark = [pytest.mark.django_db, pytest.mark.clause("5.3-quarterly", "5.3-annual")]


@pytest.fixture
def reports(settings: Any) -> None:
    """On the due day of the second quarter of 2028: one base with every state, another in a zone with nothing filed."""
    settings.PORTAL_TODAY = date(2028, 7, 10)
    first, second = licensed("2027-04-20"), licensed("2028-05-10", 2, place="gaoxin")
    daily.run(system("2028-07-10"))
    for period, words in (("2027Q2", WORDS), ("2027Q3", WORDS), ("2027Q4", WORDS), ("2027", YEAR_WORDS)):
        file_report(actor=unit_actor(first, "2028-07-01"), obligation=report(first, period), content=words)
    accept_report(actor=officer("2028-07-02"), obligation=report(first, "2027Q2"))
    accept_report(actor=officer("2028-07-02"), obligation=report(first, "2027"))
    return_report(actor=officer("2028-07-02"), obligation=report(first, "2027Q3"), reason="补充")
    assert second.obligations.count() == 3


ALL = [
    "1/2028",
    "2/2028",
    "1/2028Q3",
    "2/2028Q3",
    "1/2028Q2",
    "2/2028Q2",
    "1/2028Q1",
    "1/2027Q4",
    "1/2027",
    "1/2027Q3",
    "1/2027Q2",
]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ALL),  # the latest due day first
        ("?kind=annual", ["1/2028", "2/2028", "1/2027"]),
        ("?kind=quarterly", [each for each in ALL if "Q" in each]),
        ("?year=2027", ["1/2027Q4", "1/2027", "1/2027Q3", "1/2027Q2"]),
        ("?year=2028&quarter=2", ["1/2028Q2", "2/2028Q2"]),
        ("?quarter=1", ["1/2028Q1"]),
        ("?state=accepted", ["1/2027", "1/2027Q2"]),
        ("?state=returned", ["1/2027Q3"]),
        ("?state=waiting", ["1/2027Q4"]),
        ("?state=overdue", ["1/2028Q1"]),  # what is due today is not overdue
        ("?state=open", ["1/2028", "2/2028", "1/2028Q3", "2/2028Q3", "1/2028Q2", "2/2028Q2"]),
        ("?state=cancelled", []),
        ("?q=HZ2028-02", ["2/2028", "2/2028Q3", "2/2028Q2"]),
        ("?q=研究院1&kind=annual", ["1/2028", "1/2027"]),
    ],
)
def test_reports(client_for: Callable[[Any], Any], reports: None, query: str, expected: list[str]) -> None:
    page = client_for(person("municipal")).get(reverse("bases:reports") + query)
    assert [f"{row.base.seat}/{row.period}" for row in page.context["page_obj"].object_list] == expected


def test_a_district_sees_its_own_alone(client_for: Callable[[Any], Any], reports: None) -> None:
    for place, seats in (("210211", {1}), ("gaoxin", {2}), ("210202", set())):
        page = client_for(person("district", place=place)).get(reverse("bases:reports"))
        assert {row.base.seat for row in page.context["page_obj"].object_list} == seats
