"""Going around the rules and meeting the database: what must be impossible is, on SQLite and PostgreSQL."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from bases.actions.endings import surrender
from bases.actions.reports import accept_report, file_report
from bases.actions.terms import renew
from bases.models import Base, Filing, Obligation, Plaque, Term
from tests.bases.kit import WORDS, leader, licensed, officer, report, unit, unit_actor

pytestmark = pytest.mark.django_db


def refused(write: Callable[[], Any], words: str) -> None:
    """The database refuses, whatever the code above it thinks; ``words`` name the rule on either database."""
    with pytest.raises(IntegrityError, match=words), transaction.atomic():
        write()


def term(base: Base, starts_on: str, expires_on: str, *, number: int = 9, ended_on: str | None = None) -> Term:
    return Term.objects.create(
        base=base,
        number=number,
        kind=Term.TermKind.RENEWAL,
        approved_on=min(date.fromisoformat(starts_on), date(2027, 1, 1)),
        starts_on=starts_on,
        expires_on=expires_on,
        ended_on=ended_on,
        edition="试",
    )


@pytest.mark.clause("5.6-term")
@pytest.mark.parametrize(
    ("starts_on", "expires_on"),
    [
        ("2030-04-20", "2033-04-20"),
        ("2029-01-01", "2029-12-31"),
        ("2026-01-01", "2027-04-20"),
        ("2026-01-01", "2034-01-01"),
        ("2027-04-20", "2030-04-20"),
    ],
)
def test_terms_of_a_base_never_overlap(starts_on: str, expires_on: str) -> None:
    base = licensed("2027-04-20")
    refused(lambda: term(base, starts_on, expires_on), "overlap")


@pytest.mark.clause("5.6-term")
def test_terms_that_touch_or_ended_early_do_not_overlap() -> None:
    base, other = licensed("2027-04-20"), licensed("2027-04-20", 2)
    renew(actor=leader("2030-04-01"), term=base.terms.get())
    assert base.terms.count() == 2
    surrender(actor=unit_actor(other, "2028-01-10"), base=other, reason="退出")
    assert term(other, "2028-01-10", "2031-01-10").pk
    refused(lambda: term(other, "2028-01-09", "2028-01-09", number=10), "overlap")


@pytest.mark.clause("5.6-term")
def test_a_term_does_not_grow_into_another_by_an_update() -> None:
    base = licensed("2027-04-20")
    surrender(actor=unit_actor(base, "2028-01-10"), base=base, reason="退出")
    term(base, "2028-01-10", "2031-01-10")
    refused(lambda: Term.objects.filter(base=base, number=1).update(ended_on=date(2029, 1, 1)), "overlap|ends once")


@pytest.mark.clause("3.1-applicant")
def test_no_second_live_base_and_no_second_base_on_a_seat() -> None:
    base = licensed("2027-04-20")
    facts = {"name": "另一个", "call_year": 2028, "licensed_on": date(2028, 4, 20)}
    refused(
        lambda: Base.objects.create(number="HZ2028-01", organisation=base.organisation, seat=1, **facts),
        "one_live_base_per_organisation|organisation_id",
    )
    facts["call_year"] = 2027
    refused(
        lambda: Base.objects.create(number="HZ2027-99", organisation=unit(7), seat=1, **facts),
        "one_base_per_seat|call_year",
    )


@pytest.mark.clause("5.5-exit")
@pytest.mark.parametrize(
    "change", [{"ended_on": None, "end": ""}, {"ended_on": date(2030, 1, 1)}, {"end": "expired"}, {"end_reason": "改"}]
)
def test_an_ended_base_never_comes_back(change: dict[str, Any]) -> None:
    base = licensed("2027-04-20")
    surrender(actor=unit_actor(base, "2028-01-10"), base=base, reason="退出")
    refused(lambda: Base.objects.filter(pk=base.pk).update(**change), "never comes back")


@pytest.mark.clause("5.5-exit")
def test_an_end_has_a_date_and_a_kind() -> None:
    base = licensed("2027-04-20")
    refused(lambda: Base.objects.filter(pk=base.pk).update(end="expired"), "an_end_has_a_date_and_a_kind")
    refused(lambda: Base.objects.filter(pk=base.pk).update(ended_on=date(2028, 1, 1)), "an_end_has_a_date_and_a_kind")


@pytest.mark.parametrize(
    "change", [{"number": "HZ2027-77"}, {"call_year": 2030}, {"seat": 4}, {"licensed_on": date(2027, 1, 1)}]
)
def test_what_a_base_was_licensed_as_stays(change: dict[str, Any]) -> None:
    base = licensed("2027-04-20")
    refused(lambda: Base.objects.filter(pk=base.pk).update(**change), "licensed as never changes")


@pytest.mark.clause("5.6-term")
@pytest.mark.parametrize(
    "change",
    [
        {"starts_on": date(2027, 4, 21)},
        {"expires_on": date(2031, 4, 20)},
        {"approved_on": date(2027, 4, 1)},
        {"number": 5},
        {"edition": "改"},
    ],
)
def test_the_dates_of_a_term_never_change(change: dict[str, Any]) -> None:
    base = licensed("2027-04-20")
    refused(lambda: base.terms.update(**change), "dates of a term never change")


@pytest.mark.clause("5.6-term")
def test_a_term_ends_once_and_has_days() -> None:
    base = licensed("2027-04-20")
    base.terms.update(ended_on=date(2028, 1, 1))
    refused(lambda: base.terms.update(ended_on=None), "a term ends once")
    refused(lambda: base.terms.update(ended_on=date(2028, 1, 2)), "a term ends once")
    refused(lambda: term(base, "2029-01-01", "2028-12-31"), "term_has_days|range lower bound")


@pytest.mark.clause("5.3-quarterly")
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"late": True}, "first filing decides"),
        ({"first_filed_on": date(2027, 7, 20)}, "first filing decides"),
        ({"first_filed_on": None, "late": None}, "first filing decides"),
        ({"due_on": date(2027, 8, 1)}, "fixed when it is created"),
        ({"qualifies_on": date(2027, 8, 1)}, "fixed when it is created"),
        ({"opens_on": date(2027, 1, 1)}, "fixed when it is created"),
        ({"period": "2027Q1"}, "fixed when it is created"),
    ],
)
def test_lateness_and_due_days_stay(change: dict[str, Any], words: str) -> None:
    base = licensed("2027-04-20")
    file_report(actor=unit_actor(base, "2027-07-01"), obligation=report(base, "2027Q2"), content=WORDS)
    refused(lambda: Obligation.objects.filter(base=base, period="2027Q2").update(**change), words)


@pytest.mark.clause("5.3-quarterly")
def test_one_obligation_per_period_and_lateness_from_the_first_filing() -> None:
    base = licensed("2027-04-20")
    day = date(2027, 6, 30)
    refused(
        lambda: Obligation.objects.create(
            base=base, kind="quarterly", period="2027Q2", opens_on=day, due_on=day, qualifies_on=day
        ),
        "one_obligation_per_period|period",
    )
    refused(
        lambda: base.obligations.filter(period="2027Q2").update(late=False),
        "lateness_is_known_from_the_first_filing",
    )


@pytest.mark.clause("5.3-quarterly")
def test_a_cancelled_report_stays_cancelled() -> None:
    base = licensed("2027-04-20")
    surrender(actor=unit_actor(base, "2027-05-10"), base=base, reason="退出")
    cancelled = base.obligations.filter(period="2027Q2")
    for change in ({"cancelled_on": None}, {"accepted_on": day}, {"first_filed_on": day, "late": False}):
        refused(lambda change=change: cancelled.update(**change), "stays cancelled")  # type: ignore[misc]


day = date(2027, 7, 1)


@pytest.mark.clause("5.3-quarterly")
@pytest.mark.parametrize("change", [{"content": {"work": "改过"}}, {"version": 2}, {"filed_at": "2027-07-02T00:00Z"}])
def test_a_filed_version_is_frozen(change: dict[str, Any]) -> None:
    base = licensed("2027-04-20")
    filing = file_report(actor=unit_actor(base, "2027-07-01"), obligation=report(base, "2027Q2"), content=WORDS)
    refused(lambda: Filing.objects.filter(pk=filing.pk).update(**change), "never changes")


@pytest.mark.clause("5.3-quarterly")
@pytest.mark.parametrize("change", [{"outcome": "returned"}, {"outcome_reason": "改"}, {"outcome_at": None}])
def test_a_filed_version_is_answered_once(change: dict[str, Any]) -> None:
    base = licensed("2027-04-20")
    filing = file_report(actor=unit_actor(base, "2027-07-01"), obligation=report(base, "2027Q2"), content=WORDS)
    accept_report(actor=officer("2027-07-02"), obligation=report(base, "2027Q2"))
    refused(lambda: Filing.objects.filter(pk=filing.pk).update(**change), "answered once")


@pytest.mark.clause("4.3-award")
def test_a_plaque_number_is_used_once() -> None:
    base = licensed("2027-04-20")
    fresh = term(base, "2030-04-21", "2033-04-20")
    number = base.terms.get(number=1).plaque.number
    refused(
        lambda: Plaque.objects.create(term=fresh, number=number, text="x", awarded_on=date(2027, 1, 1)),
        "bases_plaque",
    )


@pytest.mark.postgres
def test_the_exclusion_needs_no_extension() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extname FROM pg_extension")
        assert {name for (name,) in cursor.fetchall()} == {"plpgsql"}
        cursor.execute("SELECT contype FROM pg_constraint WHERE conname = 'terms_never_overlap'")
        assert cursor.fetchall() == [("x",)]
