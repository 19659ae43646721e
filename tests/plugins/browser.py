"""A real Chromium, with or without JavaScript, an accessibility check and screenshots for people."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

ARTIFACTS = Path(__file__).resolve().parents[2] / "test-artifacts"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's Chromium; `CHROMIUM` names another one."""
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not executable:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def new_page(browser: Browser, live_server: Any) -> Iterator[Callable[..., Page]]:
    """``new_page(width=1280)``: a page of its own, with its own cookies, on the running portal.

    Relative addresses work; an error in the console of any of them fails the test.
    """
    opened: list[Page] = []
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        # The answer to a refused rule is a page with status 4xx; the browser logs that as an error of its own.
        # What a test itself cut off is no fault of the page.
        expected = ("the server responded with a status of 4", "net::ERR_CONNECTION_FAILED")
        if message.type == "error" and not any(each in message.text for each in expected):
            complaints.append(message.text)

    def open_page(width: int = 1280) -> Page:
        context = browser.new_context(
            base_url=live_server.url,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": width, "height": 900},
        )
        context.set_default_timeout(15_000)
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        opened.append(page)
        return page

    yield open_page
    for page in opened:
        page.context.close()
    assert not complaints, complaints


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A desktop page on the running portal."""
    return new_page()


@pytest.fixture
def assert_accessible() -> Callable[[Page], None]:
    """``assert_accessible(page)``: axe-core finds no violation on the page as it stands."""
    axe = Axe()

    def check(page: Page) -> None:
        # Details of what is in order are left out: they take longer than the check.
        found = axe.run(page, options={"resultTypes": ["violations"]})
        violations = found.response["violations"]
        lines = [
            f"{violation['id']} ({violation['impact']}): {violation['help']}: {node['html'][:160]}"
            for violation in violations
            for node in violation["nodes"][:3]
        ]
        assert not violations, f"{page.url}\n" + "\n".join(lines)

    return check


@pytest.fixture
def screenshot(request: pytest.FixtureRequest) -> Callable[[Page, str], Path]:
    """``screenshot(page, "name")``: keep the whole page as a picture in `test-artifacts/`."""
    folder = ARTIFACTS / re.sub(r"[^\w-]+", "-", request.node.name)

    def take(page: Page, name: str) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"{name}.png"
        page.screenshot(path=target, full_page=True)
        return target

    return take
