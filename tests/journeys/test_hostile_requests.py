"""Whatever is sent to whichever address by whomever: an answer in words, never an accident."""

import itertools
import re
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from haizhi_portal.documents.actions.rendering import attach_rendering
from haizhi_portal.files.store import read
from tests import factories as make
from tests.journeys import world as worlds
from tests.journeys.world import TODAY, World, filled, parameters, patterns
from tests.plugins.pages import check_page

pytestmark = [pytest.mark.slow, pytest.mark.django_db]

HOSTILE = {
    "long": "长" * 6_000,
    "controls": "\x00\x01\x08\x0b\x1b[31m\x7f\x85\ufffe\ud7ff",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈\u202e\u0301\u0301",
    "markup": "\"'><script>alert(1)</script>{{ 7*7 }}{% now %}%s%(x)d\\",
    "huge": "9" * 400,
    "negative": "-1e309",
    "unlike": "NaN",
    "nothing": " \t\r\n　",
}
# Sent with a valid choice wherever there is one, and past the question "really?": to reach what lies behind both.
CONFIRMED = {"emoji", "markup", "controls"}
_FORM = re.compile(r"<form\b[^>]*>.*?</form>", re.S)
_NAMES = re.compile(r'<(?:input|textarea|select|button)\b[^>]*?\bname="([^"]+)"[^>]*>', re.S)
_CHOICES = re.compile(r'<(?:input|button)\b(?=[^>]*?\bname="([^"]+)")(?=[^>]*?\bvalue="([^"]*)")[^>]*>', re.S)
_ACTION = re.compile(r'<form\b[^>]*\baction="([^"]*)"')


@pytest.fixture
def world(demo_on: Any) -> Iterator[World]:
    with time_machine.travel(make.at(TODAY), tick=False):
        yield worlds.build()


def _client(world: World, name: str) -> Client:
    client = Client(raise_request_exception=False)
    person = world.people[name]
    if person is not None:
        client.force_login(person, backend=configured.AUTHENTICATION_BACKENDS[-1])
    return client


def _undone(act: Any) -> Any:
    """What the act answers; whatever it changed is taken back, the demonstration's clock included."""
    with transaction.atomic():
        answer = act()
        transaction.set_rollback(True)
    Path(configured.DATA_DIR, "demo-today").unlink(missing_ok=True)
    return answer


def _accident(answer: Any, what: str) -> str:
    """What went wrong, with the innermost place of it; empty when nothing did."""
    if answer.status_code < 500:
        return ""
    problem = getattr(answer, "exc_info", None)
    where = "".join(traceback.format_exception(*problem)[-3:]) if problem else ""
    return f"{answer.status_code} {what[:300]}\n{where}"


def _addresses(world: World, pattern: str) -> Iterator[str]:
    """The address with every known value of its parameters in turn."""
    names = parameters(pattern)
    for values in itertools.product(*(world.values(pattern, name) for name in names)):
        yield filled(pattern, dict(zip(names, values, strict=True)))


@dataclass(frozen=True, slots=True)
class Form:
    """Where a form is sent, the names of its fields, and the values it offers for some of them."""

    action: str
    names: tuple[str, ...]
    offered: tuple[tuple[str, str], ...]

    def bodies(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What to send: each hostile value in every field, by each button, and in the fields that offer no choice."""
        buttons = [value for key, value in self.offered if key in ("act", "then")] or [""]
        for (flavour, value), button in itertools.product(HOSTILE.items(), buttons):
            body: dict[str, Any] = dict.fromkeys(self.names, value)
            if flavour in CONFIRMED:
                body |= {key: offer for key, offer in self.offered if key != "version"} | {"confirmed": "1"}
            if button:
                body |= {key: button for key in ("act", "then") if key in self.names}
            if "file" in self.names or "upload" in self.names:
                name = "file" if "file" in self.names else "upload"
                body[name] = SimpleUploadedFile(value[:80].strip() or "x", value.encode(errors="replace"))
            yield f"{flavour} {button}", body


def _forms(html: str) -> Iterator[Form]:
    """The forms of a page; fields may stand outside the form they belong to."""
    names = tuple(sorted({unescape(name) for name in _NAMES.findall(html)} - {"csrfmiddlewaretoken"}))
    offered = tuple((unescape(name), unescape(value)) for name, value in _CHOICES.findall(html))
    for form in _FORM.findall(html):
        if 'method="post"' in form and "/logout/" not in form:
            action = _ACTION.search(form)
            yield Form(action[1] if action else "", names, tuple(pair for pair in offered if pair[0] in names))


@pytest.mark.parametrize("names", worlds.PEOPLE.values(), ids=worlds.PEOPLE)
def test_every_form_takes_hostile_answers(names: tuple[str, ...], world: World) -> None:
    """Each page each person can reach is opened; each kind of form is sent with each hostile value in every field."""
    accidents = {f"{name}: {each}" for name in names for each in _tries_everything(world, name) if each}
    assert not accidents, f"{len(accidents)} accidents\n" + "\n".join(sorted(accidents)[:12])


def _tries_everything(world: World, name: str) -> Iterator[str]:
    client = _client(world, name)
    for pattern in patterns():
        sent: set[tuple[str, ...]] = set()
        for address in _addresses(world, pattern):
            opened = _undone(lambda address=address: client.get(address))
            yield _accident(opened, f"GET {address}")
            if opened.status_code in (302, 403, 405):
                break
            page = opened.get("Content-Type", "").startswith("text/html")
            if opened.status_code != 200 or opened.streaming or not page:
                continue
            for form in _forms(opened.content.decode()):
                kind = (form.action.rpartition("/")[0], *form.names)
                if kind not in sent:
                    sent.add(kind)
                    yield from _sends(client, form.action or address, form)


def _sends(client: Client, where: str, form: Form) -> Iterator[str]:
    """Send the form in every way; an accident or an empty text for each."""
    for what, body in form.bodies():
        answer = _undone(lambda body=body: client.post(where, body))
        if what.startswith("controls") and answer.status_code == 422:
            check_page(answer.content.decode(), where=f"POST {where} {what}")
        yield _accident(answer, f"POST {where} {what}")


# Requests that no browser makes ---------------------------------------------------------------------------------------

_PIECES = st.one_of(
    st.sampled_from([*HOSTILE.values(), "../../etc/passwd", "0", "-1", "2028-13-99", "9999999999999999999999", "%"]),
    st.text(max_size=30),
)
_RAW = st.one_of(
    _PIECES.map(lambda text: quote(text.encode(errors="replace"), safe="")[:4000]),
    st.sampled_from(["%ff%fe", "%", "%zz", "%00", "%c0%80", "%ed%a0%80", "a" * 3000, ";", "&&==&", "[]=1", "%u4f60"]),
)
_TYPES = st.sampled_from(
    [
        "application/x-www-form-urlencoded",
        "application/x-www-form-urlencoded; charset=utf-16",
        "application/x-www-form-urlencoded; charset=nonsense",
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=x",
        "multipart/form-data; boundary=\x00",
        "application/json",
        "text/xml",
        "",
    ]
)
_BODIES = st.one_of(
    st.binary(max_size=200),
    _RAW.map(lambda raw: f"act={raw}&confirmed=1&number={raw}&version={raw}&reason={raw}&{raw}={raw}".encode()),
    st.sampled_from(
        [
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF',
            b'--x\r\nContent-Disposition: form-data; name="\xff\xfe"\r\n\r\n\xff\r\n--x--\r\n',
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="\x00../..\\a"\r\n\r\nz\r\n--x--\r\n',
            b"--x\r\nContent-Disposition: form-data\r\nContent-Transfer-Encoding: base64\r\n\r\n@@@\r\n--x--\r\n",
            b"--x--\r\n" * 50,
            b"&".join(b"a%d=1" % number for number in range(1200)),
            b'{"act": ["submit"]}',
        ]
    ),
)
_HEADERS = st.dictionaries(
    st.sampled_from(
        ["HTTP_REFERER", "HTTP_X_FORWARDED_FOR", "HTTP_COOKIE", "HTTP_ACCEPT_LANGUAGE", "HTTP_HOST", "HTTP_RANGE"]
    ),
    st.sampled_from(
        ["\xff\xfe", "a" * 5000, "haizhi_session=\xff; haizhi_csrf=x", "bytes=9-1", "zz-ZZ;q=9", "1.2.3.4.5"]
    ),
    max_size=2,
)


def test_whatever_is_sent_gets_an_answer(world: World) -> None:
    """A stranger to HTTP: any method, any path of the portal's, any bytes."""
    clients = {name: _client(world, name) for name in world.people}

    @settings(
        max_examples=250,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(data=st.data())
    def send(data: st.DataObject) -> None:
        pattern = data.draw(st.sampled_from(patterns()))
        values = {
            name: data.draw(st.one_of(st.sampled_from(world.values(pattern, name)), _RAW), label=name)
            for name in parameters(pattern)
        }
        method = data.draw(st.sampled_from(["GET", "GET", "POST", "POST", "POST", "HEAD", "PUT", "DELETE", "OPTIONS"]))
        address = filled(pattern, values)
        if data.draw(st.booleans()):
            keys = st.sampled_from(["q", "page", "state", "year", "next", "code", "kind", "sort", "since", "unread"])
            address += f"?{data.draw(keys)}={data.draw(_RAW)}&{data.draw(keys)}={data.draw(_RAW)}"
        who = data.draw(st.sampled_from(sorted(clients)))
        body, content_type = data.draw(_BODIES), data.draw(_TYPES)
        headers: dict[str, Any] = data.draw(_HEADERS)
        answer = _undone(lambda: clients[who].generic(method, address, body, content_type=content_type, **headers))
        accident = _accident(answer, f"{who}: {method} {address} {content_type} {body[:80]!r}")
        assert not accident, accident

    send()


# What was typed is printed, too ---------------------------------------------------------------------------------------


@pytest.mark.clause("4.1-paper")
def test_hostile_words_are_printed_like_any_others(client_for: Any) -> None:
    """An application full of signs that fonts, markup and files do not like still becomes a PDF."""
    application = make.application_ready(on="2027-03-15")
    owner = make.applicant_of(application.organisation)
    with time_machine.travel(make.at("2027-03-15"), tick=False):
        client = client_for(owner)
        page = f"/applications/{application.number}/form/plan/"
        words = "\x0b\x1b" + HOSTILE["emoji"] + HOSTILE["markup"] + "\ufffe\ud7ff \U0001f9ff\U00020000" + "长" * 1500
        data = {"basics": words, "expected": words[::-1], "purpose": "A" * 2000, "version": application.version}
        rows = {
            name: words[:12] if text == "示例" else text for name, text in make.sent(make.answers()["plan"]).items()
        }
        answer = client.post(page, {**dict.fromkeys(make.answers()["plan"], words[:300]), **rows, **data})
        assert answer.status_code == 302, answer.content.decode()
        assert client.get(f"/applications/{application.number}/submit/").status_code == 200
        answer = client.post(f"/applications/{application.number}/submit/")
        assert answer.status_code == 302, re.findall(r'role="alert".*?</div>', answer.content.decode(), re.S)
        assert client.get(f"/applications/{application.number}/versions/1/").status_code == 200
    printed = application.submissions.get().print
    assert printed is not None
    document = attach_rendering(document_id=printed.pk, now=make.at("2027-03-15"))
    assert document.file is not None
    with read(document.file) as kept:
        assert kept.read(5) == b"%PDF-"
