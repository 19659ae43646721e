"""Which years' holidays staff should enter, because deadlines run into them."""

from datetime import date

from django.db.models import Max

from applications.models import Application, Call
from bases.models import Obligation
from haizhi_portal.policy.day_hints import years_to_enter
from haizhi_portal.policy.stored import calendar


def holidays_to_enter(today: date) -> list[int]:
    """The years without a table that the deadlines set by now reach, as far as they are published."""
    furthest = [
        Call.objects.aggregate(day=Max("certification_on"))["day"],
        Application.objects.aggregate(day=Max("correct_by"))["day"],
        Obligation.objects.aggregate(day=Max("due_on"))["day"],
    ]
    return years_to_enter(today, max((day for day in furthest if day is not None), default=None), calendar())
