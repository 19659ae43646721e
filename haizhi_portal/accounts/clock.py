"""The business clock: the one place where the portal asks what time it is.

In a demonstration the business date can be moved forward, by the environment or on the demo clock's page; the
time of day stays the real one.
"""

from datetime import date, datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from haizhi_portal.policy.periods import local_day


def _demo_file() -> Path:
    return Path(settings.DATA_DIR) / "demo-today"


def demo_day() -> date | None:
    """The business date a demonstration was moved to, or None when the real one holds."""
    if not settings.PORTAL_DEMO:
        return None
    try:
        moved: date | None = date.fromisoformat(_demo_file().read_text().strip())
    except (OSError, ValueError):
        moved = None
    days = [day for day in (settings.PORTAL_TODAY, moved) if day is not None]
    return max(days, default=None)


def move_demo_day(day: date) -> None:
    """Let every process of this demonstration live on ``day`` from now on."""
    _demo_file().write_text(day.isoformat())


def business_now() -> datetime:
    """The business instant: the real one, or the same time of day on the demonstration's date."""
    now = timezone.now()
    day = demo_day()
    return now if day is None else now + (day - local_day(now))
