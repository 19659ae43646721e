"""An organisation opens its account space."""

from django.contrib import messages
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from haizhi_portal.accounts.actions.registration import check_eligibility, register_organisation
from haizhi_portal.accounts.backends import BACKEND
from haizhi_portal.accounts.entry import ANYONE, entry
from haizhi_portal.accounts.forms.registration import RegistrationForm
from haizhi_portal.accounts.refusals import show_on
from haizhi_portal.accounts.requests import actor_of
from haizhi_portal.policy.routing import route
from haizhi_portal.policy.verdict import RuleViolation


@entry(ANYONE)
@sensitive_post_parameters()
def register(request: HttpRequest) -> HttpResponse:
    """The page of registration; its first part can be checked on its own. What was typed survives every answer."""
    if request.user.is_authenticated:
        return redirect("site:home")
    if request.method != "POST":
        return _page(request, RegistrationForm(initial=request.GET.dict()))
    if "check" in request.POST:
        return _check(request)
    form = RegistrationForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    answers = form.cleaned_data
    try:
        person = register_organisation(
            actor=actor_of(request),
            **form.unit(),
            **{key: answers[key] for key in _ACTION_ANSWERS},
        )
    except RuleViolation as violation:
        return _page(request, form, status=show_on(form, violation))
    login(request, person, backend=BACKEND)
    messages.success(request, _("%(unit)s已注册，您已登录。可以开始准备申报了。") % {"unit": person.organisation})
    return redirect("site:home")


_ACTION_ANSWERS = (
    "name",
    "jurisdiction",
    "legal_representative",
    "address",
    "username",
    "password",
    "person_name",
    "email",
    "mobile",
)


def _check(request: HttpRequest) -> HttpResponse:
    form = RegistrationForm(request.POST, only_eligibility=True)
    if not form.is_valid():
        return _page(request, form, status=422)
    unit, place = form.unit(), form.cleaned_data["jurisdiction"]
    try:
        check_eligibility(**unit)
        form.answer = route(kind=unit["kind"], level=unit["level"], jurisdiction=place.code if place else None)
    except RuleViolation as violation:
        return _page(request, form, status=show_on(form, violation))
    return _page(request, form)


def _page(request: HttpRequest, form: RegistrationForm, *, status: int = 200) -> HttpResponse:
    return render(request, "accounts/register.html", {"form": form}, status=status)
