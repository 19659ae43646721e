"""When a result stands: after its own days and the own earlier years, whatever became of a neighbour's."""

from datetime import date

import pytest

from evaluations.actions.evaluation import decide_review, request_review
from evaluations.actions.finality import earlier_years, final_from
from tests.evaluations.kit import announced, evaluation_of, final, leader, licensed, marks, unit_actor

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
