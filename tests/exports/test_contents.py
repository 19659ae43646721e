"""What the files hold: exactly what the person may have, safe to open, complete, and true to the digests."""

import hashlib
import io
import json
import re
import zipfile
from datetime import date, datetime
from typing import Any

import pypdfium2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import Workbook, load_workbook

from applications.actions import draft, making
from applications.exports import archive as packing
from applications.exports.cells import cell, plain, without_identity
from applications.exports.table import COLUMNS, in_a_cell
from applications.models import Application, Job, Material, Viewing
from applications.sections import Column, Field
from haizhi_portal.audit.models import Entry
from haizhi_portal.policy.words import Role
from tests import factories as make
from tests.exports import kit
from tests.exports.kit import NOW, made

State = Application.State
ZIP64 = b"\x01\x00"
LIST, FILLED, NOTES = "申报清单", "填报内容", "导出说明"


@pytest.fixture(autouse=True)
def _quick_prints(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a print looks like is not asked here, but for the draft's."""
    if "drafts_print" not in request.node.name:
        monkeypatch.setattr("haizhi_portal.documents.rendering.typeset_apart", lambda html, identifier: make.pdf())


def table_for(user: Any, selection: list[int] | None = None) -> Job:
    selection = kit.everything() if selection is None else selection
    return made(making.export_table(actor=make.acting(user, NOW), selection=selection, filters={}))


def archive_for(user: Any, application: Application, **how: Any) -> Job:
    return made(making.export_archive(actor=make.acting(user, NOW), application=application, **how))


# Cells ---------------------------------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        '=HYPERLINK("http://x.cn")',
        "+8613900000000",
        "-2",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "＝1+1",
        "=cmd|' /C calc'!A0",
    ],
)
def test_a_text_that_looks_like_a_formula_stays_text(text: str) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("x")
    sheet.append([cell(sheet, text)])
    file = io.BytesIO()
    book.save(file)

    found = load_workbook(file).active["A1"]
    assert found.data_type == "s"
    assert found.quotePrefix
    assert found.value.replace("_x000D_", "\r").strip() == text.strip()


@pytest.mark.once
@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (None, ""),
        ("甲\x00乙\x07", "甲乙"),
        ("half \ud800", "half ?"),
        ("😀", "😀"),
        ("长" * 40_000, "长" * (32_767 - 10) + "……（过长，未完）"),
    ],
)
def test_a_cell_holds_any_text(value: Any, kept: str) -> None:
    found = plain(value)
    assert len(found) <= 32_767
    assert found == kept or (len(str(value)) > 32_767 and found.endswith("……（过长，未完）"))


@pytest.mark.once
@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("证号 11010519491231002X。", "证号 110***********002X。"),
        ("210211199001011234", "210***********1234"),
        ("代码 12210200422420013N", "代码 12210200422420013N"),
        ("订单 1234567890123456789012", "订单 1234567890123456789012"),
    ],
)
def test_identity_numbers_in_free_text_are_masked(text: str, said: str) -> None:
    masked = without_identity(text)
    assert (masked == text) == (said == text)
    assert not re.search(r"\d{17}[\dX](?!\d)", masked) or said == text


@pytest.mark.once
@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        (Field("a", "甲", "integer"), 12, 12),
        (Field("a", "甲", "yes"), True, "是"),
        (Field("a", "甲", "rich"), "<p>一<b>二</b></p><ul><li>三</li><li>&lt;四</li></ul>", "一二\n三\n<四"),
        (
            Field("a", "甲", "rows", columns=(Column("n", "名"), Column("d", "日", "date"))),
            [{"n": "王", "d": "2027-01-02"}],
            "王 | 2027年1月2日",
        ),
        (Field("a", "甲", "rows"), None, ""),
        (Field("a", "甲", "date"), None, ""),
    ],
)
def test_every_kind_of_answer_fits_a_cell(field: Field, value: Any, said: Any) -> None:
    assert in_a_cell(field, value) == said


# The list ------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.clause("4.1-annual")
def test_the_list_has_a_row_for_each_with_real_days_and_frozen_heads() -> None:
    first, second = make.carried_to(State.INITIAL_REVIEW), make.carried_to(State.DISTRICT_REVIEW)
    job = table_for(make.user(Role.MUNICIPAL), [second.pk, first.pk])
    found = kit.sheets(job)

    assert list(found) == [LIST, FILLED, NOTES]
    heads, *rows = found[LIST]
    assert heads == [str(title) for title, _width, _value in COLUMNS]
    assert [row[0] for row in rows] == [second.number, first.number]
    row = dict(zip(heads, rows[1], strict=True))
    assert row["申报单位"] == first.organisation.name
    assert row["首次提交时间"] == datetime(2027, 3, 15, 10, 0)
    assert row["辖区同意日期"] == datetime(2027, 5, 1)
    assert row["年度"] == 2027
    assert row["盖章纸质材料份数"] == 0
    book = load_workbook(io.BytesIO(kit.content(job)))
    assert {sheet.freeze_panes for sheet in book} == {"B2"}
    assert book[LIST].column_dimensions["C"].width == 34
    assert job.file is not None
    assert job.file.name == f"申报清单-{date(2027, 7, 1)}.xlsx"


@pytest.mark.django_db
def test_the_list_tells_what_was_submitted_not_what_is_being_corrected_and_masks_telephones() -> None:
    application = make.carried_to(State.DISTRICT_RETURNED)
    Application.objects.update(answers={**application.answers, "plan": {"basics": "还没有提交的话"}})
    content = kit.content(table_for(make.user(Role.MUNICIPAL)))
    rows = kit.sheets(Job.objects.get())[FILLED]

    row = dict(zip(rows[0], rows[1], strict=True))
    assert row["版本"] == 1
    assert "13900000000" not in str(rows)
    assert row["单位与联系人：联系人手机"] == "139****0000"
    assert "还没有提交的话" not in str(rows)
    assert content[:2] == b"PK"


@pytest.mark.django_db
def test_a_district_takes_along_nothing_of_others_and_an_expert_nothing() -> None:
    own, others = make.carried_to(State.DISTRICT_REVIEW), make.carried_to(State.INITIAL_REVIEW, make.municipal_unit())
    draft_of = make.application_ready()
    job = table_for(make.district("210211"), [own.pk])
    numbers = [row[0] for row in kit.sheets(job)[LIST][1:]]
    assert numbers == [own.number]

    # Whatever stands in the selection, only what the person may read is made.
    forced = making.export_table(
        actor=make.acting(make.district("210211"), NOW), selection=[own.pk, others.pk, draft_of.pk], filters={"q": "x"}
    )
    forced = made(forced)
    assert (forced.state, forced.file) == (Job.State.FAILED, None)


@pytest.mark.django_db
def test_the_list_takes_the_same_queries_for_one_and_for_three() -> None:
    user = make.user(Role.MUNICIPAL)
    counts = []
    for number in (1, 3):
        while Application.objects.count() < number:
            make.carried_to(State.INITIAL_REVIEW)
        job = making.export_table(actor=make.acting(user, NOW), selection=kit.everything(), filters={"n": str(number)})
        with CaptureQueriesContext(connection) as caught:
            made(job)
        counts.append(len(caught))
    assert counts[0] == counts[1]


# Archives ------------------------------------------------------------------------------------------------------------


def checked(names: dict[str, bytes], folder: str) -> None:
    """Every digest of the folder's manifest is right, and every file but the manifest stands in it."""
    lines = names[f"{folder}/SHA256SUMS.txt"].decode().splitlines()
    listed = {path: digest for digest, path in (line.split("  ", 1) for line in lines)}
    inside = {name.removeprefix(f"{folder}/") for name in names if name.startswith(f"{folder}/")}
    assert set(listed) == inside - {"SHA256SUMS.txt"}
    for path, digest in listed.items():
        assert hashlib.sha256(names[f"{folder}/{path}"]).hexdigest() == digest


def unpacked(job: Job) -> dict[str, bytes]:
    packed = kit.archive(job)
    assert packed.testzip() is None
    return {name: packed.read(name) for name in packed.namelist()}


@pytest.mark.django_db
@pytest.mark.clause("4.1-materials")
@pytest.mark.parametrize("role", [Role.APPLICANT, Role.DISTRICT, Role.MUNICIPAL])
def test_an_archive_holds_exactly_directory_versions_originals_and_digests(role: Role) -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    people = {Role.APPLICANT: make.applicant_of(application.organisation), Role.DISTRICT: make.district("210211")}
    user = people.get(role) or make.user(role)
    job = archive_for(user, application)
    names, folder = unpacked(job), f"{application.number} {application.organisation.name}"

    files = {row.file.name: row for row in application.materials.select_related("file")}
    expected = {f"{folder}/{name}" for name in ("目录.json", "目录.html", "SHA256SUMS.txt", "申报书/第1版.pdf")}
    listing = json.loads(names[f"{folder}/目录.json"])
    assert {f"{folder}/{each['path']}" for each in listing["materials"] if each["path"]} | expected == set(names)
    assert len(listing["materials"]) == len(application.materials.all())
    checked(names, folder)
    identity = [each for each in listing["materials"] if not each["path"]]
    assert [each["note"] for each in identity] == ["身份证件不随档案导出，请在门户内查看"]
    for each in listing["materials"]:
        if each["path"]:
            assert hashlib.sha256(names[f"{folder}/{each['path']}"]).hexdigest() == each["sha256"]
            assert each["sha256"] in {row.file.sha256 for row in files.values()}
    assert listing["versions"][0]["sha256"] == application.submissions.get().print.sha256
    page = names[f"{folder}/目录.html"].decode()
    assert "<script" not in page
    assert "http" not in page
    assert Viewing.objects.count() == 0


@pytest.mark.django_db
def test_identity_papers_leave_with_municipal_staff_recorded_and_sealed_at_rest() -> None:
    application = make.carried_to(State.INITIAL_REVIEW)
    job = archive_for(make.user(Role.MUNICIPAL), application, with_identity=True, reason="公安机关核验")
    assert job.file is not None, job.failure
    names = unpacked(job)

    paper = application.materials.get(kind=Material.MaterialKind.REPRESENTATIVE_ID)
    assert paper.file.sha256 in {hashlib.sha256(content).hexdigest() for content in names.values()}
    assert job.file.protected
    viewing = Viewing.objects.get()
    assert (viewing.material, viewing.whole, viewing.reason) == (paper, True, "公安机关核验")
    assert Entry.objects.get(event="export.made").data["with_identity"] is True
    assert Entry.objects.get(event="export.made").reason == "公安机关核验"


@pytest.mark.django_db
def test_an_applicants_archive_of_a_draft_holds_the_originals_so_far() -> None:
    application = make.application_ready()
    names = unpacked(archive_for(make.applicant_of(application.organisation), application))

    assert not any(name.endswith("第1版.pdf") for name in names)
    assert sum("/材料/" in name for name in names) == application.materials.count() - 1


@pytest.mark.django_db
def test_a_removed_original_is_in_the_archive_of_the_version_that_had_it() -> None:
    application = make.send_back(make.carried_to(State.DISTRICT_REVIEW), sections={"materials": "请更换"})
    row = application.materials.exclude(kind=Material.MaterialKind.REPRESENTATIVE_ID).first()
    assert row is not None
    owner = make.acting(make.applicant_of(application.organisation), "2027-05-02")
    draft.remove_material(actor=owner, material=row)
    names = unpacked(archive_for(make.user(Role.MUNICIPAL), application))
    listing = json.loads(next(content for name, content in names.items() if name.endswith("目录.json")))

    assert "后来移除，属于较早的版本" in [each["note"] for each in listing["materials"]]


@pytest.mark.django_db
def test_archives_of_a_year_have_a_folder_for_each_and_a_directory_of_all() -> None:
    first, second = make.carried_to(State.INITIAL_REVIEW), make.carried_to(State.DISTRICT_REVIEW)
    actor = make.acting(make.user(Role.MUNICIPAL), NOW)
    job = made(making.export_archives(actor=actor, selection=kit.everything(), filters={"年度": "2027"}))
    names = unpacked(job)

    folders = [f"{row.number} {row.organisation.name}" for row in (first, second)]
    assert {name.split("/")[0] for name in names} == {*folders, "总目录.json", "总目录.html"}
    for folder in folders:
        checked(names, folder)
    whole = json.loads(names["总目录.json"])
    assert [each["number"] for each in whole["applications"]] == [first.number, second.number]
    assert whole["filters"] == {"年度": "2027"}
    assert (job.done, job.total) == (2, 2)


@pytest.mark.django_db
def test_a_file_the_store_has_lost_is_named_and_the_rest_is_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    application = make.carried_to(State.INITIAL_REVIEW)
    lost = application.materials.filter(kind=Material.MaterialKind.BASE_PLAN).get()
    original = packing.read

    def reading(stored: Any) -> Any:
        if stored.pk == lost.file_id:
            raise FileNotFoundError
        return original(stored)

    monkeypatch.setattr(packing, "read", reading)
    names = unpacked(archive_for(make.user(Role.MUNICIPAL), application))
    listing = json.loads(next(content for name, content in names.items() if name.endswith("目录.json")))
    assert "存储中读不出这个文件，请联系系统管理员" in [each["note"] for each in listing["materials"]]


@pytest.mark.django_db
def test_the_archive_is_written_in_pieces_and_large_entries_are_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every original is written as an entry that may grow beyond 4 GB, a megabyte at a time at most."""
    application = make.carried_to(State.INITIAL_REVIEW)
    sizes: list[int] = []
    original = packing.read

    class Watched:
        def __init__(self, file: Any) -> None:
            self.file = file

        def read(self, size: int) -> bytes:
            sizes.append(size)
            return bytes(self.file.read(size))

        def __enter__(self) -> "Watched":
            return self

        def __exit__(self, *_: object) -> None:
            self.file.close()

    monkeypatch.setattr(packing, "read", lambda stored: Watched(original(stored)))
    job = archive_for(make.user(Role.MUNICIPAL), application)

    assert set(sizes) == {1024 * 1024}
    packed = kit.archive(job)
    entries = [entry for entry in packed.infolist() if "/材料/" in entry.filename]
    assert entries
    assert {_field_of_its_header(packed, entry) for entry in entries} == {ZIP64}


def _field_of_its_header(packed: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    """The first extra field of an entry's own header; later Pythons raise the entry's version as well."""
    assert packed.fp is not None
    packed.fp.seek(entry.header_offset)
    header = packed.fp.read(30)
    packed.fp.read(int.from_bytes(header[26:28], "little"))
    return packed.fp.read(2)


# The draft's print ---------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.clause("4.1-paper")
def test_the_drafts_print_holds_what_was_typed_and_says_what_it_is() -> None:
    application = make.application_ready()
    actor = make.acting(make.applicant_of(application.organisation), NOW)
    job = made(making.print_draft(actor=actor, application=application))

    pages = [
        re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in pypdfium2.PdfDocument(kit.content(job))
    ]
    assert all("草稿，尚未提交，不作为申报材料2027年7月1日打印" in page for page in pages)
    assert "按实际情况填写的说明。" in "".join(pages)
    assert all(row.file.sha256 in "".join(pages) for row in application.materials.select_related("file"))
    assert not any("校验码" in page for page in pages)
