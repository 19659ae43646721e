"""Requests that lost their object because the base ended some other way."""

from django.db import transaction
from django.utils.translation import gettext as _

from bases.models import Base
from evaluations import rules
from evaluations.actions.naming import about_renewal
from evaluations.models import Renewal
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.ledger import record


@transaction.atomic
def withdraw_open_renewals(*, actor: Actor, base: Base) -> int:
    """Put an end to the requests for renewal that are still open; returns how many.

    Nobody asked for that: the ledger names the system and, however late this is found, the day the base ended. Call it
    under the base's lock, or when the base has ended.
    """
    reason = _("基地资格已经终止。")
    renewals = (
        Renewal.objects.select_for_update(of=("self",))
        .filter(term__base=base, state__in=rules.OPEN)
        .select_related("term__base__organisation")
        .order_by("pk")
    )
    for renewal in (rows := list(renewals)):
        renewal.state, renewal.decision_reason = Renewal.State.WITHDRAWN, reason
        renewal.save(update_fields=["state", "decision_reason"])
        record(
            "renewal.withdrawn",
            actor=Actor.system(actor.now),
            on=base.ended_on,
            clause=rules.RENEWAL,
            reason=reason,
            data={"expires_on": renewal.term.expires_on},
            **about_renewal(renewal),
        )
    return len(rows)
