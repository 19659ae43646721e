"""Who handles an application, on its own page, and what the reader may do about that."""

from dataclasses import dataclass

from applications.models import Application
from applications.rules.offices import handler_in, handler_of, office_name, office_of
from applications.views.bulk_verbs import VERBS
from haizhi_portal.accounts.models import User
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.words import Role

ONE_BY_ONE = ("take", "name_handler", "give_back", "remind")


@dataclass(frozen=True, slots=True)
class HandlingBox:
    """The handler of ``office``, None when there is none, and the acts open to the reader (key and words)."""

    office: str
    handler: User | None
    acts: list[tuple[str, str]]


def handling_box(actor: Actor, application: Application) -> HandlingBox | None:
    """None for whoever has no part in it: applicants and experts."""
    if actor.role not in (Role.DISTRICT, Role.MUNICIPAL, Role.LEADER, Role.AUDITOR) or not application.submitted_at:
        return None
    if application.state not in Application.LIVE:
        return None
    acts = [(key, str(VERBS[key].title)) for key in ONE_BY_ONE if VERBS[key].verdict(actor, application, {})]
    body = office_of(application, actor.today)
    if actor.role == Role.DISTRICT:
        own = actor.user.reviewing_body
        return HandlingBox(own.name, handler_in(application, own.pk), acts)
    return HandlingBox(office_name(body), handler_of(application, actor.today), acts)
