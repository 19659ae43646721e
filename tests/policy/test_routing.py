from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haizhi_portal.policy.routing import eligibility, obstacles, route
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import JURISDICTIONS, ROUTE_MUNICIPAL, Kind, Level

UNITS = ("park", "university", "institute", "enterprise", "public_institution")
CODES = [place.code for place in JURISDICTIONS]


@pytest.mark.clause("4.1-direct")
@pytest.mark.parametrize(
    ("kind", "level"),
    [
        ("society", "municipal"),
        *(("district_cast", level) for level in Level),
        *((kind, level) for kind in UNITS for level in ("central", "provincial", "municipal")),
    ],
)
@pytest.mark.parametrize("jurisdiction", ["210211", "gaoxin", "", None])
def test_straight_to_the_municipal_cast(kind, level, jurisdiction):
    found = route(kind=kind, level=level, jurisdiction=jurisdiction)
    assert (found.target, found.clause, found.is_direct) == (ROUTE_MUNICIPAL, "4.1-direct", True)
    assert "直接向市科协申报" in found.reason


@pytest.mark.clause("4.1-direct")
@pytest.mark.parametrize(
    ("kind", "level", "reason"),
    [
        ("society", "municipal", "市级学会（协会、研究会）直接向市科协申报。"),
        ("district_cast", "district", "区（市、县）科协直接向市科协申报。"),
        ("institute", "municipal", "隶属关系为“市属”，市属及以上单位直接向市科协申报。"),
    ],
)
def test_what_a_direct_route_follows_from_is_said(kind, level, reason):
    assert route(kind=kind, level=level, jurisdiction="210211").reason == reason


@pytest.mark.clause("4.1-via-district")
@pytest.mark.parametrize("kind", UNITS)
@pytest.mark.parametrize("level", ["district", "none"])
@pytest.mark.parametrize("jurisdiction", CODES)
def test_everyone_else_through_where_it_is_situated(kind, level, jurisdiction):
    found = route(kind=kind, level=level, jurisdiction=jurisdiction)
    assert (found.target, found.clause, found.is_direct) == (jurisdiction, "4.1-via-district", False)


@pytest.mark.clause("4.1-via-district")
def test_a_zone_reviews_through_its_department_a_district_through_its_cast():
    zone = route(kind="enterprise", level="none", jurisdiction="gaoxin")
    district = route(kind="enterprise", level="none", jurisdiction="210211")
    assert "高新技术产业园区负责科协工作的部门审核" in zone.reason
    assert "甘井子区科协审核" in district.reason


@pytest.mark.clause("4.1-via-district")
@pytest.mark.parametrize("jurisdiction", ["", None, "210200", "210282", "municipal", "elsewhere"])
def test_a_jurisdiction_must_be_chosen_where_one_is_needed(jurisdiction):
    with pytest.raises(RuleViolation) as caught:
        route(kind="enterprise", level="none", jurisdiction=jurisdiction)
    assert (caught.value.clause, caught.value.field) == ("4.1-via-district", "jurisdiction")


@pytest.mark.clause("3.1-kinds")
@pytest.mark.parametrize("level", ["central", "provincial", "district", "none"])
def test_a_society_that_is_not_municipal_has_no_route(level):
    with pytest.raises(RuleViolation) as caught:
        route(kind="society", level=level, jurisdiction="210211")
    assert (caught.value.clause, caught.value.field, caught.value.code) == ("3.1-kinds", "level", "not_eligible")


@pytest.mark.clause("3.1-kinds")
@given(st.sampled_from(Kind), st.sampled_from(Level), st.sampled_from(CODES))
def test_every_combination_has_a_route_or_is_told_why_not(kind, level, jurisdiction):
    eligible = eligibility(kind=kind, level=level, in_dalian=True, is_branch=False, credit_code=None)
    if eligible:
        found = route(kind=kind, level=level, jurisdiction=jurisdiction)
        assert found.target in {ROUTE_MUNICIPAL, jurisdiction}
        assert found.reason
    else:
        with pytest.raises(RuleViolation) as caught:
            route(kind=kind, level=level, jurisdiction=jurisdiction)
        assert caught.value.message == eligible.reason


@pytest.mark.clause("3.1-applicant")
@pytest.mark.clause("3.1-kinds")
@pytest.mark.parametrize(
    ("changed", "clause", "words"),
    [
        ({}, "3.1-applicant", None),
        ({"credit_code": None}, "3.1-applicant", None),
        ({"kind": "society", "level": "municipal"}, "3.1-applicant", None),
        ({"kind": "society", "level": "provincial"}, "3.1-kinds", "只有市级的可以申报"),
        ({"kind": "society", "level": "none", "in_dalian": False}, "3.1-kinds", "只有市级的可以申报"),
        ({"in_dalian": False}, "3.1-applicant", "大连市内"),
        ({"is_branch": True}, "3.1-applicant", "分支机构"),
        ({"is_branch": True, "credit_code": None}, "3.1-applicant", "分支机构"),
        ({"credit_code": "92210200MA0DL00119"}, "3.1-applicant", "个体工商户"),
        ({"credit_code": "91210200MA0DL00114"}, "3.1-applicant", "校验码不符"),
        ({"credit_code": ""}, "3.1-applicant", "请填写"),
    ],
)
def test_eligibility(changed, clause, words):
    facts = {
        "kind": "enterprise",
        "level": "none",
        "in_dalian": True,
        "is_branch": False,
        "credit_code": "91210200MA0DL00113",
    }
    verdict = eligibility(**{**facts, **changed})
    assert (verdict.allowed, verdict.clause) == (words is None, clause)
    assert words is None or words in verdict.reason


@pytest.mark.clause("3.1-applicant", "3.1-kinds")
@pytest.mark.parametrize(
    ("changed", "questions"),
    [
        ({}, []),
        ({"credit_code": None}, []),
        ({"kind": "society"}, ["level"]),
        ({"in_dalian": False}, ["in_dalian"]),
        ({"is_branch": True}, ["is_branch"]),
        ({"credit_code": "92210200MA0DL00119"}, ["credit_code"]),
        (
            {"kind": "society", "in_dalian": False, "is_branch": True, "credit_code": ""},
            ["level", "in_dalian", "is_branch", "credit_code"],
        ),
    ],
)
def test_every_obstacle_is_named_by_its_question(changed, questions):
    facts = {
        "kind": "enterprise",
        "level": "none",
        "in_dalian": True,
        "is_branch": False,
        "credit_code": "91210200MA0DL00113",
    }
    found = obstacles(**{**facts, **changed})
    assert [question for question, _ in found] == questions
    assert not any(verdict.allowed for _, verdict in found)


def test_words_outside_the_vocabulary_are_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="club"):
        route(kind="club", level="none", jurisdiction="210211")
