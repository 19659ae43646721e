"""The Chinese fonts documents are printed in: are they here, and which characters can they write?

Asked of fontconfig itself, the library that will choose the fonts, so that the answer cannot differ from the print.
"""

from __future__ import annotations

import ctypes
import functools
import unicodedata
from typing import Any

# Body, signatures, headings, titles; the last one writes the rare characters that the others lack.
FAMILIES = ("FandolFang", "FandolKai", "FandolHei", "FandolSong", "Noto Serif CJK SC", "Noto Sans Mono CJK SC")
EMBEDDABLE = (
    "FandolFang",
    "FandolKai",
    "FandolHei",
    "FandolSong",
    "NotoSerifCJK",
    "NotoSansMonoCJK",
    "Noto-Serif-CJK",
    "Noto-Sans-Mono-CJK",
)
FALLBACK = "Noto Serif CJK SC"
# The printers' mark for a character the case does not hold.
GETA = "〓"

_KEPT_CONTROLS = "\n"
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_VARIATION_SELECTORS = range(0xFE00, 0xFE10)


class _FontSet(ctypes.Structure):
    _fields_ = [
        ("nfont", ctypes.c_int),
        ("sfont", ctypes.c_int),
        ("fonts", ctypes.POINTER(ctypes.c_void_p)),
    ]


@functools.cache
def _library() -> ctypes.CDLL:
    try:
        library = ctypes.CDLL("libfontconfig.so.1")
    except OSError as problem:
        raise RuntimeError("fontconfig is not installed: documents cannot be rendered") from problem
    pointer, text, number = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
    signatures: tuple[tuple[Any, Any, list[Any]], ...] = (
        (library.FcNameParse, pointer, [text]),
        (library.FcObjectSetCreate, pointer, []),
        (library.FcObjectSetAdd, number, [pointer, text]),
        (library.FcFontList, ctypes.POINTER(_FontSet), [pointer, pointer, pointer]),
        (library.FcPatternGetCharSet, number, [pointer, text, number, ctypes.POINTER(pointer)]),
        (library.FcCharSetHasChar, number, [pointer, ctypes.c_uint32]),
    )
    for function, result, arguments in signatures:
        function.restype, function.argtypes = result, arguments
    return library


@functools.cache
def _charset(family: str) -> ctypes.c_void_p | None:
    """The characters of an installed family, or None when no such family is installed. Kept for the process's life."""
    library = _library()
    objects = library.FcObjectSetCreate()
    library.FcObjectSetAdd(objects, b"charset")
    found = library.FcFontList(None, library.FcNameParse(family.encode()), objects).contents
    charset = ctypes.c_void_p()
    for index in range(found.nfont):
        if library.FcPatternGetCharSet(found.fonts[index], b"charset", 0, ctypes.byref(charset)) == 0:
            return charset
    return None


@functools.cache
def require_fonts() -> None:
    """Raise RuntimeError naming the families that are missing."""
    missing = [family for family in FAMILIES if _charset(family) is None]
    if missing:
        raise RuntimeError(
            f"the fonts {', '.join(missing)} are missing: install Debian's texlive-lang-chinese and fonts-noto-cjk, "
            "or start the portal with ./portal, which fetches them"
        )


@functools.lru_cache(maxsize=20_000)
def can_write(character: str) -> bool:
    """Whether the fallback font has the character; it has all that the others have."""
    charset = _charset(FALLBACK)
    return charset is not None and bool(_library().FcCharSetHasChar(charset, ord(character)))


def legible(text: str) -> str:
    """The text as it can be printed: composed, without invisible characters, unknown ones as `GETA`."""
    composed = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return "".join(_printed(character) for character in composed if _is_printed(character))


def unwritable(text: str) -> list[str]:
    """The visible characters no font here can write, each once."""
    composed = unicodedata.normalize("NFC", text)
    return sorted({each for each in composed if _is_printed(each) and _printed(each) == GETA != each})


def _is_printed(character: str) -> bool:
    if ord(character) in _VARIATION_SELECTORS:
        return False
    return character in _KEPT_CONTROLS or unicodedata.category(character) not in _INVISIBLE


def _printed(character: str) -> str:
    return character if character.isspace() or can_write(character) else GETA
