"""Two texts compared word by word: what stayed, what went, what is new (`4.1-materials`).

Chinese is compared by the character, Latin words and figures as wholes, so that "2027" never reads "202~~6~~7".
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from diff_match_patch import diff_match_patch

Kind = Literal["same", "removed", "added", "folded"]

# A pair of long texts without a word in common is then shown as one replacement instead of being searched on.
SECONDS = 0.3
# How much of what did not change stays in sight on either side of a change; anything longer folds away.
IN_SIGHT = 40
FOLD_FROM = 120

_WORDS = re.compile(r"[A-Za-zÀ-ɏ]+|[0-9]+|\s+|.", re.DOTALL)
_KINDS: dict[int, Kind] = {0: "same", -1: "removed", 1: "added"}
_FIRST, _SURROGATES, _AFTER_SURROGATES = 0x100, 0xD800, 0xE000


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text: the same in both, only in the older, only in the newer, or the same and folded away."""

    kind: Kind
    text: str

    @property
    def length(self) -> int:
        """In characters, as a reader counts them."""
        return len(self.text)


def compare(before: str, after: str) -> list[Piece]:
    """The stretches in reading order: without the added ones they spell ``before``, without the removed ``after``."""
    if before == after:
        return [Piece("same", before)] if before else []
    words: dict[str, str] = {}
    old, new = _encoded(before, words), _encoded(after, words)
    spelled = {sign: word for word, sign in words.items()}
    engine = diff_match_patch()
    engine.Diff_Timeout = SECONDS
    found = engine.diff_main(old, new, False)
    engine.diff_cleanupSemantic(found)
    return [Piece(_KINDS[kind], "".join(spelled[sign] for sign in signs)) for kind, signs in found if signs]


def folded(pieces: Iterable[Piece]) -> list[Piece]:
    """The same stretches, long unchanged ones folded but for what stands next to a change."""
    pieces = list(pieces)
    shown: list[Piece] = []
    for place, piece in enumerate(pieces):
        if piece.kind != "same" or piece.length < FOLD_FROM:
            shown.append(piece)
            continue
        head = IN_SIGHT if place > 0 else 0
        tail = piece.length - (IN_SIGHT if place < len(pieces) - 1 else 0)
        parts: tuple[tuple[Kind, str], ...] = (
            ("same", piece.text[:head]),
            ("folded", piece.text[head:tail]),
            ("same", piece.text[tail:]),
        )
        shown += [Piece(kind, text) for kind, text in parts if text]
    return shown


def _encoded(text: str, words: dict[str, str]) -> str:
    """One sign for each word, the same sign for the same word; the engine compares signs."""
    return "".join(words.setdefault(word, _sign(len(words))) for word in _WORDS.findall(text))


def _sign(number: int) -> str:
    code = _FIRST + number
    return chr(code if code < _SURROGATES else code - _SURROGATES + _AFTER_SURROGATES)
