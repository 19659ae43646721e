"""What a reviewer says of a section or a question, and to whom."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from applications.forms.review import FORM_ID
from applications.models import Comment
from haizhi_portal.accounts.forms.fields import WordsField


class CommentForm(forms.Form):
    """Part of the page's one form, so that nothing typed elsewhere on it is lost."""

    prefix = "comment"
    words = WordsField(label=_("意见"), rows=3, max_length=1000)
    audience = forms.ChoiceField(
        label=_("给谁看"), choices=Comment.Audience.choices, widget=forms.RadioSelect, initial=Comment.Audience.UNIT
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["form"] = FORM_ID


class WidenForm(forms.Form):
    """Further sections a unit is to mend while its application is out."""

    def __init__(self, *args: Any, titles: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, title in titles.items():
            self.fields[f"fix-{key}"] = WordsField(label=title, rows=2, required=False, max_length=1000)
        self.fields["opinion"] = WordsField(label=_("说明"), rows=3, max_length=1000)

    def sections(self) -> dict[str, str]:
        """What to mend, by section."""
        words = {name[4:]: words for name, words in self.cleaned_data.items() if name.startswith("fix-")}
        return {key: each.strip() for key, each in words.items() if each.strip()}
