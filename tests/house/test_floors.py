"""What the import contracts of `./portal check` cannot express."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Rows of figures and holidays, and the one module that turns them into frozen values.
WITH_DATABASE = {"apps.py", "models.py", "stored.py"}
POLICY = sorted(path for path in (ROOT / "haizhi_portal" / "policy").glob("*.py") if path.name not in WITH_DATABASE)


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


@pytest.mark.parametrize("path", POLICY, ids=lambda path: path.name)
def test_rules_know_no_database_request_or_clock(path: Path) -> None:
    forbidden = ("django.db", "django.http", "django.conf", "django.utils.timezone", "time")

    assert [name for name in imported(path) if name.startswith(forbidden)] == []


@pytest.mark.parametrize("path", POLICY, ids=lambda path: path.name)
def test_rules_never_ask_what_day_it_is(path: Path) -> None:
    calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    asked = {call.attr for call in calls if isinstance(call, ast.Attribute)}

    assert asked & {"today", "now", "utcnow", "localdate"} == set()


def test_the_package_itself_loads_nothing() -> None:
    loaded = "import sys, haizhi_portal; print(any(name.startswith('django') for name in sys.modules))"

    assert (ROOT / "haizhi_portal" / "__init__.py").read_text() == ""
    assert subprocess.check_output([sys.executable, "-c", loaded], cwd=ROOT, text=True).strip() == "False"
