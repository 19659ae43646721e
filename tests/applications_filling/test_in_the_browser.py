"""In a real browser: the connection goes and comes back, the session ends, a second tab is told; nothing is lost."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Browser, Page, expect

from applications.models import Application
from tests import factories as make
from tests.applications_pages.kit import applicant, url
from tests.journeys.person import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
KEPT = "Object.keys(localStorage).filter(key => key.startsWith('haizhi-typed:')).length"


def opened(page: Page, application: Application) -> None:
    """Sign in as the unit's person and open a section."""
    page.goto("/accounts/login/")
    page.get_by_label("登录名").fill(applicant(application).username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/home/")
    page.goto(url("section", application.number, "overseas"))


def saying(page: Page, words: str) -> None:
    expect(page.locator("#saving-words")).to_contain_text(words, timeout=15_000)


def answer_of(application: Application) -> str:
    application.refresh_from_db()
    return str(application.answers.get("overseas", {}).get("projects", ""))


@pytest.fixture
def application(transactional_db: None) -> Application:
    """A draft, which may be filled in on any day."""
    return make.application_begun()


def quiet_page(browser: Browser, live_server: Any) -> Page:
    """A page whose console may speak of a lost connection."""
    context = browser.new_context(base_url=live_server.url, locale="zh-CN", timezone_id="Asia/Shanghai")
    return context.new_page()


def test_typing_goes_on_without_connection_and_without_session(
    browser: Browser, live_server: Any, application: Application, assert_accessible: Callable[[Page], None]
) -> None:
    page = quiet_page(browser, live_server)
    opened(page, application)
    field = page.locator("#section-form [name=projects]")
    page.context.set_offline(True)
    field.fill("断网时写的")
    saying(page, "未保存：网络中断。内容已存在本机")
    assert page.evaluate(KEPT) == 1
    assert_accessible(page)
    page.context.set_offline(False)
    saying(page, "已自动保存")
    assert answer_of(application) == "断网时写的"
    assert page.evaluate(KEPT) == 0

    Session.objects.all().delete()
    field.fill("登录过期时写的")
    saying(page, "登录已过期：内容已存在本机")
    assert answer_of(application) == "断网时写的"
    with page.context.expect_page() as coming:
        page.get_by_role("link", name="在新窗口登录").click()
    again = coming.value
    again.get_by_label("登录名").fill(applicant(application).username)
    again.get_by_label("密码").fill(PASSWORD)
    again.get_by_role("button", name="登录").click()
    expect(again.get_by_role("heading", name="已重新登录")).to_be_visible()
    page.bring_to_front()
    saying(page, "已自动保存")
    assert answer_of(application) == "登录过期时写的"
    assert page.evaluate(KEPT) == 0
    page.context.close()


def test_a_second_tab_is_told_and_each_difference_is_chosen(
    page: Page, application: Application, assert_accessible: Callable[[Page], None]
) -> None:
    opened(page, application)
    second = page.context.new_page()
    second.goto(page.url)
    saying(page, "另一个标签页里也打开着")
    saying(second, "另一个标签页里也打开着")
    second.locator("#section-form [name=projects]").fill("第二页写的")
    saying(second, "已自动保存")
    saying(page, "在别处保存过")
    page.locator("#section-form [name=projects]").fill("第一页写的")
    page.get_by_role("button", name="对照两处内容").click()
    choice = page.get_by_role("group", name="引入的海外项目及孵化情况")
    expect(choice).to_contain_text("第一页写的")
    expect(choice).to_contain_text("第二页写的")
    assert_accessible(page)
    choice.get_by_role("radio").last.check()
    page.get_by_role("button", name="保存，回到清单").click()
    page.wait_for_url(f"**{url('detail', application.number)}")
    assert answer_of(application) == "第二页写的"
    assert page.evaluate(KEPT) == 0


def test_of_a_formatted_answer_the_words_are_counted(
    browser: Browser, live_server: Any, application: Application, assert_accessible: Callable[[Page], None]
) -> None:
    page = quiet_page(browser, live_server)
    opened(page, application)
    page.goto(url("section", application.number, "plan"))
    box = page.locator(".hz-rich", has=page.locator("[name=purpose]"))
    expect(box.locator(".hz-typed")).to_contain_text("0 / 2000 字")
    box.get_by_role("button", name="项目列表").click()
    box.get_by_role("textbox").press_sequentially("甲乙")
    page.keyboard.press("Enter")
    page.keyboard.type("丙")
    expect(box.locator(".hz-typed")).to_contain_text("3 / 2000 字")
    assert_accessible(page)
    page.context.close()
