"""What stands on the pages of documents, line by line, for each reader at each stage.

The lines are kept in `pages/`; `tests/plugins/outline.py` says how they are read and written anew.
"""

from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from haizhi_portal.audit.ledger import record
from haizhi_portal.documents import queue
from haizhi_portal.documents.actions import rendering
from haizhi_portal.documents.actions.issue import attach_rendering, void
from haizhi_portal.documents.models import Document
from haizhi_portal.policy.words import Role
from tests import factories as make
from tests.applications_pages.kit import on, signed_in
from tests.documents import kit
from tests.plugins.outline import assert_answer, assert_each_reads
from tests.plugins.pages import StrictClient

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.3-award")]
PAGES = Path(__file__).parent / "pages"
REGISTER = reverse("documents:register")


@pytest.fixture(autouse=True)
def _made_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "send", lambda document_id: True)
    monkeypatch.setattr(rendering, "render_document", lambda *given, **named: make.pdf())


def made(document: Document) -> Document:
    return attach_rendering(document_id=document.pk, now=kit.on(kit.DAY))


def voided(document: Document) -> Document:
    return void(actor=kit.actor(day="2027-09-02"), document=document, reason="单位名称有误")


def failed(document: Document, attempts: int) -> Document:
    Document.objects.filter(pk=document.pk).update(render_attempts=attempts, render_error="RuntimeError: no fonts")
    return document


def verified(document: Document, name: str, day: str = "2027-09-03") -> None:
    with on(day):
        assert_each_reads({name: StrictClient()}, reverse("site:verify", args=[document.verify_code]), PAGES / "verify")


# Is it genuine ------------------------------------------------------------------------------------------------------


def test_a_grant_on_its_way() -> None:
    document = kit.reply()
    verified(document, "in_making")
    made(document)
    for name, day in {
        "not_begun": "2027-08-31",
        "in_force": "2027-09-01",
        "last_day": "2030-09-01",
        "over": "2030-09-02",
    }.items():
        verified(document, name, day)
    record(
        "base.revoked", actor=kit.actor(day="2028-03-01"), object="base:HZ2027-01", clause="5.5-exit", base="HZ2027-01",
    )  # fmt: skip
    verified(document, "ended", "2028-03-01")


def test_a_document_put_right_or_void() -> None:
    wrong = made(kit.reply())
    first = made(kit.reply(corrects=wrong))
    verified(wrong, "corrected")
    verified(first, "correction")
    kit.reply(corrects=wrong)
    verified(wrong, "corrected_twice")
    verified(voided(wrong), "void")
    verified(voided(kit.reply(n=2)), "void_without_file")


def test_other_kinds() -> None:
    form: dict[str, Any] = {"kind": kit.KIND.APPLICATION_FORM, "series": None, "clause": "4.1-paper"}
    old = made(kit.reply(**form, facts={"number": "2027-0001", "version": 1, "route": "municipal"}))
    verified(old, "application_form")
    kit.reply(**form, facts={"number": "2027-0001", "version": 2, "route": "210211"})
    verified(old, "application_form_outdated")
    years: dict[str, Any] = {"kind": kit.KIND.EVALUATION_NOTICE, "series": "大科协发"}
    verified(made(kit.reply(**years, facts={"base_name": "示例基地", "year": 2028, "score": "41.75"})), "evaluation")
    listed: dict[str, Any] = {"kind": kit.KIND.DESIGNATION_NOTICE, "series": "大科协发", "credit_code": ""}
    verified(made(kit.reply(**listed, facts={"units": [1, 2]})), "designation")


def test_a_code_that_is_typed() -> None:
    visitor, form = StrictClient(), reverse("site:verify_form")
    assert_each_reads({"form": visitor}, form, PAGES / "verify")
    assert_answer(visitor.get(form, {"code": "2345ABCDEFGHJKM0"}), 422, PAGES / "verify-mistyped.txt")
    assert_answer(visitor.get("/verify/2345ABCDEFGHJKMN/"), 404, PAGES / "verify-unknown.txt")


# The register -------------------------------------------------------------------------------------------------------


def readers(*roles: str) -> dict[str, StrictClient]:
    return {str(role): signed_in(kit.person(role)) for role in roles}


def test_the_register() -> None:
    keepers = readers(Role.MUNICIPAL, Role.LEADER, Role.AUDITOR, Role.EXPERT)
    assert_each_reads({"empty": keepers[Role.MUNICIPAL]}, REGISTER, PAGES / "register")
    made(kit.reply())
    voided(kit.reply(n=2))
    failed(kit.reply(n=3), 5)
    kit.reply(n=4)
    assert_each_reads(keepers, REGISTER, PAGES / "register")
    assert_each_reads({"not_found": keepers[Role.AUDITOR]}, f"{REGISTER}?q=nothing", PAGES / "register")


def test_a_document_without_its_file() -> None:
    people = readers(Role.MUNICIPAL, Role.LEADER, Role.AUDITOR)
    people["unit"] = signed_in(kit.person(Role.APPLICANT, organisation=kit.unit(1)))
    for name, document in {
        "waiting": kit.reply(),
        "tried": failed(kit.reply(), 2),
        "given_up": failed(kit.reply(), 5),
        "void": voided(failed(kit.reply(), 5)),
    }.items():
        address = reverse("documents:download", args=[document.public_id])
        assert_each_reads(people, address, PAGES / f"file-{name}")
    led_back = {
        who: "breadcrumb" in page and REGISTER in page.partition("<main")[0].partition("breadcrumb")[2]
        for who, page in ((who, client.get(address).text) for who, client in people.items())
    }
    assert led_back == dict.fromkeys(people, True) | {"unit": False}


def test_voiding() -> None:
    leader = signed_in(kit.person(Role.LEADER))
    document = kit.reply()
    form = kit.reply(kind=kit.KIND.APPLICATION_FORM, series=None, facts={}, clause="4.1-paper")
    address = reverse("documents:void", args=[document.public_id])
    assert_each_reads({"leader": leader}, address, PAGES / "voiding")
    assert_each_reads({"form": leader}, reverse("documents:void", args=[form.public_id]), PAGES / "voiding")
    assert_answer(leader.post(address, {"reason": " "}), 422, PAGES / "voiding-without_reason.txt")
    voided(document)
    assert_each_reads({"again": leader}, address, PAGES / "voiding")
    assert_answer(leader.post(address, {"reason": "再来一次"}), 422, PAGES / "voiding-refused.txt")
