"""The paper desk: a code scanned or typed, copies counted."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from applications import rules
from applications.actions import paper as paper_actions
from applications.forms.paper import CodeForm, CopiesForm
from applications.models import PaperReceipt
from applications.papers import copies_of_current_version, current_submission
from applications.queries import readable_by
from applications.views.finding import application_for, trail_to
from haizhi_portal.accounts.answers import as_refusal, page, placed
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.policy.stored import figures_on
from haizhi_portal.policy.verdict import RuleViolation

RECENT = 10


@entry("municipal")
def desk(request: PortalRequest) -> HttpResponse:
    """Scan or type the code of a printed form to find its application."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"]
        found = paper_actions.find_by_code(code, request.user)
        if found is not None:
            address = reverse("applications:paper_receive", args=[found.application.number])
            return redirect(f"{address}?{urlencode({'code': code})}")
        form.add_error("code", _("没有这个校验码的申报书。请核对是否输错；校验码印在申报书每页的页眉。"))
    recent = PaperReceipt.objects.filter(application__in=readable_by(request.user).values("pk")).select_related(
        "application__organisation", "submission", "received_by"
    )
    context = {"form": form, "recent": recent.order_by("-received_at", "-id")[:RECENT]}
    return page(request, "applications/paper.html", context, forms_shown=[form])


@entry("municipal")
def receive(request: PortalRequest, number: str) -> HttpResponse:
    """Register stamped copies of the current version; an outdated print is refused and named."""
    application, actor = application_for(request, number), actor_of(request)
    form = CopiesForm(request.POST or None, initial={"check_code": request.GET.get("code", "")})
    violation: RuleViolation | None = None
    if request.method == "POST" and form.is_valid():
        try:
            paper_actions.receive_copies(
                actor=actor,
                application=application,
                check_code=form.cleaned_data["check_code"],
                copies=form.cleaned_data["copies"],
            )
        except RuleViolation as refused:
            violation = placed(refused, form)
        else:
            copies = form.cleaned_data["copies"]
            messages.success(request, _("%(n)s 收到纸质材料 %(copies)d 份。") % {"n": number, "copies": copies})
            return redirect("applications:paper")
    code = CodeForm(request.GET)
    scanned = paper_actions.find_by_code(code.cleaned_data["code"], request.user) if code.is_valid() else None
    verdict = rules.can_receive_copies(actor, application)
    context = {
        "application": application,
        "form": form,
        "verdict": verdict,
        "blocked": as_refusal(verdict) if violation is None else None,
        "current": current_submission(application),
        "scanned": scanned if scanned and scanned.application_id == application.pk else None,
        "received": copies_of_current_version(application),
        "needed": figures_on(request.today).paper_copies,
        "receipts": application.receipts.select_related("submission", "received_by").order_by("-received_at"),
        "trail": trail_to(application),
    }
    return page(request, "applications/paper_receive.html", context, forms_shown=[form], violation=violation)
