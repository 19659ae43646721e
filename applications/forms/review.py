"""What reviewers fill in: the check-list, the conclusion, words per section; and the way to another body."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.checklist import checks
from applications.sections import SECTIONS
from haizhi_portal.accounts.forms.fields import DeadlineField, WordsField
from haizhi_portal.policy.words import JURISDICTION_NAMES, ROUTE_MUNICIPAL, route_label

FORM_ID = "review"

ENDORSE, PASS, RETURN, DECLINE = "endorse", "pass", "return", "decline"
CONCLUSIONS: dict[str, Any] = {
    ENDORSE: gettext_lazy("同意推荐，报市科协"),
    PASS: gettext_lazy("初审通过"),
    RETURN: gettext_lazy("退回修改"),
    DECLINE: gettext_lazy("不予通过"),
}
FAVOURABLE = (ENDORSE, PASS)

ANSWERS = [("yes", gettext_lazy("符合")), ("no", gettext_lazy("不符合"))]


def checks_said(answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """A stored check-list in words, in the order of the list."""
    return [(title, _("符合") if answers[key] else _("不符合")) for key, title in checks().items() if key in answers]


class ReviewForm(forms.Form):
    """One form for every conclusion; which of its fields are needed depends on the conclusion."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, conclusions: Iterable[str], correct_by: date, checked: Mapping[str, Any], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.titles = checks()
        for key, title in self.titles.items():
            self.fields[f"check-{key}"] = forms.ChoiceField(
                label=title,
                choices=ANSWERS,
                widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
                required=False,
                initial=("yes" if checked[key] else "no") if key in checked else None,
            )
        for key, section in SECTIONS.items():
            self.fields[f"fix-{key}"] = WordsField(
                label=_("“%(title)s”需要怎样修改") % {"title": _(section.title)},
                rows=3,
                required=False,
                max_length=1000,
            )
        self.fields["conclusion"] = forms.ChoiceField(
            label=_("结论"),
            choices=[(key, CONCLUSIONS[key]) for key in conclusions],
            widget=forms.RadioSelect,
            error_messages={"required": _("请选择结论。")},
        )
        self.fields["opinion"] = WordsField(
            label=_("审核意见"), rows=4, help_text=_("退回或不予通过时，这段话原样告知申报单位。")
        )
        self.fields["correct_by"] = DeadlineField(
            label=_("补正截止日"),
            required=False,
            initial=correct_by,
            help_text=_("退回修改时填写，含当日；按现行补正期限算出，不早于单位申报截止日。"),
        )
        for field in self.fields.values():
            field.widget.attrs["form"] = FORM_ID

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        conclusion = data.get("conclusion")
        if conclusion in FAVOURABLE:
            for key, title in self.titles.items():
                if not data.get(f"check-{key}"):
                    self.add_error(f"check-{key}", _("请核对“%(title)s”。") % {"title": title})
                elif data[f"check-{key}"] == "no":
                    words = _("“%(title)s”不符合时不能通过，请退回修改或不予通过。") % {"title": title}
                    self.add_error(f"check-{key}", words)
        if conclusion == RETURN:
            if not self.returned_sections():
                self.add_error("conclusion", _("退回修改时，请至少在一个部分写明怎样修改。"))
            if not data.get("correct_by") and "correct_by" not in self.errors:
                self.add_error("correct_by", _("请填写补正截止日。"))
        return data

    def checks(self) -> dict[str, bool]:
        """The check-list as it is kept: what was answered, by key."""
        answers = {key: self.cleaned_data.get(f"check-{key}", "") for key in self.titles}
        return {key: answer == "yes" for key, answer in answers.items() if answer}

    def returned_sections(self) -> dict[str, str]:
        """What to mend, by section."""
        words = {key: (self.cleaned_data.get(f"fix-{key}") or "").strip() for key in SECTIONS}
        return {key: each for key, each in words.items() if each}


class RouteForm(forms.Form):
    """To which body an application is handed, and why."""

    def __init__(self, *args: Any, to_municipal: bool, now_at: str, came_from: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = (
            {came_from: _("退回%(place)s（也不属于本辖区）") % {"place": route_label(came_from)}} if came_from else {}
        )
        targets = [*([ROUTE_MUNICIPAL] if to_municipal else []), *JURISDICTION_NAMES]
        self.fields["route"] = forms.ChoiceField(
            label=_("转往"),
            choices=[
                ("", _("请选择")),
                *((code, names.get(code, route_label(code))) for code in targets if code != now_at),
            ],
        )
        self.fields["reason"] = WordsField(
            label=_("理由"), rows=3, max_length=1000, help_text=_("申报单位和接收单位都看得到。")
        )


class ExtendForm(forms.Form):
    correct_by = DeadlineField(label=gettext_lazy("新的补正截止日"), help_text=gettext_lazy("含当日，至 24:00。"))
    reason = WordsField(label=gettext_lazy("理由"), rows=3, max_length=1000)
