"""The public page behind the code on the paper."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.ledger import record
from haizhi_portal.documents import queries
from haizhi_portal.documents.actions.issue import attach_rendering, void
from haizhi_portal.documents.codes import VERIFY_PATH
from haizhi_portal.documents.models import Document
from haizhi_portal.documents.standing import public_facts, standing
from haizhi_portal.files.store import store_bytes
from tests.documents import kit

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.3-award")]


def page_of(document: Document) -> str:
    return reverse("site:verify", args=[document.verify_code])


def word(document: Document, today: str | date, **given: Any) -> str:
    day = date.fromisoformat(today) if isinstance(today, str) else today
    return standing(
        document,
        day,
        **{"ended_on": None, "corrected_by": [], "newer_version": None, **given},
    ).word


@pytest.mark.parametrize(
    ("today", "said"),
    [
        ("2027-08-31", "尚未开始"),
        ("2027-09-01", "真实有效"),
        ("2030-09-01", "真实有效"),
        ("2030-09-02", "有效期已满"),
    ],
)
def test_a_grant_holds_from_its_first_day_through_its_last(today: str, said: str) -> None:
    assert word(kit.reply(), today) == said


def test_what_weighs_most_is_said() -> None:
    document, correction = kit.reply(), kit.reply()
    ended = {"ended_on": date(2028, 1, 1)}

    assert word(document, "2027-12-31", **ended) == "真实有效"
    assert word(document, "2028-01-01", **ended) == "资格已终止"
    assert word(document, "2031-01-01", **ended) == "资格已终止"
    assert word(document, "2028-01-01", corrected_by=[correction], **ended) == "已更正"
    nameless = Document(title="更正说明")
    found = standing(document, kit.DAY, ended_on=None, corrected_by=[correction, nameless], newer_version=None)
    assert found.sentence == f"文书内容已由{correction.number}、更正说明更正，请以更正后的文书为准。"
    voided = void(actor=kit.actor(), document=document, reason="重复")
    assert word(voided, "2028-01-01", corrected_by=[correction], **ended) == "已作废"


@pytest.mark.parametrize(
    ("facts", "day", "said"),
    [
        ({"starts_on": "2027-09-01"}, "2027-08-31", "尚未开始"),
        ({"starts_on": "2027-09-01"}, "2099-01-01", "真实有效"),
        ({"expires_on": "2030-09-01"}, "1999-01-01", "真实有效"),
        ({"expires_on": "2030-09-01"}, "2030-09-02", "有效期已满"),
        ({"starts_on": "not a day", "expires_on": None}, "2027-08-31", "真实有效"),
        ({}, "2027-08-31", "真实有效"),
    ],
)
def test_a_grant_without_one_of_its_days(facts: dict[str, Any], day: str, said: str) -> None:
    for kind in (kit.KIND.REPLY, kit.KIND.CERTIFICATE, kit.KIND.RENEWAL_DECISION):
        assert word(Document(kind=kind, facts=facts), day) == said
    assert word(Document(kind=kit.KIND.NON_RENEWAL_NOTICE, facts=facts), day) == "真实"


PERIOD = {"starts_on": "2027-09-01", "expires_on": "2030-09-01"}
COMMON = [("发文字号", ""), ("成文日期", "2027年9月1日")]
BASE = [("基地", "示例基地"), ("基地编号", "HZ2027-01")]
FACTS: list[tuple[str, dict[str, Any], list[tuple[str, str]]]] = [
    (kit.KIND.REPLY, PERIOD, [("种类", "批复"), *COMMON, *BASE, ("有效期", "2027年9月1日至2030年9月1日")]),
    (
        kit.KIND.CERTIFICATE,
        {"expires_on": "2030-09-01"},
        [("种类", "基地证书"), *COMMON, *BASE, ("有效期截至", "2030年9月1日")],
    ),
    (kit.KIND.RENEWAL_DECISION, {"starts_on": "2027-09-01"}, [("种类", "重新授牌决定"), *COMMON, *BASE]),
    (kit.KIND.EVALUATION_NOTICE, {"score": "41.75"}, [("种类", "年度评估结果通知"), *COMMON, *BASE]),
    (
        kit.KIND.DESIGNATION_NOTICE,
        PERIOD | {"units": [1, 2]},
        [("种类", "认定通知"), *COMMON, ("名单", "2 个基地")],
    ),
    (kit.KIND.DESIGNATION_NOTICE, {}, [("种类", "认定通知"), *COMMON, ("名单", "0 个基地")]),
    (
        kit.KIND.APPLICATION_FORM,
        {"version": 2, "route": "municipal"},
        [
            ("种类", "申报书"),
            ("申报编号", "2027-0001"),
            ("版本", "第 2 版"),
            ("报送对象", "大连市科协"),
            ("提交日期", "2027年9月1日"),
        ],
    ),
    (
        kit.KIND.APPLICATION_FORM,
        {"number": "2027-0007", "version": 1, "route": "210211"},
        [
            ("种类", "申报书"),
            ("申报编号", "2027-0007"),
            ("版本", "第 1 版"),
            ("报送对象", "甘井子区"),
            ("提交日期", "2027年9月1日"),
        ],
    ),
]


@pytest.mark.parametrize(("kind", "facts", "rows"), FACTS)
def test_what_anybody_may_know_of_a_document(kind: str, facts: dict[str, Any], rows: list[tuple[str, str]]) -> None:
    document = Document(
        kind=kind,
        facts={"base_name": "示例基地", "legal_representative": "赵海明", **facts},
        dated_on=kit.DAY,
        base_number="HZ2027-01",
        application_number="2027-0001",
    )
    assert public_facts(document) == rows


def test_a_notice_does_not_expire() -> None:
    notice = kit.reply(kind=kit.KIND.EVALUATION_NOTICE, series="大科协发", facts={"year": 2028})

    assert word(notice, "2040-01-01") == "真实"


@pytest.mark.parametrize("event", ["base.expired", "base.surrendered", "base.revoked"])
def test_the_end_of_a_base_is_read_from_the_ledger(event: str) -> None:
    document = kit.reply()
    record(
        event, actor=Actor.system(kit.on("2028-03-01")), object="base:HZ2027-01", clause="5.5-exit", base="HZ2027-01",
        on=date(2028, 2, 29),
    )  # fmt: skip

    assert queries.ended_on(document.base_number) == date(2028, 2, 29)
    assert queries.ended_on("HZ2027-02") is None


def test_the_page_shows_the_facts_and_the_digest(client: Any) -> None:
    document = attach_rendering(document_id=kit.reply().pk, now=kit.on(kit.DAY))
    page = client.get(page_of(document))

    assert page.status_code == 200
    for fact in (
        "批复",
        "大科协批〔2027〕1号",
        "2027年9月1日",
        "HZ2027-01",
        "2027年9月1日至2030年9月1日",
        document.sha256,
    ):
        assert fact in page.text
    assert "portal/js/verify.js" in page.text


def test_the_page_gives_no_personal_data_no_score_and_no_reason(client: Any) -> None:
    document = kit.reply(
        kind=kit.KIND.EVALUATION_NOTICE,
        series="大科协发",
        title="关于赵海明所在基地的评估通知",
        facts={"base_name": "示例基地", "score": "41.75", "result": "unqualified", "legal_representative": "赵海明"},
    )
    void(actor=kit.actor(), document=document, reason="赵海明来电说明")
    text = client.get(page_of(document)).text

    assert "已作废" in text
    for secret in ("赵海明", "41.75", "不合格", document.credit_code, document.issued_by):
        assert secret not in text


@pytest.mark.clause("4.1-paper")
def test_an_outdated_form_is_recognised(client: Any) -> None:
    given: dict[str, Any] = {"kind": kit.KIND.APPLICATION_FORM, "series": None, "clause": "4.1-paper"}
    old = kit.reply(**given, facts={"number": "2027-0001", "version": 1, "route": "municipal"})
    assert "真实" in client.get(page_of(old)).text
    new = kit.reply(**given, facts={"number": "2027-0001", "version": 2, "route": "municipal"})

    assert "申报书已更新到第 2 版" in client.get(page_of(old)).text
    assert "已更新" not in client.get(page_of(new)).text


@pytest.mark.clause("4.1-paper")
def test_only_a_later_form_of_the_same_application_outdates_one() -> None:
    given: dict[str, Any] = {"kind": kit.KIND.APPLICATION_FORM, "series": None, "clause": "4.1-paper"}
    forms = [kit.reply(**given, facts={"version": version}) for version in (1, 2, 3)]
    other = kit.reply(n=2, **given, facts={"version": 9})
    nameless = [kit.reply(**given, application_number="", facts={"version": version}) for version in (1, 2)]
    letters = [kit.reply(), kit.reply(facts=kit.reply_facts(version=7))]
    found = [queries.newer_version(each) for each in [*forms, other, *nameless, *letters]]
    assert found == [3, 3, None, None, None, None, None, None]


def test_what_has_no_file_yet_is_made_in_order_unless_void_or_given_up() -> None:
    waits, made, voided, last, given_up = (kit.reply() for _ in range(5))
    file = store_bytes(actor=kit.actor(), content=b"%PDF-1.7", name="批复.pdf", content_type="application/pdf")
    Document.objects.filter(pk=made.pk).update(file=file, sha256=file.sha256, rendered_at=kit.on(kit.DAY))
    void(actor=kit.actor(), document=voided, reason="重复")
    Document.objects.filter(pk=last.pk).update(render_attempts=4)
    Document.objects.filter(pk=given_up.pk).update(render_attempts=5)
    assert list(queries.unrendered(5)) == [waits, last]


def test_the_first_end_on_record_is_the_end() -> None:
    for event, day, base in (
        ("term.expired", "2028-02-28", "HZ2027-01"),
        ("base.expired", "2028-02-29", "HZ2027-01"),
        ("base.revoked", "2028-01-01", "HZ2027-02"),
        ("base.expired", "2027-12-01", "HZ2027-01"),
    ):
        record(
            event,
            actor=Actor.system(kit.on("2028-03-01")),
            object=f"base:{base}",
            clause="5.5-exit",
            base=base,
            on=date.fromisoformat(day),
        )
    assert [queries.ended_on(base) for base in ("HZ2027-01", "HZ2027-02", "")] == [
        date(2028, 2, 29),
        date(2028, 1, 1),
        None,
    ]


def test_a_corrected_document_leads_to_its_correction_and_back(client: Any) -> None:
    wrong = kit.reply()
    right = kit.reply(corrects=wrong)

    assert page_of(right) in client.get(page_of(wrong)).text
    assert page_of(wrong) in client.get(page_of(right)).text
    void(actor=kit.actor(), document=right, reason="重复")
    assert "已更正" not in client.get(page_of(wrong)).text


@pytest.mark.parametrize("code", ["2345ABCDEFGHJKMN", "short", "大科协批〔2027〕1号", "' OR 1=1"])
def test_an_unknown_code_is_not_found_and_the_page_says_what_to_do(code: str, client: Any) -> None:
    page = client.get(f"/verify/{code}/")

    assert page.status_code == 404
    assert "没有查到这份文书" in page.text
    assert "请不要采信" in page.text


def test_a_typed_code_leads_to_its_page(client: Any) -> None:
    document = kit.reply()
    code = document.verify_code
    typed = f" {code[:4].lower()}-{code[4:8]}　{code[8:12]}-{code[12:]} "
    answer = client.get(reverse("site:verify_form"), {"code": typed})

    assert answer.status_code == 302
    assert answer["Location"] == page_of(document)
    assert client.get(f"/verify/{code.lower()}/")["Location"] == page_of(document)


@pytest.mark.parametrize("typed", ["", "2345", "大科协批〔2027〕1号", "2345ABCDEFGHJKM0"])
def test_a_mistyped_code_is_explained_and_kept(typed: str, client: Any) -> None:
    page = client.get(reverse("site:verify_form"), {"code": typed})

    assert page.status_code == 422
    assert typed in page.text


def test_the_form_is_open_to_everybody(client: Any) -> None:
    assert client.get("/verify/").status_code == 200
    assert reverse("site:verify_form") == VERIFY_PATH


@pytest.mark.parametrize("corrections", [0, 3])
def test_the_page_asks_the_database_the_same_number_of_questions(corrections: int, client: Any) -> None:
    document = kit.reply()
    for _ in range(corrections):
        kit.reply(corrects=document)
    with CaptureQueriesContext(connection) as asked:
        client.get(page_of(document))

    assert len(asked) == 3
