"""What each kind's template needs beyond the facts themselves."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

from django.template.loader import render_to_string

from haizhi_portal.documents.application_form import form_context
from haizhi_portal.documents.models import Document
from haizhi_portal.documents.wording import result_words
from haizhi_portal.policy.grading import RESULT_LABELS, UNQUALIFIED

Words = dict[str, Any]

# Characters of a unit's name beyond which the certificate sets it smaller.
LONG_NAME = 28


def context_of(kind: str, facts: Words) -> Words:
    """Extra template variables of a kind, from its printable facts."""
    build = _BUILDERS.get(kind)
    return build(facts) if build else {}


def _certificate(facts: Words) -> Words:
    artwork = render_to_string("documents/pdf/certificate_art.svg").encode()
    return {
        "artwork": "data:image/svg+xml;base64," + base64.b64encode(artwork).decode(),
        "long_name": len(str(facts.get("organisation") or "")) > LONG_NAME,
        "renewed": str(facts.get("term") or "1") != "1",
    }


def _designation_notice(facts: Words) -> Words:
    units = facts.get("units") or []
    return {"units": units, "first_unit": units[0] if units else {}, "unit_count": len(units)}


def _withdrawal_decision(facts: Words) -> Words:
    years = [f"{year}年度" for year in facts.get("years") or []]
    two_failures = bool(years) or facts.get("ground") == "two_failures"
    return {
        "two_failures": two_failures,
        "false_statements": bool(facts.get("ground")) and not two_failures,
        "years": "、".join(years[:-1]) + ("和" if len(years) > 1 else "") + "".join(years[-1:]),
    }


def _evaluation_notice(facts: Words) -> Words:
    result = result_words(str(facts.get("result") or ""))
    return {"result": result, "failed": result == RESULT_LABELS[UNQUALIFIED], "rows": facts.get("rows") or []}


_BUILDERS: dict[str, Callable[[Words], Words]] = {
    Document.Kind.APPLICATION_FORM: form_context,
    Document.Kind.CERTIFICATE: _certificate,
    Document.Kind.DESIGNATION_NOTICE: _designation_notice,
    Document.Kind.WITHDRAWAL_DECISION: _withdrawal_decision,
    Document.Kind.EVALUATION_NOTICE: _evaluation_notice,
}
