"""An application's own page, its versions, its files and its printed form."""

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from applications import rules
from applications.deadlines import deadlines
from applications.models import Application, Routing, Submission
from applications.papers import copies_of_current_version, current_submission
from applications.queries import submissions_visible_to, visible_to
from applications.sections import open_sections, section_states
from applications.standing import standing, state_words
from applications.versions import differences
from applications.views.finding import application_for, trail_to
from applications.views.handling_box import handling_box
from applications.views.next_step import next_step, other_steps
from applications.views.reading import files, parts
from applications.views.thread import thread_box
from applications.views.timeline import events
from haizhi_portal.accounts.answers import page
from haizhi_portal.accounts.calendars import calendar_answer, calendar_file
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.files.store import respond
from haizhi_portal.policy.words import KIND_LABELS, LEVEL_LABELS, Role, route_label

READERS = ("applicant", "district", "municipal", "leader", "auditor")


@entry(*READERS)
def detail(request: PortalRequest, number: str) -> HttpResponse:
    """Where the application stands, whose move it is, and everything that happened to it."""
    seen = get_object_or_404(visible_to(request.user), number=number)
    if getattr(seen, "own_act_only", False):
        return _own_act(request, seen)
    application, actor = application_for(request, number), actor_of(request)
    last = current_submission(application)
    context = {
        "application": application,
        "eyebrow": _("%(year)s 年度申报 %(number)s") % {"year": application.call.year, "number": number},
        "status": state_words(application, request.today),
        "destination": str(application.body or _("市科协学会部")) if application.route else "",
        "standing": standing(application, request.today, request.user),
        "step": next_step(actor, application),
        "others": other_steps(actor, application),
        "handling": handling_box(actor, application),
        "facts": _facts(application, request),
        "events": events(application, request.user),
        "deadlines": deadlines(application, request.today),
        "versions": submissions_visible_to(request.user).filter(application=application).order_by("-version"),
        "tasks": _tasks(application, request) if request.user.role == Role.APPLICANT else [],
        "closes_at": rules.closing_instant(application, request.now) if request.user.role == Role.APPLICANT else None,
        "last": last,
        "files": files(last.content) if last else [],
        "changes": differences(last, application) if last and _is_correcting(application, request) else [],
        **(thread_box(request, application) if last else {}),
    }
    return page(request, "applications/detail.html", context)


@entry(*READERS)
def version(request: PortalRequest, number: str, version: int) -> HttpResponse:
    """One frozen version, with what changed since the one before, or since another one (``?from=``)."""
    application = application_for(request, number)
    rows = submissions_visible_to(request.user).filter(application=application)
    found = get_object_or_404(rows, version=version)
    others = list(rows.exclude(pk=found.pk))
    older = compared_with(found, others, request.GET.get("from", ""))
    context = {
        "application": application,
        "submission": found,
        "changes": differences(older, found) if older else [],
        "older": older,
        "others": others,
        "parts": parts(found.content),
        "trail": trail_to(application),
    }
    return page(request, "applications/version.html", context)


@entry(*READERS)
def calendar(request: PortalRequest, number: str) -> HttpResponse:
    """The days the application still has before it, as a calendar file."""
    application = application_for(request, number)
    name = _("海智工作基地申报 %(number)s") % {"number": number}
    content = calendar_file(name, deadlines(application, request.today), request.now)
    return calendar_answer(content, f"haizhi-{number}.ics")


@entry(*READERS)
def print_form(request: PortalRequest, number: str) -> HttpResponseBase:
    """The printed form of the current version, as the worker rendered it."""
    application = application_for(request, number)
    found = current_submission(application)
    if found is None:
        raise Http404
    document = found.print
    if document is not None and document.file is not None:
        return respond(document.file, inline=True)
    context = {"application": application, "submission": found, "document": document, "trail": trail_to(application)}
    return render(request, "applications/printing.html", context, status=202)


def compared_with(found: Submission, others: list[Submission], asked: str) -> Submission | None:
    """The version asked for in the address; without one, or for one there is none of, the one just before."""
    by_version = {each.version: each for each in others}
    wanted = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 0
    return by_version.get(wanted) or by_version.get(found.version - 1)


def _own_act(request: PortalRequest, application: Application) -> HttpResponse:
    """What remains visible to a district that handed an application on: that it did, when, why and where to."""
    acts = Routing.objects.filter(
        application=application, decided_by__reviewing_body_id=request.user.reviewing_body_id
    ).select_related("decided_by")
    rows = [
        (act, _("由%(old)s转%(new)s") % {"old": route_label(act.previous_route), "new": route_label(act.route)})
        for act in acts
    ]
    return page(request, "applications/own_act.html", {"application": application, "acts": rows})


def _is_correcting(application: Application, request: PortalRequest) -> bool:
    return request.user.role == Role.APPLICANT and application.state in rules.RETURNED


def _tasks(application: Application, request: PortalRequest) -> list[dict[str, Any]]:
    """The sections of the form with their status, linked while they can be changed."""
    editable = bool(rules.can_edit(actor_of(request), application))
    if not editable:
        return []
    open_to = open_sections(application, request.today)
    return [
        {
            "title": state.title,
            "url": reverse("applications:section", args=[application.number, state.key])
            if state.key in open_to
            else "",
            "status": state.status,
            "status_tone": state.tone,
            "hint": _("审核意见：%(words)s") % {"words": state.remark}
            if state.remark
            else (_("还差 %(count)d 处") % {"count": len(state.missing)} if state.missing else "")
            or (_("这次退回没有要求修改，保持原样。") if state.key not in open_to else ""),
        }
        for state in section_states(application, request.today)
    ]


def _facts(application: Application, request: PortalRequest) -> list[tuple[str, Any]]:
    organisation = application.organisation
    rows: list[tuple[str, Any]] = [
        (_("申报单位"), organisation.name),
        (_("统一社会信用代码"), organisation.credit_code),
        (_("单位性质"), KIND_LABELS[organisation.kind]),
        (_("隶属关系"), LEVEL_LABELS[organisation.level]),
        (_("所在辖区"), organisation.jurisdiction.name),
        (_("年度"), application.call.year),
    ]
    if application.submitted_at:
        needed = rules.copies_needed(application.call)
        received = copies_of_current_version(application)
        rows += [
            (_("报送去向"), route_label(application.route)),
            (_("盖章纸质材料"), _("已收 %(got)d 份，应交 %(all)d 份") % {"got": received, "all": needed}),
            (_("指标版本"), application.edition),
        ]
    for other in visible_to(request.user).filter(Q(pk=application.reopens_id) | Q(reopens=application)):
        label = _("由此重新申报") if other.pk == application.reopens_id else _("已重新申报为")
        address = reverse("applications:detail", args=[other.number])
        rows.append((label, format_html('<a href="{}">{}</a>', address, other.number)))
    if application.base is not None:
        rows.append((_("基地编号"), application.base.number))
    return rows
