from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from haizhi_portal.accounts.forms.passwords import NewPasswordMixin, new_password_field, repeated_password_field
from haizhi_portal.accounts.models import Organisation, ReviewingBody, User
from haizhi_portal.policy.identifiers import normalise
from haizhi_portal.policy.words import ROLE_LABELS, Role

_ROLES = [(role, label) for role, label in ROLE_LABELS.items() if role != Role.SYSTEM]


class ProfileForm(forms.Form):
    """How a person is called and reached."""

    name = forms.CharField(label=_("姓名"), max_length=60, widget=forms.TextInput({"autocomplete": "name"}))
    email = forms.EmailField(
        label=_("电子邮箱"),
        max_length=254,
        required=False,
        help_text=_("通知和重置密码的邮件发到这里；不填则只有站内消息。"),
        widget=forms.EmailInput({"autocomplete": "email"}),
    )
    mobile = forms.CharField(
        label=_("手机"), max_length=30, required=False, widget=forms.TextInput({"autocomplete": "tel"})
    )


class InvitationForm(forms.Form):
    """Whom to ask to join."""

    email = forms.EmailField(
        label=_("同事的电子邮箱"),
        max_length=254,
        help_text=_("邀请邮件发到这里，姓名、登录名和密码由本人设定。"),
    )


class JoinForm(NewPasswordMixin):
    """What an invited person says of themselves."""

    name = forms.CharField(label=_("姓名"), max_length=60, widget=forms.TextInput({"autocomplete": "name"}))
    mobile = forms.CharField(
        label=_("手机"), max_length=30, required=False, widget=forms.TextInput({"autocomplete": "tel"})
    )
    username = forms.CharField(
        label=_("登录名"),
        max_length=60,
        help_text=_("3 至 60 位英文字母、数字或 . _ @ -，不分大小写。"),
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = new_password_field(_("密码"))
    password_again = repeated_password_field()

    def person(self) -> User:
        known = self.cleaned_data
        return User(username=known.get("username", ""), name=known.get("name", ""))

    def answers(self) -> dict[str, Any]:
        """The cleaned answers in the words of the action."""
        return {key: value for key, value in self.cleaned_data.items() if key != "password_again"}


class AccountForm(NewPasswordMixin):
    """An account of any role, opened by a system administrator, with the password it is first signed in with."""

    name = forms.CharField(label=_("姓名"), max_length=60)
    username = forms.CharField(
        label=_("登录名"), max_length=60, help_text=_("3 至 60 位英文字母、数字或 . _ @ -，不分大小写。")
    )
    email = forms.EmailField(
        label=_("电子邮箱"), max_length=254, required=False, help_text=_("没有邮箱的人收不到邮件，也不能自己重置密码。")
    )
    mobile = forms.CharField(label=_("手机"), max_length=30, required=False)
    password = new_password_field(_("初始密码"))
    password_again = repeated_password_field()
    role = forms.ChoiceField(label=_("角色"), choices=[("", _("请选择")), *_ROLES])
    credit_code = forms.CharField(
        label=_("所属单位的统一社会信用代码"),
        max_length=60,
        required=False,
        help_text=_("只有“申报单位”要填；单位须已注册。"),
    )
    reviewing_body = forms.ModelChoiceField(
        label=_("审核单位"),
        queryset=ReviewingBody.objects.order_by("name"),
        required=False,
        empty_label=_("不适用"),
        help_text=_("只有“区市县科协／先导区”要选。"),
    )
    field_order = ["role", "credit_code", "reviewing_body", "name", "username", "email", "mobile"]

    def clean_credit_code(self) -> Organisation | None:
        code = normalise(self.cleaned_data["credit_code"])
        if not code:
            return None
        found = Organisation.objects.filter(credit_code=code).first()
        if found is None:
            raise forms.ValidationError(_("还没有单位用这个代码注册，请核对；单位须先自行注册。"))
        return found

    def person(self) -> User:
        known = self.cleaned_data
        return User(username=known.get("username", ""), name=known.get("name", ""), email=known.get("email", ""))

    def account(self) -> dict[str, Any]:
        """The cleaned answers in the words of the action."""
        account = {key: value for key, value in self.cleaned_data.items() if key != "password_again"}
        account["organisation"] = account.pop("credit_code")
        return account


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("理由"), max_length=500, widget=forms.Textarea({"rows": 2}), help_text=_("会记入审计台账。")
    )


class GivenPasswordForm(NewPasswordMixin):
    """A new password for a person who lost theirs and has no e-mail."""

    password = new_password_field(_("新密码"))
    password_again = repeated_password_field()

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def person(self) -> User:
        return self.user


class UserFilterForm(forms.Form):
    q = forms.CharField(label=_("姓名、登录名或单位"), max_length=60, required=False)
    role = forms.ChoiceField(label=_("角色"), required=False, choices=[("", _("全部")), *_ROLES])
    state = forms.ChoiceField(
        label=_("状态"),
        required=False,
        choices=[("", _("全部")), ("active", _("启用")), ("inactive", _("停用"))],
    )
