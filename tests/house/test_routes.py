"""Every address says who may enter; a view without that declaration fails here."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from haizhi_portal.accounts.entry import ANYONE, SIGNED_IN
from haizhi_portal.policy.words import Role

# Django's own administration guards itself.
FOREIGN_NAMESPACES = {"admin"}


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        where = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            if entry.namespace not in FOREIGN_NAMESPACES:
                yield from routes(entry, where)
        elif isinstance(entry, URLPattern):
            yield where, entry.callback


ROUTES = list(routes(get_resolver()))


@pytest.mark.parametrize("view", [view for _, view in ROUTES], ids=[where or "front" for where, _ in ROUTES])
def test_a_route_declares_who_may_enter(view: Any) -> None:
    declared = getattr(view, "entry", None)

    assert declared, "decorate the view with @entry(…)"
    assert set(declared) <= {ANYONE, SIGNED_IN, *(str(role) for role in Role)}


def test_addresses_carry_no_sequential_keys() -> None:
    assert [where for where, _ in ROUTES if "<int:pk>" in where or "<int:id>" in where] == []


def test_a_route_without_a_declaration_would_be_noticed() -> None:
    resolver = URLResolver(get_resolver().pattern, [URLPattern(get_resolver().pattern, lambda request: None)])

    assert [getattr(view, "entry", None) for _, view in routes(resolver)] == [None]
