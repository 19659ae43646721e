"""Whatever is done to an honest file: it is taken or refused in words, and a refusal leaves nothing behind."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from haizhi_portal.audit.actor import Actor
from haizhi_portal.files import previews
from haizhi_portal.files.models import StoredFile
from haizhi_portal.files.store import read, store_upload
from haizhi_portal.policy.verdict import RuleViolation
from tests import factories as make
from tests.files import specimens

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.clause("4.1-materials")]
ACTOR = Actor.system(datetime(2027, 3, 15, 4, 0, tzinfo=UTC))
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
HONEST = {
    "pdf": specimens.pdf(pages=2),
    "jpg": specimens.jpg(width=40, height=30, colour="red"),
    "png": specimens.png(width=40, height=30),
    "docx": specimens.word("工作计划", "目标", link="https://example.org", pages=2),
}
TYPES = {"application/pdf", "image/jpeg", "image/png", WORD}
_BITS = st.sampled_from(
    [b"", b"\0", b"\xff" * 8, b"<script>", b"PK\3\4", b"PK\5\6", b"%PDF-", b"%%EOF", b"MZ", b"\r\n"]
)
_CHANGE = st.tuples(st.floats(0, 1), st.integers(0, 40), st.one_of(_BITS, st.binary(max_size=12)))


def changed(content: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    """The content with some bytes at those places replaced by others."""
    for where, cut, instead in changes:
        place = int(where * len(content))
        content = content[:place] + instead + content[place + cut :]
    return content


def test_no_change_to_an_honest_file_is_an_accident(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT, settings.PREVIEWS = tmp_path / "files", tmp_path / "previews"
    for folder in (settings.MEDIA_ROOT, settings.PREVIEWS):
        folder.mkdir()
    _try_changes(tmp_path / "files")


@settings(max_examples=200, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
@given(
    kind=st.sampled_from(sorted(HONEST)),
    changes=st.lists(_CHANGE, max_size=3),
    ending=st.sampled_from(["", "", "", "pdf", "jpg", "docx"]),
    protected=st.booleans(),
)
def _try_changes(
    folder: Path, kind: str, changes: list[tuple[float, int, bytes]], ending: str, protected: bool
) -> None:
    upload = make.upload(f"../{kind}\u202e.{ending or kind}", changed(HONEST[kind], changes))
    before = {path for path in folder.rglob("*") if path.is_file()}
    refused: RuleViolation | None = None
    try:
        stored = store_upload(actor=ACTOR, upload=upload, max_megabytes=1, protected=protected)
    except RuleViolation as problem:
        refused = problem
    if refused is not None:
        assert refused.field == "file"
        assert len(refused.message) > 10
        assert {path for path in folder.rglob("*") if path.is_file()} == before
        return
    assert stored.content_type in TYPES
    assert "/" not in stored.name
    with read(stored) as content:
        whole = content.read()
    assert len(whole) == stored.size
    if stored.content_type.startswith("image/"):
        assert b"<script>" not in whole
    StoredFile.objects.filter(pk=stored.pk).delete()


@pytest.mark.parametrize("kind", sorted(HONEST))
def test_the_honest_ones_are_taken_and_shown(kind: str) -> None:
    stored = store_upload(actor=ACTOR, upload=make.upload(f"原件.{kind}", HONEST[kind]), max_megabytes=1)
    if kind == "docx":
        assert "<p>工作计划</p>" in previews.words_of(stored)
    else:
        assert previews.page_image(stored, page=1, width=480).startswith(b"\xff\xd8\xff")
