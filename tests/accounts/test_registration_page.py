"""The page of registration: clear answers, nothing typed lost, no person's data given away."""

from typing import Any

import pytest
from django.test import Client

from haizhi_portal.accounts.models import Organisation, User
from tests.accounts.people import PASSWORD, credit_code, registered

pytestmark = pytest.mark.django_db
REGISTER = "/accounts/register/"


def answers(**changes: str) -> dict[str, str]:
    return {
        "kind": "institute",
        "level": "none",
        "in_dalian": "yes",
        "is_branch": "no",
        "jurisdiction": "210211",
        "credit_code": credit_code(),
        "name": "滨海示例研究院",
        "legal_representative": "示例法人",
        "address": "大连市甘井子区示例路 1 号",
        "person_name": "陈示例",
        "mobile": "13800000001",
        "email": "chen@example.cn",
        "username": "chenming",
        "password": PASSWORD,
        "password_again": PASSWORD,
        **changes,
    }


@pytest.mark.clause("3.1-applicant")
def test_a_unit_registers_and_is_signed_in(client: Client) -> None:
    assert client.get(REGISTER).status_code == 200
    answer = client.post(REGISTER, answers())
    assert (answer.status_code, answer["Location"]) == (302, "/home/")
    person = User.objects.get()
    assert person.organisation == Organisation.objects.get()
    assert client.get("/accounts/profile/").status_code == 200


@pytest.mark.clause("3.1-applicant")
@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"credit_code": "9121"}, 422, "现填了 4 位"),
        ({"credit_code": "91110108551385082P"}, 422, "校验码不符"),
        ({"credit_code": credit_code(2, prefix="92210211")}, 422, "个体工商户"),
        ({"is_branch": "yes"}, 422, "由其所属的法人单位申报"),
        ({"in_dalian": "no"}, 422, "只有在大连市内的单位可以申报"),
        ({"kind": "society", "level": "district"}, 422, "依据：方案第三条第 1 款"),
        ({"kind": "society", "level": "none"}, 422, "改选“市属”"),
        ({"username": "陈"}, 422, "登录名须为"),
        ({"mobile": "123"}, 422, "手机号应为"),
        ({"password_again": "different"}, 422, "两次输入的密码不一致"),
        ({"password": "short", "password_again": "short"}, 422, "密码太短，至少要 10 位"),
        ({"password": "1234567890123", "password_again": "1234567890123"}, 422, "数字"),
        ({"password": "chenming@1", "password_again": "chenming@1"}, 422, "相似"),
        ({"jurisdiction": "nowhere"}, 422, "请从列出的选项中选择"),
        ({"kind": "circus"}, 422, "请从列出的选项中选择"),
        ({"email": "not an address"}, 422, "邮"),
    ],
)
def test_each_refusal_says_why_and_keeps_what_was_typed(
    client: Client, changes: dict[str, str], status: int, words: str
) -> None:
    typed = answers(**changes)
    answer = client.post(REGISTER, typed)
    page = answer.content.decode()
    assert (answer.status_code, User.objects.count()) == (status, 0)
    assert words in page
    assert "密码为安全起见不保留" in page
    for field, value in typed.items():
        if field.startswith("password"):
            assert PASSWORD not in page
        else:
            assert str(answer.context["form"][field].value()) == value


@pytest.mark.clause("3.1-applicant")
def test_a_registered_code_is_refused_without_telling_whose_it_is(client: Client) -> None:
    registered(name="神秘研究院", person_name="张某", email="zhang@example.cn")
    answer = client.post(REGISTER, answers(username="another", name="另一研究院"))
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "请由本单位的管理员" in page
    for secret in ("神秘研究院", "张某", "zhang@example.cn", "chenming"):
        assert secret not in page


def test_a_sign_in_name_in_use_is_refused(client: Client) -> None:
    registered()
    answer = client.post(REGISTER, answers(username="CHENMING", credit_code=credit_code(5)))
    assert answer.status_code == 409
    assert "这个登录名已有人使用" in answer.content.decode()
    assert Organisation.objects.count() == 1


@pytest.mark.clause("3.1-kinds")
@pytest.mark.parametrize(
    ("changes", "status", "words"),
    [
        ({"kind": "society", "level": "district"}, 422, "只有市级的可以申报"),
        ({"in_dalian": "no"}, 422, "只有在大连市内"),
        ({"is_branch": "yes"}, 422, "分支机构"),
        ({"credit_code": "9121"}, 422, "现填了 4 位"),
        ({"jurisdiction": ""}, 422, "请选择单位实际所在的区"),
        ({}, 200, "甘井子区科协审核"),
        ({"jurisdiction": "gaoxin"}, 200, "负责科协工作的部门审核"),
        ({"level": "municipal", "jurisdiction": ""}, 200, "直接向市科协申报"),
        ({"kind": "society", "level": "municipal", "jurisdiction": ""}, 200, "直接向市科协申报"),
        ({"kind": ""}, 422, "这一项不能空着"),
    ],
)
def test_whether_one_may_apply_is_answered_before_anything_else_is_typed(
    client: Client, changes: dict[str, str], status: int, words: str
) -> None:
    asked = {"kind": "institute", "level": "none", "in_dalian": "yes", "is_branch": "no", "jurisdiction": "210211"}
    answer = client.post(REGISTER, {**asked, **changes, "check": "1"})
    assert answer.status_code == status
    assert words in answer.content.decode()
    assert (answer.context["form"].answer is not None) == (status == 200)
    assert User.objects.count() == 0


@pytest.mark.parametrize(
    "junk", [{}, {"credit_code": "\x00"}, {"username": "\x00"}, {"name": "x" * 5000}, {"username": "a" * 61}]
)
def test_junk_is_answered_with_the_page(junk: dict[str, Any]) -> None:
    assert Client().post(REGISTER, {**answers(), **junk} if junk else {}).status_code == 422


def test_the_route_finder_may_hand_over_its_answers(client: Client) -> None:
    page = client.get(f"{REGISTER}?kind=park&level=district&jurisdiction=jinpu")
    form = page.context["form"]
    assert [form[name].value() for name in ("kind", "level", "jurisdiction")] == ["park", "district", "jinpu"]
