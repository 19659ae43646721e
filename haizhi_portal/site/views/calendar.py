"""One's own deadlines as a calendar to subscribe to."""

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from haizhi_portal.accounts.calendars import calendar_answer, calendar_file
from haizhi_portal.accounts.entry import ANYONE, SIGNED_IN, entry
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.site.actions.calendar import disable_calendar, enable_calendar
from haizhi_portal.site.feeds import address_of, deadlines_for, reader_of
from haizhi_portal.site.models import CalendarFeed


@entry(SIGNED_IN)
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: HttpRequest) -> HttpResponse:
    """The person's own address, given, exchanged or put out of use, and what it shows today."""
    signed_in = cast(PortalRequest, request)
    act = request.POST.get("act", "")
    if act == "enable":
        enable_calendar(actor=actor_of(request))
        messages.success(request, _("日历地址已启用；此前的地址（如有）从现在起无效。"))
        return redirect("site:calendar")
    if act == "disable":
        disable_calendar(actor=actor_of(request))
        messages.success(request, _("日历订阅已停用，原来的地址从现在起无效。"))
        return redirect("site:calendar")
    feed = CalendarFeed.objects.filter(user=signed_in.user, enabled_at__isnull=False).first()
    address = address_of(feed) if feed else ""
    context = {
        "address": address,
        "webcal": f"webcal:{address.partition(':')[2]}" if address else "",
        "deadlines": deadlines_for(signed_in.user, signed_in.today),
    }
    return render(request, "site/calendar.html", context)


@entry(ANYONE)
@require_safe
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar behind a secret address, without signing in. Raises Http404 for an address nobody has."""
    user = reader_of(token)
    if user is None:
        raise Http404
    now = cast(PortalRequest, request)
    found = deadlines_for(user, now.today)
    return calendar_answer(calendar_file(_("海智工作基地 · 我的期限"), found, now.now), "haizhi.ics")
