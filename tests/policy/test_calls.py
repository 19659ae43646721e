from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from haizhi_portal.policy.calls import (
    Timetable,
    announcing_problems,
    changing_problems,
    district_verdict,
    submission_verdict,
)
from haizhi_portal.policy.periods import SHANGHAI, end_of, start_of
from tests.policy.days import d

pytestmark = pytest.mark.clause("4.1-annual")

CALL = Timetable(
    year=2027,
    opens_on=d("2027-08-02"),
    applicants_close_on=d("2027-08-31"),
    districts_close_on=d("2027-09-10"),
    initial_close_on=d("2027-09-30"),
    certification_on=d("2027-10-20"),
)


def test_a_timetable_in_order_has_no_problems():
    assert CALL.problems() == []


def test_each_day_follows_the_one_before():
    day = d("2027-08-02")
    assert [each.field for each in Timetable(2027, day, day, day, day, day).problems()] == [
        "applicants_close_on",
        "districts_close_on",
        "initial_close_on",
        "certification_on",
    ]
    following = [day + timedelta(days=n) for n in range(5)]
    assert Timetable(2027, *following).problems() == []


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"applicants_close_on": "2027-12-31", "districts_close_on": "2028-01-01"}, []),
        ({"applicants_close_on": "2028-01-01", "districts_close_on": "2028-01-02"}, ["applicants_close_on"]),
        ({"certification_on": "2028-12-31"}, []),
        ({"certification_on": "2029-01-01"}, ["certification_on"]),
    ],
)
def test_a_call_closes_in_its_year_and_is_certified_by_the_end_of_the_next(changed, fields):
    later = {"initial_close_on": d("2028-06-01"), "certification_on": d("2028-07-01")}
    timetable = replace(CALL, **(later | {field: d(day) for field, day in changed.items()}))
    assert [problem.field for problem in timetable.problems()] == fields


@pytest.mark.parametrize(
    ("year", "certified", "words"),
    [
        (2026, "2027-10-19", ""),
        (2026, "2027-10-20", "2027年度的集中认证日为2027年10月20日，本年度的须在那天以前。"),
        (2028, "2028-03-02", ""),
    ],
)
def test_the_round_of_a_later_year_comes_later(year, certified, words):
    days = ["01-05", "02-01", "02-15", "02-25"]
    other = Timetable(year, *(d(f"{year}-{day}") for day in days), d(certified))
    found = other.clashes([CALL])
    assert [(each.field, str(each)) for each in found] == ([("certification_on", words)] if words else [])
    late = replace(CALL, certification_on=d("2028-03-01"))
    if year == 2028:
        assert other.clashes([late]) == []
        early = replace(other, certification_on=d("2028-03-01"))
        assert early.clashes([late]) == ["2027年度的集中认证日为2028年3月1日，本年度的须在那天以后。"]


@pytest.mark.parametrize(
    ("today", "changed", "found"),
    [
        ("2027-08-10", {}, [("applicants_close_on", "时间安排没有变化。")]),
        ("2027-08-10", {"applicants_close_on": "2027-08-10"}, []),
        (
            "2027-08-10",
            {"applicants_close_on": "2027-08-09"},
            [("applicants_close_on", "“单位申报截止日”不能改到今天（2027年8月10日）以前。")],
        ),
        ("2027-08-31", {"applicants_close_on": "2027-09-01"}, []),
        (
            "2027-09-01",
            {"applicants_close_on": "2027-09-02"},
            [("applicants_close_on", "“单位申报截止日”（2027年8月31日）已过，不能再改。")],
        ),
        ("2027-08-01", {"opens_on": "2027-08-03"}, []),
        ("2027-08-02", {"opens_on": "2027-08-03"}, [("opens_on", "“申报开始日”（2027年8月2日）已过，不能再改。")]),
        # Out of order comes first.
        (
            "2027-09-01",
            {"applicants_close_on": "2027-09-10"},
            [("districts_close_on", "辖区审核截止日应晚于单位申报截止日（2027年9月10日）。")],
        ),
    ],
)
def test_a_day_ahead_may_move_and_only_ahead(today, changed, found):
    wanted = replace(CALL, **{field: d(day) for field, day in changed.items()})
    problems = changing_problems(CALL, wanted, d(today), [])
    assert [(each.field, str(each)) for each in problems] == found


@pytest.mark.parametrize(
    ("opens", "closes", "fields"),
    [
        ("2027-07-01", "2027-08-01", []),
        ("2027-07-01", "2027-08-02", ["applicants_close_on"]),
        ("2027-08-02", "2027-08-03", ["opens_on"]),
        ("2027-08-31", "2027-09-02", ["opens_on"]),
        ("2027-09-01", "2027-09-02", []),
    ],
)
def test_one_call_is_open_at_a_time(opens, closes, fields):
    other = replace(CALL, year=2028, opens_on=d(opens), applicants_close_on=d(closes), certification_on=d("2028-10-20"))
    assert [problem.field for problem in other.clashes([CALL])] == fields


@pytest.mark.parametrize(
    ("today", "fields"),
    [
        ("2025-12-31", ["year"]),
        ("2026-01-01", []),
        ("2027-08-02", []),
        ("2027-08-03", ["opens_on"]),
        ("2027-12-31", ["opens_on"]),
        ("2028-01-01", ["year"]),
    ],
)
def test_a_call_is_announced_for_this_year_or_the_next_by_the_day_it_opens(today, fields):
    assert [problem.field for problem in announcing_problems(CALL, d(today), [])] == fields


@pytest.mark.parametrize(
    ("today", "words"),
    [
        ("2025-12-31", "现在只能公布 2025 或 2026 年度申报。"),
        ("2028-01-01", "2027 年已过，只能公布 2028 或 2029 年度申报。"),
    ],
)
def test_a_call_of_another_year_is_told_which_years_can_be_announced(today, words):
    assert announcing_problems(CALL, d(today), []) == [words]


@pytest.mark.parametrize(
    ("today", "changed", "fields"),
    [
        # An opening in another year is said once; one that is over comes first.
        ("2027-02-01", {"opens_on": "2026-12-31"}, ["opens_on"]),
        ("2027-08-03", {"districts_close_on": "2027-08-30"}, ["opens_on", "districts_close_on"]),
        ("2027-08-02", {}, ["opens_on"]),
        ("2027-08-02", {"districts_close_on": "2027-08-30"}, ["districts_close_on"]),
    ],
)
def test_an_announcement_is_compared_with_other_calls_once_it_is_in_order(today, changed, fields):
    timetable = replace(CALL, **{field: d(day) for field, day in changed.items()})
    other = replace(CALL, year=2026, opens_on=d("2026-12-01"), applicants_close_on=d("2027-08-02"))
    assert [problem.field for problem in announcing_problems(timetable, d(today), [other])] == fields


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({"opens_on": "2026-12-31"}, ["opens_on"]),
        ({"opens_on": "2027-09-01"}, ["applicants_close_on"]),
        ({"applicants_close_on": "2027-08-01"}, ["applicants_close_on"]),
        ({"districts_close_on": "2027-08-30"}, ["districts_close_on"]),
        ({"initial_close_on": "2027-09-09"}, ["initial_close_on"]),
        ({"certification_on": "2027-09-29"}, ["certification_on"]),
        (
            {"opens_on": "2028-01-01", "certification_on": "2027-09-29"},
            ["opens_on", "applicants_close_on", "certification_on"],
        ),
        # A day is named once, also where two things are wrong with it.
        (
            {"opens_on": "2028-02-01", "applicants_close_on": "2028-01-31", "districts_close_on": "2028-02-01"}
            | {"initial_close_on": "2028-02-02", "certification_on": "2028-02-03"},
            ["opens_on", "applicants_close_on"],
        ),
        ({"initial_close_on": "2029-01-02", "certification_on": "2029-01-01"}, ["certification_on"]),
    ],
)
def test_a_timetable_out_of_order_names_the_day_to_change(changed, fields):
    problems = replace(CALL, **{field: d(day) for field, day in changed.items()}).problems()
    assert [problem.field for problem in problems] == fields
    assert all(problems)


def test_a_problem_reads_as_words():
    (problem,) = replace(CALL, districts_close_on=d("2027-08-30")).problems()
    assert problem == "辖区审核截止日应晚于单位申报截止日（2027年8月31日）。"


@pytest.mark.parametrize(
    ("now", "allowed"),
    [
        (datetime(2027, 8, 1, 23, 59, 59, 999999, tzinfo=SHANGHAI), False),
        (datetime(2027, 8, 2, 0, 0, tzinfo=SHANGHAI), True),
        (datetime(2027, 8, 1, 16, 0, tzinfo=UTC), True),
        (datetime(2027, 8, 31, 23, 59, 59, tzinfo=SHANGHAI), True),
        (datetime(2027, 8, 31, 15, 59, 59, 999999, tzinfo=UTC), True),
        (datetime(2027, 9, 1, 0, 0, 0, tzinfo=SHANGHAI), False),
        (datetime(2027, 8, 31, 16, 0, tzinfo=UTC), False),
        (datetime(2027, 9, 1, 0, 0, 1, tzinfo=SHANGHAI), False),
    ],
)
def test_submission_is_open_from_the_first_to_the_last_second(now, allowed):
    verdict = submission_verdict(CALL, now)
    assert (verdict.allowed, verdict.clause) == (allowed, "4.1-annual")
    assert (verdict.opens_on, verdict.closes_on) == (d("2027-08-02"), d("2027-08-31"))


def test_a_closing_on_a_sunday_does_not_move():
    call = replace(CALL, applicants_close_on=d("2027-08-29"))
    assert submission_verdict(call, end_of(d("2027-08-29")) - timedelta(seconds=1))
    assert not submission_verdict(call, end_of(d("2027-08-29")))


@pytest.mark.clause("4.2-initial")
@pytest.mark.parametrize(
    ("until", "now", "allowed"),
    [
        ("2027-09-15", "2027-09-15T23:59:59", True),
        ("2027-09-15", "2027-09-16T00:00:00", False),
        ("2027-08-20", "2027-08-31T23:59:59", True),
        ("2027-08-20", "2027-09-01T00:00:00", False),
    ],
)
def test_a_returned_application_comes_back_until_its_own_deadline(until, now, allowed):
    instant = datetime.fromisoformat(now).replace(tzinfo=SHANGHAI)
    assert submission_verdict(CALL, instant, correction_until=d(until)).allowed is allowed


def test_refusals_say_the_dates_and_what_is_possible():
    early = submission_verdict(CALL, start_of(d("2027-07-01")))
    late = submission_verdict(CALL, start_of(d("2027-09-01")))
    missed = submission_verdict(CALL, start_of(d("2027-09-16")), correction_until=d("2027-09-15"))
    assert early.reason == (
        "2027年度申报时间为2027年8月2日至2027年8月31日，尚未开始。现在可以先填写草稿，2027年8月2日起提交。"
    )
    assert "已于2027年8月31日 24:00 截止" in late.reason
    assert missed.reason.startswith("补正期限（2027年9月15日 24:00）已过")


@pytest.mark.clause("4.1-via-district")
@pytest.mark.parametrize(
    ("today", "allowed"),
    [("2027-08-01", False), ("2027-08-02", True), ("2027-09-10", True), ("2027-09-11", False)],
)
def test_a_district_answers_through_its_closing_day(today, allowed):
    verdict = district_verdict(CALL, d(today))
    assert (verdict.allowed, verdict.clause) == (allowed, "4.1-via-district")


@pytest.mark.clause("4.1-via-district")
def test_what_a_district_leaves_goes_to_municipal_staff():
    assert "转由市科协办理" in district_verdict(CALL, d("2027-09-11")).reason
