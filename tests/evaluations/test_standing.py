"""Where an evaluation, a request for renewal and a case stand: label, sentence, whose move, by when, and the tone.

No row is stored: standing is said from dated facts alone, so each row of a table is those facts.
"""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from bases.models import Base, Term
from evaluations.models import Evaluation, Renewal, ResultReview, Withdrawal
from evaluations.standing import evaluation_standing, renewal_standing, withdrawal_standing
from haizhi_portal.accounts.models import Organisation
from haizhi_portal.scoring.models import Sheet

UNIT, OFFICE, LEADER = "滨海示例研究院", "市科协学会部", "市科协领导"
OTHERS = "市科协（原评分人、告知人以外的人员）"
STILL_SCORED = {"sheet": {"submitted_at": "2028-02-01"}, "score": Decimal("75.00"), "result": "qualified"}
TOLD = STILL_SCORED | {"announced_on": "2028-03-01", "review_until": "2028-03-10"}
PROPOSED = STILL_SCORED | {"exemption_prepared_on": "2028-02-02"}
FINAL = {"final_on": "2028-03-11"}


def day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def read(facts: dict[str, Any]) -> dict[str, Any]:
    """The facts with their days read."""
    return {name: day(value) if name.endswith(("_on", "_until", "_by")) else value for name, value in facts.items()}


def base(ended_on: str = "") -> Base:
    return Base(organisation=Organisation(name=UNIT), ended_on=day(ended_on), call_year=2027, seat=1)


def evaluation(facts: dict[str, Any], review: dict[str, Any] | None) -> Evaluation:
    sheet = facts.get("sheet")
    made = Evaluation(base=base(), year=2027, **read({name: v for name, v in facts.items() if name != "sheet"}))
    if sheet is not None:
        made.sheet = Sheet(**sheet)
    if review is not None:
        ResultReview(evaluation=made, **read(review))
    return made


@pytest.mark.clause("5.4-evaluation")
@pytest.mark.parametrize(
    ("facts", "review", "on", "label", "sentence", "mover", "by", "tone"),
    [
        ({}, None, "2028-01-02", "待评分", "佐证已汇集，等待对照评分。", OFFICE, "", "act"),
        ({"sheet": {}}, None, "2028-01-02", "评分中", "评分表有草稿，尚未提交。", OFFICE, "", "act"),
        (STILL_SCORED, None, "2028-02-01", "待告知", "评分已提交，得 75.00 分，尚未告知基地。", OFFICE, "", "act"),
        (
            *(PROPOSED, None, "2028-02-02", "免评待决定"),
            *("已提议免予评估，等待提议人以外的人员决定；评分留存。", "市科协（提议人以外的人员）", "", "act"),
        ),
        (
            *(PROPOSED | {"exemption_refused_on": "2028-02-03"}, None, "2028-02-03", "待告知"),
            *("评分已提交，得 75.00 分，尚未告知基地。", OFFICE, "", "act"),
        ),
        (
            *(TOLD, None, "2028-03-10", "可申请复核", "已告知结果：合格。单位如有异议，可申请一次复核。"),
            *(UNIT, "2028-03-10", "act"),
        ),
        (
            *(TOLD, None, "2028-03-11", "待生效"),
            *("复核申请期已满，结果为合格，自2028年3月11日起生效；以前年度结果未定的，待其确定。", "", "", "wait"),
        ),
        (
            *(TOLD, {"requested_on": "2028-03-06"}, "2028-03-07", "复核中"),
            *("结果为合格，单位2028年3月6日申请复核，等待复核决定。", OTHERS, "", "wait"),
        ),
        (
            *(TOLD, {"requested_on": "2028-03-06", "decided_on": "2028-03-08"}, "2028-03-08", "待生效"),
            *("复核结果为合格（2028年3月8日），待以前年度的结果确定后生效。", "", "", "wait"),
        ),
        (
            *(TOLD | FINAL, None, "2028-03-11", "已生效"),
            *("最终结果为合格，自2028年3月11日起生效，不再更改。", "", "", "done"),
        ),
        (
            *(TOLD | FINAL | {"result": "unqualified"}, None, "2028-03-11", "已生效"),
            *("最终结果为不合格，自2028年3月11日起生效，不再更改。", "", "", "stop"),
        ),
        (
            *({"result": "exempt", "final_on": "2028-01-05"}, None, "2028-01-05", "已生效"),
            *("本年度免予评估，2028年1月5日确定；既不算合格，也不算不合格。", "", "", "done"),
        ),
    ],
)
def test_where_an_evaluation_stands(
    facts: dict[str, Any],
    review: dict[str, Any] | None,
    on: str,
    label: str,
    sentence: str,
    mover: str,
    by: str,
    tone: str,
) -> None:
    found = evaluation_standing(evaluation(facts, review), date.fromisoformat(on))
    assert (found.label, found.sentence, found.mover, found.by, found.tone, found.case_url) == (
        *(label, sentence, mover, day(by), tone, ""),
    )


ASKED = {"state": "requested"}
PAPER = ASKED | {"paper_received_on": "2030-01-20"}
PREPARED = PAPER | {"prepared_on": "2030-02-11"}
BACK = PAPER | {"state": "returned", "correct_by": "2030-02-08"}
CASE = {"ground": "false_statements", "opened_on": "2030-02-01", "confirm_by": "2030-03-03"}
TO_DRAFT = "已立案，等待经办人拟定事实与理由。"


@pytest.mark.clause("5.6-renewal", "5.6-reaward")
@pytest.mark.parametrize(
    ("facts", "on", "label", "sentence", "mover", "by", "tone"),
    [
        (ASKED, "2030-01-24", "等纸质申请", "申请已提交，盖章的纸质申请尚未收到。", UNIT, "2030-01-24", "wait"),
        (
            *(ASKED, "2030-01-25", "纸质申请逾期"),
            *("盖章的纸质申请逾期未到，等待市科协提出考核意见。", OFFICE, "2030-03-15", "stop"),
        ),
        (PAPER, "2030-01-25", "考核中", "纸质申请已收到，市科协正在考核。", OFFICE, "2030-03-15", "wait"),
        (PAPER, "2030-03-15", "考核中", "纸质申请已收到，市科协正在考核。", OFFICE, "2030-03-15", "wait"),
        (
            *(PAPER, "2030-03-16", "考核中"),
            *("有效期已于2030年3月15日届满。纸质申请已收到，市科协正在考核。", OFFICE, "", "wait"),
        ),
        (
            *(BACK, "2030-02-08", "退回修改"),
            *("申请被退回，请按意见修改后重新提交。", UNIT, "2030-02-08", "act"),
        ),
        (
            *(BACK, "2030-02-09", "逾期未补正"),
            *("补正期已过，单位没有重新提交。", OFFICE, "2030-03-15", "stop"),
        ),
        (PREPARED, "2030-02-11", "待决定", "考核意见已提交，等待领导决定。", LEADER, "2030-03-15", "wait"),
        (
            *({"state": "withdrawn", "decision_reason": "另有安排"}, "2030-02-11", "已撤回"),
            *("续期申请已撤回。另有安排", "", "", "idle"),
        ),
        (
            *(PREPARED | {"state": "passed", "decided_on": "2030-03-01"}, "2030-03-20", "通过"),
            *("2030年3月1日决定：续期考核通过。", "", "", "done"),
        ),
        (
            *(PREPARED | {"state": "failed", "decided_on": "2030-03-01"}, "2030-03-20", "未通过"),
            *("2030年3月1日决定：续期考核未通过。", "", "", "stop"),
        ),
    ],
)
def test_where_a_request_for_renewal_stands(
    facts: dict[str, Any], on: str, label: str, sentence: str, mover: str, by: str, tone: str
) -> None:
    found = renewal_standing(request(facts, base()), date.fromisoformat(on))
    assert (found.label, found.sentence, found.mover, found.by, found.tone, found.case_url) == (
        *(label, sentence, mover, day(by), tone, ""),
    )


def request(facts: dict[str, Any], of: Base) -> Renewal:
    term = Term(base=of, expires_on=date(2030, 3, 15))
    return Renewal(term=term, **({"paper_due_on": date(2030, 1, 24)} | read(facts)))


@pytest.mark.clause("5.5-exit", "5.6-renewal")
@pytest.mark.parametrize(
    ("facts", "label", "sentence", "mover"),
    [
        (BACK, "不再办理", "基地已于2030年2月1日终止，申请不再办理。", ""),
        (PREPARED, "不再办理", "基地已于2030年2月1日终止，申请不再办理。", ""),
        (
            PREPARED | {"state": "failed", "decided_on": "2030-01-30"},
            "未通过",
            "2030年1月30日决定：续期考核未通过。",
            "",
        ),
    ],
)
def test_an_open_request_of_an_ended_base_goes_no_further(
    facts: dict[str, Any], label: str, sentence: str, mover: str
) -> None:
    found = renewal_standing(request(facts, base("2030-02-01")), date(2030, 2, 5))
    assert (found.label, found.sentence, found.mover, found.by) == (label, sentence, mover, None)


@pytest.mark.clause("5.5-exit", "5.6-reaward")
def test_a_prepared_renewal_waits_for_the_case_with_its_mover_and_day() -> None:
    case = Withdrawal(base=base(), **read(CASE))
    found = renewal_standing(request(PREPARED, case.base), date(2030, 2, 11), case)
    assert (found.label, found.mover, found.by, found.tone) == ("等取消资格事项", OFFICE, date(2030, 3, 3), "wait")
    assert found.sentence == (
        "考核意见已提交。该基地有一件取消资格事项（弄虚作假，2030年2月1日立案）尚未办结，办结之前不能决定续期。"
    )
    assert found.case_url == f"/evaluations/withdrawals/{case.public_id}/"
    assert renewal_standing(request(PAPER, case.base), date(2030, 2, 11), case).label == "考核中"


@pytest.mark.clause("5.5-exit")
@pytest.mark.parametrize(
    ("facts", "ended_on", "label", "sentence", "mover", "by", "tone"),
    [
        ({}, "", "待拟定", TO_DRAFT, OFFICE, "2030-03-03", "act"),
        ({"prepared_on": "2030-02-02"}, "", "待决定", "事实与理由已拟好，等待领导决定。", LEADER, "2030-03-03", "wait"),
        ({}, "2030-02-05", "待结案", "基地已于2030年2月5日终止，等待结案。", LEADER, "", "idle"),
        (
            *({"prepared_on": "2030-02-02"}, "2030-02-05", "待结案"),
            *("基地已于2030年2月5日终止，等待结案。", LEADER, "", "idle"),
        ),
        ({"closed_on": "2030-02-06"}, "2030-02-05", "已结案", "2030年2月6日结案，没有取消资格。", "", "", "done"),
        (
            *({"closed_on": "2030-02-06", "confirmed_on": "2030-02-06"}, "2030-02-06", "已取消"),
            *("2030年2月6日决定取消资格，当日起不再有效。", "", "", "stop"),
        ),
    ],
)
def test_where_a_case_stands(
    facts: dict[str, Any], ended_on: str, label: str, sentence: str, mover: str, by: str, tone: str
) -> None:
    found = withdrawal_standing(Withdrawal(base=base(ended_on), **read(CASE | facts)))
    assert (found.label, found.sentence, found.mover, found.by, found.tone) == (label, sentence, mover, day(by), tone)
