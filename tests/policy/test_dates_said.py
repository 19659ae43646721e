from __future__ import annotations

import pytest

from haizhi_portal.policy.dates_said import days_left, said, said_range, said_with_weekday
from tests.policy.days import d


def test_days_in_words():
    assert said(d("2026-01-05")) == "2026年1月5日"
    assert said_with_weekday(d("2026-01-05")) == "2026年1月5日（周一）"
    assert said_with_weekday(d("2026-01-04")) == "2026年1月4日（周日）"
    assert said_range(d("2028-12-15"), d("2029-03-15")) == "2028年12月15日至2029年3月15日"


@pytest.mark.parametrize(
    ("day", "words"), [("2026-01-06", "还有 1 天"), ("2026-01-05", "今天"), ("2026-01-03", "已过 2 天")]
)
def test_days_left(day, words):
    assert days_left(d("2026-01-05"), d(day)) == words
