"""Every door a file comes in by, tried with every hostile file: refused in words or harmless, nothing left behind."""

import resource
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from applications.models import Application
from haizhi_portal.accounts.models import User
from haizhi_portal.files.models import StoredFile
from haizhi_portal.policy.words import Role
from tests import factories as make
from tests.attack.test_files import unfolding_pdf
from tests.files import specimens

pytestmark = [pytest.mark.once, pytest.mark.django_db, pytest.mark.clause("4.1-materials")]

TODAY = "2027-03-15"
FINE = {200, 302, 400, 409, 422, 429}
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
MEGABYTE = 1024 * 1024
MUCH = b"0" * 60 * 1024 * 1024

# Refused by every door, whatever it takes.
SPECIMENS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a zip bomb as a table": (
        "a.xlsx",
        lambda: specimens.archive({"xl/workbook.xml": MUCH, "[Content_Types].xml": b"<T/>"}),
    ),
    "a zip bomb as a document": ("a.docx", lambda: specimens.docx(extra={f"word/{n}.xml": MUCH for n in range(9)})),
    "a PDF that unfolds": ("a.pdf", lambda: unfolding_pdf(300)),
    "a picture that unfolds": ("a.png", specimens.png_bomb),
    "a drawing with a script": ("a.svg", lambda: SVG),
    "a drawing as a picture": ("a.png", lambda: SVG),
    "a picture that is an archive too": ("a.docx", lambda: specimens.png() + specimens.docx()),
    "a PDF with a script": ("a.pdf", lambda: specimens.pdf_with("script at opening")),
    "a PDF that starts a program": ("a.pdf", lambda: specimens.pdf_with("program in a link")),
    "a locked PDF": ("a.pdf", lambda: specimens.pdf(password="p")),
    "a program": ("../../bin/a.pdf", lambda: specimens.PROGRAM),
    "a program without a name": ("\x00", lambda: specimens.PROGRAM),
    "a page": ("<img src=x onerror=alert(1)>.pdf", lambda: b"<html><script>alert(1)</script></html>"),
    "a long name": ("长" * 5000 + ".pdf", lambda: b"%PDF-"),
    "nothing": ("a.pdf", lambda: b""),
    "a lying table": ("a.csv", lambda: b"\xff\xfe\x00\x00,=cmd|' /C calc'!A0\r\n" * 20),
    "deep json": ("a.json", lambda: b"[" * 100_000),
}


@pytest.fixture
def draft() -> Iterator[Application]:
    with time_machine.travel(make.at(TODAY), tick=False):
        yield make.application_ready(on=TODAY)


def _client(person: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person, backend=configured.AUTHENTICATION_BACKENDS[-1])
    return client


Door = Callable[[Application], tuple[User, str, str, dict[str, Any]]]


def _unit(draft: Application) -> User:
    return make.applicant_of(draft.organisation)


def _officer(draft: Application) -> User:
    return make.user(Role.MUNICIPAL)


def _district(draft: Application) -> User:
    """Of the body the application has just been put before."""
    make.submit(draft, TODAY)
    return make.district("210211")


PARTNER = {"name": "甲学会", "kind": "society", "country": "日本", "since": "2026-01-01", "cooperation": "互访"}
DOORS: dict[str, Door] = {
    "a plan": lambda draft: (
        _unit(draft),
        reverse("applications:material_add", args=[draft.number, "base_plan"]),
        "file",
        {},
    ),
    "an identity paper": lambda draft: (
        _unit(draft),
        reverse("applications:material_add", args=[draft.number, "representative_id"]),
        "file",
        {"stamped": "on"},
    ),
    "evidence": lambda draft: (
        _unit(draft),
        reverse("applications:material_add", args=[draft.number, "condition_evidence"]) + "?about=rules",
        "file",
        {},
    ),
    "the place of another": lambda draft: (
        _unit(draft),
        reverse("applications:material_replace", args=[draft.materials.all()[0].file.public_id]),
        "file",
        {"stamped": "on"},
    ),
    "a consent letter": lambda draft: (_unit(draft), reverse("accounts:own_organisation"), "file", {}),
    "an agreement": lambda draft: (_unit(draft), reverse("resources:add"), "upload", PARTNER),
    "a message": lambda draft: (
        _unit(draft),
        reverse("applications:thread", args=[draft.number]),
        "file",
        {"text": "请看附件"},
    ),
    "a restoration": lambda draft: (
        _officer(draft),
        reverse("accounts:restore", args=[draft.organisation.public_id]),
        "file",
        {"email": "n@example.org", "reason": "离职"},
    ),
    "holidays": lambda draft: (_officer(draft), reverse("site:holiday_import"), "file", {}),
    "a photograph": lambda draft: (_officer(draft), reverse("applications:paper"), "photo", {}),
    "a camera": lambda draft: (_officer(draft), reverse("applications:paper_scan"), "photo", {}),
    "a letter behind an endorsement": lambda draft: (
        _district(draft),
        reverse("applications:review", args=[draft.number]),
        "scan",
        {"do": "scan", "version": "1"},
    ),
    "experts from a table": lambda draft: (
        _unit(draft),
        reverse("applications:rows_import", args=[draft.number, "overseas", "experts"]),
        "file",
        {},
    ),
}


@cache
def _made() -> dict[str, bytes]:
    """Made once, for making a bomb takes longer than refusing it."""
    return {what: content() for what, (_name, content) in SPECIMENS.items()}


def _most_memory() -> int:
    """The most this process ever held, in kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


def _on_disk() -> set[Path]:
    return {each for each in Path(configured.MEDIA_ROOT).rglob("*") if each.is_file()}


@pytest.mark.parametrize("door", DOORS.values(), ids=DOORS)
def test_hostile_files_at_a_door(door: Door, draft: Application) -> None:
    """Each in turn: no accident, nothing kept of what was refused, no great memory, nothing of a name executed."""
    person, address, field, others = door(draft)
    client = _client(person)
    taken, made, before = [], _made(), _most_memory()
    for what, (name, _content) in SPECIMENS.items():
        rows, files = set(StoredFile.objects.values_list("pk", flat=True)), _on_disk()
        body = SimpleUploadedFile(name, made[what])
        answer = client.post(address, {**others, field: body})
        assert answer.status_code in FINE, f"{what}: {answer.status_code}"
        assert b"<img src=x" not in answer.content, what
        assert _most_memory() < before + 100 * 1024, f"{what}: too much at once"
        if set(StoredFile.objects.values_list("pk", flat=True)) == rows:
            assert _on_disk() == files, f"{what}: left on the disk"
        else:
            taken.append(what)
    assert taken == []


def test_hostile_files_in_pieces(draft: Application) -> None:
    """The way of the page itself: refused when it begins or when the whole is looked at, and gone from the disk."""
    client, kept = _client(_unit(draft)), draft.materials.count()
    before, begun = _most_memory(), 0
    for what, (name, _content) in SPECIMENS.items():
        content, files = _made()[what], _on_disk()
        address = reverse("applications:upload_begin", args=[draft.number, "base_plan"])
        answer = client.post(address, {"name": name, "size": len(content)})
        if answer.status_code == 201:
            begun += 1
            place, offset = answer.json()["address"], 0
            while offset < len(content):
                piece = content[offset : offset + MEGABYTE]
                answer = client.post(f"{place}?offset={offset}", piece, content_type="application/octet-stream")
                assert answer.status_code == 200, f"{what}: {answer.status_code}"
                offset = answer.json()["received"]
            answer = client.post(f"{place}finish/")
        assert answer.status_code in {400, 409, 422}, f"{what}: {answer.status_code}"
        assert answer["Content-Type"] == "application/json", what
        assert _on_disk() == files, f"{what}: left on the disk"
    assert begun > 5
    assert _most_memory() < before + 100 * 1024
    assert draft.materials.count() == kept
