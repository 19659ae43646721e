"""Small files that unfold to large ones, and more text or files than the portal can keep up with."""

import struct
import zlib
from pathlib import Path
from typing import Any

import pytest

from applications.actions import draft
from applications.models import Material
from haizhi_portal.files import bounded, pdfs
from haizhi_portal.files.kinds import NotAcceptable, recognise
from haizhi_portal.policy.verdict import RuleViolation
from resources.forms import PartnerForm
from tests import factories as make
from tests.files import specimens

pytestmark = pytest.mark.clause("4.1-materials")
MEGABYTE = 1024 * 1024


def unfolding_pdf(megabytes: int) -> bytes:
    """A few kilobytes for each megabyte: its objects lie in a compressed stream that is mostly blanks."""
    first = b"1 0 2 50 3 100 "
    objects = b"<</Type/Catalog/Pages 2 0 R>>".ljust(50) + b"<</Type/Pages/Kids[3 0 R]/Count 1>>".ljust(50)
    objects += b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
    packer = zlib.compressobj(9)
    packed = packer.compress(first + objects)
    packed += b"".join(packer.compress(b" " * MEGABYTE) for _ in range(megabytes)) + packer.flush()
    file = b"%PDF-1.5\n"
    table = struct.pack(">BIB", 0, 0, 0) + b"".join(struct.pack(">BIB", 2, 4, place) for place in range(3))
    table += struct.pack(">BIB", 1, len(file), 0)
    file += b"4 0 obj<</Type/ObjStm/N 3/First %d/Filter/FlateDecode/Length %d>>stream\n" % (len(first), len(packed))
    file += packed + b"\nendstream endobj\n"
    start = len(file)
    table += struct.pack(">BIB", 1, start, 0)
    file += b"5 0 obj<</Type/XRef/Size 6/W[1 4 1]/Root 1 0 R/Length %d>>stream\n" % len(table)
    return file + table + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF" % start


@pytest.mark.parametrize("megabytes", [40, 300])
def test_a_pdf_that_unfolds_is_refused_without_being_unfolded(tmp_path: Path, megabytes: int) -> None:
    path = tmp_path / "specimen"
    path.write_bytes(unfolding_pdf(megabytes))
    with pytest.raises(NotAcceptable, match="打不开"):
        recognise(path, ending="pdf", allow=("pdf",))


@pytest.mark.parametrize("small", [0, 10 * MEGABYTE])
def test_an_honest_pdf_is_taken_here_and_in_a_process_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: int
) -> None:
    monkeypatch.setattr(pdfs, "SMALL", small)
    path = tmp_path / "specimen"
    for content, found in (
        (specimens.pdf(), pdfs.FINE),
        (unfolding_pdf(1), pdfs.FINE),
        (specimens.pdf(pages=0), pdfs.WITHOUT_PAGES),
        (specimens.pdf(password="p"), pdfs.LOCKED),
        (specimens.pdf(owner_only=True), pdfs.RESTRICTED),
        (b"%PDF-1.4\njunk", pdfs.BROKEN),
    ):
        path.write_bytes(content)
        assert pdfs.examine(path).problem == found


def test_a_look_that_takes_too_long_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdfs, "SMALL", 0)
    monkeypatch.setattr(bounded, "MOST_SECONDS", 0.001)
    path = tmp_path / "specimen"
    path.write_bytes(specimens.pdf())
    assert pdfs.examine(path) == pdfs.Finding(pdfs.BROKEN)


def test_a_word_file_with_countless_entries_is_refused_by_counting(tmp_path: Path) -> None:
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 0, 0, 0, 0, 0, 0, 1, 0) + b"a"
    entry = struct.pack("<4s6H3I5H2I", b"PK\1\2", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    listed = entry * 6000
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 6000, 6000, len(listed), len(local), 0)
    path = tmp_path / "specimen"
    path.write_bytes(local + listed + end)
    with pytest.raises(NotAcceptable, match="过大"):
        recognise(path, ending="docx", allow=("docx",))


@pytest.mark.django_db
def test_nobody_fills_the_disk_with_one_application(monkeypatch: pytest.MonkeyPatch) -> None:
    application = make.application_ready(make.municipal_unit())
    actor = make.acting(make.applicant_of(application.organisation), "2027-03-15")
    monkeypatch.setattr(draft, "MOST_FILES", Material.objects.count())
    draft.remove_material(actor=actor, material=application.materials.first())  # type: ignore[arg-type]
    with pytest.raises(RuleViolation, match="最多上传"):
        draft.add_material(actor=actor, application=application, kind="base_plan", upload=make.upload(), stamped=False)


@pytest.mark.django_db
@pytest.mark.parametrize(("length", "taken"), [(2000, True), (2001, False)])
def test_a_partner_is_described_in_words_that_can_be_printed(length: int, taken: bool) -> None:
    given: dict[str, Any] = {"name": "甲", "kind": "society", "country": "日本", "since": "2026-01-01"}
    form = PartnerForm({**given, "cooperation": "交" * length})
    assert form.is_valid() is taken
