"""The private store: kept whole and private, or not kept at all."""

import hashlib
import os
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.http import Http404

from haizhi_portal.audit.actor import Actor
from haizhi_portal.files.models import StoredFile
from haizhi_portal.files.store import (
    discard,
    fresh_path,
    keep,
    made_at,
    quarantine,
    read,
    remove_orphans,
    respond,
    store_bytes,
    store_upload,
    write,
)
from haizhi_portal.policy.verdict import RuleViolation
from tests.files import specimens

ACTOR = Actor.system(datetime(2027, 3, 15, 4, 0, tzinfo=UTC))


@pytest.fixture
def store(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def kept(name: str = "法人证书.pdf", content: bytes | None = None) -> StoredFile:
    upload = SimpleUploadedFile(name, specimens.pdf() if content is None else content, "application/x-msdownload")
    return store_upload(actor=ACTOR, upload=upload, max_megabytes=1)


@pytest.mark.django_db
@pytest.mark.clause("4.1-materials")
def test_what_is_kept(store: Path) -> None:
    content = specimens.pdf()
    stored = kept(content=content)
    (path,) = files_in(store)
    assert (stored.name, stored.content_type, stored.size) == ("法人证书.pdf", "application/pdf", len(content))
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    assert path.read_bytes() == content
    assert path.relative_to(store).as_posix() == stored.path
    assert "法人" not in str(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    with read(stored) as file:
        assert file.read() == content


@pytest.mark.django_db
@pytest.mark.clause("4.1-materials")
@pytest.mark.parametrize(
    ("name", "content", "code", "words"),
    [
        ("空.pdf", b"", "file_refused", "文件是空的"),
        ("程序.pdf", specimens.PROGRAM, "file_refused", "Windows 程序"),
        ("大.pdf", specimens.pdf() + b"\0" * 1024 * 1024, "file_too_large", "超过 1 MB"),
    ],
)
def test_what_is_refused_leaves_nothing(store: Path, name: str, content: bytes, code: str, words: str) -> None:
    with pytest.raises(RuleViolation, match=words) as refused:
        kept(name, content)
    assert (refused.value.clause, refused.value.field, refused.value.code) == ("4.1-materials", "file", code)
    assert name in refused.value.message
    assert not StoredFile.objects.exists()
    assert files_in(store) == []


@pytest.mark.django_db
def test_the_limit_itself_still_fits(store: Path) -> None:
    content = specimens.pdf()
    exactly = content + b"\n" * (1024 * 1024 - len(content))
    assert kept(content=exactly).size == 1024 * 1024
    with pytest.raises(RuleViolation, match="超过 1 MB"):
        kept(content=exactly + b"\n")


@pytest.mark.django_db
def test_another_name_takes_the_place_of_the_one_it_came_with(store: Path) -> None:
    upload = SimpleUploadedFile("scan0001.pdf", specimens.pdf())
    assert store_upload(actor=ACTOR, upload=upload, max_megabytes=1, name="章程.pdf").name == "章程.pdf"


@transaction.atomic
def keep_and_fail(store: Path, *, there: int) -> None:
    kept()
    assert len(files_in(store)) == there
    raise ZeroDivisionError


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_transaction_takes_its_file_along(store: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        keep_and_fail(store, there=1)
    assert files_in(store) == []


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_savepoint_takes_only_its_own(store: Path) -> None:
    with transaction.atomic():
        outer = kept()
        with pytest.raises(ZeroDivisionError):
            keep_and_fail(store, there=2)
    assert [path.relative_to(store).as_posix() for path in files_in(store)] == [outer.path]


@pytest.mark.django_db(transaction=True)
def test_a_committed_file_stays(store: Path) -> None:
    stored = kept()
    assert [path.relative_to(store).as_posix() for path in files_in(store)] == [stored.path]


@pytest.mark.django_db(transaction=True)
def test_orphans_go_once_they_are_old(store: Path) -> None:
    stored = kept()
    orphan = store / "ab" / "cdef"
    orphan.parent.mkdir(exist_ok=True)
    orphan.write_bytes(b"x")
    now = datetime.now(UTC)
    spared = [store / "quarantine" / "INFECTED", store / "readme"]
    for path in spared:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
        os.utime(path, (now.timestamp() - 7200, now.timestamp() - 7200))
    assert remove_orphans(before=now - timedelta(hours=1)) == 0
    os.utime(orphan, (now.timestamp() - 7200, now.timestamp() - 7200))
    os.utime(store / stored.path, (now.timestamp() - 7200, now.timestamp() - 7200))
    assert remove_orphans(before=now - timedelta(hours=1)) == 1
    assert not orphan.exists()
    assert (store / stored.path).exists()
    assert all(path.exists() for path in spared)


@pytest.mark.django_db
def test_the_database_keeps_content_as_it_was(store: Path) -> None:
    stored = kept()
    for change in ({"sha256": "0" * 64}, {"size": 1}, {"path": "aa/bb"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            StoredFile.objects.filter(pk=stored.pk).update(**change)
    assert connection.needs_rollback is False


@pytest.mark.django_db
def test_answers_that_no_browser_runs(store: Path) -> None:
    stored = store_bytes(actor=ACTOR, content=b"%PDF-1.7", name='批复"文\r\n件.pdf', content_type="application/pdf")
    answer = respond(stored)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert "\n" not in answer["Content-Disposition"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer["Cache-Control"] == "private, no-store"
    assert b"".join(answer.streaming_content) == b"%PDF-1.7"  # type: ignore[arg-type]
    shown = respond(stored, inline=True)
    assert shown["Content-Disposition"].startswith("inline")
    assert shown["Content-Security-Policy"] == "default-src 'none'"
    shown.close()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content_type", "inline", "policy"),
    [
        ("application/pdf", True, "default-src 'none'"),
        ("application/pdf", False, "sandbox; default-src 'none'"),
        ("image/png", True, "sandbox; default-src 'none'"),
        ("image/png", False, "sandbox; default-src 'none'"),
    ],
)
def test_only_a_pdf_shown_in_the_page_is_without_a_sandbox(
    store: Path, content_type: str, inline: bool, policy: str
) -> None:
    stored = store_bytes(actor=ACTOR, content=b"abc", name="a", content_type=content_type)
    answer = respond(stored, inline=inline)
    assert (answer["Content-Security-Policy"], answer["Content-Length"]) == (policy, "3")
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    answer.close()


@pytest.mark.django_db
@pytest.mark.clause("4.1-materials")
def test_of_a_sealed_file_nothing_lies_there_in_the_clear(store: Path) -> None:
    content = specimens.pdf()
    upload = SimpleUploadedFile("身份证明.pdf", content)
    stored = store_upload(actor=ACTOR, upload=upload, max_megabytes=1, protected=True)
    path = fresh_path()
    write(path, [content])
    made = keep(actor=ACTOR, examined=made_at(path, name="打包.pdf", content_type="application/pdf", protected=True))
    open_path = fresh_path()
    write(open_path, [content])
    plain = keep(actor=ACTOR, examined=made_at(open_path, name="登记表.pdf", content_type="application/pdf"))
    for each in (stored, made):
        assert (each.protected, each.sha256, each.size) == (True, hashlib.sha256(content).hexdigest(), len(content))
        assert content not in (store / each.path).read_bytes()
        with read(each) as file:
            assert file.read() == content
    assert (store / plain.path).read_bytes() == content
    assert {each.scan for each in (made, plain)} == {StoredFile.Scan.OWN}
    assert sorted(path.relative_to(store).as_posix() for path in files_in(store)) == sorted(
        each.path for each in (stored, made, plain)
    )


@pytest.mark.django_db(transaction=True)
def test_a_discarded_file_goes_with_its_row_once_that_is_sure(store: Path) -> None:
    stored, other = kept(), kept("章程.pdf")
    with transaction.atomic():
        discard(stored)
        transaction.set_rollback(True)
    assert len(files_in(store)) == 2
    stored = StoredFile.objects.get(path=stored.path)
    with transaction.atomic():
        discard(stored)
        assert len(files_in(store)) == 2
    assert [path.relative_to(store).as_posix() for path in files_in(store)] == [other.path]
    assert list(StoredFile.objects.all()) == [other]


@pytest.mark.django_db
def test_what_is_quarantined_lies_apart_and_can_be_opened_by_nobody(store: Path) -> None:
    stored, gone = kept(), kept("没有了.pdf")
    (store / gone.path).unlink()
    for each in (stored, gone):
        quarantine(each)
    (path,) = files_in(store)
    assert path == store / "quarantine" / stored.public_id
    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


@pytest.mark.django_db
def test_a_lost_file_is_not_found(store: Path) -> None:
    stored = kept()
    (store / stored.path).unlink()
    with pytest.raises(Http404):
        respond(stored)
    with pytest.raises(FileNotFoundError):
        read(stored)
