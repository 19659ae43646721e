"""What time alone brings about for evaluations: years opened, results that stand, cases without an object."""

from datetime import date

from bases.models import Base, Term
from evaluations.actions.evaluation import open_year
from evaluations.actions.finality import settle_due
from evaluations.actions.withdrawal import close_moot
from evaluations.models import Evaluation
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.terms import is_in_force


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
    held = set(Evaluation.objects.order_by().values_list("base_id", "year"))
    terms = Term.objects.order_by().values_list("base_id", "starts_on", "expires_on", "ended_on")
    missing = {
        year
        for base_id, starts_on, expires_on, ended_on in terms
        for year in range(starts_on.year, min(expires_on.year + 1, today.year))
        if (base_id, year) not in held and is_in_force(date(year, 12, 31), starts_on, expires_on, ended_on)
    }
    return sorted(missing)
