"""What is read of evaluations and renewals, asked directly: whose, which ones, in which order."""

import pytest
from django.contrib.auth.models import AnonymousUser

from bases.actions.terms import renew
from bases.models import Base
from evaluations.actions import renewal as renewals
from evaluations.models import Withdrawal
from evaluations.queries import (
    final_results,
    last_term,
    may_read_assessment,
    renewal_of,
    renewals_visible_to,
    visible_to,
    withdrawals_visible_to,
    years_between,
)
from haizhi_portal.policy.failures import YearResult
from haizhi_portal.policy.words import Role
from tests.evaluations.kit import (
    FAILED,
    announced,
    exempted,
    final,
    leader,
    licensed,
    opened,
    person,
    requested,
    unit_actor,
)

pytestmark = [pytest.mark.django_db, pytest.mark.clause("5.4-evaluation")]


def told(base: Base) -> list[YearResult]:
    """2027 failed, 2028 exempt; 2029 is announced and not final yet."""
    final(base, 2027, FAILED)
    exempted(base, 2028)
    announced(base, 2029, FAILED)
    return [YearResult(2027, "unqualified"), YearResult(2028, "exempt")]


@pytest.mark.clause("5.5-exit")
def test_final_results_are_the_base_s_own_oldest_first() -> None:
    base, other = licensed("2027-03-15", 1), licensed("2027-03-15", 2)
    results = told(base)
    final(other, 2027)
    assert final_results(base) == results
    assert final_results(other) == [YearResult(2027, "qualified")]


@pytest.mark.clause("5.5-exit")
@pytest.mark.parametrize(
    ("first", "second", "years"),
    [(2027, 2029, [2028]), (2026, 2030, [2027, 2028]), (2027, 2028, []), (None, 2029, []), (2027, None, [])],
)
def test_between_two_failed_years_are_the_final_ones_in_between(
    first: int | None, second: int | None, years: list[int]
) -> None:
    base = licensed("2027-03-15")
    told(base)
    case = Withdrawal(base=base, first_failed_year=first, second_failed_year=second)
    assert [each.year for each in years_between(case)] == years


def test_a_unit_sees_what_was_announced_or_is_final() -> None:
    base, other = licensed("2027-03-15", 1), licensed("2027-03-15", 2)
    exempted(base, 2027)
    opened(base, 2028)
    announced(other, 2027)
    seen = {
        each.pk: list(
            visible_to(person(Role.APPLICANT, organisation=each.organisation)).values_list("base__seat", "year")
        )
        for each in (base, other)
    }
    assert seen == {base.pk: [(1, 2027)], other.pk: [(2, 2027)]}


def test_a_stranger_and_who_has_nothing_to_do_with_bases_sees_nothing() -> None:
    base = licensed("2027-03-15")
    final(base, 2027)
    requested(base, "2030-02-01")
    for reader in (AnonymousUser(), person(Role.EXPERT), person(Role.ADMIN)):
        seen = [list(rows(reader)) for rows in (visible_to, renewals_visible_to, withdrawals_visible_to)]
        assert seen == [[], [], []]


@pytest.mark.clause("5.6-renewal", "5.6-reaward")
def test_the_last_term_and_the_request_that_stands() -> None:
    base = licensed("2027-03-15")
    first = base.terms.get()
    assert (last_term(base), renewal_of(first)) == (first, None)
    back = renewals.withdraw_renewal(actor=unit_actor(base, "2030-01-12"), renewal=requested(base, "2030-01-10"))
    assert (back.state, renewal_of(first)) == ("withdrawn", None)
    again = requested(base, "2030-01-14")
    assert renewal_of(first) == again
    renew(actor=leader("2030-02-01"), term=first)
    assert last_term(base).number == 2


def test_what_officers_write_for_the_leader_is_for_the_municipal_cast_and_the_auditor() -> None:
    base = licensed("2027-03-15")
    readers = {
        Role.APPLICANT: person(Role.APPLICANT, organisation=base.organisation),
        Role.DISTRICT: person(Role.DISTRICT, place="210211"),
    } | {role: person(role) for role in (Role.MUNICIPAL, Role.LEADER, Role.AUDITOR, Role.EXPERT, Role.ADMIN)}
    allowed = {role for role, reader in readers.items() if may_read_assessment(reader)}
    assert allowed == {Role.MUNICIPAL, Role.LEADER, Role.AUDITOR}
