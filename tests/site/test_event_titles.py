"""Every event the portal writes is told in words where the auditor reads it."""

import re
from pathlib import Path

import pytest

from haizhi_portal.site.event_titles import event_title

ROOT = Path(__file__).parents[2]
WRITTEN = re.compile(r"\b(?:record|write)\(\s*\"([a-z_]+\.[a-z_]+)\"")


def events() -> list[str]:
    sources = [path for part in ("applications", "bases", "evaluations", "resources", "haizhi_portal")
               for path in (ROOT / part).rglob("*.py")]  # fmt: skip
    return sorted({event for path in sources for event in WRITTEN.findall(path.read_text())})


def test_the_sources_are_found() -> None:
    assert {"base.licensed", "document.issued", "report.due"} <= set(events())


@pytest.mark.parametrize("event", events())
def test_an_event_has_a_title(event: str) -> None:
    assert event_title(event) != event
