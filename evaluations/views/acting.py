"""A page for one act: what it is about, its consequences before the button, what is filled in, why not if not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from evaluations.views.finding import Trail
from haizhi_portal.accounts.answers import page, placed, stopped, typed
from haizhi_portal.accounts.requests import PortalRequest
from haizhi_portal.policy.verdict import RuleViolation, Verdict


@dataclass(frozen=True, kw_only=True)
class Act:
    """``do`` changes the state once the form is in order; ``done`` is said on ``back``, the page it leads to.

    ``warning`` stands above the consequences; ``case_url`` is the link of the open case that it or a refusal is
    about; ``facts`` are pairs to be read before deciding. Once the verdict is no, only why and what was typed remain.
    """

    title: str
    about: str
    button: str
    effects: Sequence[str]
    verdict: Verdict
    do: Callable[[], Any]
    done: str
    back: str
    trail: Trail
    form: forms.Form
    facts: Sequence[tuple[Any, Any]] = field(default_factory=list)
    warning: str = ""
    case_url: str = ""
    official: bool = False


def perform(request: PortalRequest, act: Act) -> HttpResponse:
    """Show the act's page, or do it."""
    violation: RuleViolation | None = None
    if request.method == "POST" and act.form.is_valid():
        try:
            found = act.do()
        except RuleViolation as refused:
            violation = placed(refused, act.form)
        else:
            messages.success(request, act.done)
            return redirect(found if isinstance(found, str) else act.back)
    context = {
        "act": act,
        "form": act.form,
        "blocked": stopped(act.verdict, violation),
        "typed": typed(act.form),
    }
    return page(request, "evaluations/act.html", context, forms_shown=[act.form], violation=violation)
