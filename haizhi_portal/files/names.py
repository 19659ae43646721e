"""What a file is called: the name as people see it, never one that says where it would be stored."""

import unicodedata
from pathlib import PurePosixPath

LONGEST = 120
LONGEST_ENDING = 10


def clean_name(name: str, *, otherwise: str = "附件") -> str:
    """The last part of the name without control, direction and separator signs, at most 120 characters.

    The extension survives the cut; ``otherwise`` takes the place of a name of which nothing is left.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    plain = "".join(" " if sign.isspace() else sign for sign in last if _is_legible(sign))
    plain = " ".join(plain.replace(":", " ").split()).strip(". ")
    if not plain:
        return otherwise
    if len(plain) <= LONGEST:
        return plain
    ending = PurePosixPath(plain).suffix
    ending = ending if len(ending) <= LONGEST_ENDING else ""
    return plain[: LONGEST - len(ending)].rstrip(". ") + ending


def _is_legible(sign: str) -> bool:
    return sign.isspace() or unicodedata.category(sign)[0] != "C"


def extension(name: str) -> str:
    """The part after the last dot in lower case, empty when there is none."""
    return PurePosixPath(name).suffix.removeprefix(".").lower()
