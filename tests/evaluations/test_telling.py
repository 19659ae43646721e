"""Who is told by every act of evaluation, renewal and withdrawal, who is reminded on which day, and who is not."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from bases.models import Base
from evaluations import reminders
from evaluations.actions import evaluation as evaluations
from evaluations.actions import renewal as renewals
from evaluations.actions import withdrawal as withdrawals
from evaluations.models import Evaluation, Renewal, Withdrawal
from haizhi_portal.notifications.models import Message
from tests.bases.telling import LEADER, OFFICE, UNIT, around, everybody, last_words, told_by, told_on
from tests.evaluations import kit
from tests.evaluations.kit import leader, licensed, officer, system, unit_actor

pytestmark = pytest.mark.django_db

Told = dict[str, frozenset[str]]
Act = Callable[[Base], Callable[[], object]]
ASKED = "2030-02-01"


@pytest.fixture(autouse=True)
def _everybody() -> None:
    everybody()


def with_review(base: Base, *, earlier: bool = True) -> Evaluation:
    """The unit asks for a review of 2028, whose earlier year is final or still open."""
    if earlier:
        kit.exempted(base, 2027)
    told = kit.announced(base, 2028, kit.FAILED)
    evaluations.request_review(actor=unit_actor(base, "2029-03-05"), evaluation=told, reason="漏计活动")
    return told


def reviewed(base: Base, *, earlier: bool = True) -> Callable[[], object]:
    told = with_review(base, earlier=earlier)
    return lambda: evaluations.decide_review(
        actor=leader("2029-03-08"), evaluation=told, points=kit.marks("75"), comments={}, opinion="补计"
    )


def asks_for_review(base: Base) -> Callable[[], object]:
    told = kit.announced(base, 2027)
    return lambda: evaluations.request_review(actor=unit_actor(base, "2028-03-05"), evaluation=told, reason="漏计")


def becomes_final(base: Base) -> Callable[[], object]:
    told = kit.announced(base, 2027)
    assert told.review_until is not None
    day = told.review_until + timedelta(days=1)
    return lambda: evaluations.make_final(actor=system(day), evaluation=told)


def announces(base: Base) -> Callable[[], object]:
    scored = kit.scored(base, 2027)
    return lambda: evaluations.announce(actor=officer("2028-03-03"), evaluation=scored)


def exempts(base: Base) -> Callable[[], object]:
    opened = kit.opened(base, 2027)
    return lambda: evaluations.exempt(actor=officer("2028-02-01"), evaluation=opened, reason="不足一年")


def asked(base: Base, act: Callable[[Renewal], object]) -> Callable[[], object]:
    renewal = kit.requested(base, ASKED)
    return lambda: act(renewal)


def sent_back(base: Base) -> Renewal:
    return renewals.return_renewal(actor=officer("2030-02-02"), renewal=kit.requested(base, ASKED), reason="补充")


def sent_back_and_taken_back(base: Base) -> Renewal:
    return renewals.withdraw_renewal(actor=unit_actor(base, "2030-02-03"), renewal=sent_back(base))


def resubmits(base: Base) -> Callable[[], object]:
    renewal = sent_back(base)
    return lambda: renewals.resubmit_renewal(
        actor=unit_actor(base, "2030-02-03"),
        renewal=renewal,
        statement="情况",
        plan="计划",
        expected_version=renewal.version,
    )


def assesses(base: Base) -> Callable[[], object]:
    renewal = kit.with_paper(base, ASKED)
    return lambda: renewals.prepare_renewal(
        actor=officer("2030-02-02"), renewal=renewal, proposal="pass", assessment="合格"
    )


def decides(base: Base, *, passed: bool) -> Callable[[], object]:
    renewal = kit.prepared(base, ASKED, "pass" if passed else "fail")
    return lambda: kit.decided(renewal, "2030-02-10", passed=passed)


def opens(base: Base) -> Withdrawal:
    return withdrawals.open_withdrawal(
        actor=officer("2028-05-10"), base=base, ground="false_statements", years=[], statement="不实"
    )


def prepared(base: Base) -> Withdrawal:
    return withdrawals.prepare_withdrawal(actor=officer("2028-05-12"), withdrawal=opens(base), statement="事实")


def upon(case: Withdrawal, act: Callable[[Withdrawal], object]) -> Callable[[], object]:
    return lambda: act(case)


ACTS: dict[str, tuple[Act, Told]] = {
    "announce": (announces, {"evaluation.announced": UNIT}),
    "exempt": (exempts, {"evaluation.exempt": UNIT}),
    "final": (becomes_final, {"evaluation.final": UNIT}),
    "review requested": (asks_for_review, {"evaluation.review_requested": OFFICE | LEADER}),
    "review decided": (reviewed, {"evaluation.reviewed": UNIT | OFFICE | LEADER}),
    "renewal submitted": (
        lambda base: lambda: kit.requested(base, ASKED),
        {"renewal.submitted": OFFICE},
    ),
    "renewal paper": (
        lambda base: asked(
            base,
            lambda renewal: renewals.register_paper(
                actor=officer("2030-02-02"), renewal=renewal, received_on=date(2030, 2, 2)
            ),
        ),
        {"renewal.paper_received": UNIT},
    ),
    "renewal returned": (
        lambda base: asked(
            base,
            lambda renewal: renewals.return_renewal(actor=officer("2030-02-02"), renewal=renewal, reason="补充"),
        ),
        {"renewal.returned": UNIT},
    ),
    "renewal resubmitted": (resubmits, {"renewal.resubmitted": OFFICE}),
    "renewal withdrawn": (
        lambda base: asked(
            base,
            lambda renewal: renewals.withdraw_renewal(actor=unit_actor(base, "2030-02-02"), renewal=renewal),
        ),
        {"renewal.withdrawn": OFFICE},
    ),
    "renewal prepared": (assesses, {"renewal.prepared": LEADER}),
    "renewal passed": (lambda base: decides(base, passed=True), {"term.started": UNIT}),
    "renewal failed": (lambda base: decides(base, passed=False), {"renewal.failed": UNIT}),
    "withdrawal opened": (lambda base: lambda: opens(base), {"withdrawal.opened": OFFICE}),
    "withdrawal prepared": (
        lambda base: upon(
            opens(base),
            lambda case: withdrawals.prepare_withdrawal(actor=officer("2028-05-12"), withdrawal=case, statement="事实"),
        ),
        {"withdrawal.prepared": LEADER},
    ),
    "withdrawal confirmed": (
        lambda base: upon(
            prepared(base),
            lambda case: withdrawals.confirm_withdrawal(actor=leader("2028-05-20"), withdrawal=case),
        ),
        {"base.revoked": UNIT, "withdrawal.confirmed": UNIT | OFFICE},
    ),
    "withdrawal closed": (
        lambda base: upon(
            prepared(base),
            lambda case: withdrawals.close_withdrawal(actor=leader("2028-05-20"), withdrawal=case, reason="查无实据"),
        ),
        {"withdrawal.closed": OFFICE},
    ),
}


@pytest.mark.clause("5.4-evaluation", "5.5-exit", "5.6-renewal", "5.6-reaward")
@pytest.mark.parametrize("act", list(ACTS))
def test_an_act_tells_exactly_these(act: str) -> None:
    prepare, expected = ACTS[act]
    assert told_by(prepare(licensed("2027-04-20"))) == expected


@pytest.mark.clause("5.4-evaluation")
def test_a_reviewed_result_that_stands_at_once_is_told_in_one_message() -> None:
    base = licensed("2027-04-20")
    told_by(reviewed(base))
    assert last_words(base, "evaluation.reviewed")[1] == (
        f"{base.name} 2028 年度评估复核得分 75.00，最终结果为合格，即日生效，不再复核。"
    )


@pytest.mark.clause("5.4-evaluation")
def test_a_review_beside_an_open_earlier_year_is_told_although_nothing_is_final_yet() -> None:
    base = licensed("2027-04-20")
    kit.opened(base, 2027)
    assert told_by(reviewed(base, earlier=False)) == {"evaluation.reviewed": UNIT | OFFICE | LEADER}
    assert last_words(base, "evaluation.reviewed") == (
        f"{base.number} 2028 年度评估结果的复核已办结",
        f"{base.name} 2028 年度评估复核得分 75.00，结果为合格，不再复核。",
    )


@pytest.mark.clause("5.4-evaluation")
@pytest.mark.parametrize("review", [False, True])
def test_the_end_of_the_days_for_a_review_is_reminded_of_the_day_before(review: bool) -> None:
    base = licensed("2027-04-20")
    told = kit.announced(base, 2027)
    if review:
        evaluations.request_review(actor=unit_actor(base, "2028-03-05"), evaluation=told, reason="漏计")
    until = told.review_until
    assert until is not None
    found = told_on(around(until, 4), lambda day: reminders.run(system(day)))
    before = (until - timedelta(days=1)).isoformat()
    assert found == ({} if review else {before: ("evaluation.review_until", UNIT)})


@pytest.mark.clause("5.6-renewal")
def test_paper_that_is_not_there_is_reminded_of_three_days_before_and_on_the_day() -> None:
    renewal = kit.requested(licensed("2027-04-20"), ASKED)
    due, kind = renewal.paper_due_on, f"renewal.paper.{renewal.public_id}"
    found = told_on(around(due, 6), lambda day: reminders.run(system(day)))
    assert found == {day.isoformat(): (kind, UNIT) for day in (due - timedelta(days=3), due)}


@pytest.mark.clause("5.6-renewal")
def test_a_correction_is_reminded_of_three_days_before_and_on_the_day_and_to_the_unit_alone() -> None:
    base = licensed("2027-04-20")
    renewal = renewals.return_renewal(actor=officer("2030-02-02"), renewal=kit.with_paper(base, ASKED), reason="补充")
    due = renewal.correct_by
    assert due is not None
    kind = f"renewal.correct.{renewal.public_id}.{due:%Y%m%d}"
    found = told_on(around(due, 6), lambda day: reminders.run(system(day)))
    assert found == {day.isoformat(): (kind, UNIT) for day in (due - timedelta(days=3), due)}


@pytest.mark.clause("5.5-exit")
@pytest.mark.parametrize(("make", "verb", "who"), [(opens, "prepare", OFFICE), (prepared, "confirm", LEADER)])
def test_a_case_is_reminded_of_seven_days_and_one_before_to_whose_move_it_is(
    make: Callable[[Base], Withdrawal], verb: str, who: frozenset[str]
) -> None:
    case = make(licensed("2027-04-20"))
    due, kind = case.confirm_by, f"withdrawal.{verb}.{case.public_id}"
    found = told_on(around(due, 9), lambda day: reminders.run(system(day)))
    assert found == {(due - timedelta(days=before)).isoformat(): (kind, who) for before in (7, 1)}
    subject = f"{case.base.number} 取消资格事项{'待拟定' if verb == 'prepare' else '待决定'}"
    assert set(Message.objects.filter(kind=kind).values_list("subject", flat=True)) == {subject}


def taken_back(base: Base) -> Renewal:
    return renewals.withdraw_renewal(actor=unit_actor(base, "2030-02-02"), renewal=kit.requested(base, ASKED))


def closed(base: Base) -> Withdrawal:
    return withdrawals.close_withdrawal(actor=leader("2028-05-20"), withdrawal=prepared(base), reason="查无实据")


@pytest.mark.clause("5.4-evaluation", "5.5-exit", "5.6-renewal")
@pytest.mark.parametrize(
    ("arrange", "field", "days_after", "ended", "reminded"),
    [
        (lambda base: kit.announced(base, 2027), "review_until", -1, False, True),
        # The first run comes too late: a day that is past is not reminded of.
        (lambda base: kit.announced(base, 2027), "review_until", 1, False, False),
        (lambda base: kit.requested(base, ASKED), "paper_due_on", 0, False, True),
        (lambda base: kit.requested(base, ASKED), "paper_due_on", 1, False, False),
        (lambda base: kit.requested(base, ASKED), "paper_due_on", 0, True, False),
        (taken_back, "paper_due_on", 0, False, False),
        (sent_back, "correct_by", 0, False, True),
        (sent_back, "correct_by", 1, False, False),
        (sent_back, "correct_by", 0, True, False),
        (sent_back_and_taken_back, "correct_by", 0, False, False),
        (prepared, "confirm_by", -1, False, True),
        (prepared, "confirm_by", -1, True, False),
        (closed, "confirm_by", -1, False, False),
    ],
)
def test_what_is_past_or_over_is_not_reminded_of(
    arrange: Callable[[Base], Evaluation | Renewal | Withdrawal],
    field: str,
    days_after: int,
    ended: bool,
    reminded: bool,
) -> None:
    base = licensed("2027-04-20")
    row = arrange(base)
    if ended:
        Base.objects.filter(pk=base.pk).update(ended_on=date(2027, 5, 1), end=Base.End.SURRENDERED)
    day = getattr(row, field) + timedelta(days=days_after)
    assert (reminders.run(system(day)) > 0) is reminded
