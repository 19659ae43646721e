"""A unit registers in a real browser, loses its session, and loses nothing typed."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page

from haizhi_portal.accounts.models import User
from haizhi_portal.notifications.actions import tell
from haizhi_portal.notifications.delivery import deliver_what_is_due
from haizhi_portal.policy.words import Role
from tests.accounts.people import PASSWORD, SYSTEM, credit_code, registered, staff

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def sign_in(page: Page, name: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("登录名").fill(name)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(re.compile("/home/"))


@pytest.mark.clause("3.1-applicant")
def test_registering(page: Page, assert_accessible: Callable[[Page], None], screenshot: Any) -> None:
    page.goto("/accounts/register/")
    assert_accessible(page)
    page.get_by_label("单位性质").select_option("institute")
    page.get_by_label("隶属关系").select_option("none")
    page.get_by_role("group", name="单位在大连市内吗").get_by_label("是", exact=True).check()
    page.get_by_role("group", name="是分公司").get_by_label("不是", exact=True).check()
    page.get_by_label("实际所在的区").select_option("210211")
    page.get_by_role("button", name="先核对能否申报").click()
    assert "可以申报" in page.get_by_role("status").last.inner_text()
    assert_accessible(page)
    screenshot(page, "register-may-apply")
    for label, value in {
        "统一社会信用代码": "9121",
        "单位全称": "滨海示例研究院",
        "法定代表人": "示例法人",
        "单位地址": "示例路 1 号",
        "姓名": "陈示例",
        "手机": "13800000001",
        "电子邮箱": "chen@example.cn",
        "登录名": "chenming",
    }.items():
        page.get_by_label(label).fill(value)
    give_passwords(page)
    page.get_by_role("button", name="注册并登录").click()
    assert "现填了 4 位" in page.get_by_role("alert").inner_text()
    assert_accessible(page)
    screenshot(page, "register-refused")
    page.get_by_label("统一社会信用代码").fill(credit_code())
    give_passwords(page)
    page.get_by_role("button", name="注册并登录").click()
    page.wait_for_url(re.compile("/home/"))
    assert User.objects.get().username == "chenming"


def give_passwords(page: Page) -> None:
    page.get_by_label("密码", exact=False).first.fill(PASSWORD)
    page.get_by_label("再输一遍密码").fill(PASSWORD)


def test_what_was_typed_outlives_the_session(
    page: Page, assert_accessible: Callable[[Page], None], screenshot: Any
) -> None:
    registered()
    sign_in(page, "chenming")
    page.goto("/accounts/profile/")
    assert_accessible(page)
    page.get_by_label("姓名").fill("陈新名")
    Session.objects.all().delete()
    page.get_by_role("button", name="保存").click()
    assert "填写的内容还在" in page.get_by_role("heading", level=1).inner_text()
    assert_accessible(page)
    screenshot(page, "session-over")
    page.get_by_label("登录名").fill("chenming")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录并继续").click()
    assert_accessible(page)
    page.get_by_role("button", name="提交刚才填写的内容").click()
    page.wait_for_url(re.compile("/accounts/profile/"))
    assert User.objects.get().name == "陈新名"


def test_the_pages_of_accounts(page: Page, assert_accessible: Callable[[Page], None], screenshot: Any) -> None:
    person = registered()
    staff(Role.ADMIN, "root-admin", email="root@example.cn")
    staff(Role.MUNICIPAL, "officer", is_demo=True)
    tell(
        actor=SYSTEM, recipients=[person], kind="test", subject="申报已退回补正", body="请补充三年目标。", link="/home/"
    )
    deliver_what_is_due(now=SYSTEM.now)
    page.goto("/accounts/login/")
    assert_accessible(page)
    screenshot(page, "login")
    for name, addresses in {
        "": ["/accounts/password/reset/", "/accounts/password/reset/sent/", "/accounts/password/reset/x/y/"],
        "chenming": [
            "/inbox/",
            f"/inbox/{person.messages.get().public_id}/",
            "/accounts/colleagues/",
            "/accounts/colleagues/new/",
            f"/accounts/users/{person.public_id}/",
            "/accounts/password/",
        ],
        "root-admin": [
            "/accounts/users/",
            "/accounts/users/new/",
            f"/accounts/users/{person.public_id}/",
            "/accounts/places/",
        ],
        "officer": ["/accounts/places/", "/accounts/places/gaoxin/", "/accounts/places/bodies/new/"],
    }.items():
        page.context.clear_cookies()
        if name:
            sign_in(page, name)
        for address in addresses:
            page.goto(address)
            assert_accessible(page)
            screenshot(page, f"accounts-{name}-{address.strip('/').replace('/', '-')[:40]}")


def test_the_page_of_a_lockout(page: Page, assert_accessible: Callable[[Page], None], screenshot: Any) -> None:
    for _ in range(5):
        page.goto("/accounts/login/")
        page.get_by_label("登录名").fill("nobody")
        page.get_by_label("密码").fill("wrong")
        page.get_by_role("button", name="登录").click()
    assert "暂时不能登录" in page.get_by_role("heading", level=1).inner_text()
    assert_accessible(page)
    screenshot(page, "locked-out")
