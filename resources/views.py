"""The register of overseas partners: the organisation writes it, its reviewers read it."""

from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from haizhi_portal.accounts.answers import placed
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.models import Organisation, User
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.audit.actor import Actor
from haizhi_portal.files.models import StoredFile
from haizhi_portal.files.store import respond, store_upload
from haizhi_portal.files.tables import next_step, preview, template_workbook, workbook_answer
from haizhi_portal.policy.stored import figures_on
from haizhi_portal.policy.verdict import Conflict, RuleViolation
from haizhi_portal.policy.words import Role
from resources import actions, queries
from resources.forms import PartnerForm
from resources.importing import COLUMNS, content_of
from resources.models import Partner

WRITING = ["GET", "HEAD", "POST"]
READERS = (Role.APPLICANT, Role.DISTRICT, Role.MUNICIPAL, Role.LEADER, Role.AUDITOR)
PER_PAGE = 20


@entry(*READERS)
@require_safe
def partner_list(request: HttpRequest) -> HttpResponse:
    """The partners the reader may see."""
    rows = queries.visible_to(_reader(request)).select_related("organisation", "agreement")
    page_obj = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "resources/list.html", {"page_obj": page_obj, "today": _today(request)})


@entry(Role.APPLICANT)
@require_http_methods(WRITING)
def partner_add(request: HttpRequest) -> HttpResponse:
    form = PartnerForm(request.POST or None, request.FILES or None)
    violation = None
    if request.method == "POST" and form.is_valid():
        actor = actor_of(request)
        try:
            with transaction.atomic():
                actions.add_partner(
                    actor=actor,
                    organisation=cast(Organisation, _reader(request).organisation),
                    agreement=_agreement(actor, form),
                    **form.content(),
                )
        except RuleViolation as refused:
            violation = refused
        else:
            messages.success(request, _("海外合作伙伴已登记。"))
            return redirect(_back(request))
    return _form_page(request, form, violation, title=_("登记海外合作伙伴"))


@entry(Role.APPLICANT)
@require_http_methods(WRITING)
def partner_import(request: HttpRequest) -> HttpResponse:
    """Partners pasted from Excel or out of a workbook: looked at first, then the good rows are entered."""
    step, violation = next_step(request, COLUMNS), None
    if step.taking:
        try:
            entered = actions.take_partners(
                actor=actor_of(request),
                organisation=cast(Organisation, _reader(request).organisation),
                rows=[content_of(record) for record in step.ready],
            )
        except RuleViolation as refused:
            violation = refused
        else:
            messages.success(request, _("登记了 %(number)d 个海外合作伙伴。") % {"number": entered})
            if step.reading is None or not step.reading.problems:
                return redirect(_back(request))
            step = step.after_taking()
    context = {
        "title": _("导入海外合作伙伴"),
        "step": step,
        "form": step.form,
        "violation": violation,
        "preview": preview(COLUMNS, step.ready),
        "columns": COLUMNS,
        "template_url": reverse("resources:template"),
        "back": _back(request),
        "trail": [(_("海外合作伙伴"), reverse("resources:list"))],
    }
    refused_now = violation is not None or (step.form.is_bound and bool(step.form.errors))
    return render(request, "components/table_import.html", context, status=422 if refused_now else 200)


@entry(Role.APPLICANT)
@require_safe
def partner_template(request: HttpRequest) -> FileResponse:
    """The columns as a workbook to fill in."""
    return workbook_answer(template_workbook(_("海外合作伙伴"), COLUMNS), _("海外合作伙伴"))


def _back(request: HttpRequest) -> str:
    """Where the person came from, the form of an application say; else the list."""
    target = request.GET.get("next", "")
    known = target.startswith("/") and url_has_allowed_host_and_scheme(target, allowed_hosts=None)
    return target if known else reverse("resources:list")


@entry(Role.APPLICANT)
@require_http_methods(WRITING)
def partner_edit(request: HttpRequest, public_id: str) -> HttpResponse:
    partner = _find(request, public_id)
    form = PartnerForm(request.POST or None, request.FILES or None, instance=partner)
    violation, saved = None, None
    if request.method == "POST" and form.is_valid():
        actor = actor_of(request)
        try:
            with transaction.atomic():
                actions.change_partner(
                    actor=actor,
                    partner=partner,
                    expected_version=form.cleaned_data["version"] or 0,
                    agreement=_agreement(actor, form),
                    **form.content(),
                )
        except RuleViolation as refused:
            violation = refused
        else:
            messages.success(request, _("海外合作伙伴已更新。"))
            return redirect("resources:list")
    if isinstance(violation, Conflict):
        saved = _find(request, public_id)
        typed = request.POST.copy()
        typed["version"] = str(saved.version)
        form = PartnerForm(typed, instance=partner)
    return _form_page(request, form, violation, title=_("修改海外合作伙伴"), saved=saved)


@entry(Role.APPLICANT)
@require_http_methods(WRITING)
def partner_remove(request: HttpRequest, public_id: str) -> HttpResponse:
    partner = _find(request, public_id)
    violation = None
    if request.method == "POST":
        try:
            actions.remove_partner(actor=actor_of(request), partner=partner)
        except RuleViolation as refused:
            violation = refused
        else:
            messages.success(request, _("海外合作伙伴已移除。"))
            return redirect("resources:list")
    effects = [_("不再列入清单，也不计入年度评估；已提交的申报和已登记的活动里仍保留。")]
    context = {"partner": partner, "violation": violation, "effects": effects}
    return render(request, "resources/remove.html", context, status=422 if violation else 200)


@entry(*READERS)
@require_safe
def agreement(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The agreement with a partner, for those who may see the partner."""
    partner = _find(request, public_id)
    if partner.agreement is None:
        raise Http404
    return respond(partner.agreement)


def _reader(request: HttpRequest) -> User:
    return cast(PortalRequest, request).user


def _today(request: HttpRequest) -> Any:
    return cast(PortalRequest, request).today


def _find(request: HttpRequest, public_id: str) -> Partner:
    visible = queries.visible_to(_reader(request)).select_related("organisation", "agreement")
    return get_object_or_404(visible, public_id=public_id)


def _agreement(actor: Actor, form: PartnerForm) -> StoredFile | None:
    """The upload as a stored file, within the caller's transaction so that a refusal leaves none behind."""
    upload = form.cleaned_data.get("upload")
    if not upload:
        return None
    return store_upload(actor=actor, upload=upload, max_megabytes=figures_on(actor.today).upload_max_megabytes)


def _form_page(
    request: HttpRequest,
    form: PartnerForm,
    violation: RuleViolation | None,
    *,
    title: str,
    saved: Partner | None = None,
) -> HttpResponse:
    status = 409 if isinstance(violation, Conflict) else 422 if request.method == "POST" else 200
    if violation is not None:
        violation.field = "upload" if violation.field == "file" else violation.field
        violation = placed(violation, form)
    context = {"form": form, "violation": violation, "title": title, "saved": saved}
    return render(request, "resources/form.html", context, status=status)
