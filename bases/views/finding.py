"""Finding what an address names, within what the reader may see."""

from datetime import date
from typing import Any, cast

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from bases import queries
from bases.dues import begun_dues
from bases.forms import BaseFilter
from bases.models import Activity, Base, Obligation
from bases.report_calendar import unentered
from haizhi_portal.accounts.models import User
from haizhi_portal.accounts.requests import PortalRequest
from haizhi_portal.policy.stored import calendar, figures_of_days, figures_on

PER_PAGE = 20


def reader(request: HttpRequest) -> User:
    return cast(PortalRequest, request).user


def today_of(request: HttpRequest) -> date:
    return cast(PortalRequest, request).today


def asked(request: HttpRequest) -> dict[str, str]:
    """What the address searches for, without characters that no page can show again."""
    return {
        key: "".join(character for character in value if character.isprintable())
        for key, value in request.GET.dict().items()
    }


def find_base(request: HttpRequest, number: str) -> Base:
    """Raises Http404 for a base that does not exist or is not this reader's."""
    bases = queries.visible_to(reader(request)).select_related("organisation__jurisdiction")
    return get_object_or_404(bases.prefetch_related("terms__plaque"), number=number)


def find_report(request: HttpRequest, base: Base, period: str) -> Obligation:
    """The base's report of that period, without a row where it has begun but was not entered yet. Raises Http404."""
    visible = queries.obligations_visible_to(reader(request)).select_related("base__organisation")
    found = visible.prefetch_related("filings__filed_by", "filings__outcome_by").filter(base=base, period=period)
    if obligation := found.first():
        return obligation
    if base.ended_on is None:
        known = set(base.obligations.values_list("kind", "period"))
        for due in begun_dues(base.terms.all(), known, today_of(request), figures_of_days(), calendar):
            if due.period == period:
                return unentered(base, due)
    raise Http404


def find_activity(request: HttpRequest, base: Base, public_id: str) -> Activity:
    """Raises Http404."""
    return get_object_or_404(
        queries.activities_visible_to(reader(request)).select_related("base__organisation"),
        base=base,
        public_id=public_id,
    )


def filtered_bases(bases: QuerySet[Base], form: BaseFilter, today: date) -> QuerySet[Base]:
    """Bases with their status, narrowed by every valid field of the filter."""
    bases = queries.with_status(bases, today).select_related("organisation__jurisdiction")
    form.is_valid()
    wanted = form.cleaned_data
    if words := wanted.get("q"):
        bases = bases.filter(
            Q(number__icontains=words) | Q(name__icontains=words) | Q(organisation__name__icontains=words)
        )
    if (status := wanted.get("status")) == "expiring":
        bases = queries.expiring(bases, today, figures_on(today).renewal_window_days)
    elif status:
        bases = bases.filter(Q(status=status))
    if place := wanted.get("place"):
        bases = bases.filter(organisation__jurisdiction=place)
    if year := wanted.get("year"):
        bases = bases.filter(call_year=year)
    return bases


def page_of(request: HttpRequest, rows: QuerySet[Any]) -> Page[Any]:
    """The page the address asks for, the nearest one when there is no such page."""
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
