from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.test import RequestFactory

from haizhi_portal.site.error_pages import ErrorPagesMiddleware
from haizhi_portal.site.views import errors
from tests.plugins.pages import check_page

REQUEST = RequestFactory().get("/x/")


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        (lambda: errors.bad_request(REQUEST, SuspiciousOperation()), 400, "无法识别"),
        (lambda: errors.bad_request(REQUEST, RequestDataTooBig()), 413, "太大"),
        (lambda: errors.permission_denied(REQUEST, PermissionDenied("只对专家开放。")), 403, "只对专家开放。"),
        (lambda: errors.permission_denied(REQUEST, PermissionDenied()), 403, "没有权限"),
        (lambda: errors.page_not_found(REQUEST, Exception("/secret/")), 404, "没有找到"),
        (lambda: errors.server_error(REQUEST), 500, "没有完成"),
        (lambda: errors.csrf_failure(REQUEST, "token"), 403, "已经过期"),
    ],
)
def test_every_trouble_has_its_page_without_the_database(answer: Any, status: int, words: str) -> None:
    response = answer()
    html = response.content.decode()
    assert response.status_code == status
    assert words in html
    assert "secret" not in html
    assert html.count("<h1") == 1
    check_page(html, where=words)


def test_the_reason_is_escaped() -> None:
    assert b"<script>" not in errors.permission_denied(REQUEST, PermissionDenied("<script>")).content


def test_the_last_resort_needs_no_template(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> str:
        raise ValueError("no manifest entry")

    monkeypatch.setattr(errors, "render_to_string", broken)
    response = errors.server_error(REQUEST)
    assert response.status_code == 500
    check_page(response.content.decode(), where="last resort")


def through_middleware(response: HttpResponse) -> HttpResponse:
    def answer(request: HttpRequest) -> HttpResponse:
        return response

    return ErrorPagesMiddleware(answer)(REQUEST)


@pytest.mark.parametrize("status", [405, 413, 429])
def test_a_bare_refusal_gets_a_page(status: int) -> None:
    html = through_middleware(HttpResponse(status=status)).content.decode()
    check_page(html, where=str(status))
    assert f'hz-trouble-code">{status}' in html


def test_the_allowed_methods_stay_named() -> None:
    response = through_middleware(HttpResponseNotAllowed(["POST"]))
    assert response["Allow"] == "POST"
    assert response["Content-Type"].startswith("text/html")


def test_a_refusal_with_words_of_its_own_keeps_them() -> None:
    assert through_middleware(HttpResponse("wait", status=429)).content == b"wait"


@pytest.mark.django_db
def test_an_unknown_address_and_a_wrong_method_are_answered_by_pages(client: Any) -> None:
    assert "没有找到" in client.get("/no/such/page/").content.decode()
    refused = client.post("/")
    assert refused.status_code == 405
    assert "不能直接打开" in refused.content.decode()
