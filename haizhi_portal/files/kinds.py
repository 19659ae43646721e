"""What a file really is: its content is looked at, its name and declared type are not believed."""

import contextlib
import mmap
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import puremagic
from django.utils.translation import gettext as _

from haizhi_portal.files import images, pdfs

LARGEST_UNPACKED = 500 * 1024 * 1024
MOST_ENTRIES = 5000
LONGEST_APPENDIX = 1024
_HEAD = 4096


class NotAcceptable(Exception):
    """The file is not what it claims to be, or cannot be read; the text says so and how to mend it."""


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file the portal takes: key, content type it is served as, endings, and the look at its content.

    The look answers with the number of pages, None where the content does not say, and paints pictures anew.
    """

    key: str
    label: str
    content_type: str
    endings: tuple[str, ...]
    magic: bytes
    look: Callable[[Path], int | None]


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a file turned out to be."""

    kind: FileKind
    pages: int | None

    @property
    def key(self) -> str:
        return self.kind.key


def recognise(path: Path, *, ending: str, allow: tuple[str, ...]) -> Recognised:
    """What the file at ``path``, whose name ends in ``ending``, is; one of ``allow``. A picture is painted anew there.

    Raises NotAcceptable for any other content, for a name of another kind, and for what is broken or locked.
    """
    head = path.open("rb").read(_HEAD)
    if not head:
        raise NotAcceptable(_("文件是空的（0 字节）。请打开原文件确认有内容后重新上传。"))
    wanted = "、".join(KINDS[key].label for key in allow)
    kind = next((KINDS[key] for key in allow if head.startswith(KINDS[key].magic)), None)
    if kind is None or kind.content_type not in _possible_types(head):
        raise NotAcceptable(
            _("文件内容不是%(wanted)s%(really)s。只改扩展名不会改变文件类型，请用原软件另存或导出后再上传。")
            % {"wanted": wanted, "really": _really(head)}
        )
    if ending not in kind.endings:
        raise NotAcceptable(
            _("文件内容是%(label)s，扩展名却是“%(ending)s”。请把扩展名改为 .%(right)s 后重新上传。")
            % {"label": kind.label, "ending": ending or _("无"), "right": kind.endings[0]}
        )
    return Recognised(kind, kind.look(path))


def _possible_types(head: bytes) -> set[str]:
    try:
        return {match.mime_type for match in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        return set()


_DISGUISES: tuple[tuple[bytes, str], ...] = (
    (b"MZ", "Windows 程序"),
    (b"\x7fELF", "Linux 程序"),
    (b"#!", "脚本程序"),
    (b"\xd0\xcf\x11\xe0", "旧版或加密的 Office 文件"),
    (b"PK", "压缩包"),
    (b"Rar!", "压缩包"),
    (b"7z\xbc\xaf", "压缩包"),
    (b"%PDF-", "PDF"),
    (b"\xff\xd8\xff", "JPG 图片"),
    (b"\x89PNG", "PNG 图片"),
)


def _really(head: bytes) -> str:
    for magic, words in _DISGUISES:
        if head.startswith(magic):
            return _("，而是%(words)s") % {"words": words}
    if head.lstrip()[:1] == b"<":
        return _("，而是网页或标记文本")
    return ""


def _look_at_pdf(path: Path) -> int | None:
    _refuse_second_nature(path)
    _refuse_appendix(path)
    finding = pdfs.examine(path)
    problem = {
        pdfs.LOCKED: _("PDF 设有打开密码，评审人员无法打开。请取消密码后重新上传。"),
        pdfs.RESTRICTED: _("PDF 设有密码或权限限制，评审人员无法打开。请取消加密后重新上传。"),
        pdfs.WITHOUT_PAGES: _("PDF 里没有页面。请重新导出后上传。"),
        pdfs.BROKEN: _("PDF 已损坏，打不开。请在本机确认能打开，重新导出后上传。"),
        pdfs.ACTIVE: _(
            "PDF 里有会自动运行的内容（脚本、动态表单或多媒体），不能接收。请用“打印为 PDF”另存一份后上传。"
        ),
        pdfs.CARRIES_FILES: _("PDF 里夹带了其他文件，不能接收。请取出后分别上传，或用“打印为 PDF”另存一份后上传。"),
    }.get(finding.problem)
    if problem is not None:
        raise NotAcceptable(problem)
    return finding.pages


def _refuse_appendix(path: Path) -> None:
    """What follows the end of a PDF is nothing its readers show, and may be anything."""
    with _mapped(path) as content:
        end = content.rfind(b"%%EOF")
        appendix = b"" if end < 0 else content[end + 5 : end + 5 + 4096].strip(b"\0 \t\r\n\f")
    if len(appendix) > LONGEST_APPENDIX:
        raise NotAcceptable(_("PDF 末尾附带了其他内容，不能接收。请用原软件重新导出后上传。"))


def _look_at_jpg(path: Path) -> int:
    _refuse_second_nature(path)
    with _mapped(path) as content:
        whole = b"\xff\xd9" in content[-65536:]
    _paint_anew(path, whole, _("JPG 图片不完整或已损坏。请在本机确认能打开，重新保存后上传。"))
    return 1


def _look_at_png(path: Path) -> int:
    _refuse_second_nature(path)
    with _mapped(path) as content:
        whole = content[-8:-4] == b"IEND"
    _paint_anew(path, whole, _("PNG 图片不完整或已损坏。请在本机确认能打开，重新保存后上传。"))
    return 1


def _paint_anew(path: Path, whole: bool, broken: str) -> None:
    outcome = images.renew(path) if whole else images.BROKEN
    if outcome == images.TOO_MANY_PIXELS:
        raise NotAcceptable(
            _("图片超过 %(most)d 万像素，不能接收。请用 150–300 dpi 重新扫描，或缩小后上传。")
            % {"most": images.MOST_PIXELS // 10_000}
        )
    if outcome != images.FINE:
        raise NotAcceptable(broken)


@contextlib.contextmanager
def _mapped(path: Path) -> Iterator[mmap.mmap]:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        yield content


def _refuse_second_nature(path: Path) -> None:
    if zipfile.is_zipfile(path):
        raise NotAcceptable(_("文件末尾附带了一个压缩包，不能接收。请用原软件重新导出后上传。"))


def _look_at_docx(path: Path) -> int | None:
    broken = _("Word 文件已损坏，打不开。请用 Word 或 WPS 打开，另存为 .docx 后上传。")
    if _has_too_many_entries(path):
        raise NotAcceptable(_too_large())
    with _mapped(path) as content:
        if content[-22:-18] != _END_OF_ARCHIVE:
            raise NotAcceptable(broken)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            if any(entry.flag_bits & 1 for entry in entries):
                raise NotAcceptable(_("Word 文件加了密，评审人员无法打开。请取消密码后重新上传。"))
            if sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
                raise NotAcceptable(_too_large())
            if any(_leads_outside(name) for name in names) or {"[Content_Types].xml", "word/document.xml"} - names:
                raise NotAcceptable(_("这是压缩包，不是 Word 文件。请用 Word 或 WPS 另存为 .docx 后上传。"))
            with archive.open("[Content_Types].xml") as part:
                types = part.read(1024 * 1024)
            if b"macroEnabled" in types or any(name.lower().endswith("vbaproject.bin") for name in names):
                raise NotAcceptable(_("Word 文件里有宏，不能接收。请另存为不带宏的 .docx 后上传。"))
            if any(name.lower().startswith(_PROGRAMS_INSIDE) and name.lower().endswith(".bin") for name in names):
                raise NotAcceptable(_("Word 文件里嵌有程序或其他文件，不能接收。请删除嵌入的对象后重新上传。"))
            if _asks_elsewhere(archive, names):
                raise NotAcceptable(_("Word 文件引用了外部模板，不能接收。请另存为不带模板的 .docx 后上传。"))
            if b"wordprocessingml.document.main+xml" not in types:
                raise NotAcceptable(_("这不是 Word 文件。请用 Word 或 WPS 另存为 .docx 后上传。"))
            with archive.open("word/document.xml") as part:
                beginning = part.read(2048).lstrip(b"\xef\xbb\xbf \r\n\t")
                if not beginning.startswith(b"<") or b"<!DOCTYPE" in beginning:
                    raise NotAcceptable(broken)
            return _pages_said(archive, names)
    except _UNREADABLE:
        raise NotAcceptable(broken) from None


_UNREADABLE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    NotImplementedError,
    OSError,
    EOFError,
    ValueError,
    RuntimeError,
)


_PROGRAMS_INSIDE = ("word/embeddings/", "word/activex/")
_SETTINGS_LINKS = "word/_rels/settings.xml.rels"
_PROPERTIES = "docProps/app.xml"


def _asks_elsewhere(archive: zipfile.ZipFile, names: set[str]) -> bool:
    """Whether Word would fetch a template from another place when it opens the file."""
    if _SETTINGS_LINKS not in names:
        return False
    with archive.open(_SETTINGS_LINKS) as part:
        links = part.read(256 * 1024)
    return (
        re.search(rb"attachedTemplate", links) is not None
        and re.search(rb"[\"'](https?:)?(//|\\\\)", links) is not None
    )


def _pages_said(archive: zipfile.ZipFile, names: set[str]) -> int | None:
    """The number of pages Word last counted; None where it wrote none down."""
    if _PROPERTIES not in names:
        return None
    with archive.open(_PROPERTIES) as part:
        found = re.search(rb"<Pages>(\d{1,5})</Pages>", part.read(64 * 1024))
    return (int(found[1]) or None) if found else None


def _too_large() -> str:
    return _("Word 文件展开后过大，不能接收。请压缩其中的图片后重新上传。")


def _has_too_many_entries(path: Path) -> bool:
    """Counted without reading the list of entries, which itself would fill the memory."""
    with _mapped(path) as content:
        place = count = 0
        while count <= MOST_ENTRIES and (place := content.find(_ENTRY, place) + 1):
            count += 1
    return count > MOST_ENTRIES


# How each entry begins in the list at the end of a ZIP archive, and how the end itself does.
_ENTRY = b"PK\x01\x02"
_END_OF_ARCHIVE = b"PK\x05\x06"


def _leads_outside(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return name.startswith(("/", "\\")) or ".." in parts or ":" in name


KINDS: dict[str, FileKind] = {
    kind.key: kind
    for kind in (
        FileKind("pdf", "PDF", "application/pdf", ("pdf",), b"%PDF-", _look_at_pdf),
        FileKind("jpg", "JPG 图片", "image/jpeg", ("jpg", "jpeg"), b"\xff\xd8\xff", _look_at_jpg),
        FileKind("png", "PNG 图片", "image/png", ("png",), b"\x89PNG\r\n\x1a\n", _look_at_png),
        FileKind(
            "docx",
            "Word 文件（.docx）",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            ("docx",),
            b"PK\x03\x04",
            _look_at_docx,
        ),
    )
}
