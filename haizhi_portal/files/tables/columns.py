"""What one column of a table takes, and how a cell is read: full-width digits, Chinese days, words of a list."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from haizhi_portal.policy.dates_read import day_from
from haizhi_portal.policy.dates_said import said

LARGEST_NUMBER = 1_000_000_000
_WHOLE = re.compile(r"-?\d{1,12}(?:\.0{1,6})?")
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table of answers. ``kind`` is text, long, integer, date or choice; ``limit`` in characters.

    ``choices`` are (value, words) pairs; the value is kept, the words are shown.
    """

    key: str
    label: str
    kind: str = "text"
    required: bool = True
    limit: int = 200
    choices: tuple[tuple[str, str], ...] = ()


def cleaned_text(text: str, *, lines: bool = False) -> str:
    """The text without control and invisible characters, trimmed; line breaks stay only where there may be lines."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(
        sign if unicodedata.category(sign) not in _INVISIBLE else "\n" if sign == "\n" else " " if sign == "\t" else ""
        for sign in text
    )
    return kept.strip() if lines else " ".join(kept.split())


def read_cell(column: Column, text: str) -> Any:
    """The value of a cell, "" for an empty one. Raises ValueError whose text says how to mend it."""
    given = cleaned_text(text, lines=column.kind == "long")
    if not given:
        return ""
    match column.kind:
        case "integer":
            return _integer(given)
        case "date":
            return _day(given)
        case "choice":
            return _choice(column, given)
    if len(given) > column.limit:
        raise ValueError(
            _("不能超过 %(limit)d 字，现有 %(length)d 字。") % {"limit": column.limit, "length": len(given)}
        )
    return given


def in_words(column: Column, value: Any) -> str:
    """A kept value as it is shown; what an earlier edition kept otherwise is shown as it is."""
    if value is None or value == "":
        return ""
    if column.kind == "choice":
        return next((_(words) for key, words in column.choices if key == value), str(value))
    if column.kind == "date":
        try:
            return said(date.fromisoformat(str(value)))
        except ValueError:
            return str(value)
    return str(value)


def _integer(given: str) -> int:
    digits = unicodedata.normalize("NFKC", given).replace(",", "").replace(" ", "")
    if not _WHOLE.fullmatch(digits):
        raise ValueError(_("应为整数，例如 12；单位请写在表头或另一栏。"))
    number = int(digits.partition(".")[0])
    if not 0 <= number <= LARGEST_NUMBER:
        raise ValueError(_("应在 0 到 %(most)d 之间。") % {"most": LARGEST_NUMBER})
    return number


def _day(given: str) -> str:
    day = day_from(given)
    if day is None:
        raise ValueError(_("看不出是哪一天，请写成 2026-03-05、2026/3/5 或 2026年3月5日。"))
    if not 1900 <= day.year <= 2100:
        raise ValueError(_("请核对年份。"))
    return day.isoformat()


def _choice(column: Column, given: str) -> str:
    wanted = unicodedata.normalize("NFKC", given).replace(" ", "").casefold()
    for value, words in column.choices:
        if wanted in (value.casefold(), unicodedata.normalize("NFKC", _(words)).replace(" ", "").casefold()):
            return value
    raise ValueError(
        _("请填写其中之一：%(words)s。") % {"words": "、".join(_(words) for _value, words in column.choices)}
    )
