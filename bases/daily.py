"""What a new day brings to bases: reports that begin to be owed, terms and bases that end."""

from datetime import date

from bases.actions.endings import end_what_is_over
from bases.actions.obligations import create_due_obligations
from bases.dues import begun_dues
from bases.models import Base, Obligation
from bases.queries import unrecorded_endings
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.stored import calendar, figures_of_days
from haizhi_portal.policy.workdays import WorkCalendar

Counts = list[tuple[str, int]]


def run(actor: Actor) -> Counts:
    """Record what the actor's day and missed days before it brought about. A second run changes nothing."""
    reports = sum(create_due_obligations(actor=actor, base=base) for base in _with_begun_dues(actor.today))
    terms_over = bases_over = 0
    for base in unrecorded_endings(actor.today).order_by("number"):
        still_open = base.terms.filter(ended_on__isnull=True).count()
        base = end_what_is_over(actor=actor, base=base)
        terms_over += still_open - base.terms.filter(ended_on__isnull=True).count()
        bases_over += base.ended_on is not None
    return [("应报事项起报", reports), ("有效期届满", terms_over), ("基地到期终止", bases_over)]


def _with_begun_dues(today: date) -> list[Base]:
    """Live bases owing a report that has begun and is not entered, found in a fixed number of queries."""
    live = list(Base.objects.filter(ended_on__isnull=True).order_by("number").prefetch_related("terms"))
    known: dict[int, set[tuple[str, str]]] = {base.pk: set() for base in live}
    rows = Obligation.objects.order_by().filter(base__ended_on__isnull=True)
    for base_id, kind, period in rows.values_list("base_id", "kind", "period"):
        known[base_id].add((kind, period))
    figures_of, loaded = figures_of_days(), _Calendar()
    return [base for base in live if begun_dues(base.terms.all(), known[base.pk], today, figures_of, loaded)]


class _Calendar:
    """The work calendar, read once and only if needed."""

    def __init__(self) -> None:
        self._calendar: WorkCalendar | None = None

    def __call__(self) -> WorkCalendar:
        self._calendar = self._calendar or calendar()
        return self._calendar
