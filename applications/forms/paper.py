"""The desk where stamped paper arrives."""

import unicodedata
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.papers import scanned_code
from haizhi_portal.accounts.forms.fields import WordsField
from haizhi_portal.documents.codes import looks_like_code

_LIKE_A_SCANNER = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "autofocus": True}


class CodeForm(forms.Form):
    """The code of a printed form, scanned, typed or photographed; spaces, hyphens, case and width do not matter."""

    code = forms.CharField(
        label=gettext_lazy("校验码"),
        max_length=200,
        required=False,
        help_text=gettext_lazy(
            "用扫码枪扫描任意一页上的二维码或条形码，或照着输入页眉里的 16 位校验码；也可以输入申报编号。"
        ),
        widget=forms.TextInput(attrs=_LIKE_A_SCANNER),
    )
    photo = forms.FileField(
        label=gettext_lazy("或者拍一张照片"),
        required=False,
        max_length=255,
        allow_empty_file=True,
        help_text=gettext_lazy("拍清楚二维码或条形码即可，照片只用来读码，不保存。"),
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
    )

    def clean_code(self) -> str:
        """The bare code, also out of the address a QR code holds."""
        return scanned_code(str(self.cleaned_data["code"]))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "code" in given and not given["code"] and not given.get("photo"):
            self.add_error("code", _("请扫描或输入校验码。"))
        return given


class CopiesForm(forms.Form):
    """How many stamped copies came; a second scan that lands in the number is understood as a scan."""

    check_code = forms.CharField(
        label=gettext_lazy("校验码"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    copies = forms.CharField(
        label=gettext_lazy("本次收到份数"),
        max_length=200,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "autofocus": True}),
    )
    stamped = forms.BooleanField(label=gettext_lazy("已逐份看到公章"), required=False, initial=True)
    already = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=2**31 - 1)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.initial.get("check_code"):
            self.fields["check_code"].widget = forms.HiddenInput()

    def clean_check_code(self) -> str:
        return scanned_code(str(self.cleaned_data["check_code"]))

    def clean_copies(self) -> int | str:
        """The number; or the code, where the scanner wrote into this field."""
        typed = unicodedata.normalize("NFKC", str(self.cleaned_data["copies"])).strip()
        if looks_like_code(code := scanned_code(typed)):
            return code
        if not (typed.isascii() and typed.isdigit() and len(typed) < 4):
            raise forms.ValidationError(_("请填写份数，例如 2。"))
        return int(typed)


class VoidForm(forms.Form):
    reason = WordsField(label=gettext_lazy("作废理由"), rows=3, max_length=1000)
