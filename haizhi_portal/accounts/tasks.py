from typing import Any

from celery import shared_task
from django.utils import timezone

from haizhi_portal.accounts.invitation_letters import send_invitation_letter, send_what_waits
from haizhi_portal.accounts.reset_letters import send_reset_letters


@shared_task(bind=True, max_retries=3, default_retry_delay=30)
def reset_letters(self: Any, address: str) -> None:
    """Write to those who gave this address; a mail server that is down is tried again a few times."""
    try:
        send_reset_letters(address)
    except OSError as problem:
        raise self.retry(exc=problem) from problem


@shared_task
def invitation_letter(public_id: str) -> None:
    """Write to the person invited; what could not be sent is left for the sweep."""
    send_invitation_letter(public_id=public_id, now=timezone.now())


@shared_task
def sweep_invitations() -> None:
    """Write the letters nobody was woken for."""
    send_what_waits(now=timezone.now())
