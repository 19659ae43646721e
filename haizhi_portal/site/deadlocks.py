"""When the database gives up one of two transactions that wait for each other, the request is tried again."""

import logging
from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse

_log = logging.getLogger(__name__)

GIVEN_UP = frozenset({"40P01", "40001"})
ATTEMPTS = 3


def was_given_up(problem: BaseException) -> bool:
    """Whether PostgreSQL ended the transaction to break a deadlock or keep transactions apart."""
    return isinstance(problem, OperationalError) and getattr(problem.__cause__, "pgcode", None) in GIVEN_UP


class RetryAfterDeadlockMiddleware:
    """Runs a view once more whose transaction was given up: nothing of it was kept, and the reader need not know.

    An action is one transaction, so a view that lost its action has changed nothing yet.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """The view's answer at a later attempt, or None when it is not to be had by trying again."""
        match = request.resolver_match
        if match is None or not was_given_up(problem):
            return None
        for attempt in range(2, ATTEMPTS + 1):
            _log.warning("%s was given up by the database, attempt %d", request.path, attempt)
            for name in request.FILES:
                for upload in request.FILES.getlist(name):
                    upload.seek(0)
            try:
                response: HttpResponse = match.func(request, *match.args, **match.kwargs)
            except OperationalError as again:
                if not was_given_up(again):
                    raise
            else:
                return response
        return None
