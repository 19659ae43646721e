from datetime import UTC, date, datetime

import pytest

from haizhi_portal.site.wording import day_of, left, spoken

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("deadline", "words", "urgency"),
    [
        (date(2026, 11, 22), "已过 1 天", "over"),
        (date(2026, 11, 23), "今天", "soon"),
        (date(2026, 11, 24), "还有 1 天", "soon"),
        (date(2026, 11, 30), "还有 7 天", "soon"),
        (date(2026, 12, 1), "还有 8 天", "calm"),
        (datetime(2026, 11, 22, 16, 0, tzinfo=UTC), "今天", "soon"),
    ],
)
def test_days_left(deadline: date, words: str, urgency: str) -> None:
    assert left(deadline, TODAY) == (words, urgency)


@pytest.mark.parametrize(
    ("moment", "weekday", "words"),
    [
        (date(2026, 11, 3), False, "2026年11月3日"),
        (date(2026, 11, 30), True, "2026年11月30日（周一）"),
        (datetime(2026, 11, 30, 15, 59, tzinfo=UTC), False, "2026年11月30日 23:59"),
        (datetime(2026, 11, 30, 16, 0, tzinfo=UTC), False, "2026年12月1日 00:00"),
    ],
)
def test_days_and_instants_are_said_in_shanghai_time(moment: date, weekday: bool, words: str) -> None:
    assert spoken(moment, weekday=weekday) == words


def test_an_instant_belongs_to_its_day_in_shanghai() -> None:
    assert day_of(datetime(2026, 11, 30, 16, 0, tzinfo=UTC)) == date(2026, 12, 1)
