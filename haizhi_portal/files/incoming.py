"""Uploads that arrive piece by piece: begun, continued wherever they broke off, complete, then used once.

Where the pieces lie is the portal's own choice; their order is kept by the row, whose lock each piece is written under.
"""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from haizhi_portal.audit.actor import Actor
from haizhi_portal.files.models import Incoming
from haizhi_portal.files.names import clean_name
from haizhi_portal.files.store import MEGABYTE, fresh_path, write
from haizhi_portal.policy.verdict import Conflict, RuleViolation

CLAUSE = "4.1-materials"
PIECE = MEGABYTE
LASTS = timedelta(days=1)
MOST_AT_ONCE = 20


class OutOfStep(Exception):
    """The piece does not follow what is there; ``received`` says how much that is."""

    def __init__(self, received: int) -> None:
        super().__init__(received)
        self.received = received


@transaction.atomic
def begin(*, actor: Actor, purpose: str, name: str, size: int, max_megabytes: int) -> Incoming:
    """A new upload of that many bytes. Raises RuleViolation (field "file") for one too large, or one too many."""
    shown = clean_name(name)
    if not 0 < size <= max_megabytes * MEGABYTE:
        words = _("“%(name)s”是空的（0 字节）。请打开原文件确认有内容后重新上传。")
        if size > 0:
            words = _(
                "“%(name)s”超过 %(limit)s MB，没有保存。请压缩或拆成几份后上传；扫描件用 150–200 dpi 的灰度即可。"
            )
        raise _refused(
            words % {"name": shown, "limit": max_megabytes}, "file_too_large" if size > 0 else "file_refused"
        )
    own = Incoming.objects.select_for_update().filter(owner=actor.user, used=False)
    if len(own) >= MOST_AT_ONCE:
        raise _refused(_("没有传完的文件已有 %(most)d 个，请先传完或取消。") % {"most": MOST_AT_ONCE}, "too_many")
    path = fresh_path()
    write(path, [])
    return Incoming.objects.create(
        owner=actor.user,
        purpose=purpose,
        name=shown,
        path=path.relative_to(settings.MEDIA_ROOT).as_posix(),
        size=size,
        begun_at=actor.now,
    )


def own(*, actor: Actor, public_id: str) -> Incoming | None:
    """This person's own upload of that name whose time is not over."""
    rows = Incoming.objects.filter(owner=actor.user, public_id=public_id, begun_at__gt=actor.now - LASTS)
    return rows.first()


@transaction.atomic
def append(*, incoming: Incoming, offset: int, piece: bytes) -> Incoming:
    """Write the piece that begins at ``offset``. Raises OutOfStep unless exactly so much is there already.

    A piece sent twice is out of step the second time and changes nothing.
    """
    row = Incoming.objects.select_for_update().get(pk=incoming.pk)
    if row.used or offset != row.received or not piece or len(piece) > PIECE or row.received + len(piece) > row.size:
        raise OutOfStep(row.received)
    with _place(row).open("r+b") as file:
        file.seek(offset)
        file.write(piece)
        file.truncate()
    row.received += len(piece)
    row.save(update_fields=["received"])
    return row


def arrived(incoming: Incoming) -> File:
    """The complete upload, to be examined as any other. Raises OutOfStep while something of it is missing."""
    if incoming.received != incoming.size:
        raise OutOfStep(incoming.received)
    return File(_place(incoming).open("rb"), name=incoming.name)


def use(incoming: Incoming) -> None:
    """Mark the upload as used, within the transaction that uses it. Raises Conflict when it already was."""
    row = Incoming.objects.select_for_update().get(pk=incoming.pk)
    if row.used:
        raise Conflict(clause=CLAUSE, message=_("“%(name)s”已经上传。") % {"name": row.name}, code="used")
    row.used = True
    row.save(update_fields=["used"])
    transaction.on_commit(lambda: _place(row).unlink(missing_ok=True))


def discard(incoming: Incoming) -> None:
    """Forget an upload that was cancelled or refused, and what arrived of it."""
    Incoming.objects.filter(pk=incoming.pk, used=False).delete()
    _place(incoming).unlink(missing_ok=True)


def remove_expired(*, before: datetime) -> int:
    """Forget what was begun before that instant. Returns how many."""
    expired = list(Incoming.objects.filter(begun_at__lt=before))
    for row in expired:
        place = _place(row)
        row.delete()
        place.unlink(missing_ok=True)
    return len(expired)


def _place(row: Incoming) -> Path:
    return Path(settings.MEDIA_ROOT) / row.path


def _refused(message: str, code: str) -> RuleViolation:
    return RuleViolation(clause=CLAUSE, message=message, field="file", code=code)
