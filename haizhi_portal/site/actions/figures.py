"""Putting other figures in force from a date. What was decided before keeps the figures it was decided by."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction

from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.ledger import record
from haizhi_portal.policy.dates_read import day_from
from haizhi_portal.policy.dates_said import said, said_range, said_weekday
from haizhi_portal.policy.figures import FIGURE_SPECS, Figures, as_json, with_changes
from haizhi_portal.policy.models import FigureEdition, Holiday
from haizhi_portal.policy.periods import ONE_DAY
from haizhi_portal.policy.stored import figures_on
from haizhi_portal.policy.verdict import Conflict, RuleViolation, Verdict
from haizhi_portal.policy.words import Role

CLAUSE = "4.1-annual"
EARLIEST_TABLE = 2000
_DOCUMENT_NUMBER = re.compile(r"〔\d{4}〕\s*\d+\s*号")
_DOCUMENT_DATE = re.compile(r"\d{4}(年\d{1,2}月\d{1,2}日|-\d{2}-\d{2})")


def can_edit(actor: Actor) -> Verdict:
    """Figures and holidays are edited by municipal staff."""
    if actor.role == Role.MUNICIPAL:
        return Verdict.yes(CLAUSE)
    return Verdict.no(CLAUSE, "指标和节假日由市科协学会部维护。")


@transaction.atomic
def set_figures(
    *, actor: Actor, in_force_from: date, values: Mapping[str, object], reason: str, edition: str
) -> FigureEdition:
    """Put ``values`` (only those that change) in force from a coming day, with the reason.

    From tomorrow at the earliest, so that the figures of a day that has begun never change and whatever was opened,
    judged or decided by them keeps them; until the end of the second coming year at the latest. Raises RuleViolation
    (field = the figure's key) for an unknown figure, a value out of bounds, a day out of those bounds, no reason,
    or more seats a year without the document that allows them (`4.2-cap`); Conflict for a second edition of one day.
    """
    changes, before = changes_of(actor=actor, in_force_from=in_force_from, values=values, reason=reason)
    try:
        with transaction.atomic():
            row = FigureEdition.objects.create(
                in_force_from=in_force_from,
                values=changes,
                edition=edition.strip() or before.edition,
                reason=reason.strip(),
                set_by=actor.opaque_id,
                set_at=actor.now,
            )
    except IntegrityError as error:
        raise _day_is_taken(in_force_from) from error
    old = as_json(before)
    record(
        "figures.changed",
        actor=actor,
        object=f"figures:{in_force_from.isoformat()}",
        clause=CLAUSE,
        reason=reason.strip(),
        data={"in_force_from": in_force_from, "changes": {key: [old[key], value] for key, value in changes.items()}},
    )
    return row


def changes_of(
    *, actor: Actor, in_force_from: date, values: Mapping[str, object], reason: str
) -> tuple[dict[str, Any], Figures]:
    """Which of ``values`` would change, as JSON keeps them, and the figures they would change.

    Raises what `set_figures` raises.
    """
    can_edit(actor).require()
    first, last = actor.today + ONE_DAY, date(actor.today.year + 2, 12, 31)
    if not first <= in_force_from <= last:
        message = f"生效日期应在{said_range(first, last)}之间：今天的事项已按现行指标办理，最早明天生效。"
        raise RuleViolation(clause=CLAUSE, message=message, field="in_force_from")
    if not reason.strip():
        raise RuleViolation(clause=CLAUSE, message="请写明调整依据和理由，例如文件名称和文号。", field="reason")
    before = figures_on(in_force_from)
    parsed = {}
    for key, value in values.items():
        if key not in FIGURE_SPECS:
            raise RuleViolation(clause=CLAUSE, message=f"没有“{key}”这一指标。", field=key)
        try:
            parsed[key] = FIGURE_SPECS[key].parse(value)
        except ValueError as error:
            raise RuleViolation(clause=FIGURE_SPECS[key].clause, message=str(error), field=key) from error
    changes = {key: FIGURE_SPECS[key].dump(value) for key, value in parsed.items() if value != getattr(before, key)}
    if not changes:
        raise RuleViolation(clause=CLAUSE, message="没有改动任何指标。")
    if problems := with_changes(changes, before).problems():
        field = problems[0].field
        raise RuleViolation(clause=FIGURE_SPECS[field].clause, message=problems[0], field=field)
    if parsed.get("annual_quota", 0) > before.annual_quota:
        _require_document(reason, actor.today)
    if FigureEdition.objects.filter(in_force_from=in_force_from).exists():
        raise _day_is_taken(in_force_from)
    return changes, before


def _day_is_taken(day: date) -> Conflict:
    return Conflict(clause=CLAUSE, message=f"{said(day)}已有一次调整，请另选生效日期。", field="in_force_from")


def _require_document(reason: str, today: date) -> None:
    """The reason names a document and its day, which is not still to come."""
    days = [day for found in _DOCUMENT_DATE.finditer(reason) if (day := day_from(found[0]))]
    if not (_DOCUMENT_NUMBER.search(reason) and days):
        example = f"大科协发〔{today.year}〕8号，{today.year}年1月5日"
        message = f"调高每年名额，须在理由中写明准予增加的文件文号和日期，例如：{example}。"
        raise RuleViolation(clause="4.2-cap", message=message, field="reason", code="document_missing")
    if min(days) > today:
        message = f"文件日期不能晚于今天（{said(today)}）。"
        raise RuleViolation(clause="4.2-cap", message=message, field="reason", code="document_missing")


def can_stand(*, day: date, off: bool, name: str, today: date) -> Verdict:
    """Whether a day may stand so in the table: no table is published further ahead than the coming year's."""
    first, last = date(EARLIEST_TABLE, 1, 1), date(today.year + 1, 12, 31)
    if not first <= day <= last:
        message = f"日期应在{said_range(first, last)}之间：放假安排最多提前一年公布。"
        return Verdict.no("5.3-annual", message, field="day")
    if not name.strip():
        return Verdict.no("5.3-annual", "请填写名称，例如“国庆节”或“国庆节调休上班”。", field="name")
    if not off and day.weekday() < 5:
        message = f"这一天是{said_weekday(day)}，本来就上班；只有周六、周日才有调休上班。"
        return Verdict.no("5.3-annual", message, field="off")
    return Verdict.yes("5.3-annual")


@transaction.atomic
def set_holiday(*, actor: Actor, day: date, off: bool, name: str) -> Holiday:
    """Mark a day as off, or as worked although a weekend. Due days already fixed do not move.

    Raises RuleViolation (field "day", "off" or "name") for a day that cannot stand so, or stands so already.
    """
    can_edit(actor).require()
    can_stand(day=day, off=off, name=name, today=actor.today).require()
    if Holiday.objects.filter(day=day, off=off, name=name.strip()).exists():
        message = f"{said(day)}已经这样登记，没有变化。"
        raise RuleViolation(clause="5.3-annual", message=message, field="day")
    holiday, created = Holiday.objects.update_or_create(
        day=day, defaults={"off": off, "name": name.strip(), "source": "市科协维护"}
    )
    record(
        "holiday.set",
        actor=actor,
        object=f"holiday:{day.isoformat()}",
        clause="5.3-annual",
        data={"day": day, "off": off, "name": name.strip(), "new": created},
    )
    return holiday


@transaction.atomic
def remove_holiday(*, actor: Actor, holiday: Holiday) -> None:
    """Take a day out of the table: it is again what its weekday makes it. The ledger keeps what it was."""
    can_edit(actor).require()
    record(
        "holiday.removed",
        actor=actor,
        object=f"holiday:{holiday.day.isoformat()}",
        clause="5.3-annual",
        data={"day": holiday.day, "off": holiday.off, "name": holiday.name},
    )
    holiday.delete()
