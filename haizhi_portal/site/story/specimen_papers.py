"""What the people of a story upload: papers that look like papers and say that they are none."""

import io
from functools import cache

import pikepdf

A4 = (595, 842)
_SEAL = (
    "0.75 0.15 0.1 RG 2.5 w "
    "470 130 m 470 152 452 170 430 170 c 408 170 390 152 390 130 c 390 108 408 90 430 90 c 452 90 470 108 470 130 c S "
)
_CARD = (
    "0.86 0.91 0.93 rg 130 520 335 212 re f 0.55 0.5 0.45 rg 360 580 80 105 re f "
    "0.35 g 150 690 90 10 re f 150 660 130 10 re f 150 630 120 10 re f 150 600 180 10 re f 150 545 230 12 re f "
)


@cache
def sample_pdf(kind: str = "") -> bytes:
    """A paper of that kind of material, the same bytes every time: an invented card, a plan of three pages, or one."""
    document = pikepdf.new()
    pages = 3 if kind == "base_plan" else 1
    for number in range(1, pages + 1):
        page = document.add_blank_page(page_size=A4)
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=_font(document)))
        body = _CARD if kind == "representative_id" else _lines(number)
        words = f"SPECIMEN - page {number} of {pages} - not a real document"
        stream = f"BT /F1 14 Tf 72 770 Td ({words}) Tj ET {body}{_SEAL if number == pages else ''}"
        page.Contents = document.make_stream(stream.encode())
    buffer = io.BytesIO()
    document.save(buffer, static_id=True, deterministic_id=False)
    return buffer.getvalue()


def _font(document: pikepdf.Pdf) -> pikepdf.Object:
    return document.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    )


def _lines(number: int) -> str:
    """Grey bars where text would stand, other ones on each page."""
    bars = (f"72 {720 - 24 * row} {450 - (row * 37 + number * 61) % 160} 9 re" for row in range(22))
    return f"0.75 g {' '.join(bars)} f "
