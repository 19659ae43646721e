"""Pictures are painted anew: upright, in plain colours, without a word of what the camera wrote into them.

What else a file may carry beside its picture (a place, a name, another file) does not survive. Knows no Django.
"""

import contextlib
import io
import os
from pathlib import Path

from PIL import Image, ImageCms, ImageOps

from haizhi_portal.files import bounded

FINE, BROKEN, TOO_MANY_PIXELS = "fine", "broken", "too-many-pixels"
# A page of A3 at 400 dpi has 31 million.
MOST_PIXELS = 60_000_000
FORMATS = ("JPEG", "PNG")
# So small in both ways that it is painted here; it spares a process for each.
SMALL = 64 * 1024
FEW_PIXELS = 1_000_000
Image.MAX_IMAGE_PIXELS = None  # counted here, before anything is unpacked


def renew(path: Path) -> str:
    """Replace the picture at ``path`` by a newly painted one; `FINE`, or why that cannot be done."""
    fresh = path.with_suffix(".new")
    try:
        if path.stat().st_size <= SMALL and _pixels(path) <= FEW_PIXELS:
            outcome = _paint(path, fresh)
        else:
            outcome = bounded.run("images", str(path), str(fresh)).decode()
        if outcome == FINE:
            os.replace(fresh, path)
    except bounded.Failed:
        return BROKEN
    finally:
        fresh.unlink(missing_ok=True)
    return outcome


def main(arguments: list[str]) -> bytes:
    """Paint the first file named into the second."""
    return _paint(Path(arguments[0]), Path(arguments[1])).encode()


def _pixels(path: Path) -> int:
    try:
        with Image.open(path, formats=FORMATS) as picture:
            return picture.width * picture.height
    except _UNREADABLE:
        return 0


_UNREADABLE = (OSError, ValueError, SyntaxError, MemoryError, OverflowError, TypeError, KeyError, IndexError, EOFError)


def _paint(source: Path, target: Path) -> str:
    try:
        with Image.open(source, formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return TOO_MANY_PIXELS
            kind = picture.format or "PNG"
            picture.load()
            plain = _plain(ImageOps.exif_transpose(picture), opaque=kind == "JPEG")
        plain.info = {}
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            plain.save(file, kind, **({"quality": 90} if kind == "JPEG" else {}))
    except _UNREADABLE:
        return BROKEN
    return FINE


def _plain(picture: Image.Image, *, opaque: bool) -> Image.Image:
    """In grey or in red, green and blue, its own colour profile applied."""
    if picture.mode in ("1", "L"):
        return picture.convert("L")
    if profile := picture.info.get("icc_profile"):
        with contextlib.suppress(ImageCms.PyCMSError, *_UNREADABLE):
            srgb = ImageCms.createProfile("sRGB")
            own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            mode = "RGBA" if picture.mode == "RGBA" else "RGB"
            return ImageCms.profileToProfile(picture, own, srgb, outputMode=mode) or picture.convert(mode)
    transparent = not opaque and (picture.mode in ("LA", "RGBA", "PA") or "transparency" in picture.info)
    return picture.convert("RGBA" if transparent else "RGB")
