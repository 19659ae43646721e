"""Coming in, going out, and what happens when neither works."""

from datetime import datetime
from math import ceil
from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView, redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from haizhi_portal.accounts.entry import ANYONE, SIGNED_IN, entry
from haizhi_portal.accounts.forms.sign_in import ResumeForm, SignInForm
from haizhi_portal.accounts.lockouts import locked_until
from haizhi_portal.accounts.models import User
from haizhi_portal.accounts.resuming import carried_by, go_on, keep, resume_page
from haizhi_portal.accounts.second_factor import still_to_do


class _SignIn(LoginView):
    form_class = SignInForm
    template_name = "accounts/sign_in.html"
    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Who gave the password already is asked for the second step, not for the password again."""
        if request.method != "POST" and getattr(request, "half_signed_in", None) is not None:
            return redirect_to_login(self.get_success_url(), login_url=resolve_url("accounts:second_factor"))
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        demo_people = (
            User.objects.filter(is_demo=True, is_active=True)
            .select_related("organisation", "reviewing_body")
            .order_by("pk")
            if settings.PORTAL_DEMO
            else User.objects.none()
        )
        return super().get_context_data(
            demo_people=demo_people, session_minutes=settings.SESSION_COOKIE_AGE // 60, **kwargs
        )

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)


sign_in = entry(ANYONE)(_SignIn.as_view())
sign_out = entry(ANYONE)(LogoutView.as_view())


def locked_out(request: HttpRequest, response: HttpResponse | None, credentials: dict[str, Any] | None) -> HttpResponse:
    """The answer to somebody who failed too often: until when to wait, and what to do meanwhile."""
    now = timezone.now()
    name = str((credentials or {}).get("username") or request.POST.get("username", ""))
    until = locked_until(name, now, request.META.get("REMOTE_ADDR")) or now + settings.AXES_COOLOFF_TIME
    seconds = max(1, ceil((until - now).total_seconds()))
    page = render(
        request,
        "accounts/locked_out.html",
        {"until": _business_time(request, until, now), "minutes": ceil(seconds / 60)},
        status=429,
    )
    page["Retry-After"] = str(seconds)
    return page


def _business_time(request: HttpRequest, until: datetime, now: datetime) -> datetime:
    """The instant on the calendar the pages live on, which a demonstration may have moved."""
    business_now: datetime = getattr(request, "now", now)
    return business_now + (until - now)


@entry(ANYONE)
@sensitive_post_parameters()
@never_cache
@require_POST
def resume(request: HttpRequest) -> HttpResponse:
    """Sign in again and show what was about to be sent, with the button that sends it."""
    form = ResumeForm(request, data=request.POST)
    if not form.is_valid():
        return resume_page(request, form, status=422)
    person = form.get_user()
    login(request, person)
    letter = carried_by(form)
    if letter is not None:
        keep(request, letter)
    if still_to_do(person, request.session):
        return redirect("accounts:second_factor")
    return go_on(request, "")


@entry(SIGNED_IN)
def signed_in_again(request: HttpRequest) -> HttpResponse:
    """Where signing in leads when a page in another window waits to go on saving."""
    return render(request, "accounts/signed_in_again.html")
