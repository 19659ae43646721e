"""The day's work: everything time alone brings about, in one idempotent sweep over all apps."""

from datetime import datetime

import applications.daily
import applications.reminders
import bases.daily
import bases.reminders
import evaluations.daily
import evaluations.reminders
from haizhi_portal.audit.actor import Actor


def run(now: datetime) -> list[tuple[str, int]]:
    """Do what is due by ``now``'s business day; one line per kind of work with its count.

    A second run on the same day changes nothing; a missed day is caught up by the next.
    """
    actor = Actor.system(now)
    return [
        *applications.daily.run(actor),
        *bases.daily.run(actor),
        *evaluations.daily.run(actor),
        (
            "reminders",
            applications.reminders.run(actor) + bases.reminders.run(actor) + evaluations.reminders.run(actor),
        ),
    ]
