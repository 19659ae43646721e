"""What beat runs."""

from celery import shared_task
from django.db import OperationalError

from haizhi_portal.accounts.clock import business_now
from haizhi_portal.audit.actor import Actor
from haizhi_portal.site import daily
from haizhi_portal.site.actions import scanning


@shared_task(
    name="haizhi_portal.site.tasks.daily",
    soft_time_limit=3500,
    time_limit=3600,
    autoretry_for=(OperationalError,),
    retry_backoff=True,
    max_retries=5,
)
def daily_work() -> dict[str, int]:
    """The day's work, on the business date."""
    return dict(daily.run(business_now()))


@shared_task(name="haizhi_portal.site.tasks.scan_uploads", soft_time_limit=90, time_limit=100)
def scan_uploads() -> dict[str, int]:
    """Show what was uploaded to the virus scanner, where there is one."""
    return scanning.scan_what_waits(actor=Actor.system(business_now()))
