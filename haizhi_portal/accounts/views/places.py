"""Which body reviews for which district or zone."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from haizhi_portal.accounts.actions.places import add_body, change_body, change_reviewing_body
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.forms.places import BodyForm, PlaceForm
from haizhi_portal.accounts.models import Jurisdiction
from haizhi_portal.accounts.refusals import show_on
from haizhi_portal.accounts.requests import actor_of
from haizhi_portal.accounts.rules import can_edit_places
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import Role


@entry(Role.MUNICIPAL, Role.LEADER, Role.ADMIN)
def places(request: HttpRequest) -> HttpResponse:
    """The table of jurisdictions with their reviewing bodies."""
    context = {
        "places": Jurisdiction.objects.select_related("reviewing_body"),
        "may_edit": can_edit_places(actor_of(request)),
    }
    return render(request, "accounts/places.html", context)


@entry(Role.MUNICIPAL)
def place(request: HttpRequest, code: str) -> HttpResponse:
    """One jurisdiction: let another body review, or change the present one's particulars."""
    found = get_object_or_404(Jurisdiction.objects.select_related("reviewing_body"), code=code)
    body = found.reviewing_body
    act = request.POST.get("act") if request.method == "POST" else None
    choice = PlaceForm(request.POST if act == "choose" else None, auto_id="choose_%s", initial={"reviewing_body": body})
    particulars = BodyForm(
        request.POST if act == "change" else None,
        auto_id="change_%s",
        initial={"name": body.name, "kind": body.kind, "telephone": body.telephone},
    )
    form = {"choose": choice, "change": particulars}.get(act or "")
    status = 422 if request.method == "POST" else 200
    if form is not None and form.is_valid():
        actor = actor_of(request)
        try:
            if act == "choose":
                change_reviewing_body(actor=actor, jurisdiction=found, **form.cleaned_data)
            else:
                change_body(actor=actor, reviewing_body=body, **form.cleaned_data)
        except RuleViolation as violation:
            status = show_on(form, violation)
        else:
            messages.success(request, _("已保存，从现在起照此办理。"))
            return redirect("accounts:places")
    context = {"place": found, "choice": choice, "particulars": particulars}
    return render(request, "accounts/place.html", context, status=status)


@entry(Role.MUNICIPAL)
def body_new(request: HttpRequest) -> HttpResponse:
    """A reviewing body that is not in the table yet."""
    form = BodyForm(request.POST or None)
    status = 422 if request.method == "POST" else 200
    if request.method == "POST" and form.is_valid():
        try:
            body = add_body(actor=actor_of(request), **form.cleaned_data)
        except RuleViolation as violation:
            status = show_on(form, violation)
        else:
            messages.success(request, _("%(body)s已加入。请打开相应的辖区，选它为审核单位。") % {"body": body.name})
            return redirect("accounts:places")
    return render(request, "accounts/body_new.html", {"form": form}, status=status)
