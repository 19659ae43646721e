"""Every act done by everybody: only those the rule names get through, and whoever is refused leaves no trace.

Words asked for are asked for: without them nothing is done and the field is named; around them no space is kept. What
an act returns is what is stored.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from bases.models import Base
from evaluations.actions import evaluation as evaluations
from evaluations.actions import renewal as renewals
from evaluations.actions import withdrawal as withdrawals
from evaluations.actions.assessment import decide_renewal, prepare_renewal
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.verdict import RuleViolation
from tests.acts import acted, unstored
from tests.bases.kit import cast
from tests.evaluations.kit import (
    announced,
    events,
    licensed,
    marks,
    officer,
    opened,
    prepared,
    requested,
    scored,
    second_officer,
    unit_actor,
    with_paper,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.clause("5.4-evaluation", "5.5-exit", "5.6-renewal", "5.6-reaward"),
]

# o the unit, x another unit, d district, m the officer, M a second one, l leader, a auditor, e expert, A admin,
# s the portal itself.
LETTERS = "oxdmMlaeAs"
WORDS = "  缘由  "


def proposed(base: Base) -> Any:
    return evaluations.propose_exemption(actor=officer("2028-02-05"), evaluation=scored(base, 2027), reason="从宽")


def review_asked(base: Base) -> Any:
    told = announced(base, 2027)
    evaluations.request_review(actor=unit_actor(base, "2028-03-05"), evaluation=told, reason="漏计")
    return told


def sent_back(base: Base) -> Any:
    return renewals.return_renewal(actor=officer("2030-02-02"), renewal=requested(base, "2030-02-01"), reason="补充")


def accused(base: Base) -> Any:
    return withdrawals.open_withdrawal(
        actor=officer("2028-06-01"), base=base, ground="false_statements", years=[], statement="伪造"
    )


def ready(base: Base) -> Any:
    return withdrawals.prepare_withdrawal(actor=officer("2028-06-02"), withdrawal=accused(base), statement="清楚")


@dataclass(frozen=True)
class Act:
    """``who`` may do it on ``day`` to what ``arrange`` made; ``entry`` is what the ledger says then.

    ``words`` names the field whose text is asked for, with the refusal when there is none.
    """

    who: str
    day: str
    arrange: Callable[[Base], Any]
    do: Callable[..., Any]
    entry: str
    words: tuple[str, str] | None = None


ACTS: dict[str, Act] = {
    "score": Act(
        "mM",
        "2028-02-10",
        lambda base: opened(base, 2027),
        lambda actor, row: evaluations.score(
            actor=actor, evaluation=row, points=marks("75"), comments={}, opinion="好"
        ),
        "evaluation.scored",
    ),
    "announce": Act(
        "mM",
        "2028-02-10",
        lambda base: scored(base, 2027),
        lambda actor, row: evaluations.announce(actor=actor, evaluation=row),
        "evaluation.announced",
    ),
    "exempt": Act(
        "mM",
        "2028-02-10",
        lambda base: opened(base, 2027),
        lambda actor, row, words=WORDS: evaluations.exempt(actor=actor, evaluation=row, reason=words),
        "evaluation.final",
        ("reason", "请写明免评理由，例如获批不足一年。"),
    ),
    "propose an exemption": Act(
        "mM",
        "2028-02-10",
        lambda base: scored(base, 2027),
        lambda actor, row, words=WORDS: evaluations.propose_exemption(actor=actor, evaluation=row, reason=words),
        "evaluation.exemption_prepared",
        ("reason", "请写明已有评分仍提议免评的理由。"),
    ),
    "approve an exemption": Act(
        "Ml",
        "2028-02-10",
        proposed,
        lambda actor, row: evaluations.decide_exemption(actor=actor, evaluation=row, approved=True),
        "evaluation.final",
    ),
    "refuse an exemption": Act(
        "Ml",
        "2028-02-10",
        proposed,
        lambda actor, row, words=WORDS: evaluations.decide_exemption(
            actor=actor, evaluation=row, approved=False, reason=words
        ),
        "evaluation.exemption_refused",
        ("reason", "不同意免评的，请写明理由。"),
    ),
    "ask for a review": Act(
        "o",
        "2028-03-10",
        lambda base: announced(base, 2027),
        lambda actor, row, words=WORDS: evaluations.request_review(actor=actor, evaluation=row, reason=words),
        "evaluation.review_requested",
        ("reason", "请写明对哪项得分有异议、理由是什么。"),
    ),
    "decide a review": Act(
        "Ml",
        "2028-03-08",
        review_asked,
        lambda actor, row: evaluations.decide_review(
            actor=actor, evaluation=row, points=marks("95"), comments={}, opinion="采纳"
        ),
        "evaluation.reviewed",
    ),
    "ask for renewal": Act(
        "o",
        "2030-02-01",
        lambda base: base,
        lambda actor, row, words=WORDS: renewals.request_renewal(
            actor=actor, base=row, statement=words, plan="下一期计划"
        ),
        "renewal.submitted",
        ("statement", "请填写本期工作情况和续期理由。"),
    ),
    "register paper": Act(
        "mM",
        "2030-02-03",
        lambda base: requested(base, "2030-02-01"),
        lambda actor, row: renewals.register_paper(actor=actor, renewal=row, received_on=actor.today),
        "renewal.paper_received",
    ),
    "send a request back": Act(
        "mM",
        "2030-02-03",
        lambda base: requested(base, "2030-02-01"),
        lambda actor, row, words=WORDS: renewals.return_renewal(actor=actor, renewal=row, reason=words),
        "renewal.returned",
        ("reason", "请写明需要修改什么。"),
    ),
    "hand it in again": Act(
        "o",
        "2030-02-03",
        sent_back,
        lambda actor, row, words=WORDS: renewals.resubmit_renewal(
            actor=actor, renewal=row, statement="情况", plan=words, expected_version=1
        ),
        "renewal.resubmitted",
        ("plan", "请填写下一期工作计划。"),
    ),
    "take it back": Act(
        "o",
        "2030-02-03",
        lambda base: requested(base, "2030-02-01"),
        lambda actor, row, words=WORDS: renewals.withdraw_renewal(actor=actor, renewal=row, reason=words),
        "renewal.withdrawn",
    ),
    "prepare a renewal": Act(
        "mM",
        "2030-02-03",
        lambda base: with_paper(base, "2030-02-01"),
        lambda actor, row, words=WORDS: prepare_renewal(actor=actor, renewal=row, proposal="pass", assessment=words),
        "renewal.prepared",
        ("assessment", "请填写考核意见。"),
    ),
    "renew": Act(
        "l",
        "2030-02-03",
        lambda base: prepared(base, "2030-02-01"),
        lambda actor, row: decide_renewal(actor=actor, renewal=row, passed=True, reason=""),
        "renewal.passed",
    ),
    "refuse to renew": Act(
        "l",
        "2030-02-03",
        lambda base: prepared(base, "2030-02-01"),
        lambda actor, row, words=WORDS: decide_renewal(actor=actor, renewal=row, passed=False, reason=words),
        "renewal.failed",
        ("reason", "不予续期，或与拟定结论不同的，请写明理由。"),
    ),
    "open a case": Act(
        "mMs",
        "2028-06-01",
        lambda base: base,
        lambda actor, row, words=WORDS: withdrawals.open_withdrawal(
            actor=actor, base=row, ground="false_statements", years=[], statement=words
        ),
        "withdrawal.opened",
        ("statement", "请写明弄虚作假的事实和证据。"),
    ),
    "prepare a case": Act(
        "mM",
        "2028-06-02",
        accused,
        lambda actor, row, words=WORDS: withdrawals.prepare_withdrawal(actor=actor, withdrawal=row, statement=words),
        "withdrawal.prepared",
        ("statement", "请写明取消资格的事实与理由。"),
    ),
    "withdraw": Act(
        "l",
        "2028-06-03",
        ready,
        lambda actor, row: withdrawals.confirm_withdrawal(actor=actor, withdrawal=row),
        "withdrawal.confirmed",
    ),
    "close a case": Act(
        "l",
        "2028-06-03",
        ready,
        lambda actor, row, words=WORDS: withdrawals.close_withdrawal(actor=actor, withdrawal=row, reason=words),
        "withdrawal.closed",
        ("reason", "请写明不予取消、直接结案的理由。"),
    ),
}


@pytest.mark.parametrize("name", ACTS)
def test_only_those_the_rule_names_get_through(name: str) -> None:
    act, base = ACTS[name], licensed("2027-03-15")
    row = act.arrange(base)
    people = cast(base, act.day) | {"M": second_officer(act.day)}
    assert acted({letter: people[letter] for letter in LETTERS}, lambda actor: act.do(actor, row)) == act.who

    one = people[act.who[0]]
    if act.words is not None:
        with pytest.raises(RuleViolation) as refused:
            act.do(one, row, " \n　")
        assert (refused.value.field, refused.value.message) == act.words
    done = act.do(one, row)
    assert events(act.entry, base=base)[-1][:2] == (act.entry, act.day)
    assert unstored(done) == {}
    if act.words is not None:
        kept = [value for value in done.__dict__.values() if isinstance(value, str) and "缘由" in value]
        assert kept == ["缘由"]


@pytest.mark.parametrize(("day", "who"), [("2027-12-31", ""), ("2028-01-01", "mMs")])
def test_a_year_is_opened_when_it_is_over(day: str, who: str) -> None:
    base = licensed("2027-03-15")
    people = cast(base, day) | {"M": second_officer(day)}

    def opening(actor: Actor) -> int:
        return evaluations.open_year(actor=actor, year=2027)

    assert acted({letter: people[letter] for letter in LETTERS}, opening) == who
