"""A base's years after the award: reports, evaluation and its review, renewal; and two other ends."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from applications.models import Application
from bases.models import Base, Term
from evaluations.actions import evaluation as evaluating
from evaluations.models import Evaluation, Renewal, Withdrawal
from haizhi_portal.policy.figures import EVALUATION_WEIGHTS
from haizhi_portal.policy.words import Kind, Level, Role
from tests import factories as make
from tests.journeys.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.broker, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

STATEMENT = "连续两个年度评估不合格，事实清楚，拟取消资格。"


@pytest.mark.clause("5.3-quarterly", "5.4-evaluation", "5.5-exit", "5.6-term", "5.6-renewal", "5.6-reaward")
def test_from_the_first_report_to_a_new_term_and_two_other_ends(
    broker: Any, person: Callable[..., Person], demo_on: Callable[[str], None]
) -> None:
    steady, failing, forgetful = _awarded(3)
    demo_on("2027-07-05")
    officer = person(make.user(Role.MUNICIPAL).username)
    unit = person(make.applicant_of(steady.organisation).username)
    _reports(unit, officer, steady)

    officer.move_clock("2028-01-05").reads("年度评估建立 3")
    _is_evaluated(officer, steady)
    _asks_for_review(unit, steady)
    _is_reviewed(person(make.user(Role.MUNICIPAL, number=2).username), steady)
    unit.go("/evaluations/").follow(f"{steady.number} 2027 年度").reads("最终结果为合格", "70.00").picture("08-final")
    _score(2027, {failing: 41, forgetful: 75})

    officer.move_clock("2029-01-05")
    _score(2028, {steady: 92, failing: 38, forgetful: 80})
    officer.move_clock("2029-02-01")
    leader = person(make.user(Role.LEADER).username, phone=True)
    _is_withdrawn(officer, leader, failing)

    officer.move_clock("2030-04-22")
    _asks_for_renewal(unit, steady)
    _is_renewed(officer, leader, steady)
    unit.go(f"/my/bases/{steady.number}/").reads("第 2 期", "2033年6月30日").picture("16-new-term")

    officer.move_clock("2030-07-02")
    _is_over(person(), steady, failing, forgetful)
    officer.go(f"/my/bases/{forgetful.number}/").reads("自2030年7月1日起已终止（到期终止）").picture(
        "20-expired-inside"
    )


def _awarded(number: int) -> list[Base]:
    """Bases of one year's award, given on 30 June 2027."""
    call = make.call()
    rows = [
        make.carried_to(Application.State.CERTIFICATION, make.organisation(Kind.INSTITUTE, Level.MUNICIPAL))
        for _ in range(number)
    ]
    make.round_of(call)
    make.settled_list(call, rows)
    return sorted(make.award(call), key=lambda base: base.number)


# Reports --------------------------------------------------------------------------------------------------------------


def _reports(unit: Person, officer: Person, base: Base) -> None:
    """Filed with a part missing, filed, sent back with words, mended, accepted."""
    unit.reads("2027年第2季度工作信息").picture("01-home-of-a-base")
    unit.follow("基地").follow(base.number).follow("去填写")
    unit.write({"本季度工作情况": "与两个海外学会建立联系。"})
    unit.press("报送", status=422).reads("下季度安排：请填写这一部分。", "1 处")
    assert unit.field("本季度工作情况").input_value() == "与两个海外学会建立联系。"
    unit.write({"下季度安排": "九月举办对接会。"}).picture("02-report").press("报送").reads("已报送")
    officer.follow("报告").reads("待审阅").follow("2027年第2季度工作信息").picture("03-report-to-read")
    back = officer.page.locator("section.hz-confirm", has_text="要修改什么")
    back.get_by_label("要修改什么").fill("请写明联系了哪些专家。")
    officer.press("退回修改", inside=back).reads("已退回修改")
    unit.go(f"/my/bases/{base.number}/").reads("被退回").follow("去填写").reads("请写明联系了哪些专家。")
    assert unit.field("下季度安排").input_value() == "九月举办对接会。"
    unit.write({"本季度工作情况": "与两个海外学会建立联系，联系专家五人。"}).press("报送").reads("已报送")
    officer.go(f"/my/bases/{base.number}/reports/2027Q2/").reads("联系专家五人")
    accept = officer.page.locator("section.hz-confirm", has_text="意见（可不填）")
    officer.press("通过", inside=accept).reads("已通过", "按时")


# Evaluation and its review --------------------------------------------------------------------------------------------


def marks(total: int) -> dict[str, Decimal | None]:
    """Points over the six indicators that add up to ``total``, each in proportion."""
    given = {each.key: (Decimal(total * each.points) / 100).quantize(Decimal("0.01")) for each in EVALUATION_WEIGHTS}
    return dict(given)


def _writes_marks(scorer: Person, total: int) -> None:
    for key, points in marks(total).items():
        scorer.page.locator(f'[name="points-{key}"]').fill(str(points))


def _is_evaluated(officer: Person, base: Base) -> None:
    officer.follow("评估与续期").follow(f"{base.number} 2027 年度").reads("佐证已汇集").follow("对照佐证评分")
    officer.reads("佐证", "年末")
    _writes_marks(officer, 55)
    officer.press("保存草稿").reads("草稿已保存").picture("04-scoring-beside-evidence")
    officer.write({"评估意见": "活动偏少，报送及时。"})
    officer.press("下一步：看清后果").reads("不合格", "评分表提交后不能修改").press("提交评分表").reads("55.00")
    officer.follow("告知结果").reads("可在", "申请一次复核").picture("05-announce").press("告知基地")
    officer.reads("结果已告知基地")


def _asks_for_review(unit: Person, base: Base) -> None:
    unit.go("/evaluations/").follow(f"{base.number} 2027 年度").reads("不合格", "55.00").picture("06-result")
    unit.follow("申请复核").reads("每个年度只能申请一次")
    unit.write({"申请理由": "联合举办的对接会未计入活动与合作。"})
    unit.press("提交复核申请").reads("复核申请已提交", "复核中")


def _is_reviewed(another: Person, base: Base) -> None:
    """Neither who scored nor who announced, but a colleague."""
    another.go("/evaluations/?state=review").follow(f"{base.number} 2027 年度").follow("复核并重新评分")
    another.reads("联合举办的对接会未计入活动与合作。", "原得")
    _writes_marks(another, 70)
    another.write({"复核意见": "补充材料属实，予以采纳。"})
    another.press("下一步：看清后果").reads("改定为 70.00 分、合格").picture("07-review")
    another.press("作出复核决定").reads("复核决定已作出")


def _score(year: int, totals: dict[Base, int]) -> None:
    """Evaluate these bases for a year, and tell them; nobody asks for a review."""
    officer = make.acting(make.user(Role.MUNICIPAL), f"{year + 1}-01-05")
    for base, total in totals.items():
        evaluation = Evaluation.objects.get(base=base, year=year)
        evaluation = evaluating.score(
            actor=officer, evaluation=evaluation, points=marks(total), comments={}, opinion="对照佐证评分。"
        )
        evaluating.announce(actor=officer, evaluation=evaluation)


# The end by withdrawal ------------------------------------------------------------------------------------------------


def _is_withdrawn(officer: Person, leader: Person, base: Base) -> None:
    """Two failed years in a row opened the case by themselves."""
    officer.go("/evaluations/withdrawals/").follow(base.number).reads("2027 年度评估", "2028 年度评估", "不合格")
    officer.follow("拟定事实与理由")
    officer.write({"事实与理由": STATEMENT})
    officer.picture("09-withdrawal-prepared").press("提交领导决定").reads("已提交领导决定")
    case = Withdrawal.objects.get(base=base)
    leader.go(f"/evaluations/withdrawals/{case.public_id}/").reads(STATEMENT).follow("看清后果并决定")
    leader.reads("不能恢复", STATEMENT).picture("10-withdrawal-decided").press("取消资格").reads("已取消资格")


# Renewal --------------------------------------------------------------------------------------------------------------


def _asks_for_renewal(unit: Person, base: Base) -> None:
    unit.go("/home/").reads(f"{base.number} 申请续期")
    unit.go(f"/my/bases/{base.number}/").reads("已逾期，请尽快补报").follow("申请续期").picture("11-renewal")
    unit.write({"本期工作情况和续期理由": "本期任务全部完成。"})
    unit.write({"下一期工作计划": "新增海外合作组织两个。"})
    unit.press("下一步：看清后果").reads("以今天（2030年4月22日）为申请日", "新的有效期紧接着开始")
    unit.press("提交续期申请").reads("续期申请已提交", "请打印本页").picture("12-renewal-requested")


def _is_renewed(officer: Person, leader: Person, base: Base) -> None:
    renewal = Renewal.objects.get(term__base=base)
    officer.go("/home/").follow(f"{base.number} 续期考核").follow("登记纸质申请")
    officer.press("登记").reads("纸质申请已登记").follow("提出考核意见")
    officer.tick("拟通过").write({"考核意见": "任期内评估合格，报告按期。"})
    officer.picture("13-assessment").press("提交领导决定").reads("考核意见已提交领导")
    leader.go(f"/evaluations/renewals/{renewal.public_id}/decide/").reads("如果通过", "如果不通过")
    leader.tick("通过，续期").picture("14-decision").press("下一步：确认").reads("不占当年名额")
    leader.press("同意续期").reads("决定已作出").picture("15-renewed")
    assert Term.objects.filter(base=base).count() == 2


# What anybody can see -------------------------------------------------------------------------------------------------


def _is_over(visitor: Person, steady: Base, failing: Base, forgetful: Base) -> None:
    visitor.go("/bases/").picture("17-directory")
    rows = {each.number: visitor.page.get_by_role("row", name=each.number) for each in (steady, failing, forgetful)}
    assert "有效" in rows[steady.number].inner_text()
    assert "已终止" in rows[failing.number].inner_text()
    assert "已终止" in rows[forgetful.number].inner_text()
    visitor.go(f"/bases/{steady.number}/").reads("第 2 期", "2030年7月1日", "2033年6月30日")
    visitor.go("/bases/").follow(forgetful.number).reads("自2030年7月1日起已终止").picture("18-expired")
    visitor.go(f"/bases/{failing.number}/").reads("自2029年2月1日起已终止").picture("19-withdrawn")
