"""Typesetting in a process of its own, bounded in memory and time.

What somebody wrote may end its own print, never the worker that serves everybody. The child knows neither database nor
keys: it gets a source and gives a file.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1024 * 1024
MEMORY_MB = 500
SECONDS = 50
_ROOT = Path(__file__).resolve().parents[2]
_KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "XDG_CACHE_HOME")
_NO_MEMORY, _REFUSED = 3, 4


class TooLarge(RuntimeError):
    """The document needs more memory than a print may take."""


class TooSlow(RuntimeError):
    """The document takes longer than a print may take."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one print may take: private memory in megabytes, seconds on the clock."""

    memory_mb: int = MEMORY_MB
    seconds: float = SECONDS


def typeset_apart(html: str, *, identifier: str, limits: Limits | None = None) -> bytes:
    """The same as `typesetting.typeset`, set by a child process within ``limits``.

    Raises TooLarge or TooSlow when it went beyond them, RuntimeError with the child's words for anything else.
    """
    limits = limits or Limits()
    order = json.dumps({"html": html, "identifier": identifier, "memory_mb": limits.memory_mb})
    try:
        done = subprocess.run(
            [sys.executable, "-m", "haizhi_portal.documents.press"],
            input=order.encode(),
            capture_output=True,
            timeout=limits.seconds,
            cwd=_ROOT,
            env={key: os.environ[key] for key in _KEPT if key in os.environ},
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise TooSlow(f"not set within {limits.seconds:g} seconds") from late
    if done.returncode == 0:
        return done.stdout
    # Pango ends the process itself when it gets no memory.
    if done.returncode == _NO_MEMORY or done.returncode < 0:
        raise TooLarge(f"not set within {limits.memory_mb} MB")
    raise RuntimeError(
        done.stderr.decode(errors="replace").strip().splitlines()[-1][:400] if done.stderr else "no file"
    )


def main() -> int:
    """Read an order, set it, write the file; the exit status says why not."""
    order = json.load(sys.stdin.buffer)
    bound = order["memory_mb"] * MEGABYTE
    resource.setrlimit(resource.RLIMIT_DATA, (bound, bound))
    # Orphaned by a worker that was killed, it may not run on for ever.
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS * 2, SECONDS * 2))
    try:
        from haizhi_portal.documents.typesetting import typeset  # within the bound, like everything it loads

        content = typeset(order["html"], identifier=order["identifier"])
    except MemoryError:
        return _NO_MEMORY
    except RuntimeError as problem:
        sys.stderr.write(f"{problem}\n")
        return _REFUSED
    sys.stdout.buffer.write(content)
    return 0


if __name__ == "__main__":
    sys.exit(main())
