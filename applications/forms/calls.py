"""The year's call: its timetable and its quota."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.models import Call
from haizhi_portal.accounts.forms.fields import CountField, DayField, DeadlineField, WordsField
from haizhi_portal.policy.calls import STEPS
from haizhi_portal.policy.figures import FIGURE_SPECS


class TimetableForm(forms.Form):
    """The five days of a call. None of them is moved by a holiday."""

    opens_on = DeadlineField(label=_("申报开始日"), help_text=_("当日零时起可以提交。"))
    applicants_close_on = DeadlineField(label=_("单位申报截止日"), help_text=_("含当日，至 24:00（北京时间）。"))
    districts_close_on = DeadlineField(label=_("辖区审核截止日"), help_text=_("含当日；未答复的次日转市科协。"))
    initial_close_on = DeadlineField(label=_("初审截止日"))
    certification_on = DeadlineField(label=_("集中认证日"))

    def days(self) -> dict[str, Any]:
        """The five days by the names the actions take."""
        return {name: self.cleaned_data[name] for name, _title in STEPS}


class NewCallForm(TimetableForm):
    year = CountField(label=_("年度"), min_value=2000, max_value=2200)

    field_order = ["year"]


class ChangedTimetableForm(TimetableForm):
    reason = WordsField(label=_("调整理由"), rows=3, help_text=_("写入审计台账，并与新的时间一起在首页公布。"))

    @classmethod
    def of(cls, call: Call, data: Any = None) -> "ChangedTimetableForm":
        return cls(data, initial={name: getattr(call, name) for name, _title in STEPS}, prefix="timetable")


class QuotaForm(forms.Form):
    """More seats in one year, on the strength of a dated document (`4.2-cap`)."""

    quota = CountField(label=_("新名额"), min_value=1, max_value=FIGURE_SPECS["annual_quota"].maximum)
    document = forms.CharField(label=_("准予增加名额的文件文号"), max_length=120)
    document_on = DayField(label=_("文件日期"))
    reason = WordsField(label=_("理由"), rows=3)


class ClosingForm(forms.Form):
    """Why the year's decisions are closed and everything undecided ends."""

    reason = WordsField(label=_("办结理由"), rows=3)
