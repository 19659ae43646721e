"""The portal's components, in one library: ``{% load portal %}``."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any
from urllib.parse import urlencode

from crispy_forms.helper import FormHelper
from django import template
from django.core.paginator import Page
from django.forms import BaseForm
from django.forms.formsets import BaseFormSet
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from haizhi_portal.policy.clauses import CLAUSES, citation
from haizhi_portal.policy.dates_said import said as said_day
from haizhi_portal.policy.words import Role
from haizhi_portal.site.errorlist import linked_errors
from haizhi_portal.site.holidays_to_enter import holidays_to_enter
from haizhi_portal.site.wording import day_of, left, spoken

register = template.Library()

TONES = frozenset({"idle", "act", "wait", "done", "stop", "seal"})


def _tone(tone: str, otherwise: str = "idle") -> str:
    return tone if tone in TONES else otherwise


def _today(context: Context, today: date | None) -> date | None:
    """The business day given, else the one the request carries."""
    return today or getattr(context.get("request"), "today", None)


def _deadline(day: date | datetime | None, today: date | None) -> SafeString:
    if day is None:
        return SafeString("")
    remaining = left(day, today) if today else None
    if remaining is None:
        return format_html('<time class="hz-day" datetime="{}">{}</time>', day.isoformat(), spoken(day))
    return format_html(
        '<span class="hz-deadline hz-deadline-{}"><time class="hz-day" datetime="{}">{}</time> '
        '<span class="hz-left">{}</span></span>',
        remaining.urgency,
        day.isoformat(),
        spoken(day),
        remaining.words,
    )


@register.simple_tag
def said(day: date | datetime | None, weekday: bool = False) -> SafeString:
    """The day in Chinese, an instant with hour and minute in Shanghai time; nothing for no day."""
    if day is None or day == "":
        return SafeString("")
    return format_html('<time class="hz-day" datetime="{}">{}</time>', day.isoformat(), spoken(day, weekday=weekday))


@register.simple_tag(takes_context=True)
def deadline(context: Context, day: date | datetime | None, today: date | None = None) -> SafeString:
    """The last day, that day included, with the days left on the business day."""
    return _deadline(day, _today(context, today))


LAST_HOUR = 3600


@register.inclusion_tag("components/countdown.html", takes_context=True)
def countdown(context: Context, closes_at: datetime) -> dict[str, Any]:
    """The time left until an instant, by the portal's own clock; shown in its last hour, counted down by a script."""
    seconds = max(0, int((closes_at - context["request"].now).total_seconds()))
    last_second = closes_at - timedelta(seconds=1)
    return {
        "seconds": seconds,
        "last_hour": LAST_HOUR,
        "near": 0 < seconds <= LAST_HOUR,
        "minutes": ceil(seconds / 60),
        "at": f"{said_day(day_of(last_second))} 24:00",
    }


@register.inclusion_tag("components/holiday_warning.html", takes_context=True)
def holiday_warning(context: Context, apart_from: int = 0) -> dict[str, Any]:
    """To municipal staff: the years whose holidays deadlines run into and nobody has entered yet.

    ``apart_from`` is the year that the page itself is about and speaks of in its own words.
    """
    request = context["request"]
    office = getattr(request.user, "role", "") == Role.MUNICIPAL
    years = holidays_to_enter(request.today) if office else []
    return {"years": [year for year in years if year != apart_from]}


@register.simple_tag
def status_badge(text: str, tone: str = "idle") -> SafeString:
    """A state in a word or two; the tone never carries a meaning the word does not."""
    if not text:
        return SafeString("")
    return format_html('<span class="hz-badge hz-tone-{}">{}</span>', _tone(tone), text)


@register.simple_tag
def clause(identifier: str) -> SafeString:
    """Where the scheme says so, by article number; nothing for an id that is no clause of it."""
    if identifier not in CLAUSES:
        return SafeString("")
    return format_html('<span class="hz-clause">{}</span>', citation(identifier))


@register.simple_tag
def crumb(title: str, url: str = "") -> SafeString:
    """One step of the breadcrumb trail; without an address it is the page itself."""
    if url:
        return format_html('<li class="breadcrumb-item"><a href="{}">{}</a></li>', url, title)
    return format_html('<li class="breadcrumb-item active" aria-current="page">{}</li>', title)


@register.inclusion_tag("components/whose_move.html", takes_context=True)
def whose_move(
    context: Context,
    sentence: str,
    mover: str = "",
    by: date | None = None,
    today: date | None = None,
    action_label: str = "",
    action_url: str = "",
    tone: str = "act",
    official: bool = False,
) -> dict[str, Any]:
    """Where the object stands: one sentence, whose move, by when, and the one next thing to do."""
    return {
        "sentence": sentence,
        "mover": mover,
        "by": _deadline(by, _today(context, today)),
        "action_label": action_label,
        "action_url": action_url,
        "tone": _tone(tone, "act"),
        "official": official,
    }


@register.inclusion_tag("components/page_header.html")
def page_header(
    title: str, lead: str = "", eyebrow: str = "", status: str = "", status_tone: str = "idle"
) -> dict[str, Any]:
    """The page's only first-level heading, what kind of thing it is, its state and a leading sentence."""
    return {"title": title, "lead": lead, "eyebrow": eyebrow, "status": status, "status_tone": status_tone}


@register.inclusion_tag("components/task_list.html")
def task_list(items: Iterable[Any], label: str = "") -> dict[str, Any]:
    """Sections of a long form, each with title, url, status, status_tone and hint."""
    return {"items": items, "label": label or _("分节清单")}


@register.inclusion_tag("components/timeline.html")
def timeline(entries: Iterable[Any], label: str = "") -> dict[str, Any]:
    """What happened, each with on, title, body and who, in the order given."""
    return {"entries": entries, "label": label or _("办理过程")}


@register.inclusion_tag("components/file_row.html")
def file_row(
    name: str,
    size: int | None = None,
    url: str = "",
    note: str = "",
    uploaded_on: date | datetime | None = None,
    sha256: str = "",
) -> dict[str, Any]:
    """One file: size in bytes, the day it arrived and the beginning of its digest."""
    return {
        "name": name,
        "size": size,
        "url": url,
        "note": note,
        "uploaded_on": uploaded_on,
        "sha256": sha256,
        "digest": sha256[:12],
    }


@register.inclusion_tag("components/figure_card.html")
def figure_card(label: str, value: Any, note: str = "", url: str = "") -> dict[str, Any]:
    """A figure worth a glance; put several into an element of class ``hz-figures``."""
    return {"label": label, "value": value, "note": note, "url": url}


@register.inclusion_tag("components/comparison_table.html")
def comparison_table(rows: Iterable[Any], columns: Sequence[str], caption: str = "") -> dict[str, Any]:
    """Things side by side: columns are headings, a row is ``(label, cells)`` or has label, cells and changed."""
    return {"rows": [_comparison_row(row) for row in rows], "columns": columns, "caption": caption}


def _or_dash(value: Any) -> Any:
    """A dash for nothing; zero is something."""
    return "—" if value is None or value == "" else value


def _comparison_row(row: Any) -> dict[str, Any]:
    if isinstance(row, tuple | list):
        return {"label": row[0], "cells": [_or_dash(cell) for cell in row[1]], "changed": False}
    get = row.get if isinstance(row, Mapping) else lambda key, default=None: getattr(row, key, default)
    return {
        "label": get("label"),
        "cells": [_or_dash(cell) for cell in get("cells") or ()],
        "changed": bool(get("changed", False)),
    }


@register.inclusion_tag("components/definition_list.html")
def definition_list(rows: Any) -> dict[str, Any]:
    """Terms with their values, from a mapping or from pairs; an empty value shows as a dash."""
    pairs = rows.items() if isinstance(rows, Mapping) else rows
    return {"rows": [(term, _or_dash(value)) for term, value in pairs]}


@register.inclusion_tag("components/empty_state.html")
def empty_state(title: str, body: str = "", action_label: str = "", action_url: str = "") -> dict[str, Any]:
    """What will appear here and when, and what can be done now."""
    return {"title": title, "body": body, "action_label": action_label, "action_url": action_url}


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: BaseForm | BaseFormSet | Iterable[BaseForm] | None) -> dict[str, Any]:
    """What has to be mended, each linked to its field; nothing for a form without errors."""
    return {"errors": linked_errors(form)}


@register.inclusion_tag("components/refusal.html")
def refusal(violation: Any) -> dict[str, Any]:
    """A rule that said no: its words and the clause behind them."""
    return {"violation": violation}


@register.inclusion_tag("components/form.html", takes_context=True)
def portal_form(
    context: Context,
    form: BaseForm,
    submit_label: str = "",
    cancel_url: str = "",
    action: str = "",
    method: str = "post",
    official: bool = False,
    violation: Any = None,
) -> dict[str, Any]:
    """Any form, accessibly: refusal and error summary on top, labels, help and errors beside the fields."""
    return {
        "form": form,
        "helper": _fields_only(form),
        "submit_label": submit_label or _("保存"),
        "cancel_url": cancel_url,
        "action": action,
        "method": method,
        "official": official,
        "violation": violation if violation is not None else context.get("violation"),
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("components/confirm_box.html", takes_context=True)
def confirm_box(
    context: Context,
    title: str,
    button: str,
    effects: Iterable[str] = (),
    form: BaseForm | None = None,
    action: str = "",
    cancel_url: str = "",
    official: bool = False,
    lead: str = "",
    name: str = "",
    value: str = "",
) -> dict[str, Any]:
    """What the button will bring about, then the button; ``name`` and ``value`` ride on the button."""
    return {
        "title": title,
        "button": button,
        "effects": effects,
        "form": form,
        "helper": _fields_only(form) if form is not None else None,
        "action": action,
        "cancel_url": cancel_url,
        "official": official,
        "lead": lead,
        "name": name,
        "value": value,
        "csrf_token": context.get("csrf_token"),
    }


def _fields_only(form: BaseForm) -> FormHelper:
    """The form's own layout if it has one, without a form tag of its own."""
    helper: FormHelper = getattr(form, "helper", None) or FormHelper(form)
    helper.form_tag = False
    helper.disable_csrf = True
    return helper


@register.inclusion_tag("components/pagination.html", takes_context=True)
def paginate(context: Context, page_obj: Page, parameter: str = "page") -> dict[str, Any]:
    """Links to the other pages of a list that keep its search and filters."""
    request = context.get("request")
    kept = [(k, v) for k, values in request.GET.lists() for v in values if k != parameter] if request else []
    links: list[tuple[Any, str]] = []
    for number in page_obj.paginator.get_elided_page_range(page_obj.number, on_each_side=1, on_ends=1):
        address = "?" + urlencode([*kept, (parameter, number)]) if isinstance(number, int) else ""
        links.append((number, address))
    address_of = {number: address for number, address in links if address}
    return {
        "page": page_obj,
        "links": links,
        "previous": address_of.get(page_obj.number - 1, ""),
        "next": address_of.get(page_obj.number + 1, ""),
    }
