"""From an issued document to its kept file. Idempotent: whoever comes second finds the file and leaves it."""

import hashlib
import logging
from datetime import datetime

from django.db import transaction
from django.db.models import F

from haizhi_portal.accounts.models import User
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.ledger import record
from haizhi_portal.audit.models import Entry
from haizhi_portal.documents import queue
from haizhi_portal.documents.models import Document
from haizhi_portal.documents.rendering import render_document
from haizhi_portal.documents.rules import can_retry
from haizhi_portal.files.store import store_bytes

_log = logging.getLogger(__name__)

MOST_ATTEMPTS = 5


def attach_rendering(*, document_id: int, now: datetime, apart: bool = False) -> Document:
    """Make the document's file and keep it with its digest; the document as it then stands.

    Rendering holds no lock and no transaction; ``apart`` it runs in a bounded process of its own. A void document gets
    no file. Raises what the rendering raised, after the attempt and its reason were put on the row.
    """
    document = _with_number(document_id)
    if document.file_id or document.voided_on:
        return document
    try:
        content = render_document(document, apart=apart)
    except Exception as problem:
        _note_failure(document, problem)
        raise
    return _keep(document_id=document_id, content=content, now=now)


@transaction.atomic
def _keep(*, document_id: int, content: bytes, now: datetime) -> Document:
    document = Document.objects.select_for_update().get(pk=document_id)
    if document.file_id or document.voided_on:
        return document
    actor = issuer_of(document, now)
    document.file = store_bytes(
        actor=actor, content=content, name=f"{document.title}.pdf", content_type="application/pdf"
    )
    document.sha256 = hashlib.sha256(content).hexdigest()
    document.rendered_at = now
    document.render_attempts += 1
    document.render_error = ""
    document.save(update_fields=["file", "sha256", "rendered_at", "render_attempts", "render_error"])
    record_issued(document=document, actor=actor)
    return document


@transaction.atomic
def retry(*, actor: Actor, document: Document) -> Document:
    """Queue another attempt and forget the earlier ones. Raises RuleViolation when there is nothing to make."""
    document = Document.objects.select_for_update().get(pk=document.pk)
    can_retry(actor, document).require()
    document.render_attempts = 0
    document.render_error = ""
    document.save(update_fields=["render_attempts", "render_error"])
    transaction.on_commit(lambda: queue.send(document.pk), robust=True)
    return document


def record_issued(*, document: Document, actor: Actor) -> None:
    """Write ``document.issued`` once; its actor is the one who issued it, its day the document's own date.

    A unit's printed form bears no number and is no document of the association: the ledger has its submission.
    """
    name = ledger_name(document)
    if document.number_id is None or Entry.objects.filter(object=name, event="document.issued").exists():
        return
    record(
        "document.issued",
        actor=actor,
        object=name,
        clause=document.clause,
        data=ledger_data(document),
        on=document.dated_on,
        base=document.base_number or None,
        application=document.application_number or None,
        organisation=document.credit_code or None,
    )


def ledger_name(document: Document) -> str:
    return f"document:{document.number or document.verify_code}"


def ledger_data(document: Document) -> dict[str, str | None]:
    return {
        "kind": document.kind,
        "number": str(document.number) if document.number else None,
        "sha256": document.sha256,
    }


def issuer_of(document: Document, now: datetime) -> Actor:
    """The one who issued the document, as the actor of what the worker does on their behalf."""
    if document.issued_by == "system":
        return Actor.system(now)
    user = User.objects.filter(public_id=document.issued_by).first()
    return Actor(user=user, role=document.issued_role, now=now)


def _with_number(document_id: int) -> Document:
    return Document.objects.select_related("number__series", "corrects__number__series").get(pk=document_id)


def _note_failure(document: Document, problem: Exception) -> None:
    reason = f"{type(problem).__name__}: {problem}"[:500]
    _log.error("document %s was not rendered: %s", document.public_id, reason)
    Document.objects.filter(pk=document.pk, file__isnull=True).update(
        render_attempts=F("render_attempts") + 1, render_error=reason
    )
