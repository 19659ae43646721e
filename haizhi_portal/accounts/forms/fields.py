"""The few kinds of input that forms are made of."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

WORDS_MAX = 5000
# Full-width signs and the ordinary ones they stand for; unlike a full normalisation it makes no 2 of a raised ².
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0x2212: 0x2D}
_IN_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?")


def half_width(value: Any) -> Any:
    """A number or a day typed with a Chinese keyboard, in ordinary signs without blanks; other values as they are."""
    return "".join(value.translate(_HALF_WIDTH).split()) if isinstance(value, str) else value


def without_thousands(value: Any) -> Any:
    """The number in half-width, without the commas between thousands; a comma elsewhere stays and is refused."""
    plain = half_width(value)
    return plain.replace(",", "") if isinstance(plain, str) and _IN_THOUSANDS.fullmatch(plain) else plain


class CountField(forms.IntegerField):
    """A whole number, however its signs were typed: １２００, 1,200 and 1 200 are the same."""

    def to_python(self, value: Any) -> int | None:
        return super().to_python(without_thousands(value))


class AmountField(forms.DecimalField):
    """A number with decimals, however its signs were typed."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(without_thousands(value))


class DayField(forms.DateField):
    """A calendar day with the browser's own picker; typed as 2027-03-15 where there is none."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        options.setdefault("input_formats", ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"])
        options.setdefault("error_messages", {"invalid": _("请填写日期，例如 2027-03-15。")})
        super().__init__(**options)

    def to_python(self, value: Any) -> Any:
        """Typed with full-width signs or blanks it is the same day."""
        return super().to_python(half_width(value))


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
