"""Filling in the form: one section after the other, saved by the button and while one types."""

from collections.abc import Collection
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from applications import rules
from applications.forms.rows import rows_changed
from applications.forms.section import SectionForm
from applications.models import Application, Filling
from applications.sections import (
    SECTIONS,
    STATUSES,
    Section,
    SectionState,
    open_remarks,
    open_sections,
    section_states,
)
from applications.versions import Difference, differences
from applications.views.asking import aside_from, condition_groups, section_form
from applications.views.finding import application_for, place_in_form, section_named, trail_to
from applications.views.said_of import said_of
from applications.views.section_saving import (
    ASIDE,
    COMPARE,
    KEPT,
    REFUSED,
    SAVED,
    STALE,
    STOP,
    Outcome,
    clashes,
    closed_draft,
    save,
    stale,
    typed_again,
    words_of_mistakes,
)
from applications.views.uploads import upload_words, uploads_of
from haizhi_portal.accounts.answers import page
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.requests import PortalRequest, actor_of, wants_json
from resources.models import Partner


@entry("applicant")
def section(request: PortalRequest, number: str, section: str) -> HttpResponse:
    """Fill in one section; what a colleague saved meanwhile is shown beside what was typed here.

    The page itself asks for JSON when it saves what is being typed.
    """
    application, asked = application_for(request, number), section_named(section)
    if request.method != "POST" or not asked.fields:
        return _opened(request, application, asked)
    more = rows_changed(request.POST, {each.key: each for each in asked.fields if each.kind == "rows"})
    if more is not None:
        typed = section_form(application, asked, more).as_typed()
        return _shown(
            request, asked, Outcome("", section_form(application, asked, typed=typed), application), status=200
        )
    if COMPARE in request.POST:
        compared = stale(request, application, asked, None)
        return _shown(request, asked, compared, status=200)
    outcome = save(request, application, asked)
    if wants_json(request):
        return outcome.as_json()
    if outcome.word == SAVED and not outcome.mistakes:
        said = _("“%(title)s”已保存。") % {"title": _(asked.title)}
        # The page that comes next forgets what this computer kept of the section meanwhile.
        about = f"saved:{number}:{asked.key}"
        messages.success(request, said + closed_draft(application, request.today), extra_tags=about)
        return redirect(_after(request, application, asked))
    if outcome.word == SAVED:
        data = request.POST.copy()
        data["version"] = str(outcome.application.version)
        outcome.form = section_form(application, asked, data)
    return _shown(request, asked, outcome, status=422)


@entry("applicant")
@require_safe
def state(request: PortalRequest, number: str, section: str) -> JsonResponse:
    """Who is signed in here, and by whom and when the section was saved last: what an open page has to know."""
    application, asked = application_for(request, number), section_named(section)
    filling = _filling(application, asked)
    return JsonResponse(
        {
            "person": request.user.public_id,
            "token": get_token(request),
            "version": filling.version,
            "saved": _saved_by(filling, request),
        }
    )


def _opened(request: PortalRequest, application: Application, asked: Section) -> HttpResponse:
    """The section as it is saved; what was typed and could not be an answer, or came too late, comes back with it."""
    verdict = rules.can_edit_section(actor_of(request), application, asked.key)
    if not verdict:
        messages.info(request, verdict.reason)
        return redirect("applications:detail", number=application.number)
    filling, saved = _filling(application, asked), application.answers.get(asked.key, {})
    outcome = Outcome("", section_form(application, asked), application)
    if filling.late is not None:
        late = filling.late["answers"]
        filling.typed, filling.mistakes = filling.late["typed"], filling.late["mistakes"]
        outcome.form = SectionForm(section=asked, initial=SectionForm.initial_of(asked, late, application.version))
        outcome.said = _("%(when)s（截止之后）填写的内容没有丢失，已放在表单里；保存后生效。") % {
            "when": timezone.localtime(filling.late_at).strftime("%Y-%m-%d %H:%M")
        }
    if filling.mistakes:
        outcome.form = typed_again(filling, asked, application.version)
    if filling.late is not None:
        wrong = words_of_mistakes(outcome.form) if outcome.form.is_bound else {}
        outcome.clashes = clashes(asked, late, saved, wrong=wrong)
    return _shown(request, asked, outcome, status=200)


def _shown(request: PortalRequest, asked: Section, outcome: Outcome, *, status: int) -> HttpResponse:
    application, form = outcome.application, outcome.form
    filling = _filling(application, asked)
    states = section_states(application, request.today)
    own = next(each for each in states if each.key == asked.key)
    untouched = str(STATUSES["untouched"][0])
    changes = _changes(application, asked)
    context = {
        "application": application,
        "section": asked,
        "title": _(asked.title),
        "lead": _(asked.lead),
        "form": form,
        "groups": condition_groups(form, application, request.today) if asked.key == "conditions" else [],
        "clashes": outcome.clashes,
        "clash_columns": [_("您填的"), _saved_by(filling, request) or _("已保存的")],
        "comparing": outcome.word in (STALE, REFUSED) or bool(outcome.clashes),
        "notice": outcome.said if outcome.word in ("", KEPT) else "",
        "kept": outcome.word == KEPT,
        "remark": open_remarks(application).get(asked.key, ""),
        "changes": changes,
        "said": said_of(request.user, application, asked, changes),
        "uploads": uploads_of(application, request.today) if asked.key == "materials" else [],
        "upload_words": upload_words(),
        "partners": _partners(application, request) if asked.key == "channels" else [],
        "following": _following(request, application, asked),
        "steps": _steps(application, states, asked, open_sections(application, request.today)),
        "lacking": []
        if form.is_bound or own.status == untouched
        else [(each.text, place_in_form(application, each)) for each in own.missing],
        "closed": closed_draft(application, request.today),
        "closes_at": rules.closing_instant(application, request.now),
        "trail": trail_to(application),
    }
    violation = outcome.violation if outcome.word != KEPT else None
    answer = page(request, "applications/section.html", context, violation=violation)
    if answer.status_code == 200:
        answer.status_code = status
    return answer


def _filling(application: Application, asked: Section) -> Filling:
    found = application.fillings.filter(section=asked.key).select_related("saved_by").first()
    return found or Filling(application=application, section=asked.key)


def _saved_by(filling: Filling, request: PortalRequest) -> str:
    """By whom and when it was saved last, in words; nothing for what never was."""
    if filling.saved_at is None or filling.saved_by is None:
        return ""
    saved_at = timezone.localtime(filling.saved_at)
    when = saved_at.strftime("%H:%M" if saved_at.date() == request.today else "%Y-%m-%d %H:%M")
    who = _("您在别处") if filling.saved_by_id == request.user.pk else filling.saved_by.name
    return _("%(who)s %(when)s 保存的") % {"who": who, "when": when}


def _steps(
    application: Application, states: list[SectionState], asked: Section, open_to: Collection[str]
) -> list[dict[str, Any]]:
    """The way through the form, section by section, with where each stands; what may not change has no link."""
    return [
        {
            "title": each.title,
            "url": _page_of(application, each.key) if each.key in open_to else "",
            "status": each.status,
            "tone": each.tone,
            "here": each.key == asked.key,
        }
        for each in states
    ]


def _page_of(application: Application, key: str) -> str:
    return reverse("applications:section", args=[application.number, key])


def _following(request: PortalRequest, application: Application, asked: Section) -> Section | None:
    """The next section that may be changed."""
    keys, open_to = list(SECTIONS), open_sections(application, request.today)
    after = keys[keys.index(asked.key) + 1 :]
    return next((SECTIONS[key] for key in after if key in open_to), None)


def _after(request: PortalRequest, application: Application, asked: Section) -> str:
    """The next section; the task list when the person asked for it or nothing follows; else what the button names."""
    if aside := aside_from(request.POST.get(ASIDE, ""), application, asked):
        return aside
    following = _following(request, application, asked)
    if STOP in request.POST or following is None:
        return reverse("applications:detail", args=[application.number])
    return _page_of(application, following.key)


def _changes(application: Application, asked: Section) -> list[Difference]:
    last = application.submissions.order_by("-version").first()
    if last is None:
        return []
    return [each for each in differences(last, application) if each.section == asked.key]


def _partners(application: Application, request: PortalRequest) -> list[tuple[Partner, bool]]:
    """The unit's partners, each with whether the partnership holds today."""
    rows = application.organisation.partners.filter(removed_at__isnull=True)
    return [(partner, partner.in_force_on(request.today)) for partner in rows]
