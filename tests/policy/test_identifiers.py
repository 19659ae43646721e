from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from haizhi_portal.policy.identifiers import (
    CREDIT_CODE_ALPHABET,
    credit_code_verdict,
    id_card_verdict,
    legal_person_verdict,
    mask_id,
    mobile_verdict,
    normalise,
    subject_check_digit,
    synthetic_credit_code,
)

pytestmark = pytest.mark.clause("3.1-applicant")

SYNTHETIC = (
    "91210200MA0DL00113",
    "12210200422420013N",
    "51210200500220018T",
    "52210200MJ31X00147",
    "11210200011860014G",
)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" 9121 0200 ma0d l001 13 ", "91210200MA0DL00113"),
        ("９１２１０２００ＭＡ０ＤＬ００１１３", "91210200MA0DL00113"),
        ("91210200-MA0DL001-13", "91210200MA0DL00113"),
        ("91210200–MA0DL001−13", "91210200MA0DL00113"),
        ("91210200\u3000MA0DL001\u200b13\t", "91210200MA0DL00113"),
        ("2102021990０101001ｘ", "2102021990010100" + "1X"),
        ("", ""),
    ],
)
def test_normalise(typed, kept):
    assert normalise(typed) == kept


@given(st.text(" \t-–－　0９aＡzＺXx\u200b，"))
def test_normalising_twice_changes_nothing(text):
    assert normalise(normalise(text)) == normalise(text)


@pytest.mark.parametrize("code", SYNTHETIC)
def test_a_valid_code_is_accepted_however_typed(code):
    assert credit_code_verdict(code)
    assert credit_code_verdict(f" {code[:8].lower()}-{code[8:].lower()} ")


@pytest.mark.clause("3.1-applicant")
@pytest.mark.parametrize(
    "body",
    [
        "11210200011860014",  # an authority
        "13210200011860014",  # an association whose posts the state keeps
        "54210204011860014",  # a residents' committee
        "93210281MA0DL0011",  # a farmers' cooperative
        "N2210283MA0DL0011",  # a village's economic organisation
        "Y1210200MA0DL0011",
        "91100000MA0DL0011",  # the national registry
        "91210000MA0DL0011",  # the province's
        "91210231MA0DL0011",  # a development zone's own code, in no table of divisions
        "91310115MA0DL0011",
        "91429004MA0DL0011",  # a city directly under its province
    ],
)
def test_who_registers_what_and_where_is_known(body):
    assert credit_code_verdict(body + uscc.calc_check_digit(body))


@pytest.mark.clause("3.1-applicant")
@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("", "请填写"),
        ("91210200MA0DL0011", "现填了 17 位"),
        ("91210200MA0DL001133", "现填了 19 位"),
        ("91210200MAODL00113", "第 11 位“O”不是可用字符，是否应为 0"),
        ("9I210200MA0DL00113", "第 2 位“I”不是可用字符，是否应为 1"),
        ("91210200MA0DL0011Z", "第 18 位“Z”不是可用字符，是否应为 2"),
        ("91210200MA0DL0011*", "第 18 位“*”不是可用字符，请对照证照更正"),
        ("91210200MA0DL0011三", "第 18 位“三”不是可用字符"),
        ("9121A200MA0DL00113", "应全为数字"),
        ("91A10200MA0DL00113", "应全为数字"),
        ("9121020AMA0DL00113", "应全为数字"),
        ("91210200MA0DL00114", "校验码不符"),
        ("19210200MA0DL00113", "校验码不符"),
        ("000000000000000000", "第 1 位“0”不是登记管理部门的代码"),
        ("B1210200MA0DL0011", "现填了 17 位"),
        ("B1210200MA0DL00113", "第 1 位“B”不是登记管理部门的代码"),
        ("94210200MA0DL0011R", "第 2 位“4”不是市场监管部门登记的机构类别"),
        ("Y2210200MA0DL0011A", "第 2 位“2”不是其他部门登记的机构类别"),
        ("91219900MA0DL0011N", "第 3 至 8 位“219900”不是登记机关的行政区划代码"),
        ("91000000MA0DL00117", "第 3 至 8 位“000000”不是登记机关的行政区划代码"),
    ],
)
def test_a_wrong_code_is_told_how_to_mend(code, words):
    verdict = credit_code_verdict(code)
    assert (verdict.allowed, verdict.clause) == (False, "3.1-applicant")
    assert words in verdict.reason


@given(st.sampled_from(SYNTHETIC), st.integers(0, 17), st.sampled_from(CREDIT_CODE_ALPHABET))
def test_one_wrong_place_is_always_noticed(code, place, sign):
    wrong = code[:place] + sign + code[place + 1 :]
    assert credit_code_verdict(wrong).allowed is (wrong == code)


@given(st.text())
def test_any_text_gets_an_answer(text):
    for verdict in (credit_code_verdict(text), id_card_verdict(text), mobile_verdict(text)):
        assert verdict or verdict.reason


@pytest.mark.parametrize(
    ("code", "is_branch", "words"),
    [
        ("91210200MA0DL00113", False, None),
        (None, False, None),
        ("91210200MA0DL00113", True, "分支机构"),
        (None, True, "分支机构"),
        ("92210200MA0DL00119", False, "个体工商户"),
        ("92210200ma0dl00119", False, "个体工商户"),
        ("91210200MA0DL00114", False, "校验码"),
    ],
)
def test_legal_person(code, is_branch, words):
    verdict = legal_person_verdict(code, is_branch)
    assert verdict.allowed is (words is None)
    assert words is None or words in verdict.reason


@pytest.mark.clause("4.1-materials")
@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("11010519491231002X", None),
        ("11010519491231002x", None),
        ("210202199001010010", None),
        ("21020219900101001", "现填了 17 位"),
        ("2102021990010100A0", "末位为数字或 X"),
        ("210202199002300017", "出生日期"),
        ("210202199002310015", "出生日期"),
        ("210202189912310015", "出生日期"),
        ("21020219000101001X", None),
        ("210202199001010011", "校验码"),
    ],
)
def test_id_card(number, words):
    verdict = id_card_verdict(number)
    assert verdict.allowed is (words is None)
    assert words is None or words in verdict.reason


@pytest.mark.parametrize(
    ("number", "allowed"),
    [
        ("13812345678", True),
        ("138 1234-5678", True),
        ("１３８１２３４５６７８", True),
        ("+86 13812345678", True),
        ("8613812345678", False),
        ("12812345678", False),
        ("1381234567", False),
        ("138123456789", False),
        ("041112345678", False),
        ("", False),
    ],
)
def test_mobile(number, allowed):
    assert mobile_verdict(number).allowed is allowed


@given(st.sampled_from(["210200", "91210200", "12210200", "51210200", "52210211", "92210200"]), st.integers())
def test_synthetic_codes_are_valid_and_repeatable(prefix, seed):
    code = synthetic_credit_code(prefix, Random(seed))
    assert code == synthetic_credit_code(prefix, Random(seed))
    assert code.startswith(prefix if len(prefix) == 8 else f"91{prefix}")
    assert code[8:10] == "DL"
    assert credit_code_verdict(code)


@pytest.mark.parametrize("code", SYNTHETIC)
def test_the_inner_check_digit(code):
    assert subject_check_digit(code[8:16]) == code[16]


def test_a_synthetic_code_needs_a_prefix_of_six_or_eight():
    with pytest.raises(ValueError, match="6 or 8"):
        synthetic_credit_code("2102", Random(1))


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("210202199001010010", "210***********0010"),
        ("13812341234", "138****1234"),
        ("1234567", "*******"),
        ("12345678", "123*5678"),
        ("", ""),
    ],
)
def test_mask(text, masked):
    assert mask_id(text) == masked


@given(st.text(max_size=40))
def test_a_mask_keeps_the_length_and_never_shows_all(text):
    masked = mask_id(text)
    assert len(masked) == len(text)
    assert masked.count("*") >= min(1, len(text))
