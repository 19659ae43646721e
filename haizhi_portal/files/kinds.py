"""What a file really is: its content is looked at, its name and declared type are not believed."""

import contextlib
import mmap
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import puremagic
from django.utils.translation import gettext as _

from haizhi_portal.files import pdfs

LARGEST_UNPACKED = 500 * 1024 * 1024
MOST_ENTRIES = 5000
_HEAD = 4096


class NotAcceptable(Exception):
    """The file is not what it claims to be, or cannot be read; the text says so and how to mend it."""


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file the portal takes: key, content type it is served as, endings, and the look at its content."""

    key: str
    label: str
    content_type: str
    endings: tuple[str, ...]
    magic: bytes
    look: Callable[[Path], None]


def recognise(path: Path, *, ending: str, allow: tuple[str, ...]) -> FileKind:
    """The kind of the file at ``path``, whose name ends in ``ending``; one of ``allow``.

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
    kind.look(path)
    return kind


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


def _look_at_pdf(path: Path) -> None:
    _refuse_second_nature(path)
    problem = {
        pdfs.LOCKED: _("PDF 设有打开密码，评审人员无法打开。请取消密码后重新上传。"),
        pdfs.RESTRICTED: _("PDF 设有密码或权限限制，评审人员无法打开。请取消加密后重新上传。"),
        pdfs.WITHOUT_PAGES: _("PDF 里没有页面。请重新导出后上传。"),
        pdfs.BROKEN: _("PDF 已损坏，打不开。请在本机确认能打开，重新导出后上传。"),
    }.get(pdfs.examine(path))
    if problem is not None:
        raise NotAcceptable(problem)


def _look_at_jpg(path: Path) -> None:
    _refuse_second_nature(path)
    with _mapped(path) as content:
        whole = b"\xff\xd9" in content[-65536:] and _has_frame(content)
    if not whole:
        raise NotAcceptable(_("JPG 图片不完整或已损坏。请在本机确认能打开，重新保存后上传。"))


@contextlib.contextmanager
def _mapped(path: Path) -> Iterator[mmap.mmap]:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        yield content


def _has_frame(content: mmap.mmap) -> bool:
    """Whether the segments of a JPEG lead to a frame of some width and height before the picture data."""
    place = 2
    while place + 9 < len(content) and content[place] == 0xFF:
        marker, length = content[place + 1], int.from_bytes(content[place + 2 : place + 4], "big")
        if marker in _FRAMES:
            return content[place + 5 : place + 7] != b"\0\0" != content[place + 7 : place + 9]
        if marker == 0xDA or length < 2:
            return False
        place += 1 if marker == 0xFF else 2 + length
    return False


_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


def _look_at_png(path: Path) -> None:
    _refuse_second_nature(path)
    with _mapped(path) as content:
        whole = content[8:16] == b"\0\0\0\rIHDR" and content[-8:-4] == b"IEND" and content.find(b"IDAT") > 0
    if not whole:
        raise NotAcceptable(_("PNG 图片不完整或已损坏。请在本机确认能打开，重新保存后上传。"))


def _refuse_second_nature(path: Path) -> None:
    if zipfile.is_zipfile(path):
        raise NotAcceptable(_("文件末尾附带了一个压缩包，不能接收。请用原软件重新导出后上传。"))


def _look_at_docx(path: Path) -> None:
    broken = _("Word 文件已损坏，打不开。请用 Word 或 WPS 打开，另存为 .docx 后上传。")
    if _has_too_many_entries(path):
        raise NotAcceptable(_too_large())
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
            if b"wordprocessingml.document.main+xml" not in types:
                raise NotAcceptable(_("这不是 Word 文件。请用 Word 或 WPS 另存为 .docx 后上传。"))
            with archive.open("word/document.xml") as part:
                if not part.read(64).lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
                    raise NotAcceptable(broken)
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


def _too_large() -> str:
    return _("Word 文件展开后过大，不能接收。请压缩其中的图片后重新上传。")


def _has_too_many_entries(path: Path) -> bool:
    """Counted without reading the list of entries, which itself would fill the memory."""
    with _mapped(path) as content:
        place = count = 0
        while count <= MOST_ENTRIES and (place := content.find(_ENTRY, place) + 1):
            count += 1
    return count > MOST_ENTRIES


# How each entry begins in the list at the end of a ZIP archive.
_ENTRY = b"PK\x01\x02"


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
