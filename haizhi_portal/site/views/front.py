"""The public front page."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from applications.timetable_history import timetable_history
from haizhi_portal.accounts.entry import ANYONE, entry
from haizhi_portal.accounts.requests import PortalRequest
from haizhi_portal.site.call_progress import call_to_show, progress, steps
from haizhi_portal.site.forms import RouteForm


@entry(ANYONE)
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """What this is, this year's call, who may apply and where it goes."""
    today = cast(PortalRequest, request).today
    call = call_to_show(today)
    return render(
        request,
        "site/front.html",
        {
            "call": call,
            "progress": progress(call, today) if call else None,
            "steps": steps(call, today) if call else [],
            "history": timetable_history(call) if call else [],
            "route_form": RouteForm(),
        },
    )
