"""Answers as they are kept: only what the form asks, formatted ones cleaned, tables of known columns only."""

from collections.abc import Mapping
from typing import Any

from applications import rich
from applications.sections.form import Field, Section
from haizhi_portal.files.tables import MOST_ROWS, read_record


def as_kept(section: Section, answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers to ``section`` as they go into the database."""
    return {field.key: _kept(field, answers[field.key]) for field in section.fields if field.key in answers}


def as_sent(field: Field, value: Any) -> dict[str, list[str]]:
    """A kept answer as its page would send it, by the names of the inputs."""
    if isinstance(value, list):
        return {
            f"{field.key}-{number}-{column.key}": [str(row.get(column.key, ""))]
            for number, row in enumerate(value)
            for column in field.columns
        }
    if isinstance(value, bool):
        return {field.key: [str(value)]} if field.words else {field.key: ["on"]} if value else {}
    return {} if value is None else {field.key: [str(value)]}


def rows_of(value: Any) -> list[dict[str, Any]]:
    """The rows of a table; what an earlier edition kept as text has none."""
    return value if isinstance(value, list) else []


def _kept(field: Field, value: Any) -> Any:
    if field.kind == "rich":
        return rich.clean(str(value or ""))
    if field.kind == "rows":
        rows = value if isinstance(value, list) else []
        return [_row(field, row) for row in rows[:MOST_ROWS] if isinstance(row, Mapping)]
    return value


def _row(field: Field, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row whose every cell can be read; one that cannot is kept empty, the page having refused it before."""
    given = {column.key: str(row[column.key]) for column in field.columns if row.get(column.key) is not None}
    record, _problems = read_record(field.columns, given, 0)
    return {column.key: record.get(column.key, "") for column in field.columns}
