"""From a web request to the actor of an action."""

from datetime import date, datetime
from typing import cast

from django.http import HttpRequest

from haizhi_portal.accounts.models import User
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.words import Role


class PortalRequest(HttpRequest):
    """A request after the business clock's middleware, from a signed-in person."""

    user: User
    now: datetime
    today: date


def actor_of(request: HttpRequest) -> Actor:
    """Who acts through this request, at the business instant the middleware set; strangers act as applicants."""
    request = cast(PortalRequest, request)
    user = request.user if request.user.is_authenticated else None
    return Actor(
        user=user,
        role=Role.APPLICANT if user is None else user.role,
        now=request.now,
        address=request.META.get("REMOTE_ADDR") or "",
    )


def wants_json(request: HttpRequest) -> bool:
    """Whether a script of ours asks, not a person who turns pages."""
    return request.headers.get("Accept") == "application/json"
