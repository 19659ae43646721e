"""What an applicant decides: to begin, to hand in, to withdraw."""

from itertools import groupby

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from applications import rules
from applications.actions import draft, reopening, submission
from applications.forms.applicant import WithdrawForm
from applications.models import Application
from applications.queries import current_call
from applications.sections import MATERIALS, SECTIONS, Missing, certificate_name, missing, open_remarks, open_sections
from applications.versions import differences
from applications.views.finding import application_for, place_in_form, trail_to
from applications.views.reading import current, parts
from haizhi_portal.accounts.answers import as_refusal, page, placed, typed
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.models import Organisation
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.routing import Route, route
from haizhi_portal.policy.stored import figures_on
from haizhi_portal.policy.verdict import RuleViolation


@entry("applicant")
def start(request: PortalRequest) -> HttpResponse:
    """What an application takes, this year's days, where it will go; then begin a draft."""
    organisation = _organisation(request)
    call = current_call(request.today)
    violation: RuleViolation | None = None
    if request.method == "POST":
        if call is None:
            raise Http404
        try:
            application = draft.start(actor=actor_of(request), organisation=organisation, call=call)
        except RuleViolation as refused:
            violation = refused
        else:
            return redirect("applications:detail", number=application.number)
    verdict = rules.can_start(actor_of(request), organisation, call) if call else None
    context = {
        "organisation": organisation,
        "call": call,
        "verdict": verdict,
        "blocked": as_refusal(verdict) if verdict is not None and violation is None else None,
        "live": organisation.applications.filter(state__in=Application.LIVE).first(),
        "destination": _destination(organisation),
        "materials": [spec for spec in MATERIALS.values() if spec.required],
        "certificate": certificate_name(organisation.kind),
        "copies": rules.copies_needed(call) if call else figures_on(request.today).paper_copies,
    }
    return page(request, "applications/start.html", context, violation=violation)


@entry("applicant")
def submit(request: PortalRequest, number: str) -> HttpResponse:
    """Check everything once more, see where it goes and why, then hand it in."""
    application = application_for(request, number)
    violation: RuleViolation | None = None
    if request.method == "POST":
        try:
            submitted = submission.submit(actor=actor_of(request), application=application)
        except RuleViolation as refused:
            violation = refused
            application = application_for(request, number)
        else:
            messages.success(request, _("已提交，第 %(version)d 版。") % {"version": submitted.version})
            return redirect("applications:detail", number=number)
    elif application.state not in rules.EDITABLE:
        return redirect("applications:detail", number=number)
    last = application.submissions.order_by("-version").first()
    destination = _destination(application.organisation)
    verdict = rules.can_submit(actor_of(request), application)
    lacking = missing(application, request.today)
    context = {
        "application": application,
        "lacking": lacking,
        "closes_at": rules.closing_instant(application, request.now),
        "lacking_by_section": _by_section(application, lacking),
        "verdict": verdict,
        "blocked": as_refusal(verdict) if violation is None else None,
        "parts": parts(current(application), remarks=open_remarks(application)),
        "destination": destination,
        "open_to": open_sections(application, request.today),
        "changes": differences(last, application) if last else [],
        "again": last is not None,
        "receiver": _receiver(application, destination),
        "effects": _submitting(application, destination, rules.copies_needed(application.call)),
        "back": reverse("applications:detail", args=[number]),
        "trail": trail_to(application),
    }
    return page(request, "applications/submit.html", context, violation=violation)


@entry("applicant")
def withdraw(request: PortalRequest, number: str) -> HttpResponse:
    """Take a submitted application back, with a reason."""
    application = application_for(request, number)
    form = WithdrawForm(request.POST or None)
    violation: RuleViolation | None = None
    if request.method == "POST" and form.is_valid():
        try:
            submission.withdraw(actor=actor_of(request), application=application, reason=form.cleaned_data["reason"])
        except RuleViolation as refused:
            violation = placed(refused, form)
        else:
            messages.success(request, _("申报 %(number)s 已撤回。") % {"number": number})
            return redirect("applications:detail", number=number)
    verdict = rules.can_withdraw(actor_of(request), application)
    call = application.call
    again = (
        _("在申报截止日之前可以重新申报。")
        if request.today <= call.applicants_close_on
        else _("本年度申报已经截止，不能再重新申报。")
    )
    context = {
        "application": application,
        "form": form,
        "verdict": verdict,
        "blocked": as_refusal(verdict) if violation is None else None,
        "typed": typed(form),
        "effects": [
            _("申报 %(number)s 停止办理，已提交的内容留存备查。") % {"number": number},
            _("正在办理的单位会收到通知。"),
            again,
        ],
        "trail": trail_to(application),
    }
    return page(request, "applications/withdraw.html", context, forms_shown=[form], violation=violation)


@entry("applicant")
def reopen(request: PortalRequest, number: str) -> HttpResponse:
    """Take a withdrawn application up again as a draft of the same call, after its consequences were seen."""
    application, actor = application_for(request, number), actor_of(request)
    violation: RuleViolation | None = None
    if request.method == "POST":
        try:
            draft_again = reopening.reopen(actor=actor, application=application)
        except RuleViolation as refused:
            violation = refused
        else:
            words = _("已按 %(old)s 的内容建立草稿 %(new)s，核对后提交。")
            messages.success(request, words % {"old": number, "new": draft_again.number})
            return redirect("applications:detail", number=draft_again.number)
    verdict = rules.can_reopen(actor, application)
    context = {
        "application": application,
        "verdict": verdict,
        "blocked": as_refusal(verdict) if violation is None else None,
        "effects": [
            _("建立一份新的草稿，编号另取；填过的内容和上传的材料都带过来，不用再传。"),
            _("承诺须重新作出；核对后在%(day)s 24:00 前提交，才算申报。")
            % {"day": said(application.call.applicants_close_on)},
            _("原申报 %(number)s 仍留存备查，两份申报互相注明。") % {"number": number},
        ],
        "back": reverse("applications:detail", args=[number]),
        "trail": trail_to(application),
    }
    return page(request, "applications/reopen.html", context, violation=violation)


def _organisation(request: PortalRequest) -> Organisation:
    organisation = request.user.organisation
    if organisation is None:
        raise Http404
    return organisation


def _destination(organisation: Organisation) -> Route | RuleViolation:
    """Where an application of this unit goes first, or why it can go nowhere."""
    try:
        return route(kind=organisation.kind, level=organisation.level, jurisdiction=organisation.jurisdiction_id)
    except RuleViolation as refused:
        return refused


def _by_section(application: Application, lacking: list[Missing]) -> list[tuple[str, list[tuple[str, str]]]]:
    """What is missing under the title of its section, each with the address where it can be mended."""
    return [
        (_(SECTIONS[key].title), [(each.text, place_in_form(application, each)) for each in group])
        for key, group in groupby(lacking, key=lambda each: each.section)
    ]


def _receiver(application: Application, destination: Route | RuleViolation) -> str:
    """Before whom it comes: the first time where the route leads, later before whoever returned it."""
    office = _("市科协学会部")
    if application.state == Application.State.INITIAL_RETURNED:
        return office
    if application.body is not None:
        return str(application.body)
    if isinstance(destination, Route) and destination.is_direct:
        return office
    return str(application.organisation.jurisdiction.reviewing_body)


def _submitting(application: Application, destination: Route | RuleViolation, copies: int) -> list[str]:
    """What handing in brings about, in the words of this application."""
    again = application.state != Application.State.DRAFT
    body = _receiver(application, destination)
    effects = [
        _("内容冻结为新的一版，送交%(body)s审核；审核期间不能修改。") % {"body": body},
        _("生成带校验码的申报书 PDF；请打印 %(copies)d 份，盖章后送市科协学会部。") % {"copies": copies},
        _("审核人员可以查看全部内容和材料；评审专家在声明无利害关系后可以查看。"),
    ]
    if again:
        effects.append(_("此前交的纸质材料与新版本不再一致，须重新打印盖章。"))
    return effects
