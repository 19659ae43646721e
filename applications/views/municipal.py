"""Municipal staff and the year's call: its timetable, its quota, the end of its decisions."""

from collections.abc import Callable
from datetime import date
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from applications.actions import call as call_actions
from applications.forms.calls import ChangedTimetableForm, ClosingForm, NewCallForm, QuotaForm
from applications.models import Application, Call
from applications.rules import (
    can_announce_call,
    can_change_timetable,
    can_close_decisions,
    can_raise_quota,
    other_timetables,
    timetable,
)
from applications.timetable_history import timetable_history
from haizhi_portal.accounts.answers import ask_once, confirmed, page, placed, revising, typed, unread
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.calls import STEPS, Timetable, announcing_problems, changing_problems
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.problem import Problem
from haizhi_portal.policy.stored import figures_on, hint_about
from haizhi_portal.policy.verdict import RuleViolation, Verdict


class Change(NamedTuple):
    """One thing an officer may do to a call: how it is called, what it brings about, the act, what is said then, and
    whether it may be done at all.
    """

    title: str
    effects: list[str]
    act: Callable[[], Any]
    done: str
    verdict: Verdict


@entry("municipal", "leader", "auditor")
def calls(request: PortalRequest) -> HttpResponse:
    """Every year's call with its timetable, how many applied and how many seats are taken."""
    rows = Call.objects.annotate(
        applied=Count("applications", filter=~Q(applications__state=Application.State.DRAFT), distinct=True),
        taken=Count("seats", filter=Q(seats__released_on__isnull=True), distinct=True),
    ).order_by("-year")
    return page(request, "applications/calls.html", {"calls": rows, "officer": request.user.role == "municipal"})


@entry("municipal")
def call_new(request: PortalRequest) -> HttpResponse:
    """Announce a year's call."""
    form = NewCallForm(request.POST or None, initial={"year": _next_year(request.today)})
    violation: RuleViolation | None = None
    if request.method == "POST" and form.is_valid() and not revising(request):
        year, days = form.cleaned_data["year"], form.days()
        if _timetable_in_order(form, year, request.today):
            if can_announce_call(actor_of(request), year) and not confirmed(request):
                title = _("公布 %(year)s 年度申报") % {"year": year}
                return ask_once(
                    request,
                    title=title,
                    button=title,
                    effects=_announcing(days),
                    facts=[(words, said(days[name])) for name, words in STEPS],
                    trail=[(_("年度申报"), reverse("applications:calls")), (_("新的年度申报"), "")],
                    official=True,
                )
            try:
                call_actions.announce_call(actor=actor_of(request), year=year, **days)
            except RuleViolation as refused:
                violation = placed(refused, form)
            else:
                messages.success(request, _("%(year)s 年度申报已公布。") % {"year": year})
                return redirect("applications:call", year=year)
    context = {"form": form, "figures": figures_on(request.today)}
    return page(request, "applications/call_new.html", context, forms_shown=[form], violation=violation)


@entry("municipal", "leader", "auditor")
def call(request: PortalRequest, year: int) -> HttpResponse:
    """One year's call: timetable, seats, what became of its applications, and what officers may change."""
    found = get_object_or_404(Call, year=year)
    officer = request.user.role == "municipal"
    asked = request.POST.get("act", "")
    shown: dict[str, forms.Form] = {
        "timetable": ChangedTimetableForm.of(found, request.POST if asked == "timetable" else None),
        "quota": QuotaForm(request.POST if asked == "quota" else None, prefix="quota"),
        "closing": ClosingForm(request.POST if asked == "closing" else None, prefix="closing"),
    }
    violation = unread(request, shown if officer else ())
    form = shown.get(asked)
    if (
        officer
        and form is not None
        and form.is_valid()
        and not revising(request)
        and _timetable_in_order(form, year, request.today, found)
    ):
        change = CHANGES[asked](actor_of(request), found, form)
        if change.verdict and not confirmed(request):
            return ask_once(
                request,
                title=change.title,
                button=change.title,
                effects=change.effects,
                trail=[
                    (_("年度申报"), reverse("applications:calls")),
                    (found, reverse("applications:call", args=[year])),
                ],
                official=True,
            )
        try:
            change.act()
        except RuleViolation as refused:
            violation = placed(refused, form)
        else:
            messages.success(request, change.done)
            return redirect("applications:call", year=year)
    context = {
        "call": found,
        "steps": _steps(found, request.today),
        "history": timetable_history(found),
        "states": _states(found),
        "taken": found.seats.filter(released_on__isnull=True).count(),
        "officer": officer,
        "asked": asked,
        "typed": typed(form) if form is not None and (not officer or found.decisions_closed_on) else [],
        "verdicts": {
            "timetable": can_change_timetable(actor_of(request), found),
            "closing": can_close_decisions(actor_of(request), found),
        },
        **{f"{name}_form": each for name, each in shown.items()},
    }
    return page(request, "applications/call.html", context, forms_shown=shown.values(), violation=violation)


def _timetable_in_order(form: forms.Form, year: int, today: date, found: Call | None = None) -> bool:
    """Whether the days typed can be a call's; what is wrong is put beside the day to change."""
    problems: list[Problem] = []
    if isinstance(form, NewCallForm):
        problems = announcing_problems(Timetable(year, **form.days()), today, other_timetables(year))
    elif isinstance(form, ChangedTimetableForm) and found is not None:
        days = Timetable(year, **form.days())
        problems = changing_problems(timetable(found), days, today, other_timetables(year))
    for problem in problems:
        form.add_error(problem.field, str(problem))
    return form.is_valid()


def _next_year(today: date) -> int:
    """The year to announce next: this one, or the coming one when this one has its call."""
    return today.year + Call.objects.filter(year=today.year).exists()


def _announcing(days: dict[str, date]) -> list[str]:
    figures = figures_on(days["opens_on"])
    effects = [
        _("单位工作台立即显示本年度时间安排；门户首页最迟自申报开始日起显示。"),
        _("%(first)s至%(last)s 24:00 可以提交申报，此前可先填草稿。")
        % {"first": said(days["opens_on"]), "last": said(days["applicants_close_on"])},
        _("本年度名额 %(quota)d 个，指标版本“%(edition)s”。")
        % {"quota": figures.annual_quota, "edition": figures.edition},
    ]
    return effects + _holidays(days)


def _holidays(days: dict[str, date]) -> list[str]:
    """What officers should know of the days they chose: they stay where they are."""
    hints = [(title, hint_about(days[name])) for name, title in STEPS if name in days]
    return [_("注意：%(title)s %(hint)s") % {"title": title, "hint": hint} for title, hint in hints if hint]


def _change_timetable(actor: Actor, found: Call, form: Any) -> Change:
    days = form.days()
    changed = {name: day for name, day in days.items() if getattr(found, name) != day}
    moved = [
        _("%(title)s由%(old)s改为%(new)s。")
        % {"title": title, "old": said(getattr(found, name)), "new": said(days[name])}
        for name, title in STEPS
        if name in changed
    ]
    closing = changed.get("applicants_close_on")
    drafts = found.applications.filter(state=Application.State.DRAFT).count()
    if closing and drafts:
        words = _("还有 %(count)d 份草稿没有提交，%(day)s 24:00 以前不提交的，不能再提交。")
        moved.append(words % {"count": drafts, "day": said(closing)})
    if closing == actor.today:
        moved.append(_("申报今天 24:00 截止。"))
    return Change(
        title=_("调整时间安排"),
        effects=[
            *moved,
            _("调整理由写入审计台账，并在首页公布；已填草稿和在办的申报单位收到通知。"),
            *_holidays(changed),
        ],
        act=lambda: call_actions.change_timetable(actor=actor, call=found, reason=form.cleaned_data["reason"], **days),
        done=_("时间安排已调整。"),
        verdict=can_change_timetable(actor, found),
    )


def _raise_quota(actor: Actor, found: Call, form: Any) -> Change:
    data = form.cleaned_data
    return Change(
        title=_("调高本年度名额"),
        effects=[
            _("%(year)s 年度名额由 %(old)d 个调为 %(new)d 个。")
            % {"year": found.year, "old": found.quota, "new": data["quota"]},
            _("依据文件：%(document)s（%(day)s），写入审计台账。")
            % {"document": data["document"], "day": said(data["document_on"])},
            _("名额调高后不能再调低。"),
        ],
        act=lambda: call_actions.raise_quota(actor=actor, call=found, **data),
        done=_("本年度名额已调为 %(new)d 个。") % {"new": data["quota"]},
        verdict=can_raise_quota(actor, found, data["quota"], data["document"], data["document_on"]),
    )


def _close_decisions(actor: Actor, found: Call, form: Any) -> Change:
    undecided = found.applications.filter(
        state__in=[state for state in Application.LIVE if state != Application.State.APPROVED]
    ).values_list("number", "organisation__name")
    return Change(
        title=_("办结 %(year)s 年度决定") % {"year": found.year},
        effects=[
            _("下列 %(count)d 项未作决定的申报失效，申报单位收到通知：") % {"count": len(undecided)},
            *(f"{number} {name}" for number, name in undecided),
            _("本年度不能再列入新的基地；已定名单不受影响。"),
        ],
        act=lambda: call_actions.close_decisions(actor=actor, call=found, reason=form.cleaned_data["reason"]),
        done=_("本年度决定已办结。"),
        verdict=can_close_decisions(actor, found),
    )


CHANGES: dict[str, Callable[[Actor, Call, Any], Change]] = {
    "timetable": _change_timetable,
    "quota": _raise_quota,
    "closing": _close_decisions,
}


def _steps(found: Call, today: date) -> list[dict[str, Any]]:
    """The five days as a task list: over, today, still ahead."""
    steps = []
    for name, title in STEPS:
        day = getattr(found, name)
        over = day < today if name != "opens_on" else day <= today
        steps.append(
            {
                "title": title,
                "day": day,
                "over": over,
                "status": _("已过") if over else _("今天") if day == today else _("未到"),
                "tone": "done" if over else "act" if day == today else "idle",
            }
        )
    return steps


def _states(found: Call) -> list[tuple[str, int, str]]:
    """How many applications stand in each state, with the address of their list."""
    counts = dict(found.applications.order_by().values_list("state").annotate(Count("pk")))
    address = reverse("applications:list")
    return [
        (str(state.label), counts[state.value], f"{address}?year={found.year}&state={state.value}")
        for state in Application.State
        if state.value in counts
    ]
