"""Uploading as a person does it: several files, a line that breaks, a stamp forgotten, a refusal; then reading."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests import factories as make
from tests.files import specimens
from tests.journeys.person import PASSWORD, Person

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.mark.clause("4.1-materials")
def test_files_arrive_over_a_bad_line(
    person: Callable[..., Person], scan: Callable[..., Path], demo_on: Callable[[str], None], broker: Any
) -> None:
    demo_on("2027-03-15")
    application = make.application_begun(on="2027-03-15")
    applicant = person(make.applicant_of(application.organisation).username)
    applicant.go(f"/applications/{application.number}/form/materials/")
    page = applicant.page
    lost = {"pieces": 2}

    def bad_line(route: Route) -> None:
        if "offset=" in route.request.url and lost["pieces"]:
            lost["pieces"] -= 1
            route.abort("connectionfailed")
        else:
            route.continue_()

    page.route("**/applications/uploads/**", bad_line)
    plan = applicant.part("基地计划书")
    long = specimens.pdf(pages=3) + b"\n" * 2_500_000
    plan.locator("input[type=file]").set_input_files([scan("计划书.pdf", long), scan("程序.pdf", specimens.PROGRAM)])
    expect(plan.locator("[data-status]", has_text="连接中断")).to_be_visible()
    applicant.picture("upload-waiting")
    expect(plan.locator("[data-status]", has_text="Windows 程序")).to_be_visible(timeout=30_000)
    expect(plan.locator("#kept-base_plan").get_by_text("3 页")).to_be_visible()
    assert lost["pieces"] == 0
    applicant.picture("upload-done")

    certificate = applicant.part("法人资格证书")
    certificate.locator("input[type=file]").set_input_files(scan("证书.pdf"))
    expect(certificate.locator("[data-status]", has_text="请先勾选")).to_be_visible()
    page.context.clear_cookies()
    certificate.get_by_label("所选文件已加盖公章").check()
    expect(certificate.locator("[data-status]")).to_contain_text("登录已过期")
    _signs_in_elsewhere(applicant, make.applicant_of(application.organisation).username)
    certificate.get_by_role("button", name="重试 证书.pdf").click()
    expect(certificate.get_by_text("已声明盖章")).to_be_visible()
    applicant._assert_accessible(page)

    page.unroute("**/applications/uploads/**")
    applicant.follow("预览 计划书.pdf").reads("第 1 页，共 3 页").picture("viewer")
    with page.expect_navigation():
        page.keyboard.press("ArrowRight")
    applicant.reads("第 2 页，共 3 页")
    assert page.locator(".hz-viewer-sheet img").evaluate("each => each.complete && each.naturalWidth") == 900
    kept = {each.file.name: each.file.pages for each in application.materials.select_related("file")}
    assert kept == {"计划书.pdf": 3, "证书.pdf": 1}


def _signs_in_elsewhere(applicant: Person, username: str) -> None:
    other = applicant.page.context.new_page()
    other.goto("/accounts/login/")
    other.fill("[name=username]", username)
    other.fill("[name=password]", PASSWORD)
    with other.expect_navigation():
        other.press("[name=password]", "Enter")
    other.close()
