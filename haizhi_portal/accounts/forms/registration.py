from typing import Any

from crispy_forms.bootstrap import StrictButton
from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Fieldset, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from haizhi_portal.accounts.forms.passwords import NewPasswordMixin, new_password_field, repeated_password_field
from haizhi_portal.accounts.models import Jurisdiction, User
from haizhi_portal.policy.routing import Route
from haizhi_portal.policy.words import KIND_LABELS, LEVEL_LABELS

_YES_NO = [("yes", _("是")), ("no", _("不是"))]


def _chosen(labels: dict[str, str]) -> list[tuple[str, Any]]:
    return [("", _("请选择")), *labels.items()]


class RegistrationForm(NewPasswordMixin):
    """A unit and its first person. Whether the unit may apply comes first and can be asked before anything else."""

    kind = forms.ChoiceField(label=_("单位性质"), choices=_chosen(KIND_LABELS))
    level = forms.ChoiceField(
        label=_("隶属关系"), choices=_chosen(LEVEL_LABELS), help_text=_("由哪一级主管；民营单位选“无隶属关系”。")
    )
    in_dalian = forms.ChoiceField(label=_("单位在大连市内吗"), choices=_YES_NO, widget=forms.RadioSelect)
    is_branch = forms.ChoiceField(
        label=_("是分公司、分校、办事处等分支机构吗"),
        choices=_YES_NO,
        widget=forms.RadioSelect,
        help_text=_("分支机构也有 18 位代码，从代码上分不出来，所以要问。"),
    )
    jurisdiction = forms.ModelChoiceField(
        label=_("实际所在的区（市、县）或先导区"),
        queryset=Jurisdiction.objects.all(),
        empty_label=_("请选择"),
        help_text=_("按实际办公地点选，不按注册登记机关。在先导区内的选先导区。"),
    )
    credit_code = forms.CharField(
        label=_("统一社会信用代码"),
        max_length=60,
        help_text=_("18 位，见法人证书或营业执照；空格、全角、小写都可以。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    name = forms.CharField(label=_("单位全称"), max_length=120, help_text=_("与证照一致。"))
    legal_representative = forms.CharField(label=_("法定代表人"), max_length=60)
    address = forms.CharField(label=_("单位地址"), max_length=200)
    person_name = forms.CharField(label=_("姓名"), max_length=60, widget=forms.TextInput({"autocomplete": "name"}))
    mobile = forms.CharField(
        label=_("手机"), max_length=30, widget=forms.TextInput({"autocomplete": "tel", "inputmode": "tel"})
    )
    email = forms.EmailField(
        label=_("电子邮箱"),
        max_length=254,
        help_text=_("通知和重置密码的邮件发到这里。"),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    username = forms.CharField(
        label=_("登录名"),
        max_length=60,
        help_text=_("3 至 60 位英文字母、数字或 . _ @ -，不分大小写。"),
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = new_password_field(_("密码"))
    password_again = repeated_password_field()

    def __init__(self, *args: Any, only_eligibility: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.only_eligibility = only_eligibility
        self.answer: Route | None = None
        if only_eligibility:
            for name, field in self.fields.items():
                field.required = name in {"kind", "level", "in_dalian", "is_branch"}
        self.helper = FormHelper(self)
        self.helper.layout = Layout(
            Fieldset(
                _("能否申报"),
                "kind",
                "level",
                "in_dalian",
                "is_branch",
                "jurisdiction",
                "credit_code",
                HTML("{% include 'accounts/eligibility_answer.html' %}"),
                Div(
                    StrictButton(
                        _("先核对能否申报"), type="submit", name="check", value="1", css_class="btn-outline-primary"
                    ),
                    css_class="hz-actions",
                ),
                css_class="hz-part",
            ),
            Fieldset(_("单位"), "name", "legal_representative", "address", css_class="hz-part"),
            Fieldset(
                _("您本人"),
                "person_name",
                "mobile",
                "email",
                "username",
                "password",
                "password_again",
                css_class="hz-part",
            ),
        )

    def person(self) -> User:
        known = self.cleaned_data
        return User(username=known.get("username", ""), name=known.get("person_name", ""), email=known.get("email", ""))

    def clean(self) -> dict[str, Any]:
        return self.cleaned_data if self.only_eligibility else super().clean()

    def unit(self) -> dict[str, Any]:
        """What the form says of the unit as far as eligibility goes, in the words of the action."""
        return {
            "credit_code": self.cleaned_data["credit_code"] or None,
            "kind": self.cleaned_data["kind"],
            "level": self.cleaned_data["level"],
            "in_dalian": self.cleaned_data["in_dalian"] == "yes",
            "is_branch": self.cleaned_data["is_branch"] == "yes",
        }
