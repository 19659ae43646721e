"""Marks, totals, grades and rankings (`4.2-experts`, `4.3-decision`, `5.4-evaluation`): two decimals, half up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from haizhi_portal.policy.figures import Figures, Weight
from haizhi_portal.policy.verdict import RuleViolation

Grade = Literal["excellent", "qualified", "unqualified"]

EXCELLENT: Grade = "excellent"
QUALIFIED: Grade = "qualified"
UNQUALIFIED: Grade = "unqualified"
EXEMPT = "exempt"

RESULT_LABELS: dict[str, str] = {EXCELLENT: "优秀", QUALIFIED: "合格", UNQUALIFIED: "不合格", EXEMPT: "免予评估"}

DROP_EXTREMES_FROM = 5
_CENT = Decimal("0.01")


def round2(value: Decimal) -> Decimal:
    """To two decimals, a half going up (0.005 → 0.01)."""
    return value.quantize(_CENT, rounding=ROUND_HALF_UP)


def weighted_total(
    points: Mapping[str, Decimal], weights: Sequence[Weight], *, clause: str = "5.4-evaluation"
) -> Decimal:
    """The sum of the marks, 0.00 to 100.00, each mark being points out of its criterion's.

    Raises `RuleViolation` naming the criterion (`field`) for a mark that is missing, unknown, or out of its bounds.
    """
    unknown = sorted(set(points) - {weight.key for weight in weights})
    if unknown:
        raise RuleViolation(clause=clause, message=f"评分表中没有这一项：{unknown[0]}。", field=unknown[0], code="mark")
    for weight in weights:
        mark = points.get(weight.key)
        if mark is None:
            message = f"“{weight.title}”尚未打分，请在 0 至 {weight.points} 分之间给分。"
        elif not mark.is_finite() or not 0 <= mark <= weight.points:
            message = f"“{weight.title}”应在 0 至 {weight.points} 分之间。"
        else:
            continue
        raise RuleViolation(clause=clause, message=message, field=weight.key, code="mark")
    return round2(sum(points.values(), Decimal(0)))


def grade(score: Decimal, figures: Figures) -> Grade:
    """The grade of a yearly evaluation's score, each limit belonging to the better grade."""
    if score >= figures.excellent_from:
        return EXCELLENT
    return QUALIFIED if score >= figures.qualified_from else UNQUALIFIED


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Several experts' totals as one: mean to two decimals, highest minus lowest, and how many there were."""

    mean: Decimal
    spread: Decimal
    count: int


def aggregate(totals: Sequence[Decimal]) -> Aggregate:
    """From five totals on the mean leaves out one highest and one lowest; of none everything is zero."""
    if not totals:
        return Aggregate(round2(Decimal(0)), round2(Decimal(0)), 0)
    ordered = sorted(totals)
    counted = ordered[1:-1] if len(ordered) >= DROP_EXTREMES_FROM else ordered
    mean = sum(counted, Decimal(0)) / len(counted)
    return Aggregate(round2(mean), round2(ordered[-1] - ordered[0]), len(ordered))


@dataclass(frozen=True, slots=True)
class Ranked:
    """A place in the ranking; `tied` when another has the same mean: the order between them is for people to judge."""

    place: int
    key: str
    aggregate: Aggregate
    tied: bool


def ranking(entries: Iterable[tuple[str, Aggregate]]) -> list[Ranked]:
    """Best mean first; of equal means the one its experts agree on more, then more scores, then the smaller key."""
    ordered = sorted(entries, key=lambda entry: (-entry[1].mean, entry[1].spread, -entry[1].count, entry[0]))
    means = [entry[1].mean for entry in ordered]
    return [
        Ranked(place, key, result, means.count(result.mean) > 1) for place, (key, result) in enumerate(ordered, start=1)
    ]
