"""Licence terms: beginning one with its plaque and certificate, renewing it, noting a pending renewal."""

from datetime import date

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from bases import naming
from bases.actions.endings import end_what_is_over
from bases.actions.obligations import create_due_obligations
from bases.models import Base, Plaque, Term
from bases.rules import can_renew
from haizhi_portal.accounts.queries import people_of
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.ledger import record
from haizhi_portal.documents.actions.issue import issue
from haizhi_portal.documents.models import Document
from haizhi_portal.notifications.actions import tell
from haizhi_portal.policy.dates_said import said, said_range
from haizhi_portal.policy.figures import Figures
from haizhi_portal.policy.stored import figures_on
from haizhi_portal.policy.terms import Span, renewed_term
from haizhi_portal.policy.verdict import Conflict

CERTIFICATES = "大科协证"


@transaction.atomic
def begin_term(*, actor: Actor, base: Base, kind: str, span: Span, figures: Figures, clause: str) -> Term:
    """Enter the base's next term from ``span``, with its plaque and certificate. Raises Conflict on a lost race."""
    number = base.terms.count() + 1
    try:
        with transaction.atomic():
            term = Term.objects.create(
                base=base,
                number=number,
                kind=kind,
                approved_on=actor.today,
                starts_on=span.starts_on,
                expires_on=span.expires_on,
                edition=figures.edition,
                renewal_window_days=figures.renewal_window_days,
            )
    except IntegrityError as error:
        raise Conflict(clause=clause, message=_("这个基地的下一期刚刚已由他人办理，请刷新页面查看。")) from error
    plaque = Plaque.objects.create(
        term=term,
        number=naming.plaque_number(base, number),
        text=naming.plaque_text(base.organisation.name, actor.today),
        awarded_on=actor.today,
    )
    term.certificate = issue(
        actor=actor,
        kind=Document.Kind.CERTIFICATE,
        title=_("海智工作基地证书"),
        facts={
            "organisation": base.organisation.name,
            "base_name": base.name,
            "base_number": base.number,
            "plaque_number": plaque.number,
            "plaque_text": plaque.text,
            "starts_on": span.starts_on.isoformat(),
            "expires_on": span.expires_on.isoformat(),
            "term": str(number),
        },
        clause=clause,
        series=CERTIFICATES,
        base_number=base.number,
        application_number=base.application_number if number == 1 else "",
        credit_code=base.organisation.credit_code,
    )
    term.save(update_fields=["certificate"])
    return term


def record_start(*, actor: Actor, base: Base, term: Term, clause: str) -> None:
    """The ledger's entry of a term that was approved on the actor's day; it may start later."""
    record(
        "term.started",
        actor=actor,
        object=naming.term_object(base, term),
        clause=clause,
        data={
            "number": term.number,
            "kind": term.kind,
            "approved_on": term.approved_on,
            "starts_on": term.starts_on,
            "expires_on": term.expires_on,
        },
        on=term.approved_on,
        base=base.number,
        application=base.application_number if term.number == 1 and base.application_number else None,
        organisation=base.organisation.credit_code,
    )


@transaction.atomic
def renew(*, actor: Actor, term: Term) -> Term:
    """The renewal passed: the next term begins, without a gap when decided by the last day (`5.6-reaward`).

    Call it while the renewal is still noted on ``term``; it clears the note. Raises RuleViolation.
    """
    can_renew(actor).require()
    base = end_what_is_over(actor=actor, base=term.base)
    if base.ended_on is not None:
        raise Conflict(
            clause="5.6-reaward", message=_("基地资格自%(day)s起已终止，不能续期。") % {"day": said(base.ended_on)}
        )
    old = base.terms.select_for_update().get(pk=term.pk)
    if base.terms.filter(number__gt=old.number).exists():
        raise Conflict(clause="5.6-reaward", message=_("这一期已经续期，不能再续一次。"))
    figures = figures_on(actor.today)
    span = renewed_term(old.expires_on, actor.today, figures)
    old.renewal_requested_on = None
    old.save(update_fields=["renewal_requested_on"])
    new = begin_term(
        actor=actor, base=base, kind=Term.TermKind.RENEWAL, span=span, figures=figures, clause="5.6-reaward"
    )
    record_start(actor=actor, base=base, term=new, clause="5.6-reaward")
    create_due_obligations(actor=actor, base=base)
    tell(
        actor=actor,
        recipients=people_of(base.organisation),
        kind="term.started",
        subject=_("%(base)s已获续期") % {"base": base.name},
        body=_("新一期有效期为%(span)s，新的牌匾编号为 %(plaque)s。")
        % {"span": said_range(new.starts_on, new.expires_on), "plaque": new.plaque.number},
        link=reverse("bases:detail", args=[base.number]),
    )
    return new


@transaction.atomic
def note_renewal(*, term: Term, requested_on: date | None) -> Term:
    """Note that a renewal of ``term`` is pending since that day, or None that none is any more.

    Within the transaction of the request or its withdrawal, which writes the ledger. A withdrawal after the last day
    is followed by ``end_unrenewed``.
    """
    term = Term.objects.select_for_update().get(pk=term.pk)
    term.renewal_requested_on = requested_on
    term.save(update_fields=["renewal_requested_on"])
    return term


@transaction.atomic
def note_refusal(*, term: Term, refused_on: date) -> Term:
    """Note that the renewal of ``term`` was refused: it is not pending any more and cannot be asked for again.

    Within the transaction of the decision, which writes the ledger; followed by ``end_unrenewed``.
    """
    term = Term.objects.select_for_update().get(pk=term.pk)
    term.renewal_requested_on, term.renewal_refused_on = None, refused_on
    term.save(update_fields=["renewal_requested_on", "renewal_refused_on"])
    return term


@transaction.atomic
def attach_approval(*, term: Term, document: Document) -> Term:
    """Name the document by which a term was approved, once it is issued."""
    term = Term.objects.select_for_update().get(pk=term.pk)
    term.approval = document
    term.save(update_fields=["approval"])
    return term
