"""A message to the other side."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.actions.thread import LONGEST
from haizhi_portal.accounts.forms.fields import WordsField


class MessageForm(forms.Form):
    """Plain words and perhaps one file. The browser cannot keep a chosen file, so a refusal asks to choose it again."""

    text = WordsField(label=gettext_lazy("留言"), rows=3, max_length=LONGEST)
    file = forms.FileField(
        label=gettext_lazy("附件"), required=False, max_length=255, widget=forms.FileInput, allow_empty_file=True
    )

    def __init__(self, *args: Any, megabytes: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _("可不附。PDF、JPG、PNG、DOCX，不超过 %(size)d MB。") % {"size": megabytes}
        self.fields["file"].widget.attrs["accept"] = ".pdf,.jpg,.jpeg,.png,.docx"
        self.fields["text"].help_text = _("发出后不能修改；对方收到通知。不超过 %(most)d 字。") % {"most": LONGEST}
