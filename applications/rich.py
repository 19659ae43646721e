"""Formatted answers: paragraphs, bold, lists and simple tables, cleaned to exactly that before they are kept.

A page without JavaScript shows the same answer as light text — a line a paragraph, "- " and "1. " for lists,
"**" around bold, tabs between the cells of a table — and what comes back either way is kept as the same HTML.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

import nh3

TAGS = {"p", "br", "strong", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td"}
LARGEST = 200_000
"""Characters taken in at all, markup included: a screen's editor never makes so many, a hostile client may."""
_ALIASES = {"b": "strong", "div": "p", "blockquote": "p", **{f"h{level}": "p" for level in range(1, 7)}}
_MARKUP = re.compile(r"\s*<(?:p|ul|ol|table|div|h[1-6]|blockquote)[\s>]", re.IGNORECASE)
_NUMBER = re.compile(r"(\d{1,3})\. +(.*)")
_BULLET = re.compile(r"[-•·] +(.*)")
_BOLD = re.compile(r"\*\*(?!\s)(.+?)(?<!\s)\*\*")
_INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn"}


Words = tuple[tuple[bool, str], ...]
"""A stretch of text as (bold, text) runs."""


@dataclass(slots=True)
class Block:
    """One paragraph, list or table; ``lines`` are its paragraphs or items, of a table its rows of cells."""

    kind: str
    lines: list[list[Words]] = field(default_factory=list)


def clean(given: str) -> str:
    """What was typed or sent, as the HTML that is kept; "" when no word is left of it. Never raises."""
    given = visible(given[:LARGEST])
    return _html(_from_markup(given) if is_markup(given) else _from_text(given))


def is_markup(value: str) -> bool:
    """Whether an answer is HTML rather than text; one of the earlier form is text."""
    return _MARKUP.match(value) is not None


def as_html(value: object) -> str:
    """A kept answer as safe HTML, whatever edition of the form it comes from."""
    return clean(str(value or ""))


def as_text(value: object) -> str:
    """A kept answer as light text, for the page without JavaScript and wherever plain words are compared."""
    value = str(value or "")
    return "\n".join(_lines(_from_markup(value))) if is_markup(value) else value


def length(value: object) -> int:
    """How many characters the words of an answer have, formatting and line breaks not counted."""
    blocks = _from_markup(as_html(value))
    return sum(len(text) for block in blocks for line in block.lines for words in line for _bold, text in words)


def visible(text: str) -> str:
    """Without control characters, half surrogates and signs that turn the direction of writing."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in text if sign in "\n\t" or unicodedata.category(sign) not in _INVISIBLE)


# Light text ---------------------------------------------------------------------------------------------------------


def _from_text(text: str) -> list[Block]:
    blocks: list[Block] = []
    for raw in text.split("\n"):
        line = raw.strip(" \u3000")
        if not line.strip():
            blocks.append(Block("gap"))
        elif "\t" in line:
            _add(blocks, "table", [_marked(cell) for cell in line.split("\t")])
        elif found := _BULLET.fullmatch(line):
            _add(blocks, "ul", [_marked(found[1])])
        elif (found := _NUMBER.fullmatch(line)) and int(found[1]) == _next_item(blocks):
            _add(blocks, "ol", [_marked(found[2])])
        else:
            blocks.append(Block("p", [[_marked(line)]]))
    return [block for block in blocks if block.kind != "gap"]


def _add(blocks: list[Block], kind: str, line: list[Words]) -> None:
    if blocks and blocks[-1].kind == kind:
        blocks[-1].lines.append(line)
    else:
        blocks.append(Block(kind, [line]))


def _next_item(blocks: list[Block]) -> int:
    return len(blocks[-1].lines) + 1 if blocks and blocks[-1].kind == "ol" else 1


def _marked(text: str) -> Words:
    """The runs of one line; ``**`` that does not enclose anything stays what it is."""
    runs, place = [], 0
    for found in _BOLD.finditer(text):
        runs += [(False, text[place : found.start()]), (True, found[1])]
        place = found.end()
    return _tidy([*runs, (False, text[place:])])


def _lines(blocks: list[Block]) -> list[str]:
    lines: list[str] = []
    before = ""
    for block in blocks:
        if block.kind == before and block.kind != "p":
            lines.append("")
        before = block.kind
        for number, line in enumerate(block.lines, start=1):
            sign = {"ul": "- ", "ol": f"{number}. "}.get(block.kind, "")
            lines.append(sign + "\t".join(_light(words) for words in line))
    return lines


def _light(words: Words) -> str:
    """The stretch with its marks; spaces at the edges stay outside them, where the marks are known again."""
    said = []
    for bold, text in words:
        core = text.strip()
        before, _core, after = text.partition(core)
        said.append(f"{before}**{core}**{after}" if bold and core else text)
    return "".join(said)


# HTML ---------------------------------------------------------------------------------------------------------------


class _Reader(HTMLParser):
    """Takes cleaned HTML apart into blocks; whatever is nested deeper than one level is laid flat."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self._runs: list[tuple[bool, str]] = []
        self._lists: list[str] = []
        self._bold = self._cells = 0
        self._row: list[Words] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "strong":
            self._bold += 1
        elif tag in ("td", "th"):
            self._close()
            self._cells += 1
        elif tag == "tr":
            self._close()
            self._row = []
        elif self._cells:
            self._runs.append((False, " "))
        else:
            self._close()
            if tag in ("ul", "ol"):
                self._lists.append(tag)
                if len(self._lists) == 1:
                    self.blocks.append(Block(tag))
            elif tag == "table":
                self.blocks.append(Block("table"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "strong":
            self._bold = max(0, self._bold - 1)
        elif tag in ("td", "th"):
            self._row.append(_tidy(self._runs))
            self._runs, self._cells = [], max(0, self._cells - 1)
        elif tag == "tr" and self.blocks and self.blocks[-1].kind == "table":
            self.blocks[-1].lines.append(self._row)
            self._row = []
        elif self._cells:
            self._runs.append((False, " "))
        else:
            self._close()
            if tag in ("ul", "ol") and self._lists:
                self._lists.pop()

    def handle_data(self, data: str) -> None:
        self._runs.append((self._bold > 0, data))

    def close(self) -> None:
        super().close()
        self._close()

    def _close(self) -> None:
        """End the paragraph or item that was being read."""
        words = _tidy(self._runs)
        self._runs = []
        if not words:
            return
        kind = self._lists[0] if self._lists else "p"
        if kind != "p" and self.blocks and self.blocks[-1].kind == kind:
            self.blocks[-1].lines.append([words])
        else:
            self.blocks.append(Block(kind, [[words]]))


def _from_markup(html: str) -> list[Block]:
    for alias, tag in _ALIASES.items():
        html = re.sub(rf"(</?){alias}(?=[\s>/])", rf"\1{tag}", html, flags=re.IGNORECASE)
    reader = _Reader()
    reader.feed(nh3.clean(html, tags=TAGS, attributes={}, clean_content_tags={"script", "style"}))
    reader.close()
    return [_as_simple(block) for block in reader.blocks if any(words for line in block.lines for words in line)]


def _as_simple(block: Block) -> Block:
    """A table of one column is paragraphs."""
    if block.kind != "table" or any(len(line) > 1 for line in block.lines):
        return block
    return Block("p", [line for line in block.lines if line and line[0]])


def _tidy(runs: list[tuple[bool, str]]) -> Words:
    """Runs joined where they are of one kind, white space as one space, none at the ends."""
    joined: list[tuple[bool, str]] = []
    for bold, text in runs:
        text = re.sub(r"\s+", " ", text)
        if joined and (joined[-1][1].endswith(" ") or not text.strip()):
            text = text.lstrip(" ") if joined[-1][1].endswith(" ") else text
        if not text:
            continue
        if joined and (joined[-1][0] == bold or not text.strip()):
            joined[-1] = (joined[-1][0], joined[-1][1] + text)
        else:
            joined.append((bold, text))
    if joined:
        joined[0] = (joined[0][0], joined[0][1].lstrip())
        joined[-1] = (joined[-1][0], joined[-1][1].rstrip())
    return tuple((bold, text) for bold, text in joined if text)


def _html(blocks: list[Block]) -> str:
    return "".join(_block(block) for block in blocks)


def _block(block: Block) -> str:
    if block.kind == "p":
        return "".join(f"<p>{_inline(words)}</p>" for line in block.lines for words in line if words)
    if block.kind in ("ul", "ol"):
        items = "".join(f"<li>{_inline(words)}</li>" for line in block.lines for words in line if words)
        return f"<{block.kind}>{items}</{block.kind}>" if items else ""
    width = max(len(line) for line in block.lines)
    rows = "".join(
        "<tr>" + "".join(f"<td>{_inline(words)}</td>" for words in [*line, *[()] * (width - len(line))]) + "</tr>"
        for line in block.lines
    )
    return f"<table><tbody>{rows}</tbody></table>"


def _inline(words: Words) -> str:
    return "".join(
        f"<strong>{escape(text, quote=False)}</strong>" if bold else escape(text, quote=False) for bold, text in words
    )
