"""The list of new bases, its withdrawal and what departs from the experts' ranking."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from haizhi_portal.accounts.forms.fields import WordsField


class ListForm(forms.Form):
    """Which applications are proposed, and why where the proposal departs from the ranking."""

    def __init__(self, *args: Any, numbers: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.numbers = list(numbers)
        for number in self.numbers:
            self.fields[f"approve-{number}"] = forms.BooleanField(label=_("列入名单"), required=False)
            self.fields[f"reason-{number}"] = WordsField(label=_("理由"), rows=2, required=False, max_length=1000)

    def approved(self) -> list[str]:
        """Numbers of the applications ticked, in the order of the ranking."""
        return [number for number in self.numbers if self.cleaned_data[f"approve-{number}"]]

    def reasons(self) -> dict[str, str]:
        """What was written, by number; nothing for a field left empty."""
        written = {number: self.cleaned_data[f"reason-{number}"].strip() for number in self.numbers}
        return {number: words for number, words in written.items() if words}


class WithdrawDecisionForm(forms.Form):
    reason = WordsField(label=_("撤销理由"), rows=3)
