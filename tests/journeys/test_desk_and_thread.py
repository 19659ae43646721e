"""The desk scans as a scanner types and prints the receipt; the unit writes on a phone and is answered."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from applications.models import Application
from haizhi_portal.documents.codes import address
from haizhi_portal.policy.words import Role
from tests import factories as make
from tests.journeys.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.clause("4.1-paper", "4.1-materials")
def test_the_desk_scans_and_the_unit_asks(person: Callable[..., Person], demo_on: Callable[[str], None]) -> None:
    demo_on("2027-06-03")
    with transaction.atomic():
        application = make.carried_to(Application.State.INITIAL_REVIEW)
        officer, unit = make.user(Role.MUNICIPAL), make.applicant_of(application.organisation)
    printed = application.submissions.get().print
    assert printed is not None
    desk = person(officer.username).go("/applications/paper/").picture("1-desk")
    _scans(desk, address(printed.verify_code))
    desk.reads("校验码与现行的第 1 版相符").picture("2-copies")
    _scans(desk, address(printed.verify_code))
    desk.reads("同一份申报书又扫了一次，没有登记")
    _scans(desk, "2")
    desk.reads("收到纸质材料 2 份", "共 1 次，有效 2 份").picture("3-registered")
    desk.page.get_by_role("link", name="打印回执").click()
    desk.page.wait_for_url("**/paper/1/")
    desk.reads(f"{application.number}-1", "2 份（已盖章）", "已收齐").picture("4-receipt")
    assert desk.page.pdf(prefer_css_page_size=True)[:5] == b"%PDF-"
    _writes(person(unit.username, phone=True), application.number)
    desk.go("/home/").follow("有新留言").reads("请问初审何时开始？")
    desk.write({"留言": "本周内。"}).press("发出").reads("本周内。").picture("6-answered")


def _scans(desk: Person, code: str) -> None:
    """A hand scanner: the signs one after the other into whatever has the focus, then Enter."""
    with desk.page.expect_navigation():
        desk.page.keyboard.type(code)
        desk.page.keyboard.press("Enter")


def _writes(applicant: Person, number: str) -> Any:
    applicant.go(f"/applications/{number}/").reads("等待市科协初审", "加入日历")
    applicant.write({"留言": "请问初审何时开始？"}).press("发出").reads("留言已发出", "请问初审何时开始？")
    return applicant.picture("5-thread-phone")
