"""`./portal test`: the suite on SQLite, then on PostgreSQL; what cannot run here is said loudly.

Arguments go to pytest, in both passes. Without any the whole suite runs, on two processes, each pass with what belongs
to its database alone and what belongs to both (`tests/plugins/suite.py`).
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import pytest

from haizhi_portal.processes import python
from tests.postgres import NoPostgres, throwaway_cluster

CI = os.environ.get("CI") == "true"
_NOTHING_TO_RUN = pytest.ExitCode.NO_TESTS_COLLECTED


def main(arguments: Sequence[str]) -> int:
    missing: list[str] = []
    results: dict[str, int] = {}
    whole = not arguments
    typed = ["-n", "2", "--dist", "loadgroup", "-q"] if whole else list(arguments)
    shutil.rmtree("test-artifacts", ignore_errors=True)
    if not os.environ.get("CHROMIUM"):
        missing.append("pages in a real browser: no Chromium (apt-get install chromium)")
        typed += ["-m", "not browser"]
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="portal-suite-")))
        known = {"PORTAL_WHOLE_SUITE": "1", "PORTAL_SEEN": str(folder / "seen.json")} if whole else {}
        try:
            database = stack.enter_context(throwaway_cluster())
        except NoPostgres as reason:
            missing.append(f"everything on PostgreSQL: {reason}")
            results["SQLite"] = _pass("SQLite", typed, known)
        else:
            known |= {"PORTAL_SHARED": "1"} if whole else {}
            results["SQLite"] = _pass("SQLite", typed, known)
            results["PostgreSQL"] = _pass("PostgreSQL", typed, known | {"DATABASE_URL": database})
    return _verdict(results, missing)


def _pass(name: str, arguments: Sequence[str], known: dict[str, str]) -> int:
    own = {"DATABASE_URL", "PORTAL_WHOLE_SUITE", "PORTAL_SEEN", "PORTAL_SHARED"}
    environment = {key: value for key, value in os.environ.items() if key not in own} | known
    print(f"\n──── the suite on {name} ────", flush=True)
    started = time.monotonic()
    status = subprocess.call(python("-m", "pytest", *arguments), env=environment)
    print(f"──── {name}: {time.monotonic() - started:.0f} s, exit status {status} ────", flush=True)
    return status


def _verdict(results: dict[str, int], missing: list[str]) -> int:
    for line in missing:
        print(f"\nCOULD NOT RUN ON THIS MACHINE: {line}", flush=True)
    bad = [name for name, status in results.items() if status not in {0, _NOTHING_TO_RUN}]
    nothing = all(status == _NOTHING_TO_RUN for status in results.values())
    if bad:
        print(f"\nFAILED on {' and on '.join(bad)}", flush=True)
    elif nothing:
        print("\nNo test was found for these arguments.", flush=True)
    elif missing and CI:
        print("\nFAILED: under CI=true everything has to run.", flush=True)
    else:
        passed = [name for name, status in results.items() if status == 0]
        print(f"\nPASSED on {' and on '.join(passed)}", flush=True)
    return 1 if bad or nothing or (missing and CI) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
