"""The code printed on a document: as it is typed, spoken, and scanned."""

import base64
import re
import unicodedata

import segno
from barcode.codex import Code128
from django.conf import settings

from haizhi_portal.audit.identity import ALPHABET

LENGTH = 16
# Printed on paper for good: the route may never move. Written out, so that a worker loads no pages to print it.
VERIFY_PATH = "/verify/"
_DROPPED = frozenset(" -_·.　—–－\t\r\n")


def read_code(typed: str) -> str:
    """What a person typed from paper as the code it stands for: full-width, lower case, gaps and dashes forgiven."""
    plain = unicodedata.normalize("NFKC", typed).upper()
    return "".join(character for character in plain if character not in _DROPPED)


def looks_like_code(code: str) -> bool:
    return len(code) == LENGTH and all(character in ALPHABET for character in code)


def in_groups(code: str) -> str:
    """ABCD-EFGH-JKMN-PQRS: easier to read aloud and to type."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def address(code: str) -> str:
    """Where anyone can check the document that carries the code."""
    return f"{settings.PUBLIC_URL}{VERIFY_PATH}{code}/"


def entrance() -> str:
    """Where the code can be typed by hand."""
    return f"{settings.PUBLIC_URL}{VERIFY_PATH}"


def qr_image(code: str) -> str:
    """The address as a QR code, an SVG in a data: address."""
    image: str = segno.make(address(code), error="m", micro=False).svg_data_uri(border=0, scale=4)
    return image


# Thickness of the thinnest bar: twice what a hand scanner needs on office paper, so that a copy of a copy still reads.
BAR_MM = 0.3
BARS_HIGH_MM = 9


def barcode_image(code: str) -> str:
    """The code itself as Code 128 at its printed size, for the hand scanner: an SVG in a data: address."""
    modules: str = Code128(code).build()[0]
    bars = "".join(f"M{run.start()} 0h{len(run[0])}v1h-{len(run[0])}z" for run in re.finditer("1+", modules))
    drawing = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{len(modules) * BAR_MM}mm" height="{BARS_HIGH_MM}mm" '
        f'viewBox="0 0 {len(modules)} 1" preserveAspectRatio="none"><path d="{bars}"/></svg>'
    )
    return "data:image/svg+xml;base64," + base64.b64encode(drawing.encode()).decode()
