"""What the page tests share: a business day, signed-in clients, and applications for them to meet."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import time_machine
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.models import Application
from haizhi_portal.accounts.models import User
from tests import factories as make
from tests.plugins.pages import StrictClient

State = Application.State
TYPED = "逐字保留的一段话"


def url(name: str, *args: Any) -> str:
    return reverse(f"applications:{name}", args=args)


@contextmanager
def on(day: str, hour: int = 10, minute: int = 0, second: int = 0) -> Iterator[None]:
    """The block runs at that time in Dalian."""
    with time_machine.travel(make.at(day, hour, minute, second), tick=False):
        yield


def signed_in(user: User) -> StrictClient:
    client = StrictClient()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[-1])
    return client


def applicant(application: Application) -> User:
    return make.applicant_of(application.organisation)


def text(response: Any) -> str:
    return str(response.content.decode())


def queries(client: StrictClient, address: str) -> int:
    """How many queries a page takes; it has to answer 200."""
    with CaptureQueriesContext(connection) as caught:
        answer = client.get(address)
    assert answer.status_code == 200, answer
    return len(caught)


def confirmed(client: StrictClient, address: str, data: dict[str, Any]) -> Any:
    """Post, meet the question, accept it; the answer to the second post."""
    asked = client.post(address, data)
    assert asked.status_code == 200, text(asked)
    assert 'name="confirmed"' in text(asked)
    return client.post(address, data | {"confirmed": "1"})
