"""The pages as people see them, in a real browser."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from haizhi_portal.documents import queue
from haizhi_portal.documents.actions.issue import attach_rendering, void
from haizhi_portal.documents.models import Document
from haizhi_portal.files.store import read
from haizhi_portal.policy.words import Role
from tests.documents import kit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "send", lambda document_id: True)


@pytest.fixture
def document() -> Document:
    return attach_rendering(document_id=kit.reply().pk, now=kit.on(kit.DAY))


@pytest.fixture
def leader_page(page: Any, live_server: Any) -> Any:
    """A page on which a leader has signed in."""
    visitor = Client()
    visitor.force_login(kit.person(Role.LEADER), backend=settings.AUTHENTICATION_BACKENDS[-1])
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies([{"name": name, "value": visitor.cookies[name].value, "url": live_server.url}])
    return page


@pytest.mark.clause("4.3-award")
def test_a_visitor_checks_the_code_and_then_the_file_itself(
    page: Any,
    document: Document,
    tmp_path: Any,
    assert_accessible: Callable[[Any], None],
    screenshot: Callable[[Any, str], Any],
) -> None:
    assert document.file is not None
    with read(document.file) as kept:
        content = kept.read()
    genuine, altered = tmp_path / "genuine.pdf", tmp_path / "altered.pdf"
    genuine.write_bytes(content)
    altered.write_bytes(content[:-2] + b" \n")

    page.goto("/verify/")
    assert_accessible(page)
    page.get_by_label("校验码").fill(document.verify_code.lower())
    page.get_by_role("button", name="查验").click()
    assert "批复" in page.locator("h1").inner_text()
    assert_accessible(page)

    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.method))
    page.get_by_label("选择电子文件").set_input_files(genuine)
    page.get_by_text("一致：这就是签发时的文件。", exact=True).wait_for()
    page.get_by_label("选择电子文件").set_input_files(altered)
    page.get_by_text("不一致：这个文件与签发时的文件不同，请不要采信。").wait_for()
    assert requests == []
    screenshot(page, "verify")
    assert_accessible(page)


def test_a_visitor_with_a_wrong_code_is_told_what_to_do(
    page: Any, assert_accessible: Callable[[Any], None], screenshot: Callable[[Any, str], Any]
) -> None:
    page.goto("/verify/2345ABCDEFGHJKMN/")

    assert page.locator("h1").inner_text() == "没有查到这份文书"
    assert_accessible(page)
    screenshot(page, "unknown")


@pytest.mark.clause("4.3-award")
def test_a_leader_finds_a_number_in_the_register_and_voids_it(
    leader_page: Any,
    document: Document,
    assert_accessible: Callable[[Any], None],
    screenshot: Callable[[Any, str], Any],
) -> None:
    void(actor=kit.actor(), document=kit.reply(n=2), reason="重复编发")
    waiting = kit.reply(n=3)
    page = leader_page
    page.goto("/documents/")
    assert_accessible(page)
    screenshot(page, "register")
    page.goto(f"/documents/{waiting.public_id}/")
    assert_accessible(page)
    screenshot(page, "pending")
    attach_rendering(document_id=waiting.pk, now=kit.on(kit.DAY))
    page.get_by_text("文件已经制作完成，可以打开了。").wait_for()
    assert_accessible(page)
    page.goto("/documents/?q=1号")
    page.get_by_role("row", name="大科协批〔2027〕1号").get_by_role("link", name="作废").click()
    assert_accessible(page)
    screenshot(page, "void")
    page.get_by_label("作废理由").fill("单位名称有误")
    page.get_by_role("button", name="确认作废").click()
    page.get_by_text("大科协批〔2027〕1号已作废。").wait_for()
    page.goto(f"/verify/{document.verify_code}/")
    assert "已作废" in page.locator("h1").inner_text()
    screenshot(page, "voided")
