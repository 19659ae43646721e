"""Rows of a table against its columns: the good ones as records, the others with what is wrong in which cell."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from haizhi_portal.files.tables.columns import Column, read_cell
from haizhi_portal.files.tables.pasted import Grid

MOST_ROWS = 100


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in one row: its number where it came from, the column's words ("" for the row), how to mend it."""

    row: int
    column: str
    text: str

    def __str__(self) -> str:
        where = _("第 %(row)d 行“%(column)s”") if self.column else _("第 %(row)d 行")
        return _("%(where)s：%(text)s") % {"where": where % {"row": self.row, "column": self.column}, "text": self.text}


@dataclass(slots=True)
class Reading:
    """What came of a table: records, problems, and the rows that have problems as they were."""

    records: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    refused: list[list[str]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.records and not self.problems


def read_grid(columns: Sequence[Column], grid: Grid) -> Reading:
    """Every row read on its own. A first row of headings is recognised and may order the columns otherwise."""
    reading = Reading()
    order: list[Column | None] = list(columns)
    if grid and (named := _by_heading(columns, grid[0][1])):
        order = named
        reading.unknown = [
            cell.strip() for cell, column in zip(grid[0][1], named, strict=True) if column is None and cell.strip()
        ]
        grid = grid[1:]
    for number, cells in grid:
        if len(reading.records) >= MOST_ROWS:
            reading.problems.append(Problem(number, "", _("一张表最多 %(most)d 行。") % {"most": MOST_ROWS}))
            reading.refused.append(_in_order(columns, order, cells))
            continue
        record, problems = _read_row(columns, order, number, cells)
        if problems:
            reading.problems += problems
            reading.refused.append(_in_order(columns, order, cells))
        else:
            reading.records.append(record)
    return reading


def read_record(
    columns: Sequence[Column], given: Mapping[str, str], number: int
) -> tuple[dict[str, Any], list[Problem]]:
    """One row typed into the form: its values, and what cannot be read. What is merely missing is no problem here."""
    record: dict[str, Any] = {}
    problems = []
    for column in columns:
        try:
            record[column.key] = read_cell(column, given.get(column.key, ""))
        except ValueError as wrong:
            problems.append(Problem(number, _(column.label), str(wrong)))
    return record, problems


def _read_row(
    columns: Sequence[Column], order: Sequence[Column | None], number: int, cells: Sequence[str]
) -> tuple[dict[str, Any], list[Problem]]:
    given = {column.key: cell for column, cell in zip(order, cells, strict=False) if column is not None}
    record, problems = read_record(columns, given, number)
    problems += [
        Problem(number, _(column.label), _("必填，请补上。"))
        for column in columns
        if column.required and record.get(column.key) == ""
    ]
    if any(cell.strip() for cell in cells[len(order) :]):
        problems.append(Problem(number, "", _("比表头多出内容，请核对各栏是否对齐。")))
    return record, problems


def _by_heading(columns: Sequence[Column], cells: Sequence[str]) -> list[Column | None] | None:
    """The column under each cell of a row of headings; None when the row is none."""
    known = {_folded(_(column.label)): column for column in columns}
    named = [known.get(_folded(cell)) for cell in cells]
    found = [column for column in named if column is not None]
    if len(found) < max(1, min(2, len(columns))) or len(set(found)) != len(found):
        return None
    return named


def _folded(words: str) -> str:
    words = unicodedata.normalize("NFKC", words).replace("*", "").replace("(选填)", "")
    return "".join(words.split()).casefold()


def _in_order(columns: Sequence[Column], order: Sequence[Column | None], cells: Sequence[str]) -> list[str]:
    """The cells under the form's own columns, then whatever had no column, so that nothing is lost."""
    under = {column.key: cell for column, cell in zip(order, cells, strict=False) if column is not None}
    homeless = [cell for place, cell in enumerate(cells) if place >= len(order)]
    return [under.get(column.key, "") for column in columns] + homeless
