"""What tests of documents share."""

import pytest
from django.template import engines


@pytest.fixture
def facts_may_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a document be made of facts that are not all there: it then leaves out what nobody knows."""
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "")
