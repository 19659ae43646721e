"""Tables people bring along: days and numbers however written, errors row by row, hostile workbooks; Word headings."""

import io
import zipfile
from datetime import date
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from applications.sections.outline import parts_found
from applications.sections.tables import AGREEMENTS, GOALS, MILESTONES
from haizhi_portal.files.kinds import NotAcceptable
from haizhi_portal.files.tables import (
    grid_from_text,
    grid_from_workbook,
    read_grid,
    rows_as_text,
    template_workbook,
    text_from_grid,
)
from haizhi_portal.files.word import UnreadableWord, headings
from haizhi_portal.policy.dates_read import day_from

pytestmark = pytest.mark.once
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@pytest.mark.parametrize(
    "text", ["2026年3月5日", "2026/3/5", "２０２６年３月５日", "2026.03.05", "20260305", "46086", "2026-03-05 00:00:00"]
)
def test_one_day_however_it_is_written(text: str) -> None:
    assert day_from(text) == date(2026, 3, 5)


@pytest.mark.parametrize("text", ["", "2026-02-30", "3月5日", "99999999", "1", "昨天", "2026-13-01", "\x00"])
def test_what_is_no_day(text: str) -> None:
    assert day_from(text) is None


@pytest.mark.parametrize(
    ("serial", "day"),
    [
        ("07305", None),
        ("07306", date(1920, 1, 1)),
        ("46086.75", date(2026, 3, 5)),
        ("73050", date(2099, 12, 31)),
        ("73051", None),
        ("460866", None),
    ],
)
def test_a_serial_number_is_a_day_of_these_times(serial: str, day: date | None) -> None:
    assert day_from(serial) == day


def test_a_pasted_block_with_headings_in_another_order() -> None:
    reading = read_grid(GOALS, grid_from_text("单位\t指标\t第一年\t第二年\t第三年\n人次\t引荐专家\t１２\t1,200\t3.0\n"))
    assert reading.records == [{"unit": "人次", "indicator": "引荐专家", "first": 12, "second": 1200, "third": 3}]
    assert reading.problems == []


def test_every_fault_names_its_row_and_column_and_the_row_is_kept() -> None:
    text = "2026/6/1\t建库\t入库三十条\n某天\t互访\t一次\n\n2026/9/1\t\t完成"
    reading = read_grid(MILESTONES, grid_from_text(text))
    assert [row["task"] for row in reading.records] == ["建库"]
    assert [(each.row, each.column) for each in reading.problems] == [(2, "完成日期"), (4, "工作内容")]
    assert reading.refused == [["某天", "互访", "一次"], ["2026/9/1", "", "完成"]]


def test_more_rows_than_a_table_holds_are_told() -> None:
    reading = read_grid(GOALS, grid_from_text("\n".join(["指\t个\t1\t2\t3"] * 103)))
    assert (len(reading.records), len(reading.problems), len(reading.refused)) == (100, 3, 3)


@given(st.text(max_size=400))
@settings(max_examples=150, deadline=None)
def test_no_text_makes_reading_fail_and_what_was_read_reads_the_same(text: str) -> None:
    reading = read_grid(AGREEMENTS, grid_from_text(text))
    again = read_grid(AGREEMENTS, grid_from_text(text_from_grid(rows_as_text(AGREEMENTS, reading.records))))
    assert again.records == reading.records


def test_a_template_comes_back_as_it_went() -> None:
    row: dict[str, Any] = {"indicator": "=1+1", "unit": "项", "first": 0, "second": 1, "third": 2}
    content = template_workbook("目标", GOALS, rows_as_text(GOALS, [row]))
    reading = read_grid(GOALS, grid_from_workbook(io.BytesIO(content), len(content)))
    assert (reading.records, reading.problems) == ([row], [])


def _workbook(cells: list[list[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for line in cells:
        book.active.append(line)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _with_part(content: bytes, name: str, part: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.namelist():
            if entry != name:
                new.writestr(entry, old.read(entry))
        new.writestr(name, part)
    return buffer.getvalue()


def test_days_and_formulas_of_a_workbook_are_text() -> None:
    content = _workbook([["完成日期", "工作内容", "完成标志"], [date(2026, 6, 1), "=HYPERLINK(1)", 3.0]])
    reading = read_grid(MILESTONES, grid_from_workbook(io.BytesIO(content), len(content)))
    assert reading.records == [{"on": "2026-06-01", "task": "=HYPERLINK(1)", "result": "3"}]


_PLAIN = _workbook([["a"]])
_ENTITY = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
HOSTILE = {
    "no workbook": b"PK\x03\x04nothing",
    "an old one": b"\xd0\xcf\x11\xe0" + b"\0" * 600,
    "empty": b"",
    "macros": _with_part(_PLAIN, "xl/vbaProject.bin", b"x"),
    "a bomb": _with_part(_PLAIN, "xl/worksheets/sheet1.xml", b" " * 30_000_000),
    "entities": _with_part(_PLAIN, "xl/worksheets/sheet1.xml", _ENTITY),
    "no markup": _with_part(_PLAIN, "xl/worksheets/sheet1.xml", b"{}"),
    "a million rows": _with_part(
        _PLAIN,
        "xl/worksheets/sheet1.xml",
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1000000"><c r="A1000000"><v>1</v></c></row></sheetData></worksheet>',
    ),
    "too large": b"PK" + b"x" * 2_200_000,
}


@pytest.mark.parametrize("content", HOSTILE.values(), ids=HOSTILE)
def test_hostile_workbooks_are_refused_in_words(content: bytes) -> None:
    with pytest.raises(NotAcceptable) as refused:
        grid_from_workbook(io.BytesIO(content), len(content))
    assert str(refused.value).endswith("。")


def _docx(*paragraphs: str, styles: str = "") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", f"<w:document {_W}><w:body>{''.join(paragraphs)}</w:body></w:document>")
        archive.writestr("word/styles.xml", f"<w:styles {_W}>{styles}</w:styles>")
    return buffer.getvalue()


def _paragraph(text: str, style: str = "") -> str:
    properties = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{properties}<w:r><w:t>{text}</w:t></w:r></w:p>"


@pytest.mark.clause("4.1-materials")
def test_headings_by_style_and_by_number_lead_to_the_required_parts() -> None:
    styles = '<w:style w:styleId="a1"><w:name w:val="heading 1"/></w:style>'
    content = _docx(
        _paragraph("单位基本情况", "a1"),
        _paragraph("二、建立基地的目的及意义"),
        _paragraph("（三）条件保障"),
        _paragraph("我们的工作计划写在这里，没有标题。"),
        styles=styles,
    )
    found = parts_found(headings(io.BytesIO(content)))
    assert found == {"basics": "单位基本情况", "purpose": "二、建立基地的目的及意义", "advantages": "（三）条件保障"}


@pytest.mark.parametrize("document", [_ENTITY, b"<", b"", b"<w:document"])
def test_a_word_file_that_cannot_be_read(document: bytes) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", document)
    with pytest.raises(UnreadableWord):
        headings(io.BytesIO(buffer.getvalue()))
