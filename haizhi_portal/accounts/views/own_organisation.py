"""The applicant's own unit: its facts, and the legal representative's consent letter."""

from typing import cast

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from haizhi_portal.accounts.actions.consent import upload_letter
from haizhi_portal.accounts.consent import administrator_of, can_upload_letter
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.forms.organisations import LetterForm
from haizhi_portal.accounts.models import Organisation
from haizhi_portal.accounts.queries import visible_letters
from haizhi_portal.accounts.refusals import show_on
from haizhi_portal.accounts.requests import actor_of
from haizhi_portal.files.store import respond
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import Role


@entry(Role.APPLICANT)
def own_organisation(request: HttpRequest) -> HttpResponse:
    """Where the consent letter stands, and the form to hand it in."""
    actor = actor_of(request)
    organisation = cast(Organisation, actor.user.organisation)
    form, status = LetterForm(), 200
    if request.method == "POST":
        form, status = LetterForm(request.POST, request.FILES), 422
        if form.is_valid():
            try:
                upload_letter(actor=actor, organisation=organisation, upload=form.cleaned_data["file"])
            except RuleViolation as violation:
                status = show_on(form, violation)
            else:
                messages.success(request, _("同意书已上传，市科协学会部确认后会通知您。"))
                return redirect("accounts:own_organisation")
    context = {
        "organisation": organisation,
        "administrator": administrator_of(organisation),
        "letters": list(visible_letters(actor.user)),
        "upload": can_upload_letter(actor, organisation),
        "form": form,
    }
    return render(request, "accounts/own_organisation.html", context, status=status)


@entry(Role.APPLICANT)
@require_safe
def letter_template(request: HttpRequest) -> HttpResponse:
    """The letter with the unit's facts filled in, to be printed, signed and stamped."""
    organisation = cast(Organisation, actor_of(request).user.organisation)
    context = {"organisation": organisation, "administrator": administrator_of(organisation)}
    return render(request, "accounts/letter_template.html", context)


@entry(Role.APPLICANT, Role.DISTRICT, Role.MUNICIPAL, Role.LEADER, Role.AUDITOR)
@require_safe
def letter_file(request: HttpRequest, file: str) -> FileResponse:
    """One consent letter as it was uploaded."""
    letter = get_object_or_404(visible_letters(actor_of(request).user), file__public_id=file)
    return respond(letter.file, inline=True)
