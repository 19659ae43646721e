"""Figures in force, and putting others in force."""

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from haizhi_portal.accounts.answers import ask_once, confirmed, page, placed, revising
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.figures import FIGURE_SPECS, Figures, FigureSpec
from haizhi_portal.policy.models import FigureEdition
from haizhi_portal.policy.stored import calendar, figures_by_day, figures_on, latest_figures
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.site.actions.figures import changes_of, set_figures
from haizhi_portal.site.forms import FiguresForm


def _rows(figures: Figures) -> list[dict[str, object]]:
    rows = []
    for spec in FIGURE_SPECS.values():
        value = getattr(figures, spec.key)
        if spec.kind == "weights":
            continue
        if spec.kind == "switch":
            value = _("开") if value else _("关")
        rows.append({"label": spec.label, "value": value, "unit": spec.unit, "clause": spec.clause})
    return rows


@entry("municipal", "leader", "auditor")
@require_safe
def figures(request: PortalRequest) -> HttpResponse:
    """What is in force today, what will be, and every change so far with its reason."""
    now = figures_on(request.today)
    return render(
        request,
        "site/figures.html",
        {
            "rows": _rows(now),
            "edition": now.edition,
            "weights": [
                (FIGURE_SPECS[key].label, FIGURE_SPECS[key].clause, getattr(now, key))
                for key in ("certification_weights", "evaluation_weights")
            ],
            "editions": _editions(FigureEdition.objects.all()),
            "holidays_missing": [
                year for year in (request.today.year, request.today.year + 1) if not calendar().knows(year)
            ],
        },
    )


def _said(row: FigureEdition, before: Figures) -> dict[str, object]:
    return {"row": row, "changes": _changes(row.values, before)}


def _changes(values: Mapping[str, object], before: Figures) -> list[str]:
    """Each changed figure in words: what it was and what it becomes."""
    words = _("%(label)s：%(old)s → %(new)s")
    found = []
    for spec in _changed(values):
        old, new = getattr(before, spec.key), spec.parse(values[spec.key])
        found.append(words % {"label": spec.label, "old": _in_words(spec, old), "new": _in_words(spec, new)})
    return found


def _changed(values: Mapping[str, object]) -> list[FigureSpec]:
    """The figures of an edition in the order of the scheme: the database keeps none."""
    return [spec for spec in FIGURE_SPECS.values() if spec.key in values]


def _in_words(spec: FigureSpec, value: Any) -> str:
    if spec.kind == "switch":
        return _("开") if value else _("关")
    if spec.kind == "weights":
        return "、".join(f"{weight.title} {weight.points}" for weight in value)
    return f"{value} {spec.unit}".strip()


def _editions(found: QuerySet[FigureEdition]) -> list[dict[str, object]]:
    """Editions with what each changed, the latest day first."""
    steps = figures_by_day()
    before = {day: earlier for (_day, earlier), (day, _figures) in pairwise(steps)}
    return [_said(row, before[row.in_force_from]) for row in found.order_by("-in_force_from")]


@entry("municipal")
@require_http_methods(["GET", "HEAD", "POST"])
def change_figures(request: PortalRequest) -> HttpResponse:
    """Put other figures in force from a day, with the reason, after a look at what changes."""
    shown, seen = latest_figures(_seen(request))
    form = FiguresForm(request.POST or None, figures=shown, initial={"seen": seen})
    violation: RuleViolation | None = None
    if request.method == "POST" and form.is_valid() and not revising(request):
        asked = {
            "actor": actor_of(request),
            "in_force_from": form.cleaned_data["in_force_from"],
            "values": form.values(),
            "reason": form.cleaned_data["reason"],
        }
        try:
            if not confirmed(request):
                return _ask(request, asked["in_force_from"], *changes_of(**asked))
            row = set_figures(**asked, edition=form.cleaned_data["edition"])
        except RuleViolation as refused:
            violation = placed(_at_its_input(refused), form)
        else:
            messages.success(request, _("新指标自%(day)s起生效。") % {"day": said(row.in_force_from)})
            for words in _overridden(row):
                messages.warning(request, words)
            return redirect("site:figures")
    pending = _editions(FigureEdition.objects.filter(in_force_from__gt=request.today))
    context = {"form": form, "pending": pending[::-1]}
    return page(request, "site/figures_change.html", context, forms_shown=[form], violation=violation)


def _ask(request: PortalRequest, day: date, changes: dict[str, Any], before: Figures) -> HttpResponse:
    return ask_once(
        request,
        title=_("调整指标"),
        button=_("确认调整"),
        effects=[
            _("自%(day)s起：") % {"day": said(day)},
            *_changes(changes, before),
            _("已公布的年度申报、已开始的认证、有效期和应报的报告仍按原指标。"),
            _("调整内容和理由写入审计台账，不能撤销；需要时再作一次调整。"),
        ],
        trail=[(_("现行指标"), reverse("site:figures")), (_("调整"), reverse("site:figures_change"))],
        official=True,
    )


def _at_its_input(refused: RuleViolation) -> RuleViolation:
    """A table of points has many inputs; what is wrong with it is said at the first."""
    if getattr(FIGURE_SPECS.get(refused.field), "kind", "") == "weights":
        refused.field = f"{refused.field}-1-points"
    return refused


def _seen(request: PortalRequest) -> int | None:
    """How many editions the page sent back was filled from; all for a new page or a senseless number."""
    typed = request.POST.get("seen", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else None


def _overridden(row: FigureEdition) -> list[str]:
    """Which of an edition's figures another one changes again later."""
    words = _("注意：“%(label)s”自%(day)s起又按早先确定的调整执行，如不应如此，请再作一次调整。")
    later = FigureEdition.objects.filter(in_force_from__gt=row.in_force_from)
    return [
        words % {"label": spec.label, "day": said(each.in_force_from)}
        for each in later
        for spec in _changed(row.values)
        if spec.key in each.values
    ]
