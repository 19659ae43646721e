"""What every request carries: the business day, and a person only when signed in all the way."""

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse

from haizhi_portal.accounts.clock import business_now
from haizhi_portal.accounts.second_factor import still_to_do
from haizhi_portal.policy.periods import local_day


class BusinessClockMiddleware:
    """``request.now`` (aware instant) and ``request.today`` (day in Shanghai)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.now = business_now()  # type: ignore[attr-defined]
        request.today = local_day(request.now)  # type: ignore[attr-defined]
        return self.get_response(request)


class SecondFactorMiddleware:
    """Who gave the password but not the second step is a stranger to every page, whichever door they came by.

    ``request.half_signed_in`` then holds the person, for the pages of the second step alone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        request.half_signed_in = None  # type: ignore[attr-defined]
        if user.is_authenticated and still_to_do(user, request.session):
            request.half_signed_in = user  # type: ignore[attr-defined]
            request.user = AnonymousUser()
        return self.get_response(request)


class PrivatePagesMiddleware:
    """Pages of somebody signed in are kept by no cache, unless a page has said itself how it may be kept."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated or getattr(request, "half_signed_in", None):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response
