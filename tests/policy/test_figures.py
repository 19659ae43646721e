from __future__ import annotations

import json
from dataclasses import fields
from decimal import Decimal

import pytest

from haizhi_portal.policy.clauses import CLAUSES
from haizhi_portal.policy.figures import (
    CERTIFICATION_WEIGHTS,
    DEFAULTS,
    EVALUATION_WEIGHTS,
    FIGURE_SPECS,
    Figures,
    Weight,
    as_json,
    with_changes,
)
from tests.policy.days import d


@pytest.mark.clause("4.2-cap")
@pytest.mark.clause("4.1-paper")
@pytest.mark.clause("5.6-term")
def test_the_figures_of_the_scheme():
    plain = {key: value for key, value in as_json(DEFAULTS).items() if not key.endswith("_weights")}
    assert plain == {
        "edition": "2022 修订",
        "annual_quota": 5,
        "term_years": 3,
        "renewal_window_days": 90,
        "quarterly_due_days": 10,
        "quarterly_file_days_before": 10,
        "annual_file_days_before": 60,
        "annual_due_month": 11,
        "annual_due_day": 30,
        "review_working_days": 5,
        "withdrawal_confirm_days": 30,
        "renewal_paper_working_days": 10,
        "correction_working_days": 10,
        "notice_working_days": 5,
        "notice_on": True,
        "paper_copies": 2,
        "excellent_from": "90",
        "qualified_from": "60",
        "minimum_valid_scores": 3,
        "minimum_activities": 1,
        "minimum_partners": 2,
        "upload_max_megabytes": 20,
        "upload_total_megabytes": 500,
    }


@pytest.mark.clause("5.4-evaluation")
def test_the_evaluation_weighs_the_six_indicators():
    assert [(weight.key, weight.points) for weight in EVALUATION_WEIGHTS] == [
        ("5.4.1", 15),
        ("5.4.2", 20),
        ("5.4.3", 35),
        ("5.4.4", 10),
        ("5.4.5", 10),
        ("5.4.6", 10),
    ]
    assert all(weight.key in CLAUSES and weight.title and weight.rule for weight in EVALUATION_WEIGHTS)


@pytest.mark.clause("4.2-experts")
def test_the_certification_weighs_five_criteria():
    assert [weight.points for weight in CERTIFICATION_WEIGHTS] == [20, 25, 20, 25, 10]
    assert all(weight.title and weight.rule for weight in CERTIFICATION_WEIGHTS)


def test_every_figure_has_a_description_and_every_description_a_figure():
    assert list(FIGURE_SPECS) == [field.name for field in fields(Figures)]
    assert all(spec.label and spec.clause in CLAUSES for spec in FIGURE_SPECS.values())


def test_every_figure_has_its_bounds():
    assert {key: (spec.minimum, spec.maximum) for key, spec in FIGURE_SPECS.items() if spec.maximum} == {
        "edition": (1, 60),
        "annual_quota": (0, 50),
        "term_years": (1, 10),
        "renewal_window_days": (1, 365),
        "quarterly_due_days": (1, 60),
        "quarterly_file_days_before": (0, 60),
        "annual_due_month": (1, 12),
        "annual_due_day": (1, 31),
        "annual_file_days_before": (0, 180),
        "review_working_days": (1, 60),
        "withdrawal_confirm_days": (1, 180),
        "renewal_paper_working_days": (1, 60),
        "correction_working_days": (1, 60),
        "notice_working_days": (1, 60),
        "paper_copies": (0, 10),
        "excellent_from": (1, 100),
        "qualified_from": (1, 100),
        "minimum_valid_scores": (1, 15),
        "minimum_activities": (0, 50),
        "minimum_partners": (0, 50),
        "upload_max_megabytes": (1, 200),
        "upload_total_megabytes": (20, 5000),
    }


@pytest.mark.parametrize("spec", FIGURE_SPECS.values(), ids=lambda spec: spec.key)
def test_a_default_survives_storing_and_reading(spec):
    default = getattr(DEFAULTS, spec.key)
    stored = json.loads(json.dumps(spec.dump(default)))
    assert spec.parse(stored) == default
    assert type(spec.parse(stored)) is type(default)


def test_all_figures_survive_storing_and_reading():
    changed = with_changes({"annual_quota": 8, "qualified_from": "70.5", "notice_on": False})
    assert with_changes(json.loads(json.dumps(as_json(changed)))) == changed


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("annual_quota", " 8 ", 8),
        ("annual_quota", 0, 0),
        ("annual_quota", "50", 50),
        ("qualified_from", "60.50", Decimal("60.50")),
        ("notice_on", "false", False),
        ("notice_on", False, False),
        ("notice_on", "0", False),
        ("notice_on", "否", False),
        ("notice_on", "", False),
        ("notice_on", "true", True),
        ("notice_on", True, True),
        ("notice_on", "1", True),
        ("notice_on", "on", True),
        ("notice_on", " 是 ", True),
        ("edition", " 2028 修订 ", "2028 修订"),
        ("edition", "版" * 60, "版" * 60),
    ],
)
def test_parse(key, typed, value):
    assert getattr(with_changes({key: typed}), key) == value


@pytest.mark.parametrize(
    ("key", "typed", "words"),
    [
        ("annual_quota", "-1", "须在 0 至 50 个之间"),
        ("annual_quota", "51", "须在 0 至 50 个之间"),
        ("annual_quota", "5.5", "须为整数"),
        ("annual_quota", "five", "须为数字"),
        ("annual_quota", "", "须为数字"),
        ("annual_quota", "NaN", "须在"),
        ("annual_quota", "Infinity", "须在"),
        ("annual_quota", None, "须为数字"),
        ("term_years", "0", "须在 1 至 10 年之间"),
        ("notice_on", "maybe", "须为是或否"),
        ("edition", "  ", "须填写"),
        ("edition", "版" * 61, "不超过 60 字"),
        ("evaluation_weights", [], "至少要有一项"),
        ("evaluation_weights", "5.4.1", "至少要有一项"),
        ("certification_weights", [["a", "甲", 60, ""], ["b", "乙", 30, ""]], "合计须为 100 分，现为 90 分"),
        ("certification_weights", [["a", "甲", 50, ""], ["a", "乙", 50, ""]], "不能重复"),
        ("certification_weights", [["a", "甲", 100, ""], ["b", "乙", 0, ""]], "至少 1 分"),
        ("certification_weights", [[" ", "甲", 50, ""], ["b", "乙", 50, ""]], "须有代号和名称"),
        ("certification_weights", [["a", " ", 50, ""], ["b", "乙", 50, ""]], "须有代号和名称"),
        ("certification_weights", [["a", "甲", 50, ""], [" a ", "乙", 50, ""]], "不能重复"),
        ("certification_weights", [["a", "甲", "many", ""]], "整数分值"),
        ("certification_weights", [["a", "甲", 100]], "整数分值"),
        ("evaluation_weights", [["a", "甲", 100, ""]], "六项评估内容"),
        ("no_such_figure", "1", "no_such_figure"),
    ],
)
def test_a_value_out_of_bounds_is_refused_in_words(key, typed, words):
    with pytest.raises(ValueError, match=words):
        with_changes({key: typed})


def test_weights_can_be_shifted():
    shifted = ([" a ", " 甲 ", "60", " 看材料 "], ["b", "乙", 39, ""], ["c", "丙", 1, ""])
    figures = with_changes({"certification_weights": shifted})
    assert figures.certification_weights == (
        Weight("a", "甲", 60, "看材料"),
        Weight("b", "乙", 39, ""),
        Weight("c", "丙", 1, ""),
    )
    assert as_json(figures)["certification_weights"] == [
        ["a", "甲", 60, "看材料"],
        ["b", "乙", 39, ""],
        ["c", "丙", 1, ""],
    ]


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({}, []),
        ({"qualified_from": "90"}, ["优秀分数线须高于合格分数线。"]),
        ({"annual_due_day": "31"}, ["11 月没有 31 日。"]),
        ({"annual_due_month": "2", "annual_due_day": "29"}, ["2 月没有 29 日。"]),
        ({"annual_due_month": "12", "annual_due_day": "31"}, []),
    ],
)
def test_figures_that_cannot_stand_together(changes, problems):
    assert with_changes(changes).problems() == problems


@pytest.mark.clause("5.3-annual")
def test_the_qualifying_day_of_a_year():
    assert DEFAULTS.annual_qualifying_day(2024) == d("2024-11-30")
