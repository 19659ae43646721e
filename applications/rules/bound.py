"""What binds a call and its round as it stood when they opened: no later change of a figure reaches them."""

from django.db.models import Q

from applications.models import Call, Round
from haizhi_portal.policy.stored import figures_by_day, figures_on


def copies_needed(call: Call) -> int:
    """The stamped copies of a call's applications, by the figures in force on the day it opened (`4.1-paper`)."""
    return figures_on(call.opens_on).paper_copies


def lacks_copies() -> Q:
    """Rows of `queries.with_copies` that have fewer copies than their own call asks for."""
    steps = figures_by_day()
    found = Q(pk__in=[])
    for place, (since, figures) in enumerate(steps):
        opened = Q(call__opens_on__gte=since)
        if place + 1 < len(steps):
            opened &= Q(call__opens_on__lt=steps[place + 1][0])
        found |= opened & Q(copies__lt=figures.paper_copies)
    return found


def scores_needed(round_: Round) -> int:
    """The valid sheets each application needs, by the figures in force on the day the round opened (`4.2-experts`)."""
    return figures_on(round_.opened_on).minimum_valid_scores
