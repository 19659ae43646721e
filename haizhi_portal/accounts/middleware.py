"""Sets the business instant and day on every request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from haizhi_portal.accounts.clock import business_now
from haizhi_portal.policy.periods import local_day


class BusinessClockMiddleware:
    """``request.now`` (aware instant) and ``request.today`` (day in Shanghai)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.now = business_now()  # type: ignore[attr-defined]
        request.today = local_day(request.now)  # type: ignore[attr-defined]
        return self.get_response(request)
