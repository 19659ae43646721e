from typing import Any

from django import forms
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from haizhi_portal.accounts.models import User

PASSWORD_HELP = _("至少 10 位，不能全是数字，不要用姓名、登录名或常见密码。")
_MISMATCH = _("两次输入的密码不一致，请重新输入。")


def new_password_field(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=PASSWORD_HELP,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )


def repeated_password_field() -> forms.CharField:
    return forms.CharField(
        label=_("再输一遍密码"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )


class NewPasswordMixin(forms.Form):
    """A password chosen and repeated, checked against what else is known of the person."""

    def person(self) -> User:
        """The account the password is for, as far as it is known."""
        return User()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, second = cleaned.get("password"), cleaned.get("password_again")
        if first and second and first != second:
            self.add_error("password_again", _MISMATCH)
        if first:
            try:
                validate_password(first, self.person())
            except forms.ValidationError as problem:
                self.add_error("password", problem)
        return cleaned


class ResetRequestForm(forms.Form):
    email = forms.EmailField(
        label=_("电子邮箱"),
        max_length=254,
        help_text=_("开户时留下的邮箱。"),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class OwnPasswordForm(PasswordChangeForm):
    error_messages = {"password_mismatch": _MISMATCH, "password_incorrect": _("现在的密码不对，请重新输入。")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_fields(self)
        self.fields["old_password"].label = _("现在的密码")


class ForgottenPasswordForm(SetPasswordForm):
    error_messages = {"password_mismatch": _MISMATCH}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_fields(self)


def _name_fields(form: forms.Form) -> None:
    form.fields["new_password1"].label = _("新密码")
    form.fields["new_password1"].help_text = PASSWORD_HELP
    form.fields["new_password2"].label = _("再输一遍新密码")
    form.fields["new_password2"].help_text = ""
