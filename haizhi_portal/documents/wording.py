"""From frozen facts to the words a document prints."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from haizhi_portal.documents.fonts import legible
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.grading import RESULT_LABELS
from haizhi_portal.policy.periods import local_day
from haizhi_portal.policy.words import KIND_LABELS, LEVEL_LABELS, ROUTE_MUNICIPAL, route_label

ISSUER = "大连市科学技术协会"
PRINTING_DEPARTMENT = "大连市科学技术协会学会部"
SCHEME = "大连市科协海智工作基地建设实施方案"

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}\S*")

# Title letters that fit a line of 156 mm at 22 pt, with a little air.
TITLE_WIDTH = 19
# Words a title line must not be broken within, longest first.
_UNBROKEN = (
    "大连市科学技术协会",
    "海智工作基地",
    "大连市科协",
    "重新授牌",
    "不予续期",
    "取消",
    "资格",
    "批复",
    "通知",
    "决定",
    "认定",
    "设立",
    "年度",
    "评估",
    "结果",
    "有限公司",
    "研究院",
    "研究所",
    "大学",
    "学会",
    "名单",
    "同意",
    "关于",
)
_NOT_FIRST = "的》”）)、，。：号及和与"
_NOT_LAST = "《“（(〔关"


def printable(value: Any) -> Any:
    """Facts with every date said in Chinese and every text made of characters the fonts can write."""
    if isinstance(value, Mapping):
        return {str(key): printable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [printable(item) for item in value]
    if isinstance(value, datetime):
        return _instant(value)
    if isinstance(value, date):
        return said(value)
    if isinstance(value, str):
        return _text(value)
    return value


def _text(value: str) -> str:
    try:
        if _DAY.fullmatch(value):
            return said(date.fromisoformat(value))
        if _INSTANT.fullmatch(value):
            return _instant(datetime.fromisoformat(value))
    except ValueError:
        pass
    return legible(value)


def _instant(value: datetime) -> str:
    return said(local_day(value) if value.tzinfo else value.date())


def organisation_words(organisation: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The unit's particulars as label and value; a code word of ours as its Chinese, anything else as it is."""
    kind, level = str(organisation.get("kind") or ""), str(organisation.get("level") or "")
    return [
        ("单位名称", str(organisation.get("name") or "")),
        ("统一社会信用代码", str(organisation.get("credit_code") or "")),
        ("单位性质", str(KIND_LABELS.get(kind, kind))),
        ("隶属关系", str(LEVEL_LABELS.get(level, level))),
        ("所在辖区", str(organisation.get("place") or "")),
        ("法定代表人", str(organisation.get("legal_representative") or "")),
        ("地址", str(organisation.get("address") or "")),
    ]


def route_words(route: str) -> tuple[str, bool]:
    """Where the application goes, and whether a district or zone reviews it first."""
    try:
        label = route_label(route)
    except KeyError:
        label = route
    return label, route not in {"", ROUTE_MUNICIPAL, route_label(ROUTE_MUNICIPAL)}


def result_words(result: str) -> str:
    """A result's Chinese word; a text that is no result of ours stays as it is."""
    return str(RESULT_LABELS.get(result, result))


def size_words(size: Any) -> str:
    """A file's size: 512 字节, 86 KB, 1.4 MB."""
    try:
        bytes_ = int(size)
    except (TypeError, ValueError):
        return str(size or "")
    if bytes_ < 1024:
        return f"{bytes_} 字节"
    if bytes_ < 1024 * 1024:
        return f"{bytes_ / 1024:.0f} KB"
    return f"{bytes_ / 1024 / 1024:.1f} MB"


def title_lines(title: str, *, name: str = "", width: int = TITLE_WIDTH) -> list[str]:
    """The title in lines of about equal length, broken between words, as an official title is set.

    ``name`` is a unit's name to keep on one line if it fits; ``width`` counts full-width characters, a Latin letter
    or digit being half of one.
    """
    whole = (*_UNBROKEN, name) if name and _width(name) <= width else _UNBROKEN
    total = _width(title)
    if total <= width:
        return [title]
    count = int(-(-total // width))
    lines: list[str] = []
    rest = title
    while count > 1 and _width(rest) > width * 0.5:
        wanted = _width(rest) / count
        cut = _best_cut(rest, wanted, width, whole)
        lines.append(rest[:cut])
        rest = rest[cut:]
        count = max(count - 1, int(-(-_width(rest) // width)))
    return [*lines, rest] if rest else lines


def _width(text: str) -> float:
    return sum(0.5 if ord(character) < 0x2E80 and character not in "“”‘’—…《》〔〕" else 1 for character in text)


def _best_cut(text: str, wanted: float, width: int, whole: Sequence[str]) -> int:
    """Where to end the first line: as near to ``wanted`` as the words allow, never beyond ``width``."""
    forbidden = _inside_words(text, whole)
    best, best_distance = 0, float("inf")
    for cut in range(1, len(text)):
        length = _width(text[:cut])
        if length > width:
            break
        if cut in forbidden:
            continue
        distance = abs(length - wanted)
        if distance <= best_distance:
            best, best_distance = cut, distance
    return best or max(cut for cut in range(1, len(text) + 1) if _width(text[:cut]) <= width)


def _inside_words(text: str, whole: Sequence[str]) -> set[int]:
    forbidden = {
        cut
        for cut in range(1, len(text))
        if text[cut] in _NOT_FIRST
        or text[cut - 1] in _NOT_LAST
        or (text[cut - 1].isascii() and text[cut].isascii() and not text[cut].isspace())
        or (text[cut - 1].isdigit() and text[cut] == "年")
    }
    for word in whole:
        for match in re.finditer(re.escape(word), text):
            forbidden |= set(range(match.start() + 1, match.end()))
    return forbidden
