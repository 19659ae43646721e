"""The thread between the unit and the office that has its application: read, answered, its files."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from applications import rules
from applications.actions import thread as thread_actions
from applications.forms.thread import MessageForm
from applications.models import Application, ThreadEntry
from applications.rules.offices import office_name, office_of
from applications.threads import READING, TALKING, entries_visible_to, unread_applications, unread_entries
from applications.views.finding import application_for, trail_to
from haizhi_portal.accounts.answers import page, placed, typed
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.files.models import StoredFile
from haizhi_portal.files.store import respond
from haizhi_portal.policy.stored import figures_on
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import Role


@dataclass(frozen=True, slots=True)
class Line:
    """One entry in words: who is named is the office for the unit, office and person for the offices."""

    entry: str
    who: str
    mine: bool
    new: bool
    text: str
    sent_at: datetime
    file: StoredFile | None


@entry(*READING)
def thread(request: PortalRequest, number: str) -> HttpResponse:
    """The thread by itself; a message sent comes back to the application's page."""
    application = application_for(request, number)
    form = message_form(request)
    violation: RuleViolation | None = None
    if request.method == "POST" and form.is_valid():
        try:
            thread_actions.send_message(
                actor=actor_of(request),
                application=application,
                text=form.cleaned_data["text"],
                upload=form.cleaned_data["file"],
            )
        except RuleViolation as refused:
            violation = placed(refused, form)
        else:
            messages.success(request, _("留言已发出。"))
            return redirect(thread_actions.thread_link(application))
    box = thread_box(request, application, form)
    gone = typed(form) if box["thread_form"] is None else []
    context = {"application": application, "trail": trail_to(application), "typed": gone, **box}
    return page(request, "applications/thread.html", context, forms_shown=[form], violation=violation)


@entry(*READING)
def thread_file(request: PortalRequest, number: str, entry: str) -> HttpResponseBase:
    """A file sent along, for whoever may read what it was sent with."""
    application = application_for(request, number)
    found = entries_visible_to(request.user).filter(application=application, public_id=entry).first()
    if found is None or found.file is None:
        raise Http404
    return respond(found.file)


@entry(*TALKING)
def unread(request: PortalRequest) -> HttpResponse:
    """The applications in whose threads something is unread; where it is one alone, that one itself."""
    rows = list(unread_applications(request.user))
    if len(rows) == 1:
        return redirect(thread_actions.thread_link(rows[0]))
    return page(request, "applications/threads.html", {"rows": rows})


def message_form(request: PortalRequest) -> MessageForm:
    megabytes = figures_on(request.today).upload_max_megabytes
    return MessageForm(request.POST or None, request.FILES or None, megabytes=megabytes)


def thread_box(request: PortalRequest, application: Application, form: MessageForm | None = None) -> dict[str, Any]:
    """What the thread's part of a page needs; what was unread counts as read from then on."""
    actor = actor_of(request)
    new = set(unread_entries(request.user).filter(application=application).values_list("pk", flat=True))
    rows = list(entries_visible_to(request.user).filter(application=application))
    if new:
        thread_actions.mark_read(actor=actor, application=application)
    verdict = rules.can_write(actor, application)
    other = application.organisation.name if request.user.role != Role.APPLICANT else _office(application, request)
    return {
        "thread": [_line(row, request, row.pk in new) for row in rows],
        "thread_form": (form or message_form(request)) if verdict else None,
        "thread_closed": verdict.reason,
        "thread_with": other,
    }


def _office(application: Application, request: PortalRequest) -> str:
    return office_name(office_of(application, request.today))


def _line(row: ThreadEntry, request: PortalRequest, new: bool) -> Line:
    reader = request.user
    applicant = reader.role == Role.APPLICANT
    if row.by_office:
        office = office_name(row.body)
        who = office if applicant else f"{office} {row.sent_by.name}"
    else:
        who = row.sent_by.name if applicant else row.application.organisation.name
    mine = row.by_office != applicant
    return Line(row.public_id, who, mine, new, row.text, row.sent_at, row.file)
