"""A unit registers: who may, who may not and why, and never twice."""

from typing import Any

import pytest

from haizhi_portal.accounts.models import Organisation, User
from haizhi_portal.audit.models import Entry
from haizhi_portal.policy.verdict import Conflict, RuleViolation
from haizhi_portal.policy.words import Kind, Level, Role
from tests.accounts.people import NOW, PASSWORD, credit_code, place, registered

pytestmark = pytest.mark.django_db


@pytest.mark.clause("3.1-applicant")
def test_registering_opens_the_account_space_and_its_first_person() -> None:
    person = registered(person_name=" 陈 示例 ", mobile="+86 138-0000-0001", email=" chen@example.cn ")
    unit = person.organisation
    assert unit is not None
    assert (unit.credit_code, unit.name, unit.kind, unit.level) == (
        credit_code(),
        "滨海示例研究院",
        "institute",
        "none",
    )
    assert (unit.jurisdiction_id, unit.registered_at) == ("210211", NOW)
    assert (person.role, person.name, person.mobile, person.email) == (
        Role.APPLICANT,
        "陈 示例",
        "13800000001",
        "chen@example.cn",
    )
    assert person.check_password(PASSWORD)
    assert not person.is_staff
    entry = Entry.objects.latest("seq")
    assert (entry.event, entry.object, entry.clause) == (
        "user.registered",
        f"user:{person.public_id}",
        "3.1-applicant",
    )
    assert (entry.organisation, entry.actor, entry.role) == (unit.credit_code, person.public_id, "applicant")
    assert entry.data == {"kind": "institute", "level": "none", "jurisdiction": "210211"}


@pytest.mark.clause("3.1-applicant")
def test_full_width_lower_case_and_spaced_codes_are_understood() -> None:
    code = credit_code()
    typed = " ".join(chr(ord(sign) + 0xFEE0) for sign in code.lower())
    person = registered(credit_code=typed)
    assert person.organisation is not None
    assert person.organisation.credit_code == code


@pytest.mark.parametrize(
    ("changes", "clause", "field", "words"),
    [
        pytest.param(
            {"kind": Kind.SOCIETY, "level": Level.DISTRICT},
            "3.1-kinds",
            "level",
            "只有市级的",
            marks=pytest.mark.clause("3.1-kinds"),
        ),
        pytest.param(
            {"kind": Kind.SOCIETY, "level": Level.NONE},
            "3.1-kinds",
            "level",
            "只有市级的",
            marks=pytest.mark.clause("3.1-kinds"),
        ),
        ({"in_dalian": False}, "3.1-applicant", "in_dalian", "只有在大连市内"),
        (
            {"kind": Kind.SOCIETY, "level": Level.MUNICIPAL, "in_dalian": False},
            "3.1-applicant",
            "in_dalian",
            "大连市内",
        ),
        ({"is_branch": True}, "3.1-applicant", "is_branch", "分支机构"),
        ({"credit_code": credit_code(2, prefix="92210211")}, "3.1-applicant", "credit_code", "个体工商户"),
        ({"credit_code": "9121"}, "3.1-applicant", "credit_code", "现填了 4 位"),
        ({"credit_code": "91110108551385082P"}, "3.1-applicant", "credit_code", "校验码不符"),
        ({"credit_code": "9111010855138508OQ"}, "3.1-applicant", "credit_code", "是否应为 0"),
        ({"jurisdiction": None}, "4.1-via-district", "jurisdiction", "请选择单位实际所在"),
        ({"username": "a b"}, "", "username", "登录名须为"),
        ({"username": "陈明"}, "", "username", "登录名须为"),
        ({"mobile": "12345"}, "3.1-applicant", "mobile", "手机号应为"),
        ({"person_name": "\u200b "}, "", "name", "请填写姓名"),
    ],
)
@pytest.mark.clause("3.1-applicant")
def test_each_refusal_names_its_clause_and_the_answer_at_fault(
    changes: dict[str, Any], clause: str, field: str, words: str
) -> None:
    with pytest.raises(RuleViolation, match=words) as refused:
        registered(**changes)
    assert (refused.value.clause, refused.value.field) == (clause, field)


@pytest.mark.clause("3.1-kinds")
@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("level", list(Level))
def test_every_kind_at_every_level_registers_but_societies_below_or_above_the_city(kind: Kind, level: Level) -> None:
    if kind is Kind.SOCIETY and level is not Level.MUNICIPAL:
        with pytest.raises(RuleViolation):
            registered(kind=kind, level=level)
    else:
        assert registered(kind=kind, level=level).pk


@pytest.mark.clause("3.1-applicant")
def test_a_code_registers_once_and_the_second_is_told_whom_to_ask_and_nothing_else() -> None:
    first = registered(email="secret@example.cn")
    with pytest.raises(Conflict, match="由本单位的管理员") as refused:
        registered(2, credit_code=credit_code(1))
    assert refused.value.field == "credit_code"
    said = str(refused.value)
    assert first.name not in said
    assert "secret" not in said
    assert first.username not in said
    assert "滨海" not in said
    assert Organisation.objects.count() == User.objects.count() == 1


@pytest.mark.parametrize("name", ["chenming", "CHENMING", "ｃｈｅｎｍｉｎｇ", " ChenMing "])
def test_a_sign_in_name_belongs_to_one_person_in_any_case(name: str) -> None:
    registered()
    with pytest.raises(Conflict, match="登录名已有人使用"):
        registered(2, username=name)
    assert Organisation.objects.count() == 1


def test_the_place_is_the_one_chosen_never_the_one_in_the_code() -> None:
    person = registered(credit_code=credit_code(3, prefix="210202"), jurisdiction=place("gaoxin"))
    assert person.organisation is not None
    assert person.organisation.jurisdiction_id == "gaoxin"
