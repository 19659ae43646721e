"""Opening what strangers sent, in a process of its own that may use only so much of the machine.

A few hundred kilobytes can unfold to gigabytes, or keep a processor busy for minutes. The process gets none of the
portal's settings and keys. Run as a script it sets its own bounds, then does the work of the one module named.
"""

import importlib
import logging
import os
import resource
import subprocess
import sys
from pathlib import Path

MEGABYTE = 1024 * 1024
MOST_MEMORY = 1024 * MEGABYTE
MOST_SECONDS = 15
LARGEST_FILE = 512 * MEGABYTE
_log = logging.getLogger(__name__)


class Failed(Exception):
    """The work broke, or asked for too much of the machine."""


def run(work: str, *arguments: str, content: int | None = None) -> bytes:
    """What ``main`` of the module ``work`` of this room answers; ``content`` is a descriptor it may read from.

    Raises Failed when the process broke off or passed its bounds.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-I", __file__, str(MOST_SECONDS), work, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=2 * MOST_SECONDS,
            check=False,
            pass_fds=() if content is None else (content,),
            env={name: os.environ[name] for name in ("PATH", "LANG", "TMPDIR") if name in os.environ},
        )
    except subprocess.TimeoutExpired:
        raise Failed from None
    if done.returncode != 0:
        _log.warning("%s ended with %d: %s", work, done.returncode, done.stderr[-300:].decode(errors="replace"))
        raise Failed
    return done.stdout


def _limit(seconds: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _limit(max(1, int(float(sys.argv[1]))))
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    sys.stdout.buffer.write(importlib.import_module(f"haizhi_portal.files.{sys.argv[2]}").main(sys.argv[3:]))
