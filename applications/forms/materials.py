"""Uploads of an application."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from applications.sections import MaterialSpec


class SeveralFiles(forms.FileInput):
    """Several files at once, where the browser lets one choose them."""

    allow_multiple_selected = True


class SeveralFilesField(forms.FileField):
    """One file at least, each as any other file field would take it; a list."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        uploads = data if isinstance(data, list | tuple) else [data]
        return [super(SeveralFilesField, self).clean(each, initial) for each in uploads or [None]]


class MaterialForm(forms.Form):
    """Files of one kind. The browser cannot keep a chosen file, so a refusal asks to choose it again."""

    file = SeveralFilesField(label=gettext_lazy("文件"), max_length=255, allow_empty_file=True)
    stamped = forms.BooleanField(label=gettext_lazy("已加盖公章"), required=False)

    def __init__(self, *args: Any, spec: MaterialSpec, megabytes: int, several: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        formats = "、".join(each.upper() for each in spec.allow)
        file, stamped = self.fields["file"], self.fields["stamped"]
        limits = _("%(formats)s，每个文件不超过 %(size)d MB，可一次选多个。")
        if not several:
            limits = _("%(formats)s，不超过 %(size)d MB。")
            file.widget.attrs.pop("multiple", None)
        file.help_text = limits % {"formats": formats, "size": megabytes}
        file.widget.attrs["accept"] = ",".join(f".{each}" for each in spec.allow)
        stamped.help_text = _("这份材料须先盖章再扫描。") if spec.stamped else _("这份材料不要求盖章。")


class UnmaskForm(forms.Form):
    """Why an identity paper has to be seen as it is."""

    reason = forms.CharField(
        label=gettext_lazy("查看理由"),
        max_length=200,
        help_text=gettext_lazy("例如：核对法定代表人姓名。理由、您的姓名和时间记入台账。"),
    )
