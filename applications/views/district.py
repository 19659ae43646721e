"""Handing an application on to where it belongs, and more time for a correction: district and municipal staff."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from applications import rules
from applications.actions import pre_review
from applications.forms.review import ExtendForm, RouteForm
from applications.models import Application, Review
from applications.views.finding import application_for, trail_to
from haizhi_portal.accounts.answers import as_refusal, ask_once, confirmed, page, placed, revising, typed
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.models import Jurisdiction
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.dates_said import days_left, said
from haizhi_portal.policy.stored import hint_about
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import ROUTE_MUNICIPAL, Role, route_label

SHORT = 5


@entry("district", "municipal")
def route(request: PortalRequest, number: str) -> HttpResponse:
    """Hand an application to another body, with the reason."""
    application, actor = application_for(request, number), actor_of(request)
    steps = list(application.routings.select_related("decided_by__reviewing_body"))
    came_from = steps[-1].previous_route if steps and actor.role == Role.DISTRICT else ""
    form = RouteForm(request.POST or None, to_municipal=True, now_at=application.route, came_from=came_from)
    verdict = rules.can_hand_on(actor, application)
    violation: RuleViolation | None = None
    if request.method == "POST" and form.is_valid() and not revising(request):
        target, reason = form.cleaned_data["route"], form.cleaned_data["reason"]
        asked = rules.can_hand_on(actor, application, target)
        if asked and not confirmed(request):
            title = _("转往%(place)s") % {"place": route_label(target)}
            return ask_once(
                request,
                title=title,
                button=title,
                effects=_handing_on(actor, application, target),
                facts=[(_("理由"), reason)],
                trail=trail_to(application),
            )
        try:
            pre_review.hand_on(actor=actor, application=application, route=target, reason=reason)
        except RuleViolation as refused:
            violation = placed(refused, form)
        else:
            messages.success(
                request, _("%(number)s 已转往%(place)s。") % {"number": number, "place": route_label(target)}
            )
            return redirect("applications:detail", number=number)
    context = {
        "application": application,
        "form": form,
        "verdict": verdict,
        "blocked": as_refusal(verdict) if violation is None else None,
        "typed": typed(form),
        "destination": route_label(application.route),
        "steps": [(step, route_label(step.route)) for step in steps],
        "times": sum(bool(step.previous_route) for step in steps),
        "trail": trail_to(application),
    }
    return page(request, "applications/route.html", context, forms_shown=[form], violation=violation)


@entry("district", "municipal")
def extend(request: PortalRequest, number: str) -> HttpResponse:
    """Give a returned application more time."""
    application, actor = application_for(request, number), actor_of(request)
    form = ExtendForm(request.POST or None)
    violation: RuleViolation | None = None
    if request.method == "POST" and form.is_valid():
        try:
            pre_review.extend_correction(
                actor=actor,
                application=application,
                correct_by=form.cleaned_data["correct_by"],
                reason=form.cleaned_data["reason"],
            )
        except RuleViolation as refused:
            violation = placed(refused, form)
        else:
            day = said(form.cleaned_data["correct_by"])
            messages.success(request, _("补正截止日延至%(day)s，申报单位已收到通知。") % {"day": day})
            if hint := hint_about(form.cleaned_data["correct_by"]):
                messages.info(request, hint)
            return redirect("applications:detail", number=number)
    verdict = rules.can_extend_correction(actor, application)
    context = {
        "application": application,
        "form": form,
        "verdict": verdict,
        "blocked": as_refusal(verdict) if violation is None else None,
        "typed": typed(form),
        "history": application.reviews.filter(outcome=Review.Outcome.EXTENDED).select_related("decided_by"),
        "effects": [_("申报单位可以补正到新的截止日。"), _("申报单位收到通知，理由原样告知。")],
        "trail": trail_to(application),
    }
    return page(request, "applications/extend.html", context, forms_shown=[form], violation=violation)


def _handing_on(actor: Actor, application: Application, target: str) -> list[str]:
    """Whom it touches and how much time that leaves, in words."""
    if target == ROUTE_MUNICIPAL:
        receiver = _("市科协学会部")
    else:
        place = Jurisdiction.objects.select_related("reviewing_body").get(pk=target)
        receiver = place.reviewing_body.name
    effects = [
        _("%(name)s的申报改由%(receiver)s审核。") % {"name": application.organisation.name, "receiver": receiver},
        _("此前的同意意见不再有效。"),
        _("申报单位和接收单位收到通知，理由原样告知。"),
    ]
    if target != ROUTE_MUNICIPAL:
        closes_on = application.call.districts_close_on
        words = _("接收单位审核到%(day)s为止（含当日），%(left)s；逾期未答复的，次日转市科协。")
        effects.append(words % {"day": said(closes_on), "left": days_left(actor.today, closes_on)})
        if (closes_on - actor.today).days <= SHORT:
            effects.append(_("时间已经不多；拿不准由谁审核的，可以直接转市科协。"))
    if actor.role == Role.DISTRICT:
        effects.append(_("移交后本单位只看得到这次移交的记录，看不到申报内容和后续办理。"))
    return effects
