"""What was changed in a call's timetable: which days, from when to when, why."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from applications.models import Call
from haizhi_portal.policy.calls import STEPS
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.periods import local_day


@dataclass(frozen=True, slots=True)
class TimetableMoved:
    """One change; ``moved`` says day by day what it was and what it is."""

    on: date
    who: str
    moved: list[str]
    reason: str


def timetable_history(call: Call) -> list[TimetableMoved]:
    """Every change, the latest first."""
    rows = call.timetable_changes.select_related("changed_by").order_by("-changed_at", "-id")
    return [
        TimetableMoved(local_day(row.changed_at), row.changed_by.name, _moved(row.before, row.after), row.reason)
        for row in rows
    ]


def _moved(before: dict[str, str], after: dict[str, str]) -> list[str]:
    found = []
    for name, title in STEPS:
        old, new = date.fromisoformat(before[name]), date.fromisoformat(after[name])
        if old == new:
            continue
        days = abs((new - old).days)
        words = _("%(title)s由%(old)s改为%(new)s，推后 %(days)d 天")
        if new < old:
            words = _("%(title)s由%(old)s改为%(new)s，提前 %(days)d 天")
        found.append(words % {"title": title, "old": said(old), "new": said(new), "days": days})
    return found
