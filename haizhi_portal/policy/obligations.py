"""The reports a term brings with it (`5.3-quarterly`, `5.3-annual`)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from haizhi_portal.policy.figures import Figures
from haizhi_portal.policy.periods import ONE_DAY, quarter_code, quarter_first_day, quarter_last_day, quarter_of
from haizhi_portal.policy.workdays import WorkCalendar

QUARTERLY = "quarterly"
ANNUAL = "annual"
REPORT_LABELS = {QUARTERLY: "季度工作信息", ANNUAL: "年度总结与下年度计划"}


@dataclass(frozen=True, slots=True)
class Due:
    """One report owed.

    `opens_on` is when the obligation is created, `due_on` its last day in time, already moved off a holiday;
    `qualifies_on` is the day on which the licence must be in force for it to be owed.
    """

    kind: str
    period: str
    opens_on: date
    due_on: date
    qualifies_on: date
    clause: str


def dues_of_term(
    *, starts_on: date, last_day_in_force: date, figures: Figures, calendar: WorkCalendar, created_on: date
) -> list[Due]:
    """What is owed for a term from `starts_on` to `last_day_in_force`, both in force, in the order of opening.

    `created_on` is the day the licence or its renewal was recorded: no obligation opens before it.
    """
    dues = [
        *_quarterly(starts_on, last_day_in_force, figures, calendar, created_on),
        *_annual(starts_on, last_day_in_force, figures, calendar, created_on),
    ]
    return sorted(dues, key=lambda due: (due.opens_on, due.due_on, due.kind))


def _quarterly(
    starts_on: date, last_day: date, figures: Figures, calendar: WorkCalendar, created_on: date
) -> Iterator[Due]:
    year, quarter = quarter_of(starts_on)
    while (ends_on := quarter_last_day(year, quarter)) <= last_day:
        yield Due(
            kind=QUARTERLY,
            period=quarter_code(year, quarter),
            opens_on=max(quarter_first_day(year, quarter), created_on),
            due_on=calendar.deadline(ends_on + timedelta(days=figures.quarterly_due_days)),
            qualifies_on=ends_on,
            clause="5.3-quarterly",
        )
        year, quarter = quarter_of(ends_on + ONE_DAY)


def _annual(
    starts_on: date, last_day: date, figures: Figures, calendar: WorkCalendar, created_on: date
) -> Iterator[Due]:
    for year in range(starts_on.year, last_day.year + 1):
        qualifies_on = figures.annual_qualifying_day(year)
        if starts_on <= qualifies_on <= last_day:
            yield Due(
                kind=ANNUAL,
                period=str(year),
                opens_on=max(date(year, 1, 1), created_on),
                due_on=calendar.deadline(qualifies_on),
                qualifies_on=qualifies_on,
                clause="5.3-annual",
            )


def files_from(kind: str, qualifies_on: date, figures: Figures) -> date:
    """The first day on which a report can be filed: some days before the end of its period, it being written earlier.

    `qualifies_on` is the quarter's last day, or the day the year's report falls due before a holiday moves it.
    """
    return qualifies_on - timedelta(days=days_before_filing(kind, figures))


def days_before_filing(kind: str, figures: Figures) -> int:
    """How many days before the end of its period a report of this kind can first be filed."""
    return figures.quarterly_file_days_before if kind == QUARTERLY else figures.annual_file_days_before


def is_owed(due: Due, in_force_until: date | None) -> bool:
    """Whether it stays owed when the licence was last in force on that day; None while nothing has ended it.

    The day of a surrender or a withdrawal is no longer in force: pass the day before it.
    """
    return in_force_until is None or due.qualifies_on <= in_force_until


def lateness(filed_on: date, due_on: date) -> bool:
    """Whether a first filing on that day is late; the due day itself is in time."""
    return filed_on > due_on
