"""Attachments for reading in the browser: page by page as pictures, a Word file as its words.

What was painted once is kept in the data folder by digest, page and width, up to a bound. Of a protected file nothing
is kept, and nothing of it touches the disk in the clear: its content passes through memory.
"""

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from haizhi_portal.files import bounded
from haizhi_portal.files.kinds import KINDS
from haizhi_portal.files.models import StoredFile
from haizhi_portal.files.store import read

WIDTHS = {"fit": 900, "large": 1400, "small": 480}
MOST_KEPT = 1024 * bounded.MEGABYTE
_PAINTED = frozenset(KINDS[key].content_type for key in ("pdf", "jpg", "png"))


class NoPreview(Exception):
    """The file has no such page, or its content cannot be painted within the bounds."""


def has_pages(stored: StoredFile) -> bool:
    """Whether the file is looked at as page images."""
    return stored.content_type in _PAINTED


def has_words(stored: StoredFile) -> bool:
    """Whether the file is looked at as its words."""
    return stored.content_type == KINDS["docx"].content_type


def page_image(stored: StoredFile, *, page: int, width: int, words: str = "", blurred: bool = False) -> bytes:
    """Page ``page``, from 1, as a JPEG ``width`` dots wide, ``words`` written across it. Raises NoPreview.

    The caller has made sure the reader may see it, and that the file is not held.
    """
    if not has_pages(stored) or not 1 <= page <= (stored.pages or 1):
        raise NoPreview
    plain = not (words or blurred or stored.protected)
    kept = _place(stored, f"{page}-{width}.jpg")
    if plain and (found := _found(kept)) is not None:
        return found
    font = str(settings.WATERMARK_FONT) if settings.WATERMARK_FONT.exists() else ""
    if not font:
        words = words.encode("ascii", "ignore").decode()
    painted = _worked(stored, "drawing", str(page), str(width), font, "1" if blurred else "0", words)
    if plain:
        _keep(kept, painted)
    return painted


def words_of(stored: StoredFile) -> str:
    """The words of a Word file as harmless HTML. Raises NoPreview."""
    if not has_words(stored):
        raise NoPreview
    kept = _place(stored, "words.html")
    if not stored.protected and (found := _found(kept)) is not None:
        return found.decode()
    html = _worked(stored, "words")
    if not stored.protected:
        _keep(kept, html)
    return html.decode()


def remove_oldest(*, most: int = MOST_KEPT) -> int:
    """Remove what was not looked at for longest until at most ``most`` bytes are kept. Returns how many files went."""
    files = [path for path in Path(settings.PREVIEWS).rglob("*") if path.is_file()]
    sizes = {path: path.stat() for path in files}
    total, removed = sum(each.st_size for each in sizes.values()), 0
    for path in sorted(files, key=lambda each: sizes[each].st_mtime):
        if total <= most:
            break
        path.unlink(missing_ok=True)
        total, removed = total - sizes[path].st_size, removed + 1
    return removed


def _worked(stored: StoredFile, work: str, *arguments: str) -> bytes:
    try:
        with _source(stored) as (name, descriptor):
            answer = bounded.run(work, name, *arguments, content=descriptor)
    except (bounded.Failed, OSError):
        raise NoPreview from None
    if not answer:
        raise NoPreview
    return answer


@contextlib.contextmanager
def _source(stored: StoredFile) -> Iterator[tuple[str, int | None]]:
    """Where the painting process finds the content: the file itself, or for a protected one a piece of memory."""
    if not stored.protected:
        yield str(Path(settings.MEDIA_ROOT) / stored.path), None
        return
    descriptor = os.memfd_create("page")
    try:
        with read(stored) as content, os.fdopen(os.dup(descriptor), "wb") as memory:
            shutil.copyfileobj(content, memory)
        yield f"/proc/self/fd/{descriptor}", descriptor
    finally:
        os.close(descriptor)


def _place(stored: StoredFile, name: str) -> Path:
    return Path(settings.PREVIEWS) / stored.sha256[:2] / f"{stored.sha256}-{name}"


def _found(path: Path) -> bytes | None:
    try:
        os.utime(path)
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _keep(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    os.replace(draft, path)
