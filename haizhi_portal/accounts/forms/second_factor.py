from typing import Any

from django import forms
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from haizhi_portal.accounts.models import User


def _code_field(label: Any, help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=60,
        help_text=help_text,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


class CodeForm(forms.Form):
    """The second step of signing in."""

    code = _code_field(_("验证码"), _("验证器应用里现在显示的 6 位数字；手机不在身边时，输入一个恢复码。"))


class PasswordAndCodeForm(forms.Form):
    """What changes the security of an account is asked of its person once more, a session left open is not enough."""

    password = forms.CharField(
        label=_("现在的密码"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
    code = _code_field(_("验证码或恢复码"), _("验证器应用里现在显示的 6 位数字，或一个没有用过的恢复码。"))

    def __init__(self, *args: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request, self.user = request, user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        # Through the front door, which counts failures and closes after too many.
        if authenticate(self.request, username=self.user.username, password=password) is None:
            raise forms.ValidationError(_("密码不对；连续输错会暂停登录。"))
        return password


class EnrolmentForm(PasswordAndCodeForm):
    code = _code_field(_("验证码"), _("扫码后应用里显示的 6 位数字，约 30 秒换一次。"))
