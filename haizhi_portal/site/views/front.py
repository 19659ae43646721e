"""The public front page and the route finder."""

from typing import cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from haizhi_portal.accounts.entry import ANYONE, entry
from haizhi_portal.accounts.models import Jurisdiction
from haizhi_portal.accounts.requests import PortalRequest
from haizhi_portal.policy.routing import route
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import KIND_LABELS, LEVEL_LABELS
from haizhi_portal.site.call_progress import call_to_show, progress, steps


class RouteForm(forms.Form):
    """The two facts that decide where an application goes (`4.1-direct`, `4.1-via-district`)."""

    kind = forms.ChoiceField(
        label=gettext_lazy("单位性质"), choices=[("", gettext_lazy("请选择")), *KIND_LABELS.items()]
    )
    level = forms.ChoiceField(
        label=gettext_lazy("隶属关系"),
        choices=[("", gettext_lazy("请选择")), *LEVEL_LABELS.items()],
        help_text=gettext_lazy("看主管单位的级别；民营企业、没有主管单位的，选“无隶属关系”。"),
    )


@entry(ANYONE)
@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """What this is, this year's call, who may apply and where it goes."""
    today = cast(PortalRequest, request).today
    call = call_to_show(today)
    return render(
        request,
        "site/front.html",
        {
            "call": call,
            "progress": progress(call, today) if call else None,
            "steps": steps(call, today) if call else [],
            "route_form": RouteForm(),
        },
    )


@entry(ANYONE)
@require_safe
def route_finder(request: HttpRequest) -> HttpResponse:
    """Two questions, then where to hand in and by which rule."""
    asked = "kind" in request.GET or "level" in request.GET
    form = RouteForm(request.GET if asked else None)
    answer = _answer(form.cleaned_data) if asked and form.is_valid() else {}
    return render(request, "site/route_finder.html", {"form": form, **answer})


def _answer(facts: dict[str, str]) -> dict[str, object]:
    try:
        direct = route(kind=facts["kind"], level=facts["level"], jurisdiction=None)
    except RuleViolation as refused:
        if refused.code != "jurisdiction_missing":
            return {"violation": refused}
        return {
            "sentence": _("先报所在辖区的审核单位，同意后由其转报市科协。"),
            "reason": _("隶属关系为“%(level)s”，由单位实际所在的区（市、县）或先导区先行审核。")
            % {"level": LEVEL_LABELS[facts["level"]]},
            "clause_id": refused.clause,
            "places": Jurisdiction.objects.select_related("reviewing_body").order_by("order"),
        }
    return {"sentence": _("直接报市科协学会部。"), "reason": direct.reason, "clause_id": direct.clause}
