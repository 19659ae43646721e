from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from haizhi_portal.policy.failures import YearResult, contested, failed_run, finality_verdict

pytestmark = pytest.mark.clause("5.5-exit")

RESULTS = {"e": "excellent", "q": "qualified", "f": "unqualified", "x": "exempt"}


def years(letters, first=2027):
    return [YearResult(first + n, RESULTS[letter]) for n, letter in enumerate(letters) if letter != "-"]


@pytest.mark.parametrize(
    ("letters", "run", "can_be_contested"),
    [
        ("", None, False),
        ("f", None, False),
        ("ff", (2027, 2028), False),
        ("qff", (2028, 2029), False),
        ("fqf", None, False),
        ("fef", None, False),
        ("fxf", (2027, 2029), True),
        ("fxxf", (2027, 2030), True),
        ("f-f", (2027, 2029), True),
        ("xff", (2028, 2029), False),
        ("ffx", (2027, 2028), False),
        ("ffq", None, False),
        ("fff", (2028, 2029), False),
        ("fx", None, False),
        ("xx", None, False),
        ("fxq", None, False),
        ("fxqf", None, False),
    ],
)
def test_two_failed_years_running(letters, run, can_be_contested):
    assert failed_run(years(letters)) == run
    assert contested(years(letters)) is can_be_contested


@given(st.lists(st.sampled_from("eqfx"), max_size=8), st.randoms())
def test_the_order_given_does_not_matter_and_exempt_years_never_do(letters, random):
    results = years(letters)
    shuffled = random.sample(results, len(results))
    assert failed_run(shuffled) == failed_run(results)
    assert failed_run([each for each in results if each.result != "exempt"]) == failed_run(results)


@given(st.lists(st.sampled_from("eqf"), min_size=1, max_size=8))
def test_without_exempt_years_a_run_is_the_last_two(letters):
    assert (failed_run(years(letters)) is not None) == (letters[-2:] == ["f", "f"])


@pytest.mark.clause("5.4-evaluation")
@pytest.mark.parametrize(
    ("year", "held", "not_in_force", "open_years"),
    [
        (2027, (), (), ""),
        (2028, (), (), "2027"),
        (2028, (2027,), (), ""),
        (2030, (2027, 2029), (), "2028"),
        (2030, (2027,), (), "2028、2029"),
        (2030, (2027, 2029), (2028,), ""),
        (2029, (2027, 2028, 2029), (), ""),
    ],
)
def test_a_year_is_final_only_after_the_years_before_it(year, held, not_in_force, open_years):
    verdict = finality_verdict(year, held, 2027, not_in_force=not_in_force)
    assert (verdict.allowed, verdict.clause) == (not open_years, "5.4-evaluation")
    assert not open_years or verdict.reason.startswith(f"{open_years} 年度尚无最终评估结果")
