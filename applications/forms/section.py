"""One section of the application form, built from its questions. It can be saved half filled in."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from applications.forms.rich import RichField
from applications.forms.rows import RowsField
from applications.prefill import source_in_words
from applications.sections import Field, Section
from haizhi_portal.accounts.forms.fields import CountField, DayField, HiddenVersion, WordsField


class SectionForm(forms.Form):
    """The questions of ``section``; nothing is required, what cannot be right at all is refused."""

    version = HiddenVersion(required=False)

    def __init__(
        self,
        *args: Any,
        section: Section,
        sources: Mapping[str, str] | None = None,
        outline: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        """``sources`` say where an answer was taken from; ``outline`` which parts the attached plan already has."""
        super().__init__(*args, **kwargs)
        self.section = section
        for question in section.fields:
            self.fields[question.key] = field = _input(question)
            notes = [str(field.help_text)] if field.help_text else []
            if source := (sources or {}).get(question.key):
                notes.append(source_in_words(source))
            if heading := (outline or {}).get(question.key) if question.covered else "":
                notes.append(_("所附计划书中已有“%(heading)s”，可不填；填写则以这里为准。") % {"heading": heading})
            field.help_text = "".join(notes)

    @staticmethod
    def initial_of(section: Section, answers: Mapping[str, Any], version: int) -> dict[str, Any]:
        """What is saved already, by the names of the fields."""
        initial: dict[str, Any] = {question.key: answers.get(question.key) for question in section.fields}
        for question in section.fields:
            if question.kind == "date" and isinstance(initial[question.key], str) and initial[question.key]:
                initial[question.key] = date.fromisoformat(initial[question.key])
        return initial | {"version": version}

    def as_typed(self) -> dict[str, Any]:
        """What a page sent, unread: to be shown again as it is, with a row more, say."""
        return {key: field.widget.value_from_datadict(self.data, self.files, key) for key, field in self.fields.items()}

    def answers(self) -> dict[str, Any]:
        """What was typed, by question: days as ISO text, an empty box, or what cannot be, as none."""
        given = {question.key: self.cleaned_data.get(question.key) for question in self.section.fields}
        return {key: value.isoformat() if isinstance(value, date) else value for key, value in given.items()}


def _input(question: Field) -> forms.Field:
    label, hint = _(question.label), _(question.hint) if question.hint else ""
    if not question.required:
        label = _("%(label)s（选填）") % {"label": label}
    options: dict[str, Any] = {"label": label, "help_text": hint, "required": False}
    match question.kind:
        case "yes" if question.words is not None:
            return forms.TypedChoiceField(
                choices=[("True", _(question.words[0])), ("False", _(question.words[1]))],
                coerce=lambda said: said == "True",
                empty_value=None,
                widget=forms.RadioSelect,
                **options,
            )
        case "yes":
            return forms.BooleanField(**options)
        case "rows":
            return RowsField(question, **options)
        case "rich":
            return RichField(most=question.limit, **options)
        case "integer":
            return CountField(min_value=0, max_value=1_000_000, **options)
        case "date":
            return DayField(**options)
        case "email":
            return forms.EmailField(max_length=question.limit, **options)
        case "mobile":
            widget = forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"})
            return forms.CharField(max_length=question.limit, widget=widget, **options)
        case "text":
            return forms.CharField(max_length=question.limit, **options)
    return WordsField(max_length=question.limit, rows=5, **options)
