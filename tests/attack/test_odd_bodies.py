"""Bodies that no page of the portal sends: the answer is in words, nothing is written."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.conf import settings as configured
from django.test import Client
from django.urls import reverse

from applications.forms.rows import BUTTON
from applications.models import Application
from applications.sections import SECTIONS
from haizhi_portal.audit.models import Entry
from tests import factories as make

pytestmark = [pytest.mark.once, pytest.mark.django_db]

TODAY = "2027-03-15"
TABLES = [(section.key, each) for section in SECTIONS.values() for each in section.fields if each.kind == "rows"]
FINE = {200, 302, 400, 403, 404, 405, 409, 413, 422}


@pytest.fixture
def draft() -> Iterator[Application]:
    with time_machine.travel(make.at(TODAY), tick=False):
        yield make.application_ready(on=TODAY)


def _client(application: Application) -> Client:
    client = Client(raise_request_exception=False)
    owner = make.applicant_of(application.organisation)
    client.force_login(owner, backend=configured.AUTHENTICATION_BACKENDS[-1])
    return client


def _page(application: Application, section: str) -> str:
    return reverse("applications:section", args=[application.number, section])


ROWS: dict[str, dict[str, Any]] = {
    "a row without end": {BUTTON: "drop:{name}:" + "9" * 5000},
    "a row before the first": {BUTTON: "drop:{name}:-1"},
    "a raised digit": {BUTTON: "drop:{name}:²"},
    "a table there is none of": {BUTTON: "add:nothing"},
    "colons": {BUTTON: ":" * 5000},
    "the last row alone": {"{name}-9999-{column}": "x"},
    "numbers with holes": {f"{{name}}-{number}-{{column}}": "x" for number in (0, 7, 4000)},
    "a column there is none of": {"{name}-0-nothing": "x"},
    "a long number": {"{name}-" + "9" * 5000 + "-{column}": "x"},
    "more rows than fit": {f"{{name}}-{number}-{{column}}": "x" for number in range(900)},
    "a scalar": {"{name}": "x"},
    "twice": {"{name}-0-{column}": ["甲", "乙"]},
    "zero bytes": {"{name}-0-{column}": "\x00\x01甲"},
    "emoji": {"{name}-0-{column}": "👩‍👩‍👧‍👦"},
}


@pytest.mark.parametrize("body", ROWS.values(), ids=ROWS)
def test_rows_that_no_page_sends(body: dict[str, Any], draft: Application) -> None:
    client = _client(draft)
    for section, question in TABLES:
        words = {"name": question.key, "column": question.columns[0].key}
        sent = {key.format(**words): _said(value, words) for key, value in body.items()}
        answer = client.post(_page(draft, section), {**sent, "version": draft.version})
        assert answer.status_code in FINE, f"{section} {question.key}"


def _said(value: Any, words: dict[str, str]) -> Any:
    return value.format(**words) if isinstance(value, str) else value


FORM = "application/x-www-form-urlencoded"
BODIES: dict[str, tuple[str, bytes]] = {
    "5000 keys": (FORM, b"&".join(b"a%d=1" % number for number in range(5000))),
    "one key 900 times": (FORM, b"&".join([b"goals=x"] * 900)),
    "arrays": (FORM, b"goals[]=1&goals[0]=2&version[]=1&act[]=x"),
    "five megabytes": (FORM, b"goals=" + b"x" * 5 * 1024 * 1024),
    "halves of characters": (FORM, b"goals=%ed%a0%80&purpose=%ed%b0%80&version=%ed%a0%80"),
    "json with halves": ("application/json", b'{"goals": "\\ud800", "version": "\\udfff"}'),
    "json": ("application/json", b'{"goals": ["a"], "version": {"a": 1}}'),
    "xml": ("text/xml", b"<a/>"),
    "nothing": (FORM, b""),
    "another encoding": (f"{FORM}; charset=utf-16", "goals=x".encode("utf-16")),
    "no boundary": ("multipart/form-data", b"--x\r\n"),
    "cut off": ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="file"; filename="a'),
}


@pytest.mark.parametrize(("kind", "body"), BODIES.values(), ids=BODIES)
def test_bodies_that_no_page_sends(kind: str, body: bytes, draft: Application) -> None:
    client, before = _client(draft), Entry.objects.count()
    for address in (
        *(_page(draft, section) for section in SECTIONS),
        reverse("applications:thread", args=[draft.number]),
        reverse("applications:withdraw", args=[draft.number]),
        reverse("applications:material_add", args=[draft.number, "base_plan"]),
        reverse("resources:add"),
        reverse("accounts:own_organisation"),
        reverse("accounts:register"),
    ):
        answer = client.generic("POST", address, body, content_type=kind)
        assert answer.status_code in FINE, address
    assert not Entry.objects.filter(seq__gt=before, event="application.submitted").exists()
