"""Taking over a table of holidays, all of it or none: what is new, what is corrected; other days stay."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.ledger import record
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.holidays import PublishedDay
from haizhi_portal.policy.models import Holiday
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.site.actions.figures import can_edit, can_stand

CLAUSE = "5.3-annual"


@dataclass(frozen=True, slots=True)
class Difference:
    """One day that the import would add or correct, with what the table says of it now."""

    after: PublishedDay
    before: PublishedDay | None

    @property
    def new(self) -> bool:
        return self.before is None


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would change; ``only_here`` are days of the same years that it does not name and leaves alone."""

    changes: list[Difference]
    only_here: list[PublishedDay]
    same: int


def preview(days: Iterable[PublishedDay]) -> Preview:
    """What importing these days would change in the table as it stands."""
    coming = {each.day: each for each in days}
    years = {day.year for day in coming}
    rows = Holiday.objects.order_by("day").values_list("day", "off", "name")
    there = {row[0]: PublishedDay(*row) for row in rows if row[0].year in years}
    changes = [Difference(each, there.get(day)) for day, each in sorted(coming.items()) if there.get(day) != each]
    only_here = [each for day, each in there.items() if day not in coming]
    return Preview(changes, only_here, len(coming) - len(changes))


def problems_of(days: Iterable[PublishedDay], today: date) -> list[str]:
    """Why some of these days cannot stand so in the table, each in words that name it: as when entered by hand."""
    found = ((each.day, can_stand(day=each.day, off=each.off, name=each.name, today=today)) for each in days)
    return [_("%(day)s：%(why)s") % {"day": said(day), "why": verdict.reason} for day, verdict in found if not verdict]


@transaction.atomic
def import_holidays(*, actor: Actor, days: list[PublishedDay], source: str, reason: str) -> Preview:
    """Add and correct these days in the table, with the reason. Due days already fixed do not move.

    Raises RuleViolation without a reason (field "reason"), for a day that could not be entered by hand either, or when
    nothing would change.
    """
    can_edit(actor).require()
    if not reason.strip():
        message = "请写明依据，例如国务院办公厅通知的文号。"
        raise RuleViolation(clause=CLAUSE, message=message, field="reason")
    if problems := problems_of(days, actor.today):
        raise RuleViolation(clause=CLAUSE, message=problems[0])
    list(Holiday.objects.select_for_update().order_by("day"))
    found = preview(days)
    if not found.changes:
        raise RuleViolation(clause=CLAUSE, message="与现有安排完全相同，没有需要导入的内容。")
    for change in found.changes:
        day, off, name = change.after
        Holiday.objects.update_or_create(day=day, defaults={"off": off, "name": name, "source": source})
    record(
        "holiday.imported",
        actor=actor,
        object="holidays:" + "-".join(str(year) for year in sorted({each.after.day.year for each in found.changes})),
        clause=CLAUSE,
        reason=reason.strip(),
        data={
            "source": source,
            "changes": [
                {"day": each.after.day, "off": each.after.off, "name": each.after.name, "new": each.new}
                for each in found.changes
            ],
        },
    )
    return found
