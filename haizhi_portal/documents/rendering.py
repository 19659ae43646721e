"""From facts to a PDF/A-3a file: the same facts give the same bytes, on any day and any machine with the same fonts."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.template.loader import render_to_string

from haizhi_portal.documents import fonts
from haizhi_portal.documents.codes import address, barcode_image, entrance, in_groups, qr_image
from haizhi_portal.documents.models import Document
from haizhi_portal.documents.pages import context_of
from haizhi_portal.documents.press import typeset_apart
from haizhi_portal.documents.wording import ISSUER, PRINTING_DEPARTMENT, SCHEME, printable, title_lines
from haizhi_portal.policy.dates_said import said


class Unprintable(RuntimeError):
    """An official text holds a character that no font here can write."""


def render_document(document: Document, *, apart: bool = False) -> bytes:
    """The file of an issued document. Raises what `render_pdf` raises."""
    return render_pdf(
        document.kind,
        document.facts,
        title=document.title,
        number=str(document.number or ""),
        dated_on=document.dated_on,
        verify_code=document.verify_code,
        corrects=_named(document.corrects) if document.corrects else "",
        apart=apart,
    )


def render_pdf(
    kind: str,
    facts: Mapping[str, Any],
    *,
    title: str,
    number: str = "",
    dated_on: date,
    verify_code: str = "",
    corrects: str = "",
    apart: bool = False,
) -> bytes:
    """One document as PDF/A-3a, tagged, in Chinese, with its fonts inside.

    ``number`` is the whole number as printed, ``corrects`` names the document this one corrects. Without a
    ``verify_code`` (a draft) nothing can be verified and no code is printed. ``apart`` sets it in a process of its own,
    bounded in memory and time: the worker's way.
    Raises RuntimeError when the fonts are not installed or another font slipped in, Unprintable when an official
    text holds a character they cannot write; in an application form such a character is printed as 〓. Apart also
    `press.TooLarge` and `press.TooSlow`.
    """
    fonts.require_fonts()
    if kind != Document.Kind.APPLICATION_FORM:
        _require_writable(facts, title, number, corrects)
    html = page_source(
        kind, facts, title=title, number=number, dated_on=dated_on, verify_code=verify_code, corrects=corrects
    )
    identifier = verify_code or hashlib.sha256(html.encode()).hexdigest()
    if apart:
        return typeset_apart(html, identifier=identifier)
    from haizhi_portal.documents.typesetting import typeset  # needs Pango; all but documents works without it

    return typeset(html, identifier=identifier)


def page_source(
    kind: str,
    facts: Mapping[str, Any],
    *,
    title: str,
    number: str = "",
    dated_on: date,
    verify_code: str = "",
    corrects: str = "",
) -> str:
    """The document as the HTML it is set from. Raises ValueError for a kind without a template."""
    if kind not in Document.Kind.values:
        raise ValueError(f"no document of kind {kind!r}")
    words = printable(dict(facts))
    context = {
        "kind": kind,
        "kind_label": str(Document.Kind(kind).label),
        "title": fonts.legible(title),
        "title_lines": title_lines(fonts.legible(title), name=str(words.get("organisation") or "")),
        "number": number,
        "dated": said(dated_on),
        "dated_iso": f"{dated_on.isoformat()}T00:00:00+08:00",
        "issuer": ISSUER,
        "printing_department": PRINTING_DEPARTMENT,
        "scheme": SCHEME,
        "corrects": corrects,
        "facts": words,
        **context_of(kind, words),
    }
    if verify_code:
        context |= {
            "verify_code": in_groups(verify_code),
            "verify_address": address(verify_code),
            "verify_page": entrance(),
            "qr": qr_image(verify_code),
            "barcode": barcode_image(verify_code),
        }
    return render_to_string(f"documents/pdf/{kind}.html", context)


def _require_writable(facts: Mapping[str, Any], *texts: str) -> None:
    whole = json.dumps(facts, ensure_ascii=False, cls=DjangoJSONEncoder) + "".join(texts)
    if lost := fonts.unwritable(whole):
        named = "、".join(f"{character}(U+{ord(character):04X})" for character in lost[:10])
        raise Unprintable(f"the fonts cannot write {named}")


def _named(document: Document) -> str:
    number = f"（{document.number}）" if document.number else ""
    return f"《{document.title}》{number}"
