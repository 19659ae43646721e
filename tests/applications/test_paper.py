"""Two stamped copies of the current version, recognised by the code printed on them."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from applications.actions import paper
from applications.models import Application, PaperReceipt, ReceiptVoid
from applications.papers import copies_of_current_version
from applications.queries import lacking_copies, owing_copies, with_copies
from applications.rules import can_receive_copies, may_enter_round
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.models import Entry
from haizhi_portal.documents.codes import address
from haizhi_portal.notifications.models import Message
from haizhi_portal.policy.figures import DEFAULTS
from haizhi_portal.policy.verdict import Conflict, RuleViolation
from haizhi_portal.policy.words import Role
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1-paper")]
State = Application.State


def code(application: Application, version: int = 1) -> str:
    printed = application.submissions.get(version=version).print
    assert printed is not None
    return str(printed.verify_code)


def officer(on: str = "2027-06-03") -> Actor:
    return make.acting(make.user(Role.MUNICIPAL), on)


def receive(
    application: Application, check_code: str, copies: int, *, on: str = "2027-06-03", **options: Any
) -> PaperReceipt:
    return paper.receive_copies(
        actor=officer(on), application=application, check_code=check_code, copies=copies, **options
    )


def counted(application: Application) -> tuple[int, int]:
    """The copies that count, as the rules and as the lists' SQL have it."""
    return copies_of_current_version(application), with_copies(Application.objects.all()).get(pk=application.pk).copies


def told(application: Application, kind: str) -> list[str]:
    rows = Message.objects.filter(recipient=make.applicant_of(application.organisation), kind=kind)
    return [row.body for row in rows.order_by("pk")]


def test_one_and_one_make_two_and_only_then_it_may_enter_the_round() -> None:
    application = make.pass_initial(make.carried_to(State.INITIAL_REVIEW))
    for received, may in ((0, False), (1, False), (2, True)):
        assert copies_of_current_version(application) == received
        assert bool(may_enter_round(application, DEFAULTS.paper_copies)) is may
        assert with_copies(Application.objects.all()).get().copies == received
        assert lacking_copies(application.call, 2) == (0 if may else 1)
        receive(application, code(application), 1)


def test_the_code_is_read_however_it_is_typed() -> None:
    application = make.carried_to(State.INITIAL_REVIEW)
    printed = code(application)
    clerk = make.user(Role.MUNICIPAL)
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in printed)
    for typed in (
        printed,
        printed.lower(),
        f" {printed[:4]} {printed[4:8]}-{printed[8:]} ",
        f"{printed[:8]}—{printed[8:]}\r\n",
        wide,
        address(printed),
        address(printed).rstrip("/").upper(),
        f"{address(printed)}?from=qr",
        "".join(chr(ord(sign) + 0xFEE0) for sign in address(printed)),
    ):
        assert paper.find_by_code(typed, clerk) == application.submissions.get(), typed
    for typed in ("2222222222222222", "", "https://example.org/verify/", "/verify//", "x" * 5000, "\x00"):
        assert paper.find_by_code(typed, clerk) is None
    # One who has applications to see, but not this one.
    make.carried_to(State.DISTRICT_REVIEW, make.organisation(place="gaoxin"))
    assert paper.find_by_code(printed, make.district("gaoxin")) is None


def test_an_old_version_s_paper_is_refused_and_the_current_one_named() -> None:
    application = make.carried_to(State.DISTRICT_RETURNED)
    receive(application, code(application), 2, on="2027-05-02")
    make.submit(application, "2027-05-03")
    assert copies_of_current_version(application) == 0
    with pytest.raises(RuleViolation, match="印自第 1 版，现行的是第 2 版") as refused:
        receive(application, code(application, 1), 2)
    assert (refused.value.field, refused.value.code) == ("check_code", "outdated")
    receive(application, code(application, 2), 2)
    assert copies_of_current_version(application) == 2
    assert application.receipts.count() == 2


def test_paper_of_a_draft_is_refused_in_words() -> None:
    verdict = can_receive_copies(officer(), make.application_begun())
    assert (verdict.clause, verdict.reason) == ("4.1-paper", "这项申报还没有提交，不能登记纸质材料。")


@pytest.mark.parametrize(("copies", "taken"), [(0, False), (1, True), (20, True), (21, False)])
def test_how_many_copies_are_registered_at_once(copies: int, taken: bool) -> None:
    application = make.carried_to(State.INITIAL_REVIEW)
    if taken:
        assert receive(application, code(application), copies).copies == copies
        return
    with pytest.raises(RuleViolation, match="份数应在 1 至 20 之间") as refused:
        receive(application, code(application), copies)
    assert (refused.value.field, counted(application)) == ("copies", (0, 0))


def test_another_application_s_code_is_refused() -> None:
    application = make.carried_to(State.INITIAL_REVIEW)
    other = make.carried_to(State.INITIAL_REVIEW, make.municipal_unit())
    with pytest.raises(RuleViolation) as refused:
        receive(application, code(other), 2)
    assert (refused.value.field, refused.value.code) == ("check_code", "unknown_code")


def test_what_is_kept_of_a_receipt() -> None:
    application = make.carried_to(State.INITIAL_REVIEW)
    receive(application, code(application), 2)
    receipt = application.receipts.get()
    assert (receipt.copies, receipt.received_on) == (2, date(2027, 6, 3))
    assert receipt.received_by == make.user(Role.MUNICIPAL)
    entry = Entry.objects.get(event="application.paper_received")
    assert (entry.data, entry.clause) == ({"copies": 2, "version": 1}, "4.1-paper")
    assert told(application, "application.paper_received") == [
        "收到第 1 版纸质材料 2 份，现行版本累计 2 份（应 2 份）。"
    ]


def test_a_form_sent_twice_registers_once() -> None:
    application = make.carried_to(State.INITIAL_REVIEW)
    receive(application, code(application), 1, already=0)
    with pytest.raises(Conflict, match="已登记过一次"):
        receive(application, code(application), 1, already=0)
    assert counted(application) == (1, 1)
    receive(application, code(application), 1, already=1)
    assert counted(application) == (2, 2)


def test_copies_without_the_stamp_are_refused() -> None:
    application = make.carried_to(State.INITIAL_REVIEW)
    with pytest.raises(RuleViolation, match="只登记已盖章") as refused:
        receive(application, code(application), 2, stamped=False)
    assert refused.value.field == "stamped"
    assert counted(application) == (0, 0)


def test_a_cancelled_registration_no_longer_counts_and_stays_on_record() -> None:
    application = make.pass_initial(make.carried_to(State.INITIAL_REVIEW))
    wrong = receive(application, code(application), 2)
    receive(application, code(application), 1)
    assert counted(application) == (3, 3)
    paper.void_receipt(actor=officer("2027-06-04"), receipt=wrong, reason=" 份数数错 ")
    assert counted(application) == (1, 1)
    assert not may_enter_round(application, DEFAULTS.paper_copies)
    assert lacking_copies(application.call, 2) == 1
    assert [row.copies for row in application.receipts.order_by("pk")] == [2, 1]
    entry = Entry.objects.get(event="application.paper_voided")
    assert (entry.data, entry.reason, entry.clause) == ({"copies": 2, "version": 1}, "份数数错", "4.1-paper")
    assert "已作废（份数数错），现行版本累计 1 份（应 2 份）" in told(application, "application.paper_received")[-1]
    with pytest.raises(RuleViolation, match="已经作废"):
        paper.void_receipt(actor=officer(), receipt=wrong, reason="再一次")


def test_cancelling_takes_a_reason_and_ends_with_the_round() -> None:
    application = make.carried_to(State.CERTIFICATION)
    receipt = application.receipts.get()
    with pytest.raises(RuleViolation, match="请写明理由"):
        paper.void_receipt(actor=officer(), receipt=receipt, reason="  ")
    make.open_round(application.call)
    with pytest.raises(RuleViolation, match="已进入专家认证"):
        paper.void_receipt(actor=officer("2027-06-21"), receipt=receipt, reason="数错")
    assert not ReceiptVoid.objects.exists()


@pytest.mark.parametrize(
    "statement", ["UPDATE applications_receiptvoid SET reason = ''", "DELETE FROM applications_receiptvoid"]
)
def test_a_cancelling_is_never_taken_back(statement: str) -> None:
    application = make.carried_to(State.INITIAL_REVIEW)
    paper.void_receipt(actor=officer(), receipt=receive(application, code(application), 2), reason="数错")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_unit_is_told_once_a_day_that_it_brought_an_outdated_print() -> None:
    application = make.carried_to(State.DISTRICT_RETURNED)
    make.submit(application, "2027-05-03")
    old = code(application, 1)
    with pytest.raises(RuleViolation, match="这一步由市科协学会部办理"):
        paper.turn_away(
            actor=make.acting(make.district("210211"), "2027-05-04"), application=application, check_code=old
        )
    sent = [
        paper.turn_away(actor=officer(day), application=application, check_code=old)
        for day in ("2027-05-04", "2027-05-04", "2027-05-05")
    ]
    assert sent == [True, False, True]
    words = told(application, "application.paper_turned_away")
    assert len(words) == 2
    assert "印自第 1 版，现行的是第 2 版，未予登记" in words[0]
    entries = Entry.objects.filter(event="application.paper_turned_away")
    assert [entry.data for entry in entries] == [{"version": 1, "current": 2}] * 2
    with pytest.raises(RuleViolation, match="就是现行版本"):
        paper.turn_away(actor=officer("2027-05-05"), application=application, check_code=code(application, 2))
    assert not application.receipts.exists()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.APPROVED, "已列入认定名单"),
        (State.LICENSED, "已授牌"),
        (State.DECLINED, "未通过"),
        (State.WITHDRAWN, "已由申报单位撤回"),
        (State.LAPSED, "随本年度决定办结而失效"),
    ],
)
def test_paper_of_what_has_ended_is_refused_in_words(state: State, words: str) -> None:
    application = make.carried_to(state)
    before = application.receipts.count()
    verdict = can_receive_copies(officer("2027-07-01"), application)
    assert words in verdict.reason
    leader = make.acting(make.user(Role.LEADER), "2027-07-01")
    assert can_receive_copies(leader, application).reason == "这一步由市科协学会部办理。"
    with pytest.raises(RuleViolation, match=words):
        receive(application, code(application), 2, on="2027-07-01")
    assert application.receipts.count() == before


def test_who_owes_copies_and_a_reminder_once_a_day() -> None:
    owes, complete = make.carried_to(State.INITIAL_REVIEW), make.carried_to(State.CERTIFICATION)
    assert list(owing_copies(owes.call, 2)) == [owes]
    sent = [
        paper.remind_of_copies(actor=officer(day), application=owes)
        for day in ("2027-06-03", "2027-06-03", "2027-06-04")
    ]
    assert sent == [True, False, True]
    assert "还缺 2 份" in told(owes, "application.paper_owed")[0]
    receive(owes, code(owes), 1, on="2027-06-05")
    assert paper.remind_of_copies(actor=officer("2027-06-05"), application=owes)
    assert "还缺 1 份" in told(owes, "application.paper_owed")[-1]
    with pytest.raises(RuleViolation, match="已收齐"):
        paper.remind_of_copies(actor=officer(), application=complete)
