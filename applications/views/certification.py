"""The year's certification round as the office runs it: opened, experts asked, progress, closed."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from applications import rules
from applications.actions import certification
from applications.forms.certification import AssignForm, VoidForm
from applications.models import Application, Assignment, Call, Round
from applications.queries import assignments_visible_to, with_copies
from applications.views.finding import typed_name
from haizhi_portal.accounts.answers import as_refusal, ask_once, confirmed, page, placed, revising
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.models import User
from haizhi_portal.accounts.queries import experts
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.policy.stored import figures_on
from haizhi_portal.policy.verdict import RuleViolation, Verdict

State = Application.State


@dataclass(slots=True)
class Task:
    """One expert's part: how far it has come, and the form that voids what was submitted."""

    assignment: Assignment
    status: str
    tone: str
    void_form: VoidForm | None = None


@dataclass(slots=True)
class Candidate:
    """One application in the round: its experts, the valid scores so far, and the form that asks more experts."""

    application: Application
    tasks: list[Task]
    valid: int
    enough: bool
    form: AssignForm | None = None


@entry("municipal", "leader")
def round_page(request: PortalRequest, year: int) -> HttpResponse:
    """Open the round, ask experts, watch progress, void a sheet with a reason, close."""
    call = get_object_or_404(Call, year=year)
    officer = request.user.role == "municipal"
    asked = request.POST.get("act", "") if officer else ""
    answer: HttpResponse | RuleViolation | None = None
    form: Any = None
    if asked in ("open", "close"):
        answer = _open_or_close(request, call, asked)
    elif asked == "assign":
        form, answer = _assign(request, call)
    elif asked == "void":
        form, answer = _void(request, call)
    if isinstance(answer, HttpResponse):
        return answer
    context = _context(request, call, officer, form)
    shown = [form] if form is not None else []
    return page(request, "applications/round.html", context, forms_shown=shown, violation=answer)


def _open_or_close(request: PortalRequest, call: Call, asked: str) -> HttpResponse | RuleViolation:
    actor = actor_of(request)
    opening = asked == "open"
    verdict = rules.can_open_round(actor, call) if opening else rules.can_close_round(actor, call)
    title = _("开始专家认证") if opening else _("结束专家认证")
    if verdict and not confirmed(request):
        return ask_once(
            request,
            title=title,
            button=title,
            effects=_opening(call, request) if opening else _closing(),
            trail=_trail(call),
            official=True,
        )
    try:
        (certification.open_round if opening else certification.close_round)(actor=actor, call=call)
    except RuleViolation as refused:
        return refused
    done = _("%(year)s 年度专家认证已开始。") if opening else _("%(year)s 年度专家认证已结束，评分已封存。")
    messages.success(request, done % {"year": call.year})
    return redirect("applications:round" if opening else "applications:decision", year=call.year)


def _assign(request: PortalRequest, call: Call) -> tuple[AssignForm | None, HttpResponse | RuleViolation | None]:
    number = typed_name(request.POST.get("number", ""))
    application = get_object_or_404(call.applications.select_related("call", "organisation"), number=number)
    form = AssignForm(request.POST, experts=_free(application), prefix=number)
    if not form.is_valid():
        return form, None
    try:
        for expert in form.chosen():
            certification.assign(actor=actor_of(request), application=application, expert=expert)
    except RuleViolation as refused:
        return form, refused
    names = "、".join(expert.name for expert in form.chosen())
    messages.success(request, _("%(number)s 已请%(names)s评审。") % {"number": number, "names": names})
    return form, redirect("applications:round", year=call.year)


def _void(request: PortalRequest, call: Call) -> tuple[VoidForm | None, HttpResponse | RuleViolation | None]:
    rows = assignments_visible_to(request.user).filter(round__call=call)
    assignment = get_object_or_404(rows, public_id=typed_name(request.POST.get("assignment", "")))
    form = VoidForm(request.POST, prefix=assignment.public_id)
    if not form.is_valid() or revising(request):
        return form, None
    title = _("作废一份评分")
    if not confirmed(request):
        names = {"name": assignment.expert.name, "number": assignment.application.number}
        return form, ask_once(
            request,
            title=title,
            button=title,
            effects=[
                _("%(name)s对 %(number)s 的评分不再计入，原件和理由留存。") % names,
                _("%(name)s不能再为这项申报评分；有效评分不足时须改派其他专家。") % names,
                _("写入审计台账，不能恢复。"),
            ],
            facts=[(_("作废理由"), form.cleaned_data["reason"])],
            trail=_trail(call),
            official=True,
        )
    try:
        certification.void_scores(actor=actor_of(request), assignment=assignment, reason=form.cleaned_data["reason"])
    except RuleViolation as refused:
        return form, placed(refused, form)
    messages.success(request, _("评分已作废。"))
    return form, redirect("applications:round", year=call.year)


def _free(application: Application) -> list[User]:
    """Experts not asked yet for this application."""
    asked = set(application.assignments.values_list("expert_id", flat=True))
    return [expert for expert in experts().order_by("name", "pk") if expert.pk not in asked]


def _opening(call: Call, request: PortalRequest) -> list[str]:
    figures = figures_on(request.today)
    entering: list[str] = []
    waiting: list[str] = []
    for row in with_copies(call.applications.filter(state=State.CERTIFICATION).select_related("organisation")):
        ready = getattr(row, "copies", 0) >= figures.paper_copies
        (entering if ready else waiting).append(f"{row.number} {row.organisation.name}")
    effects = [
        _("本年度的评分标准按现行数值固定：%(titles)s。")
        % {"titles": "、".join(f"{each.title} {each.points} 分" for each in figures.certification_weights)},
        _("每年只能集中认证一次。"),
        _("进入认证 %(count)d 项：%(rows)s。") % {"count": len(entering), "rows": "；".join(entering)},
    ]
    if waiting:
        effects.append(
            _("纸质材料未收齐、不进入认证 %(count)d 项：%(rows)s。")
            % {"count": len(waiting), "rows": "；".join(waiting)}
        )
    return effects


def _closing() -> list[str]:
    return [
        _("所有评分封存，任何人不能再改、再作废。"),
        _("未提交的评分表不再接受。"),
        _("本年度不能再次组织认证；随后拟定认定名单。"),
    ]


def _trail(call: Call) -> list[tuple[object, str]]:
    return [
        (call, reverse("applications:call", args=[call.year])),
        (_("专家认证"), reverse("applications:round", args=[call.year])),
    ]


def _context(request: PortalRequest, call: Call, officer: bool, form: Any) -> dict[str, Any]:
    actor, figures = actor_of(request), figures_on(request.today)
    existing = Round.objects.filter(call=call).select_related("criteria_set").first()
    verdict = _verdict(actor, call, existing) if officer else None
    context: dict[str, Any] = {
        "call": call,
        "round": existing,
        "officer": officer,
        "minimum": figures.minimum_valid_scores,
        "copies_needed": figures.paper_copies,
        "verdict": verdict,
        "blocked": as_refusal(verdict) if verdict is not None else None,
        "candidates": [],
        "waiting": with_copies(
            call.applications.filter(state=State.CERTIFICATION, entered_round_on__isnull=True).select_related(
                "organisation"
            )
        ).order_by("number"),
    }
    if existing is not None:
        context["criteria"] = existing.criteria_set.criteria.all()
        running = existing.closed_on is None and officer
        context["candidates"] = _candidates(request, call, figures.minimum_valid_scores, running, form)
    return context


def _verdict(actor: Any, call: Call, existing: Round | None) -> Verdict | None:
    if existing is None:
        return rules.can_open_round(actor, call)
    return None if existing.closed_on else rules.can_close_round(actor, call)


def _candidates(request: PortalRequest, call: Call, minimum: int, running: bool, form: Any) -> list[Candidate]:
    applications = list(
        call.applications.filter(entered_round_on__isnull=False).select_related("organisation").order_by("number")
    )
    by_application: dict[int, list[Assignment]] = {each.pk: [] for each in applications}
    for row in assignments_visible_to(request.user).filter(round__call=call).order_by("assigned_at", "pk"):
        by_application.setdefault(row.application_id, []).append(row)
    everybody = list(experts().order_by("name", "pk")) if running else []
    found = []
    for application in applications:
        rows = by_application[application.pk]
        taken = {row.expert_id for row in rows}
        valid = sum(1 for row in rows if row.sheet and row.sheet.submitted_at and not row.sheet.voided_at)
        found.append(
            Candidate(
                application=application,
                tasks=[_task(row, running, form) for row in rows],
                valid=valid,
                enough=valid >= minimum,
                form=_form_for(application, [each for each in everybody if each.pk not in taken], form)
                if running and application.state == State.CERTIFICATION
                else None,
            )
        )
    return found


def _form_for(application: Application, free: list[User], form: Any) -> AssignForm:
    if isinstance(form, AssignForm) and form.prefix == application.number:
        return form
    return AssignForm(experts=free, prefix=application.number)


def _task(row: Assignment, running: bool, form: Any) -> Task:
    status, tone = status_of(row)
    void_form = None
    if running and row.sheet and row.sheet.submitted_at and not row.sheet.voided_at:
        own = isinstance(form, VoidForm) and form.prefix == row.public_id
        void_form = form if own else VoidForm(prefix=row.public_id)
    return Task(row, status, tone, void_form)


def status_of(row: Assignment) -> tuple[str, str]:
    """How far an assignment has come, in a word and a tone."""
    if row.conflict:
        return _("已回避"), "stop"
    if row.declared_at is None:
        return _("待声明"), "idle"
    if row.sheet is None or row.sheet.submitted_at is None:
        return _("评审中"), "wait"
    if row.sheet.voided_at:
        return _("已作废"), "stop"
    return _("已提交"), "done"
