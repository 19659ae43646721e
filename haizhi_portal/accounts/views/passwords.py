"""Changing a known password, and getting over a forgotten one."""

import logging
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import SetPasswordForm
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from haizhi_portal.accounts.actions.users import change_password
from haizhi_portal.accounts.backends import may_sign_in
from haizhi_portal.accounts.entry import ANYONE, SIGNED_IN, entry
from haizhi_portal.accounts.forms.passwords import ForgottenPasswordForm, OwnPasswordForm, ResetRequestForm
from haizhi_portal.accounts.models import User
from haizhi_portal.accounts.refusals import show_on
from haizhi_portal.accounts.requests import actor_of
from haizhi_portal.accounts.reset_letters import send_reset_letters
from haizhi_portal.accounts.tasks import reset_letters
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.verdict import RuleViolation

_log = logging.getLogger(__name__)


@entry(SIGNED_IN)
@sensitive_post_parameters()
def password_change(request: HttpRequest) -> HttpResponse:
    """A new password after giving the present one; other places where one is signed in are signed out."""
    actor = actor_of(request)
    form = OwnPasswordForm(actor.user, request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                user = change_password(actor=actor, user=actor.user, password=form.cleaned_data["new_password1"])
            except RuleViolation as violation:
                status = show_on(form, violation)
            else:
                update_session_auth_hash(request, user)
                messages.success(request, _("密码已修改，在别处的登录已全部退出。"))
                return redirect("accounts:profile")
    return render(request, "accounts/password_change.html", {"form": form}, status=status)


@entry(ANYONE)
def password_reset(request: HttpRequest) -> HttpResponse:
    """Ask for a letter with a link; the answer is the same whether or not anybody has that address."""
    form = ResetRequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        _hand_over(form.cleaned_data["email"])
        return redirect("accounts:password_reset_done")
    status = 422 if request.method == "POST" else 200
    return render(request, "accounts/password_reset.html", {"form": form}, status=status)


def _hand_over(address: str) -> None:
    """Let the worker look the address up and write; without a worker do it here rather than not at all."""
    try:
        reset_letters.delay(address)
    except Exception as problem:  # whatever the transport raises
        _log.warning("reset letters are sent without the worker: %s", problem)
        try:
            send_reset_letters(address)
        except OSError as failure:
            # The answer is the same for every address, or it would tell which ones are known.
            _log.error("reset letters were not sent: %s", failure)


@entry(ANYONE)
def password_reset_done(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/password_reset_done.html")


class _Confirm(PasswordResetConfirmView):
    """The link of the letter. Its first part is the public id of an account, its second proves the letter."""

    form_class = ForgottenPasswordForm
    template_name = "accounts/password_reset_confirm.html"

    def get_user(self, uidb64: str) -> Any:
        user = User.objects.filter(public_id=uidb64).first()
        return user if user is not None and may_sign_in(user) else None

    def form_valid(self, form: SetPasswordForm) -> HttpResponse:
        here, person = actor_of(self.request), cast(User, self.user)
        actor = Actor(user=person, role=person.role, now=here.now, address=here.address)
        try:
            change_password(actor=actor, user=person, password=form.cleaned_data["new_password1"])
        except RuleViolation as violation:
            return self.render_to_response(self.get_context_data(form=form), status=show_on(form, violation))
        self.request.session.pop("_password_reset_token", None)
        messages.success(self.request, _("新密码已生效，请用它登录。"))
        return redirect("accounts:login")

    def form_invalid(self, form: SetPasswordForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


password_reset_confirm = entry(ANYONE)(_Confirm.as_view())
