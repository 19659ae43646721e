"""Taking over a table in two steps: look at what was understood, then take the good rows; the others stay to be mended.

Nothing is kept between the steps but what the page itself carries, and that is read again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from haizhi_portal.files.kinds import NotAcceptable
from haizhi_portal.files.tables.columns import Column, in_words
from haizhi_portal.files.tables.pasted import grid_from_text, text_from_grid
from haizhi_portal.files.tables.reading import Reading, read_grid
from haizhi_portal.files.tables.workbook import grid_from_workbook

TAKE = "take"
MOST_TEXT = 400_000


class ImportForm(forms.Form):
    """A pasted block or a workbook; ``good`` carries the rows already found good."""

    text = forms.CharField(
        label=gettext_lazy("从 Excel 粘贴"),
        required=False,
        strip=False,
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8, "wrap": "off"}),
        help_text=gettext_lazy("在 Excel 或 WPS 里选中表格，复制后粘贴在这里；带不带表头都可以，一行一条。"),
    )
    file = forms.FileField(
        label=gettext_lazy("或选择 Excel 文件（.xlsx）"),
        required=False,
        max_length=255,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        help_text=gettext_lazy("读取第一张工作表，不超过 2 MB；公式按文字读取，不计算。"),
    )
    good = forms.CharField(required=False, strip=False, max_length=MOST_TEXT, widget=forms.HiddenInput)


@dataclass(slots=True)
class Step:
    """Where an import stands: the form to show, what was understood of it, and whether to take the good rows now."""

    form: ImportForm
    reading: Reading | None = None
    taking: bool = False

    @property
    def ready(self) -> list[dict[str, Any]]:
        return self.reading.records if self.reading else []

    def after_taking(self) -> "Step":
        """The same page with what was taken gone and what was refused still there."""
        left = self.reading or Reading()
        rest = Reading(problems=left.problems, refused=left.refused)
        return Step(ImportForm(initial={"text": text_from_grid(left.refused)}), rest)


def next_step(request: HttpRequest, columns: Sequence[Column]) -> Step:
    """The step a request asks for. What cannot be read at all is said beside its field."""
    if request.method != "POST":
        return Step(ImportForm())
    form = ImportForm(request.POST, request.FILES)
    if not form.is_valid():
        return Step(form)
    file = form.cleaned_data["file"]
    try:
        grid = grid_from_workbook(file, file.size or 0) if file else grid_from_text(form.cleaned_data["text"])
    except NotAcceptable as problem:
        form.add_error("file", str(problem))
        return Step(form)
    good = read_grid(columns, grid_from_text(form.cleaned_data["good"]))
    fresh = read_grid(columns, grid)
    reading = Reading(
        records=[*good.records, *fresh.records],
        problems=[*good.problems, *fresh.problems],
        refused=[*good.refused, *fresh.refused],
        unknown=fresh.unknown,
    )
    if reading.is_empty:
        form.add_error("text", _("没有读到内容。请粘贴表格，或选择 Excel 文件。"))
        return Step(form)
    return Step(_carrying(columns, reading), reading, taking=TAKE in request.POST)


def _carrying(columns: Sequence[Column], reading: Reading) -> ImportForm:
    """The form of the next step: good rows out of sight, refused ones in the box to be mended."""
    good = text_from_grid(rows_as_text(columns, reading.records))
    return ImportForm(initial={"text": text_from_grid(reading.refused), "good": good})


def rows_as_text(columns: Sequence[Column], records: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """Records as cells that can be pasted or written into a workbook: days as 2026-03-05, words for choices."""
    return [[_cell(column, record.get(column.key)) for column in columns] for record in records]


def _cell(column: Column, value: Any) -> str:
    if column.kind == "choice":
        return in_words(column, value)
    return "" if value is None else str(value)


def preview(columns: Sequence[Column], records: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Good rows as a page shows them."""
    return {
        "head": [_(column.label) for column in columns],
        "lines": [[in_words(column, record.get(column.key)) for column in columns] for record in records],
    }
