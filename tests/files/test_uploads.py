"""Receiving uploads: to the disk, no further than the limit, the rest of the form kept."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.test import RequestFactory
from django.test.client import BOUNDARY, MULTIPART_CONTENT

from haizhi_portal.files.store import store_upload
from haizhi_portal.files.uploads import LARGEST_REQUEST, MEGABYTE, LimitedUploadHandler, ReceivedFile
from haizhi_portal.policy.verdict import RuleViolation
from tests.files.test_store import ACTOR


class Form:
    """A multipart body made up while it is read, however long."""

    def __init__(self, size: int) -> None:
        head = (
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="before"\r\n\r\n先\r\n'
            f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="大.pdf"\r\n'
            "Content-Type: application/pdf\r\n\r\n"
        ).encode()
        tail = (
            f'\r\n--{BOUNDARY}\r\nContent-Disposition: form-data; name="after"\r\n\r\n后\r\n--{BOUNDARY}--\r\n'
        ).encode()
        self.length = len(head) + size + len(tail)
        self._parts = self._generate(head, size, tail)
        self._rest = b""

    @staticmethod
    def _generate(head: bytes, size: int, tail: bytes) -> Iterator[bytes]:
        yield head
        while size:
            block = min(size, MEGABYTE)
            yield b"x" * block
            size -= block
        yield tail

    def read(self, wanted: int) -> bytes:
        while len(self._rest) < wanted:
            part = next(self._parts, None)
            if part is None:
                break
            self._rest += part
        answer, self._rest = self._rest[:wanted], self._rest[wanted:]
        return answer

    readline = read


def request_with(form: Form, today: date | None = date(2027, 3, 15)) -> HttpRequest:
    body = {"wsgi.input": form, "CONTENT_LENGTH": str(form.length), "CONTENT_TYPE": MULTIPART_CONTENT}
    request = RequestFactory().generic("POST", "/", **body)
    request.upload_handlers = [LimitedUploadHandler(request)]
    if today:
        request.today = today  # type: ignore[attr-defined]
    return request


@pytest.mark.django_db
@pytest.mark.clause("4.1-materials")
@pytest.mark.parametrize(
    ("megabytes", "extra", "too_large"), [(1, 0, False), (20, 0, False), (20, 1, True), (200, 0, True)]
)
def test_nothing_past_the_limit_is_kept(megabytes: int, extra: int, too_large: bool) -> None:
    size = megabytes * MEGABYTE + extra
    request = request_with(Form(size))
    file: Any = request.FILES["file"]
    assert isinstance(file, ReceivedFile)
    assert (file.size, file.too_large, file.tell()) == (size, too_large, 0)
    assert (file.name, file.content_type) == ("大.pdf", "application/pdf")
    file.seek(0, 2)
    assert file.tell() == (0 if too_large else size)
    assert (request.POST["before"], request.POST["after"]) == ("先", "后")
    file.close()


@pytest.mark.django_db
@pytest.mark.clause("4.1-materials")
def test_the_form_then_says_so() -> None:
    request = request_with(Form(200 * MEGABYTE))
    with pytest.raises(RuleViolation, match=r"“大\.pdf”超过 20 MB") as refused:
        store_upload(actor=ACTOR, upload=request.FILES["file"], max_megabytes=20)
    assert refused.value.code == "file_too_large"


def test_without_a_business_day_the_widest_figure_holds() -> None:
    handler = LimitedUploadHandler(HttpRequest())
    handler.new_file("file", "a.pdf", "application/pdf", 0)
    assert handler.limit == 200 * MEGABYTE
    handler.upload_interrupted()


def test_a_request_no_form_could_send_is_refused_unread() -> None:
    form = Form(0)
    form.length = LARGEST_REQUEST + 1
    with pytest.raises(RequestDataTooBig):
        _ = request_with(form).POST


def test_the_largest_request_a_form_could_send_is_read() -> None:
    handler = LimitedUploadHandler(HttpRequest())
    handler.handle_raw_input(None, {}, LARGEST_REQUEST)
    with pytest.raises(RequestDataTooBig):
        handler.handle_raw_input(None, {}, LARGEST_REQUEST + 1)


def test_the_portal_uses_it(settings: Any) -> None:
    assert settings.FILE_UPLOAD_HANDLERS == ["haizhi_portal.files.uploads.LimitedUploadHandler"]
