"""A test client that reads every page it gets as strictly as a validator."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from django.conf import settings
from django.test import Client

# Django's own pages are not ours to mend.
_FOREIGN = ("/admin/",)
_HTML = "{http://www.w3.org/1999/xhtml}"

# Where one of these says nothing, a part of the page was meant to be left out.
_WORDS = frozenset(("p", "li", "dt", "h1", "h2", "h3", "h4", "legend", "button", "a", "summary", "caption", "label"))
_PICTURES = frozenset(("img", "svg", "input", "select", "textarea"))


class StrictClient(Client):
    """Django's client; a page with faulty HTML, a repeated id or anything the CSP forbids fails the test."""

    def request(self, **request: Any) -> Any:
        response = super().request(**request)
        path = request.get("PATH_INFO", "")
        is_page = response.get("Content-Type", "").startswith("text/html") and not response.streaming
        if is_page and response.content and not path.startswith(_FOREIGN):
            check_page(response.content.decode(response.charset), where=f"{request.get('REQUEST_METHOD')} {path}")
        return response


def check_page(html: str, *, where: str) -> None:
    """Fail with the place of the first fault of the page."""
    parser = html5lib.HTMLParser()
    document = parser.parse(html)
    if parser.errors:
        (line, column), code, details = parser.errors[0]
        text = html.splitlines()[line - 1].strip()[:200] if line <= html.count("\n") + 1 else ""
        pytest.fail(f"{where}: HTML fault {code} {details} at line {line}, column {column}: {text}", pytrace=False)
    faults = list(_faults(document))
    if faults:
        pytest.fail(f"{where}: {'; '.join(faults)}", pytrace=False)


def _faults(document: Element) -> Iterator[str]:
    elements = [element for element in document.iter() if isinstance(element.tag, str)]
    ids = Counter(element.get("id") for element in elements if element.get("id") is not None)
    for name, times in ids.items():
        if times > 1 or not name:
            yield f"id “{name}” occurs {times} times"
    # A script fills what waits out of sight.
    unseen = {inner for element in elements if "hidden" in element.attrib for inner in element.iter()}
    for element in elements:
        tag = element.tag.removeprefix(_HTML)
        if element.get("style") is not None or tag == "style":
            yield f"inline style in <{tag}>"
        badge = "hz-badge" in element.get("class", "").split()
        if (tag in _WORDS or badge) and element not in unseen and not _says_something(element):
            yield f"empty <{tag} class=“{element.get('class', '')}”>"
        if tag == "script" and not element.get("src") and element.get("type") != "application/json":
            yield "inline <script>"
        yield from (f"inline handler {name} in <{tag}>" for name in element.attrib if name.startswith("on"))
        for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls"):
            for target in (element.get(attribute) or "").split():
                if target not in ids:
                    yield f"{attribute}=“{target}” of <{tag}> points nowhere"


@pytest.fixture
def client() -> StrictClient:
    """A visitor who has not signed in."""
    return StrictClient()


@pytest.fixture
def client_for() -> Callable[[Any], StrictClient]:
    """``client_for(user)``: that user's own signed-in client."""

    def signed_in(user: Any) -> StrictClient:
        visitor = StrictClient()
        visitor.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
        return visitor

    return signed_in


def _says_something(element: Element) -> bool:
    """Words, a picture or a field; what is read aloud when it changes may begin empty."""
    if "".join(element.itertext()).strip() or element.get("role") == "status":
        return True
    return any(str(child.tag).removeprefix(_HTML) in _PICTURES for child in element.iter())
