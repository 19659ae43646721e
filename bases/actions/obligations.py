"""Reports owed: entered when their period begins, cancelled when the licence ends before their qualifying day."""

from django.db import transaction

from bases import naming
from bases.dues import begun_dues
from bases.models import Base, Obligation
from bases.rules import clause_of
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.ledger import record
from haizhi_portal.policy.stored import calendar, figures_of_days


@transaction.atomic
def create_due_obligations(*, actor: Actor, base: Base) -> int:
    """Enter every report whose period has begun by the actor's day; its due day is fixed here. Returns how many.

    What time brings about is the system's doing, whoever's action came across it first (`5.3-quarterly`, `5.3-annual`).
    """
    base = Base.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=base.pk)
    if base.ended_on is not None:
        return 0
    known = set(base.obligations.order_by().values_list("kind", "period"))
    dues = begun_dues(base.terms.all(), known, actor.today, figures_of_days(), calendar)
    for due in dues:
        Obligation.objects.create(
            base=base,
            kind=due.kind,
            period=due.period,
            opens_on=due.opens_on,
            due_on=due.due_on,
            qualifies_on=due.qualifies_on,
        )
        record(
            "report.due",
            actor=Actor.system(actor.now),
            object=naming.report_object(base, due.period),
            clause=due.clause,
            data={"kind": due.kind, "period": due.period, "due_on": due.due_on},
            on=due.opens_on,
            base=base.number,
            organisation=base.organisation.credit_code,
        )
    return len(dues)


@transaction.atomic
def cancel_unowed(*, actor: Actor, base: Base) -> int:
    """Cancel what an ended base does not owe: no licence was in force on the qualifying day. Returns how many."""
    base = Base.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=base.pk)
    if base.ended_on is None:
        return 0
    unowed = list(
        base.obligations.select_for_update().filter(cancelled_on__isnull=True, qualifies_on__gte=base.ended_on)
    )
    for obligation in unowed:
        obligation.cancelled_on = base.ended_on
        obligation.save(update_fields=["cancelled_on"])
        record(
            "report.cancelled",
            actor=Actor.system(actor.now),
            object=naming.report_object(base, obligation.period),
            clause=clause_of(obligation),
            data={"kind": obligation.kind, "period": obligation.period},
            on=base.ended_on,
            base=base.number,
            organisation=base.organisation.credit_code,
        )
    return len(unowed)
