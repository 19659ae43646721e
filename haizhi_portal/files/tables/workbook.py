"""Workbooks: the first sheet of an .xlsx as plain cells, within limits, formulas as text; and templates to fill in."""

import io
import zipfile
import zlib
from collections.abc import Sequence
from datetime import date, datetime
from typing import IO, Any
from xml.etree.ElementTree import ParseError

import openpyxl
from django.http import FileResponse
from django.utils.translation import gettext as _
from lxml.etree import LxmlError
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.datavalidation import DataValidation

from haizhi_portal.files.kinds import NotAcceptable
from haizhi_portal.files.tables.columns import Column
from haizhi_portal.files.tables.pasted import Grid

LARGEST = 2 * 1024 * 1024
LARGEST_UNPACKED = 20 * 1024 * 1024
MOST_ENTRIES = 200
MOST_LINES = 2000
MOST_COLUMNS = 60
LONGEST_CELL = 5000
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_UNREADABLE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    InvalidFileException,
    LxmlError,
    ParseError,
    NotImplementedError,
    OSError,
    EOFError,
    ValueError,
    KeyError,
    TypeError,
    IndexError,
    AttributeError,
    RuntimeError,
    OverflowError,
)


def grid_from_workbook(file: IO[bytes], size: int) -> Grid:
    """The filled rows of the first sheet, numbered as Excel numbers them.

    Raises NotAcceptable, saying how to mend it, for what is too large, locked, no workbook, or has macros.
    """
    if size > LARGEST:
        raise NotAcceptable(_("工作簿超过 2 MB。请只留下要导入的那张表后再试。"))
    content = file.read(LARGEST + 1)
    _look_inside(content)
    try:
        workbook = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        try:
            return _first_sheet(workbook)
        finally:
            workbook.close()
    except _UNREADABLE:
        raise NotAcceptable(_broken()) from None


def _look_inside(content: bytes) -> None:
    """Before anything is unpacked: only a plain workbook, of entries that together stay small."""
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise NotAcceptable(_("这是旧版（.xls）或加密的工作簿。请取消密码，另存为 .xlsx 后再试。"))
    if content.count(b"PK\x01\x02") > MOST_ENTRIES:
        raise NotAcceptable(_("工作簿内容过多。请把要导入的表复制到新工作簿后再试。"))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if any(entry.flag_bits & 1 for entry in entries):
                raise NotAcceptable(_("工作簿加了密。请取消密码后再试。"))
            if sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
                raise NotAcceptable(_("工作簿展开后过大。请把要导入的表复制到新工作簿后再试。"))
            if any(entry.filename.lower().endswith("vbaproject.bin") for entry in entries):
                raise NotAcceptable(_("工作簿里有宏，不能接收。请另存为不带宏的 .xlsx 后再试。"))
            for entry in entries:
                _refuse_declarations(archive, entry)
            if _XLSX.encode() not in archive.read("[Content_Types].xml"):
                raise NotAcceptable(_broken())
    except _UNREADABLE:
        raise NotAcceptable(_broken()) from None


def _refuse_declarations(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """A part that declares entities is no work of Excel's; read in pieces, so that a false size cannot deceive."""
    read, tail = 0, b""
    with archive.open(entry) as part:
        while piece := part.read(65536):
            read += len(piece)
            if read > LARGEST_UNPACKED:
                raise NotAcceptable(_("工作簿展开后过大。请把要导入的表复制到新工作簿后再试。"))
            plain = (tail + piece).replace(b"\0", b"").upper()
            if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
                raise NotAcceptable(_broken())
            tail = piece[-32:]


def _first_sheet(workbook: Any) -> Grid:
    sheet = workbook.worksheets[0]
    sheet.reset_dimensions()
    found: Grid = []
    for number, cells in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS, values_only=True), start=1):
        if number > MOST_LINES:
            raise NotAcceptable(_("表格超过 %(most)d 行。请分几次导入。") % {"most": MOST_LINES})
        written = [_written(cell) for cell in cells]
        while written and not written[-1].strip():
            written.pop()
        if written:
            found.append((number, written))
    return found


def _written(value: Any) -> str:
    """A cell as text; a formula stays the text it is and is never worked out."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)[:LONGEST_CELL]


def _broken() -> str:
    return _("不是可以读取的 Excel 工作簿（.xlsx）。请用 Excel 或 WPS 打开，另存为 .xlsx 后再试。")


def workbook_answer(content: bytes, name: str) -> FileResponse:
    """A workbook as a download."""
    content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return FileResponse(io.BytesIO(content), as_attachment=True, filename=f"{name}.xlsx", content_type=content_type)


def template_workbook(title: str, columns: Sequence[Column], records: Sequence[Sequence[str]] = ()) -> bytes:
    """A workbook with the headings, lists to choose from, and what is there already."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = title[:31]
    for place, column in enumerate(columns, start=1):
        letter = get_column_letter(place)
        cell = sheet.cell(row=1, column=place, value=_(column.label) + ("" if column.required else _("（选填）")))
        cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[letter].width = 36 if column.kind == "long" else 20
        if column.choices:
            words = ",".join(_(words) for _value, words in column.choices)
            rule = DataValidation(type="list", formula1=f'"{words}"', allow_blank=not column.required)
            sheet.add_data_validation(rule)
            rule.add(f"{letter}2:{letter}{MOST_LINES}")
    for line, record in enumerate(records, start=2):
        for place, text in enumerate(record, start=1):
            cell = sheet.cell(row=line, column=place)
            cell.value, cell.data_type = text, "s"
    sheet.freeze_panes = "A2"
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()
