"""What every page needs around its own content."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from haizhi_portal.notifications.queries import unread_count
from haizhi_portal.site.navigation import FOOTER, Entry, account_links, navigation


def portal(request: HttpRequest) -> dict[str, Any]:
    """Navigation by role, the user's menu, the footer and the demo banner."""
    user = getattr(request, "user", None)
    signed_in = bool(user is not None and user.is_authenticated)
    counts = {reverse("notifications:inbox"): unread_count(user)} if signed_in else {}
    return {
        "demo": settings.PORTAL_DEMO,
        "today": getattr(request, "today", None),
        "navigation": _placed(navigation(user), request.path, counts),
        "account_links": account_links(user),
        "footer_links": (*FOOTER, *_STYLEGUIDE) if settings.PORTAL_DEMO else FOOTER,
        "front_url": reverse("site:front"),
        "start_url": reverse("site:home" if signed_in else "site:front"),
        "start_label": _("工作台") if signed_in else _("首页"),
        "login_url": reverse("accounts:login"),
        "logout_url": reverse("accounts:logout"),
        "register_url": reverse("accounts:register"),
        "demo_clock_url": reverse("site:demo_clock") if signed_in else "",
    }


_STYLEGUIDE = (Entry(_("界面范例"), "site:styleguide"),)


def _placed(entries: list[Entry], path: str, counts: dict[str, int]) -> list[dict[str, Any]]:
    """The links with their addresses and what waits there; the one whose part of the portal the reader is in is marked.

    ``counts`` holds how many things wait behind an address.
    """
    urls = [entry.url for entry in entries]
    here = max((url for url in urls if url == path or (url != "/" and path.startswith(url))), key=len, default="")
    mark = "page" if here == path else "true"
    return [
        {"label": entry.label, "url": url, "current": mark if url == here else "", "count": counts.get(url, 0)}
        for entry, url in zip(entries, urls, strict=True)
    ]
