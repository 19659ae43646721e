"""After the registration: the receipt to print, a wrong one cancelled, and the list of those still missing."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from applications import rules
from applications.actions import paper as paper_actions
from applications.forms.paper import VoidForm
from applications.models import Call, PaperReceipt
from applications.owing import owing
from applications.papers import copies_of_current_version, current_submission
from applications.queries import owing_copies, readable_by, receipts_visible_to
from applications.views.finding import trail_to, typed_name
from haizhi_portal.accounts.answers import as_refusal, page, placed, typed
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.documents.codes import in_groups
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import Role

PAGE_SIZE = 50
_LAST = 9999


@entry("applicant", "municipal", "leader", "auditor")
def receipt(request: PortalRequest, number: str, ordinal: int) -> HttpResponse:
    """The receipt as it is printed: what was handed in, when, to whom, and what is still missing."""
    found = _receipt(request, number, ordinal)
    application, current = found.application, current_submission(found.application)
    needed, received = rules.copies_needed(application.call), copies_of_current_version(application)
    outdated = current is not None and current.pk != found.submission_id
    context = {
        "receipt": found,
        "void": found.voiding,
        "application": application,
        "number": _number(found),
        "code": in_groups(found.submission.print.verify_code) if found.submission.print else "",
        "clerk": _("市科协学会部") if request.user.role == Role.APPLICANT else found.received_by.name,
        "current": current,
        "outdated": outdated,
        "received": received,
        "needed": needed,
        "lacking": max(needed - received, 0),
        "may_void": bool(rules.can_void_receipt(actor_of(request), found)),
        "ordinal": ordinal,
        "trail": trail_to(application),
    }
    return page(request, "applications/receipt.html", context)


@entry("municipal")
def void(request: PortalRequest, number: str, ordinal: int) -> HttpResponse:
    """Cancel a wrong registration, with a reason."""
    found = _receipt(request, number, ordinal)
    form = VoidForm(request.POST or None)
    violation: RuleViolation | None = None
    if request.method == "POST" and form.is_valid():
        try:
            paper_actions.void_receipt(actor=actor_of(request), receipt=found, reason=form.cleaned_data["reason"])
        except RuleViolation as refused:
            violation = placed(refused, form)
        else:
            messages.success(request, _("回执 %(number)s 已作废。") % {"number": _number(found)})
            return redirect("applications:paper")
    verdict = rules.can_void_receipt(actor_of(request), found)
    context = {
        "receipt": found,
        "application": found.application,
        "form": form,
        "verdict": verdict,
        "blocked": as_refusal(verdict) if violation is None else None,
        "typed": typed(form),
        "effects": [
            _("第 %(version)d 版的这 %(copies)d 份不再计入已收份数。")
            % {"version": found.submission.version, "copies": found.copies},
            _("原登记和作废理由都留存，申报单位收到通知。"),
        ],
        "back": reverse("applications:receipt", args=[number, ordinal]),
        "trail": trail_to(found.application),
    }
    return page(request, "applications/receipt_void.html", context, forms_shown=[form], violation=violation)


@entry("municipal")
def missing(request: PortalRequest, year: int) -> HttpResponse:
    """Who still owes copies in a year's call; each, or all of them, reminded with one button at most once a day."""
    call = get_object_or_404(Call, year=year)
    needed = rules.copies_needed(call)
    rows = owing_copies(call, needed)
    if request.method == "POST":
        return _remind(request, call, needed)
    page_obj = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "call": call,
        "page_obj": page_obj,
        "lines": owing(page_obj.object_list, needed, request.today),
        "needed": needed,
        "calls": Call.objects.order_by("-year").values_list("year", flat=True),
    }
    return page(request, "applications/paper_missing.html", context)


def _number(found: PaperReceipt) -> str:
    return f"{found.application.number}-{getattr(found, 'ordinal', '')}"


def _remind(request: PortalRequest, call: Call, needed: int) -> HttpResponse:
    rows = owing_copies(call, needed)
    if number := request.POST.get("number", ""):
        rows = rows.filter(number=typed_name(number))
    sent = 0
    for row in rows:
        try:
            sent += paper_actions.remind_of_copies(actor=actor_of(request), application=row)
        except RuleViolation as refused:
            messages.error(request, f"{row.number}：{refused}")
    words = _("已提醒 %(count)d 家单位。") if sent else _("今天都已提醒过，没有重复发送。")
    messages.success(request, words % {"count": sent} if sent else words)
    return redirect("applications:paper_missing", year=call.year)


def _receipt(request: PortalRequest, number: str, ordinal: int) -> PaperReceipt:
    """The n-th registration of that application. Raises Http404 when there is none this person may see."""
    application = get_object_or_404(readable_by(request.user), number=number)
    if not 1 <= ordinal <= _LAST:
        raise Http404
    rows = receipts_visible_to(request.user).filter(application=application).order_by("pk")
    found = rows[ordinal - 1 : ordinal].first()
    if found is None:
        raise Http404
    return found
