"""The bases a person may see, one base's page, and giving it up."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from bases import queries
from bases.actions.endings import surrender
from bases.forms import BaseFilter, SurrenderForm
from bases.models import Base
from bases.report_calendar import Line, lines_of
from bases.rules import can_record_activity, can_surrender
from bases.standing import Standing, standing, window_days
from bases.timeline import Request, case_opened_on, events_of, request_of
from bases.views.finding import asked, filtered_bases, find_base, page_of, reader, today_of
from haizhi_portal.accounts.answers import as_refusal, typed
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.requests import actor_of
from haizhi_portal.documents.queries import visible_to as visible_documents
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.stored import calendar, figures_on
from haizhi_portal.policy.terms import renewal_verdict
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import Role
from resources.queries import in_force_on, of_organisation

READERS = (Role.APPLICANT, Role.DISTRICT, Role.MUNICIPAL, Role.LEADER, Role.AUDITOR)


@entry(*READERS)
@require_safe
def base_list(request: HttpRequest) -> HttpResponse:
    """Own bases, those of the jurisdiction, or all."""
    form, today = BaseFilter(asked(request), expiring=True), today_of(request)
    bases = queries.with_overdue_count(queries.visible_to(reader(request)), today)
    page_obj = page_of(request, filtered_bases(bases, form, today))
    return render(request, "bases/list.html", {"filter_form": form, "page_obj": page_obj})


@entry(*READERS)
@require_safe
def base_detail(request: HttpRequest, number: str) -> HttpResponse:
    """Where the base stands, what it owes, what it did, its papers and its history."""
    base, today, actor = find_base(request, number), today_of(request), actor_of(request)
    figures, working_days = figures_on(today), calendar()
    state = standing(base, today, figures)
    lines = lines_of(base, today, figures, working_days)
    partners = of_organisation(base.organisation)
    asked_for = None if state.window else request_of(base, state.term)
    context = {
        "base": base,
        "standing": state,
        "figures": figures,
        "lines": lines,
        "pressing": [line for line in lines if line.is_open or line.state.key in ("early", "waiting")],
        "settled": [line for line in reversed(lines) if line.state.key in ("accepted", "cancelled")],
        "coming": [line for line in lines if line.state.key == "coming"],
        "moves": _moves(base, state, lines, asked_for, is_own=_is_own(request, base)),
        "renewal": renewal_verdict(
            today=today,
            expires_on=state.term.expires_on,
            figures=replace(figures, renewal_window_days=window_days(state.term, figures)),
            calendar=working_days,
        )
        if state.window
        else None,
        "asked_for": asked_for,
        "case_opened_on": case_opened_on(base) if actor.role == Role.MUNICIPAL else None,
        "cases_url": _address("evaluations:withdrawals"),
        "requests_url": "" if actor.role == Role.DISTRICT else _address("evaluations:renewals"),
        "activities": queries.activities_visible_to(reader(request))
        .filter(base=base)
        .prefetch_related("partners")[:10],
        "may_record": bool(can_record_activity(actor, base)),
        "may_surrender": bool(can_surrender(actor, base)),
        "partners": partners[:10],
        "partners_in_force": in_force_on(base.organisation, today).count(),
        "is_own": _is_own(request, base),
        "documents": visible_documents(reader(request)).filter(base_number=base.number).order_by("-dated_on", "-pk"),
        "events": events_of(base),
        "evaluations_url": _address("evaluations:list"),
        "has_download": bool(_address("documents:download", "XXXXXXXXXXXX")),
    }
    return render(request, "bases/detail.html", context)


@entry(Role.APPLICANT)
@require_http_methods(["GET", "HEAD", "POST"])
def surrender_base(request: HttpRequest, number: str) -> HttpResponse:
    """Consequences first, then the unit's own decision."""
    base, actor = find_base(request, number), actor_of(request)
    form = SurrenderForm(request.POST or None)
    verdict = can_surrender(actor, base)
    violation, status = None, 200
    if request.method == "POST":
        if form.is_valid():
            try:
                base = surrender(actor=actor, base=base, reason=form.cleaned_data["reason"])
            except RuleViolation as refused:
                violation = refused
            else:
                messages.success(request, _("已登记退出，资格自今日起终止。"))
                return redirect("bases:detail", base.number)
        status = 422
    context = {
        "base": base,
        "standing": standing(base, actor.today),
        "form": form,
        "violation": violation or as_refusal(verdict),
        "effects": _effects(base, actor.today),
        "typed": typed(form),
    }
    return render(request, "bases/surrender.html", context, status=status)


def _effects(base: Base, today: Any) -> list[str]:
    lines = [line for line in lines_of(base, today, figures_on(today), calendar()) if line.obligation.pk]
    unowed = [line.title for line in lines if line.obligation.qualifies_on >= today and line.state.key != "cancelled"]
    owed = [line.title for line in lines if line.obligation.qualifies_on < today and line.is_open]
    effects = [_("资格自%(day)s起终止，当日即不再有效，此后不能恢复。") % {"day": said(today)}]
    if unowed:
        effects.append(_("不用再报：%(reports)s。") % {"reports": "、".join(unowed)})
    if owed:
        effects.append(_("仍须补报：%(reports)s。") % {"reports": "、".join(owed)})
    effects.append(_("公开名录标明“已终止”；市科协和本单位人员收到通知。"))
    effects.append(_("今后可在新的年度申报中作为新基地重新申报，占用当年名额。"))
    return effects


def _moves(
    base: Base, state: Standing, lines: list[Line], asked_for: Request | None, *, is_own: bool
) -> list[dict[str, Any]]:
    """One sentence, one date, one button: an open report of one's own comes first, then the licence itself.

    The licence is left out while a report is open, unless it has ended or can be renewed.
    """
    pressing = next((line for line in lines if line.is_open), None) if is_own else None
    licence = _licence_move(base, state, is_own=is_own)
    if asked_for is not None and asked_for.is_returned and not state.ended:
        licence |= {"mover": base.organisation.name, "by": None}
    if pressing is None:
        return [licence]
    report = _report_move(base, pressing)
    if state.ended:
        return [licence, report]
    return [report, licence] if state.window_open else [report]


def _report_move(base: Base, pressing: Line) -> dict[str, Any]:
    words = {
        "returned": _("%(report)s被退回，请修改后再次报送。"),
        "overdue": _("%(report)s已逾期，请尽快补报。"),
    }.get(pressing.state.key, _("请填写并报送%(report)s。"))
    return {
        "sentence": words % {"report": pressing.title},
        "mover": base.organisation.name,
        "by": pressing.by,
        "label": _("去填写"),
        "url": reverse("bases:report", args=[base.number, pressing.obligation.period]),
        "tone": "stop" if pressing.state.key == "overdue" else "act",
    }


def _licence_move(base: Base, state: Standing, *, is_own: bool) -> dict[str, Any]:
    may_renew = is_own and state.window_open
    url = _address("evaluations:renew", base.number) if may_renew else ""
    return {
        "sentence": state.sentence,
        "mover": state.mover,
        "by": state.by,
        "label": _("申请续期") if url else "",
        "url": url,
        "tone": "act" if may_renew else state.tone,
    }


def _is_own(request: HttpRequest, base: Base) -> bool:
    return reader(request).organisation_id == base.organisation_id


def _address(name: str, *arguments: str) -> str:
    """The address of a page on a floor above, empty where there is none."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""
