"""Naming a colleague for the days one is away."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from haizhi_portal.accounts.forms.fields import DayField
from haizhi_portal.accounts.models import User


class DelegationForm(forms.Form):
    delegate = forms.ChoiceField(label=_("代办人"))
    starts_on = DayField(label=_("起始日"), help_text=_("含当日。"))
    ends_on = DayField(label=_("截止日"), help_text=_("含当日；次日起自动结束。"))

    def __init__(self, *args: Any, people: Iterable[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {each.public_id: each for each in people}
        choices: Any = self.fields["delegate"]
        choices.choices = [("", _("请选择")), *((key, each.name) for key, each in self.people.items())]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("delegate"):
            data["delegate"] = self.people[data["delegate"]]
        return data
