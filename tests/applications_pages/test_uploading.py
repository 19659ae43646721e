"""Uploads in pieces: continued where they broke off, nobody else's, never more than announced, used once."""

from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.db import IntegrityError, transaction

from applications.models import Application
from haizhi_portal.files import incoming
from haizhi_portal.files.models import Incoming, StoredFile
from tests import factories as make
from tests.applications_pages.kit import on, signed_in, url
from tests.files import specimens

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1-materials")]
DAY = "2027-03-10"
OCTETS = "application/octet-stream"


@pytest.fixture
def draft(settings: Any, tmp_path: Path) -> Application:
    settings.MEDIA_ROOT = tmp_path
    return make.application_begun(make.municipal_unit())


def files_left() -> int:
    return sum(path.is_file() for path in Path(configured.MEDIA_ROOT).rglob("*"))


def begin(client: Any, draft: Application, content: bytes, kind: str = "base_plan", **more: Any) -> Any:
    data = {"name": "计划书.pdf", "size": len(content), **more}
    return client.post(url("upload_begin", draft.number, kind), data)


def send(client: Any, address: str, piece: bytes, offset: Any) -> Any:
    return client.post(f"{address}?offset={offset}", piece, content_type=OCTETS)


def test_a_file_arrives_in_pieces(draft: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming, "PIECE", 300)
    content = specimens.pdf(pages=4)
    before = files_left()
    with on(DAY):
        client = signed_in(make.applicant_of(draft.organisation))
        begun = begin(client, draft, content)
        assert begun.status_code == 201
        said = begun.json()
        assert (said["received"], said["piece"]) == (0, 300)
        address = said["address"]
        offset = 0
        while offset < len(content):
            answer = send(client, address, content[offset : offset + 300], offset)
            assert answer.status_code == 200
            offset = answer.json()["received"]
        assert client.get(address).json() == {"received": len(content), "used": False}
        assert client.post(f"{address}finish/").json() == {"done": True}
        assert client.post(f"{address}finish/").json() == {"done": True}
    material = draft.materials.get()
    assert (material.file.name, material.file.pages, material.file.size) == ("计划书.pdf", 4, len(content))
    assert StoredFile.objects.filter(name="计划书.pdf").count() == 1
    assert files_left() >= before + 1


def test_a_piece_out_of_step_changes_nothing(draft: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming, "PIECE", 300)
    content = specimens.pdf()
    with on(DAY):
        client = signed_in(make.applicant_of(draft.organisation))
        address = begin(client, draft, content).json()["address"]
        assert send(client, address, content[:200], 0).json()["received"] == 200
        for piece, offset, status in (
            (content[:200], 0, 409),
            (content[300:400], 300, 409),
            (b"", 200, 400),
            (b"x" * 301, 200, 409),
            (content[200:], "-1", 400),
            (content[200:], "２００", 400),
            (content[200:], "9" * 30, 400),
            (content[200:], "", 400),
        ):
            answer = send(client, address, piece, offset)
            assert (answer.status_code, answer.json()["received"]) == (status, 200), offset
        assert client.post(f"{address}?offset=200", {"a": "b"}).status_code == 400
        assert client.post(f"{address}finish/").json() == {"received": 200}
        for offset in range(200, len(content), 300):
            assert send(client, address, content[offset : offset + 300], offset).status_code == 200
        assert send(client, address, b"more", len(content)).status_code == 409
        assert client.post(f"{address}finish/").status_code == 200
    assert draft.materials.get().file.size == len(content)


@pytest.mark.parametrize("who", ["colleague", "stranger", "district", "nobody"])
def test_an_upload_is_its_owners_alone(draft: Application, who: str) -> None:
    with on(DAY):
        client = signed_in(make.applicant_of(draft.organisation))
        address = begin(client, draft, specimens.pdf()).json()["address"]
        people = {
            "colleague": lambda: make.user("applicant", organisation=draft.organisation, number=7),
            "stranger": lambda: make.applicant_of(make.organisation()),
            "district": lambda: make.district("210211"),
        }
        other = signed_in(people[who]()) if who in people else type(client)()
        expected = {"colleague": 404, "stranger": 404, "district": 403, "nobody": 302}[who]
        assert other.get(address).status_code == expected
        assert send(other, address, b"x", 0).status_code == expected
        assert other.post(f"{address}finish/").status_code == expected
        assert other.post(f"{address}cancel/").status_code == expected
        if who == "stranger":
            assert begin(other, draft, b"x").status_code == 404
        assert client.get(address).json()["received"] == 0


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        ({"size": "0"}, 422, "是空的"),
        ({"size": str(20 * 1024 * 1024 + 1)}, 422, "超过 20 MB"),
        ({"size": "-5"}, 404, ""),
        ({"size": "1e3"}, 404, ""),
        ({"size": "9" * 400}, 404, ""),
        ({"size": "\x00"}, 404, ""),
        ({"size": ""}, 404, ""),
    ],
)
def test_what_is_announced_is_bounded(draft: Application, data: dict[str, str], status: int, words: str) -> None:
    with on(DAY):
        client = signed_in(make.applicant_of(draft.organisation))
        answer = begin(client, draft, b"", **data)
        assert answer.status_code == status
        assert words in answer.content.decode()
        assert begin(client, draft, b"x", kind="nothing").status_code == 404
        assert client.get(url("upload_begin", draft.number, "base_plan")).status_code == 405
    assert not Incoming.objects.exists()


def test_what_is_refused_leaves_nothing_behind(draft: Application) -> None:
    before, rows = files_left(), StoredFile.objects.count()
    with on(DAY):
        client = signed_in(make.applicant_of(draft.organisation))
        for name in ("../../etc/计划书.pdf", "证书\u202efdp.pdf", "a" * 5000 + ".pdf"):
            address = begin(client, draft, specimens.PROGRAM, name=name).json()["address"]
            send(client, address, specimens.PROGRAM, 0)
            refused = client.post(f"{address}finish/")
            assert refused.status_code == 422
            assert "Windows 程序" in refused.json()["error"]
            assert client.get(address).status_code == 404
        cancelled = begin(client, draft, specimens.pdf()).json()["address"]
        assert client.post(f"{cancelled}cancel/").json() == {"done": True}
        assert client.get(cancelled).status_code == 404
    assert (files_left(), StoredFile.objects.count(), Incoming.objects.count()) == (before, rows, 0)


def test_the_stamp_is_asked_for_before_anything_travels_and_again_at_the_end(draft: Application) -> None:
    content = specimens.pdf()
    with on(DAY):
        client = signed_in(make.applicant_of(draft.organisation))
        unstamped = begin(client, draft, content, kind="legal_certificate")
        assert unstamped.status_code == 422
        assert "须加盖公章" in unstamped.json()["error"]
        address = begin(client, draft, content, kind="legal_certificate", stamped="on").json()["address"]
        send(client, address, content, 0)
        assert "须加盖公章" in client.post(f"{address}finish/").json()["error"]
        assert client.post(f"{address}finish/", {"stamped": "on"}).json() == {"done": True}


def test_nobody_begins_without_end(draft: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(incoming, "MOST_AT_ONCE", 2)
    with on(DAY):
        client = signed_in(make.applicant_of(draft.organisation))
        assert [begin(client, draft, b"x").status_code for _ in range(3)] == [201, 201, 422]


def test_uploads_expire_and_are_tidied_away(draft: Application) -> None:
    before = files_left()
    with on(DAY):
        client = signed_in(make.applicant_of(draft.organisation))
        address = begin(client, draft, specimens.pdf()).json()["address"]
    with on("2027-03-11"):
        assert signed_in(make.applicant_of(draft.organisation)).get(address).status_code == 404
    assert incoming.remove_expired(before=make.at(DAY)) == 0
    assert incoming.remove_expired(before=make.at("2027-03-11")) == 1
    assert (files_left(), Incoming.objects.count()) == (before, 0)


def test_the_total_of_an_application_is_bounded(draft: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    from haizhi_portal.policy.figures import FIGURE_SPECS

    spec = FIGURE_SPECS["upload_total_megabytes"]
    assert (spec.minimum, spec.maximum) == (20, 5000)
    with on(DAY):
        client = signed_in(make.applicant_of(draft.organisation))
        monkeypatch.setattr("applications.actions.draft.MEGABYTE", 1)
        refused = begin(client, draft, b"x" * 501)
        assert refused.status_code == 422
        assert "合计不超过 500 MB" in refused.json()["error"]


def test_the_database_knows_how_much_was_announced(draft: Application) -> None:
    with on(DAY):
        begin(signed_in(make.applicant_of(draft.organisation)), draft, b"xy")
    with pytest.raises(IntegrityError), transaction.atomic():
        Incoming.objects.update(received=3)


def test_several_files_at_once_without_a_script(draft: Application) -> None:
    with on(DAY):
        client = signed_in(make.applicant_of(draft.organisation))
        address = url("material_add", draft.number, "overseas_contacts")
        good, bad = make.upload("甲.pdf"), make.upload("乙.pdf", specimens.PROGRAM)
        answer = client.post(address, {"file": [good, bad, make.upload("丙.pdf")]})
        assert answer.status_code == 422
        assert "“乙.pdf”：文件内容不是" in answer.content.decode()
        assert client.post(address, {"stamped": ""}).status_code == 422
        assert client.post(address, {"file": [make.upload("丁.pdf"), make.upload("戊.pdf")]}).status_code == 302
    assert [each.file.name for each in draft.materials.order_by("id")] == ["甲.pdf", "丙.pdf", "丁.pdf", "戊.pdf"]


def test_a_file_takes_the_place_of_another(draft: Application) -> None:
    owner = make.applicant_of(draft.organisation)
    old = make.draft.add_material(
        actor=make.acting(owner, DAY),
        application=draft,
        kind="legal_certificate",
        upload=make.upload("旧.pdf"),
        stamped=True,
    )
    address = url("material_replace", old.file.public_id)
    with on(DAY):
        client = signed_in(owner)
        assert "替换“旧.pdf”" in client.get(address).content.decode()
        refused = client.post(address, {"file": make.upload("新.pdf", specimens.PROGRAM), "stamped": "on"})
        assert refused.status_code == 422
        assert [each.file.name for each in draft.materials.filter(removed_at=None)] == ["旧.pdf"]
        assert client.post(address, {"file": make.upload("新.pdf")}).status_code == 422
        assert client.post(address, {"file": make.upload("新.pdf"), "stamped": "on"}).status_code == 302
        assert [each.file.name for each in draft.materials.filter(removed_at=None)] == ["新.pdf"]
        assert client.get(address).status_code == 404
        assert signed_in(make.applicant_of(make.organisation())).get(address).status_code == 404
