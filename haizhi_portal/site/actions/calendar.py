"""A person's calendar address: given, exchanged for another, put out of use."""

from django.db import transaction

from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.identity import public_id
from haizhi_portal.audit.ledger import record
from haizhi_portal.site.models import CalendarFeed


@transaction.atomic
def enable_calendar(*, actor: Actor) -> CalendarFeed:
    """Give the actor an address of their own; one they had before is dead from now on."""
    feed, _made = CalendarFeed.objects.select_for_update().get_or_create(user=actor.user)
    feed.key, feed.enabled_at = public_id(), actor.now
    feed.save(update_fields=["key", "enabled_at"])
    _write("user.calendar_enabled", actor)
    return feed


@transaction.atomic
def disable_calendar(*, actor: Actor) -> None:
    """Put the actor's address out of use, for good: a later one is another."""
    feed = CalendarFeed.objects.select_for_update().filter(user=actor.user, enabled_at__isnull=False).first()
    if feed is None:
        return
    feed.key, feed.enabled_at = public_id(), None
    feed.save(update_fields=["key", "enabled_at"])
    _write("user.calendar_disabled", actor)


def _write(event: str, actor: Actor) -> None:
    organisation = actor.user.organisation
    record(
        event,
        actor=actor,
        object=f"user:{actor.user.public_id}",
        clause="4.1-annual",
        organisation=organisation.credit_code if organisation else None,
    )
