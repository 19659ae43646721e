"""The three lists: evaluations, requests for renewal, withdrawals."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from evaluations import queries
from evaluations.forms import EvaluationFilter, RenewalFilter, WithdrawalFilter
from evaluations.standing import evaluation_standing, renewal_standing, withdrawal_standing
from evaluations.views.finding import READERS, page_of
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.requests import PortalRequest


@entry(*READERS, "district")
@require_safe
def evaluations(request: PortalRequest) -> HttpResponse:
    """One row per base and year, as far as this person may see them."""
    visible = queries.visible_to(request.user)
    years = visible.order_by("-year").values_list("year", flat=True).distinct()
    form = EvaluationFilter(request.GET, years=years)
    rows = form.narrowed(visible.select_related("base__organisation", "sheet", "review"), request.today)
    page_obj = page_of(request, rows.order_by("-year", "base__number"))
    lines = [(each, evaluation_standing(each, request.today)) for each in page_obj]
    return _list(request, "evaluations/list.html", form, page_obj, lines)


@entry(*READERS)
@require_safe
def renewals(request: PortalRequest) -> HttpResponse:
    """Requests for renewal, the newest first."""
    form = RenewalFilter(request.GET)
    visible = queries.renewals_visible_to(request.user).select_related("term__base__organisation")
    page_obj = page_of(request, form.narrowed(visible, request.today).order_by("-requested_on", "-pk"))
    cases = queries.open_cases(request.user)
    lines = [(each, renewal_standing(each, request.today, cases.get(each.term.base_id))) for each in page_obj]
    return _list(request, "evaluations/renewals.html", form, page_obj, lines)


@entry(*READERS)
@require_safe
def withdrawals(request: PortalRequest) -> HttpResponse:
    """Cases for withdrawing a qualification, the newest first; a unit sees its own once decided."""
    form = WithdrawalFilter(request.GET)
    visible = queries.withdrawals_visible_to(request.user).select_related("base__organisation")
    page_obj = page_of(request, form.narrowed(visible, request.today).order_by("-opened_on", "-pk"))
    lines = [(each, withdrawal_standing(each)) for each in page_obj]
    return _list(request, "evaluations/withdrawals.html", form, page_obj, lines)


def _list(request: PortalRequest, template: str, form: Any, page_obj: Any, lines: Any) -> HttpResponse:
    asked = any(value for key, value in request.GET.items() if key != "page")
    context = {"filter_form": form, "page_obj": page_obj, "lines": lines, "searching": asked}
    return render(request, template, context)
