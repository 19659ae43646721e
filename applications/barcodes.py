"""Reading the check code out of a photograph of a printed form: QR code or Code 128, within fixed limits.

The picture comes from a browser and may be anything: formats, bytes and pixels are limited before anything is
unpacked, and a large picture is made smaller before it is searched.
"""

import contextlib
from collections.abc import Iterator
from typing import IO

import zxingcpp
from django.utils.translation import gettext as _
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from applications.papers import scanned_code
from haizhi_portal.documents.codes import looks_like_code
from haizhi_portal.policy.verdict import RuleViolation

CLAUSE = "4.1-paper"
MOST_BYTES = 12 * 1024 * 1024
MOST_PIXELS = 64_000_000
SIDE = 2400
FORMATS = ("JPEG", "PNG", "WEBP")
_SYMBOLS = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Code128])


def code_in_picture(picture: IO[bytes], size: int) -> str:
    """The check code in the picture, or empty where none can be read.

    Raises RuleViolation (field "photo") for what is no picture of the usual kinds, or too large a one.
    """
    if size > MOST_BYTES:
        raise _refused(
            _("照片超过 %(most)d MB，请改用较小的照片，或输入校验码。") % {"most": MOST_BYTES // 1024 // 1024}
        )
    found = zxingcpp.read_barcodes(_grey(picture), formats=_SYMBOLS, try_invert=False)
    codes = (scanned_code(each.text) for each in found)
    return next((code for code in codes if looks_like_code(code)), "")


def _grey(picture: IO[bytes]) -> Image.Image:
    """The picture upright, in grey and of moderate size."""
    try:
        with _whole_ones_only(), Image.open(picture, formats=FORMATS) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise Image.DecompressionBombError
            # A JPEG is unpacked at a fraction of its size already; anything else at most within MOST_PIXELS.
            opened.draft("L", (SIDE, SIDE))
            grey = ImageOps.exif_transpose(opened).convert("L")
    except Image.DecompressionBombError as bomb:
        raise _refused(_("照片的像素过多，请把相机调到较小的尺寸再拍，或输入校验码。")) from bomb
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as broken:
        raise _refused(_("这不是可以读取的照片，请用 JPG、PNG 或 WebP 格式，或输入校验码。")) from broken
    grey.thumbnail((SIDE, SIDE))
    return grey


@contextlib.contextmanager
def _whole_ones_only() -> Iterator[None]:
    """WeasyPrint lets its process take pictures that were cut off; what is read here must not depend on that."""
    before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def _refused(message: str) -> RuleViolation:
    return RuleViolation(clause=CLAUSE, message=message, field="photo", code="photo_refused")
