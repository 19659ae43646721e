"""Accounts, for those who open and close them: system administrators, and a unit's people for their own."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from haizhi_portal.accounts.actions.administration import hand_over
from haizhi_portal.accounts.actions.second_factor import reset_second_factor
from haizhi_portal.accounts.actions.users import (
    change_password,
    create_user,
    deactivate_user,
    reactivate_user,
    unlock_user,
)
from haizhi_portal.accounts.answers import typed
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.forms.people import AccountForm, GivenPasswordForm, ReasonForm, UserFilterForm
from haizhi_portal.accounts.lockouts import locked_until
from haizhi_portal.accounts.models import User
from haizhi_portal.accounts.queries import visible_users
from haizhi_portal.accounts.refusals import show_on
from haizhi_portal.accounts.requests import actor_of
from haizhi_portal.accounts.rules import can_deactivate, can_hand_over, can_manage
from haizhi_portal.accounts.second_factor import can_reset
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.verdict import Conflict, RuleViolation
from haizhi_portal.policy.words import Role

PAGE = 25


@entry(Role.ADMIN)
def users(request: HttpRequest) -> HttpResponse:
    """Every account, searched, filtered and paged."""
    form = UserFilterForm(request.GET)
    people = visible_users(actor_of(request).user).order_by("role", "name", "pk")
    if form.is_valid():
        people = _chosen(people, form.cleaned_data)
    page = Paginator(people, PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/users.html", {"page_obj": page, "filter_form": form})


def _chosen(people: QuerySet[User], wanted: dict[str, str]) -> QuerySet[User]:
    if wanted["q"]:
        text = wanted["q"].strip()
        people = people.filter(
            Q(name__icontains=text) | Q(username__icontains=text) | Q(organisation__name__icontains=text)
        )
    if wanted["role"]:
        people = people.filter(role=wanted["role"])
    if wanted["state"]:
        people = people.filter(is_active=wanted["state"] == "active")
    return people


@entry(Role.ADMIN)
@sensitive_post_parameters()
def user_new(request: HttpRequest) -> HttpResponse:
    """An account of any role."""
    form = AccountForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                person = create_user(actor=actor_of(request), **form.account())
            except RuleViolation as violation:
                status = show_on(form, violation)
            else:
                messages.success(request, _("%(name)s 的账号已开设。") % {"name": person.name})
                return redirect("accounts:user", person.public_id)
    return render(request, "accounts/user_new.html", {"form": form}, status=status)


@entry(Role.ADMIN, Role.APPLICANT)
@sensitive_post_parameters()
def user(request: HttpRequest, public_id: str) -> HttpResponse:
    """One account, and what can be done with it."""
    actor = actor_of(request)
    person = get_object_or_404(visible_users(actor.user), public_id=public_id)
    forms, boxes = _forms(person), _boxes(actor, person)
    status, violation, kept = 200, None, []
    if request.method == "POST":
        act = request.POST.get("act", "")
        form = forms[act] = _forms(person, request.POST, act).get(act)
        if act in _PLAIN or (form is not None and form.is_valid()):
            try:
                message = _do(act, actor, person, form)
            except RuleViolation as refused:
                if act in boxes and form is not None:
                    status = show_on(form, refused)
                else:
                    status, violation = 409 if isinstance(refused, Conflict) else 422, refused
                    kept = typed(form) if isinstance(form, ReasonForm) else []
            else:
                messages.success(request, message)
                return redirect("accounts:user", person.public_id)
        else:
            status = 422
    context = {
        "person": person,
        "forms": forms,
        "violation": violation,
        "typed": kept,
        "boxes": boxes,
        "locked_until": locked_until(person.username, timezone.now()),
        "manage": can_manage(actor, person),
        "reset_effects": [
            _("原来的验证器和恢复码全部作废，本人在各处的登录全部退出。"),
            _("本人用密码登录后可以重新设置；必须使用的角色登录后先要设置。"),
        ],
        "hand_over": can_hand_over(actor, person),
        "hand_over_effects": [
            _("本单位的人员改由对方邀请、停用，您不再能办。"),
            _("您的账号照常使用，申报和基地的事项照常办理。"),
        ],
        "deactivate_effects": [
            _("本人立即退出登录，不能再登录，也不再收到通知。"),
            _("由本人办过的事和留下的记录不变，以后可以重新启用。"),
        ],
        "password_effects": [_("原密码作废，本人在各处的登录全部退出。"), _("因输错密码造成的锁定同时解除。")],
    }
    return render(request, "accounts/user.html", context, status=status)


def _boxes(actor: Actor, person: User) -> set[str]:
    """The acts with a form that the page offers now."""
    if not can_manage(actor, person):
        return set()
    offered = {
        "password": not person.is_demo,
        "second_factor": can_reset(actor, person),
        "reactivate": not person.is_active,
        "deactivate": person.is_active and can_deactivate(actor, person),
    }
    return {act for act, there in offered.items() if there}


def _forms(person: User, data: Any = None, act: str = "") -> dict[str, Any]:
    """The forms of the page, that of ``act`` bound to ``data``; each with ids of its own."""

    def bound(name: str) -> Any:
        return data if act == name else None

    return {
        "deactivate": ReasonForm(bound("deactivate"), auto_id="deactivate_%s"),
        "reactivate": ReasonForm(bound("reactivate"), auto_id="reactivate_%s"),
        "second_factor": ReasonForm(bound("second_factor"), auto_id="second_factor_%s"),
        "password": GivenPasswordForm(bound("password"), auto_id="password_%s", user=person),
    }


# Acts without a form.
_PLAIN = frozenset({"unlock", "hand_over"})


def _do(act: str, actor: Actor, person: User, form: Any) -> str:
    if act == "deactivate":
        deactivate_user(actor=actor, user=person, reason=form.cleaned_data["reason"])
        return _("账号已停用，正在使用的登录立即失效。")
    if act == "reactivate":
        reactivate_user(actor=actor, user=person, reason=form.cleaned_data["reason"])
        return _("账号已重新启用。")
    if act == "password":
        change_password(actor=actor, user=person, password=form.cleaned_data["password"])
        return _("新密码已设置，请当面告诉本人，并提醒登录后修改。")
    if act == "second_factor":
        reset_second_factor(actor=actor, user=person, reason=form.cleaned_data["reason"])
        return _("两步验证已重置，请通知本人重新设置。")
    if act == "hand_over":
        hand_over(actor=actor, to=person)
        return _("已移交，现在由对方管理本单位的账号。")
    unlock_user(actor=actor, user=person)
    return _("已解除锁定，本人现在可以再试。")
