"""Gives a page to refusals that Django answers without one."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from haizhi_portal.site.views.errors import trouble

PAGES = frozenset({405, 413, 429})


class ErrorPagesMiddleware:
    """A refusal with an empty body gets its page; its headers (``Allow``, ``Retry-After``) stay."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code not in PAGES or response.streaming or response.content:
            return response
        page = trouble(str(response.status_code), response.status_code)
        response.content = page.content
        response["Content-Type"] = page["Content-Type"]
        return response
