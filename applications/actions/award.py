"""The award: one designation notice, then base, first term and plaque for every settled unit (`4.3-award`)."""

from django.db import transaction
from django.utils.translation import gettext as _

from applications.actions.locking import locked, locked_call, locked_organisation
from applications.models import Application, Call, Seat
from applications.queries import awaiting_award
from applications.rules import can_award
from bases import naming
from bases.actions.licensing import license
from bases.models import Base
from haizhi_portal.audit.actor import Actor
from haizhi_portal.documents.actions.issue import issue
from haizhi_portal.documents.models import Document
from haizhi_portal.policy.stored import figures_on
from haizhi_portal.policy.terms import first_term

CLAUSE = "4.3-award"
NOTICES = "大科协发"


@transaction.atomic
def award(*, actor: Actor, call: Call) -> list[Base]:
    """Issue the notice and license every settled unit not awarded yet, in the order of the seats, all or none.

    The day of the notice is the day of approval from which the first terms run. Raises RuleViolation when nothing waits
    or the actor is no leader; Conflict when a unit has got a base meanwhile.
    """
    for waiting in awaiting_award(call).order_by("organisation_id"):
        locked_organisation(waiting.organisation)
    call = locked_call(call)
    can_award(actor, call).require()
    seats = list(
        Seat.objects.filter(call=call, released_on__isnull=True, application__state=Application.State.APPROVED)
        .select_related("application__organisation")
        .order_by("number")
    )
    notice = _notice(call, seats, actor)
    return [_license(seat, notice, actor) for seat in seats]


def _notice(call: Call, seats: list[Seat], actor: Actor) -> Document:
    span = first_term(actor.today, figures_on(actor.today))
    units = [
        {
            "organisation": seat.application.organisation.name,
            "base_name": naming.base_name(seat.application.organisation.name),
            "base_number": naming.base_number(call.year, seat.number),
            "starts_on": span.starts_on.isoformat(),
            "expires_on": span.expires_on.isoformat(),
        }
        for seat in seats
    ]
    return issue(
        actor=actor,
        kind=Document.Kind.DESIGNATION_NOTICE,
        title=_("关于认定%(year)s年度大连市科协海智工作基地的通知") % {"year": call.year},
        facts={"year": str(call.year), "units": units},
        clause=CLAUSE,
        series=NOTICES,
    )


def _license(seat: Seat, notice: Document, actor: Actor) -> Base:
    application = locked(seat.application, actor=actor)
    base = license(
        actor=actor,
        organisation=application.organisation,
        call_year=application.call.year,
        seat=seat.number,
        application_number=application.number,
        notice=notice,
    )
    application.state, application.base = Application.State.LICENSED, base
    application.ended_on = actor.today
    application.save(update_fields=["state", "base", "ended_on"])
    return base
