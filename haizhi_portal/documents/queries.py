"""What is read about documents, and by whom."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import CharField, Prefetch, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat

from haizhi_portal.accounts.models import Organisation
from haizhi_portal.audit.models import Entry
from haizhi_portal.documents.models import Document, DocumentNumber
from haizhi_portal.documents.rules import KEEPERS
from haizhi_portal.policy.words import Role

ENDINGS = ("base.expired", "base.surrendered", "base.revoked")


def visible_to(user: Any) -> QuerySet[Document]:
    """The documents a person may open.

    A unit has its own; a reviewing body those of the units in its jurisdictions but for application forms, which
    follow the application's own route; the municipal association and the auditor have all.
    """
    documents = Document.objects.select_related("number__series", "corrects__number__series", "file")
    if not user.is_authenticated:
        return documents.none()
    if user.role in KEEPERS:
        return documents
    if user.role == Role.APPLICANT:
        return documents.filter(credit_code=user.organisation.credit_code)
    if user.role == Role.DISTRICT:
        theirs = Organisation.objects.filter(jurisdiction__reviewing_body_id=user.reviewing_body_id)
        return documents.filter(credit_code__in=theirs.values("credit_code")).exclude(
            kind=Document.Kind.APPLICATION_FORM
        )
    return documents.none()


def numbers_visible_to(user: Any) -> QuerySet[DocumentNumber]:
    """The register of numbers, newest first, void ones included; for those who keep or audit it."""
    numbers = DocumentNumber.objects.select_related("series", "document", "document__file")
    if not user.is_authenticated or user.role not in KEEPERS:
        return numbers.none()
    return numbers.order_by("-year", "-drawn_on", "series__code", "-number")


def found_by(numbers: QuerySet[DocumentNumber], words: str) -> QuerySet[DocumentNumber]:
    """Numbers whose own text, title, unit or base holds the words."""
    return numbers.annotate(
        said=Concat(
            "series__code",
            Value("〔"),
            Cast("year", CharField()),
            Value("〕"),
            Cast("number", CharField()),
            Value("号"),
            output_field=CharField(),
        )
    ).filter(
        Q(said__icontains=words)
        | Q(document__title__icontains=words)
        | Q(document__base_number__icontains=words)
        | Q(document__credit_code__icontains=words)
    )


def verified(code: str) -> Document | None:
    """The document that carries a printed code, for anyone who holds the paper."""
    return (
        Document.objects.select_related("number__series", "corrects__number__series", "file")
        .prefetch_related(Prefetch("corrections", Document.objects.select_related("number__series").order_by("pk")))
        .filter(verify_code=code)
        .first()
    )


def ended_on(base_number: str) -> date | None:
    """The day on which the base ended for good, as the ledger has it; None while it has not."""
    if not base_number:
        return None
    return (
        Entry.objects.filter(base=base_number, event__in=ENDINGS).order_by("seq").values_list("on", flat=True).first()
    )


def newer_version(document: Document) -> int | None:
    """The latest version printed of the same application, if it is later than this form's."""
    if document.kind != Document.Kind.APPLICATION_FORM or not document.application_number:
        return None
    forms = Document.objects.filter(
        kind=Document.Kind.APPLICATION_FORM,
        application_number=document.application_number,
        pk__gt=document.pk,
        voided_on__isnull=True,
    )
    facts = forms.order_by("-pk").values_list("facts", flat=True).first()
    return facts.get("version") if facts else None


def unrendered(most_attempts: int) -> QuerySet[Document]:
    """Documents in force without a file that were not given up on, oldest first."""
    return Document.objects.filter(
        file__isnull=True, voided_on__isnull=True, render_attempts__lt=most_attempts
    ).order_by("pk")
