"""What holds for the suite as a whole: which database runs what, no silent skip, a clean slate after real
transactions, and the table clause → tests at the end. Works under xdist: workers count, the controller tells.
"""

import os
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import pytest

CI = os.environ.get("CI") == "true"
# Set by the runner when nothing was deselected by hand.
WHOLE_SUITE = os.environ.get("PORTAL_WHOLE_SUITE") == "1"
# Set by the runner when a pass on the other database belongs to the same run: each test then runs where it belongs.
SHARED = os.environ.get("PORTAL_SHARED") == "1"
# Folders whose tests need a database, but not both; what is in neither list runs on both.
ON_SQLITE = ("accounts", "documents", "evaluations", "files", "operations", "policy", "resources", "scoring")
ON_POSTGRES = (
    "applications",
    "applications_filling",
    "applications_pages",
    "attack",
    "bases",
    "exports",
    "journeys",
    "notifications",
    "site",
)
# Files that ask what the database itself does: order, comparison, constraints, triggers, locks.
ON_BOTH = ("test_impossible.py", "test_list_values.py", "test_lists_in_order.py", "test_queries.py", "test_standing.py")
# Their files stay whole in a parallel run: each has fixtures that cost more than the tests.
_ONE_PASS = ("browser", "broker", "once")


class Tally:
    """What this process has seen of clauses and skips."""

    def __init__(self) -> None:
        self.tests_of: dict[str, set[str]] = defaultdict(set)
        self.skipped: list[str] = []


TALLY = pytest.StashKey[Tally]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[TALLY] = Tally()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Count the clauses before anything is deselected, then leave to each database what belongs to it."""
    tally = config.stash[TALLY]
    for item in items:
        for mark in item.iter_markers("clause"):
            for clause in mark.args:
                tally.tests_of[clause].add(item.nodeid)
        if any(item.get_closest_marker(name) for name in _ONE_PASS) and not item.get_closest_marker("xdist_group"):
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))
    left_out = [item for item in items if not _belongs_here(item)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


def on_sqlite() -> bool:
    return not os.environ.get("DATABASE_URL", "").startswith("postgres")


def _belongs_here(item: pytest.Item) -> bool:
    if any(item.get_closest_marker(name) for name in (("postgres",) if on_sqlite() else _ONE_PASS)):
        return False
    if not SHARED or any(item.get_closest_marker(name) for name in ("postgres", *_ONE_PASS)):
        return True
    folder, _slash, name = item.nodeid.partition("::")[0].removeprefix("tests/").partition("/")
    if name in ON_BOTH:
        return True
    if not item.get_closest_marker("django_db"):
        return on_sqlite()
    return folder not in (ON_POSTGRES if on_sqlite() else ON_SQLITE)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Contents of files are no names of tests: those made anew on each worker would have another name on each."""
    return argname if isinstance(val, bytes) else None


def pytest_collection_finish(session: pytest.Session) -> None:
    """A runner that forgets the groups would make every costly fixture twice; pytest 9.2 with xdist 3.8 did so."""
    if hasattr(session.config, "workerinput") and getattr(session.config.option, "loadgroup", False):
        astray = [item.nodeid for item in session.items if item.get_closest_marker("xdist_group")]
        if any("@" not in nodeid for nodeid in astray):
            raise pytest.UsageError("xdist does not keep groups together; pin a pytest it works with")


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Runs in the controller too, so that skips of every worker are known to it."""
    if report.skipped and not hasattr(report, "wasxfail") and _config is not None:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        _config.stash[TALLY].skipped.append(f"{report.nodeid}: {reason}")


_config: pytest.Config | None = None


def pytest_sessionstart(session: pytest.Session) -> None:
    global _config
    _config = session.config


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    for clause, tests in getattr(node, "workeroutput", {}).get("clauses", {}).items():
        node.config.stash[TALLY].tests_of[clause].update(tests)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    tally = session.config.stash[TALLY]
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["clauses"] = {clause: sorted(tests) for clause, tests in tally.tests_of.items()}
        return
    if exitstatus == 0 and ((CI and tally.skipped) or (WHOLE_SUITE and _faults_of_clauses(tally))):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def _faults_of_clauses(tally: Tally) -> list[str]:
    from haizhi_portal.policy.clauses import CLAUSES, NOT_BUILT

    untested = [
        f"{clause} has no test" for clause in CLAUSES if clause not in NOT_BUILT and clause not in tally.tests_of
    ]
    unknown = [f"{clause} is not in the register" for clause in tally.tests_of if clause not in CLAUSES]
    built = [f"{clause} is said to be not built, but has tests" for clause in NOT_BUILT if clause in tally.tests_of]
    return untested + unknown + built


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    tally = config.stash[TALLY]
    if WHOLE_SUITE:
        _print_clauses(terminalreporter, tally)
        for fault in _faults_of_clauses(tally):
            terminalreporter.write_line(f"CLAUSE: {fault}", red=True)
    if tally.skipped:
        terminalreporter.section("COULD NOT RUN ON THIS MACHINE", red=True)
        for line in tally.skipped:
            terminalreporter.write_line(line, red=True)


def _print_clauses(terminalreporter: Any, tally: Tally) -> None:
    from haizhi_portal.policy.clauses import CLAUSES, NOT_BUILT

    terminalreporter.section("clause → tests")
    for clause in CLAUSES:
        tests = tally.tests_of.get(clause, set())
        what = "not built yet" if clause in NOT_BUILT else f"{len(tests):4} in {_files(tests)}"
        terminalreporter.write_line(f"{clause:18} {what}")


def _files(tests: Iterable[str]) -> str:
    return ", ".join(sorted({test.partition("::")[0].removeprefix("tests/") for test in tests}))


@pytest.fixture(scope="session", autouse=True)
def _clean_slate(request: pytest.FixtureRequest) -> Iterable[None]:
    """After a test with real transactions the database is again as the migrations left it, its seeds included.

    Django's own flush would run into the triggers that keep ledger entries, and would drop what migrations seeded.
    """
    from django.core.management import call_command
    from django.db import connection
    from django.test import TransactionTestCase

    pristine: dict[str, Any] = {}

    def remember(case: type[TransactionTestCase]) -> None:
        """Before the first such test: those before it, if any, rolled back what they did."""
        if pristine:
            return
        connection.ensure_connection()
        if connection.vendor == "sqlite":
            pristine["copy"] = sqlite3.connect(":memory:", check_same_thread=False)
            connection.connection.backup(pristine["copy"])
        else:
            pristine["rows"] = connection.creation.serialize_db_to_string()

    def put_back(case: TransactionTestCase) -> None:
        connection.ensure_connection()
        if connection.vendor == "sqlite":
            pristine["copy"].backup(connection.connection)
            return
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")
            call_command("flush", verbosity=0, interactive=False, reset_sequences=False, inhibit_post_migrate=True)
            connection.creation.deserialize_db_from_string(pristine["rows"])
            cursor.execute("SET session_replication_role = DEFAULT")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_setup", classmethod(remember))
        patch.setattr(TransactionTestCase, "_fixture_teardown", put_back)
        yield


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove this process's scratch folder."""
    folder = os.environ.get("DATA_DIR", "")
    if os.path.basename(folder).startswith("portal-test-"):
        shutil.rmtree(folder, ignore_errors=True)
