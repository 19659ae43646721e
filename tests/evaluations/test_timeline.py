"""What the timelines of a base, a request and a case tell: their own matter alone, in order, to the right reader."""

from datetime import date

import pytest

from bases.actions.obligations import create_due_obligations
from bases.actions.reports import accept_report, file_report
from bases.models import Base, Obligation
from bases.timeline import Request, case_opened_on, events_of, request_of
from evaluations.actions import renewal as renewals
from evaluations.actions import withdrawal as withdrawals
from evaluations.models import Withdrawal
from evaluations.timeline import renewal_events, withdrawal_events
from tests.bases.kit import WORDS, report
from tests.evaluations.kit import (
    decided,
    final,
    leader,
    licensed,
    officer,
    prepared,
    requested,
    system,
    unit_actor,
    with_paper,
)

pytestmark = pytest.mark.django_db
OFFICE, LEADER, UNIT = "市科协学会部", "市科协领导", "基地所在单位"


def case_against(base: Base, day: str) -> Withdrawal:
    return withdrawals.open_withdrawal(
        actor=officer(day), base=base, ground="false_statements", years=[], statement="伪造"
    )


def filed(base: Base, day: str) -> Obligation:
    create_due_obligations(actor=system("2027-07-01"), base=base)
    file_report(actor=unit_actor(base, day), obligation=report(base, "2027Q2"), content=WORDS)
    return report(base, "2027Q2")


def neighbour() -> Base:
    """A base whose renewal, case and reports must never stand on another's page."""
    base = licensed("2027-03-15", 2)
    filed(base, "2027-07-05")
    prepared(base, "2030-01-10")
    case_against(base, "2030-02-02")
    return base


@pytest.mark.clause("5.3-quarterly", "5.4-evaluation")
def test_a_base_is_told_its_own_events_newest_first() -> None:
    base = licensed("2027-03-15")
    neighbour()
    accept_report(actor=officer("2027-07-21"), obligation=filed(base, "2027-07-20"))
    final(base, 2027)

    assert [(each.on.isoformat(), each.title, each.body, each.who) for each in events_of(base)] == [
        ("2028-03-11", "2027年度评估结果生效", "合格，75.00 分", "系统"),
        ("2028-03-03", "2027年度评估结果告知", "合格，75.00 分", OFFICE),
        ("2027-07-21", "通过：2027年第2季度工作信息", "", OFFICE),
        ("2027-07-20", "报送：2027年第2季度工作信息", "首次报送时已逾期。", UNIT),
        ("2027-03-15", "第 1 期有效期确定", "2027年3月15日至2030年3月15日", LEADER),
        ("2027-03-15", "批准设立并授牌", "2027 年度第 1 席", LEADER),
    ]


@pytest.mark.clause("5.6-renewal")
def test_what_became_of_a_request_is_that_of_the_own_term() -> None:
    base, other = licensed("2027-03-15"), neighbour()
    first = base.terms.get()
    assert request_of(base, first) is None
    assert request_of(other, other.terms.get()) == Request("申请中", date(2030, 1, 10), is_returned=False)
    # Decided after the last day: the new term begins that day, and it is still the first that was renewed.
    decided(prepared(base, "2030-01-12"), "2030-04-01", passed=True)
    assert request_of(base, first) == Request("已续期", date(2030, 4, 1), is_returned=False)
    assert request_of(base, base.terms.get(number=2)) is None


@pytest.mark.clause("5.6-renewal")
def test_each_request_for_one_term_tells_its_own_part() -> None:
    base = licensed("2027-03-15")
    neighbour()
    taken_back = requested(base, "2030-01-10")
    renewals.withdraw_renewal(actor=unit_actor(base, "2030-01-11"), renewal=taken_back)
    second = renewals.prepare_renewal(
        actor=officer("2030-01-20"), renewal=with_paper(base, "2030-01-15"), proposal="pass", assessment="内部意见"
    )

    def told(renewal: object, *, inner: bool) -> list[tuple[str, str, str, str]]:
        found = renewal_events(renewal, inner=inner)  # type: ignore[arg-type]
        return [(each.on.isoformat(), each.title, each.body, each.who) for each in found]

    mine = [
        ("2030-01-15", "收到盖章的纸质申请", "", OFFICE),
        ("2030-01-15", "提交续期申请", "", UNIT),
    ]
    assert told(taken_back, inner=True) == [
        ("2030-01-11", "撤回", "", UNIT),
        ("2030-01-10", "提交续期申请", "", UNIT),
    ]
    assert told(second, inner=False) == mine
    assert told(second, inner=True) == [("2030-01-20", "提出考核意见", "内部意见", OFFICE), *mine]
    # The next term's requests begin anew.
    decided(second, "2030-02-01", passed=True)
    later = requested(base, "2033-01-10")
    assert told(later, inner=True) == [("2033-01-10", "提交续期申请", "", UNIT)]


@pytest.mark.clause("5.5-exit")
def test_each_case_against_one_base_tells_its_own_part() -> None:
    base = licensed("2027-03-15")
    neighbour()
    assert case_opened_on(base) is None
    first = case_against(base, "2028-06-01")
    assert case_opened_on(base) == date(2028, 6, 1)
    withdrawals.close_withdrawal(actor=leader("2028-06-10"), withdrawal=first, reason="查无实据")
    assert case_opened_on(base) is None
    second = case_against(base, "2028-09-01")
    withdrawals.prepare_withdrawal(actor=officer("2028-09-02"), withdrawal=second, statement="查实")
    assert case_opened_on(base) == date(2028, 9, 1)
    second = withdrawals.confirm_withdrawal(actor=leader("2028-09-05"), withdrawal=second)
    assert case_opened_on(base) is None

    def told(case: Withdrawal, *, inner: bool) -> list[tuple[str, str, str, str]]:
        return [(each.on.isoformat(), each.title, each.body, each.who) for each in withdrawal_events(case, inner=inner)]

    assert told(first, inner=True) == [
        ("2028-06-10", "结案，不取消资格", "查无实据", LEADER),
        ("2028-06-01", "立案", "弄虚作假", OFFICE),
    ]
    assert told(first, inner=False) == []
    confirmed = ("2028-09-05", "决定取消资格", "查实", LEADER)
    assert told(second, inner=True) == [
        confirmed,
        ("2028-09-02", "拟定事实与理由", "", OFFICE),
        ("2028-09-01", "立案", "弄虚作假", OFFICE),
    ]
    assert told(second, inner=False) == [confirmed]
