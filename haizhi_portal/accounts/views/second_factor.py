"""The second step of signing in, and the page where a person looks after the security of their account."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from haizhi_portal.accounts.actions.second_factor import (
    end_other_sign_ins,
    enrol,
    remove,
    renew_recovery_codes,
    verify,
)
from haizhi_portal.accounts.entry import ANYONE, SIGNED_IN, entry
from haizhi_portal.accounts.forms.second_factor import CodeForm, EnrolmentForm, PasswordAndCodeForm
from haizhi_portal.accounts.models import Authenticator, User
from haizhi_portal.accounts.refusals import show_on
from haizhi_portal.accounts.requests import actor_of
from haizhi_portal.accounts.resuming import go_on
from haizhi_portal.accounts.second_factor import in_groups, is_required, new_secret, passed, qr_code, still_to_do
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.verdict import RuleViolation

_ENROLLING = "enrolling"


def _half_signed_in(request: HttpRequest) -> User | None:
    person: User | None = getattr(request, "half_signed_in", None)
    return person


def _wanted(request: HttpRequest) -> str:
    return request.POST.get("next") or request.GET.get("next") or ""


def _acting(request: HttpRequest, person: User) -> Actor:
    here = actor_of(request)
    return Actor(user=person, role=person.role, now=here.now, address=here.address)


@entry(ANYONE)
@never_cache
def second_factor(request: HttpRequest) -> HttpResponse:
    """The code after the password; from here one goes on to where one wanted to go."""
    person, wanted = _half_signed_in(request), _wanted(request)
    if person is None:
        return go_on(request, wanted) if request.user.is_authenticated else redirect_to_login(wanted or "/home/")
    if still_to_do(person, request.session) == "enrol":
        return redirect(f"{reverse('accounts:second_factor_enrol')}?{urlencode({'next': wanted})}")
    form, status = CodeForm(request.POST or None), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                verify(actor=_acting(request, person), code=form.cleaned_data["code"], at=timezone.now())
            except RuleViolation as violation:
                status = show_on(form, violation)
            else:
                request.session.cycle_key()
                passed(request.session, person)
                return go_on(request, wanted)
    context = {"form": form, "wanted": wanted, "person": person}
    return render(request, "accounts/second_factor.html", context, status=status)


@entry(ANYONE)
@sensitive_post_parameters()
@never_cache
def second_factor_enrol(request: HttpRequest) -> HttpResponse:
    """The picture to scan, then the first code; those who must have one come here before anything else."""
    person = _half_signed_in(request) or (request.user if request.user.is_authenticated else None)
    wanted = _wanted(request)
    if person is None:
        return redirect_to_login(request.get_full_path())
    if person.second_factor:
        return redirect("accounts:second_factor" if _half_signed_in(request) else "accounts:security")
    secret = request.session.get(_ENROLLING)
    if not secret:
        secret = request.session[_ENROLLING] = new_secret()
    form, status = EnrolmentForm(request.POST or None, request=request, user=person), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            actor = _acting(request, person)
            try:
                codes = enrol(actor=actor, secret=secret, code=form.cleaned_data["code"], at=timezone.now())
            except RuleViolation as violation:
                status = show_on(form, violation)
            else:
                del request.session[_ENROLLING]
                _stay(request, User.objects.get(pk=person.pk))
                return _codes_page(request, codes, wanted)
    context = {
        "form": form,
        "person": person,
        "must": is_required(person),
        "secret": in_groups(secret),
        "picture": qr_code(person, secret),
        "wanted": wanted,
    }
    return render(request, "accounts/second_factor_enrol.html", context, status=status)


def _stay(request: HttpRequest, person: User) -> None:
    """Keep this session while all others end, as one that has taken the second step."""
    request.user = person
    request.half_signed_in = None  # type: ignore[attr-defined]
    passed(request.session, person)
    update_session_auth_hash(request, person)


def _codes_page(request: HttpRequest, codes: list[str], wanted: str = "") -> HttpResponse:
    return render(request, "accounts/recovery_codes.html", {"codes": codes, "wanted": wanted})


@entry(SIGNED_IN)
@require_safe
def signed_in_on(request: HttpRequest) -> HttpResponse:
    """On from the recovery codes to what was interrupted, or to where one wanted to go."""
    return go_on(request, _wanted(request))


@entry(SIGNED_IN)
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """How one's account is kept, and what can be done for it."""
    return _security_page(request)


@entry(SIGNED_IN)
@sensitive_post_parameters()
@require_POST
def security_act(request: HttpRequest) -> HttpResponse:
    """New recovery codes, or giving the second step up: with password and code."""
    acts: dict[str, Callable[..., Any]] = {"renew": renew_recovery_codes, "remove": remove}
    act = request.POST.get("act", "")
    actor = actor_of(request)
    if act == "sign_out_elsewhere":
        _stay(request, end_other_sign_ins(actor=actor))
        messages.success(request, _("在别处的登录已全部退出。"))
        return redirect("accounts:security")
    form = PasswordAndCodeForm(request.POST, request=request, user=actor.user, auto_id=f"{act}_%s")
    if act not in acts or not form.is_valid():
        return _security_page(request, form, act, status=422)
    try:
        done = acts[act](actor=actor, code=form.cleaned_data["code"], at=timezone.now())
    except RuleViolation as violation:
        return _security_page(request, form, act, status=show_on(form, violation))
    if act == "renew":
        return _codes_page(request, done)
    _stay(request, done)
    messages.success(request, _("两步验证已移除。"))
    return redirect("accounts:security")


def _security_page(
    request: HttpRequest, bound: PasswordAndCodeForm | None = None, act: str = "", *, status: int = 200
) -> HttpResponse:
    person: User = actor_of(request).user

    def form(name: str) -> PasswordAndCodeForm:
        if bound is not None and act == name:
            return bound
        return PasswordAndCodeForm(request=request, user=person, auto_id=f"{name}_%s")

    context = {
        "authenticator": Authenticator.objects.filter(user=person).first(),
        "codes_left": person.recovery_codes.filter(used_at=None).count(),
        "must": is_required(person),
        "renew_form": form("renew"),
        "remove_form": form("remove"),
        "renew_effects": [_("新的一批只显示一次，原有的全部作废。")],
        "remove_effects": [
            _("以后登录只要密码；恢复码全部作废，在别处的登录全部退出。"),
            *([_("您的角色必须使用两步验证，移除后马上要重新设置。")] if is_required(person) else []),
        ],
    }
    return render(request, "accounts/security.html", context, status=status)
