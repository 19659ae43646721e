"""Runs of failed years that end a qualification (`5.5-exit`), and the order in which years become final."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from haizhi_portal.policy.grading import EXEMPT, UNQUALIFIED
from haizhi_portal.policy.verdict import Verdict


@dataclass(frozen=True, slots=True)
class YearResult:
    """The final result of one base for one year: excellent, qualified, unqualified or exempt."""

    year: int
    result: str


def failed_run(results: Sequence[YearResult]) -> tuple[int, int] | None:
    """The two years that end the qualification, if the last evaluated year and the one evaluated before it failed.

    Exempt years are skipped. `results` are those of one base, final ones only, in any order.
    """
    evaluated = sorted((each for each in results if each.result != EXEMPT), key=lambda each: each.year)
    last_two = evaluated[-2:]
    if len(last_two) == 2 and all(each.result == UNQUALIFIED for each in last_two):
        return last_two[0].year, last_two[1].year
    return None


def contested(results: Sequence[YearResult]) -> bool:
    """Whether the run of fails has a year without a result between its two, so that "running" can be contested."""
    run = failed_run(results)
    return run is not None and run[1] - run[0] > 1


def finality_verdict(
    year: int, held_years: Collection[int], licensed_year: int, *, not_in_force: Collection[int] = ()
) -> Verdict:
    """Whether a year's result may become final: every earlier year must be final or exempted.

    `held_years` are the years with a final result or an exemption, `not_in_force` those whose 31 December found no
    licence in force, for which nothing is held.
    """
    open_years = [
        earlier for earlier in range(licensed_year, year) if earlier not in held_years and earlier not in not_in_force
    ]
    if open_years:
        listed = "、".join(str(each) for each in open_years)
        return Verdict.no(
            "5.4-evaluation",
            f"{listed} 年度尚无最终评估结果。请先完成评估，或说明理由免予评估，再确定 {year} 年度结果。",
        )
    return Verdict.yes("5.4-evaluation")
