"""How pages say days, instants and what is left until a deadline."""

from datetime import date, datetime
from typing import NamedTuple

from django.utils import timezone

from haizhi_portal.policy.dates_said import days_left, said, said_with_weekday

SOON_DAYS = 7


class Left(NamedTuple):
    """Days to a deadline in words, and how pressing that is: ``calm``, ``soon`` or ``over``."""

    words: str
    urgency: str


def _local(moment: date | datetime) -> date | datetime:
    if isinstance(moment, datetime) and timezone.is_aware(moment):
        return timezone.localtime(moment)
    return moment


def day_of(moment: date | datetime) -> date:
    """The calendar day, in the portal's time zone for an instant."""
    local = _local(moment)
    return local.date() if isinstance(local, datetime) else local


def spoken(moment: date | datetime, *, weekday: bool = False) -> str:
    """A day as 2026年11月30日， an instant with its hour and minute in the portal's time zone."""
    words = (said_with_weekday if weekday else said)(day_of(moment))
    local = _local(moment)
    return f"{words} {local:%H:%M}" if isinstance(local, datetime) else words


def left(deadline: date | datetime, today: date) -> Left:
    """How far the deadline is from ``today``; the last day itself still counts."""
    days = (day_of(deadline) - today).days
    urgency = "over" if days < 0 else "soon" if days <= SOON_DAYS else "calm"
    return Left(days_left(today, day_of(deadline)), urgency)
