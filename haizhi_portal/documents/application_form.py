"""The printed application form: its parts in order, its contents list, its answers as lines, paragraphs or tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe

from haizhi_portal.documents.wording import organisation_words, route_words, size_words

Words = dict[str, Any]

# An answer up to this length stands beside its question; a longer one below it, across the page.
BESIDE = 120
# How a material says that it was declared to be stamped.
STAMPED = (True, "是")
MARKS = "p br strong b em i u s sub sup ul ol li blockquote h3 h4 table thead tbody tr th td"
# Columns that hold no more than a few characters.
NARROW = frozenset({"integer", "date", "choice"})


@dataclass(frozen=True, slots=True)
class Block:
    """What is set in one piece: ``lines`` side by side, ``text``, ``rich`` text or a ``table``, under its question."""

    shape: str
    anchor: str = ""
    label: str = ""
    value: Any = ""
    rows: list[Any] = field(default_factory=list)
    columns: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Part:
    """A numbered part of the form; its blocks are those the contents list may name."""

    anchor: str
    heading: str
    blocks: list[Block] = field(default_factory=list)

    @property
    def named(self) -> list[Block]:
        return [block for block in self.blocks if block.anchor]


def form_context(facts: Words) -> Words:
    """Template variables of an application form, from its printable facts."""
    route, reviewed_first = route_words(str(facts.get("route") or ""))
    headings = _headings()
    unit = Part("unit", next(headings) + "申报单位")
    sections = [
        Part(f"part-{index}", next(headings) + str(section.get("title") or ""), _blocks(section, index))
        for index, section in enumerate(facts.get("sections") or [], 1)
    ]
    partners, materials, opinions = (
        Part(anchor, next(headings) + title)
        for anchor, title in (("partners", "海外合作方"), ("materials", "所附材料"), ("opinions", "意见与签章"))
    )
    return {
        "draft": facts.get("version") is None,
        "particulars": organisation_words(facts.get("organisation") or {}),
        "route": route,
        "reviewed_first": reviewed_first,
        "unit": unit,
        "sections": sections,
        "partners_part": partners,
        "materials_part": materials,
        "opinions": opinions,
        "contents": [unit, *sections, partners, materials, opinions],
        "materials": [_material(each) for each in facts.get("materials") or []],
        "partners": facts.get("partners") or [],
    }


def _material(material: Mapping[str, Any]) -> Words:
    return {
        **material,
        "size": size_words(material.get("size")),
        "pages": material.get("pages") or "",
        "stamped": "是" if material.get("stamped") in STAMPED else "否",
    }


def _blocks(section: Mapping[str, Any], index: int) -> list[Block]:
    """The section's answers; neighbouring short ones share a table of lines."""
    blocks: list[Block] = []
    for place, answer in enumerate(_answers(section), 1):
        block = _block(answer, f"part-{index}-{place}")
        if block.shape != "lines":
            blocks.append(block)
        elif blocks and blocks[-1].shape == "lines":
            blocks[-1].rows.extend(block.rows)
        else:
            blocks.append(block)
    return blocks


def _answers(section: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """Answers with their kind; a form frozen before there were kinds has pairs of question and text."""
    if "answers" in section:
        return list(section["answers"] or [])
    return [{"label": label, "value": value} for label, value in section.get("rows") or []]


def _block(answer: Mapping[str, Any], anchor: str) -> Block:
    kind, label, value = str(answer.get("kind") or ""), str(answer.get("label") or ""), answer.get("value")
    if kind == "rows" and value:
        columns = [
            {"label": each["label"], "narrow": each.get("kind") in NARROW} for each in answer.get("columns") or []
        ]
        return Block("table", anchor, label, rows=list(value), columns=columns)
    if kind == "rich" and value:
        return Block("rich", anchor, label, value=cleaned(str(value)))
    text = "" if kind == "rows" else str(value or "")
    if len(text) > BESIDE or "\n" in text:
        return Block("text", anchor, label, value=[line for line in text.split("\n") if line.strip()])
    return Block("lines", rows=[(label, text)])


def cleaned(html: str) -> SafeString:
    """Formatted text with the few marks a form may hold, whatever was stored: no attribute, address or image."""
    return mark_safe(nh3.clean(html, tags=set(MARKS.split()), attributes={}))  # noqa: S308


def _headings() -> Iterator[str]:
    """一、 二、 … 十、 十一、 …"""
    digits = "一二三四五六七八九"
    for number in count(1):
        tens, ones = divmod(number, 10)
        words = ("" if tens == 0 else "十" if tens == 1 else digits[tens - 1] + "十") + (
            digits[ones - 1] if ones else ""
        )
        yield f"{words}、"
