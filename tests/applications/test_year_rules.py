"""Who decides about a year, its call, its round and its list, when, and in which words everybody else is refused."""

from collections.abc import Callable
from datetime import date

import pytest

from applications import rules
from applications.models import Application, Call, Decision, DecisionList, Round
from haizhi_portal.accounts.models import User
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.figures import DEFAULTS
from haizhi_portal.policy.verdict import Verdict
from haizhi_portal.policy.words import Role
from haizhi_portal.scoring.actions import criteria_for
from haizhi_portal.scoring.models import CriteriaSet
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1-annual", "4.2-yearly", "4.2-cap", "4.3-decision")]
State = Application.State
DAY = date(2027, 6, 30)
Ask = Callable[[Actor, Call], Verdict]


def in_state(state: str) -> Call:
    return make.carried_to(state, make.municipal_unit()).call


def round_in(call: Call, **more: object) -> Call:
    """The year's round without anybody in it."""
    Round.objects.create(
        call=call,
        criteria_set=criteria_for(purpose=CriteriaSet.Purpose.CERTIFICATION, year=call.year, figures=DEFAULTS),
        opened_on=date(call.year, 6, 20),
        opened_by=make.user(Role.MUNICIPAL),
        **more,
    )
    return call


def scored() -> Call:
    """One application through a closed round, nothing decided."""
    call = in_state(State.CERTIFICATION)
    make.round_of(call)
    return call


def raise_quota(actor: Actor, call: Call) -> Verdict:
    return rules.can_raise_quota(actor, call, 6, "大科协发〔2027〕8号", DAY)


def settle(actor: Actor, call: Call) -> Verdict:
    return rules.can_settle_list(actor, DecisionList(call=call, prepared_by_id=0))


def withdraw(actor: Actor, call: Call) -> Verdict:
    line = Decision(
        application=Application(state=State.APPROVED, call=call), outcome=Decision.Outcome.APPROVE, settled_on=DAY
    )
    return rules.can_withdraw_decision(actor, line)


OFFICE, LEADER = frozenset({Role.MUNICIPAL}), frozenset({Role.LEADER})
WHO: dict[str, tuple[Callable[[], Call], Ask, frozenset[Role], str, str]] = {
    "announce": (
        lambda: Call(year=2027),
        lambda actor, call: rules.can_announce_call(actor, call.year),
        OFFICE,
        "4.1-annual",
        "年度申报由市科协学会部公布。",
    ),
    "change the days": (make.call, rules.can_change_timetable, OFFICE, "4.1-annual", "时间安排由市科协学会部调整。"),
    "raise the quota": (make.call, raise_quota, OFFICE, "4.2-cap", "名额由市科协学会部凭文件调整。"),
    "open the round": (
        lambda: in_state(State.CERTIFICATION),
        rules.can_open_round,
        OFFICE,
        "4.2-yearly",
        "专家认证由市科协学会部组织。",
    ),
    "close the round": (
        lambda: round_in(make.call()),
        rules.can_close_round,
        OFFICE,
        "4.2-yearly",
        "专家认证由市科协学会部结束。",
    ),
    "prepare the list": (scored, rules.can_prepare_list, OFFICE, "4.3-decision", "名单由市科协学会部拟定。"),
    "withdraw a decision": (make.call, withdraw, LEADER, "4.3-decision", "这一步由市科协领导办理。"),
    "award": (lambda: in_state(State.APPROVED), rules.can_award, LEADER, "4.3-award", "批复和授牌由市科协领导签发。"),
    "close the decisions": (
        make.call,
        rules.can_close_decisions,
        OFFICE | LEADER,
        "4.2-yearly",
        "年度决定由市科协办结。",
    ),
}


@pytest.mark.clause("4.3-award")
@pytest.mark.parametrize("step", WHO)
def test_who_takes_a_step_of_the_year(step: str) -> None:
    arrange, ask, allowed, clause, words = WHO[step]
    call = arrange()
    found = {role: ask(make.acting(User(role=role), DAY), call) for role in Role}
    assert {role for role, verdict in found.items() if verdict} == allowed
    refused = {(verdict.clause, verdict.reason) for role, verdict in found.items() if role not in allowed}
    assert refused == {(clause, words)}


@pytest.mark.parametrize(
    ("role", "ask"),
    [
        (Role.MUNICIPAL, rules.can_change_timetable),
        (Role.MUNICIPAL, raise_quota),
        (Role.MUNICIPAL, rules.can_open_round),
        (Role.MUNICIPAL, rules.can_prepare_list),
        (Role.LEADER, settle),
        (Role.LEADER, withdraw),
        (Role.LEADER, rules.can_close_decisions),
    ],
)
def test_nothing_of_a_year_is_decided_once_its_decisions_are_closed(role: Role, ask: Ask) -> None:
    call = make.call()
    call.decisions_closed_on = DAY
    verdict = ask(make.acting(User(role=role), DAY), call)
    assert (verdict.clause, verdict.reason) == ("4.2-yearly", "2027 年度决定已于2027年6月30日全部办结。")


def test_the_round_of_another_year_is_no_matter_of_this_one() -> None:
    call, office = in_state(State.CERTIFICATION), make.acting(make.user(Role.MUNICIPAL), DAY)
    round_in(make.call(2026))
    for ask in (rules.can_change_timetable, rules.can_open_round, rules.can_close_decisions):
        assert ask(office, call), ask
    assert rules.can_close_round(office, call).reason == "本年度专家认证尚未开始。"
    Round.objects.update(closed_on=date(2026, 6, 30))
    assert rules.can_prepare_list(office, call).reason == "专家认证结束后才能拟定名单。"


@pytest.mark.parametrize(
    ("day", "ask", "opens_on", "words"),
    [
        ("2027-06-19", rules.can_open_round, date(2027, 6, 20), "届时才能开始；如需提前，请先调整时间安排。"),
        ("2027-06-20", rules.can_open_round, None, ""),
        ("2027-06-19", rules.can_close_decisions, date(2027, 6, 20), "此前不能办结本年度决定。"),
        ("2027-06-20", rules.can_close_decisions, None, ""),
    ],
)
def test_from_the_certification_day_on(day: str, ask: Ask, opens_on: date | None, words: str) -> None:
    verdict = ask(make.acting(User(role=Role.MUNICIPAL), day), in_state(State.CERTIFICATION))
    assert (verdict.allowed, verdict.opens_on) == (opens_on is None, opens_on)
    assert verdict.reason == (f"集中认证日是2027年6月20日，{words}" if words else "")


@pytest.mark.clause("4.2-experts")
@pytest.mark.parametrize("out", [{}, {"set_aside_on": DAY}, {"state": State.WITHDRAWN, "ended_on": DAY}])
def test_a_list_waits_for_somebody_to_decide_on(out: dict[str, object]) -> None:
    call = scored()
    if out:
        call.applications.update(**out)
    verdict = rules.can_prepare_list(make.acting(User(role=Role.MUNICIPAL), DAY), call)
    assert verdict.reason == ("没有等待决定的申报。" if out else "")


def test_there_is_one_round_a_year() -> None:
    verdict = rules.can_open_round(make.acting(User(role=Role.MUNICIPAL), DAY), scored())
    assert (verdict.clause, verdict.reason) == ("4.2-yearly", "本年度专家认证已于2027年6月20日开始，每年只有一次。")


@pytest.mark.clause("4.1-paper")
def test_a_round_opens_with_somebody_who_may_enter() -> None:
    call, office = in_state(State.INITIAL_REVIEW), make.acting(User(role=Role.MUNICIPAL), DAY)
    verdict = rules.can_open_round(office, call)
    assert (verdict.clause, verdict.reason) == (
        "4.1-paper",
        "没有初审通过且纸质材料收齐的申报，暂不能开始专家认证。",
    )
    make.receive_paper(make.pass_initial(call.applications.get(), "2027-06-01"), copies=1)
    assert rules.can_open_round(office, call).reason == verdict.reason
    make.receive_paper(call.applications.get(), copies=1)
    # One that lacks its paper keeps nobody else waiting.
    make.pass_initial(make.carried_to(State.INITIAL_REVIEW, make.municipal_unit()))
    assert rules.can_open_round(office, call)


@pytest.mark.clause("4.3-decision")
def test_no_list_for_those_alone_who_did_not_enter_or_were_set_aside() -> None:
    entered = make.carried_to(State.CERTIFICATION, make.municipal_unit())
    make.pass_initial(make.carried_to(State.INITIAL_REVIEW, make.municipal_unit()))
    make.open_round(entered.call)
    office = make.acting(make.user(Role.MUNICIPAL), "2027-06-20")
    for number in (1, 2, 3):
        make.score(make.assign(entered, number, declared=False))
    make.certification.close_round(actor=office, call=entered.call)
    assert rules.can_prepare_list(office, entered.call)
    Application.objects.filter(pk=entered.pk).update(state=State.WITHDRAWN)
    assert rules.can_prepare_list(office, entered.call).reason == "没有等待决定的申报。"


@pytest.mark.clause("4.1-paper")
@pytest.mark.parametrize("role", [Role.LEADER, Role.AUDITOR, Role.EXPERT, Role.APPLICANT, Role.DISTRICT])
def test_only_the_office_voids_a_receipt_and_reminds_of_copies(role: str) -> None:
    application = make.carried_to(State.CERTIFICATION)
    owing = make.pass_initial(make.carried_to(State.INITIAL_REVIEW, make.municipal_unit()))
    stranger = {
        Role.APPLICANT: make.applicant_of(application.organisation),
        Role.DISTRICT: make.district("210211"),
    }.get(Role(role)) or make.user(role)
    for person, allowed in ((stranger, False), (make.user(Role.MUNICIPAL), True)):
        actor = make.acting(person, "2027-06-03")
        assert bool(rules.can_void_receipt(actor, application.receipts.get())) is allowed
        assert bool(rules.can_remind_of_copies(actor, owing)) is allowed
