"""A page as its reader meets it, in lines of text: so that a part which comes, goes or changes shows as a line."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lxml import html

_BLOCKS = frozenset(
    (
        *(
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "p",
            "li",
            "div",
            "section",
            "article",
            "tr",
            "dt",
            "dd",
            "summary",
            "form",
        ),
        *("table", "caption", "ul", "ol", "dl", "fieldset", "legend", "label", "header", "aside", "nav", "details"),
    )
)
_SKIPPED = frozenset(("script", "style", "svg", "template"))
_HEADINGS = {f"h{level}": "#" * level for level in range(1, 7)}
# What differs from run to run: check codes, public names of rows, digests.
_DRAWN = re.compile(
    r"\b(?:[0-9a-f]{12,64}(?=…|\b)|(?:[0-9A-HJ-NP-Z]{4}-){2,}[0-9A-HJ-NP-Z]{4}|[0-9A-HJ-NP-Z]{12}(?:[0-9A-HJ-NP-Z]{4})?)\b"
)


def outline(page: str) -> str:
    """What stands in ``main``: headings with #, links in ⟨⟩, buttons in [], fields in ‹› with what they hold."""
    main = html.fromstring(page).find(".//main")
    assert main is not None
    parts: list[str] = []
    _walk(main, parts)
    lines = (" ".join(line.split()) for line in "".join(parts).splitlines())
    return _DRAWN.sub("····", "\n".join(line.strip("| ") for line in lines if line.strip("| ")) + "\n")


def _walk(node: html.HtmlElement, parts: list[str]) -> None:
    tag = node.tag if isinstance(node.tag, str) else ""
    if not tag or tag in _SKIPPED or (tag == "input" and node.get("type") == "hidden"):
        parts.append(_flat(node.tail))
        return
    opening, closing = _around(node, tag)
    parts.append(opening)
    if tag not in ("input", "select", "textarea"):
        parts.append(_flat(node.text))
        for child in node:
            _walk(child, parts)
    parts.append(closing)
    parts.append(_flat(node.tail))


def _around(node: html.HtmlElement, tag: str) -> tuple[str, str]:
    if tag == "a":
        return " ⟨", "⟩ "
    if tag == "button":
        return " [", "] "
    if tag in ("input", "select", "textarea"):
        return f" ‹{node.get('name', '')}{_held(node, tag)}›", " "
    if tag in ("td", "th"):
        return "", " | "
    if tag == "br":
        return " / ", ""
    if tag == "summary":
        return ("\n▾ " if node.getparent().get("open") is not None else "\n▸ "), "\n"
    if tag in _BLOCKS:
        return f"\n{_HEADINGS.get(tag, '')} ", "\n"
    return "", ""


def _held(node: html.HtmlElement, tag: str) -> str:
    if tag == "textarea":
        return f"={' '.join((node.text or '').split())}" if (node.text or "").strip() else ""
    if tag == "select":
        chosen = node.xpath("./option[@selected]/text()")
        return f"={chosen[0].strip()}" if chosen else ""
    if node.get("type") in ("checkbox", "radio"):
        return f"={'✓' if node.get('checked') is not None else '□'}"
    return f"={node.get('value')}" if node.get("value") else ""


def _flat(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")


def assert_reads(page: str, kept: Path) -> None:
    """The page reads as the kept file says.

    PORTAL_WRITE_PAGES=1 writes the file anew: read what changed before it is committed.
    """
    found = outline(page)
    if os.environ.get("PORTAL_WRITE_PAGES") == "1":
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(found)
    assert found.splitlines() == kept.read_text().splitlines()


def assert_answer(answer: Any, status: int, kept: Path) -> None:
    """The page has that status and reads as the kept file says."""
    assert answer.status_code == status, outline(answer.text)
    assert_reads(answer.text, kept)


def assert_each_reads(readers: Mapping[str, Any], address: str, kept: Path) -> None:
    """The page as the client of each reader meets it, kept in ``kept-who.txt``; who may not enter is refused."""
    for who, client in readers.items():
        answer, file = client.get(address), kept.with_name(f"{kept.name}-{who}.txt")
        if answer.status_code == 200:
            assert_reads(answer.text, file)
        else:
            assert (answer.status_code, file.exists()) in ((403, False), (404, False))
