"""What an applicant writes besides the form itself."""

from django import forms
from django.utils.translation import gettext_lazy as _

from haizhi_portal.accounts.forms.fields import WordsField


class WithdrawForm(forms.Form):
    reason = WordsField(label=_("撤回理由"), rows=3, max_length=1000)
