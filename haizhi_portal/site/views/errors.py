"""What a reader sees when a request cannot be answered. None of these pages touches the database."""

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

LAST_RESORT = (
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>系统出了问题</title></head>'
    "<body><main><h1>系统出了问题</h1><p>请稍后再试。</p></main></body></html>"
)


def trouble(template: str, status: int, reason: str = "") -> HttpResponse:
    """The error page ``templates/errors/<template>.html`` with its status and, if given, the reason in words."""
    return HttpResponse(render_to_string(f"errors/{template}.html", {"reason": reason}), status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400, or 413 when the request was refused for its size."""
    if isinstance(exception, RequestDataTooBig):
        return trouble("413", 413)
    if isinstance(exception, MultiPartParserError):
        return trouble("400", 400, _("上传中断，文件没有收全。"))
    return trouble("400", 400)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403, with the words the guard gave."""
    return trouble("403", 403, str(exception or ""))


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, the same whether the thing does not exist or is not for this reader."""
    return trouble("404", 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, even when the template or the list of static files is what broke."""
    try:
        return trouble("500", 500)
    except (TemplateDoesNotExist, ValueError, OSError):
        return HttpResponse(LAST_RESORT, status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form whose token is stale; what was typed is still one step back in the browser."""
    return trouble("csrf", 403)
