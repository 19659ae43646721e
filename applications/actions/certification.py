"""The year's one round: opened, experts asked, conflicts declared, scores given, closed (`4.2-experts`)."""

from collections.abc import Mapping
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from applications.actions.call import reasoned, record_call_events
from applications.actions.locking import locked, locked_call
from applications.actions.records import tell_applicant, write
from applications.models import Application, Assignment, Call, Round
from applications.rules import (
    can_assign,
    can_close_round,
    can_declare,
    can_open_round,
    can_score,
    can_void_scores,
    may_enter_round,
)
from haizhi_portal.accounts.models import User
from haizhi_portal.accounts.queries import municipal_staff
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.ledger import record
from haizhi_portal.notifications.actions import tell
from haizhi_portal.policy.stored import figures_on
from haizhi_portal.policy.verdict import Conflict, RuleViolation
from haizhi_portal.policy.words import Role
from haizhi_portal.scoring.actions import criteria_for, lock_sheets, open_sheet, save_sheet, submit_sheet, void_sheet
from haizhi_portal.scoring.models import CriteriaSet, Sheet

CLAUSE = "4.2-experts"


@transaction.atomic
def open_round(*, actor: Actor, call: Call) -> Round:
    """Begin the year's certification with whatever passed initial review and has its stamped copies.

    What is not ready stays behind and lapses when the year's decisions are closed. Raises Conflict when the year has
    its round already.
    """
    call = locked_call(call)
    record_call_events(actor=actor, call=call)
    can_open_round(actor, call).require()
    figures = figures_on(actor.today)
    try:
        with transaction.atomic():
            round_ = Round.objects.create(
                call=call,
                criteria_set=criteria_for(purpose=CriteriaSet.Purpose.CERTIFICATION, year=call.year, figures=figures),
                opened_on=actor.today,
                opened_by=actor.user,
            )
    except IntegrityError as lost:
        raise Conflict(clause="4.2-yearly", message=_("本年度专家认证刚由他人开始，每年只有一次。")) from lost
    entering = []
    for each in call.applications.filter(state=Application.State.CERTIFICATION).order_by("number"):
        application = locked(each, actor=actor)
        if may_enter_round(application, figures):
            application.entered_round_on = actor.today
            application.save(update_fields=["entered_round_on"])
            entering.append(application)
    record("round.opened", actor=actor, object=f"round:{call.year}", clause="4.2-yearly", data={"year": call.year})
    for application in entering:
        tell_applicant(
            application,
            actor=actor,
            kind="round.opened",
            subject=_("进入专家认证"),
            body=_("%(year)s 年度专家认证已开始。") % {"year": call.year},
        )
    return round_


@transaction.atomic
def assign(*, actor: Actor, application: Application, expert: User) -> Assignment:
    """Ask an expert to score an application. Raises Conflict when that expert was asked already."""
    call = locked_call(application.call)
    application = locked(application, actor=actor)
    can_assign(actor, application).require()
    if expert.role != Role.EXPERT or not expert.is_active:
        raise RuleViolation(clause=CLAUSE, message=_("只能分配给在用的评审专家账号。"), field="expert")
    try:
        with transaction.atomic():
            assignment = Assignment.objects.create(
                round=Round.objects.get(call=call),
                application=application,
                expert=expert,
                assigned_at=actor.now,
                assigned_by=actor.user,
            )
    except IntegrityError as lost:
        message = _("%(name)s已分配到这项申报。") % {"name": expert.name}
        raise Conflict(clause=CLAUSE, message=message, field="expert") from lost
    tell(
        actor=actor,
        recipients=[expert],
        kind="assignment.new",
        subject=_("邀请您评审一项申报"),
        body=_("请先对%(organisation)s的申报作出利害关系声明和评审承诺，再查看材料和评分。")
        % {"organisation": application.organisation.name},
        link=reverse("applications:assignment", args=[assignment.public_id]),
    )
    return assignment


@transaction.atomic
def declare(*, actor: Actor, assignment: Assignment, conflict: bool, reason: str = "") -> Assignment:
    """Declare a conflict of interest, with its reason, or pledge that there is none; before any file opens."""
    assignment = _locked(assignment)
    can_declare(actor, assignment).require()
    if conflict:
        reason = reasoned(reason, CLAUSE)
    assignment.conflict, assignment.conflict_reason = conflict, reason if conflict else ""
    assignment.declared_at = actor.now
    assignment.save(update_fields=["conflict", "conflict_reason", "declared_at"])
    if not conflict:
        return assignment
    _write("conflict.declared", assignment, actor=actor, reason=reason)
    application = assignment.application
    tell(
        actor=actor,
        recipients=municipal_staff(),
        kind="conflict.declared",
        subject=_("专家声明回避，请另行分配（%(number)s）") % {"number": application.number},
        body=_("%(name)s声明回避：%(reason)s") % {"name": assignment.expert.name, "reason": reason},
        link=reverse("applications:round", args=[application.call.year]),
    )
    return assignment


@transaction.atomic
def save_scores(
    *,
    actor: Actor,
    assignment: Assignment,
    points: Mapping[str, Decimal | None],
    comments: Mapping[str, str],
    opinion: str,
    recommendation: str = "",
) -> Assignment:
    """Keep a sheet as a draft; marks may still be missing, none may exceed its criterion."""
    assignment = _locked(assignment)
    can_score(actor, assignment).require()
    save_sheet(
        sheet=_sheet(assignment), points=points, comments=comments, opinion=opinion, recommendation=recommendation
    )
    return assignment


@transaction.atomic
def submit_scores(
    *,
    actor: Actor,
    assignment: Assignment,
    points: Mapping[str, Decimal | None],
    comments: Mapping[str, str],
    opinion: str,
    recommendation: str,
) -> Assignment:
    """Submit once for all: every mark, the opinion and the recommendation."""
    assignment = _locked(assignment)
    can_score(actor, assignment).require()
    if recommendation not in Sheet.Opinion.values:
        raise RuleViolation(clause=CLAUSE, message=_("请选择推荐或不推荐。"), field="recommendation")
    assignment.sheet = submit_sheet(
        actor=actor,
        sheet=_sheet(assignment),
        points=points,
        comments=comments,
        opinion=opinion,
        recommendation=recommendation,
    )
    _write("score.submitted", assignment, actor=actor, data={"total": assignment.sheet.total})
    return assignment


@transaction.atomic
def void_scores(*, actor: Actor, assignment: Assignment, reason: str) -> Assignment:
    """Take a submitted sheet out of the count, with a reason; it stays readable."""
    assignment = _locked(assignment)
    can_void_scores(actor, assignment).require()
    reason = reasoned(reason, CLAUSE)
    sheet = assignment.sheet
    if sheet is not None:
        assignment.sheet = void_sheet(actor=actor, sheet=sheet, reason=reason)
        _write("score.voided", assignment, actor=actor, data={"total": sheet.total}, reason=reason)
    tell(
        actor=actor,
        recipients=[assignment.expert],
        kind="score.voided",
        subject=_("您的一份评分表已作废（%(number)s）") % {"number": assignment.application.number},
        body=_("理由：%(reason)s") % {"reason": reason},
        link=reverse("applications:assignment", args=[assignment.public_id]),
    )
    return assignment


@transaction.atomic
def close_round(*, actor: Actor, call: Call) -> Round:
    """End the round once every participating application has enough valid scores; its sheets are sealed."""
    call = locked_call(call)
    can_close_round(actor, call).require()
    round_ = Round.objects.select_for_update().get(call=call)
    lock_sheets(sheets=Sheet.objects.filter(assignment__round=round_))
    round_.closed_on, round_.closed_by = actor.today, actor.user
    round_.save(update_fields=["closed_on", "closed_by"])
    record("round.closed", actor=actor, object=f"round:{call.year}", clause="4.2-yearly", data={"year": call.year})
    return round_


def _locked(assignment: Assignment) -> Assignment:
    """The assignment under lock; its call first, so that no round closes in between."""
    locked_call(assignment.application.call)
    return (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("application__call", "application__organisation", "round__criteria_set", "sheet", "expert")
        .get(pk=assignment.pk)
    )


def _sheet(assignment: Assignment) -> Sheet:
    if assignment.sheet is None:
        assignment.sheet = open_sheet(criteria_set=assignment.round.criteria_set, scorer=assignment.expert)
        assignment.save(update_fields=["sheet"])
    return assignment.sheet


def _write(
    event: str, assignment: Assignment, *, actor: Actor, data: dict[str, object] | None = None, reason: str = ""
) -> None:
    application = assignment.application
    common: dict[str, object] = {"year": application.call.year, "expert": assignment.expert.public_id}
    write(event, application, actor=actor, clause=CLAUSE, data=common | (data or {}), reason=reason)
