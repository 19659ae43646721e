"""Taking over a year's holidays: from the library or a file, looked at first, then all of it or none."""

import json
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from haizhi_portal.accounts.answers import page, placed
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.policy.holidays import SOURCE, PublishedDay, published_days
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.site.actions.holiday_import import import_holidays, preview, problems_of
from haizhi_portal.site.forms import HolidayFileForm, HolidayRowsForm, LibraryYearForm
from haizhi_portal.site.holiday_files import Unreadable, checked, read_holidays

FROM_FILE = "文件导入"


@entry("municipal")
def holiday_import(request: PortalRequest) -> HttpResponse:
    """Choose where from; see every difference; give the reason; import."""
    step = request.POST.get("step", "") if request.method == "POST" else ""
    years = sorted({each.day.year for each in published_days()}, reverse=True)
    library = LibraryYearForm(request.POST if step == "library" else None, years=years, auto_id="library_%s")
    sent = step == "file"
    file = HolidayFileForm(request.POST if sent else None, request.FILES if sent else None, auto_id="file_%s")
    rows = HolidayRowsForm(request.POST if step == "rows" else None)
    days: list[PublishedDay] = []
    problems: list[str] = []
    violation: RuleViolation | None = None
    if step == "library" and library.is_valid():
        days = [each for each in published_days() if each.day.year == library.cleaned_data["year"]]
        rows = _to_confirm(days, SOURCE)
    if step == "file" and file.is_valid():
        try:
            days, problems = read_holidays(file.cleaned_data["file"])
        except Unreadable as refused:
            file.add_error("file", str(refused))
        else:
            rows = _to_confirm(days, FROM_FILE)
    problems += problems_of(days, request.today)
    if step == "rows":
        days = _sent(request.POST.get("rows", ""))
        if rows.is_valid():
            try:
                done = import_holidays(
                    actor=actor_of(request),
                    days=days,
                    source=SOURCE if rows.cleaned_data["source"] == SOURCE else FROM_FILE,
                    reason=rows.cleaned_data["reason"],
                )
            except RuleViolation as refused:
                violation = placed(refused, rows)
            else:
                messages.success(request, _("已导入 %(count)d 天。") % {"count": len(done.changes)})
                first = min(each.after.day for each in done.changes)
                return redirect(f"{reverse('site:holidays')}?year={first.year}")
    context = {
        "library": library,
        "file": file,
        "rows": rows,
        "preview": preview(days) if days and not problems else None,
        "problems": problems,
    }
    shown: list[forms.Form] = [library, file] if step in ("library", "file") else [rows]
    answer = page(request, "site/holiday_import.html", context, forms_shown=shown, violation=violation)
    if problems:
        answer.status_code = 422
    return answer


def _to_confirm(days: Iterable[PublishedDay], source: str) -> HolidayRowsForm:
    """The form that carries what was read to the next step; it is checked there as if it came from a file."""
    carried = [{"day": each.day.isoformat(), "off": "放假" if each.off else "上班", "name": each.name} for each in days]
    return HolidayRowsForm(initial={"rows": json.dumps(carried, ensure_ascii=False), "source": source})


def _sent(text: str) -> list[PublishedDay]:
    """The days that the form carried; none when somebody changed them into something else."""
    try:
        rows: Any = json.loads(text)
        days, problems = checked(
            (number, {"日期": row.get("day"), "性质": row.get("off"), "名称": row.get("name")})
            for number, row in enumerate(rows, 1)
        )
    except (ValueError, TypeError, AttributeError, RecursionError, Unreadable):
        return []
    return [] if problems else days
