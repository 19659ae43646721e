"""The day's work: everything time alone brings about, in one idempotent sweep over all apps."""

from datetime import datetime

from django.utils.translation import gettext as _

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
        (_("申报提醒"), applications.reminders.run(actor)),
        (_("报告到期和逾期提醒"), bases.reminders.of_reports(actor)),
        (_("续期窗口开放和到期提醒"), bases.reminders.of_terms(actor)),
        (_("评估、续期和取消资格提醒"), evaluations.reminders.run(actor)),
    ]
