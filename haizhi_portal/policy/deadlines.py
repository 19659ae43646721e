"""Last days counted from an event, other than those of reports: each includes the day itself, to 24:00."""

from __future__ import annotations

from datetime import date, timedelta

from haizhi_portal.policy.figures import Figures
from haizhi_portal.policy.workdays import WorkCalendar


def correction_deadline(returned_on: date, figures: Figures, calendar: WorkCalendar) -> date:
    """By when a returned application is to come back, unless staff set another day (`4.2-initial`)."""
    return calendar.add_working_days(returned_on, figures.correction_working_days)


def review_deadline(announced_on: date, figures: Figures, calendar: WorkCalendar) -> date:
    """By when a base may ask for a review of its result (`5.4-evaluation`)."""
    return calendar.add_working_days(announced_on, figures.review_working_days)


def renewal_paper_deadline(requested_on: date, figures: Figures, calendar: WorkCalendar) -> date:
    """By when the stamped paper of a renewal is to follow the electronic request (`5.6-renewal`)."""
    return calendar.add_working_days(requested_on, figures.renewal_paper_working_days)


def withdrawal_deadline(opened_on: date, figures: Figures) -> date:
    """By when the leader is to confirm a withdrawal: calendar days, not moved by holidays (`5.5-exit`)."""
    return opened_on + timedelta(days=figures.withdrawal_confirm_days)
