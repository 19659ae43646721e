"""A check code read from photographs: straight, turned, noisy, small; and pictures that are refused."""

import io
import random
import struct
import zlib

import pytest
import segno
import zxingcpp
from PIL import Image, ImageDraw, ImageFile, ImageFilter

from applications.barcodes import MOST_BYTES, code_in_picture
from haizhi_portal.policy.verdict import RuleViolation

pytestmark = [pytest.mark.once, pytest.mark.clause("4.1-paper")]
CODE = "ABCD2345EFGH6789"
ADDRESS = f"https://haizhi.example.org/verify/{CODE}/"


def qr(text: str = ADDRESS) -> Image.Image:
    buffer = io.BytesIO()
    segno.make(text, error="m", micro=False).save(buffer, kind="png", scale=6, border=4)
    return Image.open(buffer).convert("L")


def code_128(text: str = CODE) -> Image.Image:
    barcode = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.Code128)
    drawn = Image.fromarray(barcode.to_image(scale=3))  # type: ignore[attr-defined]
    return drawn.convert("L").resize((drawn.width, max(drawn.height, 120)))


def paper_with(symbol: Image.Image, *, turned: float = 0, noise: int = 0, blur: float = 0) -> bytes:
    """A page with the symbol and some print around it, as a camera sees it."""
    page = Image.new("L", (1400, 1400), 235)
    draw = ImageDraw.Draw(page)
    for line in range(60, 400, 40):
        draw.rectangle((100, line, 1300, line + 8), fill=60)
    page.paste(symbol, ((1400 - symbol.width) // 2, 600))
    page = page.rotate(turned, expand=True, fillcolor=235).filter(ImageFilter.GaussianBlur(blur))
    if noise:
        grain = Image.frombytes("L", page.size, random.Random(7).randbytes(page.width * page.height))
        page = Image.blend(page, grain, noise / 100)
    buffer = io.BytesIO()
    page.save(buffer, "JPEG", quality=70)
    return buffer.getvalue()


def read(picture: bytes) -> str:
    return code_in_picture(io.BytesIO(picture), len(picture))


@pytest.mark.parametrize("symbol", [qr, code_128])
@pytest.mark.parametrize(
    "seen", [{}, {"turned": 90}, {"turned": 7}, {"noise": 15}, {"blur": 0.8}, {"turned": 180, "noise": 10, "blur": 0.6}]
)
def test_the_code_is_read_from_a_photograph(symbol: object, seen: dict[str, float]) -> None:
    assert callable(symbol)
    assert read(paper_with(symbol(), **seen)) == CODE


def test_a_picture_lying_on_its_side_and_in_other_formats() -> None:
    for kind, options in (("PNG", {}), ("WEBP", {}), ("JPEG", {"exif": _sideways()})):
        buffer = io.BytesIO()
        qr().save(buffer, kind, **options)
        assert read(buffer.getvalue()) == CODE, kind


def _sideways() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6
    return exif


def test_other_codes_and_empty_pages_give_nothing() -> None:
    for symbol in (
        qr("https://example.org/else"),
        qr("13900000000"),
        code_128("6901234567892"),
        Image.new("L", (9, 9)),
    ):
        assert read(paper_with(symbol)) == ""


def bomb() -> bytes:
    """A PNG of a few bytes that says it is 30 000 pixels on each side."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 90_000))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("picture", "words"),
    [
        (b"", "不是可以读取的照片"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "不是可以读取的照片"),
        (b"GIF89a" + b"\0" * 40, "不是可以读取的照片"),
        (paper_with(qr())[:5000], "不是可以读取的照片"),
        (bomb(), "像素过多"),
    ],
    ids=["empty", "svg", "gif", "cut off", "bomb"],
)
def test_what_is_no_picture_is_refused_in_words(picture: bytes, words: str) -> None:
    with pytest.raises(RuleViolation, match=words) as refused:
        read(picture)
    assert refused.value.field == "photo"


def test_a_picture_cut_off_is_refused_whatever_the_typesetting_allows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    with pytest.raises(RuleViolation, match="不是可以读取的照片"):
        read(paper_with(qr())[:5000])
    assert ImageFile.LOAD_TRUNCATED_IMAGES is True


def test_a_picture_beyond_the_limit_is_not_even_opened() -> None:
    with pytest.raises(RuleViolation, match="超过 12 MB"):
        code_in_picture(io.BytesIO(b""), MOST_BYTES + 1)
