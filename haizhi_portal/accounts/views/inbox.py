"""The inbox: what the portal told this person."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from haizhi_portal.accounts.entry import SIGNED_IN, entry
from haizhi_portal.accounts.requests import actor_of
from haizhi_portal.notifications.actions import mark_all_read, mark_read
from haizhi_portal.notifications.queries import visible_to

PAGE = 20


@entry(SIGNED_IN)
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Messages, newest first, or only those not opened yet."""
    mine = visible_to(actor_of(request).user)
    only_unread = request.GET.get("unread") == "1"
    page = Paginator(mine.filter(read_at=None) if only_unread else mine, PAGE).get_page(request.GET.get("page"))
    return render(request, "notifications/inbox.html", {"page_obj": page, "only_unread": only_unread})


@entry(SIGNED_IN)
@require_safe
def message(request: HttpRequest, public_id: str) -> HttpResponse:
    """One message; opening it counts as reading."""
    actor = actor_of(request)
    found = get_object_or_404(visible_to(actor.user), public_id=public_id)
    if found.read_at is None and request.method == "GET":
        mark_read(actor=actor, message=found)
    return render(request, "notifications/message.html", {"letter": found})


@entry(SIGNED_IN)
@require_POST
def all_read(request: HttpRequest) -> HttpResponse:
    """Everything in the inbox counts as read."""
    count = mark_all_read(actor=actor_of(request))
    messages.success(request, _("已把 %(count)s 条通知标为已读。") % {"count": count})
    return redirect("notifications:inbox")
