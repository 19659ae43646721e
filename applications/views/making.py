"""Prints of drafts and exports: asked for, watched, called off and fetched."""

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from applications.actions import making
from applications.forms.making import ExportForm, IdentityForm
from applications.models import Job
from applications.queries import jobs_visible_to
from applications.rules import making as rules
from applications.views.finding import application_for, trail_to
from applications.views.lists import queue
from haizhi_portal.accounts.answers import as_refusal, page, placed
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.files.store import respond
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import Role

MAKERS = ("applicant", "district", "municipal", "leader", "auditor")
SHOWN = 20


@entry("applicant")
@require_POST
def print_draft(request: PortalRequest, number: str) -> HttpResponse:
    """Have the draft printed as it stands."""
    application = application_for(request, number)
    try:
        job = making.print_draft(actor=actor_of(request), application=application)
    except RuleViolation as refused:
        messages.error(request, str(refused))
        return redirect("applications:detail", number=number)
    return redirect("applications:job", job=job.public_id)


@entry("district", "municipal", "leader", "auditor")
def export(request: PortalRequest) -> HttpResponse:
    """Export what the list shows under its filters: as a table, for municipal staff also as archives."""
    actor = actor_of(request)
    rows, filters = queue(request, request.GET)
    wanted = filters.narrowed(rows).filter(Q(own_act_only=False))
    form = ExportForm(
        request.POST if request.method == "POST" else None, may_include=request.user.role == Role.MUNICIPAL
    )
    violation: RuleViolation | None = None
    said = _said(filters)
    if request.method == "POST" and form.is_valid():
        asked, selection = form.cleaned_data, list(wanted.values_list("pk", flat=True))
        try:
            if asked["content"] == Job.Kind.TABLE:
                job = making.export_table(actor=actor, selection=selection, filters=said)
            else:
                job = making.export_archives(
                    actor=actor,
                    selection=selection,
                    filters=said,
                    with_identity=asked["with_identity"],
                    reason=asked["reason"],
                )
        except RuleViolation as refused:
            violation = placed(refused, form)
        else:
            return redirect("applications:job", job=job.public_id)
    kept, count = request.GET.urlencode(), wanted.count()
    context = {
        "eyebrow": "",
        "title": _("导出申报"),
        "lead": _("符合条件且您可以查看的申报共 %(count)d 项。") % {"count": count},
        "facts": list(said.items()) or [(_("筛选条件"), _("无，全部申报"))],
        "form": form,
        "blocked": None,
        "empty": not count,
        "effects": _effects(request, many=True),
        "trail": [(_("申报"), reverse("applications:list") + (f"?{kept}" if kept else ""))],
        "back": reverse("applications:list") + (f"?{kept}" if kept else ""),
    }
    return page(request, "applications/export.html", context, forms_shown=[form], violation=violation)


@entry("applicant", "district", "municipal", "leader")
def archive(request: PortalRequest, number: str) -> HttpResponse:
    """Export one application as an archive."""
    application, actor = application_for(request, number), actor_of(request)
    form = IdentityForm(
        request.POST if request.method == "POST" else None, may_include=request.user.role == Role.MUNICIPAL
    )
    violation: RuleViolation | None = None
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            job = making.export_archive(
                actor=actor,
                application=application,
                with_identity=asked.get("with_identity", False),
                reason=asked.get("reason", ""),
            )
        except RuleViolation as refused:
            violation = placed(refused, form)
        else:
            return redirect("applications:job", job=job.public_id)
    context = {
        "title": _("导出档案包"),
        "lead": application.organisation.name,
        "eyebrow": number,
        "facts": [],
        "form": form,
        "blocked": as_refusal(rules.can_export_archive(actor, application)) if violation is None else None,
        "effects": _effects(request, many=False),
        "trail": trail_to(application),
        "back": reverse("applications:detail", args=[number]),
    }
    return page(request, "applications/export.html", context, forms_shown=[form], violation=violation)


@entry(*MAKERS)
@require_safe
def jobs(request: PortalRequest) -> HttpResponse:
    """What this person had made lately."""
    rows = jobs_visible_to(request.user)[:SHOWN]
    lines = [_standing(request, job) | {"job": job} for job in rows]
    return page(request, "applications/jobs.html", {"lines": lines})


@entry(*MAKERS)
@require_safe
def job(request: PortalRequest, job: str) -> HttpResponse:
    """How far a making is, or why it failed, or where the file is."""
    found = _own(request, job)
    context = {"job": found, "trail": _trail(found), **_standing(request, found)}
    return page(request, "applications/job.html", context)


@entry(*MAKERS)
@require_POST
def job_cancel(request: PortalRequest, job: str) -> HttpResponse:
    """Call it off."""
    try:
        making.cancel(actor=actor_of(request), job=_own(request, job))
    except RuleViolation as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("已取消，没有留下文件。"))
    return redirect("applications:job", job=job)


@entry(*MAKERS)
@require_safe
def job_file(request: PortalRequest, job: str) -> HttpResponseBase:
    """The file, if the person may still have what it holds."""
    found = _own(request, job)
    if request.method == "HEAD":
        return HttpResponse(status=200 if rules.can_fetch(actor_of(request), found) else 410)
    try:
        stored = making.fetch(actor=actor_of(request), job=found)
    except RuleViolation as refused:
        messages.error(request, str(refused))
        return redirect("applications:job", job=job)
    return respond(stored, inline=found.kind == Job.Kind.DRAFT_PRINT)


def _own(request: PortalRequest, public_id: str) -> Job:
    if not public_id.isalnum():
        raise Http404
    return get_object_or_404(jobs_visible_to(request.user), public_id=public_id)


def _trail(job: Job) -> list[tuple[object, str]]:
    if job.application is not None:
        return trail_to(job.application)
    return [(_("申报"), reverse("applications:list")), (_("打印与导出"), reverse("applications:jobs"))]


def _standing(request: PortalRequest, job: Job) -> dict[str, Any]:
    """Where a job stands, in a sentence, and what the person can do."""
    actor = actor_of(request)
    over = job.state == Job.State.DONE and (job.file_id is None or rules.is_over(actor, job))
    verdict = rules.can_fetch(actor, job)
    sentence, tone = {
        Job.State.QUEUED: (_("正在排队，轮到后自动开始。"), "wait"),
        Job.State.RUNNING: (
            _("正在排版，一般不超过十秒。") if job.kind == Job.Kind.DRAFT_PRINT else _("正在制作。"),
            "wait",
        ),
        Job.State.DONE: (_("已经做好。"), "done"),
        Job.State.FAILED: (_("没有做成：%(reason)s") % {"reason": job.failure}, "stop"),
        Job.State.CANCELLED: (_("已取消。"), "idle"),
    }[Job.State(job.state)]
    if over:
        sentence, tone = _("文件已过保存期并删除，需要时请重新申请制作。"), "idle"
    elif job.state == Job.State.DONE and not verdict:
        sentence, tone = verdict.reason, "stop"
    return {
        "sentence": sentence,
        "tone": tone,
        "status": _("已过期") if over else job.get_state_display(),
        "open": job.state in Job.OPEN,
        "may_fetch": bool(verdict),
        "counted": job.kind != Job.Kind.DRAFT_PRINT and job.total > 1,
    }


def _said(filters: Any) -> dict[str, str]:
    """The filters that narrow the list, in words."""
    found = {}
    for name, value in filters.cleaned_data.items():
        if not value or name == "sort":
            continue
        field = filters.fields[name]
        words = dict(getattr(field, "choices", [])).get(value, value)
        found[str(field.label or _("等谁办理"))] = _("是") if value is True else str(words)
    return found


def _effects(request: PortalRequest, *, many: bool) -> list[str]:
    """What follows from the button."""
    effects = [
        _("由后台制作，下一页显示进度；做好的文件保存三天，只有您可以下载。"),
        _("导出和每次下载都记入台账。"),
    ]
    if many:
        effects.append(_("已移交给其他单位的申报不在其中。"))
    if request.user.role != Role.MUNICIPAL:
        effects.append(_("法定代表人身份证件不在其中。"))
    return effects
