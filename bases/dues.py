"""Which reports a base owes: what has begun but has no row yet, and the calendar of a whole term."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, timedelta

from bases.models import Base, Obligation, Term
from haizhi_portal.policy.figures import Figures
from haizhi_portal.policy.obligations import ANNUAL, QUARTERLY, Due, dues_of_term
from haizhi_portal.policy.periods import ONE_DAY, quarter_code, quarter_first_day, quarter_last_day, quarter_of
from haizhi_portal.policy.workdays import WorkCalendar

FiguresOf = Callable[[date], Figures]
CalendarOf = Callable[[], WorkCalendar]
Known = Collection[tuple[str, str]]


def begun_dues(
    terms: Iterable[Term], known: Known, today: date, figures_of: FiguresOf, calendar_of: CalendarOf
) -> list[Due]:
    """What is owed, has begun by ``today`` and is not among ``known`` (kind, period), in the order of opening.

    The figures of the opening day decide, so that the answer does not depend on the day somebody asks.
    """
    found = []
    for term in terms:
        for kind, period, first_day in _periods(term, today):
            if (kind, period) in known:
                continue
            opens_on = max(first_day, term.approved_on)
            dues = term_dues(term, figures_of(opens_on), calendar_of())
            found += [due for due in dues if (due.kind, due.period) == (kind, period) and due.opens_on <= today]
    return sorted(found, key=lambda due: (due.opens_on, due.due_on, due.kind))


def term_dues(term: Term, figures: Figures, calendar: WorkCalendar) -> list[Due]:
    """Everything the term brings with it if it runs to its last day."""
    return dues_of_term(
        starts_on=term.starts_on,
        last_day_in_force=term.expires_on,
        figures=figures,
        calendar=calendar,
        created_on=term.approved_on,
    )


def nominal_day(obligation: Obligation, figures: Figures) -> date:
    """The due day as the rule counts it, before a holiday moves it."""
    if obligation.kind == QUARTERLY:
        return obligation.qualifies_on + timedelta(days=figures.quarterly_due_days)
    return obligation.qualifies_on


def coming_dues(base: Base, known: Known, figures: Figures, calendar: WorkCalendar) -> list[Due]:
    """What a live base will still owe for its running and coming terms, beyond what is known already."""
    if base.ended_on is not None:
        return []
    return [
        due
        for term in base.terms.all()
        if term.ended_on is None
        for due in term_dues(term, figures, calendar)
        if (due.kind, due.period) not in known
    ]


def _periods(term: Term, today: date) -> Iterator[tuple[str, str, date]]:
    """Kind, code and first day of every period that touches the term and has begun."""
    last = min(today, term.expires_on)
    year, quarter = quarter_of(term.starts_on)
    while (first_day := quarter_first_day(year, quarter)) <= last:
        yield QUARTERLY, quarter_code(year, quarter), first_day
        year, quarter = quarter_of(quarter_last_day(year, quarter) + ONE_DAY)
    for annual in range(term.starts_on.year, last.year + 1):
        yield ANNUAL, str(annual), date(annual, 1, 1)
