"""The ledger on screen, for the auditor."""

import json
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.models import User
from haizhi_portal.accounts.requests import PortalRequest
from haizhi_portal.audit.ledger import first_broken, lines
from haizhi_portal.audit.models import Entry
from haizhi_portal.policy.words import ROLE_LABELS
from haizhi_portal.site.event_titles import event_title
from haizhi_portal.site.forms import LedgerFilterForm

PER_PAGE = 50


@entry("auditor")
@require_safe
def ledger(request: PortalRequest) -> HttpResponse:
    """Every entry, newest first, with search and filters; and whether the chain is whole, when asked."""
    events = list(Entry.objects.order_by("event").values_list("event", flat=True).distinct())
    form = LedgerFilterForm(request.GET or None, events=events)
    rows = Entry.objects.order_by("-seq")
    if form.is_valid():
        given = form.cleaned_data
        if given["q"]:
            rows = rows.filter(
                Q(object__icontains=given["q"])
                | Q(base__iexact=given["q"])
                | Q(application__iexact=given["q"])
                | Q(organisation__iexact=given["q"])
            )
        if given["event"]:
            rows = rows.filter(event=given["event"])
        if given["since"]:
            rows = rows.filter(on__gte=given["since"])
        if given["until"]:
            rows = rows.filter(on__lte=given["until"])
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    names = dict(
        User.objects.filter(public_id__in=[entry.actor for entry in page.object_list]).values_list("public_id", "name")
    )
    return render(
        request,
        "site/ledger.html",
        {
            "filter_form": form,
            "page_obj": page,
            "entries": [
                (
                    entry,
                    event_title(entry.event),
                    names.get(entry.actor, ""),
                    ROLE_LABELS.get(entry.role, entry.role),
                    [(key, _in_words(value)) for key, value in sorted(entry.data.items())],
                )
                for entry in page
            ],
            "verified": "verify" in request.GET,
            "broken": first_broken() if "verify" in request.GET else None,
        },
    )


def _in_words(value: Any) -> str:
    """A value of an entry as the export writes it, a text without its marks, in one order on every database."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


@entry("auditor")
@require_safe
def ledger_export(request: PortalRequest) -> StreamingHttpResponse:
    """The whole ledger, one JSON object a line."""
    response = StreamingHttpResponse((f"{line}\n" for line in lines()), content_type="application/x-ndjson")
    response["Content-Disposition"] = 'attachment; filename="ledger.jsonl"'
    return response
