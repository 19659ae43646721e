"""The state of one report on a day, in one table: the word, its tone, and the condition that finds it in a list."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from bases.models import Filing, Obligation


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
COMING = ReportState("coming", _("未到起报日"), "idle")

_ANSWERED: dict[str, ReportState] = {Filing.Outcome.ACCEPTED: ACCEPTED, Filing.Outcome.RETURNED: RETURNED}
STATES = {state.key: state for state in (OPEN, OVERDUE, WAITING, RETURNED, ACCEPTED, CANCELLED)}


def report_state(obligation: Obligation, outcome: str | None, today: date) -> ReportState:
    """``outcome`` is the newest filing's: None before the first, "" while it waits."""
    if obligation.cancelled_on is not None:
        return CANCELLED
    if outcome is not None:
        return _ANSWERED.get(outcome, WAITING)
    if today < obligation.opens_on:
        return COMING
    return OVERDUE if today > obligation.due_on else OPEN


def condition(key: str, today: date) -> Q:
    """The state as a condition on `queries.with_state`; every report matches for an unknown key."""
    owed, unfiled = Q(cancelled_on__isnull=True), Q(filed_outcome__isnull=True)
    return {
        "cancelled": ~owed,
        "accepted": owed & Q(filed_outcome=Filing.Outcome.ACCEPTED),
        "returned": owed & Q(filed_outcome=Filing.Outcome.RETURNED),
        "waiting": owed & Q(filed_outcome=""),
        "overdue": owed & unfiled & Q(due_on__lt=today),
        "open": owed & unfiled & Q(due_on__gte=today),
    }.get(key, Q())
