from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import haizhi_portal.policy as policy

WITH_DATABASE = {"apps", "models", "stored"}
PURE = sorted(path.stem for path in Path(policy.__file__).parent.glob("*.py") if path.stem not in WITH_DATABASE)


def test_the_rules_load_without_any_framework():
    imports = "; ".join(f"import haizhi_portal.policy.{name}" for name in PURE if name != "__init__")
    found = subprocess.run(
        [sys.executable, "-c", f"import sys; {imports}; print('django' in sys.modules)"],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(policy.__file__).parents[2],
    )
    assert found.stdout.strip() == "False"


def test_the_rules_never_ask_the_clock():
    sources = {name: Path(policy.__file__).with_name(f"{name}.py").read_text(encoding="utf-8") for name in PURE}
    asking = (".now(", ".today()", "utcnow", "timezone.now", "localdate", "time.time")
    assert {(name, words) for name, text in sources.items() for words in asking if words in text} == set()
