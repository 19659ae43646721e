"""Looking into a PDF. A few hundred kilobytes can unfold to gigabytes, or keep a processor busy for minutes: anything
but a small file is looked at by a process of its own that may use only so much of either.

Run as a script it examines the one file named, without Django.
"""

import resource
import subprocess
import sys
from pathlib import Path

import pikepdf

FINE, LOCKED, RESTRICTED, WITHOUT_PAGES, BROKEN = "fine", "locked", "restricted", "without pages", "broken"

# Too small to unfold into anything that hurts; it spares a process for each.
SMALL = 32 * 1024
MEGABYTE = 1024 * 1024
MOST_MEMORY = 1024 * MEGABYTE
MOST_SECONDS = 15
# Only the tables of a PDF are unpacked to look at it; those of a real one are far smaller.
_LARGEST_TABLE = 32 * MEGABYTE
pikepdf.settings.set_qpdf_limits(
    flate_max_memory=_LARGEST_TABLE,
    png_max_memory=_LARGEST_TABLE,
    tiff_max_memory=_LARGEST_TABLE,
    run_length_max_memory=_LARGEST_TABLE,
)


def examine(path: Path) -> str:
    """`FINE`, or what is wrong with the file at ``path``; one that asks for too much of the machine is `BROKEN`."""
    if path.stat().st_size <= SMALL:
        return _examine_here(path)
    try:
        done = subprocess.run(
            [sys.executable, "-I", __file__, str(path)],
            capture_output=True,
            text=True,
            timeout=2 * MOST_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return BROKEN
    return done.stdout.strip() if done.returncode == 0 else BROKEN


def _examine_here(path: Path) -> str:
    try:
        with pikepdf.open(path) as pdf:
            if pdf.is_encrypted:
                return RESTRICTED
            return FINE if pdf.pages else WITHOUT_PAGES
    except pikepdf.PasswordError:
        return LOCKED
    except (pikepdf.PdfError, RuntimeError, ValueError, RecursionError, MemoryError):
        return BROKEN


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.stdout.write(_examine_here(Path(sys.argv[1])))
