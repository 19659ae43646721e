"""The year's call: announced, its timetable changed, its quota raised, and its decisions closed."""

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from applications.actions.locking import locked, locked_call
from applications.actions.records import tell_applicant, write
from applications.models import Application, Call, TimetableChange
from applications.rules import (
    BEFORE_DECISION,
    can_announce_call,
    can_change_timetable,
    can_close_decisions,
    can_raise_quota,
    other_timetables,
    timetable,
)
from haizhi_portal.accounts.queries import municipal_staff
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.ledger import record
from haizhi_portal.notifications.actions import tell
from haizhi_portal.policy.calls import STEPS, Timetable, announcing_problems, changing_problems
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.problem import Problem
from haizhi_portal.policy.stored import figures_on
from haizhi_portal.policy.verdict import Conflict, RuleViolation

CLAUSE = "4.1-annual"


@transaction.atomic
def announce_call(
    *,
    actor: Actor,
    year: int,
    opens_on: date,
    applicants_close_on: date,
    districts_close_on: date,
    initial_close_on: date,
    certification_on: date,
) -> Call:
    """Fix a year's timetable and its quota, as the figures in force on the day it opens have it.

    Raises RuleViolation (field = the day at fault, or "year") for days out of order, in the past or within another
    call, Conflict when the year has its call already.
    """
    can_announce_call(actor, year).require(field="year")
    days = Timetable(year, opens_on, applicants_close_on, districts_close_on, initial_close_on, certification_on)
    _refuse(announcing_problems(days, actor.today, other_timetables(year)))
    figures = figures_on(opens_on)
    try:
        with transaction.atomic():
            call = Call.objects.create(
                **{field: day for field, _title, day in days.days()},
                year=year,
                edition=figures.edition,
                standard_quota=figures.annual_quota,
                quota=figures.annual_quota,
            )
    except IntegrityError as lost:
        raise Conflict(clause=CLAUSE, message=_("%(year)s 年度申报刚由他人公布。") % {"year": year}) from lost
    record(
        "call.announced",
        actor=actor,
        object=f"call:{year}",
        clause=CLAUSE,
        data={"year": year, "opens_on": opens_on, "closes_on": applicants_close_on, "quota": call.quota},
    )
    record_call_events(actor=actor, call=call)
    body = _("申报时间为%(first)s至%(last)s。") % {"first": said(opens_on), "last": said(applicants_close_on)}
    tell(
        actor=actor,
        recipients=municipal_staff(),
        kind="call.announced",
        subject=_("%(year)s 年度申报已公布") % {"year": year},
        body=body,
        link=reverse("applications:call", args=[year]),
    )
    return call


@transaction.atomic
def change_timetable(
    *,
    actor: Actor,
    call: Call,
    reason: str,
    opens_on: date,
    applicants_close_on: date,
    districts_close_on: date,
    initial_close_on: date,
    certification_on: date,
) -> Call:
    """Move days that have not passed yet; every change keeps its reason and what was there before.

    Raises RuleViolation (field = the day at fault) for a day already over, moved into the past, out of order or
    within another call.
    """
    call = locked_call(call)
    record_call_events(actor=actor, call=call)
    can_change_timetable(actor, call).require()
    reason = reasoned(reason, CLAUSE)
    days = Timetable(call.year, opens_on, applicants_close_on, districts_close_on, initial_close_on, certification_on)
    _refuse(changing_problems(timetable(call), days, actor.today, other_timetables(call.year)))
    before, after = _as_json(timetable(call)), _as_json(days)
    for field, _title, day in days.days():
        setattr(call, field, day)
    call.save(update_fields=[field for field, _title in STEPS])
    TimetableChange.objects.create(
        call=call, before=before, after=after, reason=reason, changed_at=actor.now, changed_by=actor.user
    )
    record(
        "call.timetable_changed",
        actor=actor,
        object=f"call:{call.year}",
        clause=CLAUSE,
        data={"year": call.year, "before": before, "after": after},
        reason=reason,
    )
    for application in call.applications.filter(state__in=[Application.State.DRAFT, *Application.LIVE]):
        tell_applicant(
            application,
            actor=actor,
            kind="call.changed",
            subject=_("%(year)s 年度申报时间安排有调整") % {"year": call.year},
            body=_("申报截止日：%(close)s；集中认证日：%(round)s。调整原因：%(reason)s")
            % {"close": said(applicants_close_on), "round": said(certification_on), "reason": reason},
        )
    return call


@transaction.atomic
def raise_quota(*, actor: Actor, call: Call, quota: int, document: str, document_on: date | None, reason: str) -> Call:
    """Raise one year's number of new bases on the strength of a document (`4.2-cap`); it never goes down again."""
    call = locked_call(call)
    document = document.strip()
    can_raise_quota(actor, call, quota, document, document_on).require()
    reason = reasoned(reason, "4.2-cap")
    call.quota, call.quota_document, call.quota_document_on = quota, document, document_on
    call.save(update_fields=["quota", "quota_document", "quota_document_on"])
    record(
        "quota.raised",
        actor=actor,
        object=f"call:{call.year}",
        clause="4.2-cap",
        data={"year": call.year, "quota": quota, "document": document},
        reason=reason,
    )
    return call


@transaction.atomic
def record_call_events(*, actor: Actor, call: Call) -> list[str]:
    """Write the call's opening and closing into the ledger once their day has come; returns what was written.

    The closing is written once its day is over, for that day.
    """
    call.refresh_from_db(from_queryset=Call.objects.select_for_update())
    written = []
    if call.opening_recorded_on is None and actor.today >= call.opens_on:
        call.opening_recorded_on = actor.today
        written.append(("call.opened", call.opens_on))
    if call.closing_recorded_on is None and actor.today > call.applicants_close_on:
        call.closing_recorded_on = actor.today
        written.append(("call.closed", call.applicants_close_on))
    if not written:
        return []
    call.save(update_fields=["opening_recorded_on", "closing_recorded_on"])
    data = {"year": call.year, "opens_on": call.opens_on, "closes_on": call.applicants_close_on}
    for event, day in written:
        record(event, actor=Actor.system(actor.now), object=f"call:{call.year}", clause=CLAUSE, data=data, on=day)
    return [event for event, _day in written]


@transaction.atomic
def close_decisions(*, actor: Actor, call: Call, reason: str) -> int:
    """Close the year's decisions: whatever is undecided lapses with the reason. Returns how many did (`4.2-yearly`)."""
    call = locked_call(call)
    record_call_events(actor=actor, call=call)
    can_close_decisions(actor, call).require()
    reason = reasoned(reason, "4.2-yearly")
    call.decisions_closed_on = actor.today
    call.save(update_fields=["decisions_closed_on"])
    record(
        "decisions.closed",
        actor=actor,
        object=f"call:{call.year}",
        clause="4.2-yearly",
        data={"year": call.year},
        reason=reason,
    )
    undecided = list(call.applications.filter(state__in=BEFORE_DECISION).order_by("number"))
    for each in undecided:
        application = locked(each, actor=actor)
        application.state = Application.State.LAPSED
        why, subject = _why_it_lapses(application, reason)
        application.ended_on, application.end_reason = actor.today, why
        application.save(update_fields=["state", "ended_on", "end_reason"])
        write(
            "application.lapsed",
            application,
            actor=actor,
            clause="4.2-yearly",
            data={"reason": why},
            reason=why,
        )
        tell_applicant(application, actor=actor, kind="application.lapsed", subject=subject, body=why)
    return len(undecided)


def _why_it_lapses(application: Application, reason: str) -> tuple[str, str]:
    """The reason and the subject of the letter: what was set aside lapses for why it was set aside."""
    if application.set_aside_on is None:
        return reason, _("本年度决定已办结，申报失效")
    why = _("%(day)s起不再参加本年度专家认证（%(why)s），本年度决定办结时失效；下一年度可重新申报。") % {
        "day": said(application.set_aside_on),
        "why": (application.set_aside_reason or "").rstrip("。"),
    }
    return why, _("未参加专家认证的申报失效")


def reasoned(reason: str, clause: str) -> str:
    """The reason without blanks around it. Raises RuleViolation (field "reason") when there is none."""
    if not reason.strip():
        raise RuleViolation(clause=clause, message=_("请写明理由。"), field="reason", code="reason_missing")
    return reason.strip()


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise RuleViolation(clause=CLAUSE, message=str(problems[0]), field=problems[0].field, code="timetable")


def _as_json(days: Timetable) -> dict[str, Any]:
    return {field: day.isoformat() for field, _title, day in days.days()}
