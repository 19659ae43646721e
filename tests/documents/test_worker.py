"""The file behind a document: made once, later, and never in the way of a request."""

import hashlib
from typing import Any

import pytest
from kombu.exceptions import OperationalError

from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.models import Entry
from haizhi_portal.documents import queue, tasks
from haizhi_portal.documents.actions import rendering
from haizhi_portal.documents.actions.issue import void
from haizhi_portal.documents.actions.rendering import MOST_ATTEMPTS, attach_rendering, retry
from haizhi_portal.documents.models import Document
from haizhi_portal.documents.modes import rendering_mode
from haizhi_portal.files.models import StoredFile
from haizhi_portal.files.store import read
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import Role
from tests.documents import kit

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The documents handed to the worker."""
    found: list[int] = []
    monkeypatch.setattr(queue, "send", lambda document_id: found.append(document_id) or True)
    return found


@pytest.mark.clause("4.3-award")
def test_the_worker_keeps_the_file_with_its_digest_and_says_so_in_the_ledger() -> None:
    document = kit.reply()
    tasks.render(document.pk)

    document.refresh_from_db()
    assert document.file is not None
    with read(document.file) as kept:
        content = kept.read()
    assert content.startswith(b"%PDF-1.7")
    assert document.sha256 == document.file.sha256 == hashlib.sha256(content).hexdigest()
    assert document.file.name == "关于同意滨海示例研究院1设立海智工作基地的批复.pdf"
    assert (document.render_attempts, document.render_error) == (1, "")
    entry = Entry.objects.get(event="document.issued")
    assert entry.data == {"kind": "reply", "number": "大科协批〔2027〕1号", "sha256": document.sha256}
    assert (entry.on, entry.role, entry.actor) == (kit.DAY, "leader", document.issued_by)


def test_a_second_delivery_changes_nothing() -> None:
    document = kit.reply()
    first = attach_rendering(document_id=document.pk, now=kit.on(kit.DAY))
    second = attach_rendering(document_id=document.pk, now=kit.on("2027-09-02"))

    assert (second.file, second.rendered_at) == (first.file, first.rendered_at)
    assert StoredFile.objects.count() == 1
    assert Entry.objects.filter(event="document.issued").count() == 1


def test_whoever_rendered_meanwhile_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    document = kit.reply()
    original = rendering.render_document

    def slowly(document: Document, **how: bool) -> bytes:
        content = original(document, **how)
        monkeypatch.setattr(rendering, "render_document", original)
        attach_rendering(document_id=document.pk, now=kit.on(kit.DAY))
        return content

    monkeypatch.setattr(rendering, "render_document", slowly)
    attach_rendering(document_id=document.pk, now=kit.on("2027-09-03"))

    document.refresh_from_db()
    assert document.rendered_at == kit.on(kit.DAY)
    assert StoredFile.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_rendering_holds_no_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connection

    document = kit.reply()
    inside: list[bool] = []
    original = rendering.render_document

    def watched(document: Document, **how: bool) -> bytes:
        inside.append(connection.in_atomic_block)
        return original(document, **how)

    monkeypatch.setattr(rendering, "render_document", watched)
    attach_rendering(document_id=document.pk, now=kit.on(kit.DAY))

    assert inside == [False]


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(document: Document, **how: bool) -> bytes:
        raise RuntimeError("the fonts FandolFang are missing")

    monkeypatch.setattr(rendering, "render_document", fail)


@pytest.mark.usefixtures("broken")
def test_a_failure_is_kept_as_a_reason_and_a_count() -> None:
    document = kit.reply()
    for _ in range(2):
        with pytest.raises(RuntimeError):
            tasks.render(document.pk)

    document.refresh_from_db()
    assert document.render_attempts == 2
    assert document.render_error == "RuntimeError: the fonts FandolFang are missing"
    assert not Entry.objects.filter(event="document.issued").exists()


@pytest.mark.usefixtures("broken")
def test_the_sweep_queues_what_is_missing_until_it_gives_up(sent: list[int]) -> None:
    document, other = kit.reply(), kit.reply(n=2)
    for _ in range(MOST_ATTEMPTS):
        with pytest.raises(RuntimeError):
            attach_rendering(document_id=document.pk, now=kit.on(kit.DAY))

    assert tasks.sweep() == 1
    assert sent == [other.pk]

    retry(actor=kit.actor(Role.MUNICIPAL), document=document)
    assert tasks.sweep() == 2


def test_the_sweep_leaves_finished_and_void_documents_alone(sent: list[int]) -> None:
    attach_rendering(document_id=kit.reply().pk, now=kit.on(kit.DAY))
    void(actor=kit.actor(), document=kit.reply(n=2), reason="重复")

    assert tasks.sweep() == 0
    assert sent == []


@pytest.mark.parametrize("role", [Role.APPLICANT, Role.AUDITOR, Role.EXPERT, Role.DISTRICT])
def test_only_municipal_staff_ask_for_another_attempt(role: str) -> None:
    document = kit.reply()
    with pytest.raises(RuleViolation):
        retry(actor=Actor(user=None, role=role, now=kit.on(kit.DAY)), document=document)


def rendered_as(monkeypatch: pytest.MonkeyPatch, meanwhile: Any = lambda: None) -> None:
    def quickly(document: Document, **how: bool) -> bytes:
        meanwhile()
        return b"%PDF-1.7"

    monkeypatch.setattr(rendering, "render_document", quickly)


def test_a_file_that_comes_after_failures_counts_on_and_clears_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    document, other = kit.reply(), kit.reply(n=2)
    rendered_as(monkeypatch)
    Document.objects.filter(pk=document.pk).update(render_attempts=2, render_error="no fonts")
    attach_rendering(document_id=document.pk, now=kit.on(kit.DAY))
    kept = Document.objects.get(pk=document.pk)
    assert (kept.render_attempts, kept.render_error, kept.rendered_at) == (3, "", kit.on(kit.DAY))
    assert kept.file is not None
    assert (kept.file.name, kept.file.uploaded_by) == (f"{document.title}.pdf", kit.person(Role.LEADER))
    entry = Entry.objects.get(event="document.issued")
    assert (entry.object, entry.clause, entry.base) == (f"document:{document.number}", "4.3-award", "HZ2027-01")
    assert (entry.application, entry.organisation) == ("2027-0001", document.credit_code)
    assert Document.objects.get(pk=other.pk).file is None


def test_each_document_is_in_the_ledger_once_by_who_issued_it_and_a_unit_s_own_form_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rendered_as(monkeypatch)
    bare = {"base_number": "", "application_number": "", "credit_code": ""}
    leader, officer = kit.reply(), kit.reply(actor=kit.actor(Role.MUNICIPAL))
    system = kit.reply(actor=Actor.system(kit.on(kit.DAY)), **bare)
    form = kit.reply(kind=kit.KIND.APPLICATION_FORM, series=None, facts={"version": 1}, clause="4.1-paper")
    for document in (officer, system, form, leader):
        attach_rendering(document_id=document.pk, now=kit.on(kit.DAY))
    rows = [
        (each.object, each.role, each.actor, each.base, each.application, each.organisation)
        for each in Entry.objects.filter(event="document.issued").order_by("seq")
    ]
    about = ("HZ2027-01", "2027-0001", leader.credit_code)
    assert rows == [
        (f"document:{officer.number}", "municipal", kit.person(Role.MUNICIPAL).public_id, *about),
        (f"document:{system.number}", "system", "system", None, None, None),
        (f"document:{leader.number}", "leader", kit.person(Role.LEADER).public_id, *about),
    ]
    for document, person in ((leader, kit.person(Role.LEADER)), (officer, kit.person(Role.MUNICIPAL)), (system, None)):
        made = Document.objects.get(pk=document.pk).file
        assert made is not None
        assert made.uploaded_by == person


def test_what_was_voided_while_it_was_made_gets_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    document = kit.reply()
    rendered_as(monkeypatch, lambda: void(actor=kit.actor(), document=document, reason="重复"))
    assert attach_rendering(document_id=document.pk, now=kit.on(kit.DAY)).file is None
    assert not StoredFile.objects.exists()
    monkeypatch.setattr(rendering, "render_document", None)
    assert attach_rendering(document_id=document.pk, now=kit.on(kit.DAY)).voided_on == kit.DAY


def test_another_attempt_forgets_the_earlier_ones_and_queues_that_document(
    sent: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    document, other = kit.reply(), kit.reply(n=2)
    Document.objects.update(render_attempts=5, render_error="no fonts")
    with django_capture_on_commit_callbacks(execute=True):
        retry(actor=kit.actor(Role.MUNICIPAL), document=document)
    assert sent == [document.pk]
    rows = Document.objects.order_by("pk").values_list("pk", "render_attempts", "render_error")
    assert list(rows) == [(document.pk, 0, ""), (other.pk, 5, "no fonts")]


def test_a_failure_is_noted_on_its_own_row_in_few_words(monkeypatch: pytest.MonkeyPatch) -> None:
    document, other = kit.reply(), kit.reply(n=2)

    def fail(document: Document, **how: bool) -> bytes:
        raise RuntimeError("x" * 900)

    monkeypatch.setattr(rendering, "render_document", fail)
    with pytest.raises(RuntimeError):
        attach_rendering(document_id=document.pk, now=kit.on(kit.DAY))
    rows = {each.pk: (each.render_attempts, each.render_error) for each in Document.objects.all()}
    assert rows == {document.pk: (1, ("RuntimeError: " + "x" * 900)[:500]), other.pk: (0, "")}


@pytest.mark.clause("4.3-award")
def test_what_the_ledger_says_when_a_document_is_voided() -> None:
    kit.reply(n=2)
    document = void(actor=kit.actor(day="2027-09-05"), document=kit.reply(), reason="重复")
    entry = Entry.objects.get(event="document.voided")
    assert (entry.object, entry.clause, str(entry.on)) == ("document:大科协批〔2027〕2号", "4.3-award", "2027-09-05")
    assert (entry.base, entry.application, entry.organisation) == ("HZ2027-01", "2027-0001", document.credit_code)
    number = document.number
    assert number is not None
    assert str(number.__class__.objects.get(voided_on__isnull=False)) == str(number)
    kept = Document.objects.get(pk=document.pk)
    assert (kept.voided_on, kept.void_reason) == (kit.on("2027-09-05").date(), "重复")


def test_there_is_nothing_to_retry_once_the_file_is_there() -> None:
    document = attach_rendering(document_id=kit.reply().pk, now=kit.on(kit.DAY))

    with pytest.raises(RuleViolation):
        retry(actor=kit.actor(Role.MUNICIPAL), document=document)


def test_a_broker_that_is_away_breaks_nothing(
    monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    def away(*args: object, **kwargs: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(queue.current_app, "send_task", away, raising=False)
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        document = kit.reply()

    assert len(callbacks) == 1
    assert Document.objects.get(pk=document.pk).file is None


def test_every_issued_document_is_queued_once_after_the_commit(
    sent: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        document = kit.reply()

    assert sent == [document.pk]


def test_what_is_left_for_the_sweep_is_queued_by_it_alone(
    sent: list[int], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True), rendering_mode("sweep"):
        document = kit.reply()
    assert sent == []

    assert tasks.sweep() == 1
    assert sent == [document.pk]


def test_the_queue_names_the_task_that_exists() -> None:
    assert tasks.render.name == queue.RENDER_TASK
    assert tasks.render.time_limit > tasks.render.soft_time_limit > 0
