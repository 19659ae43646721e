"""What the database itself refuses, whatever the rules above it let through."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model

from evaluations.actions import evaluation as evaluations
from evaluations.actions import renewal as renewals
from evaluations.actions import withdrawal as withdrawals
from evaluations.models import Evaluation, Renewal, RenewalVersion, ResultReview, Withdrawal
from haizhi_portal.policy.words import Role
from tests.evaluations.kit import (
    announced,
    decided,
    exempted,
    final,
    leader,
    licensed,
    marks,
    officer,
    person,
    prepared,
    requested,
    unit_actor,
)

pytestmark = pytest.mark.django_db


def refused(attempt: Any, words: str = "") -> None:
    """The database refuses, whatever the code above it thinks; ``words`` name the rule on either database."""
    with pytest.raises(IntegrityError, match=words or None), transaction.atomic():
        attempt()


def deleted(row: Model) -> Any:
    """Past Django's own protection."""

    def delete() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {row._meta.db_table} WHERE id = %s", [row.pk])  # noqa: S608

    return delete


def changed(row: Model, **columns: Any) -> Any:
    return lambda: type(row)._default_manager.filter(pk=row.pk).update(**columns)


@pytest.mark.clause("5.4-evaluation")
def test_a_second_evaluation_of_a_base_and_year() -> None:
    done = announced(licensed("2027-03-15"), 2027)

    refused(lambda: Evaluation.objects.create(base=done.base, year=2027, edition="x", opened_on=date(2028, 3, 1)))


@pytest.mark.clause("5.4-evaluation")
@pytest.mark.parametrize(
    "columns",
    [
        {"result": "excellent"},
        {"score": 99},
        {"score": None},
        {"final_on": date(2029, 1, 1)},
        {"final_on": None},
        {"year": 2026},
        {"announced_on": None},
        {"review_until": date(2029, 1, 1)},
    ],
    ids=str,
)
def test_a_final_result_changed(columns: dict[str, Any]) -> None:
    done = final(licensed("2027-03-15"), 2027)

    refused(changed(done, **columns))
    refused(changed(done.base.evaluations.get(), **columns))


@pytest.mark.clause("5.4-evaluation")
def test_an_announced_evaluation_deleted() -> None:
    done = announced(licensed("2027-03-15"), 2027)

    refused(deleted(done), "never deleted")


@pytest.mark.clause("5.4-evaluation")
@pytest.mark.parametrize(
    "columns", [{"exemption_reason": ""}, {"score": 50}, {"exempted_by": None}, {"result": "qualified"}], ids=str
)
def test_an_exemption_without_its_reason_or_with_a_score(columns: dict[str, Any]) -> None:
    refused(changed(exempted(licensed("2027-11-15"), 2027), **columns))


@pytest.mark.clause("5.4-evaluation")
def test_an_exemption_written_without_a_reason() -> None:
    base = licensed("2027-11-15")

    refused(
        lambda: Evaluation.objects.create(
            base=base, year=2027, edition="x", opened_on=date(2028, 1, 2), result="exempt", final_on=date(2028, 1, 2)
        )
    )


@pytest.mark.clause("5.4-evaluation")
def test_a_final_day_without_a_result_or_a_score_out_of_bounds() -> None:
    base = licensed("2027-03-15")
    row = {"base": base, "year": 2027, "edition": "x", "opened_on": date(2028, 1, 2)}

    refused(lambda: Evaluation.objects.create(**row, final_on=date(2028, 1, 2)))
    refused(lambda: Evaluation.objects.create(**row, score="100.01"))
    refused(lambda: Evaluation.objects.create(**row, score="-0.01"))


def in_review() -> ResultReview:
    base = licensed("2027-03-15")
    evaluation = announced(base, 2027)
    return evaluations.request_review(
        actor=unit_actor(base, "2028-03-06"), evaluation=evaluation, reason="漏计一场活动"
    )


@pytest.mark.clause("5.4-evaluation")
def test_a_review_asked_for_twice_or_decided_by_the_one_who_told() -> None:
    review = in_review()
    again = ResultReview(
        evaluation=review.evaluation,
        requested_on=date(2028, 3, 7),
        requested_by=review.requested_by,
        reason="再",
        announced_by=review.announced_by,
    )

    refused(again.save)
    refused(changed(review, decided_by=review.announced_by))
    refused(changed(review, decided_on=date(2028, 3, 8), decided_by=person(Role.LEADER)))
    refused(changed(review, reason="另一个理由"))
    refused(deleted(review), "never deleted")


@pytest.mark.clause("5.4-evaluation")
def test_a_decided_review_changed() -> None:
    review = in_review()
    evaluations.decide_review(
        actor=leader("2028-03-08"), evaluation=review.evaluation, points=marks("80"), comments={}, opinion="采纳"
    )

    refused(changed(review, opinion="另一个意见"))
    refused(changed(review, decided_on=None))


@pytest.mark.clause("5.6-renewal")
def test_a_second_open_request_for_one_term() -> None:
    base = licensed("2027-03-15")
    renewal = requested(base, "2030-02-01")

    refused(
        lambda: Renewal.objects.create(
            term=renewal.term,
            statement="x",
            plan="y",
            requested_on=date(2030, 2, 2),
            requested_by=renewal.requested_by,
            paper_due_on=date(2030, 2, 16),
        )
    )


@pytest.mark.clause("5.6-reaward")
def test_a_renewal_decided_by_the_one_who_prepared_it_or_unprepared() -> None:
    base = licensed("2027-03-15")
    renewal = prepared(base, "2030-02-01")
    day = date(2030, 2, 20)

    refused(changed(renewal, state="passed", decided_by=renewal.prepared_by, decided_on=day))
    refused(changed(renewal, state="passed"))
    refused(changed(renewal, state="passed", decided_by=person(Role.LEADER), decided_on=day, prepared_by=None))


@pytest.mark.clause("5.6-reaward")
def test_a_decided_renewal_changed() -> None:
    renewal = decided(prepared(licensed("2027-03-15"), "2030-02-01"), "2030-02-20", passed=True)

    for columns in ({"state": "failed"}, {"decided_on": date(2030, 3, 1)}, {"decision_reason": "x"}):
        refused(changed(renewal, **columns))
    refused(deleted(renewal), "never deleted")


@pytest.mark.clause("5.6-renewal")
def test_a_version_handed_in_changed_or_taken_away() -> None:
    version = requested(licensed("2027-03-15"), "2030-02-01").versions.get()

    refused(changed(version, statement="x"))
    refused(deleted(version), "never deleted")
    refused(
        lambda: RenewalVersion.objects.create(
            renewal=version.renewal,
            version=1,
            statement="x",
            plan="y",
            submitted_at=version.submitted_at,
            submitted_by=version.submitted_by,
        )
    )


def accused() -> Withdrawal:
    return withdrawals.open_withdrawal(
        actor=officer("2028-06-01"),
        base=licensed("2027-03-15"),
        ground="false_statements",
        years=[],
        statement="协议系伪造",
    )


@pytest.mark.clause("5.5-exit")
def test_a_second_open_case_against_one_base() -> None:
    case = accused()

    refused(
        lambda: Withdrawal.objects.create(
            base=case.base, ground="false_statements", opened_on=date(2028, 6, 2), confirm_by=date(2028, 7, 2)
        )
    )


@pytest.mark.clause("5.5-exit")
def test_a_withdrawal_confirmed_by_the_one_who_prepared_it_or_unprepared() -> None:
    case = withdrawals.prepare_withdrawal(actor=officer("2028-06-02"), withdrawal=accused(), statement="清楚")
    day = date(2028, 6, 3)

    refused(changed(case, confirmed_by=case.prepared_by, confirmed_on=day, closed_on=day))
    refused(changed(case, confirmed_by=person(Role.LEADER), confirmed_on=day))
    refused(changed(case, confirmed_by=person(Role.LEADER), confirmed_on=day, closed_on=day, prepared_by=None))


@pytest.mark.clause("5.5-exit")
def test_a_closed_case_reopened_or_rewritten() -> None:
    case = withdrawals.close_withdrawal(actor=leader("2028-06-02"), withdrawal=accused(), reason="查无实据")

    for columns in ({"closed_on": None}, {"close_reason": "x"}, {"statement": "x"}, {"confirmed_on": date(2028, 6, 3)}):
        refused(changed(case, **columns))
    refused(deleted(case), "never deleted")


@pytest.mark.clause("5.5-exit")
def test_two_failures_without_their_years() -> None:
    base = licensed("2027-03-15")

    refused(
        lambda: Withdrawal.objects.create(
            base=base, ground="two_failures", opened_on=date(2028, 6, 2), confirm_by=date(2028, 7, 2)
        )
    )


@pytest.mark.clause("5.6-renewal")
def test_a_race_for_one_request_ends_in_words() -> None:
    """The row of the colleague who was quicker is there, though the rule did not see it yet."""
    base = licensed("2027-03-15")
    with pytest.MonkeyPatch.context() as patch:
        requested(base, "2030-02-01")
        patch.setattr(renewals, "renewal_of", lambda term: None)
        with pytest.raises(renewals.Conflict, match="已经提交"):
            requested(base, "2030-02-01")
