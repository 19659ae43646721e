"""Two transactions that wait for each other: one is given up by the database and tried again, and nobody sees it."""

import threading
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from haizhi_portal.accounts.models import Jurisdiction
from haizhi_portal.site.deadlocks import RetryAfterDeadlockMiddleware, was_given_up


class _Given(Exception):
    def __init__(self, pgcode: str) -> None:
        self.pgcode = pgcode


def given_up(pgcode: str) -> OperationalError:
    problem = OperationalError("given up")
    problem.__cause__ = _Given(pgcode)
    return problem


def request_to(view: Callable[..., HttpResponse]) -> HttpRequest:
    request = RequestFactory().post("/x/", {"reason": "理由"})
    request.resolver_match = SimpleNamespace(func=view, args=(), kwargs={})  # type: ignore[assignment]
    return request


@pytest.mark.parametrize(
    ("failures", "status"), [([], 200), (["40P01"], 200), (["40001"], 200), (["40P01", "40P01"], None)]
)
def test_a_view_given_up_is_tried_again_a_few_times(failures: list[str], status: int | None) -> None:
    left = list(failures)

    def view(request: HttpRequest) -> HttpResponse:
        if left:
            raise given_up(left.pop())
        return HttpResponse(request.POST["reason"])

    middleware = RetryAfterDeadlockMiddleware(lambda _: HttpResponse())
    response = middleware.process_exception(request_to(view), given_up("40P01"))
    assert (response.status_code if response else None) == status
    if response:
        assert response.content.decode() == "理由"


@pytest.mark.parametrize("problem", [given_up("57014"), OperationalError("locked"), ValueError("x")])
def test_anything_else_is_left_alone(problem: Exception) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        raise AssertionError("not to be called")

    middleware = RetryAfterDeadlockMiddleware(lambda _: HttpResponse())
    assert middleware.process_exception(request_to(view), problem) is None


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_real_deadlock_is_known_as_such() -> None:
    first, second = Jurisdiction.objects.order_by("code").values_list("code", flat=True)[:2]
    together = threading.Barrier(2)
    problems: list[Exception] = []

    def wait_crosswise(one: str, other: str) -> None:
        try:
            with transaction.atomic():
                Jurisdiction.objects.select_for_update().get(pk=one)
                together.wait(timeout=10)
                Jurisdiction.objects.select_for_update().get(pk=other)
        except OperationalError as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads: list[Any] = [
        threading.Thread(target=wait_crosswise, args=pair) for pair in ((first, second), (second, first))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert [was_given_up(problem) for problem in problems] == [True]
