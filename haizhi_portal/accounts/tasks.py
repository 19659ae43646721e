from typing import Any

from celery import shared_task

from haizhi_portal.accounts.reset_letters import send_reset_letters


@shared_task(bind=True, max_retries=3, default_retry_delay=30)
def reset_letters(self: Any, address: str) -> None:
    """Write to those who gave this address; a mail server that is down is tried again a few times."""
    try:
        send_reset_letters(address)
    except OSError as problem:
        raise self.retry(exc=problem) from problem
