"""Reports: drafted and filed by the base, accepted or returned by municipal staff."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from bases import naming
from bases.actions.endings import end_what_is_over
from bases.models import Base, Filing, Obligation
from bases.report_parts import missing, tidy
from bases.rules import can_answer_report, can_file_report, can_write_report, clause_of, last_filing
from haizhi_portal.accounts.queries import municipal_staff, people_of
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.ledger import record
from haizhi_portal.notifications.actions import tell
from haizhi_portal.policy.obligations import lateness
from haizhi_portal.policy.verdict import Conflict, RuleViolation


def due_obligation(*, actor: Actor, base: Base, period: str) -> Obligation | None:
    """The base's report of a period, entered first if its time has come; None when it owes none."""
    end_what_is_over(actor=actor, base=base)
    return Obligation.objects.select_related("base__organisation").filter(base=base, period=period).first()


@transaction.atomic
def save_draft(
    *, actor: Actor, obligation: Obligation, content: Mapping[str, Any], expected_version: int
) -> Obligation:
    """Keep what is written so far; empty parts are allowed. Raises Conflict when somebody else saved in between."""
    obligation = _locked(obligation)
    can_write_report(actor, obligation).require()
    _expect(obligation, expected_version)
    obligation.draft = tidy(obligation.kind, content)
    obligation.version += 1
    obligation.save(update_fields=["draft", "version"])
    return obligation


@transaction.atomic
def file_report(
    *, actor: Actor, obligation: Obligation, content: Mapping[str, Any], expected_version: int | None = None
) -> Filing:
    """File the report as a frozen version; the first filing fixes for ever whether it was late.

    Raises RuleViolation when it may not be filed or lacks a part, Conflict on a stale edit.
    """
    obligation = _locked(obligation)
    can_write_report(actor, obligation).require()
    if expected_version is not None:
        _expect(obligation, expected_version)
    can_file_report(actor, obligation).require(code="too_early")
    content = tidy(obligation.kind, content)
    if gaps := missing(obligation.kind, content):
        names = "、".join(str(part.title) for part in gaps)
        raise RuleViolation(
            clause=clause_of(obligation), message=_("请填写：%(names)s。") % {"names": names}, field=gaps[0].key
        )
    filing = Filing.objects.create(
        obligation=obligation,
        version=obligation.filings.count() + 1,
        content=content,
        filed_at=actor.now,
        filed_by=actor.user,
    )
    if obligation.first_filed_on is None:
        obligation.first_filed_on = actor.today
        obligation.late = lateness(actor.today, obligation.due_on)
    obligation.draft = content
    obligation.version += 1
    obligation.save(update_fields=["draft", "version", "first_filed_on", "late"])
    _record("report.filed", actor, obligation, {"late": obligation.late})
    tell(
        actor=actor,
        recipients=municipal_staff(),
        kind="report.filed",
        subject=_("%(base)s报送了%(report)s") % {"base": obligation.base.name, "report": _title(obligation)},
        body=_("请审阅，并予以通过或退回修改。"),
        link=_page(obligation),
    )
    return filing


@transaction.atomic
def accept_report(*, actor: Actor, obligation: Obligation, opinion: str = "") -> Filing:
    """Accept the version that waits, with a word or without. Raises RuleViolation."""
    obligation = _locked(obligation)
    filing = _answer(actor, obligation, Filing.Outcome.ACCEPTED, opinion.strip())
    obligation.accepted_on = actor.today
    obligation.save(update_fields=["accepted_on"])
    _record("report.accepted", actor, obligation, {}, filing.outcome_reason)
    _tell_base(actor, obligation, "report.accepted", _("已通过"), filing.outcome_reason)
    return filing


@transaction.atomic
def return_report(*, actor: Actor, obligation: Obligation, reason: str) -> Filing:
    """Send the version that waits back, saying what to mend. Raises RuleViolation."""
    obligation = _locked(obligation)
    reason = reason.strip()
    can_answer_report(actor, obligation).require()
    if not reason:
        raise RuleViolation(clause=clause_of(obligation), message=_("请写明要修改什么。"), field="reason")
    filing = _answer(actor, obligation, Filing.Outcome.RETURNED, reason)
    _record("report.returned", actor, obligation, {}, reason)
    _tell_base(actor, obligation, "report.returned", _("被退回修改"), reason)
    return filing


def _locked(obligation: Obligation) -> Obligation:
    rows = Obligation.objects.select_for_update(of=("self",)).select_related("base__organisation")
    return rows.get(pk=obligation.pk)


def _expect(obligation: Obligation, version: int) -> None:
    if obligation.version != version:
        raise Conflict(
            clause=clause_of(obligation),
            message=_("这份报告刚在另一个窗口或由同事保存过。您填的内容都还在下面，请对照已保存的内容后再保存。"),
        )


def _answer(actor: Actor, obligation: Obligation, outcome: str, reason: str) -> Filing:
    can_answer_report(actor, obligation).require()
    filing = last_filing(obligation)
    assert filing is not None  # noqa: S101 - the verdict above said so
    filing.outcome, filing.outcome_reason = outcome, reason
    filing.outcome_at, filing.outcome_by = actor.now, actor.user
    filing.save(update_fields=["outcome", "outcome_reason", "outcome_at", "outcome_by"])
    return filing


def _record(event: str, actor: Actor, obligation: Obligation, data: dict[str, Any], reason: str = "") -> None:
    record(
        event,
        actor=actor,
        object=naming.report_object(obligation.base, obligation.period),
        clause=clause_of(obligation),
        data={"kind": obligation.kind, "period": obligation.period, **data},
        base=obligation.base.number,
        organisation=obligation.base.organisation.credit_code,
        reason=reason,
    )


def _tell_base(actor: Actor, obligation: Obligation, kind: str, what: str, words: str) -> None:
    tell(
        actor=actor,
        recipients=people_of(obligation.base.organisation),
        kind=kind,
        subject=_("%(report)s%(what)s") % {"report": _title(obligation), "what": what},
        body=_("市科协意见：%(words)s") % {"words": words} if words else _("市科协已审阅。"),
        link=_page(obligation),
    )


def _title(obligation: Obligation) -> str:
    return naming.period_title(obligation.kind, obligation.period)


def _page(obligation: Obligation) -> str:
    return reverse("bases:report", args=[obligation.base.number, obligation.period])
