"""Who reviews where: seeded, editable by the society department, recorded."""

import pytest
from django.test import Client

from haizhi_portal.accounts.actions.places import add_body, change_body, change_reviewing_body
from haizhi_portal.accounts.models import Jurisdiction, ReviewingBody
from haizhi_portal.audit.models import Entry
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import JURISDICTIONS, Role
from tests.accounts.people import acting, place, staff

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1-via-district")]


def test_every_jurisdiction_of_the_rules_is_there_with_its_body() -> None:
    seeded = list(Jurisdiction.objects.values_list("code", "name", "kind"))
    assert seeded == [(each.code, each.name, each.kind) for each in JURISDICTIONS]
    assert place("210211").reviewing_body.name == "甘井子区科协"
    assert place("210211").reviewing_body.kind == "district_cast"
    assert place("gaoxin").reviewing_body.kind == "zone_department"
    assert ReviewingBody.objects.count() == 14
    assert place("210213").reviewing_body == place("jinpu").reviewing_body


def test_another_body_reviews_from_now_on() -> None:
    officer, body = staff(Role.MUNICIPAL), place("210281").reviewing_body
    change_reviewing_body(
        actor=acting(officer), jurisdiction=place("taipingwan"), reviewing_body=body, reason="机构调整"
    )
    assert place("taipingwan").reviewing_body == body
    entry = Entry.objects.latest("seq")
    assert (entry.event, entry.object, entry.reason) == (
        "jurisdiction.reassigned",
        "jurisdiction:taipingwan",
        "机构调整",
    )
    assert entry.data == {"before": "太平湾合作创新区负责科协工作的部门", "after": "瓦房店市科协"}
    with pytest.raises(RuleViolation, match="没有变化"):
        change_reviewing_body(actor=acting(officer), jurisdiction=place("taipingwan"), reviewing_body=body, reason="x")


def test_renaming_keeps_the_body_and_adding_refuses_a_name_in_use() -> None:
    officer, body = acting(staff(Role.MUNICIPAL)), place("gaoxin").reviewing_body
    change_body(
        actor=officer,
        reviewing_body=body,
        name=" 高新区 科协 ",
        kind="district_cast",
        telephone="0411-1",
        reason="更名",
    )
    assert place("gaoxin").reviewing_body.name == "高新区 科协"
    for attempt in (
        lambda: add_body(actor=officer, name="高新区 科协", kind="district_cast", telephone="", reason="新设"),
        lambda: change_body(
            actor=officer, reviewing_body=body, name="甘井子区科协", kind="district_cast", telephone="", reason="更名"
        ),
    ):
        with pytest.raises(RuleViolation, match="已有同名"):
            attempt()
    assert add_body(actor=officer, name="新区科协", kind="district_cast", telephone="", reason="新设").pk


@pytest.mark.parametrize("role", [Role.LEADER, Role.ADMIN, Role.AUDITOR, Role.EXPERT])
def test_only_the_society_department_edits(role: Role) -> None:
    actor = acting(staff(role))
    with pytest.raises(RuleViolation, match="由市科协学会部维护"):
        change_reviewing_body(
            actor=actor, jurisdiction=place("gaoxin"), reviewing_body=place("210211").reviewing_body, reason="x"
        )
    with pytest.raises(RuleViolation, match="由市科协学会部维护"):
        add_body(actor=actor, name="新区科协", kind="district_cast", telephone="", reason="新设")
    with pytest.raises(RuleViolation, match="由市科协学会部维护"):
        change_body(
            actor=actor,
            reviewing_body=place("gaoxin").reviewing_body,
            name="新区科协",
            kind="district_cast",
            telephone="",
            reason="更名",
        )


def test_what_is_kept_of_a_body_and_what_the_ledger_says() -> None:
    officer, body = acting(staff(Role.MUNICIPAL)), place("gaoxin").reviewing_body
    before = body.name
    facts = {"kind": "district_cast", "telephone": " 0411-1 ", "reason": " 更名 "}
    change_body(actor=officer, reviewing_body=body, name="高新区科协", **facts)
    made = add_body(actor=officer, name=" 新区  科协 ", **facts)
    kept = ReviewingBody.objects.filter(pk__in=[body.pk, made.pk]).order_by("pk")
    assert [(each.name, each.kind, each.telephone) for each in kept] == [
        ("高新区科协", "district_cast", "0411-1"),
        ("新区 科协", "district_cast", "0411-1"),
    ]
    changed, added = Entry.objects.filter(event__startswith="reviewing_body").order_by("seq")
    assert (changed.event, changed.object, changed.reason, changed.data) == (
        "reviewing_body.changed",
        f"reviewing_body:{before}",
        "更名",
        {"before": before, "after": "高新区科协"},
    )
    assert (added.event, added.object, added.reason, added.data) == (
        "reviewing_body.added",
        "reviewing_body:新区 科协",
        "更名",
        {"kind": "district_cast"},
    )
    for wrong, field in (({"name": " "}, "name"), ({"reason": " "}, "reason")):
        with pytest.raises(RuleViolation) as refused:
            add_body(actor=officer, **{"name": "另一科协", **facts, **wrong})
        assert refused.value.field == field
    with pytest.raises(RuleViolation, match="请写明理由"):
        change_reviewing_body(actor=officer, jurisdiction=place("210211"), reviewing_body=body, reason=" ")
    assert place("210211").reviewing_body != body


def test_the_pages(client_for: object) -> None:
    officer: Client = client_for(staff(Role.MUNICIPAL))  # type: ignore[operator]
    page = officer.get("/accounts/places/").content.decode()
    assert page.count("金普新区（金州区）科协") == 2
    assert officer.get("/accounts/places/gaoxin/").status_code == 200
    assert officer.get("/accounts/places/nowhere/").status_code == 404
    body = place("210211").reviewing_body
    missing = officer.post("/accounts/places/gaoxin/", {"act": "choose", "reviewing_body": body.pk, "reason": ""})
    assert missing.status_code == 422
    assert officer.post("/accounts/places/gaoxin/", {"act": "nonsense"}).status_code == 422
    same = {"act": "choose", "reviewing_body": place("gaoxin").reviewing_body_id, "reason": "无"}
    assert officer.post("/accounts/places/gaoxin/", same).status_code == 409
    chosen = officer.post("/accounts/places/gaoxin/", {"act": "choose", "reviewing_body": body.pk, "reason": "并入"})
    assert (chosen.status_code, chosen["Location"]) == (302, "/accounts/places/")
    assert place("gaoxin").reviewing_body == body
    renamed = officer.post(
        "/accounts/places/210211/",
        {"act": "change", "name": "甘井子科协", "kind": "district_cast", "telephone": "", "reason": "更名"},
    )
    assert renamed.status_code == 302
    added = officer.post(
        "/accounts/places/bodies/new/", {"name": "新区科协", "kind": "district_cast", "telephone": "", "reason": "新设"}
    )
    assert added.status_code == 302
    twice = officer.post(
        "/accounts/places/bodies/new/", {"name": "新区科协", "kind": "district_cast", "telephone": "", "reason": "新设"}
    )
    assert twice.status_code == 409
    assert "已有同名的审核单位" in twice.content.decode()
    leader: Client = client_for(staff(Role.LEADER))  # type: ignore[operator]
    assert "/accounts/places/gaoxin/" not in leader.get("/accounts/places/").content.decode()
    assert leader.get("/accounts/places/gaoxin/").status_code == 403
