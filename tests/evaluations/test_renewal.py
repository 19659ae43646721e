"""Renewing a term: in its window, assessed, decided; and what comes of it (`5.6-renewal`, `5.6-reaward`)."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from bases.actions.endings import end_what_is_over, surrender
from bases.models import Base, Term
from bases.reminders import of_terms
from bases.standing import standing
from bases.worklist import worklist
from evaluations.actions import renewal as actions
from evaluations.actions.withdrawal import close_withdrawal, open_withdrawal
from evaluations.models import Renewal
from evaluations.rules import can_request_renewal, open_case
from evaluations.timeline import renewal_events
from evaluations.views.record import paper_said
from haizhi_portal.audit.models import Entry
from haizhi_portal.documents.models import Document
from haizhi_portal.notifications.models import Message
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.verdict import Conflict, RuleViolation
from haizhi_portal.policy.words import Role
from tests.evaluations.kit import (
    actor,
    decided,
    events,
    leader,
    licensed,
    officer,
    person,
    prepared,
    requested,
    system,
    unit_actor,
    with_paper,
)

pytestmark = [pytest.mark.django_db, pytest.mark.clause("5.6-renewal")]

# Licensed on 15 March 2027: the last day is 15 March 2030, the window opens on 15 December 2029.
LAST = "2030-03-15"


@pytest.fixture
def base(db) -> Base:
    return licensed("2027-03-15")


def returned(base: Base, day: str = "2030-02-01") -> Renewal:
    return actions.return_renewal(actor=officer(day), renewal=requested(base, day), reason="请补充年度目标")


# The window ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "open"),
    [
        ("2029-12-14", False),  # 91 days before the last one
        ("2029-12-15", True),  # 90
        (LAST, True),
        ("2030-03-16", False),
    ],
)
def test_the_window_opens_and_closes_by_itself(base: Base, day: str, open: bool) -> None:
    if open:
        renewal = requested(base, day)
        assert renewal.requested_on == date.fromisoformat(day)
        assert events("renewal.submitted") == [("renewal.submitted", day, {"expires_on": LAST})]
        return
    with pytest.raises(RuleViolation) as caught:
        requested(base, day)
    assert caught.value.clause == "5.6-renewal"
    expected = "2029年12月15日至2030年3月15日" if day < LAST else "2030年3月16日终止"
    assert expected in caught.value.message


def test_a_term_is_asked_for_once_unless_taken_back(base: Base) -> None:
    first = requested(base, "2030-02-01")
    with pytest.raises(RuleViolation, match="已经提交"):
        requested(base, "2030-02-02")

    actions.withdraw_renewal(actor=unit_actor(base, "2030-02-03"), renewal=first)
    assert requested(base, "2030-02-04").pk != first.pk


def test_only_the_unit_asks(base: Base) -> None:
    stranger = licensed("2027-03-15", n=2)

    for who in (unit_actor(stranger, "2030-02-01"), officer("2030-02-01"), leader("2030-02-01")):
        with pytest.raises(RuleViolation, match="只有基地所在单位"):
            actions.request_renewal(actor=who, base=base, statement="x", plan="y")


@pytest.mark.parametrize(("statement", "plan", "field"), [(" ", "x", "statement"), ("x", " ", "plan")])
def test_a_request_is_complete(base: Base, statement: str, plan: str, field: str) -> None:
    with pytest.raises(RuleViolation) as caught:
        actions.request_renewal(actor=unit_actor(base, "2030-02-01"), base=base, statement=statement, plan=plan)
    assert caught.value.field == field


# The stamped paper --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("received_on", "accepted"),
    [
        ("2030-01-09", False),  # before the request
        ("2030-01-10", True),
        ("2030-01-24", True),  # the tenth working day
        ("2030-01-25", False),
    ],
)
def test_the_paper_follows_within_ten_working_days(base: Base, received_on: str, accepted: bool) -> None:
    renewal = requested(base, "2030-01-10")
    assert renewal.paper_due_on == date(2030, 1, 24)

    if accepted:
        done = actions.register_paper(
            actor=officer("2030-01-25"),
            renewal=renewal,
            received_on=date.fromisoformat(received_on),
            reason="收件当日系统停机",
        )
        assert done.paper_received_on == date.fromisoformat(received_on)
        with pytest.raises(RuleViolation, match="已经登记过"):
            actions.register_paper(actor=officer("2030-01-25"), renewal=renewal, received_on=date(2030, 1, 12))
        return
    with pytest.raises(RuleViolation) as caught:
        actions.register_paper(
            actor=officer("2030-01-25"), renewal=renewal, received_on=date.fromisoformat(received_on)
        )
    assert caught.value.field == "received_on"


@pytest.mark.parametrize(
    ("registered_on", "received_on", "reason", "kept"),
    [
        ("2030-01-24", "2030-01-24", "", ""),
        ("2030-01-24", "2030-01-24", "没有必要的理由", ""),
        ("2030-01-25", "2030-01-24", "", None),
        ("2030-01-25", "2030-01-24", "  ", None),
        ("2030-01-25", "2030-01-24", "24 日送达，收发室转交", "24 日送达，收发室转交"),
        ("2030-03-01", "2030-01-10", "漏登", "漏登"),
    ],
)
def test_an_earlier_day_of_receipt_says_why_and_is_shown_as_such(
    base: Base, registered_on: str, received_on: str, reason: str, kept: str | None
) -> None:
    renewal, office = requested(base, "2030-01-10"), officer(registered_on)
    day = date.fromisoformat(received_on)
    if kept is None:
        with pytest.raises(RuleViolation, match="请写明当时没有登记的原因") as caught:
            actions.register_paper(actor=office, renewal=renewal, received_on=day, reason=reason)
        assert caught.value.field == "reason"
        return
    done = actions.register_paper(actor=office, renewal=renewal, received_on=day, reason=reason)
    assert (done.paper_received_on, done.paper_registered_on, done.paper_reason) == (day, office.today, kept)
    entry = Entry.objects.get(event="renewal.paper_received")
    assert (entry.on, entry.reason) == (office.today, kept)
    assert entry.data == {"expires_on": LAST, "received_on": received_on, "registered_on": registered_on}
    assert ("补登" in paper_said(done)) == bool(kept)
    title = renewal_events(done, inner=False)[0].title
    assert title == (f"补登：{said(day)}收到盖章的纸质申请" if kept else "收到盖章的纸质申请")


def test_the_unit_is_told_that_its_paper_came_and_nobody_else(base: Base) -> None:
    renewal = requested(base, "2030-01-10")
    person(Role.MUNICIPAL, name="other")
    before = set(Message.objects.values_list("pk", flat=True))
    actions.register_paper(actor=officer("2030-01-11"), renewal=renewal, received_on=date(2030, 1, 11))
    told = Message.objects.exclude(pk__in=before)
    assert {(each.recipient.role, each.recipient.organisation_id) for each in told} == {
        ("applicant", base.organisation_id)
    }


# After the decision ---------------------------------------------------------------------------------------------------


def test_who_was_refused_is_told_so_and_is_not_invited_again(base: Base) -> None:
    decided(prepared(base, "2030-01-10", "fail", on="2030-01-20"), "2030-02-01", passed=False)
    base.refresh_from_db()

    with pytest.raises(RuleViolation) as caught:
        requested(base, "2030-02-02")
    expected = "本期的续期申请已于2030年2月1日决定不予续期，不能再次申请。资格至2030年3月15日有效"
    assert caught.value.message.startswith(expected)

    now = standing(base, date(2030, 2, 2))
    assert (now.state, now.window, now.window_open) == ("in_force", None, False)
    assert now.sentence == "基地资格有效至2030年3月15日；续期申请未通过，期满即终止。"
    lines = worklist(unit_actor(base, "2030-02-02").user, date(2030, 2, 2)).mine
    assert [each.title for each in lines if "续期" in each.title] == []
    before = Message.objects.filter(kind="term.expiring").count()
    of_terms(system("2030-02-13"))  # thirty days before the last one
    of_terms(system("2030-03-08"))  # seven
    assert Message.objects.filter(kind="term.expiring").count() == before


def test_what_passed_needs_no_second_request(base: Base) -> None:
    renewal = decided(prepared(base, "2030-01-10", on="2030-01-20"), "2030-02-01", passed=True)
    verdict = can_request_renewal(unit_actor(base, "2030-02-02"), base, renewal.term, renewal)
    assert (verdict.allowed, verdict.reason) == (False, "本期的续期申请已于2030年2月1日通过，无须再次申请。")


# An open case ---------------------------------------------------------------------------------------------------------


@pytest.mark.clause("5.5-exit")
@pytest.mark.parametrize("passed", [True, False])
def test_nothing_is_decided_while_a_case_is_open(base: Base, passed: bool) -> None:
    renewal = prepared(base, "2030-01-10", on="2030-01-20")
    case = open_withdrawal(
        actor=officer("2030-01-21"), base=base, ground="false_statements", years=[], statement="协议系伪造"
    )
    with pytest.raises(RuleViolation, match="弄虚作假，2030年1月21日立案）尚未办结") as caught:
        decided(renewal, "2030-02-01", passed=passed)
    assert caught.value.clause == "5.5-exit"
    with pytest.raises(IntegrityError, match="no renewal is decided while a case"), transaction.atomic():
        Renewal.objects.filter(pk=renewal.pk).update(
            state="passed" if passed else "failed", decided_on="2030-02-01", decided_by=leader("2030-02-01").user
        )

    close_withdrawal(actor=leader("2030-02-02"), withdrawal=case, reason="查无实据")
    assert decided(renewal, "2030-02-03", passed=passed).state == ("passed" if passed else "failed")


@pytest.mark.clause("5.5-exit")
def test_a_case_against_another_base_holds_nothing_up(base: Base) -> None:
    renewal = prepared(base, "2030-01-10", on="2030-01-20")
    other = licensed("2028-03-15", 2)
    case = open_withdrawal(
        actor=officer("2030-01-21"), base=other, ground="false_statements", years=[], statement="协议系伪造"
    )
    assert (open_case(other), open_case(base)) == (case, None)
    assert decided(renewal, "2030-02-01", passed=True).state == "passed"


def test_the_paper_does_not_arrive_in_the_future(base: Base) -> None:
    with pytest.raises(RuleViolation, match="2030年1月10日至2030年1月12日"):
        actions.register_paper(
            actor=officer("2030-01-12"), renewal=requested(base, "2030-01-10"), received_on=date(2030, 1, 13)
        )


def test_nothing_passes_without_the_paper(base: Base) -> None:
    renewal = requested(base, "2030-01-10")
    with pytest.raises(RuleViolation, match="尚未登记盖章的纸质申请"):
        actions.prepare_renewal(actor=officer("2030-02-10"), renewal=renewal, proposal="pass", assessment="好")
    failing = actions.prepare_renewal(
        actor=officer("2030-02-10"), renewal=renewal, proposal="fail", assessment="纸质申请逾期"
    )

    with pytest.raises(RuleViolation, match="尚未登记盖章的纸质申请"):
        actions.decide_renewal(actor=leader("2030-02-11"), renewal=failing, passed=True, reason="x")
    assert decided(failing, "2030-02-11", passed=False).state == Renewal.State.FAILED


# Return and resubmission --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "in_time"), [("2030-02-15", True), ("2030-02-16", False)])
def test_a_returned_request_is_mended_within_its_days(base: Base, day: str, in_time: bool) -> None:
    renewal = returned(base)  # Friday 1 February: ten working days end on Friday the 15th
    assert renewal.correct_by == date(2030, 2, 15)
    new = {"renewal": renewal, "statement": "补充后的情况", "plan": "补充后的计划", "expected_version": 1}

    if in_time:
        done = actions.resubmit_renewal(actor=unit_actor(base, day), **new)
        assert (done.state, done.version, done.requested_on) == ("requested", 2, date(2030, 2, 1))
        assert [each.statement for each in done.versions.all()] == ["本期情况", "补充后的情况"]
        return
    with pytest.raises(RuleViolation, match="补正的最后一天是2030年2月15日"):
        actions.resubmit_renewal(actor=unit_actor(base, day), **new)


def test_a_correction_that_never_came_can_be_returned_once_more_or_assessed(base: Base) -> None:
    renewal = returned(base)
    for day, words in (("2030-02-15", "请等单位补正"),):
        with pytest.raises(RuleViolation, match=words):
            actions.return_renewal(actor=officer(day), renewal=renewal, reason="x")
        with pytest.raises(RuleViolation, match="补正期内"):
            actions.prepare_renewal(actor=officer(day), renewal=renewal, proposal="fail", assessment="x")

    again = actions.return_renewal(actor=officer("2030-02-18"), renewal=renewal, reason="请尽快补正")

    assert again.correct_by == date(2030, 3, 4)
    late = actions.prepare_renewal(actor=officer("2030-03-05"), renewal=again, proposal="fail", assessment="逾期未补正")
    assert late.prepared_on == date(2030, 3, 5)


def test_two_tabs_do_not_overwrite_each_other(base: Base) -> None:
    renewal = returned(base)
    new = {"renewal": renewal, "plan": "计划", "expected_version": 1}
    actions.resubmit_renewal(actor=unit_actor(base, "2030-02-05"), statement="甲", **new)

    with pytest.raises(Conflict):
        actions.resubmit_renewal(actor=unit_actor(base, "2030-02-05"), statement="乙", **new)

    renewal.refresh_from_db()
    assert (renewal.statement, renewal.version) == ("甲", 2)


def test_what_the_leader_has_is_not_returned(base: Base) -> None:
    with pytest.raises(RuleViolation, match="已提交领导"):
        actions.return_renewal(actor=officer("2030-02-05"), renewal=prepared(base, "2030-02-01"), reason="x")


# Decision -----------------------------------------------------------------------------------------------------------


@pytest.mark.clause("5.6-reaward")
@pytest.mark.parametrize(
    ("day", "starts_on", "expires_on", "ledger"),
    [
        ("2030-02-20", "2030-03-16", "2033-03-15", ["renewal.passed", "term.started"]),
        (LAST, "2030-03-16", "2033-03-15", ["renewal.passed", "term.started"]),
        ("2030-03-16", "2030-03-16", "2033-03-16", ["renewal.passed", "term.started"]),
        ("2030-05-20", "2030-05-20", "2033-05-20", ["term.expired", "renewal.passed", "term.started"]),
    ],
    ids=["in time", "on the last day", "the day after", "late"],
)
def test_a_renewal_continues_or_begins_anew(
    base: Base, day: str, starts_on: str, expires_on: str, ledger: list[str]
) -> None:
    done = decided(prepared(base, "2030-02-01"), day, passed=True)

    new = Term.objects.get(base=base, number=2)
    assert (new.starts_on.isoformat(), new.expires_on.isoformat()) == (starts_on, expires_on)
    assert new.approved_on == date.fromisoformat(day)
    assert new.approval == done.document
    assert new.plaque.number == "HZ2027-01-P2"
    assert [event[0] for event in events("term.expired", "renewal.passed", "term.started")][1:] == ledger
    assert events("base.expired") == []
    assert [on for _, on, _ in events("term.expired")] == ["2030-03-16"] * ledger.count("term.expired")
    assert done.document is not None
    assert done.document.kind == Document.Kind.RENEWAL_DECISION
    assert done.document.facts["old_expires_on"] == LAST
    assert (done.document.facts["starts_on"], done.document.facts["expires_on"]) == (starts_on, expires_on)


@pytest.mark.clause("5.6-reaward")
def test_a_renewed_base_does_not_end_at_the_old_terms_end(base: Base) -> None:
    decided(prepared(base, "2030-02-01"), "2030-02-20", passed=True)

    assert end_what_is_over(actor=system("2030-06-01"), base=base).ended_on is None
    assert end_what_is_over(actor=system("2033-03-16"), base=base).ended_on == date(2033, 3, 16)


@pytest.mark.clause("5.6-reaward")
def test_a_renewal_takes_no_seat_of_the_year(base: Base) -> None:
    decided(prepared(base, "2030-02-01"), "2030-02-20", passed=True)

    base.refresh_from_db()
    assert (base.call_year, base.seat, Base.objects.filter(call_year=2030).count()) == (2027, 1, 0)


@pytest.mark.parametrize(
    ("day", "ended_on"), [("2030-02-20", "2030-03-16"), (LAST, "2030-03-16"), ("2030-03-16", "2030-03-16"),
                          ("2030-05-20", "2030-05-20")]
)  # fmt: skip
def test_a_failed_renewal_ends_the_base_at_its_time(base: Base, day: str, ended_on: str) -> None:
    done = decided(prepared(base, "2030-02-01", "fail"), day, passed=False)
    before = Base.objects.get(pk=base.pk).ended_on
    assert (before is None) == (day <= LAST)

    end_what_is_over(actor=system("2030-06-01"), base=base)

    assert Base.objects.get(pk=base.pk).ended_on == date.fromisoformat(ended_on)
    assert [(event, on) for event, on, _ in events("base.expired")] == [("base.expired", ended_on)]
    assert done.document is not None
    assert done.document.kind == Document.Kind.NON_RENEWAL_NOTICE
    assert done.document.facts["ended_on"] == ended_on
    assert events("renewal.failed") == [("renewal.failed", day, {"expires_on": LAST})]
    with pytest.raises(RuleViolation):
        requested(base, "2030-03-15" if day < LAST else day)


@pytest.mark.parametrize(
    ("day", "ended_on"), [("2030-02-20", None), ("2030-03-16", "2030-03-16"), ("2030-04-10", "2030-04-10")]
)
def test_a_request_taken_back_after_the_last_day_ends_the_base(base: Base, day: str, ended_on: str | None) -> None:
    actions.withdraw_renewal(actor=unit_actor(base, day), renewal=requested(base, "2030-02-01"), reason="不再续期")

    ended = Base.objects.get(pk=base.pk).ended_on
    assert (ended and ended.isoformat()) == ended_on
    assert [on for _, on, _ in events("base.expired")] == ([ended_on] if ended_on else [])


def test_without_a_request_the_base_ends_on_the_day_after_the_last(base: Base) -> None:
    ended = end_what_is_over(actor=system("2030-04-01"), base=base)

    assert ended.ended_on == date(2030, 3, 16)
    assert [(event, on) for event, on, _ in events("term.expired", "base.expired")] == [
        ("term.expired", "2030-03-16"),
        ("base.expired", "2030-03-16"),
    ]


def test_a_base_licensed_on_29_february_is_renewed_to_28_february_for_good() -> None:
    base = licensed("2024-02-29")
    assert base.terms.get().expires_on == date(2027, 2, 28)

    decided(prepared(base, "2027-01-15"), "2027-02-28", passed=True)

    new = base.terms.get(number=2)
    assert (new.starts_on, new.expires_on) == (date(2027, 3, 1), date(2030, 2, 28))


@pytest.mark.parametrize(
    ("passed", "proposal", "reason", "field"),
    [(False, "fail", "", "reason"), (True, "fail", " ", "reason"), (False, "pass", "", "reason")],
)
def test_a_refusal_or_a_departure_from_the_proposal_needs_a_reason(
    base: Base, passed: bool, proposal: str, reason: str, field: str
) -> None:
    with pytest.raises(RuleViolation) as caught:
        actions.decide_renewal(
            actor=leader("2030-02-20"), renewal=prepared(base, "2030-02-01", proposal), passed=passed, reason=reason
        )
    assert caught.value.field == field


def test_a_decision_is_made_by_another_leader_on_what_was_read(base: Base) -> None:
    renewal = prepared(base, "2030-02-01")
    promoted = person(Role.MUNICIPAL)
    promoted.role = Role.LEADER
    with pytest.raises(RuleViolation, match="拟定人以外"):
        actions.decide_renewal(actor=actor(promoted, "2030-02-20"), renewal=renewal, passed=True, reason="")
    with pytest.raises(RuleViolation, match="您的角色"):
        actions.decide_renewal(actor=officer("2030-02-20"), renewal=renewal, passed=True, reason="")
    with pytest.raises(Conflict):
        actions.decide_renewal(
            actor=leader("2030-02-20"), renewal=renewal, passed=True, reason="", assessment_read="旧的意见"
        )

    decided(renewal, "2030-02-20", passed=True)
    with pytest.raises(RuleViolation, match="已办结（通过）"):
        decided(renewal, "2030-02-21", passed=False)


def test_nothing_is_decided_before_it_is_prepared(base: Base) -> None:
    with pytest.raises(RuleViolation, match="请等经办人"):
        decided(with_paper(base, "2030-02-01"), "2030-02-20", passed=True)


def test_a_base_that_gave_up_has_no_request_to_deal_with(base: Base) -> None:
    renewal = prepared(base, "2030-02-01")
    surrender(actor=unit_actor(base, "2030-02-10"), base=base, reason="业务调整")

    for attempt in (
        lambda: decided(renewal, "2030-02-11", passed=True),
        lambda: actions.withdraw_renewal(actor=unit_actor(base, "2030-02-11"), renewal=renewal),
        lambda: requested(base, "2030-02-11"),
    ):
        with pytest.raises(RuleViolation, match="2030年2月10日终止"):
            attempt()


@pytest.mark.clause("5.6-reaward")
def test_a_proposal_is_to_pass_or_to_fail() -> None:
    renewal = with_paper(licensed("2027-03-15"), "2030-02-01")
    with pytest.raises(RuleViolation) as refused:
        actions.prepare_renewal(actor=officer("2030-02-03"), renewal=renewal, proposal="perhaps", assessment="意见")
    assert (refused.value.field, refused.value.message) == ("proposal", "请选择拟通过或拟不通过。")
