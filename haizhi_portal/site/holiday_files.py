"""Reading a table of holidays from Excel, CSV or JSON: every row, or the list of what is wrong in it."""

import csv
import io
import json
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from openpyxl import load_workbook

from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.holidays import PublishedDay

MOST_BYTES, MOST_UNPACKED, MOST_ROWS = 1024 * 1024, 20 * 1024 * 1024, 800
YEARS = range(2000, 2201)
_DAY, _OFF, _NAME = "日期", "性质", "名称"
_KEYS = {_DAY: _DAY, "day": _DAY, "date": _DAY, _OFF: _OFF, "off": _OFF, _NAME: _NAME, "name": _NAME}
_WORDS = {"放假": True, "休息": True, "true": True, "off": True, "上班": False, "调休上班": False, "false": False}


class Unreadable(Exception):
    """The file is none of a table of holidays; the message says why."""


def read_holidays(upload: UploadedFile) -> tuple[list[PublishedDay], list[str]]:
    """The days of a file in order, and what is wrong row by row. Raises Unreadable for what is no such table."""
    if upload.size is None or upload.size > MOST_BYTES:
        raise Unreadable(_("文件超过 1 MB；一年的节假日安排用不了这么大。"))
    name, content = (upload.name or "").lower(), upload.read()
    if name.endswith(".xlsx"):
        return checked(_from_excel(content))
    if name.endswith(".csv"):
        return checked(_from_csv(content))
    if name.endswith(".json"):
        return checked(_from_json(content))
    raise Unreadable(_("请选择 Excel（.xlsx）、CSV 或 JSON 文件。"))


def checked(rows: Iterable[tuple[int, dict[str, Any]]]) -> tuple[list[PublishedDay], list[str]]:
    """Every row as a day, or the words for what is wrong with it, by the number of the row."""
    days: dict[date, PublishedDay] = {}
    problems: list[str] = []
    for count, (number, row) in enumerate(rows):
        if count >= MOST_ROWS:
            raise Unreadable(_("超过 %(most)d 行；请按年分次导入。") % {"most": MOST_ROWS})
        found = _checked_row(row)
        if isinstance(found, str):
            problems.append(_("第 %(number)d 行：%(why)s") % {"number": number, "why": found})
        elif found.day in days:
            why = _("%(day)s重复。") % {"day": said(found.day)}
            problems.append(_("第 %(number)d 行：%(why)s") % {"number": number, "why": why})
        else:
            days[found.day] = found
    if not days and not problems:
        raise Unreadable(_("文件里没有数据行。第一行应为“日期、性质、名称”，以下每行一天。"))
    return sorted(days.values()), problems


def _checked_row(row: dict[str, Any]) -> PublishedDay | str:
    day = _day(row.get(_DAY))
    if day is None or day.year not in YEARS:
        return _("日期“%(typed)s”不对，请写成 2027-01-01。") % {"typed": _text(row.get(_DAY))[:40]}
    off = _WORDS.get(_text(row.get(_OFF)).lower())
    if off is None:
        return _("性质“%(typed)s”不对，请填“放假”或“上班”。") % {"typed": _text(row.get(_OFF))[:40]}
    name = _text(row.get(_NAME))
    if not name or len(name) > 60:
        return _("名称应为 1 至 60 个字，例如“国庆节”。")
    return PublishedDay(day, off, name)


def _text(value: Any) -> str:
    """A cell in words, full-width signs as ordinary ones, nothing that no page could show."""
    text = "" if value is None else unicodedata.normalize("NFKC", str(value))
    return "".join(sign for sign in text if unicodedata.category(sign) not in ("Cc", "Cs", "Cn")).strip()


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = _text(value)
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a calendar day has no zone
        except ValueError:
            continue
    return None


def _from_excel(content: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(each.file_size for each in packed.infolist()) > MOST_UNPACKED:
                raise Unreadable(_("文件展开后过大，请另存为新的 Excel 文件再试。"))
        sheet = load_workbook(io.BytesIO(content), read_only=True, data_only=True).worksheets[0]
        rows = list(sheet.iter_rows(max_row=MOST_ROWS + 2, max_col=20, values_only=True))
    except Unreadable:
        raise
    except Exception as broken:
        # openpyxl raises whatever the part it stumbled over raises.
        raise Unreadable(_("不是完好的 Excel 文件（.xlsx），请另存后再试。")) from broken
    return _named(rows)


def _from_csv(content: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Unreadable(_("文件的文字编码无法识别，请另存为 UTF-8。"))
    try:
        rows = list(csv.reader(io.StringIO(text.replace("\x00", ""))))
    except csv.Error as broken:
        raise Unreadable(_("不是完好的 CSV 文件，请另存后再试。")) from broken
    return _named(rows)


def _from_json(content: bytes) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        rows = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as broken:
        raise Unreadable(_("不是完好的 JSON 文件。")) from broken
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Unreadable(_("JSON 应为一个数组，每项有 day、off、name。"))
    return ((number, _keyed(row.items())) for number, row in enumerate(rows, 1))


def _named(rows: list[Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows below the first, by the names in the first; empty rows are left out."""
    if not rows:
        return iter(())
    head = [_text(cell).lower() for cell in rows[0]]
    if not {_DAY, _OFF, _NAME} <= {_KEYS.get(each, "") for each in head}:
        raise Unreadable(_("第一行应写明“日期、性质、名称”三列。"))
    return (
        (number, _keyed(zip(head, row, strict=False)))
        for number, row in enumerate(rows[1:], 2)
        if any(_text(cell) for cell in row)
    )


def _keyed(pairs: Iterable[tuple[Any, Any]]) -> dict[str, Any]:
    return {_KEYS[_text(key).lower()]: value for key, value in pairs if _text(key).lower() in _KEYS}
