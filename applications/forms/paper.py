"""The desk where stamped paper arrives."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CodeForm(forms.Form):
    """The code of a printed form, scanned or typed; spaces, hyphens and case do not matter."""

    code = forms.CharField(
        label=_("校验码"),
        max_length=200,
        help_text=_("用扫码枪扫描每页右上角的二维码，或照着输入页眉里的 16 位校验码。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autofocus": True}),
    )

    def clean_code(self) -> str:
        """The bare code, also out of the address a QR code holds."""
        typed = str(self.cleaned_data["code"]).strip().rstrip("/")
        last = typed.rpartition("/")[2]
        return "".join(sign for sign in last if sign.isalnum()).upper()


class CopiesForm(forms.Form):
    check_code = forms.CharField(
        label=_("校验码"), max_length=32, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    copies = forms.IntegerField(label=_("本次收到份数"), min_value=1, max_value=20, initial=2)

    def clean_check_code(self) -> str:
        return "".join(sign for sign in str(self.cleaned_data["check_code"]) if sign.isalnum()).upper()
