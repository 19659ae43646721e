"""Arithmetic of calendar days and periods after the Civil Code (arts. 200-204), in Asia/Shanghai.

The starting day is not counted; a period in years ends on the corresponding day, or on the last day of that month
where there is none; a closing day lasts until its midnight.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Window:
    """From one day to another, both included."""

    opens_on: date
    closes_on: date

    def contains(self, day: date) -> bool:
        return self.opens_on <= day <= self.closes_on


def clamped(year: int, month: int, day: int) -> date:
    """That day of the month, or the month's last one where it has no such day."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def add_years(day: date, years: int) -> date:
    """The day on which a period of `years` counted from `day` ends."""
    return clamped(day.year + years, day.month, day.day)


def last_day_of_term(approved_on: date, years: int) -> date:
    """The last day a licence approved on `approved_on` is in force (`5.6-term`); holidays do not move it."""
    return add_years(approved_on, years)


def renewal_window(expires_on: date, days: int) -> Window:
    """From the `days`-th day before the last valid day through that day (`5.6-renewal`); holidays do not move it."""
    return Window(expires_on - timedelta(days=days), expires_on)


def quarter_of(day: date) -> tuple[int, int]:
    """Year and quarter (1-4) the day lies in."""
    return day.year, (day.month + 2) // 3


def quarter_first_day(year: int, quarter: int) -> date:
    return date(year, quarter * 3 - 2, 1)


def quarter_last_day(year: int, quarter: int) -> date:
    month = quarter * 3
    return date(year, month, monthrange(year, month)[1])


def quarter_code(year: int, quarter: int) -> str:
    """The period as the ledger writes it: 2027Q1."""
    return f"{year}Q{quarter}"


def local_day(instant: datetime) -> date:
    """The calendar day in Asia/Shanghai at an instant. Raises ValueError for a time without a zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return instant.astimezone(SHANGHAI).date()


def start_of(day: date) -> datetime:
    """The first instant of the day in Asia/Shanghai."""
    return datetime.combine(day, time.min, tzinfo=SHANGHAI)


def end_of(day: date) -> datetime:
    """The instant at which the day is over, 24:00 in Asia/Shanghai: it belongs to the next day already."""
    return start_of(day + ONE_DAY)
