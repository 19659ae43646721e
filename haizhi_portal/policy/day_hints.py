"""What staff should know of a day they choose as a deadline; such a day is never moved (`4.1-annual`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from haizhi_portal.policy.dates_said import said_with_weekday
from haizhi_portal.policy.workdays import WorkCalendar

# The arrangement of a year is published by the State Council about then in the year before.
PUBLISHED_FROM_MONTH = 11


def day_hint(day: date, calendar: WorkCalendar, names: Mapping[date, str]) -> str:
    """That nobody works on it and when the next working day is, or that this is not known yet; else nothing."""
    unknown = "" if calendar.knows(day.year) else f"{day.year} 年放假安排尚未录入，只能按周六、周日判断。"
    if calendar.is_working_day(day):
        return unknown
    known_off = calendar.knows(day.year) and day in calendar.off
    what = f"放假（{names[day]}）" if known_off and names.get(day) else "放假" if known_off else "休息日"
    after = said_with_weekday(calendar.next_working_day(day))
    return f"{said_with_weekday(day)}是{what}，指定的日期不会顺延；其后第一个工作日是{after}。{unknown}"


def years_to_enter(today: date, reaching: date | None, calendar: WorkCalendar) -> list[int]:
    """The years whose holidays deadlines run into and that could be entered by now, but are not.

    ``reaching`` is the furthest deadline set. The coming year can be entered from its publication on.
    """
    years = [today.year]
    following = today.year + 1
    published = today.month >= PUBLISHED_FROM_MONTH
    if published and (today.month == 12 or (reaching is not None and reaching.year >= following)):
        years.append(following)
    return [year for year in years if not calendar.knows(year)]
