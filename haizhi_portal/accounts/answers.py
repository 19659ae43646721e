"""How a page that changes something answers: what was refused, what is asked once more, what went through."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from haizhi_portal.policy.verdict import Conflict, RuleViolation, Verdict

CONFIRMED = "confirmed"
REVISE = "revise"
_OWN = frozenset({"csrfmiddlewaretoken", CONFIRMED, REVISE})


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    forms_shown: Iterable[forms.BaseForm] = (),
    violation: RuleViolation | None = None,
) -> HttpResponse:
    """The page, with status 409 when somebody else was quicker, 422 when anything was refused, 200 otherwise."""
    status = 200
    if violation is not None:
        status = 409 if isinstance(violation, Conflict) else 422
    elif any(form.is_bound and form.errors for form in forms_shown):
        status = 422
    return render(request, template, {**context, "violation": violation}, status=status)


def placed(violation: RuleViolation, form: forms.BaseForm, *, prefix: str = "") -> RuleViolation | None:
    """Put a refusal beside the field it names; None when it found its place, else the refusal for the top of the page.

    One that somebody else's quickness brought about always stays on top.
    """
    name = f"{prefix}{violation.field}"
    if violation.field and name in form.fields and not isinstance(violation, Conflict):
        form.add_error(name, str(violation))
        return None
    return violation


def unread(request: HttpRequest, acts: Iterable[str]) -> RuleViolation | None:
    """What to say of a form that was sent with none of the ``acts`` of this person on this page; None of any other."""
    if request.method != "POST" or request.POST.get("act", "") in acts:
        return None
    return RuleViolation(clause="", message=_("没有办理：这一步不由您办理，或者页面已经变化。请按现在的页面操作。"))


def as_refusal(verdict: Verdict) -> RuleViolation | None:
    """Why it cannot be done now, to be shown before anything is typed; None when it can."""
    return None if verdict else RuleViolation(clause=verdict.clause, message=verdict.reason)


def stopped(verdict: Verdict, violation: RuleViolation | None) -> RuleViolation | None:
    """Why the form goes: what was refused when it was sent, else the verdict; None while it can still be sent."""
    return None if verdict else violation or as_refusal(verdict)


def typed(form: forms.BaseForm) -> list[tuple[Any, Any]]:
    """What was typed into a form that is shown no more, to be read and copied: label and words, no blanks or ticks.

    Of what was chosen, that which is still offered: the rest has no name.
    """
    rows = []
    for each in form.visible_fields() if form.is_bound else []:
        value = each.value()
        if value and not isinstance(value, bool):
            given = value if isinstance(value, list) else [value]
            if hasattr(each.field, "choices"):
                names = dict(each.field.choices)
                given = [names[one] for one in given if one in names]
            if given:
                rows.append((each.label, "、".join(str(one) for one in given)))
    return rows


def revising(request: HttpRequest) -> bool:
    """Whether the person went back from the question "really?" to what was typed."""
    return request.method == "POST" and REVISE in request.POST


def confirmed(request: HttpRequest) -> bool:
    """Whether the consequences were shown and accepted."""
    return request.method == "POST" and CONFIRMED in request.POST


def ask_once(
    request: HttpRequest,
    *,
    title: str,
    button: str,
    effects: Iterable[Any],
    trail: Iterable[tuple[Any, str]],
    facts: Iterable[tuple[Any, Any]] = (),
    official: bool = False,
) -> HttpResponse:
    """Show what the button will bring about, carrying everything typed; ``trail`` is the breadcrumb so far."""
    kept = [(name, value) for name, values in request.POST.lists() if name not in _OWN for value in values]
    context = {
        "title": title,
        "button": button,
        "effects": list(effects),
        "facts": list(facts),
        "trail": list(trail),
        "kept": kept,
        "official": official,
    }
    return render(request, "components/confirm_page.html", context)
