"""A unit asks for the renewal of its term: request, stamped paper, return, resubmission, withdrawal (`5.6-renewal`)."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bases.actions.endings import end_unrenewed, end_what_is_over
from bases.actions.terms import note_renewal
from bases.models import Base
from evaluations import rules
from evaluations.actions.assessment import decide_renewal, prepare_renewal
from evaluations.actions.locking import locked_renewal
from evaluations.actions.naming import about_renewal, renewal_page
from evaluations.models import Renewal, RenewalVersion
from evaluations.queries import last_term, renewal_of
from haizhi_portal.accounts.queries import municipal_staff, people_of
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.ledger import record
from haizhi_portal.notifications.actions import tell
from haizhi_portal.policy.dates_said import said, said_range
from haizhi_portal.policy.deadlines import correction_deadline, renewal_paper_deadline
from haizhi_portal.policy.stored import calendar, figures_on
from haizhi_portal.policy.verdict import Conflict, RuleViolation

CLAUSE = rules.RENEWAL

__all__ = [
    "decide_renewal",
    "prepare_renewal",
    "register_paper",
    "request_renewal",
    "resubmit_renewal",
    "return_renewal",
    "withdraw_renewal",
]


def _record(event: str, actor: Actor, renewal: Renewal, *, reason: str = "", **more: date) -> None:
    data = {"expires_on": renewal.term.expires_on, **more}
    record(event, actor=actor, clause=CLAUSE, reason=reason, data=data, **about_renewal(renewal))


@transaction.atomic
def request_renewal(*, actor: Actor, base: Base, statement: str, plan: str) -> Renewal:
    """The unit asks in the last days of its term; the electronic request keeps the date, the stamped paper follows.

    Raises RuleViolation outside the window (with its dates), Conflict for a second request.
    """
    base = end_what_is_over(actor=actor, base=base)
    term = last_term(base)
    rules.can_request_renewal(actor, base, term, renewal_of(term)).require()
    _complete(statement, plan)
    try:
        with transaction.atomic():
            renewal = Renewal.objects.create(
                term=term,
                statement=statement.strip(),
                plan=plan.strip(),
                requested_on=actor.today,
                requested_by=actor.user,
                paper_due_on=renewal_paper_deadline(actor.today, figures_on(actor.today), calendar()),
            )
    except IntegrityError as error:
        raise Conflict(clause=CLAUSE, message=_("本期的续期申请已经提交，请在原申请上办理。")) from error
    _freeze(actor, renewal)
    note_renewal(term=term, requested_on=actor.today)
    _record("renewal.submitted", actor, renewal)
    tell(
        actor=actor,
        recipients=municipal_staff(),
        kind="renewal.submitted",
        subject=_("%(base)s 提交续期申请") % {"base": base.number},
        body=_("%(base)s本期至%(last)s。盖章的纸质申请应在%(due)s前送达。")
        % {"base": base.name, "last": said(term.expires_on), "due": said(renewal.paper_due_on)},
        link=renewal_page(renewal),
    )
    return renewal


@transaction.atomic
def register_paper(*, actor: Actor, renewal: Renewal, received_on: date, reason: str = "") -> Renewal:
    """Register the stamped paper, which arrived between the request and the last day for it.

    Registration is for the actor's day. An earlier day of receipt needs the reason why it was not registered then,
    and is shown as such for ever. Raises RuleViolation (field "received_on" or "reason").
    """
    renewal = locked_renewal(actor, renewal)
    rules.can_register_paper(actor, renewal).require()
    if received_on > renewal.paper_due_on:
        message = _("纸质申请的最后一天是%(day)s，在此之后收到的不能登记。") % {"day": said(renewal.paper_due_on)}
        raise RuleViolation(clause=CLAUSE, message=message, field="received_on")
    if not renewal.requested_on <= received_on <= actor.today:
        first, last = renewal.requested_on, min(actor.today, renewal.paper_due_on)
        message = _("收到日期应在%(span)s之间。") % {"span": said_range(first, last)}
        if first == last:
            message = _("收到日期只能是%(day)s。") % {"day": said(first)}
        raise RuleViolation(clause=CLAUSE, message=message, field="received_on")
    reason = reason.strip() if received_on < actor.today else ""
    if received_on < actor.today and not reason:
        message = _("收到日期早于今天（%(day)s）的是补登，请写明当时没有登记的原因。") % {"day": said(actor.today)}
        raise RuleViolation(clause=CLAUSE, message=message, field="reason", code="reason_missing")
    renewal.paper_received_on, renewal.paper_registered_on = received_on, actor.today
    renewal.paper_reason = reason
    renewal.save(update_fields=["paper_received_on", "paper_registered_on", "paper_reason"])
    days = {"received_on": received_on, "registered_on": actor.today}
    _record("renewal.paper_received", actor, renewal, reason=reason, **days)
    tell(
        actor=actor,
        recipients=people_of(renewal.term.base.organisation),
        kind="renewal.paper_received",
        subject=_("续期的纸质申请已收到"),
        body=_("%(base)s的盖章纸质申请于%(day)s收到，市科协正在考核。")
        % {"base": renewal.term.base.name, "day": said(received_on)},
        link=renewal_page(renewal),
    )
    return renewal


@transaction.atomic
def return_renewal(*, actor: Actor, renewal: Renewal, reason: str) -> Renewal:
    """Send a request back for correction, with the reason and the last day for it. Raises RuleViolation."""
    renewal = locked_renewal(actor, renewal)
    rules.can_return_renewal(actor, renewal).require()
    if not reason.strip():
        raise RuleViolation(clause=CLAUSE, message=_("请写明需要修改什么。"), field="reason")
    renewal.state, renewal.return_reason = Renewal.State.RETURNED, reason.strip()
    renewal.correct_by = correction_deadline(actor.today, figures_on(actor.today), calendar())
    renewal.save(update_fields=["state", "return_reason", "correct_by"])
    _record("renewal.returned", actor, renewal, reason=reason.strip())
    tell(
        actor=actor,
        recipients=people_of(renewal.term.base.organisation),
        kind="renewal.returned",
        subject=_("续期申请被退回修改"),
        body=_("%(reason)s\n请在%(day)s前（含当日）修改后重新提交。")
        % {"reason": reason.strip(), "day": said(renewal.correct_by)},
        link=renewal_page(renewal),
    )
    return renewal


@transaction.atomic
def resubmit_renewal(*, actor: Actor, renewal: Renewal, statement: str, plan: str, expected_version: int) -> Renewal:
    """Hand the corrected request in again, as a new version.

    Raises RuleViolation, and Conflict when it was handed in elsewhere meanwhile.
    """
    renewal = locked_renewal(actor, renewal)
    rules.is_own_request(actor, renewal).require()
    if renewal.version != expected_version:
        raise Conflict(clause=CLAUSE, message=_("这份申请已由同事重新提交。请对照现在的内容；您填写的内容都还在。"))
    rules.can_resubmit_renewal(actor, renewal).require()
    _complete(statement, plan)
    renewal.state, renewal.statement, renewal.plan = Renewal.State.REQUESTED, statement.strip(), plan.strip()
    renewal.version += 1
    renewal.correct_by = None
    renewal.save(update_fields=["state", "statement", "plan", "version", "correct_by"])
    _freeze(actor, renewal)
    _record("renewal.resubmitted", actor, renewal)
    tell(
        actor=actor,
        recipients=municipal_staff(),
        kind="renewal.resubmitted",
        subject=_("%(base)s 重新提交续期申请") % {"base": renewal.term.base.number},
        body=_("%(base)s已按意见修改续期申请。") % {"base": renewal.term.base.name},
        link=renewal_page(renewal),
    )
    return renewal


@transaction.atomic
def withdraw_renewal(*, actor: Actor, renewal: Renewal, reason: str = "") -> Renewal:
    """The unit takes its request back; after the last day of the term that ends the base. Raises RuleViolation."""
    renewal = locked_renewal(actor, renewal)
    rules.can_withdraw_renewal(actor, renewal).require()
    renewal.state, renewal.decision_reason = Renewal.State.WITHDRAWN, reason.strip()
    renewal.save(update_fields=["state", "decision_reason"])
    _record("renewal.withdrawn", actor, renewal, reason=reason.strip())
    note_renewal(term=renewal.term, requested_on=None)
    tell(
        actor=actor,
        recipients=municipal_staff(),
        kind="renewal.withdrawn",
        subject=_("%(base)s 撤回续期申请") % {"base": renewal.term.base.number},
        body=reason.strip() or _("没有填写理由。"),
        link=renewal_page(renewal),
    )
    end_unrenewed(actor=actor, base=renewal.term.base)
    return renewal


def _complete(statement: str, plan: str) -> None:
    if not statement.strip():
        raise RuleViolation(clause=CLAUSE, message=_("请填写本期工作情况和续期理由。"), field="statement")
    if not plan.strip():
        raise RuleViolation(clause=CLAUSE, message=_("请填写下一期工作计划。"), field="plan")


def _freeze(actor: Actor, renewal: Renewal) -> None:
    RenewalVersion.objects.create(
        renewal=renewal,
        version=renewal.version,
        statement=renewal.statement,
        plan=renewal.plan,
        submitted_at=actor.now,
        submitted_by=actor.user,
    )
