"""Registered units as staff see them: the list, and one unit with its people and its consent letter."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import BaseForm
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from haizhi_portal.accounts.actions.administration import restore_access
from haizhi_portal.accounts.actions.consent import confirm_letter, return_letter
from haizhi_portal.accounts.answers import page, placed, typed
from haizhi_portal.accounts.consent import Outcome, can_decide_letter, last_letter
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.forms.organisations import OrganisationFilterForm, RestoreForm, ReturnForm
from haizhi_portal.accounts.invitations import can_restore
from haizhi_portal.accounts.models import Organisation
from haizhi_portal.accounts.queries import (
    organisations_with_letters,
    reads_letters,
    visible_invitations,
    visible_letters,
    visible_organisations,
)
from haizhi_portal.accounts.requests import actor_of
from haizhi_portal.files.store import respond
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


@entry(Role.MUNICIPAL, Role.ADMIN)
@require_POST
def restore(request: HttpRequest, public_id: str) -> HttpResponse:
    """Appoint a new administrator for a unit whose own left or lost access."""
    actor = actor_of(request)
    unit = get_object_or_404(visible_organisations(actor.user), public_id=public_id)
    form = RestoreForm(request.POST, request.FILES, auto_id="restore_%s")
    if not form.is_valid():
        return _page(request, unit, restore_form=form)
    answers = form.cleaned_data
    try:
        restore_access(
            actor=actor,
            organisation=unit,
            email=answers["email"],
            reason=answers["reason"],
            evidence=answers["file"],
        )
    except RuleViolation as violation:
        left = placed(violation, form)
        return _page(request, unit, restore_form=form, violation=left)
    messages.success(request, _("邀请已发出。原管理员的账号已停用，本单位的登录已全部退出。"))
    return redirect("accounts:organisation", unit.public_id)


@entry(Role.MUNICIPAL, Role.ADMIN)
@require_safe
def evidence_file(request: HttpRequest, file: str) -> FileResponse:
    """What a restoration was based on."""
    invitation = get_object_or_404(visible_invitations(actor_of(request).user), evidence__public_id=file)
    evidence = invitation.evidence
    if evidence is None:
        raise Http404
    return respond(evidence, inline=True)


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
    restore_form: BaseForm | None = None,
) -> HttpResponse:
    actor = actor_of(request)
    letters = list(visible_letters(actor.user).filter(organisation=found))
    waiting = next((letter for letter in letters if letter.outcome == Outcome.WAITING), None)
    decide = can_decide_letter(actor, waiting) if waiting else None
    reads = reads_letters(actor.user)
    last = next(iter(letters), None) if reads else last_letter(found)
    people = list(found.users.order_by("-administers", "-is_active", "name", "pk"))
    return_form, restore_form = return_form or ReturnForm(), restore_form or RestoreForm(auto_id="restore_%s")
    appointments = visible_invitations(actor.user).filter(organisation=found, administers=True)
    context = {
        "organisation": found,
        "people": people,
        "letters": letters,
        "reads_letters": reads,
        "outcome": last.outcome if last else "",
        "administrator": any(person.administers for person in people),
        "waiting": waiting,
        "decide": decide,
        "return_form": return_form,
        "typed": [] if decide else typed(return_form),
        "may_restore": can_restore(actor),
        "restore_form": restore_form,
        "restore_effects": [
            _("现任管理员的账号立即停用，本单位所有人在各处的登录全部退出。"),
            _("没有接受的邀请全部撤回。"),
            _("新任管理员收到邮件，接受邀请后即可管理本单位的账号。"),
        ],
        "appointments": [(each, each.state_at(actor.now)) for each in appointments],
    }
    shown = [return_form, restore_form]
    return page(request, "accounts/organisation.html", context, forms_shown=shown, violation=violation)
