"""A person's own particulars."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from haizhi_portal.accounts.actions.users import change_particulars
from haizhi_portal.accounts.entry import SIGNED_IN, entry
from haizhi_portal.accounts.forms.people import ProfileForm
from haizhi_portal.accounts.refusals import show_on
from haizhi_portal.accounts.requests import actor_of
from haizhi_portal.policy.verdict import RuleViolation


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
