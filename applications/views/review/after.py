"""Around a review: the stamped scan behind an endorsement, and further sections named while the application is out."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from applications import rules
from applications.actions.widening import widen_correction
from applications.forms.comments import WidenForm
from applications.models import Review
from applications.sections import SECTIONS, open_remarks
from applications.views.finding import application_for, trail_to
from applications.views.review.unfinished import own_draft
from applications.views.timeline import may_read_opinion
from haizhi_portal.accounts.answers import as_refusal, ask_once, confirmed, page, placed, revising
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.files.store import respond
from haizhi_portal.policy.verdict import RuleViolation


@entry("district", "municipal", "leader", "auditor")
def scan(request: PortalRequest, number: str, file: str) -> HttpResponseBase:
    """The stamped scan of a district's letter: for that district and the municipal office, never for the unit."""
    application = application_for(request, number)
    draft = own_draft(actor_of(request), application)
    if draft is not None and draft.scan is not None and draft.scan.public_id == file:
        return respond(draft.scan)
    rows = Review.objects.filter(application=application, letter__scan__public_id=file)
    found = rows.select_related("letter__scan", "body").first()
    if found is None or found.letter.scan is None or not may_read_opinion(found, request.user):
        raise Http404
    return respond(found.letter.scan)


@entry("district", "municipal")
def widen(request: PortalRequest, number: str) -> HttpResponse:
    """Name further sections to be mended while the application is out for correction."""
    application, actor = application_for(request, number), actor_of(request)
    asked = open_remarks(application)
    titles = {
        key: _("%(title)s（已要求修改，可补充）") % {"title": _(section.title)} if key in asked else _(section.title)
        for key, section in SECTIONS.items()
    }
    form = WidenForm(request.POST or None, titles=titles)
    violation: RuleViolation | None = None
    if request.method == "POST" and form.is_valid() and not revising(request):
        if not confirmed(request):
            effects = [
                _("申报单位收到通知，可以修改追加的部分。"),
                _("补正截止日不变；需要更多时间的，另行延长补正期限。"),
            ]
            facts = [(titles[key], words) for key, words in form.sections().items()]
            title = _("追加补正内容")
            trail = trail_to(application)
            return ask_once(request, title=title, button=title, effects=effects, facts=facts, trail=trail)
        try:
            widen_correction(
                actor=actor,
                application=application,
                sections=form.sections(),
                opinion=form.cleaned_data["opinion"],
            )
        except RuleViolation as refused:
            violation = placed(refused, form)
        else:
            messages.success(request, _("%(number)s：补正内容已追加。") % {"number": number})
            return redirect("applications:detail", number=number)
    context = {
        "application": application,
        "form": form,
        "blocked": as_refusal(rules.can_widen_correction(actor, application)) if violation is None else None,
        "trail": trail_to(application),
    }
    return page(request, "applications/review/widen.html", context, forms_shown=[form], violation=violation)
