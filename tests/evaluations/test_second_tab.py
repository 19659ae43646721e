"""A page left open while its matter ended elsewhere: the form goes, why is said, what was typed can be copied."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from bases.actions.endings import surrender
from bases.models import Base
from evaluations.actions import evaluation as evaluations
from evaluations.actions import renewal as renewals
from evaluations.actions import withdrawal as withdrawals
from evaluations.models import Withdrawal
from haizhi_portal.accounts.models import User
from haizhi_portal.policy.words import Role
from tests.evaluations.kit import (
    decided,
    leader,
    licensed,
    marks,
    officer,
    opened,
    person,
    prepared,
    requested,
    scored,
    second_officer,
    unit_actor,
)

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Any]
Typed = list[tuple[str, str]]
LOST = "没有提交，门户不保存；还要用的，请复制。"


def owner(base: Base) -> User:
    return person(Role.APPLICANT, organisation=base.organisation)


def address(name: str, key: str) -> str:
    return reverse(f"evaluations:{name}", args=[key])


Case = tuple[User, str, dict[str, str], Callable[[], Any], str, Typed]


def exempting(base: Base) -> Case:
    evaluation = opened(base, 2027)
    day = officer("2028-01-20")
    return (
        person(Role.MUNICIPAL),
        address("exempt", evaluation.public_id),
        {"reason": "获批不足一年"},
        lambda: evaluations.exempt(actor=day, evaluation=evaluation, reason="同事的理由"),
        "结果已生效，不能再免评。",
        [("免评理由", "获批不足一年")],
    )


def scoring(base: Base) -> Case:
    evaluation = opened(base, 2029)
    return (
        person(Role.MUNICIPAL, name="two"),
        address("score", evaluation.public_id),
        {"points-5.4.1": "11", "comment-5.4.1": "齐全", "opinion": "我的意见", "act": "draft"},
        lambda: evaluations.score(
            actor=officer("2030-01-20"), evaluation=evaluation, points=marks("75"), comments={}, opinion="同事的"
        ),
        "评分表已提交，不能再改；请告知结果。",
        [("得分", "11"), ("说明（选填）", "齐全"), ("评估意见", "我的意见")],
    )


def exempting_by_two(base: Base) -> Case:
    evaluation = scored(base, 2027)
    evaluations.propose_exemption(actor=officer("2028-02-02"), evaluation=evaluation, reason="提议")
    return (
        person(Role.LEADER),
        address("exempt_decide", evaluation.public_id),
        {"approved": "no", "reason": "理由不足"},
        lambda: evaluations.decide_exemption(
            actor=second_officer("2028-02-03"), evaluation=evaluation, approved=True, reason=""
        ),
        "没有等待决定的免予评估提议。",
        [("决定", "不同意，按评分告知结果"), ("不同意的理由（同意的不用填）", "理由不足")],
    )


def asking(base: Base) -> Case:
    return (
        owner(base),
        address("renew", base.number),
        {"statement": "三年工作情况", "plan": "下一期计划", "confirmed": "1"},
        lambda: requested(base, "2030-02-10"),
        "本期的续期申请已经提交，请在原申请上办理。",
        [("本期工作情况和续期理由", "三年工作情况"), ("下一期工作计划", "下一期计划")],
    )


def mending(base: Base) -> Case:
    renewal = renewals.return_renewal(
        actor=officer("2030-02-10"), renewal=requested(base, "2030-02-10"), reason="请补充"
    )
    return (
        owner(base),
        address("renewal_resubmit", renewal.public_id),
        {"statement": "另一个标签页", "plan": "计划二", "version": "1"},
        lambda: renewals.withdraw_renewal(actor=unit_actor(base, "2030-02-11"), renewal=renewal),
        "续期申请已办结（已撤回）。",
        [("本期工作情况和续期理由", "另一个标签页"), ("下一期工作计划", "计划二")],
    )


def deciding(base: Base) -> Case:
    renewal = prepared(base, "2030-02-10")
    return (
        person(Role.LEADER),
        address("renewal_decide", renewal.public_id),
        {"passed": "no", "reason": "我的理由", "read": "内部考核意见", "confirmed": "1"},
        lambda: decided(renewal, "2030-02-11", passed=True),
        "续期申请已办结（通过）。",
        [("决定", "不通过，不予续期"), ("决定理由", "我的理由")],
    )


def accusing(base: Base) -> Case:
    return (
        person(Role.MUNICIPAL),
        address("withdrawal_open", base.number),
        {"statement": "另一段事实"},
        lambda: withdrawals.open_withdrawal(
            actor=officer("2030-02-10"), base=base, ground="false_statements", years=[], statement="同事的"
        ),
        "该基地已有一件未办结的取消资格事项，请在原事项上办理。",
        [("弄虚作假的事实和证据", "另一段事实")],
    )


def giving_up(base: Base) -> Case:
    return (
        owner(base),
        reverse("bases:surrender", args=[base.number]),
        {"reason": "另一个理由", "certain": "on"},
        lambda: surrender(actor=unit_actor(base, "2030-02-10"), base=base, reason="主动退出"),
        "基地资格自2030年2月10日起已终止（主动退出），只能查阅和补报以前欠报的报告。",
        [("退出理由", "另一个理由")],
    )


CASES = [exempting, scoring, exempting_by_two, asking, mending, deciding, accusing, giving_up]


@pytest.mark.parametrize("about", CASES)
@pytest.mark.parametrize("complete", [True, False])
def test_the_form_goes_and_what_was_typed_stays(
    client_for: SignIn, settings: Any, about: Callable[[Base], Case], complete: bool
) -> None:
    settings.PORTAL_TODAY = date(2030, 2, 12)
    who, where, sent, elsewhere, why, rows = about(licensed("2027-03-15"))
    client = client_for(who)
    assert "<form" in client.get(where).text.partition("<main")[2]
    elsewhere()
    if not complete:
        sent, rows = {}, []

    answered = client.post(where, sent)

    main = answered.text.partition("<main")[2]
    assert answered.status_code == 422
    assert why in main
    assert ("<form" in main, "按下之后" in main, LOST in main) == (False, False, bool(rows))
    shown = [(str(label), words) for label, words in answered.context["typed"]]
    assert [(label.partition("得分")[1] or label, words) for label, words in shown] == rows
    for _label, words in rows:
        assert f"<dd>{words}</dd>" in main
    again = client.get(where).text.partition("<main")[2]
    assert (why in again, "<form" in again, LOST in again) == (True, False, False)


@pytest.mark.clause("5.5-exit")
def test_no_second_case_is_offered_while_one_is_open(client_for: SignIn, settings: Any) -> None:
    settings.PORTAL_TODAY = date(2030, 2, 12)
    base = licensed("2027-03-15")
    accusing(base)[3]()
    clerk, where = client_for(person(Role.MUNICIPAL)), address("withdrawal_open", base.number)
    case = Withdrawal.objects.get()

    shown = clerk.get(where).text

    assert "该基地已有一件未办结的取消资格事项，请在原事项上办理。" in shown
    assert (f'href="{address("withdrawal", case.public_id)}"' in shown, "按下之后" in shown) == (True, False)
    withdrawals.close_withdrawal(actor=leader("2030-02-12"), withdrawal=case, reason="查无实据")
    assert "按下之后" in clerk.get(where).text
