"""The experts' ranking of a year, and where a proposed list departs from it (`4.2-experts`, `4.3-decision`)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from applications.models import Application, Call
from haizhi_portal.policy.grading import aggregate, ranking
from haizhi_portal.scoring.models import Sheet

RECOMMENDED = Sheet.Opinion.RECOMMENDED


@dataclass(frozen=True, slots=True)
class Ranked:
    """One application's place: mean (two decimals), spread between highest and lowest, and what experts recommend.

    ``tied`` when another has the same mean: the order between them is for people to judge.
    """

    application: Application
    place: int
    mean: Decimal
    spread: Decimal
    count: int
    recommended: int
    not_recommended: int
    tied: bool
    totals: tuple[Decimal, ...]
    opinions: tuple[str, ...]


def participating(call: Call) -> list[Application]:
    """The applications that entered the round, were not set aside and are still before its decision, by number."""
    return list(
        call.applications.filter(
            state=Application.State.CERTIFICATION, entered_round_on__isnull=False, set_aside_on__isnull=True
        )
        .select_related("organisation")
        .order_by("number")
    )


def ranked(call: Call) -> list[Ranked]:
    """Everything that entered the round and was neither withdrawn nor set aside, best mean first."""
    entered = list(
        call.applications.filter(entered_round_on__isnull=False, set_aside_on__isnull=True)
        .exclude(state__in=[Application.State.WITHDRAWN])
        .select_related("organisation")
        .order_by("number")
    )
    sheets = valid_sheets(entered)
    places = ranking(
        (application.number, aggregate([sheet.total for sheet in sheets[application.pk] if sheet.total is not None]))
        for application in entered
    )
    by_number = {application.number: application for application in entered}
    rows = []
    for place in places:
        application = by_number[place.key]
        own = sheets[application.pk]
        recommended = sum(sheet.recommendation == RECOMMENDED for sheet in own)
        rows.append(
            Ranked(
                application=application,
                place=place.place,
                mean=place.aggregate.mean,
                spread=place.aggregate.spread,
                count=place.aggregate.count,
                recommended=recommended,
                not_recommended=len(own) - recommended,
                tied=place.tied,
                totals=tuple(sorted((s.total for s in own if s.total is not None), reverse=True)),
                opinions=tuple(sheet.opinion for sheet in own if sheet.opinion),
            )
        )
    return rows


def valid_sheets(applications: Sequence[Application]) -> dict[int, list[Sheet]]:
    """Submitted sheets that were not voided, by application's key, in one query."""
    found: dict[int, list[Sheet]] = {application.pk: [] for application in applications}
    rows = (
        Sheet.objects.filter(assignment__application__in=found, submitted_at__isnull=False, voided_at__isnull=True)
        .order_by("id")
        .select_related("assignment")
    )
    for sheet in rows:
        found[sheet.assignment.application_id].append(sheet)
    return found


def unscored(call: Call, minimum: int) -> list[str]:
    """The numbers of participating applications with fewer than ``minimum`` valid scores."""
    applications = participating(call)
    sheets = valid_sheets(applications)
    return [application.number for application in applications if len(sheets[application.pk]) < minimum]


def departures(rows: Sequence[Ranked], approved: Collection[str], seats_left: int) -> dict[str, str]:
    """Application numbers whose outcome the ranking and the cap do not explain, with what has to be explained.

    A list follows the ranking when nobody with a better mean is left out, and when nobody is left out while a seat is
    free. Equal means are for people to judge.
    """
    chosen = [row for row in rows if row.application.number in approved]
    left_out = [row for row in rows if row.application.number not in approved]
    found: dict[str, str] = {}
    for row in chosen:
        if any(other.mean > row.mean for other in left_out):
            found[row.application.number] = "above"
    for row in left_out:
        if any(other.mean < row.mean for other in chosen):
            found[row.application.number] = "below"
        elif len(chosen) < seats_left:
            found[row.application.number] = "seat_free"
    return found
