"""How terms and bases end, on the days around the boundary."""

from datetime import date, timedelta

import pytest

from bases import daily
from bases.actions.endings import end_unrenewed, end_what_is_over, revoke, surrender
from bases.actions.reports import file_report
from bases.actions.terms import note_renewal, renew
from bases.models import Base
from bases.queries import expiring, in_force_on, live_base_of, live_on, unrecorded_endings, with_status
from bases.reminders import of_terms
from bases.rules import can_record_activity, can_revoke, can_surrender
from bases.standing import standing
from haizhi_portal.audit.models import Entry
from haizhi_portal.policy.verdict import Conflict, RuleViolation
from tests import factories as make
from tests.bases.kit import WORDS, events, leader, licensed, officer, person, report, system, unit_actor

pytestmark = pytest.mark.django_db


def endings(base: Base) -> list[tuple[str, str]]:
    rows = events("term.expired", "base.expired", "base.surrendered", "base.revoked", base=base)
    return [(event, on) for event, on, _data in rows]


@pytest.mark.clause("5.6-term")
@pytest.mark.parametrize(
    ("day", "in_force", "state"),
    [
        ("2024-03-14", False, "ended"),
        ("2024-03-15", True, "in_force"),
        ("2027-03-15", True, "in_force"),
        ("2027-03-16", False, "ended"),
    ],
)
def test_in_force_from_the_first_day_through_the_last_whether_recorded_or_not(
    day: str, in_force: bool, state: str
) -> None:
    base = licensed("2024-03-15")
    on = date.fromisoformat(day)
    assert in_force_on(on).filter(pk=base.pk).exists() is in_force
    if on >= base.licensed_on:
        assert standing(base, on).state == state
        assert live_on(on).filter(pk=base.pk).exists() is (state != "ended")


@pytest.mark.clause("5.6-term")
def test_expiry_takes_effect_on_the_day_after_the_last_day_however_late_it_is_recorded() -> None:
    base = licensed("2024-03-15")
    assert end_what_is_over(actor=system("2027-03-15"), base=base).ended_on is None
    assert end_what_is_over(actor=system("2028-01-01"), base=base).ended_on == date(2027, 3, 16)
    assert endings(base) == [("term.expired", "2027-03-16"), ("base.expired", "2027-03-16")]
    assert end_what_is_over(actor=system("2028-01-02"), base=base).ended_on == date(2027, 3, 16)
    assert len(endings(base)) == 2


@pytest.mark.clause("5.6-renewal", "5.6-reaward")
def test_a_renewal_in_time_continues_without_a_gap() -> None:
    base = licensed("2024-03-15")
    term = note_renewal(term=base.terms.get(), requested_on=date(2026, 12, 20))
    new = renew(actor=leader("2027-03-15"), term=term)
    assert (new.number, new.starts_on, new.expires_on) == (2, date(2027, 3, 16), date(2030, 3, 15))
    assert new.plaque.number == f"{base.number}-P2"
    assert str(new.certificate.number) == "大科协证〔2027〕1号"
    daily.run(system("2027-04-01"))
    end_what_is_over(actor=system("2027-04-01"), base=base)
    assert endings(base) == []
    assert standing(Base.objects.get(pk=base.pk), date(2027, 3, 16)).state == "in_force"
    assert events("term.started", base=base)[-1] == (
        "term.started",
        "2027-03-15",
        {
            "number": 2,
            "kind": "renewal",
            "approved_on": "2027-03-15",
            "starts_on": "2027-03-16",
            "expires_on": "2030-03-15",
        },
    )


@pytest.mark.clause("5.6-reaward", "5.3-quarterly")
def test_a_renewal_decided_after_expiry_starts_on_the_day_of_the_decision() -> None:
    base = licensed("2024-03-15")
    term = note_renewal(term=base.terms.get(), requested_on=date(2027, 1, 10))
    daily.run(system("2027-04-01"))
    base.refresh_from_db()
    assert base.ended_on is None
    assert endings(base) == [("term.expired", "2027-03-16")]
    assert standing(base, date(2027, 4, 1)).state == "pending"
    assert live_base_of(base.organisation, date(2027, 4, 1)) == base
    assert not in_force_on(date(2027, 4, 1)).exists()
    assert not base.obligations.filter(period__in=["2027Q1", "2027Q2"]).exists()
    new = renew(actor=leader("2027-05-10"), term=term)
    assert (new.starts_on, new.expires_on) == (date(2027, 5, 10), date(2030, 5, 10))
    assert {row.period: row.opens_on for row in base.obligations.filter(qualifies_on__gte=date(2027, 3, 16))} == {
        "2027Q2": date(2027, 5, 10),
        "2027": date(2027, 5, 10),
    }
    assert new.edition == "2022 修订"


@pytest.mark.clause("5.6-renewal")
@pytest.mark.parametrize(
    ("decided", "ended_on"),
    [("2027-03-10", date(2027, 3, 16)), ("2027-03-15", date(2027, 3, 16)), ("2027-05-10", date(2027, 5, 10))],
)
def test_a_renewal_that_came_to_nothing_ends_the_base_then_or_on_the_decision(decided: str, ended_on: date) -> None:
    base = licensed("2024-03-15")
    note_renewal(term=base.terms.get(), requested_on=date(2027, 1, 10))
    daily.run(system(decided))
    end_unrenewed(actor=leader(decided), base=base)
    daily.run(system("2027-06-01"))
    base.refresh_from_db()
    assert (base.ended_on, base.end) == (ended_on, Base.End.EXPIRED)
    assert endings(base) == [("term.expired", "2027-03-16"), ("base.expired", ended_on.isoformat())]
    assert not unrecorded_endings(date(2027, 6, 2)).exists()


@pytest.mark.clause("5.6-reaward")
def test_a_renewal_needs_a_leader_a_live_base_and_happens_once() -> None:
    base = licensed("2024-03-15")
    term = base.terms.get()
    with pytest.raises(RuleViolation, match="由市科协领导决定"):
        renew(actor=officer("2027-03-01"), term=term)
    renew(actor=leader("2027-03-01"), term=term)
    with pytest.raises(Conflict, match="已经续期"):
        renew(actor=leader("2027-03-01"), term=term)
    other = licensed("2024-03-15", 2)
    with pytest.raises(Conflict, match="自2027年3月16日起已终止"):
        renew(actor=leader("2027-03-16"), term=other.terms.get())


@pytest.mark.clause("5.5-exit", "5.3-quarterly", "5.3-annual")
@pytest.mark.parametrize(
    ("day", "cancelled"),
    [
        ("2025-09-29", ["2025Q3", "2025"]),
        ("2025-09-30", ["2025Q3", "2025"]),
        ("2025-10-01", ["2025", "2025Q4"]),
        ("2025-11-30", ["2025", "2025Q4"]),
        ("2025-12-01", ["2025Q4"]),
        ("2025-12-31", ["2025Q4"]),
        ("2026-01-01", ["2026Q1", "2026"]),
    ],
)
@pytest.mark.parametrize("nightly", [True, False])
def test_the_day_of_a_surrender_is_no_longer_in_force(day: str, cancelled: list[str], nightly: bool) -> None:
    base = licensed("2024-03-15")
    if nightly:
        daily.run(system(day))
    surrender(actor=unit_actor(base, day), base=base, reason="业务调整")
    base.refresh_from_db()
    assert (base.ended_on, base.end, base.terms.get().ended_on) == (
        date.fromisoformat(day),
        Base.End.SURRENDERED,
        date.fromisoformat(day),
    )
    assert [data["period"] for _event, _on, data in events("report.cancelled", base=base)] == cancelled
    due = {data["period"] for _event, _on, data in events("report.due", base=base)}
    assert due - set(cancelled) == {row.period for row in base.obligations.filter(qualifies_on__lt=base.ended_on)}
    assert not in_force_on(base.ended_on).exists()
    assert in_force_on(base.ended_on - timedelta(days=1)).exists()


@pytest.mark.clause("5.3-annual", "5.3-quarterly")
@pytest.mark.parametrize(
    ("approved", "owed", "not_owed"),
    [
        ("2023-11-30", ["2026", "2026Q3"], ["2026Q4"]),
        ("2023-11-29", ["2026Q3"], ["2026", "2026Q4"]),
        ("2023-12-31", ["2026", "2026Q4"], ["2027Q1"]),
        ("2024-03-31", ["2027Q1"], ["2027", "2027Q2"]),
        ("2024-03-30", ["2026Q4"], ["2027Q1"]),
    ],
)
def test_a_terms_last_day_still_counts(approved: str, owed: list[str], not_owed: list[str]) -> None:
    base = licensed(approved)
    last_day = base.terms.get().expires_on
    daily.run(system(last_day + timedelta(days=200)))
    periods = set(base.obligations.values_list("period", flat=True))
    assert set(owed) <= periods
    assert not set(not_owed) & periods
    assert events("report.cancelled", base=base) == []


@pytest.mark.clause("5.5-exit")
def test_a_revocation_ends_every_term_also_the_one_to_come() -> None:
    base = licensed("2024-03-15")
    renew(actor=leader("2027-01-20"), term=base.terms.get())
    revoke(actor=leader("2027-02-10"), base=base, ground="two_failures", years=[2025, 2026], reason="连续不合格")
    assert [term.ended_on for term in base.terms.all()] == [date(2027, 2, 10), date(2027, 2, 10)]
    assert events("base.revoked", base=base) == [
        ("base.revoked", "2027-02-10", {"ground": "two_failures", "years": [2025, 2026]})
    ]
    assert report(base, "2027Q1").cancelled_on == date(2027, 2, 10)
    assert live_base_of(base.organisation, date(2027, 2, 10)) is None
    assert live_base_of(base.organisation, date(2027, 2, 9)) is not None


@pytest.mark.clause("5.5-exit")
def test_only_a_leader_revokes_and_says_why() -> None:
    base = licensed("2024-03-15")
    with pytest.raises(RuleViolation, match="由市科协领导决定"):
        revoke(actor=officer("2025-01-01"), base=base, ground="false_statements", years=[], reason="材料不实")
    with pytest.raises(RuleViolation, match="事实和理由"):
        revoke(actor=leader("2025-01-01"), base=base, ground="false_statements", years=[], reason=" ")
    revoke(actor=leader("2025-01-01"), base=base, ground="false_statements", years=[], reason="材料不实")
    with pytest.raises(RuleViolation, match="已终止"):
        revoke(actor=leader("2025-01-01"), base=base, ground="false_statements", years=[], reason="材料不实")


@pytest.mark.clause("5.5-exit")
def test_nobody_surrenders_for_another() -> None:
    base = licensed("2024-03-15")
    stranger = licensed("2024-03-15", 2)
    for other in (officer("2025-01-01"), leader("2025-01-01"), unit_actor(stranger, "2025-01-01")):
        with pytest.raises(RuleViolation, match="自己决定"):
            surrender(actor=other, base=base, reason="代办")
    with pytest.raises(RuleViolation, match="说明退出的理由"):
        surrender(actor=unit_actor(base, "2025-01-01"), base=base, reason="  ")
    base.refresh_from_db()
    assert base.ended_on is None


@pytest.mark.clause("5.5-exit", "5.6-term")
def test_a_refused_surrender_still_records_that_time_had_ended_the_base() -> None:
    base = licensed("2024-03-15")
    with pytest.raises(RuleViolation, match="到期终止"):
        surrender(actor=unit_actor(base, "2027-03-16"), base=base, reason="太晚")
    base.refresh_from_db()
    assert (base.ended_on, base.end) == (date(2027, 3, 16), Base.End.EXPIRED)


@pytest.mark.clause("5.3-quarterly")
def test_what_was_owed_can_be_filed_after_the_end() -> None:
    base = licensed("2024-03-31")
    daily.run(system("2027-04-01"))
    base.refresh_from_db()
    assert base.ended_on == date(2027, 4, 1)
    filing = file_report(actor=unit_actor(base, "2027-04-12"), obligation=report(base, "2027Q1"), content=WORDS)
    assert filing.obligation.late is False
    late = file_report(actor=unit_actor(base, "2027-04-13"), obligation=report(base, "2026Q4"), content=WORDS)
    assert late.obligation.late is True


@pytest.mark.clause("5.5-exit")
def test_a_surrender_on_the_day_of_the_licence_leaves_no_day_in_force() -> None:
    base = licensed("2024-03-15")
    surrender(actor=unit_actor(base, "2024-03-15"), base=base, reason="重新考虑")
    assert not in_force_on(date(2024, 3, 15)).exists()
    assert set(base.obligations.values_list("cancelled_on", flat=True)) == {date(2024, 3, 15)}
    again = licensed("2024-03-15", 1, seat=2)
    assert person("applicant", organisation=again.organisation).organisation == base.organisation


@pytest.mark.clause("5.6-term", "5.5-exit")
@pytest.mark.parametrize(
    ("day", "allowed"),
    [("2030-04-20", True), ("2030-04-21", False)],  # the last day, and the day after
)
def test_a_base_whose_time_is_over_is_over_on_every_page_whoever_recorded_it(day: str, allowed: bool) -> None:
    base = licensed("2027-04-20")
    mine = unit_actor(base, day)
    for verdict in (can_surrender(mine, base), can_record_activity(mine, base), can_revoke(leader(day), base)):
        assert verdict.allowed is allowed
        if not allowed:
            assert verdict.reason.startswith("基地资格自2030年4月21日起已终止（到期终止）")
    base.refresh_from_db()
    assert base.ended_on is None


@pytest.mark.clause("5.6-renewal", "5.6-term")
def test_a_term_keeps_the_window_it_was_approved_with() -> None:
    """Ninety days when it was approved, thirty for terms approved later."""
    make.figures("2027-06-01", renewal_window_days=30)
    early, later = licensed("2027-04-20"), licensed("2027-06-10", 2)
    person("applicant", organisation=early.organisation)
    person("applicant", organisation=later.organisation)
    windows = {
        base.number: [
            (now.window_open, now.window.opens_on.isoformat())
            for now in (standing(base, date.fromisoformat(day)) for day in ("2030-01-19", "2030-01-20"))
            if now.window
        ]
        for base in (early, later)
    }
    assert windows == {
        "HZ2027-01": [(False, "2030-01-20"), (True, "2030-01-20")],
        "HZ2027-02": [(False, "2030-05-11"), (False, "2030-05-11")],
    }
    for day, expected in (
        ("2030-01-19", []),
        ("2030-01-20", ["HZ2027-01"]),
        ("2030-05-10", []),
        ("2030-05-11", ["HZ2027-02"]),
    ):
        when = date.fromisoformat(day)
        rows = expiring(with_status(Base.objects.order_by("number"), when), when, 7)
        assert [base.number for base in rows] == expected
    assert of_terms(system("2030-01-19")) == 0
    assert of_terms(system("2030-01-20")) == 1


@pytest.mark.clause("5.5-exit", "5.6-term", "5.6-renewal")
def test_every_ending_names_its_clause_and_leaves_no_request_open() -> None:
    given_up, expired, revoked = (licensed("2024-03-31", n) for n in (1, 2, 3))
    for base in (given_up, revoked):
        note_renewal(term=base.terms.get(), requested_on=date(2027, 1, 4))
    surrender(actor=unit_actor(given_up, "2027-01-10"), base=given_up, reason="退出")
    revoke(actor=leader("2027-01-11"), base=revoked, ground="false_statements", years=[], reason="不实")
    daily.run(system("2027-04-05"))

    endings = Entry.objects.filter(event__in=["base.surrendered", "base.revoked", "base.expired"]).order_by("seq")
    assert [(entry.base, entry.event, entry.clause, entry.on.isoformat()) for entry in endings] == [
        (given_up.number, "base.surrendered", "5.5-exit", "2027-01-10"),
        (revoked.number, "base.revoked", "5.5-exit", "2027-01-11"),
        (expired.number, "base.expired", "5.6-term", "2027-04-01"),
    ]
    terms = [base.terms.get() for base in (given_up, revoked, expired)]
    assert [(term.renewal_requested_on, str(term.ended_on)) for term in terms] == [
        (None, "2027-01-10"),
        (None, "2027-01-11"),
        (None, "2027-04-01"),
    ]


@pytest.mark.clause("5.5-exit", "5.6-term")
def test_an_ending_later_on_leaves_the_day_an_earlier_term_ended() -> None:
    base = licensed("2024-03-31")
    note_renewal(term=base.terms.get(), requested_on=date(2027, 3, 1))
    daily.run(system("2027-04-05"))
    assert str(base.terms.get().ended_on) == "2027-04-01"  # over, with a renewal pending
    surrender(actor=unit_actor(base, "2027-04-10"), base=base, reason="退出")
    base.refresh_from_db()
    assert (str(base.terms.get().ended_on), str(base.ended_on)) == ("2027-04-01", "2027-04-10")
