"""The list, its two persons, the seats, the withdrawal of a decision, the award and the end of the year."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import pytest

from applications.actions import award as awarding
from applications.actions import call as calls
from applications.actions import certification, decision, submission
from applications.actions.seats import take_seat
from applications.models import Application, Call, Decision, DecisionList, Seat
from applications.ranking import Ranked, departures, participating, ranked, unscored, valid_sheets
from applications.rules import can_award, can_settle_list, can_withdraw_decision
from bases.models import Base
from haizhi_portal.audit.models import Entry
from haizhi_portal.documents.models import Document
from haizhi_portal.policy.verdict import Conflict, RuleViolation
from haizhi_portal.policy.words import Role
from tests import factories as make

pytestmark = pytest.mark.django_db
State = Application.State


def scored(*totals: Sequence[int]) -> list[Application]:
    """Applications through a closed round, with these experts' totals each."""
    found = [make.carried_to(State.CERTIFICATION, make.municipal_unit()) for _ in totals]
    make.round_of(found[0].call, {each.number: list(given) for each, given in zip(found, totals, strict=True)})
    return found


def seats(in_call: Call) -> dict[int, str]:
    held = Seat.objects.filter(call=in_call, released_on__isnull=True).order_by("number")
    return {seat.number: seat.application.number for seat in held}


# Ranking and departures ---------------------------------------------------------------------------------------------


@pytest.mark.clause("4.2-experts", "4.3-decision")
@pytest.mark.parametrize(
    ("totals", "mean", "spread"),
    [
        ([90, 80, 70], "80.00", "20.00"),
        ([90, 80, 70, 60], "75.00", "30.00"),
        ([100, 80, 80, 80, 0], "80.00", "100.00"),
        ([100, 81, 80, 80, 0], "80.33", "100.00"),
    ],
)
def test_extremes_are_left_out_from_five_scores_on(totals: list[int], mean: str, spread: str) -> None:
    [application] = scored(totals)
    [row] = ranked(application.call)
    assert (row.mean, row.spread, row.count) == (Decimal(mean), Decimal(spread), len(totals))
    assert (row.recommended, row.not_recommended) == (len(totals), 0)


@pytest.mark.clause("4.3-decision")
def test_equal_means_rank_the_same_every_time() -> None:
    one, two, three = scored([80, 80, 80], [90, 80, 70], [80, 80, 80])
    rows = ranked(one.call)
    assert [(row.place, row.application, row.tied) for row in rows] == [
        (1, one, True),
        (2, three, True),
        (3, two, True),
    ]


def row(number: str, mean: int) -> Ranked:
    value = Decimal(mean)
    return Ranked(Application(number=number), 0, value, Decimal(0), 3, 3, 0, False, (), ())


@pytest.mark.clause("4.3-decision")
@pytest.mark.parametrize(
    ("approved", "seats_left", "expected"),
    [
        ("ab", 2, {}),
        ("abcd", 5, {}),
        ("ab", 5, {"c": "seat_free", "d": "seat_free"}),
        ("ac", 2, {"b": "below", "c": "above"}),
        ("bd", 2, {"a": "below", "b": "above", "c": "below", "d": "above"}),
        ("", 0, {}),
        ("", 1, {"a": "seat_free", "b": "seat_free", "c": "seat_free", "d": "seat_free"}),
    ],
)
def test_where_a_list_departs_from_the_ranking(approved: str, seats_left: int, expected: dict[str, str]) -> None:
    rows = [row("a", 90), row("b", 85), row("c", 80), row("d", 70)]
    assert departures(rows, set(approved), seats_left) == expected


@pytest.mark.clause("4.3-decision")
def test_choosing_between_equals_departs_from_nothing() -> None:
    assert departures([row("a", 80), row("b", 80)], {"b"}, 1) == {}


# The list -----------------------------------------------------------------------------------------------------------


@pytest.mark.clause("4.3-decision")
def test_a_departure_needs_its_reason() -> None:
    best, worst = scored([90, 90, 90], [70, 70, 70])
    officer = make.acting(make.user(Role.MUNICIPAL), "2027-06-25")
    for reasons in ({}, {worst.number: "示范作用"}, {worst.number: "示范作用", best.number: " "}):
        with pytest.raises(RuleViolation) as refused:
            decision.prepare_list(actor=officer, call=best.call, approve=[worst], reasons=reasons)
        assert refused.value.code == "reason_missing"
    assert DecisionList.objects.count() == 0
    reasons = {worst.number: "示范作用", best.number: "与既有基地重复"}
    prepared = decision.prepare_list(actor=officer, call=best.call, approve=[worst], reasons=reasons)
    assert [(line.rank, line.outcome) for line in prepared.decisions.all()] == [(1, "decline"), (2, "approve")]


@pytest.mark.clause("4.2-yearly", "4.3-decision")
def test_no_list_before_the_round_closed() -> None:
    application = make.carried_to(State.CERTIFICATION)
    make.open_round(application.call)
    with pytest.raises(RuleViolation, match="认证结束后"):
        make.prepared_list(application.call, [application], {"x": "y"})


@pytest.mark.clause("4.3-decision")
def test_the_list_is_settled_by_another_person_and_by_a_leader() -> None:
    [application] = scored([80, 80, 80])
    prepared = make.prepared_list(application.call, [application])
    preparer = make.user(Role.MUNICIPAL)
    with pytest.raises(RuleViolation, match="领导审定"):
        decision.settle_list(actor=make.acting(preparer, "2027-06-26"), decision_list=prepared)
    preparer.role = Role.LEADER
    preparer.save()
    with pytest.raises(RuleViolation, match="拟定人以外"):
        decision.settle_list(actor=make.acting(preparer, "2027-06-26"), decision_list=prepared)
    assert seats(application.call) == {}
    leader = make.acting(make.user(Role.LEADER, number=2), "2027-06-26")
    decision.settle_list(actor=leader, decision_list=prepared)
    assert seats(application.call) == {1: application.number}
    with pytest.raises(Conflict, match="已于2027年6月26日审定"):
        decision.settle_list(actor=leader, decision_list=prepared)


@pytest.mark.clause("4.3-decision")
def test_a_list_changed_since_the_leader_opened_it_is_not_settled() -> None:
    first, second = scored([90, 90, 90], [80, 80, 80])
    prepared = make.prepared_list(first.call, [first])
    again = make.prepared_list(first.call, [first, second])
    assert (again.pk, again.version) == (prepared.pk, 2)
    leader = make.acting(make.user(Role.LEADER), "2027-06-26")
    with pytest.raises(Conflict, match="改过"):
        decision.settle_list(actor=leader, decision_list=prepared, expected_version=1)
    decision.settle_list(actor=leader, decision_list=prepared, expected_version=2)
    assert len(seats(first.call)) == 2


@pytest.mark.clause("4.3-decision", "4.2-experts")
def test_who_withdraws_leaves_the_open_list() -> None:
    first, second = scored([90, 90, 90], [80, 80, 80])
    prepared = make.prepared_list(first.call, [first, second])
    submission.withdraw(
        actor=make.acting(make.applicant_of(first.organisation), "2027-06-25"), application=first, reason="合并"
    )
    leader = make.acting(make.user(Role.LEADER), "2027-06-26")
    with pytest.raises(Conflict, match="改过"):
        decision.settle_list(actor=leader, decision_list=prepared, expected_version=prepared.version)
    decision.settle_list(actor=leader, decision_list=prepared, expected_version=prepared.version + 1)
    assert seats(first.call) == {1: second.number}


# The cap ------------------------------------------------------------------------------------------------------------


@pytest.mark.clause("4.2-cap")
def test_five_of_six_and_a_sixth_only_by_document() -> None:
    six = scored(*([90 - n] * 3 for n in range(6)))
    year = six[0].call
    with pytest.raises(RuleViolation) as refused:
        make.prepared_list(year, six)
    assert (refused.value.clause, refused.value.field) == ("4.2-cap", "approve")
    officer = make.acting(make.user(Role.MUNICIPAL), "2027-06-24")
    for document, document_on in (("", date(2027, 6, 1)), ("大科协发〔2027〕8号", None)):
        with pytest.raises(RuleViolation, match="登记准予增加"):
            calls.raise_quota(
                actor=officer, call=year, quota=6, document=document, document_on=document_on, reason="需要"
            )
    with pytest.raises(RuleViolation, match="须大于现有"):
        calls.raise_quota(actor=officer, call=year, quota=5, document="文", document_on=date(2027, 6, 1), reason="需要")
    calls.raise_quota(
        actor=officer,
        call=year,
        quota=6,
        document="大科协发〔2027〕8号",
        document_on=date(2027, 6, 1),
        reason="主席办公会议定",
    )
    make.settled_list(year, six)
    assert seats(year) == {n: application.number for n, application in enumerate(six, start=1)}
    assert Entry.objects.get(event="quota.raised").data == {
        "year": 2027,
        "quota": 6,
        "document": "大科协发〔2027〕8号",
    }


@pytest.mark.clause("4.2-cap", "4.3-decision")
def test_the_sixth_is_declined_with_the_cap_as_its_reason() -> None:
    six = scored(*([90 - n] * 3 for n in range(6)))
    officer = make.acting(make.user(Role.MUNICIPAL), "2027-06-25")
    prepared = decision.prepare_list(actor=officer, call=six[0].call, approve=six[:5], reasons={})
    decision.settle_list(actor=make.acting(make.user(Role.LEADER), "2027-06-26"), decision_list=prepared)
    six[5].refresh_from_db()
    assert six[5].state == State.DECLINED
    assert "名额" in six[5].end_reason
    assert Entry.objects.filter(event="decision.approved").count() == 5
    assert Entry.objects.get(event="decision.declined").application == six[5].number


@pytest.mark.clause("4.3-decision", "4.2-cap")
def test_a_withdrawn_decision_frees_its_seat_and_may_be_decided_again() -> None:
    first, second = scored([90, 90, 90], [80, 80, 80])
    make.settled_list(first.call, [first, second])
    leader = make.acting(make.user(Role.LEADER), "2027-06-27")
    line = Decision.objects.get(application=first)
    decision.withdraw_decision(actor=leader, decision=line, reason="收到举报，待核实")
    first.refresh_from_db()
    assert (first.state, first.approved_on, seats(first.call)) == (State.CERTIFICATION, None, {2: second.number})
    assert Entry.objects.get(event="decision.withdrawn").data["seat"] == 1
    with pytest.raises(RuleViolation):
        decision.withdraw_decision(actor=leader, decision=line, reason="再次")
    make.settled_list(first.call, [first])
    assert seats(first.call) == {1: first.number, 2: second.number}


# The award ----------------------------------------------------------------------------------------------------------


@pytest.mark.clause("4.3-award", "5.6-term")
def test_one_notice_and_a_base_for_each_settled_unit() -> None:
    first, second = scored([90, 90, 90], [80, 80, 80])
    make.settled_list(first.call, [first, second])
    with pytest.raises(RuleViolation, match="领导签发"):
        awarding.award(actor=make.acting(make.user(Role.MUNICIPAL), "2028-02-29"), call=first.call)
    bases = awarding.award(actor=make.acting(make.user(Role.LEADER), "2028-02-29"), call=first.call)
    assert [base.number for base in bases] == ["HZ2027-01", "HZ2027-02"]
    assert {base.terms.get().expires_on for base in bases} == {date(2031, 2, 28)}
    notice = Document.objects.get(kind="designation_notice")
    assert str(notice.number) == "大科协发〔2028〕1号"
    assert [unit["base_number"] for unit in notice.facts["units"]] == ["HZ2027-01", "HZ2027-02"]
    assert {unit["expires_on"] for unit in notice.facts["units"]} == {"2031-02-28"}
    assert {base.terms.get().notice for base in bases} == {notice}
    first.refresh_from_db()
    assert (first.state, first.base) == (State.LICENSED, bases[0])
    assert not can_award(make.acting(make.user(Role.LEADER), "2028-02-29"), first.call)


@pytest.mark.clause("4.3-award")
def test_all_or_none_of_the_award(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = scored([90, 90, 90], [80, 80, 80])
    make.settled_list(first.call, [first, second])
    real = awarding.license

    def failing(**given: object) -> Base:
        if given["seat"] == 2:
            raise RuntimeError("the lights went out")
        return real(**given)

    monkeypatch.setattr(awarding, "license", failing)
    with pytest.raises(RuntimeError):
        make.award(first.call)
    assert (Base.objects.count(), Document.objects.filter(number__isnull=False).count()) == (0, 0)
    assert set(Application.objects.values_list("state", flat=True)) == {State.APPROVED}


# The end of the year's decisions ------------------------------------------------------------------------------------


@pytest.mark.clause("4.2-yearly", "4.3-decision")
def test_what_is_undecided_lapses_once_what_is_settled_was_awarded() -> None:
    settled = make.carried_to(State.APPROVED, make.municipal_unit())
    officer = make.acting(make.user(Role.MUNICIPAL), "2027-06-30")
    waiting = _late_one(settled.call)
    with pytest.raises(RuleViolation) as refused:
        calls.close_decisions(actor=officer, call=settled.call, reason=" ")
    assert refused.value.clause == "4.3-award"
    assert len(make.award(settled.call)) == 1
    with pytest.raises(RuleViolation) as refused:
        calls.close_decisions(actor=officer, call=settled.call, reason=" ")
    assert refused.value.field == "reason"
    assert calls.close_decisions(actor=officer, call=settled.call, reason="本年度办结") == 1
    waiting.refresh_from_db()
    assert (waiting.state, waiting.end_reason) == (State.LAPSED, "本年度办结")
    assert Entry.objects.get(event="application.lapsed").data == {"reason": "本年度办结"}
    with pytest.raises(RuleViolation, match="全部办结"):
        calls.close_decisions(actor=officer, call=settled.call, reason="再次")


def _late_one(in_call: Call) -> Application:
    application = make.application_ready(make.municipal_unit(), in_call, on="2027-04-01")
    make.submit(application, "2027-04-01")
    application.refresh_from_db()
    return application


@pytest.mark.clause("4.2-yearly")
def test_the_year_does_not_close_over_an_open_round_or_list() -> None:
    application = make.carried_to(State.CERTIFICATION, make.municipal_unit())
    officer = make.acting(make.user(Role.MUNICIPAL), "2027-06-30")
    make.open_round(application.call)
    with pytest.raises(RuleViolation, match="认证尚未结束"):
        calls.close_decisions(actor=officer, call=application.call, reason="办结")
    for number in (1, 2, 3):
        make.score(make.assign(application, number, declared=False))
    make.certification.close_round(actor=officer, call=application.call)
    make.prepared_list(application.call, [application])
    with pytest.raises(RuleViolation, match="名单等待审定"):
        calls.close_decisions(actor=officer, call=application.call, reason="办结")


@pytest.mark.clause("4.2-cap", "4.3-decision")
def test_a_list_is_settled_within_the_seats_that_are_left() -> None:
    first, second = (make.carried_to(State.CERTIFICATION, make.municipal_unit()) for _each in range(2))
    make.round_of(first.call)
    leader = make.acting(make.user(Role.LEADER), "2027-06-27")

    def settles(quota: int) -> bool:
        found = DecisionList.objects.select_related("call").get(settled_on__isnull=True)
        found.call.quota = quota
        return bool(can_settle_list(leader, found))

    make.prepared_list(first.call, [first, second])
    assert [settles(quota) for quota in (0, 1, 2, 3)] == [False, False, True, True]
    decision.settle_list(
        actor=make.acting(make.user(Role.LEADER), "2027-06-26"), decision_list=DecisionList.objects.get()
    )
    earlier = first.decisions.get()
    decision.withdraw_decision(actor=leader, decision=earlier, reason="收到举报")
    make.prepared_list(first.call, [Application.objects.get(pk=first.pk)])
    # One seat is taken, one was set free; the decision that was taken back asks for none.
    assert [settles(quota) for quota in (1, 2)] == [False, True]
    decision.settle_list(actor=leader, decision_list=DecisionList.objects.get(settled_on__isnull=True))
    earlier.refresh_from_db()
    earlier.application.refresh_from_db()
    assert can_withdraw_decision(leader, earlier).reason == "只有已审定、列入名单的决定可以撤销。"
    assert can_withdraw_decision(leader, Decision.objects.get(application=first, withdrawn_on__isnull=True))


@pytest.mark.clause("4.2-experts", "4.3-decision")
def test_who_never_entered_or_left_the_round_is_not_ranked() -> None:
    stays, leaves = (make.carried_to(State.CERTIFICATION, make.municipal_unit()) for _each in range(2))
    make.pass_initial(make.carried_to(State.INITIAL_REVIEW, make.municipal_unit()))  # its paper never came
    make.round_of(stays.call)
    submission.withdraw(
        actor=make.acting(make.applicant_of(leaves.organisation), "2027-06-22"), application=leaves, reason="计划有变"
    )
    assert [row.application.number for row in ranked(stays.call)] == [stays.number]


@pytest.mark.clause("4.2-experts")
def test_who_takes_part_and_who_lacks_sheets_while_the_round_runs() -> None:
    scored_by_all, by_two, aside, left = (make.carried_to(State.CERTIFICATION, make.municipal_unit()) for _ in range(4))
    call = left.call
    owes_paper = make.pass_initial(make.carried_to(State.INITIAL_REVIEW, make.municipal_unit()))
    make.open_round(call)
    office = make.acting(make.user(Role.MUNICIPAL), "2027-06-20")
    make.certification.set_aside(actor=office, application=aside, reason="专家均须回避")
    make.submission.withdraw(
        actor=make.acting(make.applicant_of(left.organisation), "2027-06-20"), application=left, reason="计划有变"
    )
    for application, numbers in ((scored_by_all, (1, 2, 3)), (by_two, (1, 2))):
        for number in numbers:
            make.score(make.assign(application, number, declared=False), 80 + number)
    begun, voided = (make.assign(by_two, number, declared=False) for number in (4, 5))
    certification.save_scores(
        actor=make.acting(begun.expert, "2027-06-20"), assignment=begun, points=make.marks(), comments={}, opinion="好"
    )
    make.score(voided)
    certification.void_scores(actor=office, assignment=voided, reason="误提交")
    assert owes_paper.state == State.CERTIFICATION
    assert participating(call) == [scored_by_all, by_two]
    assert unscored(call, 2) == []
    assert unscored(call, 3) == [by_two.number]
    assert unscored(call, 4) == [scored_by_all.number, by_two.number]
    sheets = valid_sheets([by_two, aside])
    assert {key: [sheet.total for sheet in found] for key, found in sheets.items()} == {
        by_two.pk: [Decimal(81), Decimal(82)],
        aside.pk: [],
    }
    rows = ranked(call)
    assert [(row.application, row.totals) for row in rows] == [
        (scored_by_all, (Decimal(83), Decimal(82), Decimal(81))),
        (by_two, (Decimal(82), Decimal(81))),
    ]
    assert [row.opinions for row in rows] == [("方案可行。",) * 3, ("方案可行。",) * 2]


# What each act stores, and whose rows it leaves alone ---------------------------------------------------------------


def settled_in(year: int, count: int) -> list[Application]:
    """Applications of a year's call, all on its settled list."""
    call = make.call(year)
    found = [make.carried_to(State.CERTIFICATION, make.municipal_unit(), call) for _each in range(count)]
    make.round_of(call)
    make.settled_list(call, found)
    return found


def with_two_seats() -> Call:
    make.figures("2027-01-01", annual_quota=2)
    return make.call()


@pytest.mark.clause("4.3-award", "4.2-cap")
def test_an_award_is_of_this_year_s_seats_that_are_still_held() -> None:
    (earlier,) = settled_in(2026, 1)
    kept, withdrawn = settled_in(2027, 2)
    leader = make.acting(make.user(Role.LEADER), "2027-06-27")
    decision.withdraw_decision(actor=leader, decision=Decision.objects.get(application=withdrawn), reason="待核实")
    (base,) = make.award(kept.call)
    kept.refresh_from_db()
    assert (base.number, kept.state, kept.base, kept.ended_on) == (
        "HZ2027-01",
        State.LICENSED,
        base,
        date(2027, 6, 30),
    )
    for other, state in ((earlier, State.APPROVED), (withdrawn, State.CERTIFICATION)):
        other.refresh_from_db()
        assert (other.state, other.base) == (state, None)
    make.settled_list(kept.call, [withdrawn])
    (later,) = make.award(kept.call)
    assert (later.number, Base.objects.count()) == ("HZ2027-02", 2)


@pytest.mark.clause("4.2-cap", "4.3-decision")
def test_a_seat_given_back_is_free_and_one_taken_is_not() -> None:
    call = with_two_seats()
    first, second, third = (make.carried_to(State.CERTIFICATION, make.municipal_unit(), call) for _each in range(3))
    make.round_of(call, {first.number: [90] * 3, second.number: [80] * 3, third.number: [70] * 3})
    officer = make.acting(make.user(Role.MUNICIPAL), "2027-06-25")
    leader = make.acting(make.user(Role.LEADER), "2027-06-26")
    # One of two seats is taken and one left: who is left out behind it owes nobody a reason.
    settled = decision.prepare_list(
        actor=officer, call=call, approve=[first, second], reasons={third.number: " 名额已满 "}
    )
    decision.settle_list(actor=leader, decision_list=settled)
    third.refresh_from_db()
    assert (third.state, third.ended_on, third.end_reason) == (State.DECLINED, date(2027, 6, 26), "名额已满")
    assert decision.check_list(call=call, approve=[], reasons={}) == []
    decision.withdraw_decision(actor=leader, decision=Decision.objects.get(application=second), reason="待核实")
    again = decision.prepare_list(actor=officer, call=call, approve=[second], reasons={})
    assert again.decisions.get().reason == ""
    decision.settle_list(actor=leader, decision_list=again)
    assert seats(call) == {1: first.number, 2: second.number}
    with pytest.raises(Conflict) as full:
        take_seat(actor=leader, call=call, application=third)
    assert full.value.code == "no_seat"


@pytest.mark.clause("4.3-decision")
def test_seats_already_taken_leave_fewer_to_explain() -> None:
    call = with_two_seats()
    first, second, third = (make.carried_to(State.CERTIFICATION, make.municipal_unit(), call) for _each in range(3))
    make.round_of(call, {first.number: [90] * 3, second.number: [80] * 3, third.number: [70] * 3})
    take_seat(actor=make.acting(make.user(Role.LEADER), "2027-06-26"), call=call, application=first)
    Application.objects.filter(pk=first.pk).update(state=State.APPROVED)
    assert decision.reasons_missing(call=call, approve=[second], reasons={}) == []
    assert decision.check_list(call=call, approve=[second], reasons={})
    missing = decision.reasons_missing(call=call, approve=[], reasons={third.number: " "})
    assert [problem.field for problem in missing] == [second.number, third.number]
    with pytest.raises(RuleViolation) as refused:
        decision.check_list(call=call, approve=[second, third], reasons={})
    assert (refused.value.field, refused.value.code) == ("approve", "no_seat")


@pytest.mark.clause("4.3-decision")
def test_each_year_has_its_own_open_list() -> None:
    prepared = []
    for year in (2026, 2027):
        call = make.call(year)
        application = make.carried_to(State.CERTIFICATION, make.municipal_unit(), call)
        make.round_of(call)
        prepared.append((make.prepared_list(call, [application]), application))
    assert [(each.call.year, each.version) for each, _one in prepared] == [(2026, 1), (2027, 1)]
    assert [each.decisions.get().application for each, _one in prepared] == [one for _list, one in prepared]


@pytest.mark.clause("4.3-decision")
def test_a_list_that_is_not_one_s_to_settle_is_refused_and_a_settled_one_is_a_lost_race() -> None:
    (application,) = scored([90, 90, 90])
    prepared = make.prepared_list(application.call, [application])
    with pytest.raises(RuleViolation) as stranger:
        decision.settle_list(actor=make.acting(make.user(Role.MUNICIPAL), "2027-06-26"), decision_list=prepared)
    assert not isinstance(stranger.value, Conflict)
    leader = make.acting(make.user(Role.LEADER), "2027-06-26")
    decision.settle_list(actor=leader, decision_list=prepared)
    with pytest.raises(Conflict) as late:
        decision.settle_list(actor=leader, decision_list=prepared)
    assert late.value.code == "settled"


@pytest.mark.clause("3.1-applicant", "4.3-decision")
def test_who_withdraws_takes_only_the_own_line_off_the_open_list() -> None:
    (other_year,) = settled_in(2026, 1)
    first, second = scored([90, 90, 90], [80, 80, 80])
    prepared = make.prepared_list(first.call, [first, second])
    submission.withdraw(
        actor=make.acting(make.applicant_of(first.organisation), "2027-06-25"), application=first, reason="计划有变"
    )
    lines = {line.application: line for line in Decision.objects.select_related("application")}
    assert (lines[first].withdrawn_on, lines[first].withdrawal_reason) == (date(2027, 6, 25), "计划有变")
    assert (lines[second].withdrawn_on, lines[other_year].withdrawn_on) == (None, None)
    versions = DecisionList.objects.order_by("call__year").values_list("call__year", "version")
    assert list(versions) == [(2026, 1), (2027, prepared.version + 1)]
