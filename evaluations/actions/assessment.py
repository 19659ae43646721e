"""What becomes of a request for renewal: prepared by an officer, decided by the leader (`5.6-reaward`)."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bases.actions.endings import end_unrenewed
from bases.actions.terms import attach_approval, note_refusal, renew
from bases.models import Term
from evaluations import rules
from evaluations.actions.locking import is_same_text, locked_renewal
from evaluations.actions.naming import about_renewal, renewal_page
from evaluations.models import Renewal
from haizhi_portal.accounts.queries import leaders, people_of
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.ledger import record
from haizhi_portal.documents.actions.issue import issue
from haizhi_portal.documents.models import Document
from haizhi_portal.notifications.actions import tell
from haizhi_portal.policy.terms import expiry_day
from haizhi_portal.policy.verdict import Conflict, RuleViolation

CLAUSE = rules.REAWARD
SERIES = "大科协发"


@transaction.atomic
def prepare_renewal(*, actor: Actor, renewal: Renewal, proposal: str, assessment: str) -> Renewal:
    """The officer's assessment and proposal ("pass" or "fail") for the leader. Passing needs the stamped paper.

    Raises RuleViolation.
    """
    renewal = locked_renewal(actor, renewal)
    rules.can_prepare_renewal(actor, renewal).require()
    if proposal not in ("pass", "fail"):
        raise RuleViolation(clause=CLAUSE, message=_("请选择拟通过或拟不通过。"), field="proposal")
    if not assessment.strip():
        raise RuleViolation(clause=CLAUSE, message=_("请填写考核意见。"), field="assessment")
    if proposal == "pass":
        rules.has_paper(renewal).require(field="proposal")
    renewal.proposal, renewal.assessment = proposal, assessment.strip()
    renewal.prepared_on, renewal.prepared_by = actor.today, actor.user
    renewal.save(update_fields=["proposal", "assessment", "prepared_on", "prepared_by"])
    _record("renewal.prepared", actor, renewal, reason=assessment.strip(), proposal=proposal)
    words = _("%(base)s：经办人拟通过。") if proposal == "pass" else _("%(base)s：经办人拟不通过。")
    first = rules.no_open_case(rules.open_case(renewal.term.base)).reason
    tell(
        actor=actor,
        recipients=leaders(),
        kind="renewal.prepared",
        subject=_("%(base)s 续期考核待决定") % {"base": renewal.term.base.number},
        body=words % {"base": renewal.term.base.name} + first,
        link=renewal_page(renewal),
    )
    return renewal


@transaction.atomic
def decide_renewal(
    *, actor: Actor, renewal: Renewal, passed: bool, reason: str, assessment_read: str | None = None
) -> Renewal:
    """The leader, another person, decides: a new term and document, or the end of the base at its time.

    ``assessment_read`` is what the leader had before them; Conflict when the officer has changed it since. Raises
    RuleViolation when departing from the proposal, or failing, without a reason.
    """
    renewal = locked_renewal(actor, renewal)
    rules.can_decide_renewal(actor, renewal).require()
    if assessment_read is not None and not is_same_text(assessment_read, renewal.assessment):
        raise Conflict(clause=CLAUSE, message=_("经办人刚刚改动了考核意见，请看过新的意见再决定。"))
    if passed:
        rules.has_paper(renewal).require(field="passed")
    reason = reason.strip()
    if not reason and not (passed and renewal.proposal == "pass"):
        raise RuleViolation(clause=CLAUSE, message=_("不予续期，或与拟定结论不同的，请写明理由。"), field="reason")
    _record("renewal.passed" if passed else "renewal.failed", actor, renewal, reason=reason)
    renewal.state = Renewal.State.PASSED if passed else Renewal.State.FAILED
    renewal.decided_on, renewal.decided_by, renewal.decision_reason = actor.today, actor.user, reason
    renewal.document = _renewed(actor, renewal) if passed else _not_renewed(actor, renewal, reason)
    renewal.save(update_fields=["state", "decided_on", "decided_by", "decision_reason", "document"])
    return renewal


def _renewed(actor: Actor, renewal: Renewal) -> Document:
    """The next term with its plaque, and the decision that approves it."""
    new = renew(actor=actor, term=renewal.term)
    document = _issue(
        actor,
        renewal,
        kind=Document.Kind.RENEWAL_DECISION,
        title=_("关于%(unit)s海智工作基地重新授牌的决定"),
        facts={
            "old_expires_on": renewal.term.expires_on.isoformat(),
            "starts_on": new.starts_on.isoformat(),
            "expires_on": new.expires_on.isoformat(),
            "plaque_number": new.plaque.number,
        },
    )
    attach_approval(term=new, document=document)
    return document


def _not_renewed(actor: Actor, renewal: Renewal, reason: str) -> Document:
    """The base runs on to its last day, or ends today if that is over."""
    base, term = renewal.term.base, renewal.term
    note_refusal(term=term, refused_on=actor.today)
    end_unrenewed(actor=actor, base=base)
    document = _issue(
        actor,
        renewal,
        kind=Document.Kind.NON_RENEWAL_NOTICE,
        title=_("关于%(unit)s海智工作基地不予续期的通知"),
        facts={
            "expires_on": term.expires_on.isoformat(),
            "reason": reason,
            "ended_on": ended_on_if_failed(term, actor).isoformat(),
        },
    )
    tell(
        actor=actor,
        recipients=people_of(base.organisation),
        kind="renewal.failed",
        subject=_("续期考核未通过"),
        body=_("%(base)s的续期申请未通过。理由：%(reason)s") % {"base": base.name, "reason": reason},
        link=renewal_page(renewal),
    )
    return document


def ended_on_if_failed(term: Term, actor: Actor) -> Any:
    """The first day without a licence when the renewal fails today: the day after the last one, or today if later."""
    return max(actor.today, expiry_day(term.expires_on))


def _record(event: str, actor: Actor, renewal: Renewal, *, reason: str, **data: str) -> None:
    record(
        event,
        actor=actor,
        clause=CLAUSE,
        reason=reason,
        data={"expires_on": renewal.term.expires_on, **data},
        **about_renewal(renewal),
    )


def _issue(actor: Actor, renewal: Renewal, *, kind: Document.Kind, title: str, facts: dict[str, str]) -> Document:
    base = renewal.term.base
    names = {"organisation": base.organisation.name, "base_name": base.name, "base_number": base.number}
    return issue(
        actor=actor,
        kind=kind,
        title=title % {"unit": base.organisation.name},
        facts={**names, **facts},
        clause=CLAUSE,
        series=SERIES,
        base_number=base.number,
        credit_code=base.organisation.credit_code,
    )
