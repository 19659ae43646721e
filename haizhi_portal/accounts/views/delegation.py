"""Who stands in for me while I am away, and for whom I stand in."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from haizhi_portal.accounts.actions.delegation import delegate_work, withdraw_delegation
from haizhi_portal.accounts.answers import ask_once, confirmed, page, placed, revising
from haizhi_portal.accounts.delegations import can_delegate, can_withdraw_delegation, colleagues_of, visible_delegations
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.forms.delegation import DelegationForm
from haizhi_portal.accounts.models import Delegation
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.policy.dates_said import said_range
from haizhi_portal.policy.verdict import RuleViolation

SHOWN = 50


@entry("district", "municipal", "leader")
def delegations(request: PortalRequest) -> HttpResponse:
    """The arrangements past and to come, and a new one: asked once, with what it brings about."""
    actor = actor_of(request)
    people = list(colleagues_of(request.user))
    form = DelegationForm(request.POST or None, people=people)
    violation: RuleViolation | None = None
    if request.method == "POST" and form.is_valid() and not revising(request):
        asked = form.cleaned_data
        verdict = can_delegate(actor, **asked)
        if verdict and not confirmed(request):
            names = {"name": asked["delegate"].name, "period": said_range(asked["starts_on"], asked["ends_on"])}
            return ask_once(
                request,
                title=_("外出代办"),
                button=_("委托%(name)s代办") % names,
                effects=[
                    _("%(period)s，您经办的事项同时出现在%(name)s的工作台，记为代办。") % names,
                    _("期间发给您的通知，同时发给%(name)s。") % names,
                    _("%(name)s的权限不变：须由另一人办理的，仍须由另一人办理。") % names,
                    _("到期自动结束，也可以随时提前结束；%(name)s收到通知。") % names,
                ],
                trail=[(_("外出代办"), reverse("accounts:delegations"))],
            )
        try:
            delegate_work(actor=actor, **asked)
        except RuleViolation as refused:
            violation = placed(refused, form)
        else:
            messages.success(request, _("已委托%(name)s代办。") % {"name": asked["delegate"].name})
            return redirect("accounts:delegations")
    rows = list(visible_delegations(request.user)[:SHOWN])
    context = {"lines": [_line(row, request) for row in rows], "form": form, "people": people}
    return page(request, "accounts/delegations.html", context, forms_shown=[form], violation=violation)


@entry("district", "municipal", "leader")
def delegation_withdraw(request: PortalRequest, public_id: str) -> HttpResponse:
    """End one early, asked once."""
    found = visible_delegations(request.user).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    if request.method != "POST" or revising(request):
        return redirect("accounts:delegations")
    if not confirmed(request) and can_withdraw_delegation(actor_of(request), found):
        return ask_once(
            request,
            title=_("提前结束外出代办"),
            button=_("提前结束"),
            effects=[
                _("%(absent)s的事项和通知不再转给%(delegate)s；已办的事项不变。")
                % {"absent": found.absent.name, "delegate": found.delegate.name},
                _("对方收到通知。"),
            ],
            trail=[(_("外出代办"), reverse("accounts:delegations"))],
        )
    try:
        withdraw_delegation(actor=actor_of(request), delegation=found)
    except RuleViolation as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("外出代办已提前结束。"))
    return redirect("accounts:delegations")


def _line(row: Delegation, request: PortalRequest) -> dict[str, Any]:
    if row.withdrawn_at is not None:
        status, tone = _("已提前结束"), "stop"
    elif row.ends_on < request.today:
        status, tone = _("已到期"), "idle"
    elif row.starts_on > request.today:
        status, tone = _("尚未开始"), "wait"
    else:
        status, tone = _("代办中"), "act"
    open_to = bool(can_withdraw_delegation(actor_of(request), row))
    return {"row": row, "status": status, "tone": tone, "withdraw": open_to, "mine": row.absent_id == request.user.pk}
