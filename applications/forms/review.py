"""What reviewers fill in: the check-list, the conclusion, words per section; and the way to another body."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.checklist import MAY_NOT_APPLY, checks
from applications.models import Review
from applications.rules import GROUNDS
from applications.sections import SECTIONS
from haizhi_portal.accounts.forms.fields import DayField, DeadlineField, WordsField
from haizhi_portal.policy.clauses import CLAUSES
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

YES, NO, NOT_APPLICABLE = "yes", "no", "na"
ANSWERS = [(YES, gettext_lazy("符合")), (NO, gettext_lazy("不符合"))]
NA_TOO = [*ANSWERS, (NOT_APPLICABLE, gettext_lazy("不适用"))]
MEANT: dict[str, bool | None] = {YES: True, NO: False, NOT_APPLICABLE: None}
SAID: dict[bool | None, str] = {meant: key for key, meant in MEANT.items()}


def checks_said(review: Review) -> list[tuple[str, str]]:
    """A stored check-list in words, in the order of the list, with what was noted."""
    words, notes = dict(NA_TOO), review.notes or {}
    return [
        (title, "：".join(filter(None, (str(words[SAID[review.checks[key]]]), notes.get(key)))))
        for key, title in checks().items()
        if key in review.checks
    ]


class ReviewForm(forms.Form):
    """One form for every conclusion; which of its fields are needed depends on the conclusion."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=32_767)

    def __init__(self, *args: Any, conclusions: Iterable[str], waiting: Iterable[str] = (), **kwargs: Any) -> None:
        """``waiting`` names the sections that comments written for the unit already speak of."""
        super().__init__(*args, **kwargs)
        self.titles, self.waiting = checks(), set(waiting)
        for key, title in self.titles.items():
            self.fields[f"check-{key}"] = forms.ChoiceField(
                label=title,
                choices=NA_TOO if key in MAY_NOT_APPLY else ANSWERS,
                widget=forms.RadioSelect(attrs={"class": "form-check-input"}),
                required=False,
            )
            self.fields[f"note-{key}"] = forms.CharField(
                label=_("“%(title)s”的说明（选填）") % {"title": title}, required=False, max_length=300
            )
        for key, section in SECTIONS.items():
            self.fields[f"fix-{key}"] = WordsField(
                label=_("“%(title)s”需要怎样修改") % {"title": _(section.title)},
                rows=3,
                required=False,
                max_length=1000,
            )
        self._ask_for_the_conclusion(list(conclusions))
        for field in self.fields.values():
            field.widget.attrs["form"] = FORM_ID

    def _ask_for_the_conclusion(self, conclusions: list[str]) -> None:
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
            help_text=_("退回修改时填写，含当日；按现行补正期限算出，不早于单位申报截止日。"),
        )
        self.fields["clause"] = forms.ChoiceField(
            label=_("不予通过的依据"),
            required=False,
            choices=[("", _("请选择")), *((id, ground(id)) for id in GROUNDS)],
            help_text=_("不予通过时必选，随理由告知申报单位。"),
        )
        if ENDORSE in conclusions:
            self.fields["letter_number"] = forms.CharField(
                label=_("本单位文号（选填）"),
                required=False,
                max_length=60,
                help_text=_("同意推荐时填写，例如甘科协发〔2027〕5号；文号和成文日期须一并填写。"),
            )
            self.fields["letter_on"] = DayField(label=_("成文日期（选填）"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        conclusion = data.get("conclusion")
        if conclusion in FAVOURABLE:
            self._require_every_check(data)
        if conclusion == RETURN:
            if not self.returned_sections() and not self.waiting:
                self.add_error("conclusion", _("退回修改时，请至少在一个部分写明怎样修改，或写一条给申报单位的意见。"))
            if not data.get("correct_by") and "correct_by" not in self.errors:
                self.add_error("correct_by", _("请填写补正截止日。"))
        if conclusion == DECLINE and not data.get("clause") and "clause" not in self.errors:
            self.add_error("clause", _("请选择不予通过所依据的条款。"))
        return data

    def _require_every_check(self, data: dict[str, Any]) -> None:
        for key, title in self.titles.items():
            answer = data.get(f"check-{key}")
            if not answer:
                self.add_error(f"check-{key}", _("请核对“%(title)s”。") % {"title": title})
            elif answer == NO:
                words = _("“%(title)s”不符合时不能通过，请退回修改或不予通过。") % {"title": title}
                self.add_error(f"check-{key}", words)

    def checks(self) -> dict[str, bool | None]:
        """The check-list as it is kept: what was answered, by key."""
        answers = {key: self.cleaned_data.get(f"check-{key}", "") for key in self.titles}
        return {key: MEANT[answer] for key, answer in answers.items() if answer}

    def notes(self) -> dict[str, str]:
        """What was noted beside the answers, by key."""
        words = {key: (self.cleaned_data.get(f"note-{key}") or "").strip() for key in self.titles}
        return {key: each for key, each in words.items() if each}

    def returned_sections(self) -> dict[str, str]:
        """What to mend, by section, in words of its own."""
        words = {key: (self.cleaned_data.get(f"fix-{key}") or "").strip() for key in SECTIONS}
        return {key: each for key, each in words.items() if each}


def ground(id: str) -> str:
    """A clause a refusal may rest on, by article and name."""
    return f"{CLAUSES[id].article}　{CLAUSES[id].title}"


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
