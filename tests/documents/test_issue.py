from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import transaction

from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.models import Entry
from haizhi_portal.documents.actions.issue import attach_rendering, rendering_mode, void
from haizhi_portal.documents.models import Document, DocumentNumber
from haizhi_portal.documents.rules import can_retry, can_void
from haizhi_portal.policy.verdict import RuleViolation, Verdict
from haizhi_portal.policy.words import Role
from tests.documents import kit

pytestmark = pytest.mark.django_db


@pytest.mark.clause("4.3-award")
def test_numbers_run_from_one_without_gaps_for_each_series_and_year() -> None:
    drawn = [
        str(kit.reply(day, series=series).number)
        for day, series in [
            ("2027-12-31", "大科协批"),
            ("2027-12-31", "大科协批"),
            ("2027-12-31", "大科协证"),
            ("2028-01-01", "大科协批"),
            ("2027-12-31", "大科协批"),
        ]
    ]

    assert drawn == [
        "大科协批〔2027〕1号",
        "大科协批〔2027〕2号",
        "大科协证〔2027〕1号",
        "大科协批〔2028〕1号",
        "大科协批〔2027〕3号",
    ]


@pytest.mark.clause("4.3-award")
def test_a_refused_award_gives_its_number_back() -> None:
    kit.reply()
    with transaction.atomic():
        kit.reply()
        transaction.set_rollback(True)

    assert str(kit.reply().number) == "大科协批〔2027〕2号"


def test_a_series_nobody_registered_is_refused_by_clause() -> None:
    with pytest.raises(RuleViolation) as refused:
        kit.reply(series="大科协函")

    assert refused.value.clause == "4.3-award"
    assert "大科协函" in refused.value.message
    assert not DocumentNumber.objects.exists()


def test_the_date_on_the_document_decides_the_year_of_its_number() -> None:
    document = kit.reply("2028-01-03", dated_on=date(2027, 12, 31))

    assert str(document.number) == "大科协批〔2027〕1号"
    assert document.number is not None
    assert document.number.drawn_on == date(2028, 1, 3)


def test_an_application_form_bears_the_check_code_of_its_version_and_is_issued_once() -> None:
    facts = {"check_code": "ABCDEFGHJKMN2345", "version": 1}
    kit.reply()
    first = kit.reply(kind=kit.KIND.APPLICATION_FORM, series=None, facts=facts, clause="4.1-paper")
    again = kit.reply(kind=kit.KIND.APPLICATION_FORM, series=None, facts=facts, clause="4.1-paper")

    assert first.verify_code == "ABCDEFGHJKMN2345"
    assert first.number is None
    assert again == first
    other = kit.reply(
        kind=kit.KIND.APPLICATION_FORM,
        series=None,
        facts=facts | {"check_code": "ABCDEFGHJKMN2346"},
        clause="4.1-paper",
    )
    assert (other.verify_code, other == first) == ("ABCDEFGHJKMN2346", False)
    assert kit.reply(facts=facts).verify_code not in ("ABCDEFGHJKMN2345", first.verify_code)


@pytest.mark.usefixtures("facts_may_be_missing")
@pytest.mark.clause("4.1-paper")
def test_a_form_the_unit_prints_has_no_number_to_issue_or_void() -> None:
    with rendering_mode("number_only"):
        form = kit.reply(kind=kit.KIND.APPLICATION_FORM, series=None, facts={"version": 1}, clause="4.1-paper")

    attach_rendering(document_id=form.pk, now=kit.on(kit.DAY))
    with pytest.raises(RuleViolation, match="没有发文字号"):
        void(actor=kit.actor(), document=form, reason="误发")
    assert not Entry.objects.filter(event__startswith="document.").exists()


@pytest.mark.clause("4.3-award")
def test_number_only_writes_the_ledger_at_once_with_an_empty_digest() -> None:
    with rendering_mode("number_only"):
        document = kit.reply()

    entry = Entry.objects.get(event="document.issued")
    assert entry.object == f"document:{document.number}"
    assert entry.data == {"kind": "reply", "number": "大科协批〔2027〕1号", "sha256": ""}
    assert (entry.on, entry.base, entry.application) == (kit.DAY, "HZ2027-01", "2027-0001")
    assert entry.organisation == document.credit_code
    assert entry.role == "leader"


def test_the_ledger_has_a_document_once_however_its_file_comes() -> None:
    with rendering_mode("number_only"):
        document = kit.reply()
    attach_rendering(document_id=document.pk, now=kit.on(kit.DAY))
    void(actor=kit.actor(), document=document, reason="重复")

    events = Entry.objects.filter(event__startswith="document.").order_by("seq").values_list("event", flat=True)
    assert list(events) == ["document.issued", "document.voided"]


def test_inline_renders_after_the_commit_and_not_before(
    django_capture_on_commit_callbacks: pytest.FixtureRequest,
) -> None:
    with django_capture_on_commit_callbacks() as callbacks, rendering_mode("inline"):  # type: ignore[operator]
        document = kit.reply()
    assert not Entry.objects.filter(event="document.issued").exists()

    for callback in callbacks:
        callback()

    document.refresh_from_db()
    entry = Entry.objects.get(event="document.issued")
    assert len(document.sha256) == 64
    assert entry.data["sha256"] == document.sha256
    assert document.rendered_at == kit.on(kit.DAY)


def test_official_inline_leaves_the_units_own_forms_alone(
    django_capture_on_commit_callbacks: pytest.FixtureRequest,
) -> None:
    with django_capture_on_commit_callbacks() as callbacks, rendering_mode("official_inline"):  # type: ignore[operator]
        kit.reply(kind=kit.KIND.APPLICATION_FORM, series=None, facts={"version": 1}, clause="4.1-paper")
        assert callbacks == []
        numbered = kit.reply()
    assert len(callbacks) == 1

    callbacks[0]()

    numbered.refresh_from_db()
    assert len(numbered.sha256) == 64


def test_the_worker_mode_outside_the_block_comes_back() -> None:
    with rendering_mode("number_only"):
        kit.reply()
    kit.reply()

    assert Entry.objects.filter(event="document.issued").count() == 1


@pytest.mark.clause("4.3-award")
def test_a_leader_voids_and_the_number_stays_as_void() -> None:
    document = kit.reply()
    void(actor=kit.actor(day="2027-09-05"), document=document, reason=" 单位名称有误 ")

    number = DocumentNumber.objects.get()
    assert (number.voided_on, number.void_reason) == (date(2027, 9, 5), "单位名称有误")
    assert str(kit.reply().number) == "大科协批〔2027〕2号"
    issued, voided = Entry.objects.filter(event__startswith="document.").order_by("seq")
    assert (issued.event, voided.event) == ("document.issued", "document.voided")
    assert voided.data == {"kind": "reply", "number": "大科协批〔2027〕1号", "sha256": ""}
    assert voided.reason == "单位名称有误"


@pytest.mark.clause("4.3-award")
def test_who_voids_and_who_asks_for_a_file_once_more() -> None:
    """Each condition by itself, over documents that are not even in the database."""

    def said(rule: Callable[[Actor, Document], Verdict], role: Role, **facts: Any) -> str:
        document = Document(clause="4.3-award", **{"number_id": 1, **facts})
        return rule(Actor(user=None, role=role, now=kit.on(kit.DAY)), document).reason

    assert {role for role in Role if not said(can_void, role)} == {Role.LEADER}
    assert {role for role in Role if not said(can_retry, role)} == {Role.MUNICIPAL, Role.LEADER}
    assert "没有发文字号" in said(can_void, Role.LEADER, number_id=None)
    assert "已经作废" in said(can_void, Role.LEADER, voided_on=kit.DAY)
    assert "已经制作完成" in said(can_retry, Role.MUNICIPAL, file_id=1)
    assert "不再制作文件" in said(can_retry, Role.MUNICIPAL, voided_on=kit.DAY)


@pytest.mark.parametrize(
    ("role", "reason", "field"),
    [(Role.MUNICIPAL, "写错了", ""), (Role.AUDITOR, "写错了", ""), (Role.LEADER, "  ", "reason")],
)
def test_voiding_is_refused(role: str, reason: str, field: str) -> None:
    document = kit.reply()

    with pytest.raises(RuleViolation) as refused:
        void(actor=kit.actor(role), document=document, reason=reason)

    assert (refused.value.clause, refused.value.field) == ("4.3-award", field)
    assert Document.objects.get().voided_on is None


def test_a_void_document_cannot_be_voided_again_and_gets_no_file() -> None:
    document = void(actor=kit.actor(), document=kit.reply(), reason="重复")

    with pytest.raises(RuleViolation):
        void(actor=kit.actor(), document=document, reason="再次")
    assert attach_rendering(document_id=document.pk, now=kit.on(kit.DAY)).file is None
