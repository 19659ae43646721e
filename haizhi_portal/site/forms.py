"""Forms of the pages that keep the portal itself: figures, holidays, the ledger's filter, the demonstration's date."""

from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from haizhi_portal.accounts.forms.fields import AmountField, CountField, DayField
from haizhi_portal.accounts.models import Jurisdiction
from haizhi_portal.policy.figures import FIGURE_SPECS, Figures, FigureSpec, Weight
from haizhi_portal.policy.words import KIND_LABELS, LEVEL_LABELS
from haizhi_portal.site.event_titles import event_title

_YES_NO = [("yes", _("是")), ("no", _("不是"))]
SPARE_ROWS = 2
# Beyond it terms and windows would soon run out of the calendar.
LAST_DEMO_YEAR = 2150


def day_field(**options: Any) -> DayField:
    """A date with the browser's own picker, typed as 2027-03-01 where there is none."""
    return DayField(**options)


class RouteForm(forms.Form):
    """The two facts that decide most of where an application goes (`4.1-direct`, `4.1-via-district`)."""

    kind = forms.ChoiceField(label=_("单位性质"), choices=[("", _("请选择")), *KIND_LABELS.items()])
    level = forms.ChoiceField(
        label=_("隶属关系"),
        choices=[("", _("请选择")), *LEVEL_LABELS.items()],
        help_text=_("看主管单位的级别；民营企业、没有主管单位的，选“无隶属关系”。"),
    )


class RouteFinderForm(RouteForm):
    """Everything that decides; what is left out counts as a legal person in Dalian."""

    in_dalian = forms.ChoiceField(
        label=_("单位在大连市内吗"), choices=_YES_NO, widget=forms.RadioSelect, required=False, initial="yes"
    )
    is_branch = forms.ChoiceField(
        label=_("是分公司、分校、办事处等分支机构吗"),
        choices=_YES_NO,
        widget=forms.RadioSelect,
        required=False,
        initial="no",
    )
    jurisdiction = forms.ModelChoiceField(
        label=_("实际所在的区（市、县）或先导区"),
        queryset=Jurisdiction.objects.select_related("reviewing_body"),
        required=False,
        empty_label=_("还没有定"),
        help_text=_("按实际办公地点选，与信用代码里的地区码无关。"),
    )
    credit_code = forms.CharField(
        label=_("统一社会信用代码（可以不填）"),
        max_length=60,
        required=False,
        help_text=_("填了就能看出是不是个体工商户，有没有填错。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def facts(self) -> dict[str, Any]:
        """The cleaned answers as the finder takes them."""
        answers = self.cleaned_data
        return {
            "kind": answers["kind"],
            "level": answers["level"],
            "in_dalian": answers["in_dalian"] != "no",
            "is_branch": answers["is_branch"] == "yes",
            "jurisdiction": answers["jurisdiction"],
            "credit_code": answers["credit_code"] or None,
        }


class FiguresForm(forms.Form):
    """Every figure, filled with what will be in force; only what is typed otherwise than shown is put in force.

    ``seen`` is the number of editions the page was filled from: what a colleague adds meanwhile is not set back.
    """

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=5)

    def __init__(self, *args: Any, figures: Figures, **options: Any) -> None:
        super().__init__(*args, **options)
        self.figures = figures
        self.fields["in_force_from"] = day_field(
            label=_("生效日期"), help_text=_("最早明天；已经开始或决定的事项仍按原指标。")
        )
        self.fields["reason"] = forms.CharField(
            label=_("依据和理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
        )
        for spec in FIGURE_SPECS.values():
            if spec.kind == "weights":
                self._add_weights(spec, getattr(figures, spec.key))
            else:
                self.fields[spec.key] = _field(spec, getattr(figures, spec.key))

    def _add_weights(self, spec: FigureSpec, weights: tuple[Weight, ...]) -> None:
        fixed = spec.key == "evaluation_weights"
        rows = [*weights] if fixed else [*weights, *([None] * SPARE_ROWS)]
        for place, weight in enumerate(rows, start=1):
            words = {"set": spec.label, "place": place}
            self.fields[f"{spec.key}-{place}-title"] = forms.CharField(
                label=_("%(set)s 第 %(place)s 项：名称") % words,
                max_length=100,
                required=fixed,
                initial=weight.title if weight else "",
            )
            self.fields[f"{spec.key}-{place}-points"] = CountField(
                label=_("%(set)s 第 %(place)s 项：满分") % words,
                min_value=1,
                max_value=100,
                required=fixed,
                initial=weight.points if weight else None,
            )
            self.fields[f"{spec.key}-{place}-rule"] = forms.CharField(
                label=_("%(set)s 第 %(place)s 项：评分办法") % words,
                max_length=500,
                required=False,
                initial=weight.rule if weight else "",
                widget=forms.Textarea(attrs={"rows": 2}),
            )

    def values(self) -> dict[str, object]:
        """What was typed otherwise than shown, figure by figure, as the action takes it."""
        values: dict[str, object] = {}
        for spec in FIGURE_SPECS.values():
            shown = getattr(self.figures, spec.key)
            typed = self._weights(spec, shown) if spec.kind == "weights" else self.cleaned_data[spec.key]
            if not _same(spec, typed, shown):
                values[spec.key] = typed
        return values

    def _weights(self, spec: FigureSpec, before: tuple[Weight, ...]) -> list[list[object]]:
        rows: list[list[object]] = []
        place = 1
        while f"{spec.key}-{place}-title" in self.fields:
            title = self.cleaned_data.get(f"{spec.key}-{place}-title", "")
            points = self.cleaned_data.get(f"{spec.key}-{place}-points")
            if title or points:
                key = before[place - 1].key if place <= len(before) else f"extra{place}"
                rows.append([key, title, points or 0, self.cleaned_data.get(f"{spec.key}-{place}-rule", "")])
            place += 1
        return rows


def _same(spec: FigureSpec, typed: object, shown: object) -> bool:
    """What cannot be a value differs: the action says why it is refused."""
    try:
        return bool(spec.parse(typed) == shown)
    except ValueError:
        return False


def _field(spec: FigureSpec, value: object) -> forms.Field:
    label = f"{spec.label}（{spec.unit}）" if spec.unit else spec.label
    common: dict[str, Any] = {"label": label, "initial": value}
    if spec.kind == "switch":
        return forms.BooleanField(required=False, **common)
    if spec.kind == "integer":
        return CountField(min_value=spec.minimum, max_value=spec.maximum, **common)
    if spec.kind == "decimal":
        return AmountField(min_value=Decimal(spec.minimum), max_value=Decimal(spec.maximum), decimal_places=2, **common)
    return forms.CharField(max_length=spec.maximum, **common)


class HolidayForm(forms.Form):
    """A day off, or a weekend worked in exchange."""

    day = day_field(label=_("日期"))
    off = forms.TypedChoiceField(
        label=_("性质"),
        choices=[("off", _("放假")), ("on", _("调休上班"))],
        coerce=lambda value: value == "off",
    )
    name = forms.CharField(label=_("名称"), max_length=60, help_text=_("例如“国庆节”。"))


class LibraryYearForm(forms.Form):
    """A year of the published tables the portal carries."""

    year = forms.TypedChoiceField(label=_("年份"), coerce=int)
    step = forms.CharField(widget=forms.HiddenInput, initial="library", required=False)

    def __init__(self, *args: Any, years: list[int], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["year"].choices = [(year, year) for year in years]  # type: ignore[attr-defined]


class HolidayFileForm(forms.Form):
    """A table of holidays as a file."""

    file = forms.FileField(
        label=_("文件"),
        help_text=_("Excel（.xlsx）、CSV 或 JSON，不超过 1 MB。第一行写“日期、性质、名称”；性质填“放假”或“上班”。"),
    )
    step = forms.CharField(widget=forms.HiddenInput, initial="file", required=False)


class HolidayRowsForm(forms.Form):
    """What was read, carried to the step that imports it, and why it is imported."""

    reason = forms.CharField(label=_("依据"), max_length=500, help_text=_("例如国务院办公厅通知的文号；写入审计台账。"))
    rows = forms.CharField(widget=forms.HiddenInput)
    source = forms.CharField(widget=forms.HiddenInput, required=False, max_length=120)
    step = forms.CharField(widget=forms.HiddenInput, initial="rows", required=False)


class LedgerFilterForm(forms.Form):
    """What to find in the ledger."""

    q = forms.CharField(label=_("编号、代码或对象"), required=False, max_length=120)
    event = forms.ChoiceField(label=_("事件"), required=False)
    since = day_field(label=_("生效日期从"), required=False)
    until = day_field(label=_("到"), required=False)

    def __init__(self, *args: Any, events: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        choices = [("", _("全部")), *((event, f"{event_title(event)}（{event}）") for event in events)]
        self.fields["event"].choices = choices  # type: ignore[attr-defined]


class DemoClockForm(forms.Form):
    """The date the demonstration goes on with: only forwards, since what happened stays."""

    day = day_field(label=_("把演示日期移到"))

    def __init__(self, *args: Any, today: date, **options: Any) -> None:
        super().__init__(*args, **options)
        self.today = today

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day <= self.today:
            raise forms.ValidationError(_("演示日期只能往后移，请选今天之后的日期。"))
        if day.year > self.today.year + 10:
            raise forms.ValidationError(_("一次最多往后移十年。"))
        if day.year > LAST_DEMO_YEAR:
            raise forms.ValidationError(_("演示日期最晚到 %(year)s 年。") % {"year": LAST_DEMO_YEAR})
        return day
