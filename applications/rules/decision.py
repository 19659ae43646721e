"""The list, the withdrawal of a decision, and the award (`4.3-decision`, `4.3-award`)."""

from django.utils.translation import gettext as _

from applications.models import Call, Decision, DecisionList, Round
from applications.rules.table import State, table_verdict
from applications.rules.year import decisions_open
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.quota import seat_verdict
from haizhi_portal.policy.verdict import Verdict
from haizhi_portal.policy.words import Role


def can_prepare_list(actor: Actor, call: Call) -> Verdict:
    """Municipal staff, after the round closed and before the year's decisions are."""
    if actor.role != Role.MUNICIPAL:
        return Verdict.no("4.3-decision", _("名单由市科协学会部拟定。"))
    open_ = decisions_open(call)
    if not open_:
        return open_
    if not Round.objects.filter(call=call, closed_on__isnull=False).exists():
        return Verdict.no("4.2-yearly", _("专家认证结束后才能拟定名单。"))
    if not call.applications.filter(
        state=State.CERTIFICATION, entered_round_on__isnull=False, set_aside_on__isnull=True
    ).exists():
        return Verdict.no("4.3-decision", _("没有等待决定的申报。"))
    return Verdict.yes("4.3-decision")


def can_settle_list(actor: Actor, decision_list: DecisionList) -> Verdict:
    """A leader, and not the one who prepared it; once; within the seats left."""
    clause = "4.3-decision"
    if actor.role != Role.LEADER:
        return Verdict.no(clause, _("名单由市科协领导审定。"))
    if decision_list.settled_on:
        return Verdict.no(clause, _("这份名单已于%(day)s审定。") % {"day": said(decision_list.settled_on)})
    if decision_list.prepared_by_id == actor.user.pk:
        return Verdict.no(clause, _("名单须由拟定人以外的人审定。"))
    call = decision_list.call
    open_ = decisions_open(call)
    if not open_:
        return open_
    approving = decision_list.decisions.filter(outcome=Decision.Outcome.APPROVE, withdrawn_on__isnull=True).count()
    taken = call.seats.filter(released_on__isnull=True).count()
    if approving:
        return seat_verdict(taken + approving - 1, call.quota, call.year)
    return Verdict.yes(clause)


def can_withdraw_decision(actor: Actor, decision: Decision) -> Verdict:
    """A leader, between the settled list and the award; the year's decisions still being open."""
    verdict = table_verdict("withdraw_decision", actor, decision.application)
    if not verdict:
        return verdict
    if decision.settled_on is None or decision.withdrawn_on is not None or decision.outcome != Decision.Outcome.APPROVE:
        return Verdict.no("4.3-decision", _("只有已审定、列入名单的决定可以撤销。"))
    return decisions_open(decision.application.call)


def can_award(actor: Actor, call: Call) -> Verdict:
    """A leader, whenever a settled decision waits for its document and plaque."""
    if actor.role != Role.LEADER:
        return Verdict.no("4.3-award", _("批复和授牌由市科协领导签发。"))
    if not call.applications.filter(state=State.APPROVED).exists():
        return Verdict.no("4.3-award", _("没有已审定、等待授牌的申报。"))
    return Verdict.yes("4.3-award")
