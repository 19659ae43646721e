"""The year's certification round as the office runs it: opened, experts asked, progress, closed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from applications import rules
from applications.actions import certification
from applications.forms.certification import AssignForm, ReleaseForm, SetAsideForm, VoidForm
from applications.models import Application, Assignment, Call, Round
from applications.queries import assignments_visible_to, stayed_behind
from applications.standing import why_behind
from applications.views.finding import typed_name
from haizhi_portal.accounts.answers import as_refusal, ask_once, confirmed, page, placed, revising, typed, unread
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
    release_form: ReleaseForm | None = None


@dataclass(slots=True)
class Candidate:
    """One application in the round: its experts, the valid scores so far, and the form that asks more experts."""

    application: Application
    tasks: list[Task]
    valid: int
    enough: bool
    lacks_experts: bool
    form: AssignForm | None = None
    aside_form: SetAsideForm | None = None


@entry("municipal", "leader")
def round_page(request: PortalRequest, year: int) -> HttpResponse:
    """Open the round, ask experts, watch progress, void a sheet with a reason, close."""
    call = get_object_or_404(Call, year=year)
    officer = request.user.role == "municipal"
    asked = request.POST.get("act", "") if officer else ""
    answer: HttpResponse | RuleViolation | None = unread(request, ("open", "close", *PANEL_ACTS) if officer else ())
    form: Any = None
    if asked in ("open", "close"):
        answer = _open_or_close(request, call, asked)
    elif asked in PANEL_ACTS:
        form, answer = PANEL_ACTS[asked](request, call)
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
                _("有效评分不足时，可以再请%(name)s重新声明、重新评分，也可以改请其他专家。") % names,
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


def _release(request: PortalRequest, call: Call) -> tuple[ReleaseForm | None, HttpResponse | RuleViolation | None]:
    rows = assignments_visible_to(request.user).filter(round__call=call)
    assignment = get_object_or_404(rows, public_id=typed_name(request.POST.get("assignment", "")))
    form = ReleaseForm(request.POST, prefix=f"off-{assignment.public_id}")
    if not form.is_valid() or revising(request):
        return form, None
    names = {"name": assignment.expert.name, "number": assignment.application.number}
    if not confirmed(request) and rules.can_release(actor_of(request), assignment):
        title = _("收回一项评审任务")
        return form, ask_once(
            request,
            title=title,
            button=title,
            effects=[
                _("%(name)s不再评审 %(number)s，立即看不到它的材料。") % names,
                _("%(name)s已填的草稿或已交的评分不再计入，原件和理由留存。") % names,
                _("%(name)s收到通知，理由原样告知；写入审计台账。") % names,
            ],
            facts=[(_("收回理由"), form.cleaned_data["reason"])],
            trail=_trail(call),
            official=True,
        )
    try:
        certification.release(actor=actor_of(request), assignment=assignment, reason=form.cleaned_data["reason"])
    except RuleViolation as refused:
        return form, placed(refused, form)
    messages.success(request, _("评审任务已收回。"))
    return form, redirect("applications:round", year=call.year)


def _set_aside(request: PortalRequest, call: Call) -> tuple[SetAsideForm | None, HttpResponse | RuleViolation | None]:
    number = typed_name(request.POST.get("number", ""))
    application = get_object_or_404(call.applications.select_related("call", "organisation"), number=number)
    form = SetAsideForm(request.POST, prefix=f"aside-{number}")
    if not form.is_valid() or revising(request):
        return form, None
    if not confirmed(request) and rules.can_set_aside(actor_of(request), application):
        names = {"number": number, "name": application.organisation.name}
        return form, ask_once(
            request,
            title=_("搁置一项申报"),
            button=_("搁置"),
            effects=[
                _("%(number)s（%(name)s）不再参加本年度专家认证，不列入排名和名单。") % names,
                _("本年度决定办结时失效；申报单位立即收到通知，理由原样告知。"),
                _("尚未交评分表的专家无须再评审。"),
                _("写入审计台账，不能恢复。"),
            ],
            facts=[(_("搁置理由"), form.cleaned_data["reason"])],
            trail=_trail(call),
            official=True,
        )
    try:
        certification.set_aside(actor=actor_of(request), application=application, reason=form.cleaned_data["reason"])
    except RuleViolation as refused:
        return form, placed(refused, form)
    messages.success(request, _("%(number)s 已搁置。") % {"number": number})
    return form, redirect("applications:round", year=call.year)


def _passed(row: Application) -> bool:
    return row.state == State.CERTIFICATION


def _free(application: Application) -> list[User]:
    """Experts who may be asked for this application now."""
    asked = set(application.assignments.filter(released_at__isnull=True).values_list("expert_id", flat=True))
    return [expert for expert in experts().order_by("name", "pk") if expert.pk not in asked]


def _opening(call: Call, request: PortalRequest) -> list[str]:
    figures, needed = figures_on(request.today), rules.copies_needed(call)
    entering: list[str] = []
    waiting: list[str] = []
    for row in stayed_behind(call):
        name = f"{row.number} {row.organisation.name}"
        if row.state == State.CERTIFICATION and getattr(row, "copies", 0) >= needed:
            entering.append(name)
        else:
            waiting.append(f"{name}（{why_behind(row, needed)}）")
    effects = [
        _("本年度的评分标准按现行数值固定：%(titles)s。")
        % {"titles": "、".join(f"{each.title} {each.points} 分" for each in figures.certification_weights)},
        _("每年只能集中认证一次。"),
        _("进入认证 %(count)d 项：") % {"count": len(entering)},
        *entering,
    ]
    if waiting:
        words = _("不进入认证 %(count)d 项，立即通知申报单位，本年度决定办结时失效：")
        effects += [words % {"count": len(waiting)}, *waiting]
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
    actor, needed = actor_of(request), rules.copies_needed(call)
    existing = Round.objects.filter(call=call).select_related("criteria_set").first()
    verdict = _verdict(actor, call, existing) if officer else None
    context: dict[str, Any] = {
        "call": call,
        "round": existing,
        "officer": officer,
        "minimum": rules.scores_needed(existing) if existing else figures_on(request.today).minimum_valid_scores,
        "copies_needed": needed,
        "verdict": verdict,
        "blocked": as_refusal(verdict) if verdict is not None else None,
        "candidates": [],
        "waiting": [(row, why_behind(row, needed)) for row in stayed_behind(call) if existing or _passed(row)],
    }
    if existing is not None:
        context["criteria"] = existing.criteria_set.criteria.all()
        running = existing.closed_on is None and officer
        context["candidates"] = _candidates(request, call, context["minimum"], running, form)
        context["lacking"] = sum(1 for each in context["candidates"] if each.lacks_experts)
    context["typed"] = [] if form is None or _is_there(form, context["candidates"]) else typed(form)
    return context


def _is_there(form: Any, candidates: list[Candidate]) -> bool:
    """Whether the form still has its place on the page: nothing has ended what it is about."""
    forms: list[Any] = [each for row in candidates for each in (row.form, row.aside_form)]
    forms += [each for row in candidates for task in row.tasks for each in (task.void_form, task.release_form)]
    return any(each is form for each in forms)


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
        taken = {row.expert_id for row in rows if row.released_at is None}
        valid = sum(1 for row in rows if rules.is_valid(row))
        at_work = sum(
            1
            for row in rows
            if row.released_at is None and not row.conflict and not (row.sheet and row.sheet.submitted_at)
        )
        needs_sheets = application.state == State.CERTIFICATION and application.set_aside_on is None
        found.append(
            Candidate(
                application=application,
                tasks=[_task(row, running, form) for row in rows],
                valid=valid,
                enough=valid >= minimum,
                lacks_experts=needs_sheets and valid + at_work < minimum,
                form=_form_for(application, [each for each in everybody if each.pk not in taken], form)
                if running and needs_sheets
                else None,
                aside_form=_aside_form(application, form) if running and valid < minimum and needs_sheets else None,
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
    release_form = None
    if running and row.released_at is None and not row.conflict and rules.still_scored(row):
        prefix = f"off-{row.public_id}"
        own = isinstance(form, ReleaseForm) and form.prefix == prefix
        release_form = form if own else ReleaseForm(prefix=prefix)
    return Task(row, status, tone, void_form, release_form)


def _aside_form(application: Application, form: Any) -> SetAsideForm:
    prefix = f"aside-{application.number}"
    return form if isinstance(form, SetAsideForm) and form.prefix == prefix else SetAsideForm(prefix=prefix)


def status_of(row: Assignment) -> tuple[str, str]:
    """How far an assignment has come, in a word and a tone."""
    if row.conflict:
        return _("已回避"), "stop"
    if row.sheet is not None and row.sheet.voided_at:
        return _("已作废"), "stop"
    if row.released_at:
        return _("已收回"), "stop"
    if row.sheet is not None and row.sheet.submitted_at:
        return _("已提交"), "done"
    if not rules.still_scored(row):
        return _("无须评审"), "idle"
    return (_("待声明"), "idle") if row.declared_at is None else (_("评审中"), "wait")


PANEL_ACTS: dict[str, Callable[[PortalRequest, Call], tuple[Any, HttpResponse | RuleViolation | None]]] = {
    "assign": _assign,
    "void": _void,
    "release": _release,
    "set_aside": _set_aside,
}
