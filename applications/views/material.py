"""The files of an application: for reading in the browser page by page, and for downloading."""

from django.db.models import F
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from applications import rules
from applications.actions import viewing
from applications.forms.materials import UnmaskForm
from applications.models import Assignment, Material
from applications.queries import materials_visible_to
from applications.sections import MATERIALS
from applications.views.finding import trail_to
from applications.views.viewer import painted, viewer_of, way_back
from haizhi_portal.accounts.answers import page, placed
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.files import previews
from haizhi_portal.files.store import respond
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import Role

READERS = ("applicant", "district", "municipal", "leader", "auditor", "expert")


@entry(*READERS)
def material_file(request: PortalRequest, file: str) -> HttpResponseBase:
    """The file itself, for whoever may have it; a protected one is only looked at, except by its own unit."""
    material = _visible(request, file)
    if material is None:
        return _declare_first(request, file)
    if not rules.can_download(actor_of(request), material):
        return redirect("applications:material_view", file=file)
    answer = respond(material.file)
    if material.file.protected:
        viewing.download(actor=actor_of(request), material=material)
    return answer


@entry(*READERS)
def material_view(request: PortalRequest, file: str) -> HttpResponseBase:
    """Read a file page by page. A protected one is masked until the person says why it has to be seen as it is."""
    material = _visible(request, file)
    if material is None:
        return _declare_first(request, file)
    form = UnmaskForm(request.POST or None)
    violation: RuleViolation | None = None
    if request.method == "POST" and form.is_valid():
        try:
            viewing.unmask(actor=actor_of(request), material=material, reason=form.cleaned_data["reason"])
        except RuleViolation as refused:
            violation = placed(refused, form)
        else:
            return redirect(way_back(request) or reverse("applications:material_view", args=[file]))
    context = {
        "material": material,
        "title": material.file.name,
        "kind": _(MATERIALS[material.kind].title),
        "viewer": viewer_of(request, material, unmask=form),
        "trail": trail_to(material.application) if request.user.role != Role.EXPERT else [],
    }
    return page(request, "applications/material_view.html", context, forms_shown=[form], violation=violation)


@entry(*READERS)
def material_page(request: PortalRequest, file: str, number: int) -> HttpResponseBase:
    """The image of one page of a file."""
    material = _visible(request, file)
    if material is None:
        return _declare_first(request, file)
    if material.file.held:
        raise Http404
    try:
        image = painted(request, material, number)
    except previews.NoPreview:
        raise Http404 from None
    answer = HttpResponse(image, content_type="image/jpeg")
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cross-Origin-Resource-Policy"] = "same-origin"
    answer["Cache-Control"] = "private, no-store"
    answer["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def _visible(request: PortalRequest, file: str) -> Material | None:
    rows = materials_visible_to(request.user).select_related(
        "file", "application__call", "application__organisation", "application__routed_to__reviewing_body"
    )
    return rows.filter(file__public_id=file).order_by("-pk").first()


def _declare_first(request: PortalRequest, file: str) -> HttpResponse:
    """An expert who has the application but has not declared is led to the declaration. Else raises Http404."""
    task = _task_about(request, file) if request.user.role == Role.EXPERT else None
    verdict = rules.can_open_file(actor_of(request), task) if task is not None else None
    if task is None or verdict:
        raise Http404
    context = {"assignment": task, "verdict": verdict, "undeclared": task.declared_at is None}
    return render(request, "applications/declare_first.html", context, status=403)


def _task_about(request: PortalRequest, file: str) -> Assignment | None:
    """This expert's assignment to whose application the file belongs."""
    return (
        Assignment.objects.filter(expert=request.user, application__materials__file__public_id=file)
        .select_related("application__call", "application__organisation", "expert")
        .order_by(F("released_at").desc(nulls_first=True), "-pk")
        .first()
    )
