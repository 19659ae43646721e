from typing import Any

import pytest
from django.test import override_settings

pytestmark = pytest.mark.django_db


def test_it_shows_every_component_in_the_demonstration(client: Any) -> None:
    html = client.get("/styleguide/").content.decode()
    for component in (
        "hz-move",
        "hz-tasks",
        "hz-timeline",
        "hz-file",
        "hz-figure",
        "hz-comparison",
        "hz-facts",
        "hz-empty",
        "hz-pages",
        "hz-confirm",
        "hz-refusal",
        "hz-errors",
        "hz-badge",
        "hz-clause",
        "hz-deadline",
    ):
        assert f'class="{component}' in html or f" {component}" in html, component


def test_outside_the_demonstration_it_does_not_exist(client: Any) -> None:
    with override_settings(PORTAL_DEMO=False):
        assert client.get("/styleguide/").status_code == 404


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("address", ["/styleguide/", "/", "/route/?kind=enterprise&level=none", "/no/such/page/"])
def test_pages_are_accessible_and_fit_the_screen(
    page: Any, assert_accessible: Any, screenshot: Any, address: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)
    assert_accessible(page)
    wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wider == 0
    screenshot(page, f"{width}")
