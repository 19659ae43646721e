from django import forms
from django.utils.translation import gettext_lazy as _

from haizhi_portal.documents.codes import LENGTH, looks_like_code, read_code


class CodeForm(forms.Form):
    """The code a visitor reads from a paper."""

    code = forms.CharField(
        label=_("校验码"),
        help_text=_("印在文书二维码旁的 16 位字母和数字，空格、短横和大小写不影响查验。"),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_code(self) -> str:
        code = read_code(self.cleaned_data["code"])
        if not looks_like_code(code):
            raise forms.ValidationError(
                _("校验码是 %(length)s 位字母和数字，不含 0、1、I、L、O。请对照纸面再输一次。"),
                params={"length": LENGTH},
            )
        return code


class VoidForm(forms.Form):
    reason = forms.CharField(
        label=_("作废理由"),
        help_text=_("理由记入登记簿和审计台账，不对外公开。"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class RegisterFilter(forms.Form):
    """Search in the register of numbers."""

    q = forms.CharField(label=_("字号、标题或编号"), required=False, max_length=80)
    year = forms.TypedChoiceField(label=_("年份"), required=False, coerce=int, empty_value=None)
    state = forms.ChoiceField(
        label=_("状态"), required=False, choices=[("", _("全部")), ("valid", _("有效")), ("void", _("作废"))]
    )

    def __init__(self, *args: object, years: list[int], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["year"].choices = [("", _("全部")), *[(year, str(year)) for year in years]]  # type: ignore[attr-defined]
