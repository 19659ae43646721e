"""What time alone brings about for evaluations: years opened, results that stand, cases without an object."""

from datetime import date

from django.db.models import Min

from bases.models import Base
from bases.queries import in_force_on
from evaluations.actions.evaluation import open_year
from evaluations.actions.finality import settle_due
from evaluations.actions.withdrawal import close_moot
from haizhi_portal.audit.actor import Actor


def run(actor: Actor) -> list[tuple[str, int]]:
    """One line per kind of work with its count; a second run on the same day finds nothing to do."""
    opened = sum(open_year(actor=actor, year=year) for year in years_to_open(actor.today))
    due = Base.objects.filter(
        evaluations__final_on__isnull=True,
        evaluations__announced_on__isnull=False,
        evaluations__review_until__lt=actor.today,
    )
    final = sum(settle_due(actor=actor, base=base) for base in due.distinct().order_by("number"))
    return [("年度评估建立", opened), ("评估结果生效", final), ("无须再办的事项结案", close_moot(actor=actor))]


def years_to_open(today: date) -> list[int]:
    """Every year over by ``today`` at whose end a base was in force that has no evaluation of it, oldest first."""
    first = Base.objects.aggregate(first=Min("licensed_on"))["first"]
    if first is None:
        return []
    return [
        year
        for year in range(first.year, today.year)
        if in_force_on(date(year, 12, 31)).exclude(evaluations__year=year).exists()
    ]
