from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haizhi_portal.accounts.answers import stopped, typed
from haizhi_portal.accounts.entry import ANYONE, SIGNED_IN, entry
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.documents import codes, queries
from haizhi_portal.documents.actions.issue import void as void_document
from haizhi_portal.documents.actions.rendering import MOST_ATTEMPTS
from haizhi_portal.documents.actions.rendering import retry as retry_rendering
from haizhi_portal.documents.forms import CodeForm, RegisterFilter, VoidForm
from haizhi_portal.documents.models import Document
from haizhi_portal.documents.rules import can_retry, can_void
from haizhi_portal.documents.standing import public_facts, standing
from haizhi_portal.files.store import respond
from haizhi_portal.policy.verdict import Conflict, RuleViolation

PER_PAGE = 30


@entry(SIGNED_IN)
@require_safe
def download(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """The file of a document, or where its making stands."""
    document = get_object_or_404(queries.visible_to(request.user), public_id=public_id)
    if document.file:
        return respond(document.file)
    return render(request, "documents/pending.html", _pending(request, document))


@entry("municipal", "leader")
@require_POST
def retry(request: HttpRequest, public_id: str) -> HttpResponse:
    """Another attempt at a file that could not be made."""
    document = get_object_or_404(queries.visible_to(request.user), public_id=public_id)
    try:
        retry_rendering(actor=actor_of(request), document=document)
    except RuleViolation as violation:
        messages.error(request, str(violation))
    else:
        messages.success(request, _("已重新排队制作，通常几秒钟完成。"))
    return redirect("documents:download", public_id=public_id)


@entry("leader")
@require_http_methods(["GET", "HEAD", "POST"])
def void(request: HttpRequest, public_id: str) -> HttpResponse:
    """Declare a document void, after its consequences were shown."""
    document = get_object_or_404(queries.visible_to(request.user), public_id=public_id)
    form = VoidForm(request.POST or None)
    verdict = can_void(actor_of(request), document)
    violation: RuleViolation | None = None
    if request.method == "POST" and form.is_valid():
        try:
            void_document(actor=actor_of(request), document=document, reason=form.cleaned_data["reason"])
        except RuleViolation as refused:
            violation = refused
        else:
            messages.success(request, _("%(name)s已作废。") % {"name": document.number or document.title})
            return redirect("documents:register")
    status = 200
    if violation:
        status = 409 if isinstance(violation, Conflict) else 422
    elif form.is_bound:
        status = 422
    context = {"document": document, "form": form, "violation": stopped(verdict, violation) or violation}
    context |= {"verdict": verdict, "typed": [] if verdict else typed(form)}
    context["effects"] = [
        _("字号留在登记簿中，标明作废，以后不再使用。"),
        _("任何人查验这份文书，都会看到它已经作废。"),
        _("基地资格和有效期不因此改变；需要改变的，另行办理。"),
    ]
    return render(request, "documents/void.html", context, status=status)


@entry("municipal", "leader", "auditor")
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Every number drawn, void ones included."""
    numbers = queries.numbers_visible_to(request.user)
    years = list(numbers.order_by("-year").values_list("year", flat=True).distinct())
    form = RegisterFilter(request.GET or None, years=years)
    if form.is_valid():
        wanted = form.cleaned_data
        if wanted["q"].strip():
            numbers = queries.found_by(numbers, wanted["q"].strip())
        if wanted["year"]:
            numbers = numbers.filter(year=wanted["year"])
        if wanted["state"]:
            numbers = numbers.filter(voided_on__isnull=wanted["state"] == "valid")
    page = Paginator(numbers, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "documents/register.html", {"page_obj": page, "filter_form": form, "most": MOST_ATTEMPTS})


@entry(ANYONE)
@require_safe
def verify_form(request: HttpRequest) -> HttpResponse:
    """Where a visitor types the code of a document."""
    form = CodeForm(request.GET if "code" in request.GET else None)
    if form.is_bound and form.is_valid():
        return redirect("site:verify", code=form.cleaned_data["code"])
    return render(request, "documents/verify_form.html", {"form": form}, status=422 if form.is_bound else 200)


@entry(ANYONE)
@require_safe
def verify(request: HttpRequest, code: str) -> HttpResponse:
    """Is this document ours, does it still hold, and is this file the one we made."""
    plain = codes.read_code(code)
    document = queries.verified(plain) if codes.looks_like_code(plain) else None
    if document is None:
        typed = "".join(character for character in code[:60] if character.isprintable())
        context = {"form": CodeForm(initial={"code": typed}), "code": typed}
        return render(request, "documents/verify_unknown.html", context, status=404)
    if plain != code:
        return redirect("site:verify", code=plain)
    return render(request, "documents/verify.html", _verified(request, document))


def _verified(request: HttpRequest, document: Document) -> dict[str, Any]:
    corrected_by = [each for each in document.corrections.all() if each.voided_on is None]
    return {
        "document": document,
        "code": codes.in_groups(document.verify_code),
        "facts": public_facts(document),
        "corrected_by": corrected_by,
        "standing": standing(
            document,
            cast(PortalRequest, request).today,
            ended_on=queries.ended_on(document.base_number),
            corrected_by=corrected_by,
            newer_version=queries.newer_version(document),
        ),
    }


def _pending(request: HttpRequest, document: Document) -> dict[str, Any]:
    given_up = document.render_attempts >= MOST_ATTEMPTS
    return {
        "document": document,
        "given_up": given_up,
        "waiting": not given_up and document.voided_on is None,
        "may_retry": bool(document.render_error) and bool(can_retry(actor_of(request), document)),
        "is_staff": request.user.role in {"municipal", "leader", "auditor"},  # type: ignore[union-attr]
    }
