"""Who has to wait before trying to sign in again, and until when."""

from datetime import datetime

from axes.models import AccessAttempt
from django.conf import settings

from haizhi_portal.accounts.names import folded


def locked_until(username: str, now: datetime, address: str | None = None) -> datetime | None:
    """The instant from which this name may try again (from ``address``, or from anywhere); None if it may now.

    ``now`` is the real instant, never the business one: attempts are counted by the real clock.
    """
    attempts = AccessAttempt.objects.filter(
        username=folded(username),
        failures_since_start__gte=settings.AXES_FAILURE_LIMIT,
        attempt_time__gt=now - settings.AXES_COOLOFF_TIME,
    )
    if address is not None:
        attempts = attempts.filter(ip_address=address)
    last = attempts.order_by("-attempt_time").values_list("attempt_time", flat=True).first()
    return last + settings.AXES_COOLOFF_TIME if last else None
