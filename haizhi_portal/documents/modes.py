"""When the file of an issued document is made: by the worker, by its next sweep, at once, or not at all."""

import contextlib
import contextvars
from collections.abc import Iterator
from typing import Literal

Mode = Literal["worker", "sweep", "inline", "official_inline", "number_only"]

_mode: contextvars.ContextVar[Mode] = contextvars.ContextVar("rendering_mode", default="worker")


@contextlib.contextmanager
def rendering_mode(mode: Mode) -> Iterator[None]:
    """Issue documents within the block under ``mode``.

    ``worker`` queues the rendering (the portal's way); ``sweep`` leaves it to the worker's next sweep; ``inline``
    renders in this process right after the commit; ``official_inline`` does so for what bears a number of the register
    and leaves the units' own printed forms alone, which no ledger entry speaks of; ``number_only`` makes no file: the
    ledger has the document at once, with an empty digest.
    """
    token = _mode.set(mode)
    try:
        yield
    finally:
        _mode.reset(token)


def current_mode() -> Mode:
    return _mode.get()
