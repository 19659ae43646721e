"""Home of everybody who signed in: what waits for me, what I wait for, a few figures."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from applications.worklist import worklist as of_applications
from bases.worklist import worklist as of_bases
from evaluations.worklist import worklist as of_evaluations
from haizhi_portal.accounts.entry import SIGNED_IN, entry
from haizhi_portal.accounts.requests import PortalRequest
from haizhi_portal.accounts.worklist import worklist as of_accounts


@entry(SIGNED_IN)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The work list of every part of the portal, the nearest deadline first."""
    signed_in = cast(PortalRequest, request)
    user, today = signed_in.user, signed_in.today
    work = of_accounts(user, today) + of_applications(user, today)
    work += of_bases(user, today) + of_evaluations(user, today)
    return render(request, "site/home.html", {"work": work})
