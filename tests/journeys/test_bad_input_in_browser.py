"""What goes wrong, as a person sees it: said where it was typed, and everything else still there."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from haizhi_portal.policy.words import Role
from tests import factories as make
from tests.journeys.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _in_the_call(demo_on: Callable[[str], None], broker: Any) -> None:
    demo_on("2027-03-15")


@pytest.mark.clause("3.1-applicant")
def test_an_individual_business_registers(person: Callable[..., Person]) -> None:
    visitor = person(phone=True).go("/accounts/register/")
    visitor.write({"单位性质": "企业", "隶属关系": "无隶属关系（含民营）"})
    visitor.answer("单位在大连市内吗", "是").answer("是分公司、分校、办事处等分支机构吗", "不是")
    visitor.page.get_by_label("统一社会信用代码").fill("92210200MA0XXXXX00")
    visitor.press("先核对能否申报", status=422).reads("个体工商户", "有 1 处需要改正").picture("individual-business")
    assert visitor.page.get_by_label("统一社会信用代码").input_value() == "92210200MA0XXXXX00"
    visitor.page.get_by_role("alert").get_by_role("link").first.click()
    focused = visitor.page.evaluate("document.activeElement.name")
    assert focused == "credit_code"


@pytest.mark.clause("4.1-materials")
def test_a_program_is_no_plan(person: Callable[..., Person], scan: Callable[..., Path]) -> None:
    application = make.application_begun(on="2027-03-15")
    applicant = person(make.applicant_of(application.organisation).username)
    applicant.go(f"/applications/{application.number}/materials/base_plan/")
    applicant.page.get_by_label("文件").set_input_files(scan("计划书.pdf", b"MZ\x90\x00" + b"\0" * 200))
    applicant.tick("已加盖公章").press("上传", status=422).reads("Windows 程序", "重新选择").picture("program")
    assert applicant.field("已加盖公章").is_checked()


@pytest.mark.clause("4.1-materials")
def test_two_colleagues_in_one_section(person: Callable[..., Person]) -> None:
    application = make.application_begun(on="2027-03-15")
    name = make.applicant_of(application.organisation).username
    first, second = person(name), person(name, phone=True)
    for each in (first, second):
        each.go(f"/applications/{application.number}/form/overseas/")
    first.write({"专家聘任情况（选填）": "聘任三人。"}).press("保存，回到清单").reads("已保存")
    second.write({"专家聘任情况（选填）": "聘任四人。"})
    second.press("保存，回到清单", status=409).reads("聘任三人。", "聘任四人。").picture("two-colleagues")
    assert second.field("专家聘任情况（选填）").input_value() == "聘任四人。"
    second.press("保存，回到清单").reads("已保存")


@pytest.mark.clause("4.2-experts")
def test_not_theirs_and_not_yet(person: Callable[..., Person]) -> None:
    application = make.carried_to(make.State.CERTIFICATION)
    make.open_round(application.call)
    make.assign(application, 1)
    page = f"/applications/{application.number}/"
    person(make.district("210202").username).go(page, status=404).reads("没有").picture("another-district")
    person(make.user(Role.AUDITOR).username).go("/applications/paper/", status=403).reads("市科协学会部").picture("403")
    expert = person(make.expert(1).username, phone=True)
    material = application.materials.select_related("file").get(kind="base_plan")
    expert.go(f"/applications/files/{material.file.public_id}/", status=403).picture("declare-first")
    expert.follow("去作声明和承诺").reads("有没有利害关系")
