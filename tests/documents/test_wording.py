from datetime import UTC, date, datetime

import pytest

from haizhi_portal.documents.codes import in_groups, looks_like_code, read_code
from haizhi_portal.documents.wording import (
    organisation_words,
    printable,
    result_words,
    route_words,
    size_words,
    title_lines,
)
from tests import factories as make


@pytest.mark.parametrize(
    "typed",
    [
        "2345ABCDEFGHJKMN",
        "2345-abcd-efgh-jkmn",
        " 2345 ABCD EFGH JKMN ",
        "２３４５－ＡＢＣＤ－ＥＦＧＨ－ＪＫＭＮ",
        "2345—ABCD–EFGH·JKMN",
        "2345　ＡＢＣＤ　efgh_JKMN",
    ],
)
def test_a_typed_code_is_read_as_printed(typed: str) -> None:
    assert read_code(typed) == "2345ABCDEFGHJKMN"
    assert looks_like_code(read_code(typed))


@pytest.mark.parametrize("typed", ["", "2345", "2345ABCDEFGHJKM0", "2345ABCDEFGHJKMNP", "大科协批〔2027〕1号"])
def test_what_is_no_code(typed: str) -> None:
    assert not looks_like_code(read_code(typed))


def test_a_code_in_groups() -> None:
    assert in_groups("2345ABCDEFGHJKMN") == "2345-ABCD-EFGH-JKMN"


@pytest.mark.parametrize(
    ("title", "name", "lines"),
    [
        ("关于甲的批复", "", ["关于甲的批复"]),
        (
            "大连市科学技术协会关于认定2027年度海智工作基地的通知",
            "",
            ["大连市科学技术协会关于认定", "2027年度海智工作基地的通知"],
        ),
        (
            "大连市科学技术协会关于同意大连滨城示例海洋工程研究院设立海智工作基地的批复",
            "大连滨城示例海洋工程研究院",
            ["大连市科学技术协会关于同意", "大连滨城示例海洋工程研究院", "设立海智工作基地的批复"],
        ),
    ],
)
def test_a_title_breaks_between_words(title: str, name: str, lines: list[str]) -> None:
    assert title_lines(title, name=name) == lines


@pytest.mark.parametrize("length", range(1, 130, 7))
def test_a_title_of_any_length_is_whole_and_no_line_is_too_long(length: int) -> None:
    title = ("关于" + "滨" * 130)[: length - 1] + "的"
    lines = title_lines(title)

    assert "".join(lines) == title
    assert all(0 < len(line) <= 20 for line in lines)


def test_dates_are_said_and_other_text_is_left_alone() -> None:
    facts = {
        "a": "2027-09-01",
        "b": ["2027-01-05T23:30:00Z", "2027-13-45", "HZ2027-01"],
        "c": {"d": None, "e": 3, "f": "一\r\n二"},
    }

    assert printable(facts) == {
        "a": "2027年9月1日",
        "b": ["2027年1月6日", "2027-13-45", "HZ2027-01"],
        "c": {"d": None, "e": 3, "f": "一\n二"},
    }


def test_facts_not_yet_stored_are_said_alike() -> None:
    shanghai = make.at("2027-01-06", 0, 30)
    facts = (date(2027, 9, 1), shanghai, shanghai.astimezone(UTC), datetime(2027, 1, 6, 23), [1, (True, None)])
    assert printable(facts) == ["2027年9月1日", "2027年1月6日", "2027年1月6日", "2027年1月6日", [1, [True, None]]]
    assert printable("2027-01-06 23:30:00") == "2027年1月6日"


def test_a_unit_s_particulars_in_words() -> None:
    labels = ("单位名称", "统一社会信用代码", "单位性质", "隶属关系", "所在辖区", "法定代表人", "地址")
    given = {
        "name": "示例学会",
        "credit_code": "51210200",
        "kind": "society",
        "level": "municipal",
        "place": "甘井子区",
        "legal_representative": "林示例",
        "address": "示例路 1 号",
    }
    words = ("示例学会", "51210200", "学会（协会、研究会）", "市属", "甘井子区", "林示例", "示例路 1 号")
    assert organisation_words(given) == list(zip(labels, words, strict=True))
    assert organisation_words({}) == [(label, "") for label in labels]
    assert dict(organisation_words({"kind": "商会", "level": "区属", "name": None})) == dict.fromkeys(labels, "") | {
        "单位性质": "商会",
        "隶属关系": "区属",
    }


@pytest.mark.parametrize(("result", "words"), [("qualified", "合格"), ("unqualified", "不合格"), ("补评", "补评")])
def test_a_result_in_words(result: str, words: str) -> None:
    assert result_words(result) == words


@pytest.mark.parametrize(
    ("size", "said"),
    [
        (0, "0 字节"),
        (1023, "1023 字节"),
        (1024, "1 KB"),
        (1024 * 1024 - 1, "1024 KB"),
        (1024 * 1024, "1.0 MB"),
        (1_486_231, "1.4 MB"),
        ("2048", "2 KB"),
        ("约 3 页", "约 3 页"),
        (None, ""),
    ],
)
def test_sizes(size: object, said: str) -> None:
    assert size_words(size) == said


@pytest.mark.parametrize(
    ("route", "words"),
    [
        ("municipal", ("大连市科协", False)),
        ("大连市科协", ("大连市科协", False)),
        ("210211", ("甘井子区", True)),
        ("甘井子区科协", ("甘井子区科协", True)),
        ("", ("", False)),
    ],
)
@pytest.mark.clause("4.1-via-district")
def test_where_a_form_goes(route: str, words: tuple[str, bool]) -> None:
    assert route_words(route) == words
