"""What stands on the pages of an evaluation, a renewal, a case and of the base itself, line by line, for each reader.

The lines are kept in `pages/`; `tests/plugins/outline.py` says how they are read and written anew.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from bases import daily as of_bases
from bases.actions.endings import surrender
from bases.actions.reports import accept_report, file_report, return_report
from bases.models import Base
from evaluations.actions import evaluation as evaluations
from evaluations.actions import renewal as renewals
from evaluations.actions import withdrawal as withdrawals
from evaluations.models import Evaluation, Renewal, Withdrawal
from haizhi_portal.accounts.models import User
from haizhi_portal.policy.words import Role
from tests.bases.kit import WORDS, report
from tests.evaluations.kit import (
    FAILED,
    announced,
    decided,
    exempted,
    final,
    leader,
    licensed,
    marks,
    officer,
    opened,
    person,
    prepared,
    requested,
    scored,
    system,
    unit_actor,
    with_paper,
)
from tests.plugins.outline import assert_each_reads

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.clause("5.3-quarterly", "5.4-evaluation", "5.5-exit", "5.6-renewal"),
]
PAGES = Path(__file__).parent / "pages"
SignIn = Callable[[User], Any]
Place = tuple[str, str]


def readers(base: Base) -> dict[str, User]:
    return {
        "municipal": person(Role.MUNICIPAL),
        "leader": person(Role.LEADER),
        "unit": unit_actor(base, "2028-01-01").user,
        "district": person(Role.DISTRICT, place="210211"),
    }


def shown_to_each(client_for: SignIn, settings: Any, base: Base, name: str, place: Place) -> None:
    """The page as each reader meets it; who may not enter meets the same refusal as ever."""
    address, day = place
    settings.PORTAL_TODAY = date.fromisoformat(day)
    clients = {who: client_for(reader) for who, reader in readers(base).items()}
    assert_each_reads(clients, address, PAGES / name.replace(" ", "_"))


# Evaluations --------------------------------------------------------------------------------------------------------


def review_asked(base: Base) -> Evaluation:
    told = announced(base, 2027, FAILED)
    evaluations.request_review(actor=unit_actor(base, "2028-03-04"), evaluation=told, reason="漏计一场活动")
    return told


def reviewed(base: Base) -> Evaluation:
    return evaluations.decide_review(
        actor=leader("2028-03-10"),
        evaluation=review_asked(base),
        points=marks("61"),
        comments={},
        opinion="补计一场活动",
    )


def exemption_proposed(base: Base) -> Evaluation:
    failing = scored(base, 2027, FAILED)
    return evaluations.propose_exemption(actor=officer("2028-02-10"), evaluation=failing, reason="停工改造")


def exemption_refused(base: Base) -> Evaluation:
    found = exemption_proposed(base)
    return evaluations.decide_exemption(actor=leader("2028-02-12"), evaluation=found, approved=False, reason="理由不足")


def exemption_decided(base: Base) -> Evaluation:
    return evaluations.decide_exemption(actor=leader("2028-02-12"), evaluation=exemption_proposed(base), approved=True)


EVALUATIONS: dict[str, tuple[Callable[[Base], Evaluation], str]] = {
    "opened": (lambda base: opened(base, 2027), "2028-02-01"),
    "scored": (lambda base: scored(base, 2027), "2028-02-10"),
    "announced": (lambda base: announced(base, 2027), "2028-03-05"),
    "review asked": (review_asked, "2028-03-05"),
    "reviewed": (reviewed, "2028-03-11"),
    "final": (lambda base: final(base, 2027, FAILED), "2028-03-20"),
    "exempted": (lambda base: exempted(base, 2027), "2028-02-10"),
    "exemption proposed": (exemption_proposed, "2028-02-11"),
    "exemption refused": (exemption_refused, "2028-02-13"),
    "exemption decided": (exemption_decided, "2028-02-13"),
}


@pytest.mark.parametrize("name", EVALUATIONS)
def test_an_evaluation(name: str, client_for: SignIn, settings: Any) -> None:
    base = licensed("2027-03-15")
    arrange, day = EVALUATIONS[name]
    address = reverse("evaluations:detail", args=[arrange(base).public_id])
    shown_to_each(client_for, settings, base, f"evaluation-{name}", (address, day))


# Renewals -----------------------------------------------------------------------------------------------------------


def returned(base: Base) -> Renewal:
    found = requested(base, "2030-01-10")
    return renewals.return_renewal(actor=officer("2030-01-11"), renewal=found, reason="请补充活动情况")


def beside_a_case(base: Base) -> Renewal:
    found = prepared(base, "2030-01-10")
    withdrawals.open_withdrawal(
        actor=officer("2030-01-12"), base=base, ground="false_statements", years=[], statement="材料不实"
    )
    return found


def paper_registered_late(base: Base) -> Renewal:
    return renewals.register_paper(
        actor=officer("2030-01-15"),
        renewal=requested(base, "2030-01-10"),
        received_on=date(2030, 1, 12),
        reason="收发室转来",
    )


RENEWALS: dict[str, tuple[Callable[[Base], Renewal], str]] = {
    "requested": (lambda base: requested(base, "2030-01-10"), "2030-01-12"),
    "paper overdue": (lambda base: requested(base, "2030-01-10"), "2030-02-20"),
    "with paper": (lambda base: with_paper(base, "2030-01-10"), "2030-01-12"),
    "paper registered late": (paper_registered_late, "2030-01-16"),
    "returned": (returned, "2030-01-12"),
    "prepared": (lambda base: prepared(base, "2030-01-10"), "2030-01-12"),
    "beside a case": (beside_a_case, "2030-01-13"),
    "passed": (lambda base: decided(prepared(base, "2030-01-10"), "2030-01-13", passed=True), "2030-01-14"),
    "failed": (lambda base: decided(prepared(base, "2030-01-10", "fail"), "2030-01-13", passed=False), "2030-01-14"),
}


@pytest.mark.parametrize("name", RENEWALS)
def test_a_renewal(name: str, client_for: SignIn, settings: Any) -> None:
    base = licensed("2027-03-15")
    arrange, day = RENEWALS[name]
    address = reverse("evaluations:renewal", args=[arrange(base).public_id])
    shown_to_each(client_for, settings, base, f"renewal-{name}", (address, day))


# Cases --------------------------------------------------------------------------------------------------------------


def failed_twice(base: Base) -> Withdrawal:
    final(base, 2027, FAILED)
    final(base, 2028, FAILED)
    return Withdrawal.objects.get(base=base)


def case_prepared(base: Base) -> Withdrawal:
    return withdrawals.prepare_withdrawal(
        actor=officer("2029-03-20"), withdrawal=failed_twice(base), statement="连续两年不合格"
    )


CASES: dict[str, tuple[Callable[[Base], Withdrawal], str]] = {
    "opened": (failed_twice, "2029-03-20"),
    "prepared": (case_prepared, "2029-03-21"),
    "overdue": (case_prepared, "2029-05-20"),
    "confirmed": (
        lambda base: withdrawals.confirm_withdrawal(actor=leader("2029-03-22"), withdrawal=case_prepared(base)),
        "2029-03-23",
    ),
    "closed": (
        lambda base: withdrawals.close_withdrawal(
            actor=leader("2029-03-22"), withdrawal=case_prepared(base), reason="受不可抗力影响"
        ),
        "2029-03-23",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_case(name: str, client_for: SignIn, settings: Any) -> None:
    base = licensed("2027-03-15")
    arrange, day = CASES[name]
    arrange(base)
    address = reverse("evaluations:withdrawal", args=[Withdrawal.objects.get(base=base).public_id])
    shown_to_each(client_for, settings, base, f"case-{name}", (address, day))


# The base and its reports -------------------------------------------------------------------------------------------


def given_up(base: Base) -> None:
    surrender(actor=unit_actor(base, "2028-05-10"), base=base, reason="业务调整")


def on_the_day(day: str) -> Callable[[Base], object]:
    return lambda base: of_bases.run(system(day))


LIVES: dict[str, tuple[Callable[[Base], object], str]] = {
    "young": (on_the_day("2027-04-01"), "2027-04-01"),
    "window open": (on_the_day("2030-01-20"), "2030-01-20"),
    "asked": (lambda base: requested(base, "2030-01-10"), "2030-01-12"),
    "returned": (returned, "2030-01-12"),
    "pending": (lambda base: with_paper(base, "2030-01-10"), "2030-03-20"),
    "renewed": (RENEWALS["passed"][0], "2030-01-14"),
    "refused": (RENEWALS["failed"][0], "2030-01-14"),
    "expired": (on_the_day("2030-03-20"), "2030-03-20"),
    "given up": (given_up, "2028-05-11"),
    "case open": (failed_twice, "2029-03-20"),
}


@pytest.mark.parametrize("name", LIVES)
def test_the_page_of_a_base(name: str, client_for: SignIn, settings: Any) -> None:
    base = licensed("2027-03-15")
    arrange, day = LIVES[name]
    arrange(base)
    shown_to_each(client_for, settings, base, f"base-{name}", (reverse("bases:detail", args=[base.number]), day))


def filed(base: Base, day: str = "2027-06-25") -> None:
    file_report(actor=unit_actor(base, day), obligation=report(base, "2027Q2"), content=WORDS)


def filed_and_returned(base: Base) -> None:
    filed(base)
    return_report(actor=officer("2027-06-26"), obligation=report(base, "2027Q2"), reason="请补充参加人数")


def filed_again_and_accepted(base: Base) -> None:
    filed_and_returned(base)
    filed(base, "2027-07-20")
    accept_report(actor=officer("2027-07-21"), obligation=report(base, "2027Q2"), opinion="内容详实")


REPORTS: dict[str, tuple[Callable[[Base], object], str]] = {
    "early": (lambda base: None, "2027-06-19"),
    "open": (lambda base: None, "2027-06-20"),
    "overdue": (lambda base: None, "2027-07-13"),
    "waiting": (filed, "2027-06-26"),
    "returned": (filed_and_returned, "2027-06-27"),
    "accepted": (filed_again_and_accepted, "2027-07-22"),
    "filed late": (lambda base: filed(base, "2027-07-20"), "2027-07-21"),
    "not owed": (
        lambda base: surrender(actor=unit_actor(base, "2027-06-10"), base=base, reason="业务调整"),
        "2027-07-01",
    ),
}


@pytest.mark.parametrize("name", REPORTS)
def test_a_report(name: str, client_for: SignIn, settings: Any) -> None:
    base = licensed("2027-04-20")
    arrange, day = REPORTS[name]
    arrange(base)
    address = reverse("bases:report", args=[base.number, "2027Q2"])
    shown_to_each(client_for, settings, base, f"report-{name}", (address, day))
