"""Every filter and every order of the list of applications, by the rows it shows."""

from typing import Any

import pytest

from applications.actions import handling
from applications.forms.lists import SORTS, STAFF_SORTS
from applications.models import Application
from haizhi_portal.accounts.models import Organisation
from haizhi_portal.policy.words import Role
from tests import factories as make
from tests.applications_pages.kit import State, on, signed_in, url

pytestmark = pytest.mark.django_db

DAY = "2028-05-05"


def renamed(application: Application, name: str) -> str:
    Organisation.objects.filter(pk=application.organisation_id).update(name=name)
    return application.number


@pytest.fixture
def rows() -> dict[str, str]:
    """Five applications of two years by what they are: names sort otherwise than numbers, days otherwise than both."""
    found = {
        "reviewed": make.carried_to(State.INITIAL_REVIEW, make.municipal_unit(), make.call(2027)),
        "refused": make.carried_to(State.DECLINED, make.municipal_unit(), make.call(2027)),
        "at the district": make.carried_to(State.DISTRICT_REVIEW, None, make.call(2028)),
        "sent back": make.carried_to(State.DISTRICT_RETURNED, None, make.call(2028)),
        "waiting": make.carried_to(State.INITIAL_REVIEW, make.municipal_unit(), make.call(2028)),
    }
    handling.take(actor=make.acting(make.user(Role.MUNICIPAL), DAY), application=found["waiting"])
    names = ("丙示例", "乙示例", "戊示例", "甲示例", "丁示例")
    return {key: renamed(each, name) for (key, each), name in zip(found.items(), names, strict=True)}


def shown(asked: dict[str, Any], rows: dict[str, str], day: str = DAY, role: str = Role.MUNICIPAL) -> list[str]:
    with on(day):
        page = signed_in(make.user(role)).get(url("list"), asked)
    assert page.status_code == 200
    by_number = {number: key for key, number in rows.items()}
    return [by_number[row.number] for row in page.context["page_obj"].object_list]


NEWEST_FIRST = ["waiting", "sent back", "at the district", "refused", "reviewed"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, NEWEST_FIRST),
        ({"year": "2028"}, ["waiting", "sent back", "at the district"]),
        ({"year": "2027"}, ["refused", "reviewed"]),  # and none of a later year
        ({"year": "2026"}, NEWEST_FIRST),  # a year without a call is no filter
        ({"state": "initial_review"}, ["waiting", "reviewed"]),
        ({"state": "district_returned"}, ["sent back"]),
        ({"state": "declined"}, ["refused"]),
        ({"state": "licensed"}, []),
        ({"route": "municipal"}, ["waiting", "refused", "reviewed"]),
        ({"route": "210211"}, ["sent back", "at the district"]),
        ({"route": "gaoxin"}, []),
        ({"q": "2028-"}, ["waiting", "sent back", "at the district"]),
        ({"q": "2027-0002"}, ["refused"]),
        ({"q": " 甲示例 "}, ["sent back"]),
        ({"q": "没有这个"}, []),
        ({"handler": "me"}, ["waiting"]),
        ({"handler": "none", "year": "2028"}, ["sent back", "at the district"]),
        ({"turn": "mine"}, ["waiting", "reviewed"]),
        ({"turn": "applicant"}, ["sent back"]),
        ({"turn": "others"}, ["at the district"]),
        ({"overdue": "on"}, ["reviewed"]),  # last year's initial review; this year's is still ahead
        ({"year": "2028", "state": "initial_review", "route": "municipal", "turn": "mine"}, ["waiting"]),
    ],
)
def test_what_a_filter_shows(asked: dict[str, str], expected: list[str], rows: dict[str, str]) -> None:
    assert shown(asked, rows) == expected


@pytest.mark.parametrize(
    ("day", "overdue"),
    [
        ("2028-06-10", ["reviewed"]),  # the last day of this year's initial review
        ("2028-06-11", ["waiting", "sent back", "at the district", "reviewed"]),
    ],
)
def test_the_last_day_is_not_overdue(day: str, overdue: list[str], rows: dict[str, str]) -> None:
    assert [each for each in shown({"overdue": "on"}, rows, day) if each != "sent back"] == [
        each for each in overdue if each != "sent back"
    ]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("-number", NEWEST_FIRST),
        ("number", NEWEST_FIRST[::-1]),
        ("-submitted_at", NEWEST_FIRST),
        ("submitted_at", ["refused", "reviewed", "waiting", "sent back", "at the district"]),
        ("organisation__name", ["waiting", "reviewed", "refused", "at the district", "sent back"]),
        ("by", ["reviewed", "sent back", "at the district", "waiting", "refused"]),
        ("since", ["reviewed", "waiting", "at the district", "sent back", "refused"]),
    ],
)
def test_what_an_order_shows(sort: str, expected: list[str], rows: dict[str, str]) -> None:
    assert shown({"sort": sort}, rows) == expected


def test_every_order_is_in_the_table() -> None:
    mark = next(each for each in test_what_an_order_shows.pytestmark if each.name == "parametrize")
    assert {sort for sort, _expected in mark.args[1]} == {*SORTS, *STAFF_SORTS}
