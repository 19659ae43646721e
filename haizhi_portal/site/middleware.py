from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


class ProxyAddressMiddleware:
    """Make `REMOTE_ADDR` the reader's own address behind the proxy that ends TLS.

    Only the last hop of X-Forwarded-For is believed: that one the proxy wrote itself.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.HTTPS else ""
        last_hop = forwarded.rpartition(",")[2].strip()
        if last_hop:
            request.META["REMOTE_ADDR"] = last_hop
        return self.get_response(request)
