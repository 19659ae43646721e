"""Filling in the form: one section after the other, and the uploads."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from applications import rules
from applications.actions import draft
from applications.forms.materials import MaterialForm
from applications.forms.section import SectionForm
from applications.models import Application
from applications.queries import materials_visible_to
from applications.sections import MATERIALS, SECTIONS, Section, certificate_name, open_remarks, open_sections
from applications.versions import Difference, differences, shown
from applications.views.finding import application_for, section_named, trail_to
from haizhi_portal.accounts.answers import page, placed
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.policy.stored import figures_on
from haizhi_portal.policy.verdict import Conflict, RuleViolation
from resources.models import Partner


@entry("applicant")
def section(request: PortalRequest, number: str, section: str) -> HttpResponse:
    """Fill in one section; what a colleague saved meanwhile is shown beside what was typed here."""
    application, asked = application_for(request, number), section_named(section)
    initial = SectionForm.initial_of(asked, application.answers.get(asked.key, {}), application.version)
    form = SectionForm(request.POST or None, section=asked, initial=initial)
    verdict = rules.can_edit_section(actor_of(request), application, asked.key)
    if not verdict and request.method != "POST":
        messages.info(request, verdict.reason)
        return redirect("applications:detail", number=number)
    violation: RuleViolation | None = None
    clashes: list[tuple[str, list[str]]] = []
    if request.method == "POST" and asked.fields and form.is_valid():
        try:
            draft.save_section(
                actor=actor_of(request),
                application=application,
                section=asked.key,
                answers=form.answers(),
                expected_version=form.cleaned_data["version"] or 0,
            )
        except Conflict as refused:
            violation = refused
            application = application_for(request, number)
            clashes = _clashes(asked, form.answers(), application.answers.get(asked.key, {}))
            form = _on_top_of(application, request, asked)
        except RuleViolation as refused:
            violation = placed(refused, form)
        else:
            messages.success(request, _("“%(title)s”已保存。") % {"title": _(asked.title)})
            return redirect(_after(request, application, asked))
    context = {
        "application": application,
        "section": asked,
        "title": _(asked.title),
        "lead": _(asked.lead),
        "form": form,
        "clashes": clashes,
        "clash_columns": [_("您填的"), _("别处保存的")],
        "remark": open_remarks(application).get(asked.key, ""),
        "changes": _changes(application, asked),
        "uploads": _uploads(application) if asked.key == "materials" else [],
        "partners": _partners(application, request) if asked.key == "channels" else [],
        "following": _following(request, application, asked),
        "trail": trail_to(application),
    }
    return page(request, "applications/section.html", context, forms_shown=[form], violation=violation)


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
    form = MaterialForm(request.POST or None, request.FILES or None, spec=spec, megabytes=megabytes)
    violation: RuleViolation | None = None
    if request.method == "POST" and form.is_valid():
        try:
            draft.add_material(
                actor=actor_of(request),
                application=application,
                kind=kind,
                upload=form.cleaned_data["file"],
                stamped=form.cleaned_data["stamped"],
            )
        except RuleViolation as refused:
            violation = placed(refused, form)
        else:
            messages.success(request, _("“%(title)s”已上传。") % {"title": _(spec.title)})
            return redirect(_page_of(application, "materials"))
    context = {
        "application": application,
        "title": _(spec.title),
        "lead": _(spec.hint),
        "certificate": certificate_name(application.organisation.kind) if kind == "legal_certificate" else "",
        "form": form,
        "back": _page_of(application, "materials"),
        "trail": trail_to(application),
    }
    return page(request, "applications/material_add.html", context, forms_shown=[form], violation=violation)


@entry("applicant")
def material_remove(request: PortalRequest, file: str) -> HttpResponse:
    """Take a file away from the form; versions already handed in keep it."""
    rows = materials_visible_to(request.user).select_related("file", "application__call", "application__organisation")
    material = get_object_or_404(rows, file__public_id=file, removed_at__isnull=True)
    back = _page_of(material.application, "materials")
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


def _following(request: PortalRequest, application: Application, asked: Section) -> Section | None:
    """The next section that may be changed."""
    keys, open_to = list(SECTIONS), open_sections(application, request.today)
    after = keys[keys.index(asked.key) + 1 :]
    return next((SECTIONS[key] for key in after if key in open_to), None)


def _after(request: PortalRequest, application: Application, asked: Section) -> str:
    """The next section, or the task list when the person asked for it or nothing follows."""
    following = _following(request, application, asked)
    if "stop" in request.POST or following is None:
        return reverse("applications:detail", args=[application.number])
    return _page_of(application, following.key)


def _clashes(asked: Section, typed: dict[str, Any], saved: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """Question, what was typed here, what is saved: for every question where the two differ."""
    return [
        (_(each.label), [shown(typed.get(each.key)), shown(saved.get(each.key))])
        for each in asked.fields
        if shown(typed.get(each.key)) != shown(saved.get(each.key))
    ]


def _on_top_of(application: Application, request: PortalRequest, asked: Section) -> SectionForm:
    """What was typed, now as a change to the latest edition: saving again is a decision, not an accident."""
    data = request.POST.copy()
    data["version"] = str(application.version)
    return SectionForm(data, section=asked)


def _changes(application: Application, asked: Section) -> list[Difference]:
    last = application.submissions.order_by("-version").first()
    if last is None:
        return []
    return [each for each in differences(last, application) if each.section == asked.key]


def _uploads(application: Application) -> list[dict[str, Any]]:
    """Each kind of material with what is there."""
    present = list(application.materials.filter(removed_at__isnull=True).select_related("file"))
    certificate = certificate_name(application.organisation.kind)
    return [
        {
            "spec": spec,
            "title": _(spec.title),
            "hint": _("%(hint)s本单位须交：%(name)s。") % {"hint": _(spec.hint), "name": certificate}
            if spec.kind == "legal_certificate"
            else _(spec.hint),
            "files": [material for material in present if material.kind == spec.kind],
        }
        for spec in MATERIALS.values()
        if spec.section == "materials"
    ]


def _partners(application: Application, request: PortalRequest) -> list[tuple[Partner, bool]]:
    """The unit's partners, each with whether the partnership holds today."""
    rows = application.organisation.partners.filter(removed_at__isnull=True)
    return [(partner, partner.in_force_on(request.today)) for partner in rows]
