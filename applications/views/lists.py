"""The list of applications: searched, filtered, sorted and paged by what stands in the address."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from applications import rules
from applications.forms.lists import ListFilterForm
from applications.models import Application, Call
from applications.queries import current_call, visible_to
from applications.views.object_page import READERS
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.requests import PortalRequest, actor_of
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
    years = list(Call.objects.order_by("-year").values_list("year", flat=True))
    staff = request.user.role != Role.APPLICANT
    form = ListFilterForm(request.GET, years=years, with_route=request.user.role in _ROUTED)
    page_obj = Paginator(form.narrowed(visible_to(request.user)), PAGE_SIZE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {
        "page_obj": page_obj,
        "filter_form": form if staff or page_obj.paginator.count or request.GET else None,
        "lines": [_line(row, request) for row in page_obj.object_list],
        "staff": staff,
        "searching": any(request.GET.get(key) for key in form.fields if key != "sort"),
        **(_beginning(request) if not staff else {}),
    }
    return render(request, "applications/list.html", context)


_ROUTED = (Role.MUNICIPAL, Role.LEADER, Role.AUDITOR)


def _line(row: Application, request: PortalRequest) -> dict[str, Any]:
    """One row in words; a district that handed it on learns nothing beyond that."""
    if getattr(row, "own_act_only", False):
        return {"row": row, "status": _("已移交"), "tone": "idle", "route": "", "by": None}
    state = rules.state_on(row, request.today)
    return {
        "row": row,
        "status": state.label,
        "tone": TONES[state],
        "route": route_label(row.route) if row.route else "",
        "by": _by(row, state),
    }


def _by(row: Application, state: State) -> Any:
    """The day by which whoever has it is to act, as far as the row itself tells."""
    call = row.call
    return {
        State.DRAFT: call.applicants_close_on,
        State.DISTRICT_REVIEW: call.districts_close_on,
        State.DISTRICT_RETURNED: rules.correction_day(row),
        State.INITIAL_REVIEW: call.initial_close_on,
        State.INITIAL_RETURNED: rules.correction_day(row),
        State.CERTIFICATION: call.certification_on if row.entered_round_on is None else None,
    }.get(state)


def _beginning(request: PortalRequest) -> dict[str, Any]:
    """Whether this unit may begin an application now, and why not."""
    call, organisation = current_call(request.today), request.user.organisation
    verdict = rules.can_start(actor_of(request), organisation, call) if call and organisation else None
    draft = organisation.applications.filter(call=call, state=State.DRAFT).first() if call and organisation else None
    return {"call": call, "verdict": verdict, "draft": draft}
