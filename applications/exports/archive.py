"""Applications as archives: every version's PDF, the originals, a directory for people and one for programs, digests.

Files are copied piece by piece from the private store into the archive; nothing is held whole in memory.
"""

import hashlib
import json
import zipfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, BinaryIO

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from applications.actions.viewing import taken_along
from applications.exports.work import Work
from applications.models import Application, Material
from applications.queries import materials_visible_to, submissions_visible_to
from applications.sections import MATERIALS
from applications.standing import state_words
from haizhi_portal.documents.actions.rendering import attach_rendering
from haizhi_portal.documents.models import Document
from haizhi_portal.files.models import StoredFile
from haizhi_portal.files.names import clean_name
from haizhi_portal.files.sealing import Unreadable
from haizhi_portal.files.store import read
from haizhi_portal.policy.periods import SHANGHAI

CONTENT_TYPE = "application/zip"
CHUNK = 1024 * 1024
# Already compressed: packing them again costs time and saves nothing.
_PACKED = frozenset({"application/pdf", "image/jpeg", "image/png"})
_FORBIDDEN = str.maketrans(dict.fromkeys('\\/:*?"<>|', " "))


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the directory; ``path`` is empty for what is not in the archive, and ``note`` says why."""

    title: str
    name: str
    path: str = ""
    size: int = 0
    sha256: str = ""
    pages: int | None = None
    note: str = ""


def write_archive(work: Work) -> tuple[str, str]:
    """Pack every application of the job, each in its folder; the archive's name and content type."""
    folders = []
    with zipfile.ZipFile(work.path, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as archive:
        done = 0
        for applications in work.in_order():
            for application in applications:
                folders.append(_Folder(work, archive, application).write())
                done += 1
                work.pulse(done)
        if len(work.job.selection) > 1:
            _write_whole_index(work, archive, folders)
    if work.job.application is not None:
        return clean_name(f"{_safe(folders[0]['folder'])}.zip"), CONTENT_TYPE
    day = work.actor.today.isoformat()
    return _("申报档案-%(day)s-%(count)d项.zip") % {"day": day, "count": len(folders)}, CONTENT_TYPE


class _Folder:
    """One application's part of the archive."""

    def __init__(self, work: Work, archive: zipfile.ZipFile, application: Application) -> None:
        self.work, self.archive, self.application = work, archive, application
        self.name = _safe(f"{application.number} {application.organisation.name}")
        self.sums: list[tuple[str, str]] = []

    def write(self) -> dict[str, Any]:
        """Write it whole; what the directory of a larger archive says of it."""
        versions = list(self._versions())
        materials = list(self._materials())
        facts = self._facts()
        listing = {
            **facts,
            "versions": [asdict(each) for each in versions],
            "materials": [asdict(each) for each in materials],
        }
        self._add_text("目录.json", json.dumps(listing, ensure_ascii=False, indent=2))
        page = {"facts": facts, "versions": versions, "materials": materials, "job": self.work.job}
        self._add_text("目录.html", render_to_string("applications/archive_index.html", page))
        lines = "".join(f"{digest}  {path}\n" for path, digest in self.sums)
        _write_text(self.work, self.archive, f"{self.name}/SHA256SUMS.txt", lines)
        return {"folder": self.name, **facts, "files": len([each for each in (*versions, *materials) if each.path])}

    def _facts(self) -> dict[str, Any]:
        row = self.application
        return {
            "number": row.number,
            "year": row.call.year,
            "organisation": row.organisation.name,
            "credit_code": row.organisation.credit_code,
            "state": state_words(row, self.work.actor.today),
            "exported_at": self.work.clock().astimezone(SHANGHAI).isoformat(timespec="seconds"),
            "export": self.work.job.public_id,
        }

    def _versions(self) -> Iterator[Entry]:
        rows = submissions_visible_to(self.work.actor.user).filter(application=self.application)
        for row in rows.defer("content").select_related("print__file").order_by("version"):
            title, name = _("第 %(version)d 版申报书") % {"version": row.version}, f"申报书/第{row.version}版.pdf"
            document = self._printed(row.print)
            if document is None or document.file is None:
                yield Entry(title, name, note=_("打印件还没有制作成功，请稍后重新导出"))
                continue
            note = _("校验码 %(code)s") % {"code": document.verify_code}
            yield self._copied(document.file, title, name, note)

    def _printed(self, document: Document | None) -> Document | None:
        """The version's document, set now if the worker has not come to it."""
        if document is None or document.file is not None:
            return document
        try:
            return attach_rendering(document_id=document.pk, now=self.work.clock(), apart=True)
        except RuntimeError:
            return None

    def _materials(self) -> Iterator[Entry]:
        rows = materials_visible_to(self.work.actor.user).filter(application=self.application)
        for place, row in enumerate(rows.order_by("kind", "pk"), 1):
            title = str(_(MATERIALS[row.kind].title))
            if _is_identity(row) and not self.work.job.with_identity:
                yield Entry(title, row.file.name, note=_("身份证件不随档案导出，请在门户内查看"))
            elif row.file.held:
                yield Entry(title, row.file.name, note=row.file.held)
            else:
                if _is_identity(row):
                    taken_along(actor=self.work.actor, material=row, reason=self.work.job.reason)
                name = f"材料/{place:02d} {_safe(title)}/{_safe(row.file.name)}"
                note = _("后来移除，属于较早的版本") if row.removed_at else ""
                yield self._copied(row.file, title, name, note)

    def _copied(self, stored: StoredFile, title: str, name: str, note: str) -> Entry:
        try:
            source = read(stored)
        except (FileNotFoundError, Unreadable):
            return Entry(title, stored.name, note=_("存储中读不出这个文件，请联系系统管理员"))
        with source:
            digest, size = self._stream(source, name, packed=stored.content_type in _PACKED)
        self.sums.append((name, digest))
        if digest != stored.sha256:
            note = _("内容与登记的摘要不符，请联系系统管理员")
        return Entry(title, stored.name, name, size, digest, stored.pages, note)

    def _stream(self, source: BinaryIO, name: str, *, packed: bool) -> tuple[str, int]:
        digest, size = hashlib.sha256(), 0
        place = _place(self.work, f"{self.name}/{name}", packed=packed)
        with self.archive.open(place, "w", force_zip64=True) as target:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                target.write(chunk)
                self.work.pulse()
        return digest.hexdigest(), size

    def _add_text(self, name: str, text: str) -> None:
        digest = _write_text(self.work, self.archive, f"{self.name}/{name}", text)
        self.sums.append((name, digest))


def _write_whole_index(work: Work, archive: zipfile.ZipFile, folders: list[dict[str, Any]]) -> None:
    listing = {"export": work.job.public_id, "filters": work.job.filters, "applications": folders}
    _write_text(work, archive, "总目录.json", json.dumps(listing, ensure_ascii=False, indent=2))
    page = render_to_string("applications/archive_contents.html", {"folders": folders, "job": work.job})
    _write_text(work, archive, "总目录.html", page)


def _write_text(work: Work, archive: zipfile.ZipFile, name: str, text: str) -> str:
    content = text.encode("utf-8", "replace")
    archive.writestr(_place(work, name, packed=False), content)
    return hashlib.sha256(content).hexdigest()


def _place(work: Work, name: str, *, packed: bool) -> zipfile.ZipInfo:
    place = zipfile.ZipInfo(name, date_time=work.clock().astimezone(SHANGHAI).timetuple()[:6])
    place.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
    place.external_attr = 0o600 << 16
    return place


def _is_identity(material: Material) -> bool:
    return material.file.protected or material.kind == Material.MaterialKind.REPRESENTATIVE_ID


def _safe(name: str) -> str:
    """A name that every system can unpack: no path, no sign Windows forbids."""
    return clean_name(name.translate(_FORBIDDEN))
