from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haizhi_portal.policy.figures import CERTIFICATION_WEIGHTS, DEFAULTS, EVALUATION_WEIGHTS, with_changes
from haizhi_portal.policy.grading import (
    RESULT_LABELS,
    Aggregate,
    aggregate,
    grade,
    ranking,
    round2,
    weighted_total,
)
from haizhi_portal.policy.verdict import RuleViolation

D = Decimal


def marks(*values):
    return {weight.key: D(value) for weight, value in zip(EVALUATION_WEIGHTS, values, strict=True)}


@pytest.mark.parametrize(
    ("value", "rounded"),
    [
        ("0.005", "0.01"),
        ("0.0049", "0.00"),
        ("59.995", "60.00"),
        ("59.994999", "59.99"),
        ("89.995", "90.00"),
        ("2.675", "2.68"),
    ],
)
def test_two_decimals_half_up(value, rounded):
    assert str(round2(D(value))) == rounded


@pytest.mark.clause("5.4-evaluation")
@pytest.mark.parametrize(
    ("values", "total"),
    [
        (("15", "20", "35", "10", "10", "10"), "100.00"),
        (("0", "0", "0", "0", "0", "0"), "0.00"),
        (("12.5", "16.25", "28", "7.005", "8", "9"), "80.76"),
    ],
)
def test_the_total_of_the_six_indicators(values, total):
    assert str(weighted_total(marks(*values), EVALUATION_WEIGHTS)) == total


@pytest.mark.clause("5.4.1")
@pytest.mark.clause("5.4.2")
@pytest.mark.clause("5.4.3")
@pytest.mark.clause("5.4.4")
@pytest.mark.clause("5.4.5")
@pytest.mark.clause("5.4.6")
@pytest.mark.parametrize("weight", EVALUATION_WEIGHTS, ids=lambda weight: weight.key)
@pytest.mark.parametrize("excess", ["-0.01", "0.01"])
def test_no_indicator_goes_beyond_its_points(weight, excess):
    points = marks("1", "1", "1", "1", "1", "1")
    points[weight.key] = D(excess) if excess.startswith("-") else weight.points + D(excess)
    with pytest.raises(RuleViolation, match=f"“{weight.title}”应在 0 至 {weight.points} 分之间") as caught:
        weighted_total(points, EVALUATION_WEIGHTS)
    assert (caught.value.field, caught.value.clause) == (weight.key, "5.4-evaluation")


@pytest.mark.clause("4.2-experts")
@pytest.mark.parametrize(
    ("points", "field"),
    [
        ({"conditions": D(20), "channels": D(25), "results": D(20), "plan": D(25)}, "fit"),
        (
            {"conditions": D(20), "channels": D(25), "results": D(20), "plan": D(25), "fit": D(1), "charm": D(1)},
            "charm",
        ),
        ({"conditions": D("NaN"), "channels": D(25), "results": D(20), "plan": D(25), "fit": D(1)}, "conditions"),
        ({"conditions": D("Infinity"), "channels": D(25), "results": D(20), "plan": D(25), "fit": D(1)}, "conditions"),
        ({}, "conditions"),
    ],
)
def test_a_sheet_is_whole_or_refused(points, field):
    with pytest.raises(RuleViolation) as caught:
        weighted_total(points, CERTIFICATION_WEIGHTS, clause="4.2-experts")
    assert (caught.value.field, caught.value.clause) == (field, "4.2-experts")


@pytest.mark.clause("5.4-evaluation")
@given(st.data())
def test_totals_stay_between_0_and_100(data):
    points = {
        weight.key: data.draw(st.decimals(0, weight.points, places=2, allow_nan=False)) for weight in EVALUATION_WEIGHTS
    }
    total = weighted_total(points, EVALUATION_WEIGHTS)
    assert 0 <= total <= 100
    assert total == sum(points.values())


@pytest.mark.clause("5.4-evaluation")
@pytest.mark.parametrize(
    ("score", "result"),
    [
        ("100", "excellent"),
        ("90.00", "excellent"),
        ("89.99", "qualified"),
        ("60.00", "qualified"),
        ("59.99", "unqualified"),
        ("0", "unqualified"),
    ],
)
def test_grades(score, result):
    assert grade(D(score), DEFAULTS) == result


@pytest.mark.clause("5.4-evaluation")
def test_the_limits_are_figures():
    stricter = with_changes({"qualified_from": "70"})
    assert (grade(D("69.99"), stricter), grade(D("70"), stricter)) == ("unqualified", "qualified")


def test_results_in_words():
    assert RESULT_LABELS == {"excellent": "优秀", "qualified": "合格", "unqualified": "不合格", "exempt": "免予评估"}


@pytest.mark.clause("4.2-experts")
@pytest.mark.parametrize(
    ("totals", "mean", "spread", "count"),
    [
        ([], "0.00", "0.00", 0),
        (["80"], "80.00", "0.00", 1),
        (["70", "80", "91"], "80.33", "21.00", 3),
        (["0", "80", "80", "100"], "65.00", "100.00", 4),
        (["0", "80", "81", "82", "100"], "81.00", "100.00", 5),
        (["0", "0", "80", "80", "80", "100"], "60.00", "100.00", 6),
        (["80.01", "80.02", "80.02"], "80.02", "0.01", 3),
    ],
)
def test_several_scores_as_one(totals, mean, spread, count):
    found = aggregate([D(total) for total in totals])
    assert (str(found.mean), str(found.spread), found.count) == (mean, spread, count)


@given(st.lists(st.decimals(0, 100, places=2, allow_nan=False), min_size=1, max_size=9))
def test_a_mean_lies_among_its_scores_whatever_their_order(totals):
    found = aggregate(totals)
    assert min(totals) <= found.mean <= max(totals)
    assert found == aggregate(sorted(totals)) == aggregate(totals[::-1])


@pytest.mark.clause("4.3-decision")
def test_ranking_breaks_ties_the_same_way_every_time():
    entries = [
        ("2027-004", Aggregate(D("80.00"), D("5.00"), 3)),
        ("2027-003", Aggregate(D("80.00"), D("2.00"), 3)),
        ("2027-002", Aggregate(D("80.00"), D("2.00"), 5)),
        ("2027-005", Aggregate(D("91.00"), D("30.00"), 3)),
        ("2027-001", Aggregate(D("80.00"), D("2.00"), 3)),
    ]
    expected = [
        (1, "2027-005", False),
        (2, "2027-002", True),
        (3, "2027-001", True),
        (4, "2027-003", True),
        (5, "2027-004", True),
    ]
    for order in (entries, entries[::-1], sorted(entries)[2:] + sorted(entries)[:2]):
        assert [(each.place, each.key, each.tied) for each in ranking(order)] == expected


@pytest.mark.clause("4.3-decision")
@pytest.mark.parametrize(("means", "tied"), [(("80", "80"), [True, True]), (("81", "80"), [False, False])])
def test_two_of_the_same_mean_are_tied(means, tied):
    entries = [(f"2027-00{n}", Aggregate(D(mean), D("2.00"), 3)) for n, mean in enumerate(means)]
    assert [each.tied for each in ranking(entries)] == tied


def test_ranking_of_nobody():
    assert ranking([]) == []
