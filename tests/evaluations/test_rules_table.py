"""Who may do what in which state: every verb for every role, at each station of a life."""

from collections.abc import Callable

import pytest

from bases.models import Base
from evaluations import rules
from evaluations.actions import evaluation as evaluations
from evaluations.actions import renewal as renewals
from evaluations.actions import withdrawal as withdrawals
from evaluations.models import Evaluation, Renewal, Withdrawal
from haizhi_portal.audit.actor import Actor
from tests.bases.kit import allowed, cast
from tests.evaluations.kit import (
    announced,
    decided,
    exempted,
    final,
    leader,
    licensed,
    officer,
    opened,
    prepared,
    requested,
    scored,
    second_officer,
    unit_actor,
    with_paper,
)

pytestmark = pytest.mark.django_db

# o the unit, x another unit, d district, m the officer, M a second one, l leader, a auditor, e expert, A admin.


def who(base: Base, day: str, rule: Callable[[Actor], object]) -> str:
    people = cast(base, day) | {"M": second_officer(day)}
    return allowed({letter: people[letter] for letter in "oxdmMlaeA"}, rule)


EVALUATION_STATES: dict[str, Callable[[Base], Evaluation]] = {
    "opened": lambda base: opened(base, 2027),
    "scored": lambda base: scored(base, 2027),
    "announced": lambda base: announced(base, 2027),
    "final": lambda base: final(base, 2027),
    "exempt": lambda base: exempted(base, 2027),
}


@pytest.mark.clause("5.4-evaluation")
@pytest.mark.parametrize(
    ("state", "day", "score", "announce", "exempt", "propose", "ask"),
    [
        ("opened", "2028-02-10", "mM", "", "mM", "", ""),
        ("scored", "2028-02-10", "", "mM", "", "mM", ""),
        ("announced", "2028-03-10", "", "", "", "", "o"),
        ("announced", "2028-03-11", "", "", "", "", ""),
        ("final", "2028-03-11", "", "", "", "", ""),
        ("exempt", "2028-02-10", "", "", "", "", ""),
    ],
)
def test_evaluation(state: str, day: str, score: str, announce: str, exempt: str, propose: str, ask: str) -> None:
    base = licensed("2027-03-15")
    evaluation = EVALUATION_STATES[state](base)

    assert who(base, day, lambda one: rules.can_score(one, evaluation)) == score
    assert who(base, day, lambda one: rules.can_announce(one, evaluation)) == announce
    assert who(base, day, lambda one: rules.can_exempt(one, evaluation)) == exempt
    assert who(base, day, lambda one: rules.can_propose_exemption(one, evaluation)) == propose
    assert who(base, day, lambda one: rules.can_request_review(one, evaluation)) == ask


@pytest.mark.clause("5.4-evaluation")
def test_review() -> None:
    base = licensed("2027-03-15")
    evaluation = announced(base, 2027)  # scored and announced by m
    assert rules.review_of(evaluation) is None
    review = evaluations.request_review(actor=unit_actor(base, "2028-03-06"), evaluation=evaluation, reason="漏计")

    assert who(base, "2028-03-07", lambda one: rules.can_decide_review(one, review)) == "Ml"
    assert who(base, "2028-03-07", lambda one: rules.can_request_review(one, evaluation)) == ""


@pytest.mark.clause("5.4-evaluation")
def test_opening_a_year() -> None:
    base = licensed("2027-03-15")

    assert who(base, "2027-12-31", lambda one: rules.can_open_year(one, 2027)) == ""
    assert who(base, "2028-01-01", lambda one: rules.can_open_year(one, 2027)) == "mM"


def returned(base: Base) -> Renewal:
    return renewals.return_renewal(actor=officer("2030-02-01"), renewal=requested(base, "2030-02-01"), reason="请补充")


def taken_back(base: Base) -> Renewal:
    return renewals.withdraw_renewal(actor=unit_actor(base, "2030-02-02"), renewal=requested(base, "2030-02-01"))


RENEWAL_STATES: dict[str, Callable[[Base], Renewal]] = {
    "requested": lambda base: requested(base, "2030-02-01"),
    "with paper": lambda base: with_paper(base, "2030-02-01"),
    "returned": returned,
    "prepared": lambda base: prepared(base, "2030-02-01"),
    "passed": lambda base: decided(prepared(base, "2030-02-01"), "2030-02-05", passed=True),
    "failed": lambda base: decided(prepared(base, "2030-02-01"), "2030-02-05", passed=False),
    "withdrawn": taken_back,
}


@pytest.mark.clause("5.6-renewal", "5.6-reaward")
@pytest.mark.parametrize(
    ("state", "day", "paper", "giving_back", "resubmit", "withdraw", "prepare", "decide"),
    [
        ("requested", "2030-02-10", "mM", "mM", "", "o", "mM", ""),
        ("requested", "2030-03-20", "mM", "mM", "", "o", "mM", ""),
        ("with paper", "2030-02-10", "", "mM", "", "o", "mM", ""),
        ("returned", "2030-02-15", "mM", "", "o", "o", "", ""),
        ("returned", "2030-02-16", "mM", "mM", "", "o", "mM", ""),
        ("prepared", "2030-02-10", "", "", "", "o", "mM", "l"),
        ("prepared", "2030-03-16", "", "", "", "o", "mM", "l"),
        ("passed", "2030-02-10", "", "", "", "", "", ""),
        ("failed", "2030-02-10", "", "", "", "", "", ""),
        ("withdrawn", "2030-02-10", "", "", "", "", "", ""),
    ],
)
def test_renewal(
    state: str,
    day: str,
    paper: str,
    giving_back: str,
    resubmit: str,
    withdraw: str,
    prepare: str,
    decide: str,
) -> None:
    base = licensed("2027-03-15")
    renewal = RENEWAL_STATES[state](base)

    assert who(base, day, lambda one: rules.can_register_paper(one, renewal)) == paper
    assert who(base, day, lambda one: rules.can_return_renewal(one, renewal)) == giving_back
    assert who(base, day, lambda one: rules.can_resubmit_renewal(one, renewal)) == resubmit
    assert who(base, day, lambda one: rules.can_withdraw_renewal(one, renewal)) == withdraw
    assert who(base, day, lambda one: rules.can_prepare_renewal(one, renewal)) == prepare
    assert who(base, day, lambda one: rules.can_decide_renewal(one, renewal)) == decide


@pytest.mark.clause("5.6-renewal")
@pytest.mark.parametrize(
    ("day", "allowed"),
    [("2029-12-14", ""), ("2029-12-15", "o"), ("2029-12-16", "o"), ("2030-03-15", "o"), ("2030-03-16", "")],
)
def test_asking_for_a_renewal(day: str, allowed: str) -> None:
    base = licensed("2027-03-15")
    term = base.terms.get()

    assert who(base, day, lambda one: rules.can_request_renewal(one, base, term, None)) == allowed


def accused(base: Base) -> Withdrawal:
    return withdrawals.open_withdrawal(
        actor=officer("2028-06-01"), base=base, ground="false_statements", years=[], statement="伪造"
    )


def handed_in(base: Base) -> Withdrawal:
    return withdrawals.prepare_withdrawal(actor=officer("2028-06-02"), withdrawal=accused(base), statement="事实清楚")


WITHDRAWAL_STATES: dict[str, Callable[[Base], Withdrawal]] = {
    "opened": accused,
    "prepared": handed_in,
    "confirmed": lambda base: withdrawals.confirm_withdrawal(actor=leader("2028-06-03"), withdrawal=handed_in(base)),
    "closed": lambda base: withdrawals.close_withdrawal(
        actor=leader("2028-06-03"), withdrawal=handed_in(base), reason="查无实据"
    ),
}


@pytest.mark.clause("5.5-exit")
@pytest.mark.parametrize(
    ("state", "prepare", "confirm", "close"),
    [("opened", "mM", "", "l"), ("prepared", "mM", "l", "l"), ("confirmed", "", "", ""), ("closed", "", "", "")],
)
def test_withdrawal(state: str, prepare: str, confirm: str, close: str) -> None:
    base = licensed("2027-03-15")
    case = WITHDRAWAL_STATES[state](base)
    day = "2028-06-05"

    assert who(base, day, lambda one: rules.can_prepare_withdrawal(one, case)) == prepare
    assert who(base, day, lambda one: rules.can_confirm_withdrawal(one, case)) == confirm
    assert who(base, day, lambda one: rules.can_close_withdrawal(one, case)) == close
    opening = who(base, day, lambda one: rules.can_open_withdrawal(one, case.base))
    assert opening == ("mM" if state == "closed" else "")
