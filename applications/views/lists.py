"""The list of applications: searched, filtered, sorted and paged by what stands in the address."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from applications import rules
from applications.forms.lists import TURNS, ListFilterForm, whose_turn
from applications.models import Application, Call, Submission
from applications.queries import current_call, visible_to
from applications.rules.offices import colleagues, with_handlers
from applications.rules.waiting import overdue, with_turns
from applications.standing import state_words
from applications.views.bulk_verbs import VERBS
from applications.views.object_page import READERS
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.models import User
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.policy.periods import local_day
from haizhi_portal.policy.words import Role, route_label

PAGE_SIZE = 20
State = Application.State
TONES: dict[str, str] = {
    State.DRAFT: "idle",
    State.DISTRICT_REVIEW: "wait",
    State.DISTRICT_RETURNED: "act",
    State.INITIAL_REVIEW: "wait",
    State.INITIAL_RETURNED: "act",
    State.CERTIFICATION: "wait",
    State.APPROVED: "seal",
    State.LICENSED: "done",
    State.DECLINED: "stop",
    State.WITHDRAWN: "stop",
    State.LAPSED: "stop",
}


@entry(*READERS, "expert")
def listing(request: PortalRequest) -> HttpResponse:
    """The applications this person may see; an expert is led to the assignments instead."""
    if request.user.role == Role.EXPERT:
        return redirect("applications:assignments")
    staff = request.user.role != Role.APPLICANT
    rows, form = queue(request, request.GET)
    page_obj = Paginator(form.narrowed(rows), PAGE_SIZE).get_page(request.GET.get("page"))
    acting = request.user.role in (Role.DISTRICT, Role.MUNICIPAL)
    context: dict[str, Any] = {
        "page_obj": page_obj,
        "filter_form": form if staff or page_obj.paginator.count or request.GET else None,
        "lines": [_line(row, request) for row in page_obj.object_list],
        "staff": staff,
        "tabs": _tabs(request, rows, form) if staff else [],
        "turn": form.cleaned_data.get("turn", ""),
        "verbs": [(key, verb.title) for key, verb in VERBS.items()] if acting else [],
        "asked": request.GET.urlencode(),
        "searching": any(request.GET.get(key) for key in form.fields if key not in ("sort", "turn")),
        **(_beginning(request) if not staff else {}),
    }
    return render(request, "applications/list.html", context)


def queue(request: PortalRequest, asked: Mapping[str, Any]) -> tuple[QuerySet[Application], ListFilterForm]:
    """Everything the person may see with whose move it is and who handles it, and the filters to narrow it by."""
    user, today = request.user, request.today
    years = list(Call.objects.order_by("-year").values_list("year", flat=True))
    people: list[User] = []
    if user.role != Role.APPLICANT:
        people = list(colleagues(user.reviewing_body if user.role == Role.DISTRICT else None).order_by("name", "pk"))
    form = ListFilterForm(asked, years=years, reader=user, handlers=people, today=today)
    rows = with_handlers(with_turns(visible_to(user), today), user, today)
    return rows.annotate(versions=Subquery(_latest_version())), form


def _latest_version() -> QuerySet[Any]:
    return Submission.objects.filter(application=OuterRef("pk")).order_by("-version").values("version")[:1]


def _tabs(request: PortalRequest, rows: QuerySet[Application], form: ListFilterForm) -> list[dict[str, Any]]:
    """Whose move it is, each with its number under the other filters, and how many are overdue."""
    held = whose_turn(request.user)
    living = form.narrowed(rows, any_turn=True).filter(Q(own_act_only=False), state__in=Application.LIVE).order_by()
    late = overdue(request.today)
    counts = living.aggregate(
        **{turn: Count("pk", filter=each) for turn, each in held.items()},
        **{f"late_{turn}": Count("pk", filter=each & late) for turn, each in held.items()},
    )
    kept = [(key, value) for key, value in request.GET.items() if key not in ("turn", "page")]
    return [
        {
            "key": turn,
            "label": label,
            "count": counts.get(turn),
            "late": counts.get(f"late_{turn}", 0),
            "url": "?" + urlencode([*kept, *([("turn", turn)] if turn else [])]),
        }
        for turn, label in TURNS.items()
    ]


def _line(row: Any, request: PortalRequest) -> dict[str, Any]:
    """One row in words; a district that handed it on learns nothing beyond that."""
    submitted_on = local_day(row.submitted_at) if row.submitted_at else None
    if row.own_act_only:
        return {
            "row": row,
            "status": _("已移交"),
            "tone": "idle",
            "route": "",
            "by": None,
            "submitted_on": submitted_on,
            "mover": "",
            "days": None,
            "handler": "",
        }
    state = rules.state_on(row, request.today)
    return {
        "row": row,
        "status": state_words(row, request.today),
        "tone": TONES[state],
        "route": route_label(row.route) if row.route else "",
        "by": row.by,
        "submitted_on": submitted_on,
        "mover": mover_said(row, request.user),
        "mine": row.mover == request.user.role,
        "days": (request.today - row.since).days if row.since else None,
        "handler": row.handler_name,
        "handled_by_me": row.handled_by == request.user.pk,
        "versions": row.versions,
        "pickable": True,
    }


def mover_said(row: Any, reader: User) -> str:
    """Whose move a row of the list is, in words for its reader; empty when it is nobody's."""
    if row.mover == reader.role and reader.role != Role.APPLICANT:
        return _("本单位") if reader.role == Role.DISTRICT else _("我方")
    return {
        Role.APPLICANT.value: _("申报单位"),
        Role.DISTRICT.value: str(row.body or ""),
        Role.MUNICIPAL.value: _("市科协学会部"),
        Role.LEADER.value: _("市科协领导"),
    }.get(row.mover, "")


def _beginning(request: PortalRequest) -> dict[str, Any]:
    """Whether this unit may begin an application now, and why not."""
    call, organisation = current_call(request.today), request.user.organisation
    verdict = rules.can_start(actor_of(request), organisation, call) if call and organisation else None
    draft = organisation.applications.filter(call=call, state=State.DRAFT).first() if call and organisation else None
    return {"call": call, "verdict": verdict, "draft": draft}
