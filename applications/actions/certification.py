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
from applications.queries import stayed_behind
from applications.rules import (
    can_assign,
    can_close_round,
    can_declare,
    can_open_round,
    can_release,
    can_score,
    can_set_aside,
    can_void_scores,
    copies_needed,
    is_valid,
    may_enter_round,
)
from applications.standing import why_behind
from haizhi_portal.accounts.models import User
from haizhi_portal.accounts.queries import municipal_staff
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.ledger import record
from haizhi_portal.notifications.actions import tell
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.stored import figures_on
from haizhi_portal.policy.verdict import Conflict, RuleViolation
from haizhi_portal.policy.words import Role
from haizhi_portal.scoring.actions import criteria_for, lock_sheets, open_sheet, save_sheet, submit_sheet, void_sheet
from haizhi_portal.scoring.models import CriteriaSet, Sheet

CLAUSE = "4.2-experts"


@transaction.atomic
def open_round(*, actor: Actor, call: Call) -> Round:
    """Begin the year's certification with whatever passed initial review and has its stamped copies.

    What is not ready stays behind, its unit is told so at once, and it lapses with the year's decisions. Raises
    Conflict when the year has its round already.
    """
    call = locked_call(call)
    record_call_events(actor=actor, call=call)
    can_open_round(actor, call).require()
    figures, needed = figures_on(actor.today), copies_needed(call)
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
        if may_enter_round(application, needed):
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
    _tell_who_stayed_behind(call, actor, needed)
    return round_


def _tell_who_stayed_behind(call: Call, actor: Actor, needed: int) -> None:
    """To each unit what it means and what can still be done; to the office who they are."""
    behind = list(stayed_behind(call))
    for application in behind:
        tell_applicant(
            application,
            actor=actor,
            kind="round.missed",
            subject=_("未进入本年度专家认证"),
            body=_(
                "%(year)s 年度专家认证已于%(day)s开始。%(why)s，这项申报没有进入。不必再补正，也不必再报送纸质材料。"
                "可以撤回申报；不撤回的，在本年度决定办结时失效。下一年度可重新申报。"
            )
            % {"year": call.year, "day": said(actor.today), "why": why_behind(application, needed)},
        )
    if not behind:
        return
    tell(
        actor=actor,
        recipients=municipal_staff(),
        kind="round.missed",
        subject=_("%(year)s 年度有 %(count)d 项申报未进入专家认证") % {"year": call.year, "count": len(behind)},
        body="；".join(f"{each.number} {each.organisation.name}：{why_behind(each, needed)}" for each in behind),
        link=reverse("applications:round", args=[call.year]),
    )


@transaction.atomic
def assign(*, actor: Actor, application: Application, expert: User, reason: str = "") -> Assignment:
    """Ask an expert to score an application; one taken off it or whose sheet was voided can be asked again.

    Raises Conflict when that expert has it already or declared a conflict.
    """
    call = locked_call(application.call)
    application = locked(application, actor=actor)
    can_assign(actor, application).require()
    if expert.role != Role.EXPERT or not expert.is_active:
        raise RuleViolation(clause=CLAUSE, message=_("只能分配给在用的评审专家账号。"), field="expert")
    free = can_assign(actor, application, expert)
    if not free:
        raise Conflict(clause=free.clause, message=free.reason, field="expert")
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
    _write("panel.assigned", assignment, actor=actor, data={"reason": reason or _("请专家评审")}, reason=reason)
    tell(
        actor=actor,
        recipients=[expert],
        kind="assignment.new",
        subject=_("邀请您评审一项申报（%(number)s）") % {"number": application.number},
        body=_("请先对%(organisation)s的申报作出利害关系声明和评审承诺，再查看材料和评分。")
        % {"organisation": application.organisation.name},
        link=reverse("applications:assignment", args=[assignment.public_id]),
    )
    return assignment


@transaction.atomic
def declare(*, actor: Actor, assignment: Assignment, conflict: bool, reason: str = "") -> Assignment:
    """Declare a conflict of interest, with its reason, or pledge that there is none; before any file opens.

    A conflict can be declared until the round closes, whatever was done before: draft or sheet then count no more.
    """
    assignment = _locked(assignment)
    can_declare(actor, assignment, conflict).require()
    if conflict:
        reason = reasoned(reason, CLAUSE)
        _void_if_valid(assignment, actor, _("专家声明回避：%(reason)s") % {"reason": reason})
    assignment.conflict, assignment.conflict_reason = conflict, reason if conflict else ""
    assignment.declared_at = actor.now
    assignment.save(update_fields=["conflict", "conflict_reason", "declared_at"])
    if not conflict:
        _write("pledge.made", assignment, actor=actor)
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
    """Take a submitted sheet out of the count, with a reason; it stays on record and the expert can be asked again."""
    assignment = _locked(assignment)
    can_void_scores(actor, assignment).require()
    reason = reasoned(reason, CLAUSE)
    _void_if_valid(assignment, actor, reason)
    _end(assignment, actor, reason)
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
def release(*, actor: Actor, assignment: Assignment, reason: str) -> Assignment:
    """Take an expert off an application, with a reason; a draft or a submitted sheet of theirs counts no more."""
    assignment = _locked(assignment)
    can_release(actor, assignment).require()
    reason = reasoned(reason, CLAUSE)
    _void_if_valid(assignment, actor, reason)
    _end(assignment, actor, reason)
    _write("panel.released", assignment, actor=actor, data={"reason": reason}, reason=reason)
    tell(
        actor=actor,
        recipients=[assignment.expert],
        kind="panel.released",
        subject=_("您的一项评审任务已收回（%(number)s）") % {"number": assignment.application.number},
        body=_("您不再评审这项申报，已填的评分不再计入。理由：%(reason)s") % {"reason": reason},
        link=reverse("applications:assignment", args=[assignment.public_id]),
    )
    return assignment


@transaction.atomic
def set_aside(*, actor: Actor, application: Application, reason: str) -> Application:
    """Take an application that cannot get enough valid sheets out of the round, with a reason.

    It takes no part in the ranking and lapses when the year's decisions are closed.
    """
    locked_call(application.call)
    application = locked(application, actor=actor)
    can_set_aside(actor, application).require()
    reason = reasoned(reason, CLAUSE)
    application.set_aside_on, application.set_aside_reason = actor.today, reason
    application.save(update_fields=["set_aside_on", "set_aside_reason"])
    data = {"year": application.call.year, "reason": reason}
    write("application.set_aside", application, actor=actor, clause=CLAUSE, data=data, reason=reason)
    tell_applicant(
        application,
        actor=actor,
        kind="application.set_aside",
        subject=_("不再参加本年度专家认证"),
        body=_(
            "这项申报没有得到足够的有效评分，不再参加本年度专家认证和排名。理由：%(reason)s。"
            "本年度决定办结时失效，届时另行告知；下一年度可重新申报。"
        )
        % {"reason": reason.rstrip("。")},
    )
    tasks = application.assignments.filter(released_at__isnull=True).exclude(conflict=True)
    for task in tasks.exclude(sheet__submitted_at__isnull=False).select_related("expert"):
        tell(
            actor=actor,
            recipients=[task.expert],
            kind="application.set_aside",
            subject=_("一项申报无须再评审（%(number)s）") % {"number": application.number},
            body=_("这项申报已搁置，不再参加本年度专家认证，无须评分。"),
            link=reverse("applications:assignment", args=[task.public_id]),
        )
    return application


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


def _void_if_valid(assignment: Assignment, actor: Actor, reason: str) -> None:
    """A sheet that counts is taken out of the count; there may be none."""
    sheet = assignment.sheet
    if sheet is None or not is_valid(assignment):
        return
    assignment.sheet = void_sheet(actor=actor, sheet=sheet, reason=reason)
    _write("score.voided", assignment, actor=actor, data={"total": sheet.total}, reason=reason)


def _end(assignment: Assignment, actor: Actor, reason: str) -> None:
    assignment.released_at, assignment.released_by, assignment.release_reason = actor.now, actor.user, reason
    assignment.save(update_fields=["released_at", "released_by", "release_reason"])


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
