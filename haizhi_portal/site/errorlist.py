"""Errors of forms and formsets as one list, each pointing at its field."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.forms import BaseForm, BoundField, CheckboxSelectMultiple, MultiWidget, RadioSelect, SelectDateWidget
from django.forms.formsets import BaseFormSet


class LinkedError(NamedTuple):
    """One message; ``anchor`` is the id to jump to (empty when it concerns the form as a whole)."""

    label: str
    message: str
    anchor: str


def linked_errors(form: BaseForm | BaseFormSet | Iterable[BaseForm] | None) -> list[LinkedError]:
    """Every error in the order of the fields; nothing for an unbound form."""
    if form is None:
        return []
    if isinstance(form, BaseForm):
        return list(_of_form(form))
    found: list[LinkedError] = []
    if isinstance(form, BaseFormSet):
        if not form.is_bound:
            return []
        found += [LinkedError("", str(message), "") for message in form.non_form_errors()]
    for one in form:
        found += _of_form(one)
    return found


def _of_form(form: BaseForm) -> Iterator[LinkedError]:
    if not form.is_bound:
        return
    for message in form.non_field_errors():
        yield LinkedError("", str(message), "")
    for bound in form:
        for message in bound.errors:
            yield LinkedError(str(bound.label).rstrip("。："), str(message), _anchor(bound))


def _anchor(bound: BoundField) -> str:
    if bound.is_hidden or not bound.auto_id:
        return ""
    if isinstance(bound.field.widget, RadioSelect | CheckboxSelectMultiple | MultiWidget | SelectDateWidget):
        return f"div_{bound.auto_id}"
    return bound.id_for_label or bound.auto_id
