"""People in a browser, and a demonstration whose day each test begins on."""

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Page

from haizhi_portal.accounts.clock import move_demo_day
from tests.journeys.person import Person

PHONE = 390


@pytest.fixture
def demo_on() -> Iterator[Callable[[str], None]]:
    """``demo_on("2027-03-10")``: the day on which the demonstration stands, for this process and the workers."""
    yield lambda day: move_demo_day(date.fromisoformat(day))
    Path(settings.DATA_DIR, "demo-today").unlink(missing_ok=True)


@pytest.fixture
def person(
    new_page: Callable[..., Page],
    assert_accessible: Callable[[Page], None],
    screenshot: Callable[[Page, str], Path],
) -> Callable[..., Person]:
    """``person()`` at a desk, ``person(phone=True)`` with a phone; ``person("name")`` has signed in."""
    seen: set[str] = set()

    def arrive(name: str = "", *, phone: bool = False) -> Person:
        page = new_page(width=PHONE) if phone else new_page()
        arrived = Person(page, assert_accessible=assert_accessible, screenshot=screenshot, seen=seen)
        return arrived.sign_in(name) if name else arrived

    return arrive


@pytest.fixture
def scan(tmp_path: Path) -> Callable[[str], Path]:
    """``scan("申报书.pdf")``: a small whole PDF under that name, on the visitor's own disk."""
    from tests import factories

    def make(name: str, content: Any = None) -> Path:
        path = tmp_path / name
        path.write_bytes(factories.pdf() if content is None else content)
        return path

    return make
