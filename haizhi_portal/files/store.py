"""The private store: files under opaque names in one folder, reached only through the routes of their owners."""

import hashlib
import logging
import os
import secrets
import weakref
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import FileResponse, Http404
from django.utils.translation import gettext as _

from haizhi_portal.audit.actor import Actor
from haizhi_portal.files.kinds import NotAcceptable, recognise
from haizhi_portal.files.models import StoredFile
from haizhi_portal.files.names import clean_name, extension
from haizhi_portal.policy.verdict import RuleViolation

MEGABYTE = 1024 * 1024
_log = logging.getLogger(__name__)


class _Kept:
    """Lives as long as the transaction may still commit; a file whose transaction rolled back goes with it."""

    def __init__(self, path: Path) -> None:
        self._rescue = weakref.finalize(self, path.unlink, missing_ok=True)

    def commit(self) -> None:
        self._rescue.detach()


def store_upload(
    *,
    actor: Actor,
    upload: UploadedFile,
    allow: tuple[str, ...] = ("pdf", "jpg", "png", "docx"),
    max_megabytes: int,
    name: str | None = None,
) -> StoredFile:
    """Keep an upload, once its content has been looked at, and return its row.

    ``allow`` holds keys of `kinds.KINDS`; ``name`` replaces the name it came with. Raises RuleViolation
    (`4.1-materials`, field "file") for one that is empty, too large, broken, locked, or not what it claims to be.
    """
    shown = clean_name(name or upload.name or "")
    if getattr(upload, "too_large", False) or (upload.size or 0) > max_megabytes * MEGABYTE:
        raise _refused(
            _("“%(name)s”超过 %(limit)s MB，没有保存。请压缩或拆成几份后上传；扫描件用 150–200 dpi 的灰度即可。")
            % {"name": shown, "limit": max_megabytes},
            "file_too_large",
        )
    path = _fresh_path()
    digest, size = _write(path, upload.chunks())
    try:
        kind = recognise(path, ending=extension(shown), allow=allow)
    except NotAcceptable as problem:
        path.unlink(missing_ok=True)
        raise _refused(_("“%(name)s”：%(problem)s") % {"name": shown, "problem": problem}, "file_refused") from None
    return _keep(actor, path, shown, kind.content_type, digest, size)


def store_bytes(*, actor: Actor, content: bytes, name: str, content_type: str) -> StoredFile:
    """Keep what the portal made itself, a rendered document say, and return its row."""
    path = _fresh_path()
    digest, size = _write(path, [content])
    return _keep(actor, path, clean_name(name), content_type, digest, size)


def read(stored: StoredFile) -> BinaryIO:
    """The content, open for reading. Raises FileNotFoundError when the store has lost it."""
    return _root().joinpath(stored.path).open("rb")


def respond(stored: StoredFile, *, inline: bool = False) -> FileResponse:
    """The file as an answer no browser will run: the caller has already made sure the reader may have it.

    Raises Http404 when the store has lost the file, and says so in the log.
    """
    try:
        content = read(stored)
    except FileNotFoundError:
        _log.error("stored file %s is missing from the store", stored.public_id)
        raise Http404 from None
    response = FileResponse(content, as_attachment=not inline, filename=stored.name, content_type=stored.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    # Browsers refuse to show a PDF in a sandbox; as the content type is fixed, it can do no harm without one.
    framed = inline and stored.content_type == "application/pdf"
    response["Content-Security-Policy"] = "default-src 'none'" if framed else "sandbox; default-src 'none'"
    return response


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


def _fresh_path() -> Path:
    opaque = secrets.token_hex(20)
    folder = _root() / opaque[:2]
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / opaque[2:]


def _write(path: Path, chunks: Iterable[bytes]) -> tuple[str, int]:
    """Write the chunks so that they survive a power cut; SHA-256 and size. Leaves nothing behind on failure."""
    digest, size = hashlib.sha256(), 0
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
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
    return digest.hexdigest(), size


def _keep(actor: Actor, path: Path, name: str, content_type: str, digest: str, size: int) -> StoredFile:
    kept = _Kept(path)
    stored = StoredFile.objects.create(
        name=name,
        path=path.relative_to(_root()).as_posix(),
        content_type=content_type,
        size=size,
        sha256=digest,
        uploaded_by=actor.user,
        uploaded_at=actor.now,
    )
    transaction.on_commit(kept.commit)
    return stored


def _refused(message: str, code: str) -> RuleViolation:
    return RuleViolation(clause="4.1-materials", message=message, field="file", code=code)
