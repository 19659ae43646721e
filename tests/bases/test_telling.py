"""Who is told by every act upon a base, who is reminded on which day, and who is not."""

from collections.abc import Callable
from datetime import date

import pytest

from bases import reminders
from bases.actions.endings import end_what_is_over, revoke, surrender
from bases.actions.reports import accept_report, file_report, return_report
from bases.actions.terms import note_renewal, renew
from bases.models import Base
from tests import factories as make
from tests.bases.kit import WORDS, leader, licensed, officer, report, system, unit_actor
from tests.bases.telling import LEADER, NOBODY, OFFICE, UNIT, around, everybody, last_words, told_by, told_on

pytestmark = pytest.mark.django_db


def filed(base: Base) -> None:
    file_report(actor=unit_actor(base, "2027-07-01"), obligation=report(base, "2027Q2"), content=WORDS)


def answered(base: Base, answer: Callable[[Base], object]) -> Callable[[], object]:
    filed(base)
    return lambda: answer(base)


ACTS: dict[str, tuple[Callable[[Base], Callable[[], object]], dict[str, frozenset[str]]]] = {
    "file": (lambda base: lambda: filed(base), {"report.filed": OFFICE}),
    "accept": (
        lambda base: answered(
            base, lambda base: accept_report(actor=officer("2027-07-02"), obligation=report(base, "2027Q2"))
        ),
        {"report.accepted": UNIT},
    ),
    "return": (
        lambda base: answered(
            base,
            lambda base: return_report(actor=officer("2027-07-02"), obligation=report(base, "2027Q2"), reason="改"),
        ),
        {"report.returned": UNIT},
    ),
    "renew": (
        lambda base: lambda: renew(actor=leader("2030-03-01"), term=base.terms.get()),
        {"term.started": UNIT},
    ),
    "surrender": (
        lambda base: lambda: surrender(actor=unit_actor(base, "2027-07-01"), base=base, reason="退出"),
        {"base.surrendered": UNIT | OFFICE},
    ),
    "revoke": (
        lambda base: (
            lambda: revoke(actor=leader("2027-07-01"), base=base, ground="false_statements", years=[], reason="不实")
        ),
        {"base.revoked": UNIT},
    ),
    "expire": (
        lambda base: lambda: end_what_is_over(actor=system("2030-04-21"), base=base),
        {"base.expired": UNIT | OFFICE},
    ),
    "still in force": (lambda base: lambda: end_what_is_over(actor=system("2030-04-20"), base=base), {}),
}


@pytest.mark.clause("5.3-quarterly", "5.5-exit", "5.6-reaward")
@pytest.mark.parametrize("act", list(ACTS))
def test_an_act_tells_exactly_these(act: str) -> None:
    everybody()
    prepare, expected = ACTS[act]
    assert told_by(prepare(licensed("2027-04-20"))) == expected


@pytest.mark.clause("4.3-award")
def test_the_award_is_told_to_the_unit() -> None:
    everybody()
    assert told_by(lambda: licensed("2027-04-20")) == {"base.licensed": UNIT}
    assert LEADER.isdisjoint(UNIT)


@pytest.mark.clause("5.3-quarterly")
def test_a_report_is_reminded_of_on_four_days_and_to_the_unit_alone() -> None:
    everybody()
    base = licensed("2027-04-20")
    found = told_on(around(date(2027, 7, 12), 16), lambda day: reminders.of_reports(system(day)))
    assert found == dict.fromkeys(("2027-06-28", "2027-07-05", "2027-07-11", "2027-07-13"), ("report.due", UNIT))
    assert last_words(base, "report.due") == (
        "2027年第2季度工作信息已逾期",
        "截止日2027年7月12日（周一）已过，仍可补报，会标明逾期。",
    )


@pytest.mark.clause("5.3-quarterly")
def test_nobody_is_asked_to_file_before_filing_has_begun() -> None:
    make.figures("2027-01-01", quarterly_file_days_before=0, quarterly_due_days=5)
    everybody()
    base = licensed("2027-04-20")
    assert report(base, "2027Q2").due_on == date(2027, 7, 5)
    found = told_on(around(date(2027, 7, 5), 16), lambda day: reminders.of_reports(system(day)))
    assert list(found) == ["2027-06-30", "2027-07-04", "2027-07-06"]


@pytest.mark.clause("5.3-quarterly", "5.5-exit")
@pytest.mark.parametrize(("ended", "days"), [("2027-06-30", []), ("2027-07-01", ["2027-07-05", "2027-07-11"])])
def test_what_a_base_owed_when_it_ended_is_still_reminded_of(ended: str, days: list[str]) -> None:
    everybody()
    base = licensed("2027-04-20")
    reminders.of_reports(system("2027-06-28"))
    surrender(actor=unit_actor(base, ended), base=base, reason="退出")
    found = told_on(around(date(2027, 7, 12), 11, 0), lambda day: reminders.of_reports(system(day)))
    assert list(found) == days
    assert {who for _kind, who in found.values()} <= {UNIT}


@pytest.mark.clause("5.6-renewal")
@pytest.mark.parametrize(
    ("requested", "days"),
    [(False, ["2030-01-20", "2030-03-21", "2030-04-13"]), (True, ["2030-01-20"])],
)
def test_the_end_of_a_licence_is_reminded_of_on_three_days_until_renewal_is_asked_for(
    requested: bool, days: list[str]
) -> None:
    everybody()
    base = licensed("2027-04-20")

    def act(day: date) -> None:
        if requested and day == date(2030, 2, 1):
            note_renewal(term=base.terms.get(), requested_on=day)
        reminders.of_terms(system(day))

    watched = [date(2030, 1, 19), date(2030, 1, 20), date(2030, 1, 21), date(2030, 2, 1), date(2030, 3, 20)]
    watched += [date(2030, 3, 21), date(2030, 3, 22), *around(date(2030, 4, 20), 8, 1)]
    found = told_on(watched, act)
    assert found == dict.fromkeys(days, ("term.expiring", UNIT))
    assert last_words(base, "term.expiring")[0] == f"{base.name}的有效期至2030年4月20日"
    assert found.get("2030-04-20", NOBODY) == NOBODY
