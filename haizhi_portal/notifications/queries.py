"""Whose messages a person sees: their own, once delivered."""

from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from haizhi_portal.notifications.models import Delivery, Message


def visible_to(user: Any) -> QuerySet[Message]:
    """The person's own messages that the worker has put into the inbox, newest first."""
    shown = Delivery.objects.filter(message=OuterRef("pk"), channel=Delivery.Channel.INBOX, delivered_at__isnull=False)
    return Message.objects.filter(Exists(shown), recipient=user)


def unread_count(user: Any) -> int:
    """How many messages in the inbox the person has not opened."""
    return visible_to(user).filter(read_at=None).count()
