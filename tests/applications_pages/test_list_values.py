"""Every filter, tab, sort and page of the list of applications: exactly which rows, in which order, for each reader."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from applications.actions import handling, pre_review
from applications.models import Application
from applications.queries import visible_to
from applications.rules import missed_round
from applications.views.lists import queue
from haizhi_portal.accounts.models import User
from haizhi_portal.policy.words import Role
from tests import factories as make
from tests.applications_pages.kit import State, on, signed_in, url

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1-annual")]


def found_by(reader: User, day: str, **asked: str) -> list[str]:
    """The numbers of the rows the list would show, all pages together."""
    request: Any = SimpleNamespace(user=reader, today=date.fromisoformat(day))
    rows, form = queue(request, asked)
    return [row.number for row in form.narrowed(rows)]


def shown(client: Any, **asked: Any) -> list[str]:
    """The numbers of the rows the list shows, in its order."""
    return [row.number for row in client.get(url("list"), asked).context["page_obj"].object_list]


def tabs(client: Any, **asked: Any) -> dict[str, tuple[int | None, int]]:
    """How many rows each tab promises and how many of them are late."""
    return {each["key"]: (each["count"], each["late"]) for each in client.get(url("list"), asked).context["tabs"]}


def world() -> dict[str, str]:
    """Six applications of two years: which number stands for what."""
    past, call = make.call(2026), make.call(2027)
    rows = {
        "old": make.carried_to(State.DISTRICT_REVIEW, make.organisation(place="210202"), past),
        "waits": make.carried_to(State.DISTRICT_REVIEW, make.organisation(place="210211"), call),
        "back": make.carried_to(State.DISTRICT_RETURNED, make.organisation(place="210211"), call),
        "direct": make.carried_to(State.INITIAL_REVIEW, make.municipal_unit(), call),
        "passed": make.carried_to(State.CERTIFICATION, make.organisation(place="210202"), call),
        "gone": make.carried_to(State.WITHDRAWN, make.organisation(place="210211"), call),
    }
    make.application_ready(make.organisation(place="210211"), call)
    return {name: row.number for name, row in rows.items()}


def test_each_filter_takes_exactly_its_rows_in_the_order_asked_for() -> None:
    number = world()
    assert list(number.values()) == ["2026-0001", "2027-0001", "2027-0002", "2027-0003", "2027-0004", "2027-0005"]
    waits = Application.objects.get(number=number["waits"])
    one, two = make.user(Role.MUNICIPAL), make.user(Role.MUNICIPAL, number=2)
    direct = Application.objects.get(number=number["direct"])
    handling.take(actor=make.acting(two, "2027-05-02"), application=direct)
    cases: list[tuple[dict[str, str], str]] = [
        ({}, "gone passed direct back waits old"),
        ({"year": "2026"}, "old"),
        ({"year": "2027"}, "gone passed direct back waits"),
        ({"year": "2025"}, "gone passed direct back waits old"),
        ({"state": "district_review"}, "waits old"),
        ({"state": "district_returned"}, "back"),
        ({"state": "initial_review"}, "direct"),
        ({"state": "certification"}, "passed"),
        ({"state": "withdrawn"}, "gone"),
        ({"state": "licensed"}, ""),
        ({"route": "210202"}, "passed old"),
        ({"route": "210211"}, "gone back waits"),
        ({"route": "municipal"}, "direct"),
        ({"q": "2026-"}, "old"),
        ({"q": " 2027-0002 "}, "back"),
        ({"q": waits.organisation.name}, "waits"),
        ({"handler": two.public_id}, "direct"),
        ({"handler": "me"}, ""),
        ({"handler": "none"}, "gone passed back waits old"),
        ({"turn": "mine"}, "passed direct old"),
        ({"turn": "applicant"}, "back"),
        ({"turn": "others"}, "waits"),
        ({"overdue": "on"}, "old"),
        ({"year": "2027", "route": "210202", "turn": "mine"}, "passed"),
        ({"year": "2026", "state": "initial_review"}, ""),
        ({"sort": "number"}, "old waits back direct passed gone"),
        ({"sort": "-number"}, "gone passed direct back waits old"),
        # The last day to act: 2026-06-10, 2027-05-15, 05-20, 06-10, 06-20; whoever has none stands last.
        ({"sort": "by"}, "old back waits direct passed gone"),
        # Since when: 2026-05-21, 2027-03-15 twice with the newer first, 05-01, 06-02, none.
        ({"sort": "since"}, "old direct waits back passed gone"),
        ({"sort": "no-such"}, "gone passed direct back waits old"),
    ]
    found = [(asked, found_by(one, "2027-05-10", **asked)) for asked, _rows in cases]
    taken = found_by(two, "2027-05-10", handler="me")
    assert found == [(asked, [number[name] for name in rows.split()]) for asked, rows in cases]
    assert taken == [number["direct"]]


def test_the_order_of_submission_and_of_units_is_their_own() -> None:
    call = make.call(2027)
    first, second, third = (make.application_ready(make.organisation(), call) for _ in range(3))
    for application, day in ((third, "2027-03-10"), (first, "2027-03-11"), (second, "2027-03-12")):
        make.submit(application, day)
    for application, name in ((second, "A 单位"), (third, "B 单位"), (first, "C 单位")):
        application.organisation.name = name
        application.organisation.save()
    office = make.user(Role.MUNICIPAL)
    sorts = ("submitted_at", "-submitted_at", "organisation__name")
    found = {sort: found_by(office, "2027-04-01", sort=sort) for sort in sorts}
    orders = {
        "submitted_at": [third, first, second],
        "-submitted_at": [second, first, third],
        "organisation__name": [second, third, first],
    }
    assert found == {sort: [row.number for row in rows] for sort, rows in orders.items()}


def test_tabs_count_whose_move_it_is_and_what_is_late_under_the_other_filters() -> None:
    world()
    everything: dict[str, tuple[int | None, int]] = {
        "": (None, 0),
        "mine": (3, 1),
        "applicant": (1, 0),
        "others": (1, 0),
    }
    of_2027: dict[str, tuple[int | None, int]] = {"": (None, 0), "mine": (2, 0), "applicant": (1, 0), "others": (1, 0)}
    with on("2027-05-10"):
        client = signed_in(make.user(Role.MUNICIPAL))
        assert tabs(client) == everything
        assert tabs(client, turn="others", page="2") == everything
        assert tabs(client, year="2027") == of_2027
        # What lies with the district is the district's, what lies with the office is another's.
        assert tabs(signed_in(make.district("210211"))) == {
            "": (None, 0),
            "mine": (1, 0),
            "applicant": (1, 0),
            "others": (0, 0),
        }
        links = [each["url"] for each in client.get(url("list"), {"year": "2027", "page": "3"}).context["tabs"]]
    assert links == ["?year=2027", "?year=2027&turn=mine", "?year=2027&turn=applicant", "?year=2027&turn=others"]


@pytest.mark.parametrize(
    ("day", "late", "mover", "last_day"),
    [
        ("2027-05-20", False, "甘井子区科学技术协会", "2027-05-20"),
        ("2027-05-21", False, "我方", "2027-06-10"),
        ("2027-06-10", False, "我方", "2027-06-10"),
        ("2027-06-11", True, "我方", "2027-06-10"),
    ],
)
def test_overdue_is_not_due_today(day: str, late: bool, mover: str, last_day: str) -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    with on(day):
        client = signed_in(make.user(Role.MUNICIPAL))
        assert shown(client, overdue="on") == ([application.number] if late else [])
        assert found_by(make.user(Role.MUNICIPAL), day, overdue="on") == ([application.number] if late else [])
        (line,) = client.get(url("list")).context["lines"]
        detail = client.get(url("detail", application.number)).context["standing"]
    body = str(application.body)
    assert (line["mover"], line["by"].isoformat()) == (body if mover == "甘井子区科学技术协会" else mover, last_day)
    # The page of the same application names the same day.
    assert detail.by == line["by"]


def test_each_reader_s_list_holds_its_own() -> None:
    number = world()
    owner = Application.objects.get(number=number["back"]).organisation
    cases = {
        make.user(Role.LEADER): "gone passed direct back waits old",
        make.user(Role.AUDITOR): "gone passed direct back waits old",
        make.district("210211"): "gone back waits",
        make.district("210202"): "passed old",
        make.district("210203"): "",
        make.applicant_of(owner): "back",
        make.applicant_of(make.organisation()): "",
    }
    found = {person: found_by(person, "2027-05-10") for person in cases}
    assert found == {person: [number[name] for name in rows.split()] for person, rows in cases.items()}


def test_what_was_handed_on_is_found_by_no_fact_of_it() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW, make.organisation(place="210211"))
    kept = make.carried_to(State.DISTRICT_REVIEW, make.organisation(place="210211"))
    # What it never had is not seen, however much it handed on.
    make.carried_to(State.DISTRICT_REVIEW, make.organisation(place="210203"))
    pre_review.hand_on(
        actor=make.acting(make.district("210211"), "2027-05-02"),
        application=application,
        route="210202",
        reason="注册地不在本辖区",
    )
    with on("2027-05-10"):
        client = signed_in(make.district("210211"))
        assert shown(client) == [kept.number, application.number]
        assert shown(client, year="2027", sort="by") == [kept.number, application.number]
        for asked in ({"state": "district_review"}, {"turn": "mine"}, {"handler": "none"}):
            assert shown(client, **asked) == [kept.number]
        line = client.get(url("list")).context["lines"][1]
        assert client.get(url("detail", application.number)).status_code == 200
        assert client.get(url("version", application.number, 1)).status_code == 404
    assert {key: line[key] for key in ("status", "route", "by", "mover", "days", "handler")} == {
        "status": "已移交",
        "route": "",
        "by": None,
        "mover": "",
        "days": None,
        "handler": "",
    }


def test_pages_take_up_where_the_one_before_ended() -> None:
    row = make.carried_to(State.WITHDRAWN)
    for number in range(2, 24):
        row.pk, row.number = None, f"2027-{number:04d}"
        row.save()
    with on("2027-05-05"):
        client = signed_in(make.user(Role.MUNICIPAL))
        pages = [shown(client, sort="number", page=page) for page in ("1", "2", "9", "x")]
    numbers = [f"2027-{number:04d}" for number in range(1, 24)]
    assert pages == [numbers[:20], numbers[20:], numbers[20:], numbers[:20]]


def test_what_the_round_left_behind_is_said_of_exactly_those() -> None:
    call = make.call(2027)
    rows = {
        "in": make.carried_to(State.CERTIFICATION, make.organisation(), call),
        "left": make.carried_to(State.INITIAL_REVIEW, make.municipal_unit(), call),
        "gone": make.carried_to(State.WITHDRAWN, make.organisation(), call),
        "old": make.carried_to(State.INITIAL_REVIEW, make.municipal_unit(), make.call(2026)),
    }
    office = make.user(Role.MUNICIPAL)

    def missed() -> dict[str, bool]:
        return {name: visible_to(office).get(pk=row.pk).missed for name, row in rows.items()}

    assert missed() == dict.fromkeys(rows, False)
    make.open_round(call)
    assert missed() == {"in": False, "left": True, "gone": False, "old": False}
    for row in rows.values():
        row.refresh_from_db()
        assert missed_round(row) is visible_to(office).get(pk=row.pk).missed
