"""Two failed years running, or false statements, end a qualification (`5.5-exit`)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from bases.actions.endings import surrender
from bases.models import Base
from evaluations.actions import evaluation as evaluations
from evaluations.actions import withdrawal as actions
from evaluations.models import Renewal, Withdrawal
from evaluations.timeline import withdrawal_events
from evaluations.views.withdrawal import contest_said
from haizhi_portal.audit.actor import Actor
from haizhi_portal.documents.models import Document
from haizhi_portal.notifications.models import Message
from haizhi_portal.policy.verdict import Conflict, RuleViolation
from haizhi_portal.policy.words import Role
from tests.evaluations.kit import (
    FAILED,
    QUALIFIED,
    actor,
    announced,
    daily,
    decided,
    events,
    exempted,
    final,
    leader,
    licensed,
    marks,
    officer,
    opened,
    person,
    prepared,
    requested,
    second_officer,
    system,
    unit,
    unit_actor,
)

pytestmark = [pytest.mark.django_db, pytest.mark.clause("5.5-exit")]

F, P, E = FAILED, QUALIFIED, None


def story(base: Base, first_year: int, *outcomes: Decimal | None) -> None:
    for year, outcome in enumerate(outcomes, start=first_year):
        exempted(base, year) if outcome is None else final(base, year, outcome)


def accused(base: Base, day: str = "2028-06-01") -> Withdrawal:
    return actions.open_withdrawal(
        actor=officer(day), base=base, ground="false_statements", years=[], statement="协议系伪造"
    )


def handed_in(case: Withdrawal, day: str) -> Withdrawal:
    return actions.prepare_withdrawal(actor=officer(day), withdrawal=case, statement="事实清楚")


@pytest.mark.parametrize(
    ("outcomes", "years"),
    [
        ([F], []),
        ([F, P], []),
        ([F, F], [2027, 2028]),
        ([F, E, F], [2027, 2029]),
        ([E, F, F], [2028, 2029]),
        ([F, P, F], []),
        ([F, E], []),
        ([F, E, E, F], [2027, 2030]),
    ],
    ids=["F", "F P", "F F", "F exempt F", "exempt F F", "F P F", "F exempt", "F exempt exempt F"],
)
def test_two_failed_years_running_open_a_case(outcomes: list[Decimal | None], years: list[int]) -> None:
    base = licensed("2027-03-15")
    if len(outcomes) > 3:
        decided(prepared(base, "2030-02-01"), "2030-02-20", passed=True)

    story(base, 2027, *outcomes)

    assert [case.years for case in Withdrawal.objects.all()] == ([years] if years else [])


def test_the_case_opens_on_the_day_the_second_fail_is_final_and_has_thirty_days() -> None:
    base = licensed("2027-03-15")
    story(base, 2027, F)
    told = announced(base, 2028, F)
    assert told.review_until == date(2029, 3, 9)

    daily("2029-03-20")

    case = Withdrawal.objects.get()
    assert (case.opened_on, case.confirm_by) == (date(2029, 3, 10), date(2029, 4, 9))
    assert events("withdrawal.opened") == [
        ("withdrawal.opened", "2029-03-10", {"ground": "two_failures", "years": [2027, 2028]})
    ]


def test_fails_before_and_after_a_renewal_are_consecutive() -> None:
    base = licensed("2027-03-15")
    story(base, 2027, P, P, F)
    decided(prepared(base, "2030-02-01", on="2030-02-10"), "2030-03-01", passed=True)

    final(base, 2030, F)

    assert Withdrawal.objects.get().years == [2029, 2030]


def test_fails_of_two_bases_of_one_unit_do_not_add_up() -> None:
    first = licensed("2027-03-15")
    story(first, 2027, F)
    surrender(actor=unit_actor(first, "2028-06-01"), base=first, reason="业务调整")
    second = licensed("2028-09-01", seat=2)
    assert second.organisation == first.organisation

    final(second, 2028, F)

    assert Withdrawal.objects.count() == 0


def test_a_fail_turned_into_a_pass_by_its_review_opens_nothing() -> None:
    base = licensed("2027-03-15")
    story(base, 2027, F)
    told = announced(base, 2028, F)
    evaluations.request_review(actor=unit_actor(base, "2029-03-05"), evaluation=told, reason="漏计")

    evaluations.decide_review(
        actor=second_officer("2029-03-07"), evaluation=told, points=marks("66"), comments={}, opinion="采纳"
    )

    assert Withdrawal.objects.count() == 0


def test_a_second_fail_of_a_base_expired_meanwhile_opens_nothing() -> None:
    base = licensed("2027-03-15")
    story(base, 2027, P, F)
    announced(base, 2029, F, on="2030-03-12")

    daily("2030-03-30")  # the licence ended after 15 March; the result stands since the 20th

    assert events("evaluation.final")[-1][1] == "2030-03-20"
    assert Withdrawal.objects.count() == 0
    assert Base.objects.get().ended_on == date(2030, 3, 16)


def test_a_second_fail_final_on_the_very_day_the_base_ended_opens_nothing() -> None:
    base = licensed("2027-03-15")
    story(base, 2027, F)
    until = announced(base, 2028, F).review_until
    assert until is not None
    ending = until + timedelta(days=1)
    surrender(actor=unit_actor(base, ending), base=base, reason="业务调整")

    daily(ending)

    assert events("evaluation.final")[-1][1] == ending.isoformat()
    assert Withdrawal.objects.count() == 0


def test_a_case_found_after_the_base_ended_is_opened_and_closed_on_its_own_days() -> None:
    base = licensed("2027-03-15")
    story(base, 2027, P, F)
    announced(base, 2029, F, on="2030-03-03")

    daily("2030-03-30")  # final since the 9th, the licence ended after the 15th

    case = Withdrawal.objects.get()
    assert (case.opened_on, case.closed_on, case.close_reason) == (
        *(date(2030, 3, 9), date(2030, 3, 16), "基地资格已经终止。"),
    )
    assert [event[:2] for event in events("withdrawal.opened", "withdrawal.closed")] == [
        ("withdrawal.opened", "2030-03-09"),
        ("withdrawal.closed", "2030-03-16"),
    ]
    assert not Message.objects.filter(kind="withdrawal.opened").exists()


def test_an_officer_takes_up_again_what_was_closed_and_only_what_is_on_record() -> None:
    base = licensed("2027-03-15")
    story(base, 2027, F, F)
    actions.close_withdrawal(actor=leader("2029-04-02"), withdrawal=Withdrawal.objects.get(), reason="受不可抗力影响")

    def again(*years: int) -> Withdrawal:
        return actions.open_withdrawal(
            actor=officer("2029-04-10"), base=base, ground="two_failures", years=list(years), statement=""
        )

    with pytest.raises(RuleViolation, match="最近两个评估年度的最终结果并非均为不合格"):
        again(2026, 2027)
    assert again(2027, 2028).years == [2027, 2028]


@pytest.mark.parametrize(("first", "second", "said"), [(2027, 2028, False), (2027, 2029, True)])
def test_the_page_says_when_running_can_be_contested(first: int, second: int, said: bool) -> None:
    base = licensed("2027-03-15")
    story(base, 2027, *([F, E, F] if said else [F, F]))

    words = contest_said(Withdrawal.objects.get())

    assert words.startswith("请注意：2027 年度不合格，2028 年度免评，2029 年度不合格") if said else words == ""


# Preparing and confirming -------------------------------------------------------------------------------------------


def test_the_leader_confirms_what_another_person_prepared() -> None:
    base = licensed("2027-03-15")
    story(base, 2027, F, F)
    case = Withdrawal.objects.get()
    with pytest.raises(RuleViolation, match="请等经办人拟好"):
        actions.confirm_withdrawal(actor=leader("2029-03-15"), withdrawal=case)
    handed_in(case, "2029-03-16")
    promoted = person(Role.MUNICIPAL)
    promoted.role = Role.LEADER
    with pytest.raises(RuleViolation, match="拟定人以外"):
        actions.confirm_withdrawal(actor=actor(promoted, "2029-03-20"), withdrawal=case)

    done = actions.confirm_withdrawal(actor=leader("2029-03-20"), withdrawal=case)

    base.refresh_from_db()
    assert (base.end, base.ended_on) == ("revoked", date(2029, 3, 20))
    assert (done.confirmed_on, done.closed_on) == (date(2029, 3, 20), date(2029, 3, 20))
    assert events("base.revoked") == [("base.revoked", "2029-03-20", {"ground": "two_failures", "years": [2027, 2028]})]
    decision = Document.objects.get(kind=Document.Kind.WITHDRAWAL_DECISION)
    assert decision.facts == {
        "organisation": base.organisation.name,
        "base_name": base.name,
        "base_number": base.number,
        "ground": "连续两年评估不合格",
        "years": [2027, 2028],
        "reason": "事实清楚",
        "ended_on": "2029-03-20",
    }


@pytest.mark.parametrize(
    ("who", "allowed"),
    [("applicant", False), ("district", False), ("municipal", False), ("leader", True), ("auditor", False)],
)
def test_only_a_leader_confirms(who: str, allowed: bool) -> None:
    base = licensed("2027-03-15")
    case = handed_in(accused(base), "2028-06-02")
    role = Role(who)
    user = person(
        role,
        organisation=base.organisation if role == Role.APPLICANT else None,
        place="210211" if role == Role.DISTRICT else "",
        name="x",
    )

    if allowed:
        actions.confirm_withdrawal(actor=actor(user, "2028-06-05"), withdrawal=case)
    else:
        with pytest.raises(RuleViolation, match="您的角色不办理"):
            actions.confirm_withdrawal(actor=actor(user, "2028-06-05"), withdrawal=case)


def test_the_leader_confirms_only_what_was_read() -> None:
    base = licensed("2027-03-15")
    case = handed_in(accused(base), "2028-06-02")

    with pytest.raises(Conflict):
        actions.confirm_withdrawal(actor=leader("2028-06-05"), withdrawal=case, statement_read="另一段话")
    actions.confirm_withdrawal(actor=leader("2028-06-05"), withdrawal=case, statement_read="事实清楚\r\n")


def test_false_statements_name_no_years() -> None:
    base = licensed("2027-03-15")
    case = handed_in(accused(base), "2028-06-02")

    actions.confirm_withdrawal(actor=leader("2028-06-05"), withdrawal=case)

    assert events("base.revoked") == [("base.revoked", "2028-06-05", {"ground": "false_statements", "years": []})]


@pytest.mark.parametrize(
    ("ground", "years", "statement"),
    [
        ("two_failures", [2027, 2028], "x"),  # no such results on record
        ("false_statements", [2027], "x"),
        ("false_statements", [], " "),
        ("dislike", [], "x"),
    ],
)
def test_a_case_needs_its_ground(ground: str, years: list[int], statement: str) -> None:
    base = licensed("2027-03-15")

    with pytest.raises(RuleViolation):
        actions.open_withdrawal(actor=officer("2028-06-01"), base=base, ground=ground, years=years, statement=statement)


def test_a_second_case_waits_for_the_first_and_is_taken_up_after_it() -> None:
    base = licensed("2027-03-15")
    story(base, 2027, F)
    first = accused(base, "2028-12-01")
    with pytest.raises(RuleViolation, match="已有一件未办结的取消资格事项"):
        accused(base, "2028-12-02")
    final(base, 2028, F)
    assert Withdrawal.objects.count() == 1

    actions.close_withdrawal(actor=leader("2029-04-02"), withdrawal=first, reason="查无实据")

    assert [case.years for case in Withdrawal.objects.filter(closed_on=None)] == [[2027, 2028]]


def test_a_closed_case_is_not_opened_again_for_the_same_years_but_for_the_next_fail() -> None:
    base = licensed("2027-03-15")
    story(base, 2027, F, F)
    actions.close_withdrawal(actor=leader("2029-04-02"), withdrawal=Withdrawal.objects.get(), reason="受不可抗力影响")
    assert Withdrawal.objects.filter(closed_on=None).count() == 0

    final(base, 2029, F)

    assert Withdrawal.objects.get(closed_on=None).years == [2028, 2029]


def test_an_expired_base_is_not_withdrawn() -> None:
    base = licensed("2027-03-15")
    case = handed_in(accused(base, "2030-03-01"), "2030-03-02")

    with pytest.raises(RuleViolation, match="2030年3月16日终止"):
        actions.confirm_withdrawal(actor=leader("2030-03-16"), withdrawal=case)


def test_an_expired_base_with_a_renewal_pending_is_withdrawn_with_its_request() -> None:
    base = licensed("2027-03-15")
    renewal = requested(base, "2030-03-10")
    case = handed_in(accused(base, "2030-03-11"), "2030-03-12")

    actions.confirm_withdrawal(actor=leader("2030-03-20"), withdrawal=case)

    renewal.refresh_from_db()
    assert renewal.state == Renewal.State.WITHDRAWN
    assert [event[:2] for event in events("renewal.withdrawn", "base.revoked", "term.expired")] == [
        ("term.expired", "2030-03-16"),
        ("renewal.withdrawn", "2030-03-20"),
        ("base.revoked", "2030-03-20"),
    ]


def test_cases_and_requests_of_a_base_that_gave_up_are_closed_by_the_day() -> None:
    base = licensed("2027-03-15")
    renewal = requested(base, "2030-02-01")
    case = accused(base, "2030-02-02")
    surrender(actor=unit_actor(base, "2030-02-10"), base=base, reason="业务调整")

    assert daily("2030-02-11")["无须再办的事项结案"] == 2
    assert daily("2030-02-11")["无须再办的事项结案"] == 0

    renewal.refresh_from_db()
    case.refresh_from_db()
    assert (renewal.state, case.closed_on, case.confirmed_on) == ("withdrawn", date(2030, 2, 10), None)


def test_before_the_day_a_base_that_gave_up_has_nothing_to_decide_any_more() -> None:
    base = licensed("2027-03-15")
    case = handed_in(accused(base, "2028-06-01"), "2028-06-02")
    surrender(actor=unit_actor(base, "2028-06-10"), base=base, reason="业务调整")

    with pytest.raises(RuleViolation, match="请由领导结案"):
        actions.confirm_withdrawal(actor=leader("2028-06-11"), withdrawal=case)
    actions.close_withdrawal(actor=leader("2028-06-11"), withdrawal=case, reason="基地已主动退出")


def test_the_portal_itself_may_open_but_not_decide() -> None:
    base = licensed("2027-03-15")
    case = handed_in(accused(base), "2028-06-02")

    for decide in (actions.confirm_withdrawal, actions.close_withdrawal):
        with pytest.raises(RuleViolation):
            decide(
                actor=Actor.system(system("2028-06-05").now),
                withdrawal=case,
                **({"reason": "x"} if decide is actions.close_withdrawal else {}),
            )


def test_the_office_of_another_unit_is_not_touched() -> None:
    mine, other = licensed("2027-03-15"), licensed("2027-03-15", n=2)
    story(mine, 2027, F, F)
    opened(other, 2027)

    assert [case.base for case in Withdrawal.objects.all()] == [mine]
    assert unit(2) == other.organisation
    assert Withdrawal.objects.get().confirm_by - Withdrawal.objects.get().opened_on == timedelta(days=30)
    # The same two years of the other are a case of their own.
    story(other, 2027, F, F)
    assert [case.base for case in Withdrawal.objects.order_by("pk")] == [mine, other]


def told_of(case: Withdrawal, *, inner: bool = True) -> list[tuple[str, str, str, str]]:
    return [(each.on.isoformat(), each.title, each.body, each.who) for each in withdrawal_events(case, inner=inner)]


def test_the_history_of_a_case_says_who_did_what() -> None:
    base = licensed("2027-03-15")
    story(base, 2027, F)
    first = accused(base, "2028-12-01")
    handed_in(first, "2028-12-02")
    handed_in(first, "2028-12-03")
    final(base, 2028, F)
    actions.close_withdrawal(actor=leader("2029-04-02"), withdrawal=first, reason="查无实据")
    second = Withdrawal.objects.get(closed_on=None)
    handed_in(second, "2029-04-03")
    actions.confirm_withdrawal(actor=leader("2029-04-04"), withdrawal=second)

    assert told_of(first) == [
        ("2029-04-02", "结案，不取消资格", "查无实据", "市科协领导"),
        ("2028-12-03", "拟定事实与理由", "", "市科协学会部"),
        ("2028-12-02", "拟定事实与理由", "", "市科协学会部"),
        ("2028-12-01", "立案", "弄虚作假", "市科协学会部"),
    ]
    decision = ("2029-04-04", "决定取消资格", "事实清楚", "市科协领导")
    assert told_of(second) == [
        decision,
        ("2029-04-03", "拟定事实与理由", "", "市科协学会部"),
        ("2029-04-02", "立案", "连续两年评估不合格", "系统"),
    ]
    assert (told_of(second, inner=False), told_of(first, inner=False)) == ([decision], [])


def test_what_the_portal_closed_by_itself_says_so() -> None:
    base = licensed("2027-03-15")
    case = accused(base, "2028-12-01")
    surrender(actor=unit_actor(base, "2028-12-05"), base=base, reason="退出")
    actions.close_moot(actor=system("2028-12-06"))

    assert told_of(case)[0] == ("2028-12-05", "结案，不取消资格", "基地资格已经终止。", "系统")
