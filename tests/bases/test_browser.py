"""Pages of bases in a real browser: accessible, fitting a phone, usable without scripts."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.conf import settings as configured
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page

from bases.models import Filing
from haizhi_portal.accounts.models import User
from tests.bases.kit import licensed, person
from tests.bases.test_pages import base_user, lively

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _today(settings: Any) -> None:
    settings.PORTAL_TODAY = date(2027, 7, 5)


def cookie(user: User, url: str) -> Any:
    client = Client()
    client.force_login(user, backend=configured.AUTHENTICATION_BACKENDS[-1])
    name = configured.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}


@pytest.mark.parametrize("width", [1280, 390])
def test_pages_are_accessible_and_fit(
    width: int, page: Page, live_server: Any, assert_accessible: Callable[[Page], None], screenshot: Any
) -> None:
    base = lively()
    page.set_viewport_size({"width": width, "height": 900})
    page.context.add_cookies([cookie(base_user(base), live_server.url)])
    for name, *arguments in (
        ("directory",),
        ("detail", base.number),
        ("report", base.number, "2027Q1"),
        ("reports",),
        ("surrender", base.number),
    ):
        page.goto(reverse(f"bases:{name}", args=arguments))
        assert_accessible(page)
        screenshot(page, f"{name}-{width}")
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name} is {wide} px wider than {width}"


@pytest.mark.clause("5.3-quarterly")
def test_a_report_is_filed_and_accepted_without_scripts(browser: Browser, live_server: Any) -> None:
    base = licensed("2027-04-20")

    def opened(user: User) -> Page:
        context = browser.new_context(base_url=live_server.url, java_script_enabled=False, locale="zh-CN")
        context.add_cookies([cookie(user, live_server.url)])
        return context.new_page()

    mine, office = opened(base_user(base)), opened(person("municipal"))
    mine.goto(reverse("bases:detail", args=[base.number]))
    mine.get_by_role("link", name="去填写").click()
    mine.get_by_label("本季度工作情况").fill("办了一场对接会")
    mine.get_by_role("button", name="报送", exact=True).click()
    assert "下季度安排：请填写这一部分。" in mine.content()
    mine.get_by_label("下季度安排").fill("两场")
    mine.get_by_role("button", name="报送", exact=True).click()
    assert "已报送，等待市科协审阅" in mine.content()
    office.goto(reverse("bases:reports") + "?state=waiting")
    office.get_by_role("link", name="2027年第2季度工作信息").click()
    office.get_by_role("button", name="通过", exact=True).click()
    assert "报告已通过" in office.content()
    assert Filing.objects.get().outcome == Filing.Outcome.ACCEPTED
    mine.context.close()
    office.context.close()
