"""What repeated failures to sign in are counted by: the name, whatever its case, and the address it came from."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest

from haizhi_portal.accounts.names import folded


def sign_in_name(request: HttpRequest | None, credentials: Mapping[str, Any] | None) -> str:
    """The name typed, folded as sign-in folds it."""
    typed = (credentials or {}).get("username")
    if typed is None and request is not None:
        typed = request.POST.get("username")
    return folded(str(typed or ""))


def address(request: HttpRequest) -> str | None:
    """The reader's address, after `ProxyAddressMiddleware`."""
    return request.META.get("REMOTE_ADDR") or None
