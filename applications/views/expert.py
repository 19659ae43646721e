"""What an expert does: declare, read beside the criteria, score, submit once for all."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from applications import rules
from applications.actions import certification
from applications.forms.certification import ConflictForm, DeclarationForm, ScoreForm
from applications.models import Assignment, Material
from applications.papers import current_submission
from applications.queries import assignments_visible_to
from applications.sections import MATERIALS
from applications.views.certification import status_of
from applications.views.reading import parts
from haizhi_portal.accounts.answers import as_refusal, ask_once, confirmed, page, placed, revising, typed
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.policy.verdict import RuleViolation

READABLE_KINDS = [kind for kind in MATERIALS if kind != Material.MaterialKind.REPRESENTATIVE_ID]


@entry("expert")
def assignments(request: PortalRequest) -> HttpResponse:
    """Everything this expert was asked to score, what is still open first."""
    rows = assignments_visible_to(request.user).order_by("-round__call__year", "application__number")
    shown = [(row, *status_of(row)) for row in rows]
    context = {
        "open_rows": [each for each in shown if _is_open(each[0])],
        "closed_rows": [each for each in shown if not _is_open(each[0])],
    }
    return page(request, "applications/assignments.html", context)


@entry("expert")
def assignment(request: PortalRequest, task: str) -> HttpResponse:
    """One assignment: the declaration first; then the material beside the sheet; then one's own sheet for reading."""
    found = get_object_or_404(assignments_visible_to(request.user), public_id=task)
    if found.conflict:
        return page(request, "applications/stood_aside.html", {"assignment": found})
    if found.declared_at is None and found.released_at is None:
        return _declare(request, found)
    if request.POST.get("act") == "conflict":
        return _stand_aside(request, found)
    return _score(request, found)


def _is_open(row: Assignment) -> bool:
    ended = row.released_at is not None or row.application.set_aside_on is not None
    return row.round.closed_on is None and not ended and not row.conflict and not (row.sheet and row.sheet.submitted_at)


def _declare(request: PortalRequest, found: Assignment) -> HttpResponse:
    actor = actor_of(request)
    form = DeclarationForm(request.POST or None)
    verdict = rules.can_declare(actor, found, conflict=False)
    violation: RuleViolation | None = None
    if request.method == "POST" and form.is_valid() and not revising(request):
        conflict, reason = form.cleaned_data["conflict"], form.cleaned_data["reason"]
        if conflict and verdict and not confirmed(request):
            return ask_once(
                request,
                title=_("声明回避"),
                button=_("声明回避"),
                effects=[
                    _("您不再评审这项申报，也看不到它的材料。"),
                    _("市科协学会部收到通知，改请其他专家。"),
                    _("声明写入审计台账，不能撤回。"),
                ],
                facts=[(_("回避事由"), reason)],
                trail=_trail(found),
            )
        try:
            certification.declare(actor=actor, assignment=found, conflict=conflict, reason=reason)
        except RuleViolation as refused:
            violation = placed(refused, form)
        else:
            said = _("已声明回避。") if conflict else _("声明和承诺已记录，可以开始评审。")
            messages.success(request, said)
            return redirect("applications:assignment", task=found.public_id)
    blocked = as_refusal(verdict) if violation is None else None
    context = {"assignment": found, "form": form, "verdict": verdict, "blocked": blocked, "trail": _trail(found)}
    context["typed"] = [] if verdict else typed(form)
    return page(request, "applications/declaration.html", context, forms_shown=[form], violation=violation)


def _stand_aside(request: PortalRequest, found: Assignment) -> HttpResponse:
    """A conflict noticed after the pledge, with a draft or a sheet already there."""
    actor, form = actor_of(request), ConflictForm(request.POST, prefix="conflict")
    violation: RuleViolation | None = None
    if form.is_valid() and not revising(request):
        reason = form.cleaned_data["reason"]
        if not confirmed(request) and rules.can_declare(actor, found):
            return ask_once(
                request,
                title=_("声明回避"),
                button=_("声明回避"),
                effects=[
                    _("您不再评审这项申报，立即看不到它的材料；已填的草稿或已交的评分不再计入。"),
                    _("市科协学会部收到通知，改请其他专家。"),
                    _("声明写入审计台账，不能撤回。"),
                ],
                facts=[(_("回避事由"), reason)],
                trail=_trail(found),
            )
        try:
            certification.declare(actor=actor, assignment=found, conflict=True, reason=reason)
        except RuleViolation as refused:
            violation = placed(refused, form)
        else:
            messages.success(request, _("已声明回避。"))
            return redirect("applications:assignment", task=found.public_id)
    return _score(request, found, form, violation)


def _score(
    request: PortalRequest,
    found: Assignment,
    conflict_form: ConflictForm | None = None,
    violation: RuleViolation | None = None,
) -> HttpResponse:
    actor = actor_of(request)
    verdict = rules.can_score(actor, found)
    submitting = request.POST.get("act") == "submit"
    form = ScoreForm(
        (request.POST or None) if conflict_form is None else None,
        criteria=found.round.criteria_set.criteria.all(),
        complete=submitting,
        initial=ScoreForm.initial_of(found.sheet) if found.sheet else None,
    )
    if form.is_bound and form.is_valid() and not revising(request):
        if submitting and verdict and not confirmed(request):
            return ask_once(
                request,
                title=_("提交评分"),
                button=_("提交评分"),
                effects=[
                    _("评分一经提交不能修改，总分 %(total)s 分。") % {"total": f"{form.total():.2f}"},
                    _("认证结束前后，您都看不到其他专家的分数；自己的评分表随时可以查阅。"),
                ],
                facts=form.said(),
                trail=_trail(found),
                official=True,
            )
        act = certification.submit_scores if submitting else certification.save_scores
        try:
            act(
                actor=actor,
                assignment=found,
                points=form.points(),
                comments=form.comments(),
                opinion=form.cleaned_data["opinion"],
                recommendation=form.cleaned_data["recommendation"],
            )
        except RuleViolation as refused:
            violation = _beside_criterion(refused, form)
        else:
            said = _("评分已提交。") if submitting else _("草稿已保存。")
            messages.success(request, said)
            return redirect(_after(request, found) if submitting else _address(found))
    readable = bool(rules.can_open_file(actor, found))
    submission = current_submission(found.application) if readable else None
    conflict_form = conflict_form or ConflictForm(prefix="conflict")
    context: dict[str, Any] = {
        "assignment": found,
        "verdict": verdict,
        "blocked": as_refusal(verdict) if violation is None else None,
        "form": form,
        "readable": readable,
        "conflict_form": conflict_form if rules.can_declare(actor, found) else None,
        "rows": [(each, form[f"points-{each.key}"], form[f"comment-{each.key}"]) for each in form.criteria],
        "marks": _marks(found) if not verdict else [],
        "typed": ([] if verdict else typed(form)) + ([] if rules.can_declare(actor, found) else typed(conflict_form)),
        "parts": parts(submission.content, kinds=READABLE_KINDS) if submission else [],
        "trail": _trail(found),
    }
    return page(request, "applications/scoring.html", context, forms_shown=[form, conflict_form], violation=violation)


def _beside_criterion(refused: RuleViolation, form: ScoreForm) -> RuleViolation | None:
    """A refusal that names a criterion or a field of the sheet, put where it was typed."""
    if refused.field and f"points-{refused.field}" in form.fields:
        return placed(refused, form, prefix="points-")
    return placed(refused, form)


def _marks(found: Assignment) -> list[Any]:
    return list(found.sheet.marks.select_related("criterion")) if found.sheet else []


def _after(request: PortalRequest, found: Assignment) -> str:
    """The next assignment still open, else the list."""
    for row in assignments_visible_to(request.user).filter(round=found.round).order_by("application__number"):
        if row.pk != found.pk and _is_open(row):
            return _address(row)
    return reverse("applications:assignments")


def _address(row: Assignment) -> str:
    return reverse("applications:assignment", args=[row.public_id])


def _trail(found: Assignment) -> list[tuple[object, str]]:
    return [(_("评审任务"), reverse("applications:assignments")), (found.application.number, _address(found))]
