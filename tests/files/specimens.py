"""Files of every kind a person, honest or not, might upload."""

import io
import struct
import zipfile
import zlib

import pikepdf

DOCX_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def pdf(*, pages: int = 1, password: str = "", owner_only: bool = False) -> bytes:
    document, out = pikepdf.new(), io.BytesIO()
    for _ in range(pages):
        document.add_blank_page()
    encryption = pikepdf.Encryption(owner="o", user="" if owner_only else password) if password or owner_only else False
    document.save(out, encryption=encryption)
    return out.getvalue()


def png(*, width: int = 1, height: int = 1) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * (width + 1) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def jpg() -> bytes:
    def segment(marker: int, body: bytes) -> bytes:
        return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body

    return (
        b"\xff\xd8"
        + segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0")
        + segment(0xDB, b"\0" + b"\x01" * 64)
        + segment(0xC0, b"\x08\0\x01\0\x01\x01\x01\x11\0")
        + segment(0xC4, b"\0" + b"\0" * 16)
        + segment(0xDA, b"\x01\x01\0\0\x3f\0")
        + b"\x00\xff\xd9"
    )


def archive(entries: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries.items():
            packed.writestr(name, content)
    return out.getvalue()


def docx(*, types: str = DOCX_MAIN, extra: dict[str, bytes] | None = None, without: str = "") -> bytes:
    entries = {
        "[Content_Types].xml": f'<Types><Override PartName="/word" ContentType="{types}"/></Types>'.encode(),
        "_rels/.rels": b"<Relationships/>",
        "word/document.xml": b"<?xml version='1.0'?><w:document/>",
        **(extra or {}),
    }
    entries.pop(without, None)
    return archive(entries)


def locked_archive() -> bytes:
    """A Word file whose entries claim to be encrypted."""
    content = bytearray(docx())
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = content.find(signature)
        while place >= 0:
            content[place + flags] |= 1
            place = content.find(signature, place + 4)
    return bytes(content)


PROGRAM = b"MZ\x90\x00\x03" + b"\0" * 500
