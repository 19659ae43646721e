"""Registered units as staff see them: the list, and one unit with its people and its consent letter."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from haizhi_portal.accounts.actions.consent import confirm_letter, return_letter
from haizhi_portal.accounts.answers import page
from haizhi_portal.accounts.consent import Outcome, can_decide_letter
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.forms.organisations import OrganisationFilterForm, ReturnForm
from haizhi_portal.accounts.models import Organisation
from haizhi_portal.accounts.queries import organisations_with_letters, visible_letters, visible_organisations
from haizhi_portal.accounts.requests import actor_of
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import Role

PAGE = 25
READERS = (Role.DISTRICT, Role.MUNICIPAL, Role.LEADER, Role.ADMIN, Role.AUDITOR)


@entry(*READERS)
@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """Every unit this person may know of, with the state of its consent letter."""
    form = OrganisationFilterForm(request.GET)
    rows = form.narrowed(organisations_with_letters(visible_organisations(actor_of(request).user)))
    context = {"page_obj": Paginator(rows, PAGE).get_page(request.GET.get("page")), "filter_form": form}
    return render(request, "accounts/organisations.html", context)


@entry(*READERS)
@require_safe
def organisation(request: HttpRequest, public_id: str) -> HttpResponse:
    """One unit: its facts, its people, its letters, and what the society department may do about it."""
    found = get_object_or_404(visible_organisations(actor_of(request).user), public_id=public_id)
    return _page(request, found)


@entry(Role.MUNICIPAL)
@require_POST
def letter_decide(request: HttpRequest, file: str) -> HttpResponse:
    """Confirm the letter, or return it with a reason."""
    actor = actor_of(request)
    letter = get_object_or_404(visible_letters(actor.user), file__public_id=file)
    unit = letter.organisation
    if request.POST.get("act") == "confirm":
        return _done(
            request, unit, partial(confirm_letter, actor=actor, letter=letter), _("已确认，单位可以提交申报了。")
        )
    form = ReturnForm(request.POST)
    if not form.is_valid():
        return _page(request, unit, return_form=form)
    act = partial(return_letter, actor=actor, letter=letter, reason=form.cleaned_data["reason"])
    return _done(request, unit, act, _("已退回，单位管理员会收到通知。"), return_form=form)


def _done(
    request: HttpRequest, unit: Organisation, act: Callable[[], object], said: str, **forms: BaseForm
) -> HttpResponse:
    try:
        act()
    except RuleViolation as violation:
        return _page(request, unit, violation=violation, **forms)
    messages.success(request, said)
    return redirect("accounts:organisation", unit.public_id)


def _page(
    request: HttpRequest,
    found: Organisation,
    *,
    violation: RuleViolation | None = None,
    return_form: BaseForm | None = None,
) -> HttpResponse:
    actor = actor_of(request)
    letters = list(visible_letters(actor.user).filter(organisation=found))
    waiting = next((letter for letter in letters if letter.outcome == Outcome.WAITING), None)
    return_form = return_form or ReturnForm()
    context = {
        "organisation": found,
        "people": found.users.order_by("-administers", "-is_active", "name", "pk"),
        "letters": letters,
        "waiting": waiting,
        "decide": can_decide_letter(actor, waiting) if waiting else None,
        "return_form": return_form,
    }
    return page(request, "accounts/organisation.html", context, forms_shown=[return_form], violation=violation)
