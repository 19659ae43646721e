"""The demonstration's clock: only there when the portal runs as a demonstration."""

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from haizhi_portal.accounts.clock import business_now, move_demo_day
from haizhi_portal.accounts.entry import SIGNED_IN, entry
from haizhi_portal.accounts.requests import PortalRequest
from haizhi_portal.policy.dates_said import said
from haizhi_portal.site import daily
from haizhi_portal.site.forms import DemoClockForm


@entry(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def clock(request: PortalRequest) -> HttpResponse:
    """Move the demonstration to a later day and do that day's work, so that years can be shown in minutes."""
    if not settings.PORTAL_DEMO:
        raise Http404
    form = DemoClockForm(request.POST or None, today=request.today, initial={"day": request.today + timedelta(days=1)})
    if request.method == "POST" and form.is_valid():
        move_demo_day(form.cleaned_data["day"])
        done = [(label, count) for label, count in daily.run(business_now()) if count]
        messages.success(request, _("演示日期现为 %(day)s。") % {"day": said(form.cleaned_data["day"])})
        if done:
            messages.info(
                request,
                _("当日例行工作：%(work)s。") % {"work": "，".join(f"{label} {count}" for label, count in done)},
            )
        return redirect("site:home")
    return render(request, "site/demo_clock.html", {"form": form}, status=422 if request.method == "POST" else 200)
