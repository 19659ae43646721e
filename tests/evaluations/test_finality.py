"""When a result stands: after its own days and the own earlier years, whatever became of a neighbour's."""

from datetime import date

import pytest

from evaluations.actions.evaluation import decide_review, request_review
from evaluations.actions.finality import earlier_years, final_from, settle_due
from tests.evaluations.kit import (
    announced,
    decided,
    evaluation_of,
    final,
    leader,
    licensed,
    marks,
    prepared,
    scored,
    system,
    unit_actor,
)

pytestmark = [pytest.mark.django_db, pytest.mark.clause("5.4-evaluation")]


def test_a_neighbour_s_years_neither_open_nor_delay_the_own() -> None:
    base, neighbour = licensed("2027-03-15"), licensed("2027-03-15", n=2)
    announced(base, 2027, on="2029-03-01")
    later = announced(base, 2028, on="2029-03-01")
    final(neighbour, 2027)
    assert not earlier_years(later)
    own = evaluation_of(base, 2027)
    assert own.review_until == date(2029, 3, 8)
    assert final_from(own) == date(2029, 3, 9)

    # The neighbour's 2027 becomes final late, by a review: nothing of it reaches the own 2028.
    told = announced(licensed("2027-03-15", n=3), 2027, on="2029-03-05")
    request_review(actor=unit_actor(told.base, "2029-03-06"), evaluation=told, reason="漏计")
    assert final_from(told) is None
    decide_review(actor=leader("2029-05-01"), evaluation=told, points=marks("80"), comments={}, opinion="采纳")
    assert evaluation_of(told.base, 2027).final_on == date(2029, 5, 1)
    assert final_from(evaluation_of(base, 2028)) == date(2029, 3, 9)
    assert final_from(evaluation_of(base, 2027)) == date(2029, 3, 9)


def test_an_own_earlier_year_delays_and_a_later_one_does_not() -> None:
    base = licensed("2027-03-15")
    first = announced(base, 2027, on="2029-03-01")
    second = announced(base, 2028, on="2029-03-01")
    request_review(actor=unit_actor(base, "2029-03-06"), evaluation=first, reason="漏计")
    assert (final_from(first), final_from(second)) == (None, date(2029, 3, 9))
    assert settle_due(actor=system("2029-04-01"), base=base) == 0
    decide_review(actor=leader("2029-05-01"), evaluation=first, points=marks("80"), comments={}, opinion="采纳")
    # The review's decision settles the later year as well, which stands from the same day.
    assert [evaluation_of(base, year).final_on for year in (2027, 2028)] == [date(2029, 5, 1)] * 2
    assert final_from(evaluation_of(base, 2027)) == date(2029, 5, 1)


def test_what_is_not_told_yet_is_never_settled_and_a_neighbour_s_is_left_alone() -> None:
    base, neighbour = licensed("2027-03-15"), licensed("2027-03-15", n=2)
    untold = scored(base, 2027)
    waiting = announced(neighbour, 2027)
    assert final_from(untold) is None
    assert settle_due(actor=system("2028-06-01"), base=base) == 0
    assert (evaluation_of(base, 2027).final_on, evaluation_of(neighbour, 2027).final_on) == (None, None)
    assert settle_due(actor=system("2028-06-01"), base=neighbour) == 1
    assert evaluation_of(neighbour, 2027).final_on == final_from(waiting)
    assert settle_due(actor=system("2028-06-01"), base=neighbour) == 0


def test_a_year_within_any_of_the_terms_is_not_idle() -> None:
    base = licensed("2027-04-20")
    decided(prepared(base, "2030-02-10"), "2030-02-11", passed=True)
    for year in range(2027, 2030):
        final(base, year)
    # 2030 lies in the second term alone: it is still owed before 2031 can be final.
    later = announced(base, 2031)
    assert not earlier_years(later)
    final(base, 2030)
    assert earlier_years(evaluation_of(base, 2031))
