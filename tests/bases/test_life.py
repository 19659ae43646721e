"""Any life a base can have: whatever happens in whatever order, the ledger and the rows agree with the policy."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bases import daily
from bases.actions.endings import end_unrenewed, end_what_is_over, revoke, surrender
from bases.actions.reports import due_obligation, file_report
from bases.actions.terms import note_renewal, renew
from bases.models import Base, Term
from bases.queries import in_force_on, with_status
from bases.standing import standing
from haizhi_portal.policy.figures import DEFAULTS
from haizhi_portal.policy.obligations import dues_of_term, is_owed
from haizhi_portal.policy.stored import calendar
from haizhi_portal.policy.verdict import RuleViolation
from tests.bases.kit import WORDS, YEAR_WORDS, events, leader, licensed, system, unit_actor

ONE_DAY = timedelta(days=1)


class Life(RuleBasedStateMachine):
    """One unit over some years: licensed, renewed or not, ended one way or another, licensed again."""

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.today = date(2026, 1, 1)
        self.seat = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    @property
    def base(self) -> Base:
        return Base.objects.latest("pk")

    @property
    def last(self) -> Term:
        return self.base.terms.latest("number")

    @initialize(day=st.dates(date(2024, 1, 1), date(2024, 12, 31)))
    def first_licence(self, day: date) -> None:
        self.today = day
        self.licence_again()

    @rule(days=st.sampled_from([1, 2, 15, 60, 90, 200, 365]))
    def time_passes(self, days: int) -> None:
        self.today += timedelta(days=days)

    @rule(offset=st.integers(-1, 1))
    def time_passes_to_the_edge_of_the_term(self, offset: int) -> None:
        self.today = max(self.today, self.last.expires_on + timedelta(days=offset))

    @rule()
    def the_night(self) -> None:
        daily.run(system(self.today))

    @precondition(lambda self: standing(self.base, self.today).ended)
    @rule()
    def licence_again(self) -> None:
        self.seat += 1
        licensed(self.today, 1, seat=self.seat)

    @precondition(lambda self: standing(self.base, self.today).window_open)
    @rule()
    def ask_for_renewal(self) -> None:
        note_renewal(term=self.last, requested_on=self.today)

    @precondition(lambda self: standing(self.base, self.today).renewal_pending)
    @rule()
    def renewal_passes(self) -> None:
        renew(actor=leader(self.today), term=self.last)

    @precondition(lambda self: standing(self.base, self.today).renewal_pending)
    @rule()
    def renewal_fails(self) -> None:
        end_what_is_over(actor=leader(self.today), base=self.base)
        end_unrenewed(actor=leader(self.today), base=self.base)

    @rule()
    def surrender(self) -> None:
        self.attempt(lambda: surrender(actor=unit_actor(self.base, self.today), base=self.base, reason="退出"))

    @rule()
    def revoke(self) -> None:
        self.attempt(
            lambda: revoke(actor=leader(self.today), base=self.base, ground="false_statements", years=[], reason="不实")
        )

    @rule(data=st.data())
    def file_something(self, data: st.DataObject) -> None:
        periods = sorted(self.base.obligations.filter(cancelled_on=None).values_list("period", flat=True))
        period = data.draw(st.sampled_from(periods or ["2024"]))
        obligation = due_obligation(actor=unit_actor(self.base, self.today), base=self.base, period=period)
        if obligation is not None:
            content = WORDS if "Q" in period else YEAR_WORDS
            self.attempt(
                lambda: file_report(actor=unit_actor(self.base, self.today), obligation=obligation, content=content)
            )

    def attempt(self, action) -> None:  # type: ignore[no-untyped-def]
        before = standing(self.base, self.today)
        try:
            action()
        except RuleViolation:
            assert before.ended or Base.objects.exists()

    @invariant()
    def at_most_one_live_base(self) -> None:
        assert Base.objects.filter(ended_on=None).count() <= 1

    @invariant()
    def terms_do_not_overlap(self) -> None:
        for base in Base.objects.all():
            spans = [
                (term.starts_on, min(term.expires_on, term.ended_on - ONE_DAY) if term.ended_on else term.expires_on)
                for term in base.terms.all()
            ]
            spans = [span for span in spans if span[0] <= span[1]]
            assert all(one[1] < two[0] for one, two in pairwise(spans)), spans

    @invariant()
    def pages_and_lists_agree(self) -> None:
        for base in with_status(Base.objects.select_related("organisation"), self.today):
            state = standing(base, self.today)
            assert state.state == base.status
            assert state.in_force is in_force_on(self.today).filter(pk=base.pk).exists()

    @invariant()
    def obligations_are_what_policy_says(self) -> None:
        working_days = calendar()
        for base in Base.objects.all():
            rows = {row.period: row for row in base.obligations.all()}
            expected = {}
            for term in base.terms.all():
                for due in dues_of_term(
                    starts_on=term.starts_on,
                    last_day_in_force=term.expires_on,
                    figures=DEFAULTS,
                    calendar=working_days,
                    created_on=term.approved_on,
                ):
                    expected[due.period] = due
            until = base.ended_on - ONE_DAY if base.ended_on else None
            assert set(rows) <= set(expected)
            for period, row in rows.items():
                due = expected[period]
                assert (row.opens_on, row.due_on, row.qualifies_on) == (due.opens_on, due.due_on, due.qualifies_on)
                assert (row.cancelled_on is None) is is_owed(due, until)
            if until is not None:
                owed = {period for period, due in expected.items() if is_owed(due, until)}
                assert owed <= set(rows)

    @invariant()
    def the_ledger_tells_the_same(self) -> None:
        for base in Base.objects.all():
            told = [name for name, _on, _data in events(base=base)]
            ends = [name for name in told if name in ("base.expired", "base.surrendered", "base.revoked")]
            assert len(ends) == (base.ended_on is not None)
            assert told.count("report.due") == base.obligations.count()
            assert told.count("report.cancelled") == base.obligations.exclude(cancelled_on=None).count()
            assert told.count("term.started") == base.terms.count()


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.clause("5.3-quarterly", "5.3-annual", "5.5-exit", "5.6-term", "5.6-reaward")
def test_any_life_of_a_base() -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=8,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
