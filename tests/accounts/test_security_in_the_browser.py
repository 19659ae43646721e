"""The route finder and enrolling an authenticator, in a real browser, on a desktop and on a phone, read by axe."""

import re
from base64 import b32decode
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django_otp.oath import TOTP
from playwright.sync_api import Page

from haizhi_portal.policy.words import Role
from tests import factories as make
from tests.accounts.people import PASSWORD, staff

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [1280, 390])
def test_finding_the_way_and_taking_the_second_step(
    new_page: Callable[..., Page],
    assert_accessible: Callable[[Page], None],
    screenshot: Callable[[Page, str], Path],
    settings: Any,
    width: int,
) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    make.call(datetime.now(UTC).year)
    staff(Role.MUNICIPAL, "officer")
    page = new_page(width)

    def look(name: str) -> None:
        assert_accessible(page)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{page.url} is {wide} px wider than its window"
        screenshot(page, f"{name}-{width}")

    page.goto("/route/?kind=enterprise&level=none&jurisdiction=210211")
    page.get_by_role("heading", name="要准备什么").wait_for()
    look("route")
    page.goto("/route/?kind=society&level=none&in_dalian=no&is_branch=yes")
    look("obstacles")
    page.goto("/accounts/login/?next=/accounts/organisations/")
    page.get_by_label("登录名").fill("officer")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("heading", name="开启两步验证").wait_for()
    look("enrol")
    secret = page.locator(".hz-secret").inner_text().replace(" ", "")
    assert page.locator(".hz-qr").evaluate("each => each.naturalWidth") > 100
    page.get_by_label("现在的密码").fill(PASSWORD)
    page.locator("[name=code]").fill(f"{TOTP(b32decode(secret)).token():06d}")
    page.get_by_role("button", name="开启").click()
    page.get_by_role("heading", name="请保存恢复码").wait_for()
    look("codes")
    recovery = page.locator(".hz-codes code").first.inner_text()
    page.get_by_role("link", name="已保存，继续").click()
    page.wait_for_url(re.compile("/accounts/organisations/"))
    page.goto("/accounts/security/")
    look("security")
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.get_by_label("登录名").fill("officer")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.locator("[name=code]").fill(recovery)
    look("code")
    page.get_by_role("button", name="进入").click()
    page.wait_for_url(re.compile("/home/"))
