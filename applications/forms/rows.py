"""Tables in a form: a row of inputs each, added and removed by buttons that work without JavaScript too."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from applications.sections import Field
from haizhi_portal.files.tables import MOST_ROWS, Column, Problem, read_record

BUTTON = "rows"
ADD, DROP = "add", "drop"
# No more digits than Python reads without complaint, and than a page has rows.
_NUMBER = re.compile("[0-9]{1,4}")


class RowsWidget(forms.Widget):
    """The rows of one table; what was typed comes back as it was, unreadable cells marked."""

    template_name = "applications/widgets/rows.html"
    use_fieldset = True

    def __init__(self, columns: Sequence[Column], title: str, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.columns, self.title = columns, title
        self.problems: set[tuple[int, str]] = set()

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[dict[str, str]]:
        return [
            {column.key: str(data.get(f"{name}-{number}-{column.key}", "")) for column in self.columns}
            for number in numbers_sent(data, name)
        ]

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return not numbers_sent(data, name)

    def id_for_label(self, id_: str) -> str:
        return ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        rows = list(value) if isinstance(value, list) else []
        context["widget"] |= {
            "title": self.title,
            "heads": [_(column.label) + ("" if column.required else _("（选填）")) for column in self.columns],
            "rows": [self._row(name, number, row) for number, row in enumerate(rows or [{}])],
            "full": len(rows) >= MOST_ROWS,
            "add": f"{ADD}:{name}",
        }
        return context

    def _row(self, name: str, number: int, row: Mapping[str, Any]) -> dict[str, Any]:
        said = number + 1
        cells = [
            {
                "name": f"{name}-{number}-{column.key}",
                "value": str("" if row.get(column.key) is None else row.get(column.key)),
                "label": _("第 %(number)s 行 %(label)s") % {"number": said, "label": _(column.label)},
                "head": _(column.label),
                "column": column,
                "choices": [(key, _(words)) for key, words in column.choices],
                "wrong": (number, column.key) in self.problems,
            }
            for column in self.columns
        ]
        return {"number": said, "cells": cells, "drop": f"{DROP}:{name}:{number}"}


class RowsField(forms.Field):
    """A list of records; rows in which nothing was typed are left out."""

    def __init__(self, question: Field, **options: Any) -> None:
        self.columns = question.columns
        super().__init__(widget=RowsWidget(question.columns, _(question.label)), **options)

    def clean(self, value: Any) -> list[dict[str, Any]]:
        rows: list[dict[str, str]] = value or []
        records, problems, self.widget.problems = [], [], set()
        for place, given in enumerate(rows):
            if not any(cell.strip() for cell in given.values()):
                continue
            record, wrong = read_record(self.columns, given, place + 1)
            records.append(record)
            problems += wrong
            self.widget.problems |= {(place, column.key) for column in self.columns if _is_about(column, wrong)}
        if problems:
            raise forms.ValidationError([str(each) for each in problems])
        if len(records) > MOST_ROWS:
            raise forms.ValidationError(_("一张表最多 %(most)d 行，现有 %(number)d 行。"), params=_counts(records))
        return records

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool((initial or []) != (data or []))


def _counts(records: Sequence[Any]) -> dict[str, int]:
    return {"most": MOST_ROWS, "number": len(records)}


def _is_about(column: Column, problems: Sequence[Problem]) -> bool:
    return any(each.column == _(column.label) for each in problems)


def numbers_sent(data: Mapping[str, Any], name: str) -> list[int]:
    """The numbers of the rows a page sent, ascending; rows a script left out make no difference."""
    pattern = re.compile(rf"{re.escape(name)}-(\d{{1,4}})-\w+", re.ASCII)
    return sorted({int(found[1]) for key in data if (found := pattern.fullmatch(key))})


def rows_changed(posted: QueryDict, tables: Mapping[str, Field]) -> QueryDict | None:
    """What was typed with a row more or less, when that was the button pressed; None for any other."""
    verb, _colon, rest = posted.get(BUTTON, "").partition(":")
    name, _colon, number = rest.partition(":")
    if verb not in (ADD, DROP) or name not in tables:
        return None
    data = posted.copy()
    present = numbers_sent(data, name)
    if verb == ADD and len(present) < MOST_ROWS:
        # The page shows one empty row where there is none; a row more makes two.
        for place in range(max(present, default=-1) + 1, max(present, default=0) + 2):
            data[f"{name}-{place}-{tables[name].columns[0].key}"] = ""
    if verb == DROP and _NUMBER.fullmatch(number):
        for column in tables[name].columns:
            data.pop(f"{name}-{int(number)}-{column.key}", None)
    return data
