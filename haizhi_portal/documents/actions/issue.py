"""Issuing documents and declaring them void (`4.3-award`): numbers are drawn under a lock, without gaps."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.ledger import record
from haizhi_portal.documents import queue
from haizhi_portal.documents.actions.rendering import (
    attach_rendering,
    issuer_of,
    ledger_data,
    ledger_name,
    record_issued,
)
from haizhi_portal.documents.models import Document, DocumentNumber, RegisterYear, Series
from haizhi_portal.documents.modes import current_mode, rendering_mode
from haizhi_portal.documents.rules import can_void
from haizhi_portal.policy.verdict import Conflict, RuleViolation

__all__ = ["attach_rendering", "issue", "rendering_mode", "void"]


@transaction.atomic
def issue(
    *,
    actor: Actor,
    kind: Document.Kind,
    title: str,
    facts: dict[str, Any],
    clause: str,
    series: str | None = None,
    dated_on: date | None = None,
    base_number: str = "",
    application_number: str = "",
    credit_code: str = "",
    corrects: Document | None = None,
) -> Document:
    """Freeze the facts of a document and, with ``series``, draw its number; the file follows by the rendering mode.

    ``dated_on`` is the date the document bears (default: the actor's day); its year is the register's. An application
    form bears the check code of its submission, so issuing the same version again returns the document there is.
    Raises RuleViolation for a series the register does not know, Conflict when a number was lost to somebody else.
    """
    dated_on = dated_on or actor.today
    own_code = str(facts.get("check_code") or "") if kind == Document.Kind.APPLICATION_FORM else ""
    if own_code and (printed := Document.objects.filter(verify_code=own_code).first()):
        return printed
    document = Document(
        kind=kind,
        title=title,
        dated_on=dated_on,
        facts=facts,
        clause=clause,
        base_number=base_number,
        application_number=application_number,
        credit_code=credit_code,
        corrects=corrects,
        issued_by=actor.opaque_id,
        issued_role=str(actor.role),
    )
    if own_code:
        document.verify_code = own_code
    try:
        with transaction.atomic():
            document.number = _draw(series, dated_on, drawn_on=actor.today, clause=clause) if series else None
            document.save(force_insert=True)
    except IntegrityError as problem:
        raise Conflict(clause=clause, message=_("发文字号刚被另一份文书取用，请再试一次。")) from problem
    _have_rendered(document, actor)
    return document


def _draw(code: str, dated_on: date, *, drawn_on: date, clause: str) -> DocumentNumber:
    """The next number of the series' register of that year, drawn under the register's lock."""
    series = Series.objects.filter(code=code).first()
    if series is None:
        raise RuleViolation(clause=clause, message=_("发文代字“%(code)s”没有登记，不能取号。") % {"code": code})
    RegisterYear.objects.get_or_create(series=series, year=dated_on.year)
    register = RegisterYear.objects.select_for_update().get(series=series, year=dated_on.year)
    register.last += 1
    register.save(update_fields=["last"])
    return DocumentNumber.objects.create(series=series, year=dated_on.year, number=register.last, drawn_on=drawn_on)


def _have_rendered(document: Document, actor: Actor) -> None:
    pk = document.pk
    match current_mode():
        case "number_only":
            record_issued(document=document, actor=actor)
        case "sweep":
            return
        case "official_inline" if document.number is None:
            return
        case "inline" | "official_inline":
            transaction.on_commit(lambda: attach_rendering(document_id=pk, now=actor.now))
        case _:
            transaction.on_commit(lambda: queue.send(pk), robust=True)


@transaction.atomic
def void(*, actor: Actor, document: Document, reason: str) -> Document:
    """Declare a document and its number void; both stay in the register with the reason.

    Raises RuleViolation unless a leader does it, once, and says why.
    """
    document = Document.objects.select_for_update(of=("self",)).select_related("number__series").get(pk=document.pk)
    can_void(actor, document).require()
    reason = reason.strip()
    if not reason:
        raise RuleViolation(clause=document.clause, message=_("请写明作废的理由。"), field="reason")
    if document.number:
        number = DocumentNumber.objects.select_for_update().get(pk=document.number.pk)
        number.voided_on, number.void_reason = actor.today, reason
        number.save(update_fields=["voided_on", "void_reason"])
    document.voided_on, document.void_reason = actor.today, reason
    document.save(update_fields=["voided_on", "void_reason"])
    record_issued(document=document, actor=issuer_of(document, actor.now))
    record(
        "document.voided",
        actor=actor,
        object=ledger_name(document),
        clause=document.clause,
        data=ledger_data(document),
        base=document.base_number or None,
        application=document.application_number or None,
        organisation=document.credit_code or None,
        reason=reason,
    )
    return document
