"""The certification round: who scores what, the declaration before it, and the sheet."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from haizhi_portal.accounts.forms.fields import AmountField, WordsField
from haizhi_portal.accounts.models import User
from haizhi_portal.scoring.models import Criterion, Sheet


class AssignForm(forms.Form):
    """Which experts score one application."""

    experts = forms.MultipleChoiceField(
        label=gettext_lazy("评审专家"), widget=forms.CheckboxSelectMultiple(attrs={"class": "form-check-input"})
    )

    def __init__(self, *args: Any, experts: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {expert.public_id: expert for expert in experts}
        field: Any = self.fields["experts"]
        field.choices = [(key, expert.name) for key, expert in self.people.items()]
        field.error_messages["required"] = _("请至少选一位专家。")

    def chosen(self) -> list[User]:
        return [self.people[key] for key in self.cleaned_data["experts"]]


class DeclarationForm(forms.Form):
    """Whether the expert has to stand aside, and the pledge of the one who does not."""

    conflict = forms.TypedChoiceField(
        label=gettext_lazy("与申报单位有没有利害关系"),
        choices=[("no", gettext_lazy("没有，可以独立评审")), ("yes", gettext_lazy("有，需要回避"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        help_text=gettext_lazy("任职、兼职、近三年合作或资助、近亲属在该单位任职等，都应回避。"),
    )
    reason = WordsField(label=gettext_lazy("回避事由"), rows=2, required=False, max_length=500)
    pledge = forms.BooleanField(
        label=gettext_lazy("我承诺独立、公正评审，不与他人商量分数，不泄露申报材料和评审情况。"), required=False
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("conflict") is True and not data.get("reason", "").strip():
            self.add_error("reason", _("请写明回避事由，便于改派其他专家。"))
        if data.get("conflict") is False and not data.get("pledge"):
            self.add_error("pledge", _("评审前须作出承诺。"))
        return data


class ScoreForm(forms.Form):
    """Points and a comment for each criterion, an opinion and a conclusion. A draft may be incomplete."""

    def __init__(self, *args: Any, criteria: Iterable[Criterion], complete: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = list(criteria)
        for criterion in self.criteria:
            limit = f"{criterion.points.normalize():f}"
            self.fields[f"points-{criterion.key}"] = AmountField(
                label=_("%(title)s得分（0 至 %(limit)s）") % {"title": criterion.title, "limit": limit},
                min_value=Decimal(0),
                max_value=Decimal(limit),
                decimal_places=2,
                max_digits=5,
                required=complete,
                error_messages={"required": _("“%(title)s”尚未打分。") % {"title": criterion.title}},
                widget=forms.NumberInput(attrs={"step": "0.5", "inputmode": "decimal"}),
            )
            self.fields[f"comment-{criterion.key}"] = WordsField(
                label=_("说明"), rows=2, required=False, max_length=1000
            )
        self.fields["recommendation"] = forms.ChoiceField(
            label=_("结论"), choices=Sheet.Opinion.choices, widget=forms.RadioSelect, required=complete
        )
        self.fields["opinion"] = WordsField(label=_("评审意见"), rows=5, required=complete)

    def points(self) -> dict[str, Decimal | None]:
        return {criterion.key: self.cleaned_data[f"points-{criterion.key}"] for criterion in self.criteria}

    def comments(self) -> dict[str, str]:
        return {criterion.key: self.cleaned_data[f"comment-{criterion.key}"] for criterion in self.criteria}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for criterion in self.criteria:
            key = f"points-{criterion.key}"
            if data.get(f"comment-{criterion.key}") and data.get(key) is None and key not in self.errors:
                self.add_error(key, _("写了说明的一项，请同时给分，草稿才能一并保存。"))
        return data

    def total(self) -> Decimal:
        """The sum of the points typed."""
        return sum((value for value in self.points().values() if value is not None), Decimal(0))

    def said(self) -> list[tuple[str, str]]:
        """The sheet in words: points by criterion, conclusion, opinion."""
        rows = [
            (criterion.title, f"{self.cleaned_data[f'points-{criterion.key}']} / {criterion.points.normalize():f}")
            for criterion in self.criteria
        ]
        conclusion = Sheet.Opinion(self.cleaned_data["recommendation"]).label
        return [*rows, (_("结论"), str(conclusion)), (_("评审意见"), self.cleaned_data["opinion"])]

    @staticmethod
    def initial_of(sheet: Sheet) -> dict[str, Any]:
        """What is already on the sheet, by the names of the fields."""
        initial: dict[str, Any] = {"opinion": sheet.opinion, "recommendation": sheet.recommendation}
        for mark in sheet.marks.select_related("criterion"):
            initial[f"points-{mark.criterion.key}"] = mark.points
            initial[f"comment-{mark.criterion.key}"] = mark.comment
        return initial


class VoidForm(forms.Form):
    reason = WordsField(label=_("作废理由"), rows=2, max_length=500)


class ReleaseForm(forms.Form):
    reason = WordsField(label=_("收回理由"), rows=2, max_length=500)


class SetAsideForm(forms.Form):
    reason = WordsField(label=_("搁置理由"), rows=2, max_length=500)


class ConflictForm(forms.Form):
    """A conflict noticed after the pledge."""

    reason = WordsField(label=gettext_lazy("回避事由"), rows=2, max_length=500)
