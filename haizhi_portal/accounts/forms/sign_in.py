from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.utils.translation import gettext_lazy as _


class SignInForm(AuthenticationForm):
    """Name and password; what is wrong is never said more precisely than that something is."""

    error_messages = {
        "invalid_login": _("登录名或密码不对，或账号未启用。登录名不分大小写；忘记密码可以重置。"),
        "inactive": _("登录名或密码不对，或账号未启用。登录名不分大小写；忘记密码可以重置。"),
    }

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.fields["username"].label = _("登录名")
        self.fields["password"].label = _("密码")


class ResumeForm(SignInForm):
    """Signing in again with what was about to be sent carried along."""

    carried = forms.CharField(widget=forms.HiddenInput, max_length=2_000_000)
    next = forms.CharField(widget=forms.HiddenInput, max_length=2000)
