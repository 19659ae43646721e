"""The headings of a Word file: by style, by outline level, or as a short numbered paragraph of its own."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO

from lxml import etree

LARGEST_PART = 30 * 1024 * 1024
MOST_PARAGRAPHS = 20_000
LONGEST_HEADING = 40
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_NUMBERED = re.compile(
    r"\s*(?:第?[一二三四五六七八九十]{1,3}[、.．章节部]"
    r"|[（(][一二三四五六七八九十\d]{1,3}[）)]"
    r"|\d{1,2}(?:[.．]\d{1,2})*[、.．\s])"
)
_HEADING_STYLE = re.compile(r"heading\s*\d|标题\s*\d|^title$|^标题$", re.IGNORECASE)
_STOPS = ("。", "；", "，", ";", "！", "？")


class UnreadableWord(Exception):
    """The file cannot be read as a Word document."""


def headings(file: IO[bytes]) -> list[str]:
    """The headings in their order. Raises UnreadableWord; reads no entity, no other file, no more than its limits."""
    try:
        with zipfile.ZipFile(file) as archive:
            styles = _heading_styles(_part(archive, "word/styles.xml"))
            return list(_found(_part(archive, "word/document.xml"), styles))
    except (zipfile.BadZipFile, zlib.error, KeyError, OSError, EOFError, ValueError, RuntimeError) as broken:
        raise UnreadableWord(str(broken)) from None
    except (etree.LxmlError, NotImplementedError) as broken:
        raise UnreadableWord(str(broken)) from None


def _part(archive: zipfile.ZipFile, name: str) -> etree._Element | None:
    if name not in archive.namelist():
        return None
    with archive.open(name) as part:
        content = part.read(LARGEST_PART + 1)
    if len(content) > LARGEST_PART:
        raise UnreadableWord(name)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    root = etree.fromstring(content, parser)
    if root.getroottree().docinfo.doctype:
        raise UnreadableWord(name)
    return root


def _heading_styles(styles: etree._Element | None) -> frozenset[str]:
    """Ids of the styles that are headings: by their name or by an outline level of their own."""
    if styles is None:
        return frozenset()
    found = set()
    for style in styles.iter(f"{_W}style"):
        name = style.find(f"{_W}name")
        named = name is not None and _HEADING_STYLE.search(name.get(f"{_W}val") or "")
        if named or style.find(f"{_W}pPr/{_W}outlineLvl") is not None:
            found.add(style.get(f"{_W}styleId") or "")
    return frozenset(found)


def _found(document: etree._Element | None, styles: frozenset[str]) -> Iterator[str]:
    if document is None:
        raise UnreadableWord("word/document.xml")
    for number, paragraph in enumerate(document.iter(f"{_W}p")):
        if number >= MOST_PARAGRAPHS:
            return
        text = "".join(each.text or "" for each in paragraph.iter(f"{_W}t")).strip()
        if text and len(text) <= LONGEST_HEADING and _is_heading(paragraph, text, styles):
            yield text


def _is_heading(paragraph: etree._Element, text: str, styles: frozenset[str]) -> bool:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    if style is not None and style.get(f"{_W}val") in styles:
        return True
    level = paragraph.find(f"{_W}pPr/{_W}outlineLvl")
    if level is not None and level.get(f"{_W}val") != "9":
        return True
    numbered = _NUMBERED.match(text) or paragraph.find(f"{_W}pPr/{_W}numPr") is not None
    return bool(numbered) and not text.endswith(_STOPS)
