"""Looking into a PDF: whether it opens, how many pages it has, whether anything in it acts by itself.

Knows no Django.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf

from haizhi_portal.files import bounded
from haizhi_portal.files.bounded import MEGABYTE

FINE, LOCKED, RESTRICTED, WITHOUT_PAGES, BROKEN = "fine", "locked", "restricted", "without-pages", "broken"
ACTIVE, CARRIES_FILES = "active", "carries-files"

# Too small to unfold into anything that hurts; it spares a process for each.
SMALL = 32 * 1024
# Only the tables of a PDF are unpacked to look at it; those of a real one are far smaller.
_LARGEST_TABLE = 32 * MEGABYTE
_DEEPEST = 60
pikepdf.settings.set_qpdf_limits(
    flate_max_memory=_LARGEST_TABLE,
    png_max_memory=_LARGEST_TABLE,
    tiff_max_memory=_LARGEST_TABLE,
    run_length_max_memory=_LARGEST_TABLE,
)

# What a reader's program would do by itself; going to a page or to an address on a click is none of it.
_ACTIONS = {
    "/JavaScript",
    "/Launch",
    "/ImportData",
    "/SubmitForm",
    "/GoToE",
    "/Rendition",
    "/Movie",
    "/RichMediaExecute",
}
_PLAYED = {"/RichMedia", "/Movie", "/Screen", "/3D", "/Sound"}


@dataclass(frozen=True, slots=True)
class Finding:
    """`FINE` or what is wrong, and the number of pages of a fine one."""

    problem: str
    pages: int | None = None


def examine(path: Path) -> Finding:
    """What is to be said of the file at ``path``; one that asks for too much of the machine is `BROKEN`."""
    if path.stat().st_size <= SMALL:
        return _examine_here(path)
    try:
        problem, pages = bounded.run("pdfs", str(path)).decode().split()
    except (bounded.Failed, ValueError):
        return Finding(BROKEN)
    return Finding(problem, int(pages) or None)


def main(arguments: list[str]) -> bytes:
    """The finding on the file named, in two words."""
    finding = _examine_here(Path(arguments[0]))
    return f"{finding.problem} {finding.pages or 0}".encode()


def _examine_here(path: Path) -> Finding:
    try:
        with pikepdf.open(path) as pdf:
            if pdf.is_encrypted:
                return Finding(RESTRICTED)
            pages = len(pdf.pages)
            problem = _what_acts(pdf) if pages else WITHOUT_PAGES
            return Finding(problem, pages if problem == FINE else None)
    except pikepdf.PasswordError:
        return Finding(LOCKED)
    except (pikepdf.PdfError, RuntimeError, ValueError, RecursionError, MemoryError, TypeError, AttributeError):
        return Finding(BROKEN)


def _what_acts(pdf: pikepdf.Pdf) -> str:
    """`ACTIVE` for scripts, programs and players, `CARRIES_FILES` for files inside, else `FINE`."""
    for part in _dictionaries(pdf):
        if "/JS" in part or "/XFA" in part or _named(part, "/S") in _ACTIONS or _named(part, "/Subtype") in _PLAYED:
            return ACTIVE
        if "/EF" in part or "/EmbeddedFiles" in part or _named(part, "/Subtype") == "/FileAttachment":
            return CARRIES_FILES
    return FINE


def _named(part: Any, key: str) -> str:
    value = part.get(key)
    return str(value) if isinstance(value, pikepdf.Name) else ""


def _dictionaries(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """Every dictionary of the file, those written inside others included."""
    waiting: list[tuple[Any, int]] = [(each, 0) for each in pdf.objects]
    while waiting:
        part, depth = waiting.pop()
        if isinstance(part, pikepdf.Stream | pikepdf.Dictionary):
            yield part
            inside = [value for _key, value in part.items()]
        elif isinstance(part, pikepdf.Array):
            inside = list(part)
        else:
            continue
        if depth < _DEEPEST:
            waiting += [
                (each, depth + 1) for each in inside if isinstance(each, pikepdf.Object) and not each.is_indirect
            ]
