"""Reading an application's files in the browser, and identity papers that stay masked until somebody says why."""

import io
import itertools
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import DatabaseError, transaction
from PIL import Image

from applications.actions import viewing
from applications.models import Material, Viewing
from haizhi_portal.audit.models import Entry
from haizhi_portal.files.store import read
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import Role
from tests import factories as make
from tests.applications_pages.kit import on, signed_in, text, url
from tests.files import specimens

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1-materials")]
DAY = "2027-05-05"


def material(application: Any, kind: str) -> Material:
    found: Material = application.materials.select_related("file", "application").get(kind=kind)
    return found


def with_id_card(kind: str = "PNG") -> tuple[Any, Material]:
    """An application under review whose identity paper is half black, half white."""
    application = make.application_begun()
    actor = make.acting(make.applicant_of(application.organisation), "2027-03-10")
    picture = Image.new("RGB", (800, 500), "white")
    picture.paste("black", (0, 0, 400, 500))
    content = io.BytesIO()
    picture.save(content, kind)
    make.draft.add_material(
        actor=actor,
        application=application,
        kind="representative_id",
        upload=make.upload(f"身份证.{kind.lower()}", content.getvalue()),
        stamped=True,
    )
    application = make.application_ready(application.organisation)
    make.submit(application)
    application.refresh_from_db()
    return application, material(application, "representative_id")


def viewings() -> list[tuple[str, bool, bool]]:
    """Role, masked and whole of every opening in the ledger."""
    rows = Entry.objects.filter(event="file.viewed").order_by("seq")
    return [(row.role, row.data["masked"], row.data["whole"]) for row in rows]


def picture(answer: Any) -> Image.Image:
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/jpeg"
    return Image.open(io.BytesIO(answer.content))


def contrast(image: Image.Image) -> int:
    """How sharp the edge in the middle of the card is: the largest step between neighbours on one line."""
    grey = image.convert("L")
    middle = [grey.getpixel((x, grey.height // 7)) for x in range(grey.width)]
    return max(abs(int(a) - int(b)) for a, b in itertools.pairwise(middle))  # type: ignore[arg-type]


def test_a_document_is_read_page_by_page() -> None:
    application = make.application_begun()
    actor = make.acting(make.applicant_of(application.organisation), "2027-03-10")
    added = make.draft.add_material(
        actor=actor,
        application=application,
        kind="base_plan",
        upload=make.upload("计划书.pdf", specimens.pdf(pages=3)),
        stamped=False,
    )
    assert added.file.pages == 3
    file = added.file.public_id
    with on("2027-03-10"):
        client = signed_in(make.applicant_of(application.organisation))
        first = text(client.get(url("material_view", file)))
        assert "第 1 页，共 3 页" in first
        assert 'rel="prev"' not in first
        assert re.findall(r'<a href="[^"]*zoom=(\w+)" aria-current="true">', first) == ["fit"]
        assert f'class="hz-viewer-download" href="{url("material_file", file)}"' in first
        second = text(client.get(url("material_view", file) + "?sheet=2"))
        assert re.findall(r'rel="(\w+)" href="[^"]*sheet=(\d)', second) == [("prev", "1"), ("next", "3")]
        assert f"{url('material_view', file)}?sheet=2&amp;zoom=fit" in first
        last = text(client.get(url("material_view", file) + "?sheet=3&zoom=large"))
        assert "第 3 页，共 3 页" in last
        assert 'rel="next"' not in last
        assert re.findall(r'<a href="[^"]*zoom=(\w+)" aria-current="true">', last) == ["large"]
        assert f"{url('material_page', file, 3)}?zoom=large" in last
        for nonsense in ("99", "0", "-1", "１", "x" * 500, "\x00"):
            assert client.get(url("material_view", file), {"sheet": nonsense, "zoom": nonsense}).status_code == 200
        assert picture(client.get(url("material_page", file, 2) + "?zoom=large")).width == 1400
        assert picture(client.get(url("material_page", file, 2))).width == 900
        for page in (0, 4, 999999999999):
            assert client.get(url("material_page", file, page)).status_code == 404
    assert viewings() == []


@pytest.mark.parametrize("kind", ["PNG", "PDF"])
def test_an_identity_paper_lies_there_sealed_and_is_shown_masked(settings: Any, kind: str) -> None:
    application, paper = with_id_card(kind)
    raw = Path(settings.MEDIA_ROOT, paper.file.path).read_bytes()
    assert paper.file.protected
    assert raw.startswith(b"HZS1")
    assert kind.encode() not in raw[:200]
    with read(paper.file) as content:
        assert kind.encode() in content.read(4)
    file = paper.file.public_id
    with on(DAY):
        client = signed_in(make.district("210211"))
        assert client.get(url("material_file", file)).url == url("material_view", file)
        shown = text(client.get(url("material_view", file)))
        assert "已遮挡" in shown
        masked = picture(client.get(url("material_page", file, 1)))
        assert contrast(masked) < 60
        assert viewings() == [("district", True, False)]
        assert '<details class="hz-sheet hz-viewer-unmask">' in text(client.get(url("material_view", file)))
        blank = client.post(url("material_view", file), {"reason": " "})
        assert blank.status_code == 422
        assert '<details class="hz-sheet hz-viewer-unmask" open>' in text(blank)
        assert client.post(url("material_view", file), {"reason": "长" * 201}).status_code == 422
        answer = client.post(url("material_view", file), {"reason": "核对姓名"})
        assert (answer.status_code, answer.url) == (302, url("material_view", file))
        assert "身份证件原件" in text(client.get(url("material_view", file)))
        assert contrast(picture(client.get(url("material_page", file, 1)))) > 100
    assert viewings() == [("district", True, False), ("district", False, False)]
    entry = Entry.objects.filter(event="file.viewed").latest("seq")
    assert (entry.reason, entry.application, entry.data["file"]) == ("核对姓名", application.number, file)
    with time_machine.travel(make.at(DAY, 10, 15), tick=False):
        later = signed_in(make.district("210211"))
        assert "已遮挡" in text(later.get(url("material_view", file)))
    assert viewings()[2:] == [("district", True, False)]


@pytest.mark.parametrize(
    ("who", "sees", "unmasks", "downloads"),
    [
        ("owner", True, True, True),
        ("district", True, True, False),
        ("municipal", True, True, False),
        ("leader", True, False, False),
        ("auditor", True, False, False),
        ("other district", False, False, False),
        ("other unit", False, False, False),
        ("expert", False, False, False),
        ("admin", False, False, False),
    ],
)
def test_who_sees_what_of_an_identity_paper(who: str, sees: bool, unmasks: bool, downloads: bool) -> None:
    application, paper = with_id_card()
    people = {
        "owner": lambda: make.applicant_of(application.organisation),
        "district": lambda: make.district("210211"),
        "municipal": lambda: make.user(Role.MUNICIPAL),
        "leader": lambda: make.user(Role.LEADER),
        "auditor": lambda: make.user(Role.AUDITOR),
        "other district": lambda: make.district("210202"),
        "other unit": lambda: make.applicant_of(make.organisation()),
        "expert": lambda: make.expert(1),
        "admin": lambda: make.user(Role.ADMIN),
    }
    file = paper.file.public_id
    with on(DAY):
        client = signed_in(people[who]())
        viewed = client.get(url("material_view", file))
        assert (viewed.status_code == 200) is sees
        assert ("hz-viewer-unmask" in text(viewed)) is unmasks
        assert ("hz-viewer-download" in text(viewed)) is downloads
        assert (client.get(url("material_page", file, 1)).status_code == 200) is sees
        raw = client.get(url("material_file", file))
        assert (raw.status_code == 200) is downloads
        assert (client.post(url("material_view", file), {"reason": "核对"}).status_code == 302) is unmasks
    assert viewings() == [
        *([(people[who]().role, True, False)] if sees else []),
        *([(people[who]().role, False, True)] if downloads else []),
        *([(people[who]().role, False, False)] if unmasks else []),
    ]


@pytest.mark.parametrize(
    ("back", "leads"),
    [
        ("/applications/2027-0001/review/?doc=AB&sheet=2", True),
        ("//evil.example/applications/", False),
        ("https://evil.example/", False),
        ("/admin/", False),
    ],
)
def test_after_saying_why_one_reads_on_where_one_was(back: str, leads: bool) -> None:
    _application, paper = with_id_card()
    own = url("material_view", paper.file.public_id)
    with on(DAY):
        answer = signed_in(make.user(Role.MUNICIPAL)).post(
            own, {"reason": "核对"}, QUERY_STRING=urlencode({"back": back})
        )
    assert answer.status_code == 302
    assert answer.url == (back if leads else own)


def test_one_opening_however_many_pages_and_images() -> None:
    _application, paper = with_id_card()
    actor = make.acting(make.user(Role.MUNICIPAL), DAY)
    first = viewing.open_masked(actor=actor, material=paper)
    assert viewing.open_masked(actor=actor, material=paper) == first
    bare = viewing.unmask(actor=actor, material=paper, reason="核对")
    assert viewing.unmask(actor=actor, material=paper, reason="再核对") == bare
    assert viewing.open_masked(actor=actor, material=paper) == bare
    assert len(viewings()) == 2


def test_the_database_keeps_viewings_and_wants_reasons() -> None:
    _application, paper = with_id_card()
    actor = make.acting(make.user(Role.MUNICIPAL), DAY)
    seen = viewing.open_masked(actor=actor, material=paper)
    for change in (lambda: Viewing.objects.update(masked=False), lambda: Viewing.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    with pytest.raises(DatabaseError), transaction.atomic():
        Viewing.objects.create(material=paper, viewer=actor.user, masked=False, opened_at=actor.now)
    assert Viewing.objects.get() == seen


def test_a_word_file_is_read_as_its_words_and_nothing_else() -> None:
    application = make.application_begun()
    actor = make.acting(make.applicant_of(application.organisation), "2027-03-10")
    content = specimens.word("工作计划", "<script>alert(1)</script>", link="javascript:alert(2)", pages=7)
    added = make.draft.add_material(
        actor=actor,
        application=application,
        kind="base_plan",
        upload=make.upload("计划书.docx", content),
        stamped=False,
    )
    assert added.file.pages == 7
    with on("2027-03-10"):
        client = signed_in(make.applicant_of(application.organisation))
        shown = text(client.get(url("material_view", added.file.public_id)))
        assert "工作计划" in shown
        assert "共 7 页。" in shown
        assert "hz-viewer-zooms" not in shown
        assert "<script>alert" not in shown
        assert "javascript:" not in shown
        assert client.get(url("material_page", added.file.public_id, 1)).status_code == 404


@pytest.mark.clause("4.1-materials")
def test_an_opening_is_of_one_paper_by_one_person() -> None:
    """A paper shown bare bares neither another paper of the same person nor the same paper to somebody else."""
    (_first, paper), (_second, other) = with_id_card(), with_id_card()
    at = make.at("2027-03-16", 10)
    clerk, colleague = (make.acting(make.user(Role.MUNICIPAL, number=number), at) for number in (1, 2))
    bare = viewing.unmask(actor=clerk, material=paper, reason="核对")
    assert not bare.masked
    assert viewing.open_viewing(actor=clerk, material=other) is None
    assert viewing.open_viewing(actor=colleague, material=paper) is None
    assert viewing.open_masked(actor=clerk, material=other).masked
    assert viewing.open_masked(actor=colleague, material=paper).masked
    assert viewing.open_masked(actor=clerk, material=paper) == bare
    again = viewing.unmask(actor=colleague, material=paper, reason="我也核对")
    assert (again.viewer, again.reason, again.masked) == (colleague.user, "我也核对", False)
    assert Entry.objects.filter(event="file.viewed").count() == Viewing.objects.count() == 4


@pytest.mark.clause("4.1-materials")
@pytest.mark.parametrize(("length", "taken"), [(200, True), (201, False)])
def test_a_reason_for_looking_has_two_hundred_characters_at_most(length: int, taken: bool) -> None:
    _application, paper = with_id_card()
    actor = make.acting(make.user(Role.MUNICIPAL), "2027-03-16")
    if taken:
        assert viewing.unmask(actor=actor, material=paper, reason="长" * length).reason == "长" * length
        return
    with pytest.raises(RuleViolation, match="不超过 200 字") as refused:
        viewing.unmask(actor=actor, material=paper, reason="长" * length)
    assert (refused.value.field, Viewing.objects.count()) == ("reason", 0)


@pytest.mark.clause("4.1-materials")
def test_whole_papers_go_to_their_unit_and_into_the_office_s_archive_alone() -> None:
    application, paper = with_id_card()
    for role in (Role.MUNICIPAL, Role.LEADER, Role.AUDITOR):
        with pytest.raises(RuleViolation):
            viewing.download(actor=make.acting(make.user(role), "2027-03-16"), material=paper)
    stranger = make.acting(make.applicant_of(make.organisation()), "2027-03-16")
    own = make.acting(make.applicant_of(application.organisation), "2027-03-16")
    for person in (stranger, own, make.acting(make.user(Role.LEADER), "2027-03-16")):
        with pytest.raises(RuleViolation):
            viewing.taken_along(actor=person, material=paper, reason="归档")
    with pytest.raises(RuleViolation):
        viewing.download(actor=stranger, material=paper)
    assert not Viewing.objects.exists()
    viewing.download(actor=own, material=paper)
    viewing.taken_along(actor=make.acting(make.user(Role.MUNICIPAL), "2027-03-16"), material=paper, reason="归档")
    kept = Viewing.objects.order_by("pk").values_list("masked", "whole", "reason")
    assert list(kept) == [(False, True, "本单位下载"), (False, True, "归档")]
    # What left whole is no opening that goes on.
    assert viewing.open_masked(actor=own, material=paper).masked
