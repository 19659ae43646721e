"""The form of an overseas partner."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from haizhi_portal.accounts.forms.fields import DayField
from resources.models import Partner

# It is printed in the application form, which a worker has to set within its time.
MOST_WORDS = 2000


class PartnerForm(forms.ModelForm):
    """One partner; the agreement is an upload of its own, kept if none is chosen."""

    upload = forms.FileField(
        label=_("合作协议"),
        required=False,
        help_text=_("PDF、JPG、PNG 或 DOCX；没有协议时请在合作内容里说明。已上传的，不选新文件就保留。"),
    )

    cooperation = forms.CharField(
        label=_("合作内容"),
        max_length=MOST_WORDS,
        help_text=_("已开展和准备开展的合作。"),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    class Meta:
        model = Partner
        field_classes = {"since": DayField, "until": DayField}
        fields = ["name", "foreign_name", "kind", "country", "since", "until", "cooperation", "version"]
        widgets = {
            "version": forms.HiddenInput(),
        }

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["version"].required = False
        self.fields["kind"].choices = [("", _("请选择")), *Partner.PartnerKind.choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("合作截止日不能早于起始日；长期合作请留空。"))
        return cleaned

    def validate_constraints(self) -> None:
        """The order of the days was checked in words above; other constraints concern the database alone."""

    def content(self) -> dict[str, Any]:
        """What the action takes, version and upload aside."""
        return {key: value for key, value in self.cleaned_data.items() if key not in ("version", "upload")}
