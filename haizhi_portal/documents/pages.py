"""What each kind's template needs beyond the facts themselves."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from django.template.loader import render_to_string

from haizhi_portal.documents.models import Document
from haizhi_portal.documents.wording import organisation_words, result_words, route_words, size_words
from haizhi_portal.policy.grading import RESULT_LABELS, UNQUALIFIED

Words = dict[str, Any]

# Characters of a unit's name beyond which the certificate sets it smaller.
LONG_NAME = 28
# How a material says that it was declared to be stamped.
STAMPED = (True, "是")


def context_of(kind: str, facts: Words) -> Words:
    """Extra template variables of a kind, from its printable facts."""
    build = _BUILDERS.get(kind)
    return build(facts) if build else {}


def _application_form(facts: Words) -> Words:
    route, reviewed_first = route_words(str(facts.get("route") or ""))
    headings = _headings()
    next(headings)  # the unit's particulars come first
    sections = [
        {"heading": next(headings) + str(section.get("title") or ""), "rows": section.get("rows") or []}
        for section in facts.get("sections") or []
    ]
    return {
        "draft": facts.get("version") is None,
        "particulars": organisation_words(facts.get("organisation") or {}),
        "route": route,
        "reviewed_first": reviewed_first,
        "materials": [
            {
                **material,
                "size": size_words(material.get("size")),
                "stamped": "是" if material.get("stamped") in STAMPED else "否",
            }
            for material in facts.get("materials") or []
        ],
        "partners": facts.get("partners") or [],
        "sections": sections,
        "partners_heading": next(headings) + "海外合作方",
        "materials_heading": next(headings) + "所附材料",
        "opinions_heading": next(headings) + "意见与签章",
    }


def _headings() -> Iterator[str]:
    """一、 二、 … 十、 十一、 …"""
    digits = "一二三四五六七八九"
    for number in count(1):
        tens, ones = divmod(number, 10)
        words = ("" if tens == 0 else "十" if tens == 1 else digits[tens - 1] + "十") + (
            digits[ones - 1] if ones else ""
        )
        yield f"{words}、"


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
    Document.Kind.APPLICATION_FORM: _application_form,
    Document.Kind.CERTIFICATE: _certificate,
    Document.Kind.DESIGNATION_NOTICE: _designation_notice,
    Document.Kind.WITHDRAWAL_DECISION: _withdrawal_decision,
    Document.Kind.EVALUATION_NOTICE: _evaluation_notice,
}
