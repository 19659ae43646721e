"""The people of a unit: who has an account, who is asked to join, and joining."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth import login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from haizhi_portal.accounts.actions.invitations import (
    accept_invitation,
    accept_with_own_account,
    invite,
    open_invitations,
    send_again,
    withdraw_invitation,
)
from haizhi_portal.accounts.answers import as_refusal
from haizhi_portal.accounts.backends import BACKEND
from haizhi_portal.accounts.entry import ANYONE, entry
from haizhi_portal.accounts.forms.people import InvitationForm, JoinForm
from haizhi_portal.accounts.invitations import State, can_accept, can_invite, opens
from haizhi_portal.accounts.models import Invitation
from haizhi_portal.accounts.queries import visible_invitations, visible_users
from haizhi_portal.accounts.refusals import show_on
from haizhi_portal.accounts.requests import actor_of
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import Role

PAGE = 25
TONES: dict[str, str] = {State.WAITING: "wait", State.EXPIRED: "stop"}


@entry(Role.APPLICANT)
def colleagues(request: HttpRequest) -> HttpResponse:
    """Everybody of my unit who has an account, present and former, and for its administrator who is asked to join."""
    actor = actor_of(request)
    people = visible_users(actor.user).order_by("-is_active", "-administers", "name", "pk")
    may_invite = can_invite(actor, actor.user.organisation)
    invited = open_invitations(actor.user.organisation).filter(administers=False) if may_invite else []
    context = {
        "page_obj": Paginator(people, PAGE).get_page(request.GET.get("page")),
        "may_invite": may_invite,
        "invited": [(each, state := each.state_at(actor.now), TONES[state]) for each in invited],
    }
    return render(request, "accounts/colleagues.html", context)


@entry(Role.APPLICANT)
def colleague_new(request: HttpRequest) -> HttpResponse:
    """Ask a colleague to join, by e-mail."""
    actor = actor_of(request)
    verdict = can_invite(actor, actor.user.organisation)
    form, status = InvitationForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                invite(actor=actor, organisation=actor.user.organisation, email=form.cleaned_data["email"])
            except RuleViolation as violation:
                status = show_on(form, violation)
            else:
                messages.success(request, _("邀请已发出，7 天内有效。对方接受后会通知您。"))
                return redirect("accounts:colleagues")
    context = {"form": form, "may_invite": verdict, "refused": as_refusal(verdict)}
    return render(request, "accounts/colleague_new.html", context, status=status)


_ACTS: dict[str, Callable[..., Invitation]] = {"resend": send_again, "withdraw": withdraw_invitation}


@entry(Role.APPLICANT, Role.MUNICIPAL, Role.ADMIN)
@require_POST
def invitation_act(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send an open invitation again, or take it back."""
    actor = actor_of(request)
    invitation = get_object_or_404(visible_invitations(actor.user), public_id=public_id)
    act = request.POST.get("act", "")
    if act not in _ACTS:
        raise Http404
    try:
        _ACTS[act](actor=actor, invitation=invitation)
    except RuleViolation as violation:
        messages.error(request, str(violation))
    else:
        said = _("已重新发送，之前邮件里的链接作废。") if act == "resend" else _("邀请已撤回，链接作废。")
        messages.success(request, said)
    if invitation.administers:
        return redirect("accounts:organisation", invitation.organisation.public_id)
    return redirect("accounts:colleagues")


@entry(ANYONE)
@sensitive_post_parameters()
@never_cache
def join(request: HttpRequest, public_id: str, token: str) -> HttpResponse:
    """The link of an invitation: the person opens their own account, or takes over with the one they have."""
    actor = actor_of(request)
    invitation = Invitation.objects.select_related("organisation").filter(public_id=public_id).first()
    if invitation is None or not opens(invitation, token):
        return _over(request, _("这个链接不完整，或已被新的邮件替换。请打开最新一封邀请邮件里的链接。"))
    usable = can_accept(invitation, actor.now)
    if not usable:
        return _over(request, usable.reason)
    if actor.user is not None:
        return _join_signed_in(request, invitation, token)
    form, status = JoinForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                person = accept_invitation(actor=actor, invitation=invitation, token=token, **form.answers())
            except RuleViolation as violation:
                status = show_on(form, violation)
            else:
                login(request, person, backend=BACKEND)
                messages.success(request, _("账号已开设，您已登录。"))
                return redirect("site:home")
    return render(request, "accounts/join.html", {"form": form, "invitation": invitation}, status=status)


def _join_signed_in(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    actor = actor_of(request)
    own = invitation.administers and actor.user.organisation_id == invitation.organisation_id
    violation = None
    if request.method == "POST":
        try:
            accept_with_own_account(actor=actor, invitation=invitation, token=token)
        except RuleViolation as refused:
            violation = refused
        else:
            messages.success(request, _("您现在是单位管理员。"))
            return redirect("accounts:colleagues")
    context: dict[str, Any] = {"invitation": invitation, "own": own, "violation": violation}
    return render(request, "accounts/join_signed_in.html", context, status=422 if violation else 200)


def _over(request: HttpRequest, why: str) -> HttpResponse:
    return render(request, "accounts/join_over.html", {"why": why}, status=410)
