"""In whose place a member of staff acted: the absent handler's, as long as the one who acts stood in for that person.

Told from dated rows alone (who handled it, who stood in for whom), so that a ledger entry written now and a timeline
read in a year say the same.
"""

from datetime import datetime
from typing import Any

from applications.models import Application
from applications.rules.offices import handler_in
from haizhi_portal.accounts.delegations import held_at, stood_in_for
from haizhi_portal.accounts.models import Delegation, User
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.periods import local_day
from haizhi_portal.policy.words import Role


def acted_for(application: Application, actor: Actor) -> dict[str, Any]:
    """What a ledger entry adds: ``handler`` where another one handles it, ``on_behalf`` where it is done for that one.

    Nothing has a handler among the leaders: one who stands in for another acts in that one's place too.
    """
    if actor.user is None:
        return {}
    if actor.role == Role.LEADER:
        absent = stood_in_for(actor.user, actor.today)
        return {"on_behalf": [each.public_id for each in absent]} if absent else {}
    if actor.role not in (Role.DISTRICT, Role.MUNICIPAL):
        return {}
    handler = handler_in(application, actor.user.reviewing_body_id)
    if handler is None or handler.pk == actor.user.pk:
        return {}
    found: dict[str, Any] = {"handler": handler.public_id}
    if any(each.pk == handler.pk for each in stood_in_for(actor.user, actor.today)):
        found["on_behalf"] = [handler.public_id]
    return found


class OnBehalf:
    """For the timeline of one application: in whose place somebody acted at a past instant."""

    def __init__(self, application: Application) -> None:
        self._handlings = list(application.handlings.select_related("handler").order_by("-id"))
        away = {each.handler_id for each in self._handlings}
        self._delegations = list(Delegation.objects.filter(absent__in=away - {None})) if away else []

    def of(self, person: User, at: datetime) -> str:
        """The name of the absent handler, empty when the person acted for themselves."""
        handler = next(
            (
                each.handler
                for each in self._handlings
                if each.body_id == person.reviewing_body_id and each.decided_at <= at
            ),
            None,
        )
        if handler is None or handler.pk == person.pk:
            return ""
        day = local_day(at)
        held = any(
            each.absent_id == handler.pk and each.delegate_id == person.pk and held_at(each, at, day)
            for each in self._delegations
        )
        return handler.name if held else ""
