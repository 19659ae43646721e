"""A person's own particulars, and the people of their unit."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from haizhi_portal.accounts.actions.users import change_particulars, create_user
from haizhi_portal.accounts.entry import SIGNED_IN, entry
from haizhi_portal.accounts.forms.people import ColleagueForm, ProfileForm
from haizhi_portal.accounts.queries import visible_users
from haizhi_portal.accounts.refusals import show_on
from haizhi_portal.accounts.requests import actor_of
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import Role

PAGE = 25


@entry(SIGNED_IN)
def profile(request: HttpRequest) -> HttpResponse:
    """Who I am to the portal, and how it reaches me."""
    actor = actor_of(request)
    user = actor.user
    form = ProfileForm(request.POST or None, initial={"name": user.name, "email": user.email, "mobile": user.mobile})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                change_particulars(actor=actor, **form.cleaned_data)
            except RuleViolation as violation:
                status = show_on(form, violation)
            else:
                messages.success(request, _("已保存。"))
                return redirect("accounts:profile")
    return render(request, "accounts/profile.html", {"form": form}, status=status)


@entry(Role.APPLICANT)
def colleagues(request: HttpRequest) -> HttpResponse:
    """Everybody of my unit who has an account, present and former."""
    people = visible_users(actor_of(request).user).order_by("-is_active", "name", "pk")
    page = Paginator(people, PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/colleagues.html", {"page_obj": page})


@entry(Role.APPLICANT)
@sensitive_post_parameters()
def colleague_new(request: HttpRequest) -> HttpResponse:
    """An account for a colleague, with a first password to pass on."""
    actor = actor_of(request)
    form = ColleagueForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                person = create_user(
                    actor=actor, role=Role.APPLICANT, organisation=actor.user.organisation, **form.account()
                )
            except RuleViolation as violation:
                status = show_on(form, violation)
            else:
                messages.success(
                    request,
                    _("%(name)s 的账号已开设。请把登录名和初始密码当面告诉本人，并提醒登录后修改。")
                    % {"name": person.name},
                )
                return redirect("accounts:colleagues")
    return render(request, "accounts/colleague_new.html", {"form": form}, status=status)
