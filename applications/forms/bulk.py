"""What is to be filled in before the same is done to several applications."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.forms.review import ExtendForm
from haizhi_portal.accounts.forms.fields import WordsField
from haizhi_portal.accounts.models import User
from haizhi_portal.policy.words import JURISDICTION_NAMES, ROUTE_MUNICIPAL, route_label


class BulkForm(forms.Form):
    """What a verb asks for, nothing by default; ``people`` are those of the office."""

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {each.public_id: each for each in people}


class HandlerForm(BulkForm):
    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, people=people, **kwargs)
        self.fields["person"] = forms.ChoiceField(
            label=_("经办人"),
            choices=[("", _("请选择")), *((key, each.name) for key, each in self.people.items())],
            help_text=_("本单位其他人仍可办理；经办人只说明由谁主办。"),
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["person"] = self.people.get(data.get("person", ""))
        return data


class BulkExtendForm(BulkForm, ExtendForm):
    """More time for a correction."""


class BulkRouteForm(BulkForm):
    route = forms.ChoiceField(
        label=_("转往"),
        choices=[
            ("", _("请选择")),
            *((code, route_label(code)) for code in (ROUTE_MUNICIPAL, *JURISDICTION_NAMES)),
        ],
    )
    reason = WordsField(label=_("理由"), rows=3, max_length=1000, help_text=_("申报单位和接收单位都看得到。"))


class RemindForm(BulkForm):
    words = WordsField(
        label=_("另外要说的话"),
        rows=3,
        max_length=500,
        required=False,
        help_text=_("期限和要办的事由系统写明，这里只写需要补充的；申报单位看得到。"),
    )
