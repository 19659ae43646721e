"""The few kinds of input that forms are made of."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

WORDS_MAX = 5000


class DayField(forms.DateField):
    """A calendar day with the browser's own picker; typed as 2027-03-15 where there is none."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        options.setdefault("input_formats", ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"])
        options.setdefault("error_messages", {"invalid": _("请填写日期，例如 2027-03-15。")})
        super().__init__(**options)


class DeadlineField(DayField):
    """A day that staff set as a deadline: while it is chosen, the page tells when nobody works on it."""

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "data-deadline": "true"}


class WordsField(forms.CharField):
    """Several lines of text."""

    def __init__(self, *, rows: int = 4, **options: Any) -> None:
        options.setdefault("max_length", WORDS_MAX)
        options.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**options)

    def to_python(self, value: Any) -> Any:
        """One sign for a line break, whoever sent it, so that it counts once."""
        text = super().to_python(value)
        return text.replace("\r\n", "\n").replace("\r", "\n") if isinstance(text, str) else text

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """The page counts and warns; a browser that cuts off what is pasted loses it, and counts otherwise."""
        attrs = super().widget_attrs(widget)
        limit = attrs.pop("maxlength", None)
        return attrs if limit is None else {**attrs, "data-limit": limit}


class HiddenVersion(forms.IntegerField):
    """The edition of what the page showed; a stale one is refused, so that nobody overwrites a colleague."""

    def __init__(self, **options: Any) -> None:
        super().__init__(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, **options)
