"""Downloading, the register, voiding and asking for another attempt, through the pages."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from haizhi_portal.documents import queries, queue
from haizhi_portal.documents.actions.issue import attach_rendering, void
from haizhi_portal.documents.models import Document
from haizhi_portal.policy.words import Role
from tests.documents import kit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "send", lambda document_id: True)


def file_of(document: Document) -> str:
    return reverse("documents:download", args=[document.public_id])


READERS: list[tuple[str, dict[str, Any], bool]] = [
    (Role.APPLICANT, {"unit": 1}, True),
    (Role.APPLICANT, {"unit": 2}, False),
    (Role.DISTRICT, {"place": "210211"}, True),
    (Role.DISTRICT, {"place": "210202"}, False),
    (Role.MUNICIPAL, {}, True),
    (Role.LEADER, {}, True),
    (Role.AUDITOR, {}, True),
    (Role.EXPERT, {}, False),
    (Role.ADMIN, {}, False),
]


def reader(role: str, given: dict[str, Any]) -> Any:
    organisation = kit.unit(given["unit"]) if "unit" in given else None
    return kit.person(role, organisation=organisation, place=given.get("place", ""))


@pytest.mark.parametrize(("role", "given", "allowed"), READERS)
def test_who_may_open_a_document(
    role: str, given: dict[str, Any], allowed: bool, client_for: Callable[[Any], Any]
) -> None:
    document = attach_rendering(document_id=kit.reply().pk, now=kit.on(kit.DAY))
    user = reader(role, given)
    answer = client_for(user).get(file_of(document))

    assert answer.status_code == (200 if allowed else 404)
    assert queries.visible_to(user).filter(pk=document.pk).exists() is allowed
    if allowed:
        assert b"".join(answer.streaming_content).startswith(b"%PDF")
        assert answer["Content-Type"] == "application/pdf"
        assert answer["X-Content-Type-Options"] == "nosniff"


def test_a_reviewing_body_does_not_see_the_application_forms_of_its_area() -> None:
    form = kit.reply(kind=kit.KIND.APPLICATION_FORM, series=None, facts={}, clause="4.1-paper")

    assert form not in queries.visible_to(kit.person(Role.DISTRICT, place="210211"))
    assert form in queries.visible_to(kit.person(Role.APPLICANT, organisation=kit.unit(1)))


def test_a_document_of_no_unit_is_seen_by_no_unit() -> None:
    notice = kit.reply(kind=kit.KIND.DESIGNATION_NOTICE, series="大科协发", credit_code="")

    assert not queries.visible_to(kit.person(Role.APPLICANT, organisation=kit.unit(1))).exists()
    assert notice in queries.visible_to(kit.person(Role.MUNICIPAL))


def test_who_reads_the_register_of_numbers_and_what_a_stranger_sees() -> None:
    document = kit.reply()
    people = [reader(role, given) for role, given, _allowed in READERS]
    seen = {person.role for person in people if queries.numbers_visible_to(person).exists()}
    assert seen == {Role.MUNICIPAL, Role.LEADER, Role.AUDITOR}
    assert list(queries.numbers_visible_to(kit.person(Role.AUDITOR))) == [document.number]
    assert not queries.numbers_visible_to(AnonymousUser()).exists()
    assert not queries.visible_to(AnonymousUser()).exists()


def test_a_stranger_is_asked_to_sign_in(client: Any) -> None:
    assert client.get(file_of(kit.reply())).status_code == 302


@pytest.mark.parametrize("address", ["/documents/NOSUCHTHING2/", "/documents/x/void/", "/documents/%00/"])
def test_a_guessed_address_is_not_found(address: str, client_for: Callable[[Any], Any]) -> None:
    assert client_for(kit.person(Role.LEADER)).get(address).status_code == 404


def test_before_the_file_is_there_the_page_says_so_and_looks_again(client_for: Callable[[Any], Any]) -> None:
    document = kit.reply()
    page = client_for(kit.person(Role.APPLICANT, organisation=kit.unit(1))).get(file_of(document))

    assert page.status_code == 200
    assert "文件正在制作" in page.text
    assert '<meta http-equiv="refresh" content="5">' in page.text
    assert "重新制作" not in page.text


def test_staff_see_the_reason_of_a_failure_and_can_try_again(client_for: Callable[[Any], Any]) -> None:
    document = kit.reply()
    Document.objects.filter(pk=document.pk).update(render_attempts=5, render_error="RuntimeError: no fonts")
    officer = client_for(kit.person(Role.MUNICIPAL))
    page = officer.get(file_of(document))

    assert "RuntimeError: no fonts" in page.text
    assert "http-equiv" not in page.text
    again = officer.post(reverse("documents:retry", args=[document.public_id]), follow=True)
    assert "已重新排队制作" in again.text
    assert Document.objects.get(pk=document.pk).render_attempts == 0


def test_a_unit_does_not_see_the_reason_nor_may_it_try_again(client_for: Callable[[Any], Any]) -> None:
    document = kit.reply()
    Document.objects.filter(pk=document.pk).update(render_attempts=5, render_error="RuntimeError: no fonts")
    applicant = client_for(kit.person(Role.APPLICANT, organisation=kit.unit(1)))

    page = applicant.get(file_of(document))
    assert "no fonts" not in page.text
    assert "文件没有制作成功" in page.text
    assert applicant.post(reverse("documents:retry", args=[document.public_id])).status_code == 403


@pytest.mark.parametrize(
    ("facts", "shown"),
    [
        ({}, (False, True, False)),
        ({"render_attempts": 4, "render_error": "x"}, (False, True, True)),
        ({"render_attempts": 5, "render_error": "x"}, (True, False, True)),
        ({"voided_on": kit.DAY, "void_reason": "x", "render_error": "x"}, (False, False, False)),
    ],
)
def test_where_the_making_of_a_file_stands(
    facts: dict[str, Any], shown: tuple[bool, ...], client_for: Callable[[Any], Any]
) -> None:
    document = kit.reply()
    Document.objects.filter(pk=document.pk).update(**facts)
    people = [kit.person(role) for role in (Role.MUNICIPAL, Role.LEADER, Role.AUDITOR)]
    people.append(kit.person(Role.APPLICANT, organisation=kit.unit(1)))
    for person in people:
        page = client_for(person).get(file_of(document)).context
        given_up, waiting, may_retry = shown
        asks = may_retry and person.role in (Role.MUNICIPAL, Role.LEADER)
        assert (page["given_up"], page["waiting"], page["may_retry"]) == (given_up, waiting, asks)
        assert page["is_staff"] is (person.role != Role.APPLICANT)


def test_trying_again_what_is_there_says_why_not(client_for: Callable[[Any], Any]) -> None:
    document = attach_rendering(document_id=kit.reply().pk, now=kit.on(kit.DAY))
    officer = client_for(kit.person(Role.MUNICIPAL))
    officer.post(reverse("documents:retry", args=[document.public_id]))

    assert "文件已经制作完成" in officer.get(reverse("documents:register")).text


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.MUNICIPAL, 200), (Role.LEADER, 200), (Role.AUDITOR, 200), (Role.EXPERT, 403), (Role.ADMIN, 403)],
)
def test_who_reads_the_register(role: str, status: int, client_for: Callable[[Any], Any]) -> None:
    assert client_for(kit.person(role)).get(reverse("documents:register")).status_code == status


@pytest.mark.clause("4.3-award")
def test_the_register_shows_void_numbers_too(client_for: Callable[[Any], Any]) -> None:
    void(actor=kit.actor(), document=kit.reply(), reason="名称有误")
    kit.reply()
    page = client_for(kit.person(Role.AUDITOR)).get(reverse("documents:register")).text

    assert "大科协批〔2027〕1号" in page
    assert "名称有误" in page
    assert "大科协批〔2027〕2号" in page


def test_numbers_of_a_day_stand_by_series_then_the_highest_first() -> None:
    for series in ("大科协证", "大科协批", "大科协证"):
        kit.reply(series=series)
    kit.reply("2027-08-31")
    kit.reply("2026-12-31")
    rows = queries.numbers_visible_to(kit.person(Role.AUDITOR))
    series = sorted(["大科协证", "大科协批"])
    lines = {"大科协证": ["大科协证〔2027〕2号", "大科协证〔2027〕1号"], "大科协批": ["大科协批〔2027〕1号"]}
    assert [str(each) for each in rows] == [
        *(line for each in series for line in lines[each]),
        "大科协批〔2027〕2号",
        "大科协批〔2026〕1号",
    ]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"1号", "2号", "3号"}),
        ("?q=大科协批〔2027〕2号", {"2号"}),
        ("?q=研究院3", {"3号"}),
        ("?q=HZ2027-01", {"1号"}),
        ("?q=test00003x", {"3号"}),
        ("?q= 不存在 ", set()),
        ("?year=2027&state=void", {"1号"}),
        ("?state=valid", {"2号", "3号"}),
        ("?year=2026", {"1号", "2号", "3号"}),
        ("?page=99", {"1号", "2号", "3号"}),
    ],
)
def test_the_register_is_searched_and_filtered(query: str, found: set[str], client_for: Callable[[Any], Any]) -> None:
    documents = [kit.reply(n=n) for n in (1, 2, 3)]
    void(actor=kit.actor(), document=documents[0], reason="名称有误")
    page = client_for(kit.person(Role.LEADER)).get(reverse("documents:register") + query)

    assert {f"{number.number}号" for number in page.context["page_obj"]} == found


def test_the_register_asks_the_same_number_of_questions_for_any_number_of_rows(
    client_for: Callable[[Any], Any],
) -> None:
    officer = client_for(kit.person(Role.MUNICIPAL))
    counts = []
    for documents in (1, 3):
        for n in range(documents):
            kit.reply(n=n + 1)
        with CaptureQueriesContext(connection) as asked:
            officer.get(reverse("documents:register"))
        counts.append(len([query for query in asked if "documents_" in query["sql"]]))

    assert counts == [3, 3]


@pytest.mark.clause("4.3-award")
def test_a_leader_voids_through_the_page_after_seeing_what_follows(client_for: Callable[[Any], Any]) -> None:
    document = kit.reply()
    leader = client_for(kit.person(Role.LEADER))
    address = reverse("documents:void", args=[document.public_id])

    shown = leader.get(address)
    assert "任何人查验这份文书，都会看到它已经作废。" in shown.text
    assert leader.post(address, {"reason": " "}).status_code == 422
    done = leader.post(address, {"reason": "单位名称有误"}, follow=True)
    assert "大科协批〔2027〕1号已作废。" in done.text
    again = leader.post(address, {"reason": "再来一次"})
    assert again.status_code == 422
    assert "这份文书已经作废" in again.text
    assert Document.objects.get().void_reason == "单位名称有误"


@pytest.mark.parametrize("role", [Role.MUNICIPAL, Role.AUDITOR])
def test_only_a_leader_reaches_the_page_of_voiding(role: str, client_for: Callable[[Any], Any]) -> None:
    address = reverse("documents:void", args=[kit.reply().public_id])

    assert client_for(kit.person(role)).post(address, {"reason": "x"}).status_code == 403
