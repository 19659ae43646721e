"""Whatever is typed into whichever form by whoever may open it: clear answers, nothing lost, nothing executed."""

import itertools
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.conf import settings as configured
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import resolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from applications.models import Application
from haizhi_portal.audit.models import Entry
from tests import factories as make
from tests.attack.walking import Control, PageForm, chosen, forms_of, parsed, squeezed, standing
from tests.files import specimens
from tests.journeys import world as worlds
from tests.journeys.world import TODAY, World, filled, parameters, patterns
from tests.plugins.pages import check_page

pytestmark = [pytest.mark.slow, pytest.mark.once]

ALLOWED = {200, 302, 303, 400, 403, 404, 409, 413, 422, 429}
PROFILE = settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    database=None,
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
EVIL = "\"'><script>fuzz()</script><img src=x onerror=fuzz()>"


@pytest.fixture
def world(db: None) -> Iterator[World]:
    """Built once for all forms of a test; every request after it is undone."""
    with time_machine.travel(make.at(TODAY), tick=False):
        yield worlds.build()
    Path(configured.DATA_DIR, "demo-today").unlink(missing_ok=True)


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@dataclass(frozen=True, slots=True)
class Target:
    """One form, as one person got it."""

    who: str
    client: Client
    page: str
    form: PageForm


# What is typed --------------------------------------------------------------------------------------------------------

_WORDS = st.one_of(
    st.sampled_from(
        [
            EVIL,
            "👩‍👩‍👧‍👦🏳️‍🌈🧿\U00020000",
            "\x00\x01\x08\x0b\x1b[31m\x7f\x85\ufffe",
            "\u202e反\u2066向\u0301",
            "{{ 7*7 }}{% now %}%s%(x)d${jndi:x}\\",
            '=HYPERLINK("x")',
            "../../etc/passwd",
            "１２３ＡＢｃ　－",
            " \t\r\n　",
            "",
            "长" * 10_000,
            "a@" * 200,
        ]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=40),
)
_NUMBERS = st.one_of(
    st.sampled_from(
        ["-1", "0", "１２", "1,200", "1 2", "12.5", "²", "①", "٣", "1e9", "9" * 400, "NaN", "-Infinity", "0x1"]
    ),
    st.integers(-(2**70), 2**70).map(str),
)
_DAYS = st.one_of(
    st.sampled_from(
        [
            "2028-02-30",
            "0000-00-00",
            "0001-01-01",
            "9999-12-31",
            "10000-01-01",
            "２０２８－０５－０４",
            "2028年5月4日",
            "-1-1-1",
        ]
    ),
    st.dates().map(lambda day: day.isoformat()),
)
_FILES = st.sampled_from(
    [
        ("../../a.pdf", b"%PDF-1.4\nnothing"),
        ("\x00<script>.pdf", b""),
        ("图" * 300 + ".svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='fuzz()'/>"),
        ("a.xlsx", specimens.archive({"xl/workbook.xml": b"<x/>"})),
        ("a.docx", specimens.docx()),
        ("a.png", specimens.png_bomb()),
        ("noending", specimens.PROGRAM),
    ]
)


def _values(control: Control) -> st.SearchStrategy[Any]:
    if control.kind == "file":
        return st.one_of(_FILES, _WORDS)
    if control.kind == "number":
        return st.one_of(_NUMBERS, _WORDS)
    if control.kind == "date":
        return st.one_of(_DAYS, _WORDS)
    if control.kind in ("radio", "checkbox", "select"):
        return st.one_of(st.sampled_from(control.offers or ("",)), _WORDS)
    return st.one_of(_WORDS, _NUMBERS, _DAYS)


@st.composite
def bodies(draw: st.DrawFn, form: PageForm) -> tuple[str, dict[str, list[Any]]]:
    """Where to and what: one field or several changed, the others as a person would send them."""
    body = form.filled()
    if form.controls:
        for each in draw(st.lists(st.sampled_from(form.controls), min_size=1, max_size=6, unique_by=lambda c: c.name)):
            times = draw(st.sampled_from([1, 1, 1, 1, 0, 2]))
            body[each.name] = [draw(_values(each)) for _ in range(times)]
    action = form.action
    if form.buttons:
        name, value, elsewhere = draw(st.sampled_from(form.buttons))
        action = elsewhere or action
        if name:
            body[name] = [value]
    if draw(st.booleans()):
        body["confirmed"] = ["1"]
    return action, body


# What must hold -------------------------------------------------------------------------------------------------------


def send(client: Client, action: str, body: dict[str, list[Any]]) -> Any:
    """Post it as a form with files; a file is its name and content. No form comes without its token."""
    ready: dict[str, Any] = {
        name: [SimpleUploadedFile(each[0], each[1]) if isinstance(each, tuple) else each for each in values]
        for name, values in body.items()
        if values
    }
    return client.post(action.partition("#")[0], {**ready, "csrfmiddlewaretoken": "x"})


def kept(action: str) -> tuple[Any, ...]:
    """What a refusal must leave as it was: the ledger, every state, and every answer.

    A section of the form is the exception: it saves what can be an answer beside what cannot.
    """
    facts = ["pk", "state"] if view_of(action) == "applications:section" else ["pk", "state", "version", "answers"]
    return Entry.objects.count(), list(Application.objects.order_by("pk").values_list(*facts))


def judge(target: Target, action: str, body: dict[str, list[Any]], answer: Any, before: tuple[Any, ...]) -> None:
    where = f"{target.who}: POST {action} {str(body)[:600]}"
    if answer.status_code not in ALLOWED:
        problem = getattr(answer, "exc_info", None)
        trace = "".join(traceback.format_exception(*problem)[-3:]) if problem else ""
        raise AssertionError(f"{answer.status_code} {where}\n{trace}")
    if answer.streaming or not answer.get("Content-Type", "").startswith("text/html") or not answer.content:
        return
    html = answer.content.decode()
    assert "<script>fuzz" not in html, where
    check_page(html, where=where)
    if answer.status_code in (409, 422):
        judge_refusal(target, action, body, answer, before, html, where)


def judge_refusal(
    target: Target, action: str, body: dict[str, list[Any]], answer: Any, before: tuple[Any, ...], html: str, where: str
) -> None:
    """Nothing changed, words say why, and everything typed or chosen stands in the page again."""
    if answer.status_code == 422:
        assert kept(action) == before, f"changed though refused: {where}"
    document = parsed(html)
    there, choices = standing(document), chosen(document)
    assert 'role="alert"' in html or "invalid-feedback" in html, f"refused without words: {where}"
    for control in target.form.controls:
        values = body.get(control.name, [])
        if control.typed and values:
            assert squeezed(str(values[-1])) in there, f"lost {control.name}={values[-1][:60]!r}: {where}"
        elif control.kind in ("radio", "select") and values and values[-1] in control.offers and values[-1]:
            assert (control.name, values[-1]) in choices, f"lost {control.name}={values[-1]!r}: {where}"


def fuzz(target: Target) -> str:
    """What went wrong with the form, empty when nothing did."""

    @PROFILE
    @given(data=st.data())
    def example(data: st.DataObject) -> None:
        action, body = data.draw(bodies(target.form))
        with undone():
            before = kept(action)
            judge(target, action, body, send(target.client, action, body), before)

    try:
        example()
    except (AssertionError, pytest.fail.Exception) as accident:
        return str(accident)
    return ""


# Every form of every page ---------------------------------------------------------------------------------------------


def _client(person: Any) -> Client:
    client = Client(raise_request_exception=False)
    if person is not None:
        client.force_login(person, backend=configured.AUTHENTICATION_BACKENDS[-1])
    return client


def _addresses(world: World, pattern: str) -> Iterator[str]:
    names = parameters(pattern)
    for values in itertools.product(*(world.values(pattern, name) for name in names)):
        yield filled(pattern, dict(zip(names, values, strict=True)))


def targets(world: World, names: tuple[str, ...]) -> Iterator[Target]:
    """Each kind of form once, as the first of these people gets it."""
    seen: set[tuple[Any, ...]] = set()
    for name in names:
        client = _client(world.people[name])
        for pattern in patterns():
            for address in _addresses(world, pattern):
                with undone():
                    opened = client.get(address)
                if opened.status_code in (302, 403, 405):
                    break
                if opened.status_code != 200 or opened.streaming or "text/html" not in opened["Content-Type"]:
                    continue
                if b'method="post"' not in opened.content:
                    continue
                for form in forms_of(parsed(opened.content.decode()), address):
                    kind = (view_of(form.action), form.names, tuple(sorted(form.buttons)))
                    if kind not in seen:
                        seen.add(kind)
                        yield Target(name, client, address, form)


def view_of(action: str) -> str:
    return resolve(action.partition("?")[0].partition("#")[0]).view_name


@pytest.mark.parametrize("names", worlds.PEOPLE.values(), ids=worlds.PEOPLE)
def test_every_form(names: tuple[str, ...], world: World) -> None:
    tried = list(targets(world, names))
    accidents = [accident for each in tried if (accident := fuzz(each))]
    assert len(tried) >= 15
    assert not accidents, f"{len(accidents)} accidents\n" + "\n\n".join(accidents)
