"""The list of new bases: prepared by an officer, settled by the leader, another person (`4.3-decision`)."""

from collections.abc import Collection, Mapping

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from applications.actions.call import reasoned
from applications.actions.locking import locked, locked_call
from applications.actions.records import tell_applicant, tell_of, write
from applications.actions.seats import release_seat, take_seat
from applications.models import Application, Call, Decision, DecisionList
from applications.ranking import Ranked, departures, ranked
from applications.rules import can_prepare_list, can_settle_list, can_withdraw_decision
from haizhi_portal.accounts.queries import leaders, municipal_staff
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.ledger import record
from haizhi_portal.notifications.actions import tell
from haizhi_portal.policy.problem import Problem
from haizhi_portal.policy.quota import seat_verdict
from haizhi_portal.policy.verdict import Conflict, RuleViolation

CLAUSE = "4.3-decision"
State = Application.State
Outcome = Decision.Outcome


def check_list(*, call: Call, approve: Collection[Application], reasons: Mapping[str, str]) -> list[Ranked]:
    """The applications still undecided, in the order of the ranking; ``reasons`` is by application number.

    Raises RuleViolation for more than the seats left (`4.2-cap`), a stranger to the round, or a missing reason (field =
    the number): one is needed wherever the list departs from the experts' ranking or leaves a seat free.
    """
    rows = [row for row in ranked(call) if row.application.state == State.CERTIFICATION]
    chosen = {application.number for application in approve}
    if chosen - {row.application.number for row in rows}:
        raise RuleViolation(clause=CLAUSE, message=_("名单中有未参加本年度认证或已决定的申报。"), field="approve")
    taken = call.seats.filter(released_on__isnull=True).count()
    if chosen:
        seat_verdict(taken + len(chosen) - 1, call.quota, call.year).require(field="approve", code="no_seat")
    for problem in _reasons_missing(rows, chosen, call.quota - taken, reasons):
        raise RuleViolation(clause=CLAUSE, message=problem, field=problem.field, code="reason_missing")
    return rows


def reasons_missing(*, call: Call, approve: Collection[Application], reasons: Mapping[str, str]) -> list[Problem]:
    """Every reason that `check_list` would ask for, by application number."""
    rows = [row for row in ranked(call) if row.application.state == State.CERTIFICATION]
    left = call.quota - call.seats.filter(released_on__isnull=True).count()
    return _reasons_missing(rows, {application.number for application in approve}, left, reasons)


def _reasons_missing(rows: list[Ranked], chosen: set[str], left: int, reasons: Mapping[str, str]) -> list[Problem]:
    words = _("%(number)s 的结论与专家排名不一致，或在仍有名额时未列入，请写明理由。")
    return [
        Problem(number, words % {"number": number})
        for number in departures(rows, chosen, left)
        if not reasons.get(number, "").strip()
    ]


@transaction.atomic
def prepare_list(
    *, actor: Actor, call: Call, approve: Collection[Application], reasons: Mapping[str, str]
) -> DecisionList:
    """Propose which participating applications are approved; the others are declined. Replaces an open proposal.

    Raises RuleViolation for whatever :func:`check_list` refuses.
    """
    call = locked_call(call)
    can_prepare_list(actor, call).require()
    rows = check_list(call=call, approve=approve, reasons=reasons)
    chosen = {application.number for application in approve}
    given = {number: words.strip() for number, words in reasons.items()}
    proposal = DecisionList.objects.select_for_update().filter(call=call, settled_on__isnull=True).first()
    if proposal is None:
        proposal = DecisionList(call=call, version=0)
    proposal.prepared_at, proposal.prepared_by = actor.now, actor.user
    proposal.version += 1
    proposal.save()
    for row in rows:
        _propose(proposal, row, approved=row.application.number in chosen, reason=given.get(row.application.number, ""))
    record(
        "list.prepared",
        actor=actor,
        object=f"list:{call.year}",
        clause=CLAUSE,
        data={"year": call.year, "version": proposal.version, "approve": sorted(chosen), "all": len(rows)},
    )
    tell(
        actor=actor,
        recipients=leaders(),
        kind="list.prepared",
        subject=_("%(year)s 年度认定名单待审定") % {"year": call.year},
        body=_("拟列入 %(chosen)s 家，共 %(all)s 家参加认证。") % {"chosen": len(chosen), "all": len(rows)},
        link=reverse("applications:decision", args=[call.year]),
    )
    return proposal


def _propose(proposal: DecisionList, row: Ranked, *, approved: bool, reason: str) -> None:
    Decision.objects.update_or_create(
        list=proposal,
        application=row.application,
        withdrawn_on=None,
        defaults={
            "outcome": Outcome.APPROVE if approved else Outcome.DECLINE,
            "rank": row.place,
            "mean": row.mean,
            "reason": reason,
        },
    )


@transaction.atomic
def settle_list(*, actor: Actor, decision_list: DecisionList, expected_version: int | None = None) -> DecisionList:
    """Settle the list: seats are taken in the order of the ranking, the others are declined.

    Raises RuleViolation for the one who prepared it, Conflict when it was settled or changed meanwhile or the seats do
    not suffice any more.
    """
    call = locked_call(decision_list.call)
    decision_list = DecisionList.objects.select_for_update(of=("self",)).select_related("call").get(pk=decision_list.pk)
    if expected_version is not None and decision_list.version != expected_version:
        raise Conflict(clause=CLAUSE, message=_("名单在您打开之后改过，请核对新的名单再审定。"), code="stale")
    verdict = can_settle_list(actor, decision_list)
    if not verdict and decision_list.settled_on:
        raise Conflict(clause=CLAUSE, message=verdict.reason, code="settled")
    verdict.require()
    decision_list.settled_on, decision_list.settled_by = actor.today, actor.user
    decision_list.save(update_fields=["settled_on", "settled_by"])
    for decision in decision_list.decisions.filter(withdrawn_on__isnull=True).order_by("rank"):
        application = locked(decision.application, actor=actor)
        decision.settled_on = actor.today
        decision.save(update_fields=["settled_on"])
        if decision.outcome == Outcome.APPROVE:
            _approve(application, call, actor)
        else:
            _decline(application, call, decision, actor)
    return decision_list


def _approve(application: Application, call: Call, actor: Actor) -> None:
    seat = take_seat(actor=actor, call=call, application=application)
    application.state, application.approved_on = State.APPROVED, actor.today
    application.save(update_fields=["state", "approved_on"])
    data = {"year": call.year, "seat": seat.number}
    write("decision.approved", application, actor=actor, clause=CLAUSE, data=data)
    tell_applicant(
        application,
        actor=actor,
        kind="decision.approved",
        subject=_("已列入认定名单"),
        body=_("名单已审定，批复文件和牌匾随后颁发。"),
    )


def _decline(application: Application, call: Call, decision: Decision, actor: Actor) -> None:
    reason = decision.reason or _("按专家认证意见和本年度名额，未列入认定名单。")
    application.state = State.DECLINED
    application.ended_on, application.end_reason = actor.today, reason
    application.save(update_fields=["state", "ended_on", "end_reason"])
    data = {"year": call.year, "reason": reason}
    write("decision.declined", application, actor=actor, clause=CLAUSE, data=data, reason=reason)
    tell_applicant(
        application,
        actor=actor,
        kind="decision.declined",
        subject=_("未列入认定名单"),
        body=_("%(reason)s可在下一年度重新申报。") % {"reason": reason},
    )


@transaction.atomic
def withdraw_decision(*, actor: Actor, decision: Decision, reason: str) -> Decision:
    """Take back an approval before the award: its seat is free again and the application awaits another decision."""
    locked_call(decision.application.call)
    application = locked(decision.application, actor=actor)
    decision = Decision.objects.select_for_update(of=("self",)).select_related("list").get(pk=decision.pk)
    decision.application = application
    can_withdraw_decision(actor, decision).require()
    reason = reasoned(reason, CLAUSE)
    decision.withdrawn_on, decision.withdrawal_reason = actor.today, reason
    decision.save(update_fields=["withdrawn_on", "withdrawal_reason"])
    seat = release_seat(actor=actor, application=application)
    application.state, application.approved_on = State.CERTIFICATION, None
    application.save(update_fields=["state", "approved_on"])
    data = {"year": application.call.year, "seat": seat.number, "reason": reason}
    write("decision.withdrawn", application, actor=actor, clause=CLAUSE, data=data, reason=reason)
    subject = _("认定决定已撤销")
    tell_applicant(application, actor=actor, kind="decision.withdrawn", subject=subject, body=reason)
    tell_of(application, municipal_staff(), actor=actor, kind="decision.withdrawn", subject=subject, body=reason)
    return decision
