"""What to export, and for identity papers why."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.models import Job

CONTENTS = {
    Job.Kind.TABLE.value: _("清单（Excel）：每项一行，另附填报内容"),
    Job.Kind.ARCHIVES.value: _("档案包（ZIP）：各版申报书 PDF、材料原件、目录和摘要"),
}


class IdentityForm(forms.Form):
    """Asked of municipal staff only; others' archives never hold identity papers."""

    with_identity = forms.BooleanField(label=_("包含法定代表人身份证件原件"), required=False)
    reason = forms.CharField(
        label=_("导出身份证件的理由"),
        required=False,
        max_length=200,
        help_text=_("只在包含身份证件时填写。理由和导出人记入台账。"),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, may_include: bool) -> None:
        super().__init__(data)
        if not may_include:
            del self.fields["with_identity"], self.fields["reason"]


class ExportForm(IdentityForm):
    """The contents of an export of a list."""

    content = forms.ChoiceField(label=_("导出内容"), widget=forms.RadioSelect, initial=Job.Kind.TABLE.value)
    field_order = ("content", "with_identity", "reason")

    def __init__(self, data: Mapping[str, Any] | None = None, *, may_include: bool) -> None:
        super().__init__(data, may_include=may_include)
        content: Any = self.fields["content"]
        content.choices = [
            (kind, words) for kind, words in CONTENTS.items() if may_include or kind == Job.Kind.TABLE.value
        ]
