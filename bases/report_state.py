"""The state of one report on a day, in one table: the word, its tone, and the condition that finds it in a list."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bases.models import Filing, Obligation
from haizhi_portal.policy.figures import Figures
from haizhi_portal.policy.obligations import days_before_filing


@dataclass(frozen=True, slots=True)
class ReportState:
    """What a report is waiting for; ``tone`` belongs to the badge."""

    key: str
    label: str | Promise
    tone: str


CANCELLED = ReportState("cancelled", _("已取消"), "idle")
ACCEPTED = ReportState("accepted", _("已通过"), "done")
WAITING = ReportState("waiting", _("待审阅"), "wait")
RETURNED = ReportState("returned", _("退回修改"), "act")
OVERDUE = ReportState("overdue", _("逾期未报"), "stop")
OPEN = ReportState("open", _("待报送"), "act")
EARLY = ReportState("early", _("可先填写"), "idle")
COMING = ReportState("coming", _("未开始"), "idle")

_ANSWERED: dict[str, ReportState] = {Filing.Outcome.ACCEPTED: ACCEPTED, Filing.Outcome.RETURNED: RETURNED}
STATES = {state.key: state for state in (EARLY, OPEN, OVERDUE, WAITING, RETURNED, ACCEPTED, CANCELLED)}


def report_state(obligation: Obligation, outcome: str | None, today: date, files_from: date) -> ReportState:
    """``outcome`` is the newest filing's: None before the first, "" while it waits; ``files_from`` as in `rules`."""
    if obligation.cancelled_on is not None:
        return CANCELLED
    if outcome is not None:
        return _ANSWERED.get(outcome, WAITING)
    if today < obligation.opens_on:
        return COMING
    if today < files_from:
        return EARLY
    return OVERDUE if today > obligation.due_on else OPEN


def last_day(obligation: Obligation, state: ReportState) -> date | None:
    """By when the report has to be filed; None once it was: a correction of what was returned has no last day."""
    return obligation.due_on if state in (EARLY, OPEN, OVERDUE) else None


def condition(key: str, today: date, steps: list[tuple[date, Figures]]) -> Q:
    """The state as a condition on `queries.with_state`; every report matches for an unknown key.

    ``steps`` are all figures there ever were (`policy.stored.figures_by_day`).
    """
    owed, unfiled = Q(cancelled_on__isnull=True), Q(filed_outcome__isnull=True)
    in_time, early = Q(due_on__gte=today), _not_to_be_filed_yet(today, steps)
    return {
        "cancelled": ~owed,
        "accepted": owed & Q(filed_outcome=Filing.Outcome.ACCEPTED),
        "returned": owed & Q(filed_outcome=Filing.Outcome.RETURNED),
        "waiting": owed & Q(filed_outcome=""),
        "overdue": owed & unfiled & Q(due_on__lt=today),
        "early": owed & unfiled & in_time & early,
        "open": owed & unfiled & in_time & ~early,
    }.get(key, Q())


def _not_to_be_filed_yet(today: date, steps: list[tuple[date, Figures]]) -> Q:
    """`rules.filing_opens_on` as a condition: each report goes by the figures of the day it opened."""
    found = Q(pk__in=[])
    ends = [day for day, _figures in steps[1:]] + [date.max]
    for (first, figures), end in zip(steps, ends, strict=True):
        opened = Q(opens_on__gte=first, opens_on__lt=end)
        for kind in Obligation.ReportKind.values:
            days = timedelta(days=days_before_filing(kind, figures))
            found |= opened & Q(kind=kind, qualifies_on__gt=today + days)
    return found
