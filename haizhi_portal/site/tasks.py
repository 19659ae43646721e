"""What beat runs."""

from celery import shared_task
from django.db import OperationalError

from haizhi_portal.accounts.clock import business_now
from haizhi_portal.site import daily


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
