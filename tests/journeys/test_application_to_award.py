"""One application from the registration of its unit to the plaque, each person at their own browser."""

import hashlib
import re
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from applications.checklist import checks
from applications.models import Application
from applications.sections import MATERIALS, SECTIONS, Field
from bases.models import Base
from haizhi_portal.documents.models import Document
from haizhi_portal.policy.identifiers import synthetic_credit_code
from haizhi_portal.policy.words import Kind, Level, Role
from haizhi_portal.processes import Child
from tests import factories as make
from tests.journeys.person import PASSWORD, Person

pytestmark = [pytest.mark.browser, pytest.mark.broker, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

UNIT = "大连岬光智能装备有限公司"
WORDS = "请补充预期目标的年度指标。"
DISTRICT = "甘井子区科协"


@pytest.mark.clause("3.1-applicant", "4.1-via-district", "4.1-materials", "4.1-paper", "4.2-initial", "4.2-experts")
@pytest.mark.clause("4.3-decision", "4.3-award")
def test_from_registration_to_the_plaque(
    worker: Child, person: Callable[..., Person], scan: Callable[..., Path], demo_on: Callable[[str], None]
) -> None:
    demo_on("2027-03-10")
    make.call()
    staff = _staff()
    applicant = _registers(person())
    officer = person(staff["officer"])
    _consents(applicant, officer, scan)
    number = _applies(applicant, scan)
    district = person(staff["district"])
    _returns(district, number)
    _corrects(applicant, number, "第一年引荐专家四人，第二年落地项目一项。", version=2)
    old_code = _check_code(applicant, number, 2)
    _endorses(district, number)
    _returns_again(officer, number)
    _corrects(applicant, number, "第一年引荐专家四人，第二年落地项目两项。", version=3)
    _passes(officer, number)
    _prints(applicant, number)
    _paper_arrives(officer, number, old_code, _check_code(applicant, number, 3))
    _competitor()
    officer.move_clock("2027-06-20")
    _asks_experts(officer, number, staff["experts"])
    _stands_aside(person(staff["experts"][0], phone=True))
    for marks, name in zip((91, 88, 84), staff["experts"][1:], strict=True):
        _scores(person(name, phone=True), marks)
    _closes(officer)
    _prepares(officer, number)
    leader = person(staff["leader"], phone=True)
    _settles(leader)
    _awards(leader)
    base = Base.objects.get(application_number=number)
    _is_public(person(), base)
    _has_its_papers(applicant, person(), base)


def _staff() -> dict[str, Any]:
    """Sign-in names of those who work on the scheme."""
    experts = [make.expert(number) for number in range(1, 5)]
    return {
        "district": make.district("210211").username,
        "officer": make.user(Role.MUNICIPAL).username,
        "leader": make.user(Role.LEADER).username,
        "experts": [each.username for each in experts],
    }


# The applicant --------------------------------------------------------------------------------------------------------


def _registers(visitor: Person) -> Person:
    visitor.go("/").picture("01-front")
    visitor.follow("单位注册")
    visitor.write({"单位性质": "企业", "隶属关系": "无隶属关系（含民营）"})
    visitor.answer("单位在大连市内吗", "是").answer("是分公司、分校、办事处等分支机构吗", "不是")
    visitor.page.get_by_label("实际所在的区").select_option(label="甘井子区")
    visitor.press("先核对能否申报").reads("可以申报", DISTRICT)
    for label, words in {
        "统一社会信用代码": synthetic_credit_code("91210200", Random(7)).lower(),
        "单位全称": UNIT,
        "法定代表人": "林示例",
        "单位地址": "示例路 7 号",
        "姓名": "陈示例",
        "手机": "13900000007",
        "电子邮箱": "chen@example.org",
        "登录名": "jiaguang",
    }.items():
        visitor.page.get_by_label(label).fill(words)
    visitor.page.get_by_label("密码", exact=False).first.fill(PASSWORD)
    visitor.page.get_by_label("再输一遍密码").fill(PASSWORD)
    visitor.picture("02-register").press("注册并登录").reads("已注册")
    visitor.sign_out()
    return visitor.sign_in("jiaguang").picture("03-home")


def _consents(applicant: Person, officer: Person, scan: Callable[..., Path]) -> None:
    """The legal representative's letter, without which nothing can be submitted."""
    applicant.follow("上传法定代表人同意书").follow("打开同意书样式").reads(UNIT, "林示例").picture("03-letter")
    applicant.go("/accounts/organisation/")
    applicant.page.get_by_label("签字盖章后的同意书").set_input_files(scan("同意书.pdf"))
    applicant.press("上传同意书").reads("等待市科协学会部确认").picture("03-unit")
    officer.go("/home/").follow("法定代表人同意书待确认").follow(UNIT).picture("03-office").press("确认").reads(
        "已确认"
    )


def _applies(applicant: Person, scan: Callable[..., Path]) -> str:
    """Everything filled in and handed in; the number of the application."""
    _adds_partner(applicant, scan)
    applicant.follow("申报").follow("开始 2027 年度申报").reads(DISTRICT, "甘井子区").picture("04-start")
    applicant.press("开始填写")
    number = Application.objects.get().number
    applicant.picture("05-task-list").go(f"/applications/{number}/form/particulars/")
    for section in SECTIONS.values():
        if section.key == "materials":
            _uploads(applicant, scan)
            applicant.picture("07-materials").follow("继续")
        else:
            _fills(applicant, section.key)
    applicant.reads("已完成").picture("08-all-done")
    applicant.follow("核对并提交").reads(DISTRICT, "甘井子区", "按下之后").picture("09-submit")
    applicant.press("提交").reads("已提交，第 1 版", DISTRICT).picture("10-submitted")
    return number


def _adds_partner(applicant: Person, scan: Callable[..., Path]) -> None:
    applicant.follow("合作伙伴").follow("登记海外合作伙伴")
    by_name = {
        "name": "南十字海洋工程师学会（虚构）",
        "foreign_name": "Southern Cross Society of Ocean Engineers (fictional)",
        "country": "澳大利亚",
        "since": "2025-05-01",
        "cooperation": "每年互访一次，共同举办技术交流。",
    }
    for name, words in by_name.items():
        applicant.page.locator(f"[name={name}]").fill(words)
    applicant.page.locator("[name=kind]").select_option("society")
    applicant.page.locator("[name=upload]").set_input_files(scan("合作协议.pdf"))
    applicant.press("保存").reads("南十字海洋工程师学会（虚构）")


def _fills(applicant: Person, key: str) -> None:
    """Every question of one section, by its words on the page."""
    section = SECTIONS[key]
    by_kind = {
        "date": "2012-06-18",
        "integer": "126",
        "mobile": "13900000007",
        "email": "chen@example.org",
        "text": "陈示例",
        "long": "长期从事海洋装备研发，已建立联系海外专家的工作机制。",
    }
    for question in section.fields:
        label = question.label if question.required else f"{question.label}（选填）"
        if question.columns:
            _fills_row(applicant, question)
        elif question.kind == "rich":
            applicant.page.get_by_role("textbox", name=label, exact=True).fill(by_kind["long"])
        elif question.words:
            applicant.answer(label, question.words[0])
        elif question.kind == "yes":
            applicant.tick(label)
        else:
            applicant.field(label).fill(by_kind[question.kind])
    if key == "conditions":
        applicant.picture("06-conditions")
    if key == "channels":
        _loses_the_session(applicant)
    else:
        applicant.press("保存并继续" if key != "pledge" else "保存")
    applicant.reads(f"“{section.title}”已保存")


def _loses_the_session(applicant: Person) -> None:
    """Half-way through the form; what was typed comes back after signing in again."""
    applicant.page.get_by_text("已自动保存").first.wait_for()
    applicant.page.context.clear_cookies(name="haizhi_session")
    applicant.press("保存并继续", status=403).reads("请重新登录").picture("06-session-over")
    applicant.write({"登录名": "jiaguang", "密码": PASSWORD})
    applicant.press("登录并继续").press("提交刚才填写的内容")


def _fills_row(applicant: Person, table: Field) -> None:
    """The first row of a table, cell by cell."""
    by_kind = {"text": "示例", "long": "示例说明", "integer": "３", "date": "2027年9月30日"}
    box = applicant.page.locator(f"#id_{table.key}")
    for column in table.columns:
        cell = box.get_by_label(f"第 1 行 {column.label}", exact=True)
        cell.select_option(column.choices[0][0]) if column.choices else cell.fill(by_kind[column.kind])


def _uploads(applicant: Person, scan: Callable[..., Path]) -> None:
    for spec in MATERIALS.values():
        if not spec.required:
            continue
        # The page that a browser without JavaScript is led to.
        applicant.go(applicant.page.url.replace("/form/materials/", f"/materials/{spec.kind}/"))
        applicant.page.get_by_label("文件").set_input_files(scan(f"{spec.title}.pdf"))
        if spec.stamped:
            applicant.tick("已加盖公章")
        applicant.press("上传").reads(f"“{spec.title}”已上传", f"{spec.title}.pdf")


def _corrects(applicant: Person, number: str, goals: str, *, version: int) -> None:
    """What the reviewer wrote arrives in the inbox, stands beside the section, and is mended; no other one opens."""
    _waits_for(lambda: applicant.go("/inbox/").text, "退回")
    applicant.picture(f"13-inbox-{version}")
    applicant.go(f"/applications/{number}/form/conditions/")
    assert applicant.page.url.endswith(f"/applications/{number}/")
    applicant.go(f"/applications/{number}/").reads("退回修改", WORDS).picture(f"14-returned-{version}")
    applicant.follow("基地计划书").reads(WORDS)
    written = applicant.page.get_by_role("textbox", name="单位简介：基本情况", exact=True)
    assert written.inner_text().startswith("长期从事")
    applicant.page.get_by_role("textbox", name="预期目标", exact=True).fill(goals)
    applicant.press("保存").reads("已修改", "第一年引荐专家四人")
    applicant.follow("核对全部内容").reads("与上一版的差别").press("重新提交").reads(f"已提交，第 {version} 版")


def _prints(applicant: Person, number: str) -> None:
    """The worker has made the form that goes on paper; the link on the application's page leads to it."""
    applicant.go(f"/applications/{number}/")
    link = applicant.page.get_by_role("link", name="打印申报书", exact=True).get_attribute("href")
    assert link is not None
    opened = applicant.page.request
    _waits_for(lambda: str(opened.get(link).status), "200")
    answer = opened.get(link)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.body().startswith(b"%PDF-")


def _check_code(applicant: Person, number: str, version: int) -> str:
    """What is printed on every page of that version."""
    applicant.go(f"/applications/{number}/versions/{version}/").reads("校验码")
    found: str = applicant.page.locator("dd code").inner_text()
    return found


# Those who review -----------------------------------------------------------------------------------------------------


def _returns(district: Person, number: str) -> None:
    district.reads("2027 年度申报待审核").picture("11-district-home")
    district.follow("2027 年度申报待审核").reads(UNIT).follow(number).reads("甘井子区").follow("开始审核")
    district.picture("12-district-review")
    _sends_back(district)


def _returns_again(officer: Person, number: str) -> None:
    officer.go(f"/applications/{number}/review/").reads("第一年引荐专家四人")
    _sends_back(officer)


def _sends_back(reviewer: Person) -> None:
    part = reviewer.page.locator("section[aria-labelledby='at-plan']")
    part.locator("summary").last.click()
    part.get_by_label("“基地计划书”需要怎样修改").fill(WORDS)
    reviewer.tick("退回修改").write({"审核意见": "总体可行，请补正后再报。"})
    reviewer.press("下一步：看清后果").reads(WORDS, UNIT, "补正截止日")
    reviewer.press("退回修改").reads("已办理", "退回修改")


def _endorses(district: Person, number: str) -> None:
    district.go("/home/").reads("2027 年度申报待审核")
    district.go(f"/applications/{number}/review/").reads("与上一版的差别", "第一年引荐专家四人")
    _checks_everything(district)
    district.tick("同意推荐，报市科协").write({"审核意见": "材料齐全，同意推荐。"})
    district.picture("15-district-endorses").press("下一步：看清后果").reads("转市科协初审")
    district.press("同意推荐，报市科协").reads("已办理")


def _checks_everything(reviewer: Person) -> None:
    for question in checks().values():
        reviewer.answer(question, "符合")


def _passes(officer: Person, number: str) -> None:
    officer.picture("16-office-home").follow("申报").reads(UNIT).follow(number).follow("开始初审")
    _checks_everything(officer)
    officer.tick("初审通过").write({"审核意见": "初审合格。"})
    officer.press("下一步：看清后果").reads("专家认证").press("初审通过").reads("已收到 0 份")


def _paper_arrives(officer: Person, number: str, old: str, current: str) -> None:
    """An outdated print is refused in words; the current one is typed in lower case, and two copies are counted."""
    officer.follow("申报").follow("纸质材料登记")
    officer.write({"校验码": old})
    officer.press("查找").reads("第 2 版", "现行的是第 3 版").picture("17-outdated-print")
    officer.press("退回并通知申报单位").reads("已通知")
    officer.go("/applications/paper/").write({"校验码": current.lower()})
    officer.press("查找").reads("校验码与现行的第 3 版相符").picture("18-paper-desk")
    officer.write({"本次收到份数": "2"})
    officer.press("登记").reads(number, "收到纸质材料 2 份")


# The round ------------------------------------------------------------------------------------------------------------


def _competitor() -> None:
    """A municipal unit that applied in the same year, ready for the round."""
    owner = make.organisation(Kind.INSTITUTE, Level.MUNICIPAL)
    make.carried_to(Application.State.CERTIFICATION, owner)


def _asks_experts(officer: Person, number: str, experts: list[str]) -> None:
    officer.go("/applications/calls/2027/round/").press("开始专家认证：先看后果").reads(UNIT, "每年只能集中认证一次")
    officer.press("开始专家认证").reads("专家认证正在进行")
    candidate = officer.page.locator("article", has_text=number)
    for name in experts:
        expert = make.user(Role.EXPERT, number=int(name.rpartition("-")[2]))
        candidate.get_by_label(expert.name, exact=True).check()
    officer.picture("19-round").press("发出邀请", inside=candidate).reads("已请")
    other = Application.objects.exclude(number=number).get()
    for place in (1, 2, 3):
        make.score(make.assign(other, place, declared=False), 62, recommended=False)


def _stands_aside(expert: Person) -> None:
    expert.go("/applications/assignments/").follow(UNIT).reads("有没有利害关系")
    expert.tick("有，需要回避").write({"回避事由": "近三年与该单位有合作项目。"})
    expert.picture("20-declaration").press("声明").reads("不再评审这项申报").press("声明回避").reads("材料不对您开放")


def _scores(expert: Person, total: int) -> None:
    expert.go("/applications/assignments/").picture("21-assignments").follow(UNIT)
    expert.tick("没有，可以独立评审").page.get_by_label("我承诺独立、公正评审").check()
    expert.press("声明").reads("声明和承诺已记录", "第一年引荐专家四人")
    for key, points in make.marks(total).items():
        expert.page.locator(f"[name=points-{key}]").fill(str(points))
    expert.tick("推荐").write({"评审意见": "方案可行，目标具体。"})
    expert.press("保存草稿").reads("草稿已保存").picture("22-sheet")
    expert.press("提交：先看后果").reads(f"总分 {total}.00 分").press("提交评分").reads("评分已提交")


def _closes(officer: Person) -> None:
    officer.go("/applications/calls/2027/round/").reads("近三年与该单位有合作项目。")
    officer.picture("23-progress").press("结束专家认证：先看后果").reads("所有评分封存")
    officer.press("结束专家认证").reads("评分已封存", "87.67", "62.00")


# The list and the award -----------------------------------------------------------------------------------------------


def _prepares(officer: Person, number: str) -> None:
    first = officer.page.locator("article").first
    assert UNIT in first.inner_text()
    first.get_by_label("列入名单").check()
    other = officer.page.locator("article").nth(1)
    other.get_by_label("理由").fill("专家评分较低，海外渠道尚不稳定。")
    officer.picture("24-ranking").press("拟定名单：先看后果").reads("拟列入 1 家", f"{number} {UNIT}")
    officer.press("提交领导审定").reads("等待领导审定")


def _settles(leader: Person) -> None:
    leader.reads("名单").go("/applications/calls/2027/decision/").reads(UNIT, "专家评分较低").picture("25-to-settle")
    leader.press("审定：先看后果").reads("列入名单 1 家", UNIT).press("审定").reads("可以发文授牌")


def _awards(leader: Person) -> None:
    leader.press("发文并授牌：先看后果").reads("2027年6月20日", UNIT).picture("26-award")
    leader.press("发文并授牌").reads("1 个基地已授牌", "HZ2027-01")


def _is_public(visitor: Person, base: Base) -> None:
    visitor.go("/bases/").reads(UNIT, "有效", "2030年6月20日").picture("27-directory")
    visitor.follow(base.number).reads(UNIT).picture("28-public-page")


def _has_its_papers(applicant: Person, visitor: Person, base: Base) -> None:
    """The worker has made the files; each code confirms its document; the reply is the file it says it is."""
    _waits_for(lambda: str(_unmade(base)), "0")
    applicant.go(f"/my/bases/{base.number}/").reads("批复", "证书").picture("29-base")
    documents = list(Document.objects.filter(base_number=base.number))
    assert {each.kind for each in documents} >= {Document.Kind.REPLY, Document.Kind.CERTIFICATE}
    for document in documents:
        visitor.go(f"/verify/{document.verify_code}/").reads(document.get_kind_display(), document.sha256)
    visitor.picture("30-verify")
    reply = next(each for each in documents if each.kind == Document.Kind.REPLY)
    content = Path(applicant.download(str(reply)).path()).read_bytes()
    assert content.startswith(b"%PDF-")
    assert hashlib.sha256(content).hexdigest() == reply.sha256


def _unmade(base: Base) -> int:
    return Document.objects.filter(base_number=base.number, file__isnull=True).count()


def _waits_for(look: Callable[[], str], words: str, seconds: float = 30) -> None:
    """Look again until the worker has done its part."""
    deadline = time.monotonic() + seconds
    while not re.search(words, look()):
        assert time.monotonic() < deadline, f"“{words}” did not come within {seconds} s"
        time.sleep(0.2)
