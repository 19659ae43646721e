"""Opaque identifiers: public ids, verification codes.

Random by default; a simulation installs a seeded generator so that one seed gives one ledger.
"""

import contextlib
import contextvars
import random
import secrets
from collections.abc import Iterator

# No 0/O, 1/I/L: these codes are read aloud and typed from paper.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

_generator: contextvars.ContextVar[random.Random | None] = contextvars.ContextVar("identity_generator", default=None)


def _code(length: int) -> str:
    source = _generator.get() or secrets.SystemRandom()
    return "".join(source.choice(ALPHABET) for _ in range(length))


def public_id() -> str:
    """A 12-character random identifier for addresses (about 59 bits)."""
    return _code(12)


def check_code() -> str:
    """A 16-character code printed on paper (about 79 bits): not to be guessed, yet still typed by hand."""
    return _code(16)


@contextlib.contextmanager
def seeded(generator: random.Random) -> Iterator[None]:
    """Draw every identifier from ``generator`` within the block."""
    token = _generator.set(generator)
    try:
        yield
    finally:
        _generator.reset(token)
