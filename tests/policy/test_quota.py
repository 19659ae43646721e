from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haizhi_portal.policy.quota import next_seat, raise_verdict, seat_verdict
from haizhi_portal.policy.verdict import RuleViolation
from tests.policy.days import d

pytestmark = pytest.mark.clause("4.2-cap")


@pytest.mark.parametrize(
    ("taken", "quota", "allowed"),
    [(0, 5, True), (4, 5, True), (5, 5, False), (6, 5, False), (5, 6, True), (0, 0, False)],
)
def test_a_seat_is_free_below_the_quota(taken, quota, allowed):
    verdict = seat_verdict(taken, quota, 2027)
    assert (verdict.allowed, verdict.clause) == (allowed, "4.2-cap")
    assert "2027年度" in verdict.reason


def test_a_verdict_counts_the_seats_that_are_left():
    assert seat_verdict(2, 5, 2027).reason == "2027年度名额 5 个，已用 2 个，还可设立 3 个。"


def test_a_full_year_says_what_is_possible_instead():
    assert seat_verdict(5, 5, 2027).reason == (
        "2027年度新设基地名额 5 个已全部用完。确需增加的，请先登记准予增加名额的文件文号和日期，再调高本年度名额。"
    )


@pytest.mark.parametrize(
    # The last column names the input at fault.
    ("current", "new", "document", "on", "fault"),
    [
        (5, 6, "大科协发〔2027〕8号", "2027-09-01", ""),
        (5, 6, "", "2027-09-01", "document"),
        (5, 6, "   ", "2027-09-01", "document"),
        (5, 6, "大科协发〔2027〕8号", None, "document_on"),
        (5, 5, "大科协发〔2027〕8号", "2027-09-01", "quota"),
        (6, 5, "大科协发〔2027〕8号", "2027-09-01", "quota"),
        (5, 50, "大科协发〔2027〕8号", "2027-09-01", ""),
        (5, 51, "大科协发〔2027〕8号", "2027-09-01", "quota"),
        (5, 6, "大科协发〔2027〕8号", "2027-09-02", "document_on"),
        (5, 6, "大科协发〔2027〕8号", "2026-01-01", ""),
        (5, 6, "大科协发〔2027〕8号", "2025-12-31", "document_on"),
    ],
)
def test_a_quota_is_raised_only_by_a_dated_document(current, new, document, on, fault):
    verdict = raise_verdict(current, new, document, d(on) if on else None, year=2027, today=d("2027-09-01"))
    assert (verdict.allowed, verdict.field) == (not fault, fault)
    if fault:
        with pytest.raises(RuleViolation) as refused:
            verdict.require(field="elsewhere")
        assert refused.value.field == fault


def test_a_document_too_old_is_told_the_first_day_that_counts():
    verdict = raise_verdict(5, 6, "大科协发〔2025〕8号", d("2025-12-31"), year=2027, today=d("2027-09-01"))
    assert verdict.reason == "文件日期不能早于2026年1月1日：须是针对 2027 年度名额的文件。"


@pytest.mark.parametrize(
    ("taken", "quota", "seat"),
    [
        ((), 5, 1),
        ((1, 2, 3, 4), 5, 5),
        ((1, 3), 5, 2),
        ((1, 2, 3, 4, 5), 5, None),
        ((1, 2, 3, 4, 5), 6, 6),
        ((), 0, None),
    ],
)
def test_next_seat(taken, quota, seat):
    assert next_seat(taken, quota) == seat


@given(st.sets(st.integers(1, 12)), st.integers(0, 12))
def test_a_seat_is_given_only_when_the_rule_allows(taken, quota):
    seat = next_seat(taken, quota)
    within = {number for number in taken if number <= quota}
    assert (seat is not None) == seat_verdict(len(within), quota, 2027).allowed
    assert seat is None or (1 <= seat <= quota and seat not in taken)
