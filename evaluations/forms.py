"""What people fill in about evaluations, renewals and withdrawals, and what lists are narrowed by."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from evaluations.models import Evaluation, Renewal, Withdrawal
from evaluations.states import EVALUATION_STATES, RENEWAL_STATES, WITHDRAWAL_STATES, State
from haizhi_portal.accounts.forms.fields import DayField, HiddenVersion, WordsField
from haizhi_portal.scoring.models import Criterion, Sheet

ANY: list[tuple[str, Any]] = [("", gettext_lazy("全部"))]


def _choices(states: dict[str, State]) -> list[tuple[str, Any]]:
    return [*ANY, *((key, state.label) for key, state in states.items())]


class EvaluationFilter(forms.Form):
    """What the list of evaluations is searched by."""

    q = forms.CharField(label=gettext_lazy("编号或单位"), required=False, max_length=60)
    year = forms.ChoiceField(label=gettext_lazy("评估年度"), required=False)
    result = forms.ChoiceField(label=gettext_lazy("结果"), required=False, choices=[*ANY, *Evaluation.Result.choices])
    state = forms.ChoiceField(label=gettext_lazy("状态"), required=False, choices=_choices(EVALUATION_STATES))

    def __init__(self, *args: Any, years: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        year: Any = self.fields["year"]
        year.choices = [*ANY, *((str(each), str(each)) for each in years)]

    def narrowed(self, rows: QuerySet[Evaluation], today: Any) -> QuerySet[Evaluation]:
        """The rows asked for; a filter that makes no sense is left out."""
        self.is_valid()
        asked = self.cleaned_data
        if words := asked.get("q", "").strip():
            rows = rows.filter(Q(base__number__icontains=words) | Q(base__organisation__name__icontains=words))
        if asked.get("year"):
            rows = rows.filter(year=int(asked["year"]))
        if asked.get("result"):
            rows = rows.filter(result=asked["result"])
        if asked.get("state"):
            rows = rows.filter(EVALUATION_STATES[asked["state"]].where(today))
        return rows


class RenewalFilter(forms.Form):
    """What the list of requests for renewal is searched by."""

    q = forms.CharField(label=gettext_lazy("编号或单位"), required=False, max_length=60)
    state = forms.ChoiceField(label=gettext_lazy("状态"), required=False, choices=_choices(RENEWAL_STATES))

    def narrowed(self, rows: QuerySet[Renewal], today: Any) -> QuerySet[Renewal]:
        self.is_valid()
        asked = self.cleaned_data
        if words := asked.get("q", "").strip():
            rows = rows.filter(
                Q(term__base__number__icontains=words) | Q(term__base__organisation__name__icontains=words)
            )
        if asked.get("state"):
            rows = rows.filter(RENEWAL_STATES[asked["state"]].where(today))
        return rows


class WithdrawalFilter(forms.Form):
    """What the list of withdrawals is searched by."""

    q = forms.CharField(label=gettext_lazy("编号或单位"), required=False, max_length=60)
    ground = forms.ChoiceField(label=gettext_lazy("事由"), required=False, choices=[*ANY, *Withdrawal.Ground.choices])
    state = forms.ChoiceField(label=gettext_lazy("状态"), required=False, choices=_choices(WITHDRAWAL_STATES))

    def narrowed(self, rows: QuerySet[Withdrawal], today: Any) -> QuerySet[Withdrawal]:
        self.is_valid()
        asked = self.cleaned_data
        if words := asked.get("q", "").strip():
            rows = rows.filter(Q(base__number__icontains=words) | Q(base__organisation__name__icontains=words))
        if asked.get("ground"):
            rows = rows.filter(ground=asked["ground"])
        if asked.get("state"):
            rows = rows.filter(WITHDRAWAL_STATES[asked["state"]].where(today))
        return rows


class OpenYearForm(forms.Form):
    """The year to evaluate: one of those that are over, from the first licence on."""

    year = forms.TypedChoiceField(
        label=gettext_lazy("评估年度"),
        coerce=int,
        help_text=gettext_lazy("对当年 12 月 31 日资格有效的每个基地各建立一份评估；已有的不重复建立。"),
    )

    def __init__(self, *args: Any, years: Iterable[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # The stubs know a declared field as a plain Field only.
        self.fields["year"].choices = [(year, str(year)) for year in years]  # type: ignore[attr-defined]


class ScoreForm(forms.Form):
    """Points and words for each indicator and an opinion. A draft may be incomplete."""

    digest = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, criteria: Iterable[Criterion], complete: bool, opinion_label: str = "", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = list(criteria)
        for criterion in self.criteria:
            limit, name = f"{criterion.points.normalize():f}", f"points-{criterion.key}"
            self.fields[name] = forms.DecimalField(
                label=_("%(title)s得分（0 至 %(limit)s）") % {"title": criterion.title, "limit": limit},
                min_value=Decimal(0),
                max_value=Decimal(limit),
                decimal_places=2,
                max_digits=5,
                required=complete,
                error_messages={"required": _("“%(title)s”尚未打分。") % {"title": criterion.title}},
                widget=forms.NumberInput(attrs={"step": "0.01", "inputmode": "decimal"}),
            )
            self.fields[f"comment-{criterion.key}"] = WordsField(
                label=_("说明（选填）"), rows=2, required=False, max_length=1000
            )
        self.fields["opinion"] = WordsField(label=opinion_label or _("评估意见"), rows=4, required=complete)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for criterion in self.criteria:
            name = f"points-{criterion.key}"
            if data.get(f"comment-{criterion.key}") and data.get(name) is None and name not in self.errors:
                self.add_error(name, _("写了说明的一项，请同时给分，才能一并保存。"))
        return data

    def points(self) -> dict[str, Decimal | None]:
        return {criterion.key: self.cleaned_data[f"points-{criterion.key}"] for criterion in self.criteria}

    def comments(self) -> dict[str, str]:
        return {criterion.key: self.cleaned_data[f"comment-{criterion.key}"] for criterion in self.criteria}

    def total(self) -> Decimal:
        return sum((value for value in self.points().values() if value is not None), Decimal(0))

    def said(self) -> list[tuple[str, str]]:
        """The sheet in words: points by indicator, then the opinion."""
        rows = [
            (each.title, f"{self.cleaned_data[f'points-{each.key}']:.2f} / {each.points.normalize():f}")
            for each in self.criteria
        ]
        return [*rows, (str(self.fields["opinion"].label), self.cleaned_data["opinion"])]

    @staticmethod
    def initial_of(sheet: Sheet | None) -> dict[str, Any]:
        """What is already on the sheet, by the names of the fields."""
        if sheet is None:
            return {}
        initial: dict[str, Any] = {"opinion": sheet.opinion}
        for mark in sheet.marks.select_related("criterion"):
            initial[f"points-{mark.criterion.key}"] = mark.points
            initial[f"comment-{mark.criterion.key}"] = mark.comment
        return initial


class ExemptForm(forms.Form):
    reason = WordsField(
        label=gettext_lazy("免评理由"),
        rows=3,
        max_length=1000,
        help_text=gettext_lazy("例如获批不足一年。理由原样告知基地。"),
    )


class DecideExemptionForm(forms.Form):
    """Whether a base that has a score is exempted after all."""

    approved = forms.TypedChoiceField(
        label=gettext_lazy("决定"),
        choices=[("yes", gettext_lazy("同意免予评估")), ("no", gettext_lazy("不同意，按评分告知结果"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择同意或不同意。")},
    )
    reason = WordsField(label=gettext_lazy("不同意的理由（同意的不用填）"), rows=3, max_length=1000, required=False)


class ReviewRequestForm(forms.Form):
    reason = WordsField(
        label=gettext_lazy("申请理由"),
        rows=6,
        max_length=2000,
        help_text=gettext_lazy("请写明对哪项得分有异议、理由和佐证是什么。"),
    )


class RenewalForm(forms.Form):
    """What a unit hands in to have its term renewed, first and again."""

    version = HiddenVersion(required=False)
    statement = WordsField(
        label=gettext_lazy("本期工作情况和续期理由"),
        rows=8,
        help_text=gettext_lazy("三年来引才引智、合作交流、资源库建设的主要情况。"),
    )
    plan = WordsField(
        label=gettext_lazy("下一期工作计划"), rows=8, help_text=gettext_lazy("下一期的目标、主要活动和项目。")
    )


class WithdrawRenewalForm(forms.Form):
    reason = WordsField(label=gettext_lazy("撤回理由（选填）"), rows=3, max_length=1000, required=False)


class PaperForm(forms.Form):
    """When the stamped paper came; a day before today says why it is registered only now."""

    received_on = DayField(
        label=gettext_lazy("收到日期"), help_text=gettext_lazy("应为实际收到的日期；补登以前收到的，须写明原因。")
    )
    reason = WordsField(label=gettext_lazy("补登原因（当天收到的不用填）"), rows=2, max_length=500, required=False)


class ReturnForm(forms.Form):
    reason = WordsField(
        label=gettext_lazy("需要修改什么"), rows=4, max_length=2000, help_text=gettext_lazy("原样告知基地。")
    )


class PrepareRenewalForm(forms.Form):
    proposal = forms.ChoiceField(
        label=gettext_lazy("拟定结论"),
        choices=[("pass", gettext_lazy("拟通过")), ("fail", gettext_lazy("拟不通过"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择拟通过或拟不通过。")},
    )
    assessment = WordsField(
        label=gettext_lazy("考核意见"), rows=6, help_text=gettext_lazy("供领导决定时参考，基地看不到。")
    )


class DecideRenewalForm(forms.Form):
    """The leader's decision; ``read`` carries the assessment it was made on."""

    read = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)
    passed = forms.TypedChoiceField(
        label=gettext_lazy("决定"),
        choices=[("yes", gettext_lazy("通过，续期")), ("no", gettext_lazy("不通过，不予续期"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择通过或不通过。")},
    )
    reason = WordsField(
        label=gettext_lazy("决定理由"),
        rows=4,
        max_length=2000,
        required=False,
        help_text=gettext_lazy("不予续期，或与拟定结论不同的，必须填写。原样告知基地。"),
    )


class AccuseForm(forms.Form):
    statement = WordsField(
        label=gettext_lazy("弄虚作假的事实和证据"),
        rows=6,
        help_text=gettext_lazy("何时、何处、哪项内容不实，如何查实。"),
    )


class StatementForm(forms.Form):
    statement = WordsField(
        label=gettext_lazy("事实与理由"), rows=8, help_text=gettext_lazy("写进决定书，原样告知基地。")
    )


class ConfirmForm(forms.Form):
    """Nothing to fill in; ``read`` carries the statement the leader decides on."""

    read = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)


class CloseForm(forms.Form):
    reason = WordsField(label=gettext_lazy("不予取消的理由"), rows=4, max_length=2000)
