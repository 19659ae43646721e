"""What was typed comes back on the page as it was typed, except for signs that no page can show."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# Controls other than tab and line breaks, and code points that Unicode keeps free: HTML has no place for them.
_LAST_TWO = "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
_UNPRINTABLE = re.compile(f"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef{_LAST_TWO}]")


class PrintablePagesMiddleware:
    """Show the replacement character where a page would hold a sign that HTML forbids."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.get("Content-Type", "").startswith("text/html") and not response.streaming:
            page = response.content.decode(response.charset)
            if _UNPRINTABLE.search(page):
                response.content = _UNPRINTABLE.sub("\ufffd", page).encode(response.charset)
        return response
