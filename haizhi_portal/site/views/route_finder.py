"""The route finder: a few questions before registering, answered in the address so that they can be passed on."""

from typing import cast

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from haizhi_portal.accounts.entry import ANYONE, entry
from haizhi_portal.accounts.models import Jurisdiction
from haizhi_portal.accounts.requests import PortalRequest
from haizhi_portal.site.forms import RouteFinderForm
from haizhi_portal.site.route_finder import Facts, destination, needs, obstacles_to, timing


def _asked(request: HttpRequest) -> QueryDict | None:
    """The questions answered in the address; the usual answer where the short form of the front page has none."""
    if not set(request.GET) & set(RouteFinderForm.base_fields):
        return None
    asked = request.GET.copy()
    asked.setdefault("in_dalian", "yes")
    asked.setdefault("is_branch", "no")
    return asked


@entry(ANYONE)
@require_safe
def route_finder(request: HttpRequest) -> HttpResponse:
    """Where to hand in, by which rule, by when and with what; or why not, and what can be done instead."""
    today = cast(PortalRequest, request).today
    form = RouteFinderForm(_asked(request))
    if not form.is_bound or not form.is_valid():
        return render(request, "site/route_finder.html", {"form": form})
    facts = Facts(**form.facts())
    found = obstacles_to(facts)
    context = {"form": form, "facts": facts, "obstacles": found}
    if not found:
        to = destination(facts)
        context |= {"to": to, "timing": timing(today, to), "needs": needs(facts, today)}
        if to.is_open:
            context["places"] = Jurisdiction.objects.select_related("reviewing_body")
    return render(request, "site/route_finder.html", context)
