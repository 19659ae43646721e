"""The one door from the edited rows to the frozen values every rule takes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date

from django.db.models import QuerySet

from haizhi_portal.policy.day_hints import day_hint
from haizhi_portal.policy.figures import DEFAULTS, Figures, with_changes
from haizhi_portal.policy.models import FigureEdition, Holiday
from haizhi_portal.policy.workdays import WorkCalendar


def figures_on(day: date) -> Figures:
    """The figures in force on a day: the defaults overridden by every edition in force by then, later ones last."""
    return _steps(FigureEdition.objects.filter(in_force_from__lte=day))[-1][1]


def figures_of_days(steps: list[tuple[date, Figures]] | None = None) -> Callable[[date], Figures]:
    """A function that answers like `figures_on` for any number of days, from one reading of the editions.

    ``steps`` are those of `figures_by_day`, where they were read already.
    """
    known = figures_by_day() if steps is None else steps

    def on(day: date) -> Figures:
        return next(figures for in_force_from, figures in reversed(known) if in_force_from <= day)

    return on


def figures_by_day() -> list[tuple[date, Figures]]:
    """The figures there ever were, each with the day from which it holds, the earliest first."""
    return _steps(FigureEdition.objects.all())


def latest_figures(seen: int | None = None) -> tuple[Figures, int]:
    """The figures once every edition set so far is in force, and how many editions that are.

    With ``seen`` as they were when there were that many.
    """
    known = list(FigureEdition.objects.order_by("pk").values_list("pk", flat=True)[:seen])
    return _steps(FigureEdition.objects.filter(pk__in=known))[-1][1], len(known)


def _steps(editions: QuerySet[FigureEdition]) -> list[tuple[date, Figures]]:
    steps, figures = [(date.min, DEFAULTS)], DEFAULTS
    rows = editions.order_by("in_force_from").values_list("in_force_from", "values", "edition")
    for in_force_from, values, edition in rows:
        figures = replace(with_changes(values, figures), edition=edition)
        steps.append((in_force_from, figures))
    return steps


def calendar() -> WorkCalendar:
    """The holiday table as it stands; a year counts as published once it has a day off."""
    return calendar_of(Holiday.objects.order_by().values_list("day", "off"))


def hint_about(day: date) -> str:
    """What staff should know of a day they choose as a deadline; nothing for an ordinary working day."""
    names = dict(Holiday.objects.filter(day=day).values_list("day", "name"))
    return day_hint(day, calendar(), names)


def calendar_of(rows: Iterable[tuple[date, bool]]) -> WorkCalendar:
    """A calendar from (day, off) pairs."""
    off: set[date] = set()
    on: set[date] = set()
    for day, is_off in rows:
        (off if is_off else on).add(day)
    return WorkCalendar(frozenset(off), frozenset(on), frozenset(day.year for day in off))
