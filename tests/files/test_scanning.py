"""Nothing is opened or handed in before the scanner, where there is one, found it clean."""

import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction

from applications import rules
from applications.actions import draft
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.models import Entry
from haizhi_portal.celery import app
from haizhi_portal.files import clamav, scanning, store
from haizhi_portal.files.models import StoredFile
from haizhi_portal.notifications.models import Message
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import Role
from haizhi_portal.site.actions import scanning as scan_actions
from haizhi_portal.site.actions.scanning import scan_what_waits, settle
from tests import factories as make
from tests.applications_pages.kit import on, signed_in, text, url
from tests.files.clamd import EICAR, Clamd, clamd

pytestmark = pytest.mark.clause("4.1-materials")
SYSTEM = Actor.system(datetime(2027, 3, 15, 4, 0, tzinfo=UTC))
Scan = StoredFile.Scan


@pytest.fixture
def daemon(tmp_path: Path, settings: Any) -> Iterator[Clamd]:
    with clamd(tmp_path / "clamd.sock") as found:
        settings.CLAMAV = found.address
        yield found


# The protocol ---------------------------------------------------------------------------------------------------------


@pytest.mark.once
@pytest.mark.parametrize("by_port", [False, True])
def test_clean_and_infected_over_a_real_socket(tmp_path: Path, by_port: bool) -> None:
    content = b"x" * (3 * clamav.PIECE + 5)
    with clamd(None if by_port else tmp_path / "s") as daemon:
        assert clamav.scan(io.BytesIO(content), daemon.address, patience=5) == ""
        assert clamav.scan(io.BytesIO(b"before" + EICAR), daemon.address, patience=5) == "Eicar-Test-Signature"
        assert clamav.scan(io.BytesIO(b""), daemon.address, patience=5) == ""
        assert daemon.seen == [content, b"before" + EICAR, b""]


@pytest.mark.once
@pytest.mark.parametrize(
    ("mood", "words"),
    [
        ("slow", "TimeoutError"),
        ("garbage", "HTTP/1.1 400"),
        ("deaf", r"unexpected answer ''|ConnectionResetError"),
        ("full", "size limit"),
    ],
)
def test_no_answer_is_no_clean_bill(tmp_path: Path, mood: str, words: str) -> None:
    with clamd(tmp_path / "s") as daemon:
        daemon.mood = mood
        with pytest.raises(clamav.NoAnswer, match=words):
            clamav.scan(io.BytesIO(b"x" * 500_000), daemon.address, patience=0.3)


@pytest.mark.once
@pytest.mark.parametrize("address", ["unix:/nowhere/clamd.sock", "tcp://127.0.0.1:1"])
def test_a_dead_daemon_gives_no_answer(address: str) -> None:
    with pytest.raises(clamav.NoAnswer, match=r"FileNotFoundError|ConnectionRefusedError"):
        clamav.scan(io.BytesIO(b"x"), address, patience=1)


# What an upload meets -------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_small_file_is_scanned_while_one_waits(daemon: Clamd) -> None:
    stored = store.store_upload(actor=SYSTEM, upload=make.upload(), max_megabytes=1)
    assert (stored.scan, stored.held, daemon.seen) == (Scan.CLEAN, "", [make.pdf()])
    assert stored.scanned_at == SYSTEM.now
    infected = make.pdf().replace(b"%%EOF", b"%" + EICAR + b"\n%%EOF")
    with pytest.raises(RuleViolation, match="查出病毒（Eicar-Test-Signature），没有保存"):
        store.store_upload(actor=SYSTEM, upload=make.upload(content=infected), max_megabytes=1)
    assert StoredFile.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("why", ["dead", "garbage", "large"])
def test_what_was_not_scanned_at_once_waits(daemon: Clamd, settings: Any, monkeypatch: Any, why: str) -> None:
    if why == "dead":
        settings.CLAMAV = "unix:/nowhere/clamd.sock"
    elif why == "garbage":
        daemon.mood = "garbage"
    else:
        monkeypatch.setattr(clamav, "QUICK", 10)
    stored = store.store_upload(actor=SYSTEM, upload=make.upload(), max_megabytes=1)
    assert (stored.scan, stored.scanned_at) == (Scan.PENDING, None)
    assert "正在查毒" in stored.held
    with pytest.raises(PermissionDenied, match="正在查毒"):
        store.respond(stored)


def waiting_application(monkeypatch: Any) -> Any:
    monkeypatch.setattr(clamav, "QUICK", 0)
    return make.application_ready(make.municipal_unit())


@pytest.mark.django_db
def test_nothing_is_handed_in_before_it_is_clean(daemon: Clamd, monkeypatch: Any) -> None:
    application = waiting_application(monkeypatch)
    owner = make.applicant_of(application.organisation)
    actor = make.acting(owner, "2027-03-15")
    verdict = rules.can_submit(actor, application)
    assert not verdict
    assert "正在查毒，通过后才能打开和提交" in verdict.reason
    plan = application.materials.get(kind="base_plan").file.public_id
    with on("2027-03-15"):
        client = signed_in(owner)
        assert client.get(url("material_file", plan)).status_code == 403
        assert client.get(url("material_page", plan, 1)).status_code == 404
        assert "正在查毒" in text(client.get(url("material_view", plan)))
        page = text(client.get(url("section", application.number, "materials")))
        waiting = re.findall(r'<p class="hz-message (hz-tone-\w+)">[^<]*正在查毒', page)
        assert set(waiting) == {"hz-tone-wait"}
    done = scan_what_waits(actor=SYSTEM)
    assert done == {"clean": StoredFile.objects.count(), "infected": 0, "pending": 0, "failed": 0}
    assert rules.can_submit(actor, application)
    # The sealed identity paper went through in the clear.
    assert daemon.seen.count(make.pdf()) >= application.materials.count()
    with on("2027-03-15"):
        assert signed_in(owner).get(url("material_file", plan)).status_code == 200
    assert scan_what_waits(actor=SYSTEM)["clean"] == 0


@pytest.mark.django_db(transaction=True)
def test_an_infected_file_is_locked_away_and_told(daemon: Clamd, monkeypatch: Any, settings: Any) -> None:
    application = waiting_application(monkeypatch)
    stored = application.materials.get(kind="base_plan").file
    monkeypatch.setattr(clamav, "scan", lambda *_args, **_more: "Eicar-Test-Signature")
    scan_what_waits(actor=SYSTEM)
    stored.refresh_from_db()
    assert (stored.scan, stored.scan_note) == (Scan.INFECTED, "Eicar-Test-Signature")
    assert not Path(settings.MEDIA_ROOT, stored.path).exists()
    assert Path(settings.MEDIA_ROOT, store.QUARANTINE, stored.public_id).exists()
    with pytest.raises(PermissionDenied, match="已隔离"):
        store.respond(stored)
    entry = Entry.objects.get(event="file.infected", object=f"file:{stored.public_id}")
    assert (entry.role, entry.application, entry.data["virus"]) == (
        "system",
        application.number,
        "Eicar-Test-Signature",
    )
    told = Message.objects.filter(kind="file.infected", recipient=make.applicant_of(application.organisation))
    assert told.count() == StoredFile.objects.filter(scan=Scan.INFECTED).count() > application.materials.count()
    settle(actor=SYSTEM, stored=stored, outcome=scanning.Outcome(Scan.CLEAN))
    stored.refresh_from_db()
    assert stored.scan == Scan.INFECTED
    with pytest.raises(DatabaseError), transaction.atomic():
        StoredFile.objects.filter(pk=stored.pk).update(scan=Scan.CLEAN)
    settings.CLAMAV = ""
    assert "已隔离" in stored.held
    owner = make.applicant_of(application.organisation)
    with on("2027-03-15"):
        page = text(signed_in(owner).get(url("section", application.number, "materials")))
    assert re.findall(r'<p class="hz-message (hz-tone-\w+)">([^<]*已隔离[^<]*)</p>', page)[0][0] == "hz-tone-stop"


@pytest.mark.django_db
@pytest.mark.parametrize("uploader", [True, False])
def test_of_any_other_infected_file_its_uploader_is_told(uploader: bool) -> None:
    person = make.user(Role.MUNICIPAL)
    application = make.application_begun()
    owner = make.acting(make.applicant_of(application.organisation), "2027-03-15")
    draft.add_material(actor=owner, application=application, kind="base_plan", upload=make.upload(), stamped=True)
    actor = make.acting(person, "2027-03-15") if uploader else SYSTEM
    stored = store.store_upload(actor=actor, upload=make.upload("附件.pdf"), max_megabytes=1)
    found = settle(actor=SYSTEM, stored=stored, outcome=scanning.Outcome(Scan.INFECTED, "Eicar"))
    assert (found.scan, found.scan_note, found.scan_attempts, found.scanned_at) == (
        Scan.INFECTED,
        "Eicar",
        1,
        SYSTEM.now,
    )
    messages = Message.objects.filter(kind="file.infected")
    told = [(each.recipient, each.kind, each.link) for each in messages]
    assert told == ([(person, "file.infected", "")] if uploader else [])
    body = "“附件.pdf”查出病毒（Eicar），已隔离，不能打开，也不能随申报提交。请清除病毒后重新上传。"
    assert {each.body for each in messages} <= {body}
    entry = Entry.objects.get(event="file.infected")
    assert (entry.object, entry.clause) == (f"file:{stored.public_id}", "4.1-materials")
    assert (entry.data, entry.application, entry.organisation) == (
        {"file": stored.public_id, "virus": "Eicar"},
        None,
        None,
    )
    again = settle(actor=SYSTEM, stored=stored, outcome=scanning.Outcome(Scan.CLEAN))
    assert (again.scan, again.scan_attempts) == (Scan.INFECTED, 1)
    assert Entry.objects.filter(event="file.infected").count() == 1
    own = store.store_bytes(actor=SYSTEM, content=b"%PDF", name="通知.pdf", content_type="application/pdf")
    clean = application.materials.get().file
    StoredFile.objects.filter(pk=clean.pk).update(scan=Scan.CLEAN)
    for settled in (own, clean):
        settle(actor=SYSTEM, stored=settled, outcome=scanning.Outcome(Scan.INFECTED, "Eicar"))
    assert {each.scan for each in StoredFile.objects.filter(pk__in=[own.pk, clean.pk])} == {Scan.OWN, Scan.CLEAN}


@pytest.mark.django_db
def test_a_round_ends_with_its_batch_its_minute_or_a_scanner_that_is_away(monkeypatch: Any, settings: Any) -> None:
    for number in range(3):
        store.store_upload(actor=SYSTEM, upload=make.upload(f"{number}.pdf"), max_megabytes=1)
    settings.CLAMAV = "unix:/nowhere/clamd.sock"
    outcomes = {"clean": scanning.Outcome(Scan.CLEAN), "away": scanning.Outcome(Scan.PENDING, "no answer")}
    answer = ["away"]
    monkeypatch.setattr(scanning, "look", lambda stored: outcomes[answer[0]])
    none = {"clean": 0, "infected": 0, "pending": 0, "failed": 0}
    assert scan_what_waits(actor=SYSTEM) == none | {"pending": 1}
    assert StoredFile.objects.get(scan=Scan.PENDING).scan_note == "no answer"
    answer[0] = "clean"
    monkeypatch.setattr(scan_actions, "LONGEST_ROUND", -1.0)
    assert scan_what_waits(actor=SYSTEM) == none | {"clean": 1}
    monkeypatch.setattr(scan_actions, "LONGEST_ROUND", 60.0)
    monkeypatch.setattr(scan_actions, "BATCH", 1)
    assert scan_what_waits(actor=SYSTEM) == none | {"clean": 1}
    monkeypatch.setattr(scan_actions, "BATCH", 50)
    assert scan_what_waits(actor=SYSTEM) == none | {"clean": 1}


@pytest.mark.django_db
def test_a_scanner_that_is_away_is_asked_again(daemon: Clamd, monkeypatch: Any, settings: Any) -> None:
    monkeypatch.setattr(clamav, "QUICK", 0)
    stored = store.store_upload(actor=SYSTEM, upload=make.upload(), max_megabytes=1)
    address, settings.CLAMAV = settings.CLAMAV, "unix:/nowhere/clamd.sock"
    for attempt in range(1, scanning.MOST_ATTEMPTS):
        assert scan_what_waits(actor=SYSTEM)["pending"] == 1
        stored.refresh_from_db()
        assert (stored.scan, stored.scan_attempts) == (Scan.PENDING, attempt)
    assert scan_what_waits(actor=SYSTEM)["failed"] == 1
    stored.refresh_from_db()
    assert "查毒没有完成" in stored.held
    settings.CLAMAV = address
    assert scan_what_waits(actor=SYSTEM)["clean"] == 0
    later = Actor.system(SYSTEM.now + scanning.PAUSE + timedelta(seconds=1))
    assert scan_what_waits(actor=later)["clean"] == 1
    stored.refresh_from_db()
    assert stored.held == ""


@pytest.mark.django_db
def test_which_files_wait_and_which_of_them_first(settings: Any) -> None:
    settings.CLAMAV = "unix:/nowhere/clamd.sock"
    rows = (
        ("waited twice", Scan.PENDING, 2, None),
        ("new", Scan.NONE, 0, None),
        ("newer", Scan.PENDING, 0, None),
        ("failed long ago", Scan.FAILED, 5, scanning.PAUSE + timedelta(seconds=1)),
        ("failed just now", Scan.FAILED, 5, scanning.PAUSE),
        ("clean", Scan.CLEAN, 1, timedelta(days=1)),
        ("infected", Scan.INFECTED, 1, timedelta(days=1)),
        ("own", Scan.OWN, 0, None),
    )
    for number, (name, scan, attempts, ago) in enumerate(rows):
        StoredFile.objects.create(
            name=name,
            path=f"aa/{number}",
            content_type="application/pdf",
            size=1,
            sha256="0" * 64,
            scan=scan,
            scan_attempts=attempts,
            scanned_at=ago and SYSTEM.now - ago,
            uploaded_at=SYSTEM.now,
        )
    assert [each.name for each in scanning.waiting(SYSTEM.now)] == ["new", "newer", "waited twice", "failed long ago"]


@pytest.mark.django_db
def test_without_a_scanner_nothing_waits() -> None:
    stored = store.store_upload(actor=SYSTEM, upload=make.upload(), max_megabytes=1)
    assert (stored.scan, stored.held) == (Scan.NONE, "")
    assert not scanning.waiting(SYSTEM.now).exists()
    assert sum(scan_what_waits(actor=SYSTEM).values()) == 0


@pytest.mark.django_db
def test_a_scanner_set_up_later_also_looks_at_what_was_there(daemon: Clamd, settings: Any) -> None:
    address, settings.CLAMAV = settings.CLAMAV, ""
    stored = store.store_upload(actor=SYSTEM, upload=make.upload(), max_megabytes=1)
    own = store.store_bytes(actor=SYSTEM, content=b"%PDF", name="通知.pdf", content_type="application/pdf")
    settings.CLAMAV = address
    assert stored.held
    assert own.held == ""
    assert scan_what_waits(actor=SYSTEM)["clean"] == 1


def test_the_worker_has_the_round_on_its_timetable(settings: Any) -> None:
    app.loader.import_default_modules()
    planned = {each["task"] for each in settings.CELERY_BEAT_SCHEDULE.values()}
    assert "haizhi_portal.site.tasks.scan_uploads" in planned <= set(app.tasks)
