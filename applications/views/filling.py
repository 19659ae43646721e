"""The uploads of the form."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from applications import rules
from applications.actions import draft
from applications.forms.materials import MaterialForm
from applications.models import Application, Material
from applications.queries import materials_visible_to
from applications.sections import MATERIALS, SECTIONS, certificate_name
from applications.views.asking import evidence_title, headings_said
from applications.views.finding import application_for, trail_to
from haizhi_portal.accounts.answers import page, placed
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.policy.stored import figures_on
from haizhi_portal.policy.verdict import RuleViolation


@entry("applicant")
def material_add(request: PortalRequest, number: str, kind: str) -> HttpResponse:
    """Upload one file of one kind."""
    application = application_for(request, number)
    if kind not in MATERIALS:
        raise Http404
    verdict = rules.can_edit_section(actor_of(request), application, MATERIALS[kind].section)
    if not verdict and request.method != "POST":
        messages.info(request, verdict.reason)
        return redirect("applications:detail", number=number)
    spec, megabytes = MATERIALS[kind], figures_on(request.today).upload_max_megabytes
    is_evidence = kind == Material.MaterialKind.CONDITION_EVIDENCE
    title = evidence_title(request.GET.get("about", "")) if is_evidence else _(spec.title)
    form = MaterialForm(request.POST or None, request.FILES or None, spec=spec, megabytes=megabytes)
    violation: RuleViolation | None = None
    if request.method == "POST" and form.is_valid():
        added, violation = _add_each(request, application, kind, form)
        if added:
            messages.success(request, _("“%(title)s”已上传。") % {"title": title} + headings_said(application, kind))
        if added and violation is None and not form.errors:
            return redirect(_page_of(application, spec.section))
    context = {
        "application": application,
        "title": title,
        "lead": _(spec.hint),
        "certificate": certificate_name(application.organisation.kind) if kind == "legal_certificate" else "",
        "form": form,
        "section_title": _(SECTIONS[spec.section].title),
        "back": _page_of(application, spec.section),
        "trail": trail_to(application),
    }
    return page(request, "applications/material_add.html", context, forms_shown=[form], violation=violation)


def _add_each(
    request: PortalRequest, application: Application, kind: str, form: MaterialForm
) -> tuple[int, RuleViolation | None]:
    """Add every file chosen; how many went through, and a refusal that belongs on top. The others stand in the form."""
    added, violation = 0, None
    for upload in form.cleaned_data["file"]:
        try:
            draft.add_material(
                actor=actor_of(request),
                application=application,
                kind=kind,
                about=request.GET.get("about", ""),
                upload=upload,
                stamped=form.cleaned_data["stamped"],
            )
        except RuleViolation as refused:
            violation = placed(refused, form) or violation
        else:
            added += 1
    return added, violation


@entry("applicant")
def material_remove(request: PortalRequest, file: str) -> HttpResponse:
    """Take a file away from the form; versions already handed in keep it."""
    rows = materials_visible_to(request.user).select_related("file", "application__call", "application__organisation")
    # One file may stand in several applications: in the newest it can still be taken away.
    rows = rows.filter(file__public_id=file, removed_at__isnull=True).order_by("-pk")
    material = get_object_or_404(rows[:1])
    back = _page_of(material.application, MATERIALS[material.kind].section)
    violation: RuleViolation | None = None
    if request.method == "POST":
        try:
            draft.remove_material(actor=actor_of(request), material=material)
        except RuleViolation as refused:
            violation = refused
        else:
            messages.success(request, _("“%(name)s”已移除。") % {"name": material.file.name})
            return redirect(back)
    context = {
        "material": material,
        "effects": [
            _("“%(name)s”不再作为申报材料。") % {"name": material.file.name},
            _("已经提交的版本仍保留这个文件。"),
        ],
        "back": back,
        "trail": trail_to(material.application),
    }
    return page(request, "applications/material_remove.html", context, violation=violation)


def _page_of(application: Application, key: str) -> str:
    return reverse("applications:section", args=[application.number, key])
