"""The reports of one base side by side: what was, what is owed now, what comes."""

from dataclasses import dataclass
from datetime import date

from bases.dues import FiguresOf, begun_dues, coming_dues
from bases.models import Base, Obligation
from bases.naming import period_title
from bases.report_state import ReportState, last_day, report_state
from bases.rules import filing_opens_on, last_filing
from haizhi_portal.policy.figures import Figures
from haizhi_portal.policy.obligations import Due
from haizhi_portal.policy.stored import figures_of_days
from haizhi_portal.policy.workdays import WorkCalendar


@dataclass(frozen=True, slots=True)
class Line:
    """One report of the calendar; ``obligation`` has no key yet when its period was not entered."""

    obligation: Obligation
    title: str
    state: ReportState
    files_from: date

    @property
    def is_open(self) -> bool:
        return self.state.key in ("open", "overdue", "returned")

    @property
    def by(self) -> date | None:
        return last_day(self.obligation, self.state)


def lines_of(base: Base, today: date, figures: Figures, calendar: WorkCalendar) -> list[Line]:
    """Every report of the base in the order of due days, those not entered yet as policy will enter them."""
    rows = list(base.obligations.prefetch_related("filings"))
    figures_of = figures_of_days()
    known = {(row.kind, row.period) for row in rows}
    begun: list[Due] = []
    if base.ended_on is None:
        begun = begun_dues(base.terms.all(), known, today, figures_of, lambda: calendar)
        known |= {(due.kind, due.period) for due in begun}
    dues = [*begun, *coming_dues(base, known, figures, calendar)]
    lines = [_line(row, today, figures_of) for row in [*rows, *(unentered(base, due) for due in dues)]]
    return sorted(lines, key=lambda line: (line.obligation.due_on, line.obligation.kind))


def unentered(base: Base, due: Due) -> Obligation:
    """An obligation as it will be entered, without a row."""
    return Obligation(
        base=base,
        kind=due.kind,
        period=due.period,
        opens_on=due.opens_on,
        due_on=due.due_on,
        qualifies_on=due.qualifies_on,
    )


def _line(obligation: Obligation, today: date, figures_of: FiguresOf) -> Line:
    filing = last_filing(obligation)
    files_from = filing_opens_on(obligation, figures_of(obligation.opens_on))
    state = report_state(obligation, filing.outcome if filing else None, today, files_from)
    return Line(obligation, period_title(obligation.kind, obligation.period), state, files_from)
