import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse


class ProxyAddressMiddleware:
    """Make `REMOTE_ADDR` the reader's own address behind the proxy that ends TLS.

    Only the last hop of X-Forwarded-For is believed: that one the proxy wrote itself. What is no address is left
    out: it could be neither counted by nor written down.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.HTTPS else ""
        last_hop = forwarded.rpartition(",")[2].strip()
        if _is_address(last_hop):
            request.META["REMOTE_ADDR"] = last_hop
        return self.get_response(request)


def _is_address(text: str) -> bool:
    try:
        found = ipaddress.ip_address(text)
    except ValueError:
        return False
    return getattr(found, "scope_id", None) is None


class ReadableRequestMiddleware:
    """Refuse what no page could read: text in another encoding than the portal's, an address with a zero byte.

    The sender names the encoding, and some turn plain signs into halves of characters that no database can keep.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        named = (request.content_params or {}).get("charset", "utf-8")
        if named.lower() not in {"utf-8", "utf8"}:
            raise BadRequest("the request is not written in UTF-8")
        if "\x00" in request.path_info:
            raise Http404
        return self.get_response(request)
