"""Painting one page of a PDF, or a picture, for the eyes of one reader. Knows no Django.

Run in a process of its own: `drawing SOURCE PAGE WIDTH FONT BLURRED WORDS`, of which WORDS are written across it.
"""

import io
from pathlib import Path

import pypdfium2
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from haizhi_portal.files.images import FORMATS, MOST_PIXELS

LONGEST_SIDE = 6000
# So few dots across that no word can be read, yet a card, a portrait and a seal can be told.
BLURRED_TO = 40
_INK = (163, 36, 27, 70)
# Which of the faces in Noto's collection writes simplified Chinese.
_SIMPLIFIED = 2


class NoPage(Exception):
    """The file has no such page."""


def main(arguments: list[str]) -> bytes:
    """The page as a JPEG; nothing at all when the file has no such page."""
    source, page, width, font, blurred, words = arguments
    try:
        return paint(Path(source), int(page), int(width), font=font, blurred=blurred == "1", words=words)
    except NoPage:
        return b""


def paint(source: Path, page: int, width: int, *, font: str = "", blurred: bool = False, words: str = "") -> bytes:
    """Page ``page``, counted from 1, ``width`` dots wide, as a JPEG. Raises NoPage."""
    with source.open("rb") as file:
        is_pdf = file.read(5) == b"%PDF-"
    picture = _page_of_pdf(source, page, width) if is_pdf else _whole_picture(source, page)
    picture = _fitted(picture.convert("RGB"), width)
    if blurred:
        picture = _blurred(picture)
    if words:
        picture = _written_across(picture, words, font)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80, optimize=True)
    return out.getvalue()


def _page_of_pdf(source: Path, page: int, width: int) -> Image.Image:
    # Opened here, as the library would follow the name of a piece of memory to nowhere.
    document = pypdfium2.PdfDocument(source.open("rb"), autoclose=True)
    if not 1 <= page <= len(document):
        raise NoPage
    sheet = document[page - 1]
    wide, high = sheet.get_size()
    scale = min(width / max(wide, 1), LONGEST_SIDE / max(high, 1))
    return sheet.render(scale=max(scale, 0.01), may_draw_forms=False).to_pil()


def _whole_picture(source: Path, page: int) -> Image.Image:
    if page != 1:
        raise NoPage
    picture = Image.open(source, formats=FORMATS)
    if picture.width * picture.height > MOST_PIXELS:
        raise NoPage
    if picture.mode in ("RGBA", "LA", "PA"):
        ground = Image.new("RGBA", picture.size, "white")
        return Image.alpha_composite(ground, picture.convert("RGBA"))
    return picture


def _fitted(picture: Image.Image, width: int) -> Image.Image:
    scale = min(width / picture.width, LONGEST_SIDE / picture.height, 1.0)
    size = max(1, round(picture.width * scale)), max(1, round(picture.height * scale))
    return picture if size == picture.size else picture.resize(size, Image.Resampling.LANCZOS)


def _blurred(picture: Image.Image) -> Image.Image:
    """What was taken away is gone from the picture, not hidden in it."""
    few = BLURRED_TO, max(1, round(picture.height * BLURRED_TO / picture.width))
    coarse = picture.resize(few, Image.Resampling.BOX).resize(picture.size, Image.Resampling.BICUBIC)
    return coarse.filter(ImageFilter.GaussianBlur(picture.width / BLURRED_TO / 3))


def _written_across(picture: Image.Image, words: str, font: str) -> Image.Image:
    """The words, slanted, again and again over the whole page."""
    size = max(12, picture.width // 32)
    face = ImageFont.truetype(font, size, index=_SIMPLIFIED) if font else ImageFont.load_default(size)
    reach = int((picture.width**2 + picture.height**2) ** 0.5)
    sheet = Image.new("RGBA", (reach, reach), (0, 0, 0, 0))
    pen = ImageDraw.Draw(sheet)
    long = int(pen.textlength(words, font=face)) + 4 * size
    for row, top in enumerate(range(0, reach, 5 * size)):
        for left in range(-(row % 2) * long // 2, reach, long):
            pen.text((left, top), words, font=face, fill=_INK)
    slanted = sheet.rotate(30, resample=Image.Resampling.BICUBIC)
    left, top = (reach - picture.width) // 2, (reach - picture.height) // 2
    cut = slanted.crop((left, top, left + picture.width, top + picture.height))
    return Image.alpha_composite(picture.convert("RGBA"), cut).convert("RGB")
