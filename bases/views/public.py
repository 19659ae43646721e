"""What anybody can look up: the directory of bases, and one base's validity on this day."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from bases.forms import BaseFilter
from bases.models import Base
from bases.standing import Standing, standing
from bases.views.finding import asked, filtered_bases, page_of, today_of
from haizhi_portal.accounts.entry import ANYONE, entry
from haizhi_portal.policy.dates_said import said


@entry(ANYONE)
@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    """Every base ever licensed, with its status on this day."""
    form = BaseFilter(asked(request))
    bases = filtered_bases(Base.objects.order_by("-call_year", "seat"), form, today_of(request))
    return render(request, "bases/directory.html", {"filter_form": form, "page_obj": page_of(request, bases)})


@entry(ANYONE)
@require_safe
def public_page(request: HttpRequest, number: str) -> HttpResponse:
    """One base: who holds it, since when, through when."""
    bases = Base.objects.select_related("organisation__jurisdiction").prefetch_related("terms__plaque")
    base = get_object_or_404(bases, number=number)
    state = standing(base, today_of(request))
    return render(request, "bases/public.html", {"base": base, "standing": state, "sentence": _sentence(state)})


def _sentence(state: Standing) -> str:
    """What anybody may know: valid or not, and since or through when."""
    if state.ended and state.ended_on:
        return _("基地资格自%(day)s起已终止。") % {"day": said(state.ended_on)}
    if state.in_force:
        return _("基地资格今天有效，最后有效日为%(day)s。") % {"day": said(state.valid_through)}
    return state.sentence
