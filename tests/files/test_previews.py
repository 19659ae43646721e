"""What is painted of a file is kept once, within a bound, and nothing of a protected one is kept at all."""

import io
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from haizhi_portal.audit.actor import Actor
from haizhi_portal.files import bounded, previews
from haizhi_portal.files.models import StoredFile
from haizhi_portal.files.store import store_upload
from tests import factories as make
from tests.files import specimens

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1-materials")]
ACTOR = Actor.system(datetime(2027, 3, 15, 4, 0, tzinfo=UTC))


@pytest.fixture(autouse=True)
def kept(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT, settings.PREVIEWS = tmp_path / "files", tmp_path / "previews"
    settings.PREVIEWS.mkdir()
    return tmp_path / "previews"


def stored(name: str, content: bytes, *, protected: bool = False) -> StoredFile:
    return store_upload(actor=ACTOR, upload=make.upload(name, content), max_megabytes=5, protected=protected)


def files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_a_page_is_painted_once(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = stored("计划书.pdf", specimens.pdf(pages=2))
    first = previews.page_image(file, page=2, width=300)
    assert Image.open(io.BytesIO(first)).width == 300
    assert [path.name for path in files_in(kept)] == [f"{file.sha256}-2-300.jpg"]
    monkeypatch.setattr(bounded, "run", None)
    assert previews.page_image(file, page=2, width=300) == first


def test_nothing_of_a_protected_file_is_kept(kept: Path) -> None:
    file = stored("证件.png", specimens.png(width=600, height=400), protected=True)
    image = previews.page_image(file, page=1, width=300, words="王审核 2027-05-05", blurred=True)
    assert Image.open(io.BytesIO(image)).size == (300, 200)
    assert files_in(kept) == []


@pytest.mark.parametrize("page", [0, 3, -1])
def test_a_page_that_is_not_there(page: int) -> None:
    with pytest.raises(previews.NoPreview):
        previews.page_image(stored("计划书.pdf", specimens.pdf(pages=2)), page=page, width=300)


def test_what_cannot_be_painted_is_said_not_raised(settings: Any) -> None:
    file = stored("计划书.pdf", specimens.pdf())
    Path(settings.MEDIA_ROOT, file.path).write_bytes(b"%PDF-1.7 broken by a failing disk")
    with pytest.raises(previews.NoPreview):
        previews.page_image(file, page=1, width=300)
    Path(settings.MEDIA_ROOT, file.path).unlink()
    with pytest.raises(previews.NoPreview):
        previews.page_image(file, page=1, width=301)
    with pytest.raises(previews.NoPreview):
        previews.words_of(file)


def test_what_is_kept_has_a_bound_and_the_oldest_goes_first(kept: Path) -> None:
    for age, name in enumerate(("new", "middle", "old")):
        path = kept / "ab" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x" * 100)
        os.utime(path, (1_000_000 - age * 1000,) * 2)
    assert previews.remove_oldest(most=250) == 1
    assert [path.name for path in files_in(kept)] == ["middle", "new"]
    assert previews.remove_oldest(most=250) == 0
