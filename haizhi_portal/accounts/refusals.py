"""Showing a refused rule on the form it refuses, with everything that was typed still in it."""

from django.forms import BaseForm

from haizhi_portal.policy.verdict import Conflict, RuleViolation


def show_on(form: BaseForm, violation: RuleViolation) -> int:
    """Put the refusal beside the field it is about, else above the form; the status of the answer: 422, or 409."""
    form.add_error(violation.field if violation.field in form.fields else None, str(violation))
    return 409 if isinstance(violation, Conflict) else 422
