"""The route finder: every kind and level, every reason against, the call's days, and what is taken along."""

from datetime import date
from random import Random
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine

from haizhi_portal.accounts.models import Jurisdiction, ReviewingBody
from haizhi_portal.policy.identifiers import synthetic_credit_code
from haizhi_portal.policy.routing import eligibility, obstacles
from haizhi_portal.policy.words import Kind, Level
from haizhi_portal.site.route_finder import Facts, destination, needs, obstacles_to, timing
from tests import factories as make

pytestmark = pytest.mark.django_db
DIRECT_LEVELS = {Level.CENTRAL, Level.PROVINCIAL, Level.MUNICIPAL}
FIRM = {"kind": "enterprise", "level": "none"}


def ask(client: Any, **facts: str) -> str:
    response = client.get("/route/", facts)
    assert response.status_code == 200
    return str(response.content.decode().partition("<main")[2].partition("</main>")[0])


def test_before_an_answer_there_are_only_questions(client: Any) -> None:
    html = ask(client)
    assert "请回答" in html
    assert 'role="alert"' not in html
    assert "六项条件" not in html


@pytest.mark.clause("4.1-direct", "4.1-via-district", "3.1-kinds")
@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("level", Level)
def test_every_kind_and_level(kind: Kind, level: Level) -> None:
    place = Jurisdiction.objects.select_related("reviewing_body").get(code="jinpu")
    facts = Facts(kind=kind, level=level, jurisdiction=place)
    if kind == Kind.SOCIETY and level != Level.MUNICIPAL:
        assert [each.title for each in obstacles_to(facts)] == ["不是市级学会"]
        return
    assert obstacles_to(facts) == []
    direct = kind in {Kind.SOCIETY, Kind.DISTRICT_CAST} or level in DIRECT_LEVELS
    to = destination(facts)
    assert (to.clause, to.place) == (("4.1-direct", None) if direct else ("4.1-via-district", place))
    assert destination(Facts(kind=kind, level=level)).is_open is not direct


INDIVIDUAL = synthetic_credit_code("92210200", Random(1))
WRONG = "91210200DL0000000X"


@pytest.mark.clause("3.1-applicant", "3.1-kinds")
@pytest.mark.parametrize(
    ("changes", "titles"),
    [
        ({}, []),
        ({"level": "district", "kind": "society"}, ["不是市级学会"]),
        ({"in_dalian": False}, ["不在大连市内"]),
        ({"is_branch": True}, ["是分支机构"]),
        ({"credit_code": INDIVIDUAL}, ["是个体工商户"]),
        ({"credit_code": WRONG}, ["统一社会信用代码"]),
        ({"credit_code": synthetic_credit_code("91210200", Random(1))}, []),
        (
            {"kind": "society", "level": "none", "in_dalian": False, "is_branch": True, "credit_code": INDIVIDUAL},
            ["不是市级学会", "不在大连市内", "是分支机构", "是个体工商户"],
        ),
    ],
)
def test_every_reason_has_its_own_advice(changes: dict[str, Any], titles: list[str]) -> None:
    facts = Facts(**{**FIRM, **changes})
    found = obstacles_to(facts)
    assert [each.title for each in found] == titles
    assert len({each.advice for each in found}) == len(found)
    assert all(each.advice and each.verdict.reason for each in found)
    asked = {
        "kind": facts.kind,
        "level": facts.level,
        "in_dalian": facts.in_dalian,
        "is_branch": facts.is_branch,
        "credit_code": facts.credit_code,
    }
    first = eligibility(**asked)
    assert bool(first) is not bool(found)
    if found:
        assert first == obstacles(**asked)[0][1]


@pytest.mark.clause("4.1-annual")
@pytest.mark.parametrize(
    ("today", "tone", "words"),
    [
        ("2027-02-28", "wait", "还没有开始"),
        ("2027-03-01", "act", "正在进行"),
        ("2027-04-30", "act", "正在进行"),
        ("2027-05-01", "stop", "已经截止"),
    ],
)
def test_the_days_of_the_call(today: str, tone: str, words: str) -> None:
    make.call()
    via = destination(Facts(**FIRM))
    told = timing(date.fromisoformat(today), via)
    assert (told.tone, words in told.sentence) == (tone, True)
    assert [day for _, day in told.days] == [date(2027, 3, 1), date(2027, 4, 30), date(2027, 5, 20)]
    direct = destination(Facts(kind="enterprise", level="municipal"))
    assert [day for _, day in timing(date.fromisoformat(today), direct).days] == [date(2027, 3, 1), date(2027, 4, 30)]


def test_without_a_call_it_says_what_can_be_done_now() -> None:
    told = timing(date(2027, 1, 1), destination(Facts(**FIRM)))
    assert (told.tone, told.days) == ("wait", ())
    assert "现在就可以注册" in told.sentence


@pytest.mark.clause("4.1-materials", "4.1-paper", "3.2-organised")
@pytest.mark.parametrize(
    ("kind", "certificate"),
    [("enterprise", "营业执照"), ("society", "社会团体法人登记证书"), ("public_institution", "事业单位法人证书")],
)
def test_what_is_needed_fits_the_kind(kind: str, certificate: str) -> None:
    found = needs(Facts(kind=kind, level="municipal"), date(2027, 3, 1))
    assert ("法人资格证书", f"{certificate}，加盖公章后扫描。", True) in found.materials
    assert (len(found.conditions), found.copies) == (6, 2)


def test_the_page_shows_all_of_it_and_hands_it_over(client: Any) -> None:
    make.call()
    body = ReviewingBody.objects.get(jurisdictions__code="210211")
    body.telephone = "0411-12345678"
    body.save()
    asked = {**FIRM, "in_dalian": "yes", "is_branch": "no", "jurisdiction": "210211"}
    with time_machine.travel(make.at("2027-03-15")):
        html = ask(client, **asked)
    for words in (
        body.name,
        "0411-12345678",
        "方案第四条第 1 款",
        "2027年4月30日",
        "2027年5月20日",
        "工作规程",
        "交 2 份",
    ):
        assert words in html, words
    link = html.partition('hz-move-action" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert {key: value[0] for key, value in parse_qs(urlsplit(link).query).items()} == asked
    form = client.get(link).context["form"]
    assert {name: form[name].value() for name in asked} == asked


@pytest.mark.parametrize("changes", [{"is_branch": "yes"}, {"in_dalian": "no"}, {"credit_code": INDIVIDUAL}])
def test_who_may_not_apply_is_not_led_to_registering(client: Any, changes: dict[str, str]) -> None:
    html = ask(client, **FIRM, **changes)
    assert 'role="alert"' in html
    assert "可以这样办" in html
    assert "/accounts/register/" not in html


@pytest.mark.clause("4.1-via-district")
@pytest.mark.parametrize("places", [1, 3])
def test_who_goes_through_a_jurisdiction_sees_all_of_them_in_one_query(
    client: Any, django_assert_num_queries: Any, places: int
) -> None:
    Jurisdiction.objects.all().delete()
    for number in range(places):
        body = ReviewingBody.objects.create(name=f"第{number}审核处", kind="district_cast")
        Jurisdiction.objects.create(code=f"t{number}", name=f"第{number}区", kind="district", reviewing_body=body)
    calls, figures, choices, table = 2, 1, 1, 1
    with django_assert_num_queries(calls + figures + choices + table):
        html = ask(client, **FIRM)
    assert "先报所在辖区的审核单位" in html
    assert html.count("审核处") == places


@pytest.mark.parametrize(
    "facts",
    [
        {"kind": "enterprise"},
        {"kind": "x", "level": "none"},
        {"level": "\x00"},
        {**FIRM, "jurisdiction": "\x00"},
        {**FIRM, "jurisdiction": "nowhere"},
        {**FIRM, "credit_code": "x" * 61},
        {**FIRM, "in_dalian": "perhaps"},
    ],
)
def test_an_unfinished_or_odd_question_gets_a_summary(client: Any, facts: dict[str, str]) -> None:
    assert "需要改正" in ask(client, **facts)


def test_full_width_digits_are_understood(client: Any) -> None:
    code = synthetic_credit_code("91210200", Random(1))
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
    assert "用这些回答注册" in ask(client, **FIRM, credit_code=wide)
