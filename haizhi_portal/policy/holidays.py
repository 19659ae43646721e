"""The published holiday tables the portal starts with."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from chinese_calendar import constants

SOURCE = "国务院办公厅放假安排"

_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Anti-Fascist 70th Day": "抗战胜利七十周年纪念日",
    "Mid-autumn Festival": "中秋节",
}


class PublishedDay(NamedTuple):
    """A day off, or a weekend day worked in exchange for one."""

    day: date
    off: bool
    name: str


def published_days() -> Iterator[PublishedDay]:
    """Every arranged day the library knows, in order; ordinary weekends are not listed."""
    rows = [PublishedDay(day, True, _said(name)) for day, name in constants.holidays.items()]
    rows += [PublishedDay(day, False, f"{_said(name)}调休上班") for day, name in constants.workdays.items()]
    yield from sorted(rows)


def _said(name: str) -> str:
    return _NAMES.get(name, name)
