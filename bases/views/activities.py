"""Recording activities: for the unit that holds the base."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bases import queries
from bases.actions.activities import add_activity, change_activity, remove_activity
from bases.forms import ActivityForm
from bases.models import Activity, Base
from bases.rules import can_change_activity, can_record_activity
from bases.standing import standing
from bases.views.finding import find_activity, find_base, page_of, reader, today_of
from bases.views.licensed import READERS
from haizhi_portal.accounts.answers import placed, stopped, typed
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.requests import actor_of
from haizhi_portal.policy.verdict import Conflict, RuleViolation
from haizhi_portal.policy.words import Role

WRITING = ["GET", "HEAD", "POST"]


@entry(*READERS)
@require_safe
def activity_list(request: HttpRequest, number: str) -> HttpResponse:
    """Every activity of one base, the newest first."""
    base = find_base(request, number)
    rows = queries.activities_visible_to(reader(request)).filter(base=base).prefetch_related("partners")
    may_record = bool(can_record_activity(actor_of(request), base))
    context = {
        "base": base,
        "standing": standing(base, today_of(request)),
        "page_obj": page_of(request, rows),
        "may_record": may_record,
    }
    return render(request, "bases/activities.html", context)


@entry(Role.APPLICANT)
@require_http_methods(WRITING)
def activity_add(request: HttpRequest, number: str) -> HttpResponse:
    base = find_base(request, number)
    form = ActivityForm(request.POST or None, base=base)
    violation = None
    if request.method == "POST" and form.is_valid():
        try:
            add_activity(actor=actor_of(request), base=base, **form.content())
        except RuleViolation as refused:
            violation = refused
        else:
            messages.success(request, _("活动已登记。"))
            return redirect("bases:detail", number)
    return _form_page(request, base, form, violation, title=_("登记活动"))


@entry(Role.APPLICANT)
@require_http_methods(WRITING)
def activity_edit(request: HttpRequest, number: str, public_id: str) -> HttpResponse:
    base = find_base(request, number)
    activity = find_activity(request, base, public_id)
    form = ActivityForm(request.POST or None, instance=activity, base=base)
    violation = None
    if request.method == "POST" and form.is_valid():
        try:
            change_activity(
                actor=actor_of(request),
                activity=activity,
                expected_version=form.cleaned_data["version"] or 0,
                **form.content(),
            )
        except RuleViolation as refused:
            violation = refused
        else:
            messages.success(request, _("活动已更新。"))
            return redirect("bases:detail", number)
    saved = None
    if isinstance(violation, Conflict):
        saved = find_activity(request, base, public_id)
        sent = request.POST.copy()
        sent["version"] = str(saved.version)
        form = ActivityForm(sent, instance=activity, base=base)
    return _form_page(request, base, form, violation, title=_("修改活动"), activity=activity, saved=saved)


@entry(Role.APPLICANT)
@require_http_methods(WRITING)
def activity_remove(request: HttpRequest, number: str, public_id: str) -> HttpResponse:
    base = find_base(request, number)
    activity = find_activity(request, base, public_id)
    violation = None
    if request.method == "POST":
        try:
            remove_activity(actor=actor_of(request), activity=activity)
        except RuleViolation as refused:
            violation = refused
        else:
            messages.success(request, _("活动已移除。"))
            return redirect("bases:detail", number)
    effects = [_("不再列入清单，也不计入年度评估；原记录留存备查。")]
    halted = stopped(can_change_activity(actor_of(request), activity), violation)
    violation = halted or violation
    context = {"base": base, "activity": activity, "violation": violation, "halted": halted, "effects": effects}
    return render(request, "bases/activity_remove.html", context, status=422 if request.method == "POST" else 200)


def _form_page(
    request: HttpRequest,
    base: Base,
    form: ActivityForm,
    violation: RuleViolation | None,
    *,
    title: str,
    activity: Activity | None = None,
    saved: Activity | None = None,
) -> HttpResponse:
    actor = actor_of(request)
    status = 409 if isinstance(violation, Conflict) else 422 if request.method == "POST" else 200
    verdict = can_change_activity(actor, activity) if activity else can_record_activity(actor, base)
    halted = stopped(verdict, violation)
    if violation is not None and halted is None:
        violation = placed(violation, form)
    context = {
        "base": base,
        "form": form,
        "halted": halted,
        "typed": typed(form) if halted else [],
        "violation": violation,
        "title": title,
        "activity": activity,
        "saved": saved,
    }
    return render(request, "bases/activity_form.html", context, status=status)
