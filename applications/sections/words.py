"""Answers in words: one question, of whatever kind and edition of the form, as text or laid out to be read."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from applications import rich
from applications.sections.form import Field
from haizhi_portal.files import tables
from haizhi_portal.policy.dates_said import said


@dataclass(frozen=True, slots=True)
class Laid:
    """An answer laid out: ``html`` of a formatted one, ``head`` and ``lines`` of a table, else ``text`` alone."""

    text: str = ""
    html: SafeString | str = ""
    head: tuple[str, ...] = ()
    lines: tuple[tuple[str, ...], ...] = ()


def shown(value: Any) -> str:
    """A plain answer in words: yes and no for boxes, days in Chinese, nothing for no answer."""
    if value is True:
        return _("是")
    if value is None or value is False:
        return _("否") if value is False else ""
    if isinstance(value, date):
        return said(value)
    text = str(value)
    try:
        return said(date.fromisoformat(text)) if len(text) == 10 and text[4] == "-" else text
    except ValueError:
        return text


def in_words(field: Field, value: Any) -> str:
    """The answer as text: what versions are compared by. Rows are numbered, a cell is named by its column."""
    match field.kind:
        case "rich":
            return rich.as_text(value)
        case "rows":
            return "\n".join(numbered(enumerate(rows_in_words(field, value), start=1)))
        case "yes" if field.words is not None:
            return _(field.words[0]) if value is True else _(field.words[1]) if value is False else ""
    return shown(value)


def rows_in_words(field: Field, value: Any) -> list[str]:
    """Each row of a table on one line; text of an earlier edition of the form is one row."""
    if not isinstance(value, list):
        return [shown(value)] if value else []
    return [
        "，".join(
            f"{_(column.label)} {words}"
            for column in field.columns
            if (words := tables.in_words(column, row.get(column.key)))
        )
        for row in value
    ]


def numbered(rows: Iterable[tuple[int, str]]) -> list[str]:
    """Rows with their numbers before them."""
    return [_("第 %(number)d 行：%(words)s") % {"number": number, "words": words} for number, words in rows]


def see_plan(heading: str) -> str:
    """What stands where the attached plan answers."""
    return _("见所附计划书“%(heading)s”") % {"heading": heading}


def laid_out(field: Field, value: Any) -> Laid:
    """The answer as a page shows it."""
    if field.kind == "rich":
        # Cleaned once more, so that nothing else can have come between.
        return Laid(text=rich.as_text(value), html=mark_safe(rich.as_html(value)))  # noqa: S308
    if field.kind == "rows" and isinstance(value, list):
        lines = tuple(tuple(tables.in_words(each, row.get(each.key)) for each in field.columns) for row in value)
        head = tuple(_(each.label) for each in field.columns) if lines else ()
        return Laid(text=in_words(field, value), head=head, lines=lines)
    return Laid(text=in_words(field, value))
