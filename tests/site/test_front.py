from datetime import date, timedelta
from typing import Any

import pytest

from applications.models import Call
from haizhi_portal.site.call_progress import call_to_show, progress, steps

OPENS, CLOSES, DISTRICTS, INITIAL, CERTIFIED = (
    date(2027, 3, 1),
    date(2027, 4, 30),
    date(2027, 5, 31),
    date(2027, 6, 30),
    date(2027, 7, 15),
)
ONE = timedelta(days=1)


def call(year: int = 2027, **fields: Any) -> Call:
    days = {
        "opens_on": OPENS,
        "applicants_close_on": CLOSES,
        "districts_close_on": DISTRICTS,
        "initial_close_on": INITIAL,
        "certification_on": CERTIFIED,
    }
    moved = {name: day.replace(year=year) for name, day in days.items()}
    return Call(year=year, edition="test", standard_quota=5, quota=5, **{**moved, **fields})


@pytest.mark.clause("4.1-annual")
@pytest.mark.parametrize(
    ("today", "words", "by", "may_submit"),
    [
        (OPENS - ONE, "尚未开始", OPENS, False),
        (OPENS, "正在进行", CLOSES, True),
        (CLOSES, "正在进行", CLOSES, True),
        (CLOSES + ONE, "各辖区正在审核", DISTRICTS, False),
        (DISTRICTS, "各辖区正在审核", DISTRICTS, False),
        (DISTRICTS + ONE, "正在初审", INITIAL, False),
        (INITIAL, "正在初审", INITIAL, False),
        (INITIAL + ONE, "即将集中认证", CERTIFIED, False),
        (CERTIFIED, "即将集中认证", CERTIFIED, False),
        (CERTIFIED + ONE, "研究名单", None, False),
    ],
)
def test_the_front_page_says_where_the_call_stands(today: date, words: str, by: date | None, may_submit: bool) -> None:
    stands = progress(call(), today)
    assert words in stands.sentence
    assert stands.by == by
    assert stands.may_submit is may_submit


def test_a_call_whose_decisions_are_closed_is_over() -> None:
    closed = call(decisions_closed_on=date(2027, 8, 1))
    assert "已经办结" in progress(closed, date(2027, 8, 1)).sentence
    assert "研究名单" in progress(closed, date(2027, 7, 31)).sentence


@pytest.mark.parametrize(
    ("today", "states"),
    [
        (OPENS - ONE, ["next", "ahead", "ahead", "ahead", "ahead"]),
        (CLOSES, ["past", "next", "ahead", "ahead", "ahead"]),
        (CLOSES + ONE, ["past", "past", "next", "ahead", "ahead"]),
        (CERTIFIED + ONE, ["past", "past", "past", "past", "past"]),
    ],
)
def test_the_next_day_of_the_timetable_is_marked(today: date, states: list[str]) -> None:
    assert [step.state for step in steps(call(), today)] == states


@pytest.mark.django_db
def test_the_pending_call_is_shown_else_the_last_one() -> None:
    assert call_to_show(date(2027, 1, 1)) is None
    call(2026).save()
    call(2027).save()
    assert getattr(call_to_show(date(2026, 7, 15)), "year", None) == 2026
    assert getattr(call_to_show(date(2026, 7, 16)), "year", None) == 2027
    assert getattr(call_to_show(date(2028, 1, 1)), "year", None) == 2027


@pytest.mark.django_db
def test_a_call_that_is_open_is_shown_before_an_earlier_one_that_waits_for_its_round() -> None:
    call(2026, certification_on=date(2027, 4, 30)).save()
    call().save()
    shown = [getattr(call_to_show(day), "year", None) for day in (OPENS - ONE, OPENS, CLOSES, CLOSES + ONE)]
    assert shown == [2026, 2027, 2027, 2027]


@pytest.mark.django_db
@pytest.mark.parametrize("calls", [0, 1, 3])
def test_the_front_page_is_public_and_costs_a_fixed_number_of_queries(
    client: Any, django_assert_num_queries: Any, calls: int
) -> None:
    for year in range(2027, 2027 + calls):
        call(year).save()
    with django_assert_num_queries(2):
        response = client.get("/")
    assert response.status_code == 200
    assert ("还没有公布年度申报时间" in response.content.decode()) is (calls == 0)


@pytest.mark.django_db
def test_without_a_signed_in_user_the_page_leads_to_registration(client: Any) -> None:
    html = client.get("/").content.decode()
    assert 'href="/accounts/login/"' in html
    assert 'action="/route/"' in html
