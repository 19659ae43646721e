"""Putting another file in the place of one that is there."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from applications import rules
from applications.actions import draft
from applications.forms.materials import MaterialForm
from applications.queries import materials_visible_to
from applications.sections import MATERIALS, SECTIONS
from applications.views.finding import trail_to
from haizhi_portal.accounts.answers import page, placed
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.policy.stored import figures_on
from haizhi_portal.policy.verdict import RuleViolation


@entry("applicant")
def material_replace(request: PortalRequest, file: str) -> HttpResponse:
    """Upload one file in the place of another of the same kind; the old one goes only once the new one is kept."""
    rows = materials_visible_to(request.user).select_related("file", "application__call", "application__organisation")
    rows = rows.filter(file__public_id=file, removed_at__isnull=True).order_by("-pk")
    old = get_object_or_404(rows[:1])
    application, spec = old.application, MATERIALS[old.kind]
    back = reverse("applications:section", args=[application.number, spec.section])
    verdict = rules.can_edit_section(actor_of(request), application, spec.section)
    if not verdict and request.method != "POST":
        messages.info(request, verdict.reason)
        return redirect("applications:detail", number=application.number)
    megabytes = figures_on(request.today).upload_max_megabytes
    form = MaterialForm(request.POST or None, request.FILES or None, spec=spec, megabytes=megabytes, several=False)
    violation: RuleViolation | None = None
    if request.method == "POST" and form.is_valid():
        try:
            new = draft.add_material(
                actor=actor_of(request),
                application=application,
                kind=old.kind,
                about=old.about,
                upload=form.cleaned_data["file"][0],
                stamped=form.cleaned_data["stamped"],
                replaces=old,
            )
        except RuleViolation as refused:
            violation = placed(refused, form)
        else:
            messages.success(request, _("“%(old)s”已换成“%(new)s”。") % {"old": old.file.name, "new": new.file.name})
            return redirect(back)
    context = {
        "application": application,
        "title": _("替换“%(name)s”") % {"name": old.file.name},
        "lead": _("新文件通过检查后，原文件才移除；已经提交的版本仍保留原文件。"),
        "section_title": _(SECTIONS[spec.section].title),
        "form": form,
        "back": back,
        "trail": trail_to(application),
    }
    return page(request, "applications/material_add.html", context, forms_shown=[form], violation=violation)
