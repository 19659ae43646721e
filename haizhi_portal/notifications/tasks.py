from celery import shared_task
from django.utils import timezone

from haizhi_portal.notifications.delivery import deliver_message, deliver_what_is_due


@shared_task
def deliver(message_id: int) -> None:
    """Bring one message to its recipient."""
    deliver_message(message_id=message_id, now=timezone.now())


@shared_task
def sweep() -> None:
    """Bring on their way the messages nobody was woken for, and those whose time to try again has come."""
    deliver_what_is_due(now=timezone.now())
