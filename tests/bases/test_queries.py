"""The filters and annotations of bases, asked directly: whose rows, which ones, on which days."""

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser

from bases import daily
from bases.actions.activities import add_activity, remove_activity
from bases.actions.endings import end_what_is_over, surrender
from bases.actions.reports import accept_report, file_report, return_report
from bases.actions.terms import note_renewal, renew
from bases.models import Activity, Base, Obligation
from bases.queries import (
    activities_visible_to,
    awaiting_acceptance,
    first_year,
    in_force_on,
    live_base_of,
    live_on,
    obligations_visible_to,
    overdue,
    unrecorded_endings,
    visible_to,
    with_overdue_count,
    with_state,
    with_status,
)
from bases.report_state import STATES, condition, report_state
from bases.rules import filing_opens_on
from haizhi_portal.policy.stored import figures_by_day
from haizhi_portal.policy.words import Role
from tests.bases.kit import WORDS, leader, licensed, officer, person, report, system, unit, unit_actor

pytestmark = [pytest.mark.django_db, pytest.mark.clause("5.1-guidance")]


def activity(base: Base, title: str = "对接会") -> Activity:
    return add_activity(
        actor=unit_actor(base, "2027-06-01"),
        base=base,
        held_on=date(2027, 5, 1),
        title=title,
        kind="exchange",
        place="大连",
        participants=20,
        outcome="达成意向",
    )


def test_whose_bases_reports_and_activities_each_reader_finds() -> None:
    here, there = licensed("2027-04-20", 1), licensed("2027-04-20", 2, place="210202")
    for base in (here, there):
        activity(base)
    removed = activity(here, "写错了")
    remove_activity(actor=unit_actor(here, "2027-06-02"), activity=removed)
    table = {
        person(Role.APPLICANT, organisation=here.organisation): "1",
        person(Role.APPLICANT, organisation=unit(9)): "",
        person(Role.DISTRICT, place="210211"): "1",
        person(Role.DISTRICT, place="210202"): "2",
        person(Role.MUNICIPAL): "1 2",
        person(Role.LEADER): "1 2",
        person(Role.AUDITOR): "1 2",
        person(Role.EXPERT): "",
        person(Role.ADMIN): "",
        AnonymousUser(): "",
    }
    for reader, seats in table.items():
        expected = [int(seat) for seat in seats.split()]
        assert [base.seat for base in visible_to(reader)] == expected
        assert sorted(each.base.seat for each in activities_visible_to(reader)) == expected
        reports = obligations_visible_to(reader).filter(kind="annual")
        assert sorted(each.base.seat for each in reports) == expected


@pytest.mark.clause("3.1-applicant", "5.6-term")
@pytest.mark.parametrize(
    ("day", "in_force", "live"),
    [
        ("2027-04-19", "", ""),
        ("2028-01-09", "1 2 3 4", "1 2 3 4"),
        ("2028-01-10", "1 2 4", "1 2 4"),
        ("2030-04-20", "1 2 4", "1 2 4"),
        ("2030-04-21", "4", "2 4"),
        ("2033-04-20", "4", "2 4"),
        ("2033-04-21", "", "2"),
    ],
)
def test_which_bases_are_in_force_or_live_on_a_day(day: str, in_force: str, live: str) -> None:
    """One runs out, one asked for its renewal, one gave up, one was renewed."""
    bases = {n: licensed("2027-04-20", n) for n in (1, 2, 3, 4)}
    note_renewal(term=bases[2].terms.get(), requested_on=date(2030, 3, 1))
    surrender(actor=unit_actor(bases[3], "2028-01-10"), base=bases[3], reason="业务调整")
    note_renewal(term=bases[4].terms.get(), requested_on=date(2030, 3, 1))
    renew(actor=leader("2030-03-20"), term=bases[4].terms.get())
    when = date.fromisoformat(day)
    assert " ".join(f"{base.seat}" for base in in_force_on(when).order_by("seat")) == in_force
    assert " ".join(f"{base.seat}" for base in live_on(when).order_by("seat")) == live
    for n, base in bases.items():
        assert live_base_of(base.organisation, when) == (base if f"{n}" in live.split() else None)


@pytest.mark.clause("5.6-reaward", "5.6-term")
@pytest.mark.parametrize(
    ("day", "status", "valid_from", "valid_through"),
    [
        ("2027-04-20", "in_force", "2027-04-20", "2033-04-20"),
        ("2030-04-20", "in_force", "2027-04-20", "2033-04-20"),
        ("2030-04-21", "in_force", "2030-04-21", "2033-04-20"),
        ("2033-04-21", "ended", "2030-04-21", "2033-04-20"),
    ],
)
def test_the_term_of_a_day_is_the_newest_begun(day: str, status: str, valid_from: str, valid_through: str) -> None:
    base = licensed("2027-04-20")
    note_renewal(term=base.terms.get(), requested_on=date(2030, 3, 1))
    renew(actor=leader("2030-03-20"), term=base.terms.get())
    row = with_status(Base.objects.all(), date.fromisoformat(day)).get()
    assert (row.status, f"{row.valid_from}", f"{row.valid_through}") == (status, valid_from, valid_through)


@pytest.mark.clause("5.3-quarterly")
@pytest.mark.parametrize(("day", "late"), [("2027-07-12", []), ("2027-07-13", ["2027Q2"])])
def test_what_is_overdue_counts_for_its_own_base_from_the_day_after(day: str, late: list[str]) -> None:
    """What was filed, late or not, and what was cancelled is not missed."""
    first, filed, ended = (licensed("2027-04-20", n) for n in (1, 3, 4))
    licensed("2027-07-01", 2)
    file_report(actor=unit_actor(filed, "2027-07-13"), obligation=report(filed, "2027Q2"), content=WORDS)
    Obligation.objects.filter(base=ended).update(cancelled_on=date(2027, 6, 23))
    when = date.fromisoformat(day)
    assert [each.period for each in overdue(Obligation.objects.all(), when)] == late
    counts = with_overdue_count(Base.objects.order_by("seat"), when).values_list("seat", "overdue_count")
    assert list(counts) == [(first.seat, len(late)), (2, 0), (3, 0), (4, 0)]


@pytest.mark.clause("5.3-quarterly")
def test_a_report_is_where_its_newest_version_is() -> None:
    bases = {n: licensed("2027-04-20", n) for n in range(1, 6)}
    rows = {n: report(base, "2027Q2") for n, base in bases.items()}

    def file(n: int, day: str) -> None:
        file_report(actor=unit_actor(bases[n], day), obligation=rows[n], content=WORDS)

    for n in (2, 3, 4):
        file(n, "2027-06-20")
    return_report(actor=officer("2027-06-21"), obligation=rows[2], reason="请补充")
    return_report(actor=officer("2027-06-21"), obligation=rows[3], reason="请补充")
    accept_report(actor=officer("2027-06-21"), obligation=rows[4])
    file(3, "2027-06-22")
    file(5, "2027-06-22")
    Obligation.objects.filter(pk=rows[5].pk).update(cancelled_on=date(2027, 6, 23))
    quarter = Obligation.objects.filter(period="2027Q2").order_by("base__seat")
    outcomes = [None, "returned", "", "accepted", ""]
    assert list(with_state(quarter).values_list("filed_outcome", flat=True)) == outcomes
    assert [each.base.seat for each in awaiting_acceptance(quarter)] == [3]


@pytest.mark.clause("5.3-quarterly")
@pytest.mark.parametrize(
    ("day", "unfiled"),
    [
        ("2027-06-19", "early"),
        ("2027-06-20", "open"),
        ("2027-07-01", "open"),
        ("2027-07-12", "open"),
        ("2027-07-13", "overdue"),
    ],
)
def test_a_state_of_reports_is_one_word_and_the_rows_found_by_it(day: str, unfiled: str) -> None:
    """Cancelled is cancelled, filed before or not."""
    bases = {n: licensed("2027-04-20", n) for n in range(1, 9)}
    rows = {n: report(base, "2027Q2") for n, base in bases.items()}
    for n in (2, 3, 4, 6, 7, 8):
        file_report(actor=unit_actor(bases[n], "2027-06-20"), obligation=rows[n], content=WORDS)
    for n in (3, 7):
        return_report(actor=officer("2027-06-21"), obligation=rows[n], reason="请补充")
    for n in (4, 8):
        accept_report(actor=officer("2027-06-21"), obligation=rows[n])
    Obligation.objects.filter(pk__in=[rows[n].pk for n in (5, 6, 7, 8)]).update(cancelled_on=date(2027, 6, 23))
    when = date.fromisoformat(day)
    found = with_state(Obligation.objects.filter(period="2027Q2")).order_by("base__seat")
    keys = [unfiled, "waiting", "returned", "accepted", *["cancelled"] * 4]
    states = [report_state(row, row.filed_outcome, when, filing_opens_on(row)).key for row in found]
    assert states == keys
    assert {key: [row.base.seat for row in found.filter(condition(key, when, figures_by_day()))] for key in STATES} == {
        key: [seat for seat, each in enumerate(keys, start=1) if each == key] for key in STATES
    }


@pytest.mark.clause("5.3-quarterly")
@pytest.mark.parametrize(
    ("day", "state"),
    [("2027-06-30", "coming"), ("2027-07-01", "early"), ("2027-09-19", "early"), ("2027-09-20", "open")],
)
def test_a_report_is_written_from_its_first_day_and_filed_later(day: str, state: str) -> None:
    row = Obligation(opens_on=date(2027, 7, 1), due_on=date(2027, 10, 11))
    assert report_state(row, None, date.fromisoformat(day), date(2027, 9, 20)).key == state


@pytest.mark.clause("5.6-term", "5.3-quarterly")
def test_the_day_s_work_counts_what_it_recorded() -> None:
    asked, _young = licensed("2027-04-20", 1), licensed("2030-04-01", 2)
    licensed("2027-04-20", 3)
    note_renewal(term=asked.terms.get(), requested_on=date(2030, 3, 1))
    daily.run(system("2030-04-20"))

    def counts(day: str) -> list[int]:
        return [count for _name, count in daily.run(system(day))]

    # The pending renewal may still be decided on the first day after.
    assert counts("2030-04-21") == [0, 1, 1]
    assert counts("2030-04-21") == [0, 0, 0]
    assert counts("2030-04-22") == [0, 1, 0]
    assert counts("2030-07-01") == [1, 0, 0]
    assert [name for name, _count in daily.run(system("2030-07-01"))] == ["应报事项起报", "有效期届满", "基地到期终止"]


@pytest.mark.clause("5.6-term", "5.6-renewal")
def test_which_bases_the_day_s_work_has_to_look_at() -> None:
    """Those with a term that is over and not recorded, and those left without the renewal they waited for."""
    names = ("runs out", "asked", "renewed", "renewed late", "gave up", "young")
    bases = {name: licensed("2027-04-20", n) for n, name in enumerate(names[:-1], start=1)}
    bases["young"] = licensed("2028-04-20", 6)
    for name in ("asked", "renewed", "renewed late"):
        note_renewal(term=bases[name].terms.get(), requested_on=date(2030, 3, 1))
    renew(actor=leader("2030-03-20"), term=bases["renewed"].terms.get())
    surrender(actor=unit_actor(bases["gave up"], "2028-01-10"), base=bases["gave up"], reason="业务调整")

    def found(day: str) -> list[str]:
        seats = unrecorded_endings(date.fromisoformat(day)).order_by("seat").values_list("seat", flat=True)
        return [names[seat - 1] for seat in seats]

    assert found("2030-04-20") == []
    assert found("2030-04-21") == ["runs out", "asked", "renewed late"]
    for name in ("runs out", "asked"):
        end_what_is_over(actor=system("2030-04-22"), base=bases[name])
    assert found("2030-04-22") == ["renewed late"]
    renew(actor=leader("2030-05-02"), term=bases["renewed late"].terms.get())
    assert found("2030-05-02") == []
    note_renewal(term=bases["asked"].terms.get(), requested_on=None)
    assert found("2030-05-02") == ["asked"]


@pytest.mark.clause("5.6-term")
def test_the_first_year_of_all_is_that_of_the_earliest_term() -> None:
    assert first_year() is None
    renew(actor=leader("2029-03-01"), term=licensed("2026-04-20").terms.get())
    licensed("2028-01-10", 2)
    assert first_year() == 2026
