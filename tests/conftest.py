"""Fixtures of the whole suite; each kind lives in a module of `tests/plugins`."""

from tests.plugins.broker import broker, worker
from tests.plugins.browser import assert_accessible, browser, new_page, page, screenshot
from tests.plugins.pages import client, client_for

__all__ = ["assert_accessible", "broker", "browser", "client", "client_for", "new_page", "page", "screenshot", "worker"]
