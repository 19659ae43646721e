"""The private store: files under opaque names in one folder, reached only through the routes of their owners."""

import hashlib
import logging
import os
import secrets
import weakref
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _

from haizhi_portal.audit.actor import Actor
from haizhi_portal.files import clamav
from haizhi_portal.files.kinds import NotAcceptable, recognise
from haizhi_portal.files.models import StoredFile
from haizhi_portal.files.names import clean_name, extension
from haizhi_portal.files.sealing import Unreadable, open_sealed, seal
from haizhi_portal.policy.verdict import RuleViolation

MEGABYTE = 1024 * 1024
ANY_KIND = ("pdf", "jpg", "png", "docx")
_log = logging.getLogger(__name__)


class _Kept:
    """Lives as long as the transaction may still commit; a file whose transaction rolled back goes with it."""

    def __init__(self, path: Path) -> None:
        self._rescue = weakref.finalize(self, path.unlink, missing_ok=True)

    def commit(self) -> None:
        self._rescue.detach()


@dataclass(frozen=True, slots=True)
class Examined:
    """An upload that was looked at and lies in the store, but belongs to nobody yet; unless kept, it goes again."""

    path: Path
    name: str
    content_type: str
    size: int
    sha256: str
    pages: int | None
    protected: bool
    scan: str
    kept: _Kept


def store_upload(
    *,
    actor: Actor,
    upload: File,
    allow: tuple[str, ...] = ANY_KIND,
    max_megabytes: int,
    name: str | None = None,
    protected: bool = False,
) -> StoredFile:
    """Keep an upload, once its content has been looked at, and return its row; `examine` and `keep` in one."""
    return keep(
        actor=actor,
        examined=examine(upload=upload, allow=allow, max_megabytes=max_megabytes, name=name, protected=protected),
    )


def examine(
    *,
    upload: File,
    allow: tuple[str, ...] = ANY_KIND,
    max_megabytes: int,
    name: str | None = None,
    protected: bool = False,
) -> Examined:
    """Look at an upload's content and put it into the store, sealed if ``protected``. Takes seconds: hold no lock.

    ``allow`` holds keys of `kinds.KINDS`; ``name`` replaces the name it came with. Raises RuleViolation
    (`4.1-materials`, field "file") for one that is empty, too large, broken, locked, infected, or not what it claims
    to be.
    """
    shown = clean_name(name or upload.name or "")
    if getattr(upload, "too_large", False) or (upload.size or 0) > max_megabytes * MEGABYTE:
        raise _refused(
            _("“%(name)s”超过 %(limit)s MB，没有保存。请压缩或拆成几份后上传；扫描件用 150–200 dpi 的灰度即可。")
            % {"name": shown, "limit": max_megabytes},
            "file_too_large",
        )
    path = fresh_path()
    kept = _Kept(path)
    write(path, upload.chunks())
    try:
        found = recognise(path, ending=extension(shown), allow=allow)
        scan = _scanned_at_once(path)
    except NotAcceptable as problem:
        path.unlink(missing_ok=True)
        raise _refused(_("“%(name)s”：%(problem)s") % {"name": shown, "problem": problem}, "file_refused") from None
    digest, size = _digest(path)
    if protected:
        path, kept = _sealed(path)
    return Examined(path, shown, found.kind.content_type, size, digest, found.pages, protected, scan, kept)


def _scanned_at_once(path: Path) -> str:
    """How the scanner finds a small file; a large one, or one it does not answer for at once, waits for the worker."""
    if not settings.CLAMAV:
        return StoredFile.Scan.NONE
    if path.stat().st_size > clamav.QUICK:
        return StoredFile.Scan.PENDING
    try:
        with path.open("rb") as content:
            virus = clamav.scan(content, settings.CLAMAV, patience=clamav.QUICK_SECONDS)
    except clamav.NoAnswer:
        return StoredFile.Scan.PENDING
    if virus:
        _log.warning("an upload was refused, infected with %s", virus)
        raise NotAcceptable(_("查出病毒（%(virus)s），没有保存。请清除病毒后重新上传。") % {"virus": virus})
    return StoredFile.Scan.CLEAN


def _sealed(plain: Path) -> tuple[Path, _Kept]:
    """The file at ``plain`` sealed at another place; the plain one is gone."""
    path = fresh_path()
    kept = _Kept(path)
    try:
        with plain.open("rb") as file:
            write(path, seal(_pieces(file)))
    finally:
        plain.unlink(missing_ok=True)
    return path, kept


def keep(*, actor: Actor, examined: Examined) -> StoredFile:
    """The row of an examined upload; a transaction that rolls back takes the file along."""
    stored = StoredFile.objects.create(
        name=examined.name,
        path=examined.path.relative_to(_root()).as_posix(),
        content_type=examined.content_type,
        size=examined.size,
        sha256=examined.sha256,
        pages=examined.pages,
        protected=examined.protected,
        scan=examined.scan,
        scanned_at=actor.now if examined.scan == StoredFile.Scan.CLEAN else None,
        uploaded_by=actor.user,
        uploaded_at=actor.now,
    )
    transaction.on_commit(examined.kept.commit)
    return stored


def store_bytes(*, actor: Actor, content: bytes, name: str, content_type: str) -> StoredFile:
    """Keep what the portal made itself, a rendered document say, and return its row."""
    path = fresh_path()
    kept = _Kept(path)
    write(path, [content])
    digest, scan = hashlib.sha256(content).hexdigest(), StoredFile.Scan.OWN
    name = clean_name(name)
    return keep(actor=actor, examined=Examined(path, name, content_type, len(content), digest, None, False, scan, kept))


def made_at(path: Path, *, name: str, content_type: str, protected: bool = False) -> Examined:
    """What the portal wrote itself at a `fresh_path`, however large, ready for `keep`; sealed if ``protected``.

    Takes seconds: hold no lock.
    """
    kept = _Kept(path)
    digest, size = _digest(path)
    if protected:
        path, kept = _sealed(path)
    return Examined(path, clean_name(name), content_type, size, digest, None, protected, StoredFile.Scan.OWN, kept)


def discard(stored: StoredFile) -> None:
    """Remove a file whose time is over, row and content; the owner has let go of it in the same transaction."""
    path = _root() / stored.path
    stored.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def read(stored: StoredFile) -> BinaryIO:
    """The content, open for reading. Raises FileNotFoundError when the store has lost it, Unreadable when it was
    tampered with.
    """
    path = _root().joinpath(stored.path)
    return open_sealed(path) if stored.protected else path.open("rb")


def respond(stored: StoredFile, *, inline: bool = False) -> FileResponse:
    """The file as an answer no browser will run: the caller has already made sure the reader may have it.

    Raises PermissionDenied, in words, for one that was not found free of viruses; Http404 when the store has lost the
    file or cannot read it, and says so in the log.
    """
    if stored.held:
        raise PermissionDenied(stored.held)
    try:
        content = read(stored)
    except (FileNotFoundError, Unreadable) as problem:
        _log.error("stored file %s cannot be read: %s", stored.public_id, problem)
        raise Http404 from None
    response = FileResponse(content, as_attachment=not inline, filename=stored.name, content_type=stored.content_type)
    response["Content-Length"] = stored.size
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    # Browsers refuse to show a PDF in a sandbox; as the content type is fixed, it can do no harm without one.
    framed = inline and stored.content_type == "application/pdf"
    response["Content-Security-Policy"] = "default-src 'none'" if framed else "sandbox; default-src 'none'"
    return response


def quarantine(stored: StoredFile) -> None:
    """Put an infected file where nothing of the portal opens it; whoever cleans up finds it there."""
    folder = _root() / QUARANTINE
    folder.mkdir(mode=0o700, exist_ok=True)
    path = _root() / stored.path
    if path.exists():
        path.chmod(0o400)
        path.rename(folder / stored.public_id)


QUARANTINE = "quarantine"


def remove_orphans(*, before: datetime) -> int:
    """Remove files older than ``before`` that no row knows, left by a process that was killed. Returns how many."""
    root, removed = _root(), 0
    for folder in sorted(each for each in root.iterdir() if each.is_dir() and len(each.name) == 2):
        known = set(StoredFile.objects.filter(path__startswith=f"{folder.name}/").values_list("path", flat=True))
        for path in folder.iterdir():
            if f"{folder.name}/{path.name}" not in known and path.stat().st_mtime < before.timestamp():
                path.unlink(missing_ok=True)
                removed += 1
    return removed


def _root() -> Path:
    return Path(settings.MEDIA_ROOT)


def fresh_path() -> Path:
    """A place in the store under a name nobody can guess; its folder exists, the file does not."""
    opaque = secrets.token_hex(20)
    folder = _root() / opaque[:2]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / opaque[2:]


def write(path: Path, chunks: Iterable[bytes]) -> None:
    """Write the chunks so that they survive a power cut. Leaves nothing behind on failure."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(MEGABYTE):
        yield piece


def _digest(path: Path) -> tuple[str, int]:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size


def _refused(message: str, code: str) -> RuleViolation:
    return RuleViolation(clause="4.1-materials", message=message, field="file", code=code)
