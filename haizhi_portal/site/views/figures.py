"""Figures in force, and putting others in force."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.figures import FIGURE_SPECS, Figures
from haizhi_portal.policy.models import FigureEdition
from haizhi_portal.policy.stored import calendar, figures_on, latest_figures
from haizhi_portal.policy.verdict import Conflict, RuleViolation
from haizhi_portal.site.actions.figures import set_figures
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
            "editions": [_said(row) for row in FigureEdition.objects.order_by("-in_force_from")],
            "holidays_missing": [
                year for year in (request.today.year, request.today.year + 1) if not calendar().knows(year)
            ],
        },
    )


def _said(row: FigureEdition) -> dict[str, object]:
    changes = [
        f"{FIGURE_SPECS[key].label}：{value if not isinstance(value, list) else _('已调整')}"
        for key, value in row.values.items()
        if key in FIGURE_SPECS
    ]
    return {"row": row, "changes": changes}


@entry("municipal")
@require_http_methods(["GET", "HEAD", "POST"])
def change_figures(request: PortalRequest) -> HttpResponse:
    """Put other figures in force from a day, with the reason."""
    shown, seen = latest_figures(_seen(request))
    form = FiguresForm(request.POST or None, figures=shown, initial={"seen": seen})
    violation: RuleViolation | None = None
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                row = set_figures(
                    actor=actor_of(request),
                    in_force_from=form.cleaned_data["in_force_from"],
                    values=form.values(),
                    reason=form.cleaned_data["reason"],
                    edition=form.cleaned_data["edition"],
                )
            except RuleViolation as refused:
                if refused.field in form.fields:
                    form.add_error(refused.field, refused.message)
                else:
                    violation = refused
                status = 409 if isinstance(refused, Conflict) else 422
            else:
                messages.success(request, _("新指标自 %(day)s 起生效。") % {"day": said(row.in_force_from)})
                for words in _overridden(row):
                    messages.warning(request, words)
                return redirect("site:figures")
    pending = [_said(each) for each in FigureEdition.objects.filter(in_force_from__gt=request.today)]
    context = {"form": form, "violation": violation, "pending": pending}
    return render(request, "site/figures_change.html", context, status=status)


def _seen(request: PortalRequest) -> int | None:
    """How many editions the page sent back was filled from; all for a new page or a senseless number."""
    typed = request.POST.get("seen", "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else None


def _overridden(row: FigureEdition) -> list[str]:
    """Which of an edition's figures another one changes again later."""
    words = _("注意：“%(label)s”自%(day)s起又按早先确定的调整执行，如不应如此，请再作一次调整。")
    later = FigureEdition.objects.filter(in_force_from__gt=row.in_force_from)
    return [
        words % {"label": FIGURE_SPECS[key].label, "day": said(each.in_force_from)}
        for each in later
        for key in each.values
        if key in row.values
    ]
