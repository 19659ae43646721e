"""How terms and bases end: by time, without renewal, by the unit's own wish, by withdrawal."""

from datetime import date
from itertools import pairwise

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from bases import naming
from bases.actions.obligations import cancel_unowed, create_due_obligations
from bases.models import Base, Term
from bases.rules import can_revoke, can_surrender
from haizhi_portal.accounts.queries import municipal_staff, people_of
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.ledger import record
from haizhi_portal.notifications.actions import tell
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.terms import expiry_day
from haizhi_portal.policy.verdict import RuleViolation


@transaction.atomic
def end_what_is_over(*, actor: Actor, base: Base) -> Base:
    """Record what time has ended by the actor's day, under the base's lock, and return the base as it then stands.

    A term without a seamless successor expires on the day after its last day. The base ends that same day, unless a
    renewal is pending; when the pending one is gone without a new term, it ends on the day this is found.
    """
    create_due_obligations(actor=actor, base=base)
    base = _locked(base)
    if base.ended_on is not None:
        return base
    terms = _terms(base)
    last = terms[-1]
    was_recorded = last.ended_on is not None
    _expire_terms(actor, base, terms)
    if last.ended_on is not None and last.renewal_requested_on is None:
        _expire_base(actor, base, actor.today if was_recorded else last.ended_on)
    return base


@transaction.atomic
def end_unrenewed(*, actor: Actor, base: Base) -> Base:
    """The renewal came to nothing: a base whose last day is over ends on the actor's day, any other runs on to it."""
    create_due_obligations(actor=actor, base=base)
    base = _locked(base)
    if base.ended_on is not None:
        return base
    terms = _terms(base)
    last = terms[-1]
    if last.renewal_requested_on is not None:
        last.renewal_requested_on = None
        last.save(update_fields=["renewal_requested_on"])
    _expire_terms(actor, base, terms)
    if last.ended_on is not None:
        _expire_base(actor, base, actor.today)
    return base


def surrender(*, actor: Actor, base: Base, reason: str) -> Base:
    """The unit gives its licence up; this day is no longer in force (`5.5-exit`). Raises RuleViolation."""
    end_what_is_over(actor=actor, base=base)
    reason = _said(reason, _("请说明退出的理由。"))
    with transaction.atomic():
        base = _locked(base)
        can_surrender(actor, base).require()
        _expire_terms(actor, base, _terms(base), undecided=False)
        _end(actor, base, Base.End.SURRENDERED, actor.today, reason)
        _record(actor, base, "base.surrendered", {"reason": reason}, actor.today, reason)
        cancel_unowed(actor=actor, base=base)
        tell(
            actor=actor,
            recipients=[*people_of(base.organisation), *municipal_staff()],
            kind="base.surrendered",
            subject=_("%(base)s已主动退出") % {"base": base.name},
            body=_("自%(day)s起资格终止。理由：%(reason)s") % {"day": said(actor.today), "reason": reason},
            link=_page(base),
        )
    return base


def revoke(*, actor: Actor, base: Base, ground: str, years: list[int], reason: str) -> Base:
    """The leader withdraws the qualification; this day is no longer in force (`5.5-exit`).

    ``ground`` is "two_failures" with its two ``years``, or "false_statements" with none. Raises RuleViolation.
    """
    end_what_is_over(actor=actor, base=base)
    reason = _said(reason, _("请写明取消资格的事实和理由。"))
    with transaction.atomic():
        base = _locked(base)
        can_revoke(actor, base).require()
        _expire_terms(actor, base, _terms(base), undecided=False)
        _end(actor, base, Base.End.REVOKED, actor.today, reason)
        _record(actor, base, "base.revoked", {"ground": ground, "years": list(years)}, actor.today, reason)
        cancel_unowed(actor=actor, base=base)
        tell(
            actor=actor,
            recipients=people_of(base.organisation),
            kind="base.revoked",
            subject=_("%(base)s的资格已被取消") % {"base": base.name},
            body=_("自%(day)s起资格终止。理由：%(reason)s") % {"day": said(actor.today), "reason": reason},
            link=_page(base),
        )
    return base


def _locked(base: Base) -> Base:
    return Base.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=base.pk)


def _terms(base: Base) -> list[Term]:
    return list(base.terms.select_for_update().order_by("number"))


def _expire_terms(actor: Actor, base: Base, terms: list[Term], *, undecided: bool = True) -> None:
    """Record the terms that are over; ``undecided``: a pending renewal may still be passed on the actor's day."""
    successors = [later for _earlier, later in pairwise(terms)]
    for term, later in zip(terms, [*successors, None], strict=True):
        over_on = expiry_day(term.expires_on)
        if actor.today < over_on or term.ended_on is not None or (later and later.starts_on == over_on):
            continue
        if undecided and actor.today == over_on and term.renewal_requested_on is not None:
            # Decided today, the next term would begin today and this one would not have expired.
            continue
        term.ended_on = over_on
        term.save(update_fields=["ended_on"])
        record(
            "term.expired",
            actor=Actor.system(actor.now),
            object=naming.term_object(base, term),
            clause="5.6-term",
            data={"number": term.number},
            on=over_on,
            base=base.number,
            organisation=base.organisation.credit_code,
        )


def _expire_base(actor: Actor, base: Base, on: date) -> None:
    reason = _("有效期届满，没有续期。")
    _end(actor, base, Base.End.EXPIRED, on, reason)
    _record(Actor.system(actor.now), base, "base.expired", {}, on, reason)
    cancel_unowed(actor=actor, base=base)
    tell(
        actor=Actor.system(actor.now),
        recipients=[*people_of(base.organisation), *municipal_staff()],
        kind="base.expired",
        subject=_("%(base)s的资格已到期终止") % {"base": base.name},
        body=_("自%(day)s起不再有效。以前欠报的报告仍可补报；今后可作为新基地重新申报。") % {"day": said(on)},
        link=_page(base),
    )


def _end(actor: Actor, base: Base, end: str, on: date, reason: str) -> None:
    """Close the base and every term still open, coming ones included."""
    for term in _terms(base):
        if term.ended_on is None and term.expires_on >= on:
            term.ended_on = on
        term.renewal_requested_on = None
        term.save(update_fields=["ended_on", "renewal_requested_on"])
    base.ended_on, base.end, base.end_reason = on, end, reason
    base.save(update_fields=["ended_on", "end", "end_reason"])


def _record(actor: Actor, base: Base, event: str, data: dict[str, object], on: date, reason: str) -> None:
    record(
        event,
        actor=actor,
        object=f"base:{base.number}",
        clause="5.6-term" if event == "base.expired" else "5.5-exit",
        data=data,
        on=on,
        base=base.number,
        organisation=base.organisation.credit_code,
        reason=reason,
    )


def _said(reason: str, otherwise: str) -> str:
    if not (reason := reason.strip()):
        raise RuleViolation(clause="5.5-exit", message=otherwise, field="reason")
    return reason


def _page(base: Base) -> str:
    return reverse("bases:detail", args=[base.number])
