"""A page left open while its matter ended elsewhere: the form goes, why is said, what was typed can be copied."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from bases.actions.endings import surrender
from bases.models import Base
from evaluations.actions import evaluation as evaluations
from evaluations.actions import renewal as renewals
from evaluations.actions import withdrawal as withdrawals
from evaluations.models import Renewal, Withdrawal
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


def compared(answer: Any) -> list[tuple[str, list[str]]]:
    """The rows of the page's comparison: what each is of, what was typed, what a colleague saved."""
    table = answer.text.partition("hz-comparison")[2].partition("</table>")[0]
    rows = [part.partition("</tr>")[0] for part in table.partition("<tbody>")[2].split("<tr>")[1:]]
    return [(row.partition(">")[2].partition("<")[0], re.findall(r"<td>(.*?)</td>", row)) for row in rows]


@pytest.mark.clause("5.4-evaluation")
def test_a_colleague_s_draft_is_shown_beside_one_s_own_and_saved_over_only_knowingly(
    client_for: SignIn, settings: Any
) -> None:
    settings.PORTAL_TODAY = date(2028, 2, 12)
    evaluation = opened(licensed("2027-03-15"), 2027)
    client, where = client_for(person(Role.MUNICIPAL, name="two")), address("score", evaluation.public_id)
    digest = client.get(where).context["form"]["digest"].value()
    evaluations.score(
        actor=officer("2028-02-12"),
        evaluation=evaluation,
        points={"5.4.1": Decimal(9), "5.4.2": Decimal(20)},
        comments={"5.4.1": "同事的说明", "5.4.2": "一样"},
        opinion="同事的意见",
        submit=False,
    )
    sent = {
        "act": "draft",
        "points-5.4.1": "11",
        "comment-5.4.1": "我的说明",
        "points-5.4.2": "20",
        "comment-5.4.2": "一样",
        "points-5.4.3": "7.5",
        "opinion": "我的意见",
    }

    answer = client.post(where, sent | {"digest": digest})

    first, third = (each.title for each in evaluation.criteria_set.criteria.all() if each.key in ("5.4.1", "5.4.3"))
    assert answer.status_code == 409
    assert compared(answer) == [
        (first, ["11", "9.00"]),
        (f"{first}：说明", ["我的说明", "同事的说明"]),
        (third, ["7.5", "—"]),
        ("评估意见", ["我的意见", "同事的意见"]),
    ]
    evaluation.refresh_from_db()
    assert evaluation.sheet.opinion == "同事的意见"
    assert answer.context["form"]["comment-5.4.1"].value() == "我的说明"
    again = client.post(where, sent | {"digest": answer.context["form"]["digest"].value()})
    assert (again.status_code, again.url) == (302, where)
    evaluation.sheet.refresh_from_db()
    assert evaluation.sheet.opinion == "我的意见"


@pytest.mark.clause("5.6-renewal")
@pytest.mark.parametrize("back_again", [True, False])
def test_a_request_handed_in_by_a_colleague_is_shown_beside_one_s_own(
    client_for: SignIn, settings: Any, back_again: bool
) -> None:
    settings.PORTAL_TODAY = date(2030, 2, 12)
    base = licensed("2027-03-15")
    who, where, sent, _elsewhere, _why, _rows = mending(base)
    renewal = Renewal.objects.get()
    renewals.resubmit_renewal(
        actor=unit_actor(base, "2030-02-12"),
        renewal=renewal,
        statement="同事写的\n第二行",
        plan="计划二",
        expected_version=1,
    )
    if back_again:
        renewals.return_renewal(actor=officer("2030-02-12"), renewal=renewal, reason="再补充")
    client = client_for(who)

    answer = client.post(where, sent)

    assert answer.status_code == 409
    assert answer.text.count("这份申请已由同事重新提交。") == 1
    assert compared(answer) == [("本期工作情况和续期理由", ["另一个标签页", "同事写的<br>第二行"])]
    main = answer.text.partition("<main")[2]
    assert ("<form" in main, LOST in main) == (back_again, not back_again)
    renewal.refresh_from_db()
    assert (renewal.version, renewal.statement) == (2, "同事写的\n第二行")
    if back_again:
        again = client.post(where, sent | {"version": str(answer.context["form"]["version"].value())})
        assert again.status_code == 302
        renewal.refresh_from_db()
        assert (renewal.version, renewal.statement) == (3, "另一个标签页")


@pytest.mark.clause("5.4-evaluation", "5.5-exit", "5.6-renewal")
@pytest.mark.parametrize(("name", "words"), [("list", "年度评估"), ("renewals", "续期"), ("withdrawals", "取消资格")])
def test_each_list_is_marked_as_the_one_shown(client_for: SignIn, name: str, words: str) -> None:
    shown = client_for(person(Role.MUNICIPAL)).get(reverse(f"evaluations:{name}")).text
    nav = shown.partition("hz-subnav")[2].partition("</nav>")[0]
    marked = [link for link in nav.split("</a>") if 'aria-current="page"' in link]
    assert [link.rpartition(">")[2] for link in marked] == [words]
    assert [link.rpartition(">")[2] for link in nav.split("</a>") if "nav-link active" in link] == [words]


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
