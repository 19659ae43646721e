"""Somebody at the portal with a browser of their own, who reads every page they come to."""

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from playwright.sync_api import Download, Locator, Page, Response

from tests.plugins.pages import check_page

PASSWORD = "a-test-pass-phrase"
_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')


class Person:
    """One visitor. Every page is checked on arrival: its status, its HTML, axe-core, its width.

    ``seen`` holds digests of pages that axe-core has read already, so that the same page is read once.
    """

    def __init__(
        self,
        page: Page,
        *,
        assert_accessible: Callable[[Page], None],
        screenshot: Callable[[Page, str], Path],
        seen: set[str],
    ) -> None:
        self.page = page
        self._assert_accessible = assert_accessible
        self._screenshot = screenshot
        self._seen = seen
        self._answer: Response | None = None
        page.on("response", self._note)

    def _note(self, answer: Response) -> None:
        if answer.request.is_navigation_request() and answer.frame == self.page.main_frame:
            self._answer = answer

    # Getting about ----------------------------------------------------------------------------------------------------

    def go(self, address: str, *, status: int = 200) -> "Person":
        """Open an address and read the page."""
        self.page.goto(address)
        return self._read(status)

    def follow(self, words: str, *, inside: Locator | None = None) -> "Person":
        """Follow the link with exactly these words."""
        return self._after(lambda: (inside or self.page).get_by_role("link", name=words, exact=True).first.click())

    def press(self, words: str, *, status: int = 200, inside: Locator | None = None) -> "Person":
        """Press the button with exactly these words and read the page it leads to."""
        button = (inside or self.page).get_by_role("button", name=words, exact=True).first
        return self._after(button.click, status)

    def _after(self, act: Callable[[], Any], status: int = 200) -> "Person":
        with self.page.expect_navigation():
            act()
        return self._read(status)

    def download(self, words: str, *, inside: Locator | None = None) -> Download:
        """Follow a link that leads to a file."""
        with self.page.expect_download() as coming:
            (inside or self.page).get_by_role("link", name=words, exact=True).first.click()
        return coming.value

    # Filling in -------------------------------------------------------------------------------------------------------

    def field(self, label: str) -> Locator:
        """The field of that label, of which there is one."""
        return self.page.get_by_label(_label(label))

    def write(self, answers: Mapping[str, str]) -> "Person":
        """Type or choose, by label: text into text fields, an option's words into lists."""
        for label, words in answers.items():
            field = self.field(label)
            if field.evaluate("each => each.tagName") == "SELECT":
                field.select_option(label=words)
            else:
                field.fill(words)
        return self

    def tick(self, *labels: str, inside: Locator | None = None) -> "Person":
        """Tick boxes, or choose one of several answers."""
        for label in labels:
            (inside or self.page).get_by_label(_label(label)).check()
        return self

    def answer(self, question: str, words: str) -> "Person":
        """Choose one answer to a question that has several."""
        self.page.get_by_role("group", name=_label(question)).get_by_label(words, exact=True).check()
        return self

    # Reading ----------------------------------------------------------------------------------------------------------

    @property
    def text(self) -> str:
        """The words on the page, as they are shown."""
        return self.page.locator("main").inner_text()

    def reads(self, *words: str) -> "Person":
        """The page says all of this."""
        shown = self.text
        missing = [each for each in words if each not in shown]
        assert not missing, f"{self.page.url} does not say {missing}:\n{shown}"
        return self

    def part(self, heading: str) -> Locator:
        """The part of the page under a heading."""
        found = self.page.locator("section, article").filter(has=self.page.get_by_role("heading", name=heading))
        return found.last

    def picture(self, name: str) -> "Person":
        """Keep what the page looks like."""
        self._screenshot(self.page, name)
        return self

    def _read(self, status: int) -> "Person":
        answer = self._answer
        assert answer is not None
        html = answer.text()
        assert answer.status == status, f"{self.page.url}: {answer.status}, not {status}\n{self.text}"
        digest = hashlib.sha256((self._width() + _TOKEN.sub("", html)).encode()).hexdigest()
        if digest not in self._seen:
            self._seen.add(digest)
            check_page(html, where=self.page.url)
            self._assert_accessible(self.page)
            wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{self.page.url} is {wide} px wider than its window"
        return self

    def _width(self) -> str:
        size = self.page.viewport_size
        return str(size["width"] if size else 0)

    # What everybody does ----------------------------------------------------------------------------------------------

    def sign_in(self, name: str) -> "Person":
        """Sign in by the form, with the password everybody has here."""
        self.go("/accounts/login/")
        self.write({"登录名": name, "密码": PASSWORD})
        return self.press("登录")

    def sign_out(self) -> "Person":
        """Leave by the menu of one's own name."""
        self.page.locator("details.hz-menu summary").click()
        return self.press("退出登录")

    def move_clock(self, day: str) -> "Person":
        """Move the demonstration to that day; its work is done at once."""
        self.go("/demo/clock/").write({"把演示日期移到": date.fromisoformat(day).isoformat()})
        return self.press("移到这一天").reads("演示日期现为")


def _label(words: str) -> re.Pattern[str]:
    """The words of a label, with or without the sign of a question that has to be answered."""
    return re.compile(rf"^\s*{re.escape(words)}\s*\*?\s*$")
