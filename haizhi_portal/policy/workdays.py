"""Working days: weekends, statutory holidays and the weekends worked in exchange (Civil Code art. 203)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from haizhi_portal.policy.periods import ONE_DAY


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Days off, days worked although a weekend, and the years whose holiday table has been published.

    In a year without a table only Saturdays and Sundays are off.
    """

    off: frozenset[date]
    on: frozenset[date]
    years: frozenset[int]

    def knows(self, year: int) -> bool:
        """Whether the year's holiday table is there; staff are warned when it is not."""
        return year in self.years

    def is_working_day(self, day: date) -> bool:
        if self.knows(day.year):
            if day in self.on:
                return True
            if day in self.off:
                return False
        return day.weekday() < 5

    def next_working_day(self, day: date) -> date:
        """The day itself if it is worked, else the first one after it that is."""
        while not self.is_working_day(day):
            day += ONE_DAY
        return day

    def previous_working_day(self, day: date) -> date:
        """The day itself if it is worked, else the last one before it that is."""
        while not self.is_working_day(day):
            day -= ONE_DAY
        return day

    def add_working_days(self, day: date, n: int) -> date:
        """The n-th working day after `day`, which is not counted itself. Raises ValueError when n is negative."""
        if n < 0:
            raise ValueError("working days are counted forwards")
        for _ in range(n):
            day = self.next_working_day(day + ONE_DAY)
        return day

    def deadline(self, day: date) -> date:
        """The last day of a period counted by a rule: moved to the next working day when nobody works on it."""
        return self.next_working_day(day)


WEEKENDS_ONLY = WorkCalendar(frozenset(), frozenset(), frozenset())
