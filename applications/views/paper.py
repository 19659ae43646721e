"""The paper desk: a code scanned, typed or photographed, copies counted, outdated prints turned away."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from applications import rules
from applications.actions import paper as paper_actions
from applications.forms.paper import CodeForm, CopiesForm
from applications.models import Application, Submission
from applications.papers import copies_of_current_version, current_submission, submission_of_code
from applications.queries import current_call, receipts_visible_to, visible_to
from applications.views.finding import application_for, trail_to
from applications.views.scanning import code_photographed
from haizhi_portal.accounts.answers import as_refusal, page, placed
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.documents.codes import in_groups
from haizhi_portal.policy.verdict import RuleViolation

MOST_SHOWN = 100


@entry("municipal")
def desk(request: PortalRequest) -> HttpResponse:
    """Scan, type or photograph the code of a printed form to find its application; today's registrations below."""
    form = CodeForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            code = form.cleaned_data["code"] or code_photographed(request, form.cleaned_data["photo"])
        except RuleViolation as refused:
            placed(refused, form)
        else:
            if place := _place_of(request, code):
                return redirect(place)
            form.add_error("code", _not_found(code))
    today = receipts_visible_to(request.user).filter(received_on=request.today).order_by("-pk")[:MOST_SHOWN]
    call = current_call(request.today)
    context = {
        "form": form,
        "receipts": today,
        "copies": sum(each.copies for each in today if each.voiding is None),
        "year": call.year if call else None,
    }
    return page(request, "applications/paper.html", context, forms_shown=[form])


@entry("municipal")
def receive(request: PortalRequest, number: str) -> HttpResponse:
    """Register stamped copies of the current version; an outdated print is refused, named, and the unit told."""
    application, actor = application_for(request, number), actor_of(request)
    code = CodeForm(request.GET)
    scanned = _scanned(application, code.cleaned_data["code"]) if code.is_valid() else None
    form = CopiesForm(request.POST or None, initial=_initial(application, scanned))
    violation: RuleViolation | None = None
    if request.method == "POST" and form.is_valid():
        copies = form.cleaned_data["copies"]
        if isinstance(copies, str):
            return _scanned_again(request, application, form.cleaned_data["check_code"], copies)
        try:
            paper_actions.receive_copies(
                actor=actor,
                application=application,
                check_code=form.cleaned_data["check_code"],
                copies=copies,
                stamped=form.cleaned_data["stamped"],
                already=form.cleaned_data["already"],
            )
        except RuleViolation as refused:
            violation = placed(refused, form)
        else:
            messages.success(request, _("%(n)s 收到纸质材料 %(copies)d 份。") % {"n": number, "copies": copies})
            return redirect("applications:paper")
    current, verdict = current_submission(application), rules.can_receive_copies(actor, application)
    context = {
        "application": application,
        "form": form,
        "verdict": verdict,
        "blocked": as_refusal(verdict) if violation is None else None,
        "current": current,
        "scanned": scanned,
        "outdated": scanned is not None and current is not None and scanned.version != current.version,
        "code": in_groups(scanned.print.verify_code) if scanned and scanned.print else "",
        "received": copies_of_current_version(application),
        "needed": rules.copies_needed(application.call),
        "receipts": receipts_visible_to(request.user).filter(application=application).order_by("pk"),
        "trail": trail_to(application),
    }
    return page(request, "applications/paper_receive.html", context, forms_shown=[form], violation=violation)


@entry("municipal")
def turn_away(request: PortalRequest, number: str) -> HttpResponse:
    """Send an outdated print back: the unit is told by message which version counts. Only by POST."""
    application = application_for(request, number)
    form = CodeForm(request.POST)
    if request.method != "POST" or not form.is_valid():
        return redirect("applications:paper_receive", number=number)
    code = form.cleaned_data["code"]
    try:
        told = paper_actions.turn_away(actor=actor_of(request), application=application, check_code=code)
    except RuleViolation as refused:
        messages.error(request, str(refused))
        return redirect(_address(number, code))
    words = _("已通知%(unit)s按现行版本重新报送。") if told else _("%(unit)s今天已收到过通知，没有重复发送。")
    messages.success(request, words % {"unit": application.organisation.name})
    return redirect("applications:paper")


def _place_of(request: PortalRequest, code: str) -> str:
    """Where the copies of what was scanned are registered; an application's number is understood too."""
    found = paper_actions.find_by_code(code, request.user) if code else None
    if found is not None:
        return _address(found.application.number, code)
    number = f"{code[:4]}-{code[4:]}"
    if visible_to(request.user).filter(number=number).exists():
        return reverse("applications:paper_receive", args=[number])
    return ""


def _not_found(code: str) -> str:
    if not code:
        return _("照片里没有读出二维码或条形码。请靠近、对正、避开反光再拍一次，或输入校验码。")
    return _("没有这个校验码的申报书。请核对是否输错；校验码印在申报书每页的页眉。")


def _scanned_again(request: PortalRequest, application: Application, code: str, scanned: str) -> HttpResponse:
    """The scanner wrote into the number: the same print is shown again, another one opened; nothing is registered."""
    place = _place_of(request, scanned)
    if not place:
        messages.error(request, _not_found(scanned))
        return redirect(_address(application.number, code))
    same = place == _address(application.number, code)
    words = _("同一份申报书又扫了一次，没有登记。请填写份数。") if same else _("已换到刚扫描的申报书，前一份没有登记。")
    messages.info(request, words)
    return redirect(place)


def _scanned(application: Application, code: str) -> Submission | None:
    found = submission_of_code(code)
    return found if found is not None and found.application_id == application.pk else None


def _initial(application: Application, scanned: Submission | None) -> dict[str, object]:
    code = scanned.print.verify_code if scanned is not None and scanned.print is not None else ""
    return {"check_code": code, "stamped": True, "already": application.receipts.count()}


def _address(number: str, code: str) -> str:
    return f"{reverse('applications:paper_receive', args=[number])}?{urlencode({'code': code})}"
