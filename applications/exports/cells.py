"""Cells of a sheet that no program will run: text stays text, days are days, identity numbers are masked."""

import re
from datetime import date, datetime
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font, PatternFill

from haizhi_portal.policy.identifiers import mask_id
from haizhi_portal.policy.periods import SHANGHAI

# What a cell of Excel holds at most.
LONGEST = 32_767
_CUT = "……（过长，未完）"
# A text that begins so would be taken for a formula, or for a command by programs that read a copy as CSV.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_IDENTITY = re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])")
_WRAPPED = Alignment(vertical="top", wrap_text=True)
_HEAD = (Font(bold=True), PatternFill("solid", fgColor="E8EEF0"))


def cell(sheet: Any, value: Any) -> WriteOnlyCell:
    """One value as a cell; a text is typed as text whatever it begins with."""
    if isinstance(value, datetime):
        return _dated(sheet, value.astimezone(SHANGHAI).replace(tzinfo=None, microsecond=0), "yyyy-mm-dd hh:mm")
    if isinstance(value, date):
        return _dated(sheet, value, "yyyy-mm-dd")
    if isinstance(value, int) and not isinstance(value, bool):
        return WriteOnlyCell(sheet, value=value)
    text = plain(value)
    found = WriteOnlyCell(sheet, value=text or None)
    if text:
        found.data_type = "s"
        # Excel then shows the sign as typed, and keeps it typed when the cell is edited.
        found.quotePrefix = text.startswith(_DANGEROUS)
    found.alignment = _WRAPPED
    return found


def head(sheet: Any, words: str) -> WriteOnlyCell:
    """A heading of a column."""
    found = cell(sheet, words)
    found.font, found.fill = _HEAD
    return found


def plain(value: Any) -> str:
    """Text a sheet can hold: no control or half characters, at most what a cell takes."""
    text = "" if value is None else str(value)
    text = ILLEGAL_CHARACTERS_RE.sub("", text).encode("utf-8", "replace").decode()
    return text if len(text) <= LONGEST else text[: LONGEST - len(_CUT)] + _CUT


def without_identity(text: str) -> str:
    """Identity numbers that somebody wrote into a free text, masked."""
    return _IDENTITY.sub(lambda found: mask_id(found[0]), text)


def _dated(sheet: Any, value: date, pattern: str) -> WriteOnlyCell:
    found = WriteOnlyCell(sheet, value=value)
    found.number_format = pattern
    found.alignment = _WRAPPED
    return found
