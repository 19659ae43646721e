"""The table of holidays and of weekends worked in exchange."""

from datetime import MAXYEAR, MINYEAR, date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from haizhi_portal.accounts.answers import ask_once, confirmed, revising
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.models import Holiday
from haizhi_portal.policy.stored import calendar, hint_about
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.site.actions.figures import can_edit, remove_holiday, set_holiday
from haizhi_portal.site.forms import HolidayForm


def _year(text: str, otherwise: int) -> int:
    return int(text) if len(text) == 4 and text.isdecimal() and 2000 <= int(text) <= 2200 else otherwise


@entry("municipal", "leader", "admin", "auditor")
@require_http_methods(["GET", "HEAD", "POST"])
def holidays(request: PortalRequest) -> HttpResponse:
    """One year's table; municipal staff add and correct days."""
    year = _year(request.GET.get("year", ""), request.today.year)
    may_edit = bool(can_edit(actor_of(request)))
    form = HolidayForm(request.POST or None) if may_edit else None
    violation: RuleViolation | None = None
    if request.method == "POST":
        if form is None:
            raise PermissionDenied(can_edit(actor_of(request)).reason)
        if form.is_valid():
            try:
                holiday = set_holiday(actor=actor_of(request), **form.cleaned_data)
            except RuleViolation as refused:
                if refused.field in form.fields:
                    form.add_error(refused.field, refused.message)
                else:
                    violation = refused
            else:
                messages.success(request, _("已保存 %(day)s。") % {"day": said(holiday.day)})
                return redirect(f"{request.path}?year={holiday.day.year}")
    known = calendar()
    return render(
        request,
        "site/holidays.html",
        {
            "form": form,
            "violation": violation,
            "year": year,
            "years": range(request.today.year - 1, request.today.year + 4),
            "days": Holiday.objects.filter(day__year=year),
            "known": known.knows(year),
            "may_edit": may_edit,
        },
        status=422 if request.method == "POST" else 200,
    )


@entry("municipal", "leader", "district", "admin")
@require_safe
def day_hint(request: PortalRequest) -> JsonResponse:
    """What to know of a day while it is being chosen as a deadline; nothing for what is no day."""
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return JsonResponse({"hint": ""})
    return JsonResponse({"hint": hint_about(day) if MINYEAR < day.year < MAXYEAR else ""})


@entry("municipal")
@require_POST
def holiday_remove(request: PortalRequest, day: date) -> HttpResponse:
    """Take a day out of the table, after a look at what it is then."""
    holiday = get_object_or_404(Holiday, day=day)
    back = f"{reverse('site:holidays')}?year={day.year}"
    if revising(request):
        return redirect(back)
    if not confirmed(request):
        title = _("移除%(day)s（%(name)s）") % {"day": said(day), "name": holiday.name}
        then = _("休息日") if day.weekday() > 4 else _("工作日")
        return ask_once(
            request,
            title=title,
            button=_("移除"),
            effects=[
                _("%(day)s按星期算，是%(then)s；以后推算的期限随之变化，已经确定的期限不变。")
                % {"day": said(day), "then": then},
                _("移除写入审计台账；移错了可以重新录入。"),
            ],
            trail=[(_("节假日安排"), back)],
        )
    remove_holiday(actor=actor_of(request), holiday=holiday)
    messages.success(request, _("已移除 %(day)s。") % {"day": said(day)})
    return redirect(back)
