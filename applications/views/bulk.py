"""Doing the same to several applications: first a page that says what will happen to each, then asked once."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from applications.models import Application
from applications.queries import readable_by
from applications.views.bulk_verbs import VERBS, Asked, Verb
from applications.views.lists import PAGE_SIZE, queue
from haizhi_portal.accounts.answers import confirmed, page, revising
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.verdict import RuleViolation

MOST = 200
FILLED = "filled"


class Line(NamedTuple):
    """One application of the page, and what will happen to it or why it cannot."""

    application: Application
    words: str
    allowed: bool
    citation: str = ""


@entry("district", "municipal")
def bulk(request: PortalRequest) -> HttpResponse:
    """Choose, fill in, see what happens to each, confirm, see what happened to each."""
    query = request.POST.get("asked", "")[:2000]
    verb = VERBS.get(request.POST.get("act", ""))
    numbers = _chosen(request, query) if verb is not None else []
    if verb is None or not numbers:
        if request.method == "POST":
            messages.error(request, _("请先勾选申报，再选择要办的事。"))
        return redirect(_back(query))
    if len(numbers) > MOST:
        words = _("一次最多办理 %(most)d 项，现在选中了 %(count)d 项；请先用条件缩小范围。")
        messages.error(request, words % {"most": MOST, "count": len(numbers)})
        return redirect(_back(query))
    rows = list(_found(request, numbers))
    form = verb.form(request.POST if FILLED in request.POST else None, people=_people(request))
    nothing_to_fill = not form.fields
    asked: Asked | None = {} if nothing_to_fill else form.cleaned_data if form.is_bound and form.is_valid() else None
    actor = actor_of(request)
    context: dict[str, Any] = {
        "act": request.POST["act"],
        "title": verb.title,
        "query": query,
        "back": _back(query),
        "unseen": len(numbers) - len(rows),
        "numbers": [row.number for row in rows],
        "form": form,
    }
    if asked is not None and confirmed(request) and not revising(request):
        done = [_done(verb, actor, row, asked) for row in rows]
        return render(request, "applications/bulk_done.html", {**context, **_counted(done)})
    settled = asked is not None and not revising(request)
    lines = [_line(verb, actor, row, asked if settled and asked is not None else {}) for row in rows]
    context |= _counted(lines) | {
        "asking": settled,
        "kept": [(name, request.POST.get(name, "")) for name in form.fields],
        "written": _written(form) if settled else [],
    }
    return page(request, "applications/bulk.html", context, forms_shown=[form])


def _chosen(request: PortalRequest, query: str) -> list[str]:
    """The numbers ticked, or those of the page or of the whole list the person came from."""
    scope = request.POST.get("scope", "picked")
    if scope not in ("page", "all"):
        picked = [number for number in request.POST.getlist("pick") if number.isascii() and len(number) <= 20]
        return list(dict.fromkeys(number for number in picked if number.replace("-", "").isalnum()))
    asked = QueryDict(query)
    rows, form = queue(request, asked)
    found = form.narrowed(rows)
    if scope == "page":
        shown: Iterable[Any] = Paginator(found, PAGE_SIZE).get_page(asked.get("page")).object_list
        return [row.number for row in shown if not row.own_act_only]
    return list(found.filter(Q(own_act_only=False)).values_list("number", flat=True)[: MOST + 1])


def _found(request: PortalRequest, numbers: list[str]) -> Any:
    """Those of them the person may read, and nothing else, in the order of their numbers."""
    rows = readable_by(request.user).filter(number__in=numbers).order_by("number")
    return rows.select_related("call", "organisation__jurisdiction", "routed_to__reviewing_body")


def _people(request: PortalRequest) -> list[Any]:
    return list(queue(request, {})[1].handlers.values())


def _line(verb: Verb, actor: Actor, row: Application, asked: Asked) -> Line:
    verdict = verb.verdict(actor, row, asked)
    if verdict:
        return Line(row, verb.effect(row, asked), True)
    return Line(row, verdict.reason, False, verdict.clause)


def _done(verb: Verb, actor: Actor, row: Application, asked: Asked) -> Line:
    """One act, one transaction: what is refused here leaves the others as they are."""
    words = verb.effect(row, asked)
    try:
        verb.act(actor, row, asked)
    except RuleViolation as refused:
        return Line(row, refused.message, False, refused.clause)
    return Line(row, words, True)


def _written(form: forms.Form) -> list[tuple[str, str]]:
    """What was filled in, in words."""
    found = []
    for name, field in form.fields.items():
        value: Any = form.cleaned_data.get(name) if form.is_bound else None
        if isinstance(value, date):
            value = said(value)
        elif isinstance(field, forms.ChoiceField) and isinstance(value, str):
            # The stubs allow grouped choices, which no form of these acts has.
            value = dict(list(field.choices)).get(value, value)  # type: ignore[arg-type]
        if value:
            found.append((str(field.label), str(value)))
    return found


def _counted(lines: list[Line]) -> dict[str, Any]:
    allowed = sum(line.allowed for line in lines)
    return {"lines": lines, "allowed": allowed, "refused": len(lines) - allowed}


def _back(query: str) -> str:
    address = reverse("applications:list")
    return f"{address}?{QueryDict(query).urlencode()}" if query else address
