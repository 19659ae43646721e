"""Ledger entries and messages about one application, with its number and organisation filled in."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from applications.models import Application
from applications.rules.on_behalf import acted_for
from haizhi_portal.accounts.models import User
from haizhi_portal.accounts.queries import municipal_staff, people_of, staff_of
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.ledger import record
from haizhi_portal.notifications.actions import tell


def write(
    event: str,
    application: Application,
    *,
    actor: Actor,
    clause: str,
    data: dict[str, Any] | None = None,
    on: date | None = None,
    reason: str = "",
) -> None:
    """One ledger entry about an application; ``on`` is the day it took effect (default: the actor's).

    Whose handling it is and in whose place it was done is added where that is not the one who acts.
    """
    record(
        event,
        actor=actor,
        object=f"application:{application.number}",
        clause=clause,
        data=acted_for(application, actor) | (data or {}),
        on=on,
        application=application.number,
        organisation=application.organisation.credit_code,
        reason=reason,
    )


def tell_of(
    application: Application, recipients: Iterable[User], *, actor: Actor, kind: str, subject: str, body: str
) -> None:
    """A message about an application, leading to its page."""
    tell(
        actor=actor,
        recipients=recipients,
        kind=kind,
        subject=f"{subject}（{application.number}）",
        body=body,
        link=reverse("applications:detail", args=[application.number]),
    )


def tell_applicant(application: Application, *, actor: Actor, kind: str, subject: str, body: str) -> None:
    """A message to everyone of the applying organisation."""
    tell_of(application, people_of(application.organisation), actor=actor, kind=kind, subject=subject, body=body)


def reviewers_of(application: Application) -> QuerySet[User]:
    """Whoever has the application now: its district's staff, or municipal staff."""
    at_district = application.state in (Application.State.DISTRICT_REVIEW, Application.State.DISTRICT_RETURNED)
    return staff_of(application.body) if at_district and application.body else municipal_staff()


def tell_reviewers(application: Application, *, actor: Actor, kind: str, subject: str, body: str) -> None:
    """A message to whoever has the application now."""
    tell_of(application, reviewers_of(application), actor=actor, kind=kind, subject=subject, body=body)
