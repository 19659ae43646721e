"""What stands on the pages of an evaluation, a renewal, a case and of the base itself, line by line, for each reader.

The lines are kept in `pages/`; `tests/plugins/outline.py` says how they are read and written anew.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
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
from tests.plugins.outline import assert_answer, assert_each_reads

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
        comments={"5.4.1": "复核时补看了台账"},
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


def contested(base: Base) -> Withdrawal:
    """Two failed years with an exempted one between them."""
    final(base, 2027, FAILED)
    exempted(base, 2028)
    final(base, 2029, FAILED)
    return withdrawals.prepare_withdrawal(
        actor=officer("2030-03-12"), withdrawal=Withdrawal.objects.get(base=base), statement="两年不合格"
    )


def case_prepared(base: Base) -> Withdrawal:
    return withdrawals.prepare_withdrawal(
        actor=officer("2029-03-20"), withdrawal=failed_twice(base), statement="连续两年不合格"
    )


CASES: dict[str, tuple[Callable[[Base], Withdrawal], str]] = {
    "opened": (failed_twice, "2029-03-20"),
    "prepared": (case_prepared, "2029-03-21"),
    "overdue": (case_prepared, "2029-05-20"),
    "contested": (contested, "2030-03-13"),
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


# Acts: the page, what is refused, and what is said to whoever comes too late ------------------------------------------

Row = Evaluation | Renewal | Withdrawal


@dataclass(frozen=True)
class Acting:
    """Who acts on a row and when; ``wrong`` is refused, ``right`` comes too late once ``then`` was done."""

    view: str
    who: str
    day: str
    arrange: Callable[[Base], Row]
    wrong: dict[str, str] = field(default_factory=dict)
    right: dict[str, str] = field(default_factory=dict)
    then: Callable[[Base, Any], object] | None = None


def sheet(total: str, **more: str) -> dict[str, str]:
    return {f"points-{key}": str(value) for key, value in marks(total).items()} | more


def taken_back(base: Base, row: Renewal) -> None:
    renewals.withdraw_renewal(actor=unit_actor(base, "2030-01-12"), renewal=row)


def false_statements(base: Base) -> Withdrawal:
    return withdrawals.open_withdrawal(
        actor=officer("2030-01-12"), base=base, ground="false_statements", years=[], statement="材料不实"
    )


REASON = {"reason": "另有考虑"}
NO_REASON = {"reason": ""}
WORDS_OF_A_RENEWAL = {"statement": "本期又办了三场", "plan": "", "version": "1"}
OFFICER, LEADER, UNIT = "municipal", "leader", "unit"

ACTS: dict[str, Acting] = {
    "score": Acting(
        "score", OFFICER, "2028-02-01", EVALUATIONS["opened"][0],
        {"act": "submit", "points-5.4.1": "99", "comment-5.4.2": "有说明", "opinion": ""},
        sheet("75", act="submit", opinion="对照佐证评定"),
        lambda base, row: evaluations.exempt(actor=officer("2028-02-01"), evaluation=row, reason="停工改造"),
    ),
    "announce": Acting(
        "announce", OFFICER, "2028-02-10", EVALUATIONS["scored"][0], {}, {},
        lambda base, row: evaluations.announce(actor=officer("2028-02-10"), evaluation=row),
    ),
    "exempt": Acting(
        "exempt", OFFICER, "2028-02-01", EVALUATIONS["opened"][0], NO_REASON, REASON,
        lambda base, row: evaluations.exempt(actor=officer("2028-02-01"), evaluation=row, reason="停工改造"),
    ),
    "exempt_scored": Acting("exempt", OFFICER, "2028-02-10", EVALUATIONS["scored"][0], NO_REASON),
    "exempt_decide": Acting(
        "exempt_decide", LEADER, "2028-02-11", exemption_proposed, {"approved": "no", "reason": ""},
        {"approved": "no", "reason": "理由不足"},
        lambda base, row: evaluations.decide_exemption(actor=leader("2028-02-11"), evaluation=row, approved=True),
    ),
    "review_request": Acting(
        "review_request", UNIT, "2028-03-04", EVALUATIONS["announced"][0], NO_REASON, REASON,
        lambda base, row: evaluations.request_review(
            actor=unit_actor(base, "2028-03-04"), evaluation=row, reason="漏计一场活动"
        ),
    ),
    "review_decide": Acting(
        "review_decide", LEADER, "2028-03-10", review_asked, sheet("61", opinion=""), sheet("61", opinion="补计一场"),
        lambda base, row: evaluations.decide_review(
            actor=leader("2028-03-10"), evaluation=row, points=marks("62"), comments={}, opinion="补计一场活动"
        ),
    ),
    "renewal_paper": Acting(
        "renewal_paper", OFFICER, "2030-01-12", RENEWALS["requested"][0], {"received_on": "2030-01-11", "reason": ""},
        {"received_on": "2030-01-12"}, taken_back,
    ),
    "renewal_return": Acting(
        "renewal_return", OFFICER, "2030-01-12", RENEWALS["with paper"][0], NO_REASON, REASON, taken_back
    ),
    "renewal_resubmit": Acting(
        "renewal_resubmit", UNIT, "2030-01-12", returned, WORDS_OF_A_RENEWAL, WORDS_OF_A_RENEWAL | {"plan": "再办三场"},
        taken_back,
    ),
    "renewal_withdraw": Acting(
        "renewal_withdraw", UNIT, "2030-01-12", RENEWALS["requested"][0], {}, REASON, taken_back
    ),
    "renewal_withdraw_too_late": Acting(
        "renewal_withdraw", UNIT, "2030-03-16", RENEWALS["with paper"][0]
    ),
    "renewal_prepare": Acting(
        "renewal_prepare", OFFICER, "2030-01-12", RENEWALS["with paper"][0], {"assessment": "工作扎实"},
        {"proposal": "pass", "assessment": "工作扎实"}, taken_back,
    ),
    "renewal_decide": Acting(
        "renewal_decide", LEADER, "2030-01-13", RENEWALS["prepared"][0], {"passed": "no", "confirmed": "1"},
        {"passed": "no", "reason": "任期目标未完成"}, lambda base, row: false_statements(base),
    ),
    "renewal_decide_fail": Acting(
        "renewal_decide", LEADER, "2030-01-13", lambda base: prepared(base, "2030-01-10", "fail"), REASON
    ),
    "withdrawal_prepare": Acting(
        "withdrawal_prepare", OFFICER, "2029-03-20", failed_twice, {"statement": ""}, {"statement": "两年不合格"},
        lambda base, row: surrender(actor=unit_actor(base, "2029-03-20"), base=base, reason="业务调整"),
    ),
    "withdrawal_confirm": Acting(
        "withdrawal_confirm", LEADER, "2029-03-22", case_prepared, {"read": "别的话"}, {"read": "连续两年不合格"},
        lambda base, row: withdrawals.close_withdrawal(
            actor=leader("2029-03-22"), withdrawal=row, reason="受不可抗力影响"
        ),
    ),
    "withdrawal_close": Acting(
        "withdrawal_close", LEADER, "2029-03-22", case_prepared, NO_REASON, REASON,
        lambda base, row: withdrawals.confirm_withdrawal(actor=leader("2029-03-22"), withdrawal=row),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ACTS)
def test_an_act(name: str, client_for: SignIn, settings: Any) -> None:
    base, act = licensed("2027-03-15"), ACTS[name]
    row = act.arrange(base)
    client = client_for(readers(base)[act.who])
    address = reverse(f"evaluations:{act.view}", args=[row.public_id])
    settings.PORTAL_TODAY = date.fromisoformat(act.day)
    assert_each_reads({"page": client}, address, PAGES / f"act-{name}")
    if act.wrong:
        # What was decided on has changed since it was read.
        status = 409 if name in ("renewal_decide", "withdrawal_confirm") else 422
        assert_answer(client.post(address, act.wrong), status, PAGES / f"act-{name}-refused.txt")
    if act.then:
        row.refresh_from_db()
        act.then(base, row)
        late = client.post(address, {**act.right, "confirmed": "1"})
        assert_answer(late, 422, PAGES / f"act-{name}-too_late.txt")


def test_an_open_case_stands_where_it_is_in_the_way(client_for: SignIn, settings: Any) -> None:
    base = licensed("2027-03-15")
    renewal = beside_a_case(base)
    settings.PORTAL_TODAY = date(2030, 1, 13)
    people = readers(base)
    for view, who, key in (
        ("renewal_prepare", OFFICER, renewal.public_id),
        ("renewal_decide", LEADER, renewal.public_id),
        ("withdrawal_open", OFFICER, base.number),
    ):
        address = reverse(f"evaluations:{view}", args=[key])
        assert_each_reads({"beside_a_case": client_for(people[who])}, address, PAGES / f"act-{view}")


def test_asking_for_a_renewal_and_opening_a_case(client_for: SignIn, settings: Any) -> None:
    base = licensed("2027-03-15")
    people = {who: client_for(reader) for who, reader in readers(base).items()}
    renew, accuse = (reverse(f"evaluations:{name}", args=[base.number]) for name in ("renew", "withdrawal_open"))
    settings.PORTAL_TODAY = date(2029, 12, 14)
    assert_each_reads({"too_early": people["unit"]}, renew, PAGES / "renew")
    settings.PORTAL_TODAY = date(2030, 1, 10)
    assert_each_reads({"open": people["unit"]}, renew, PAGES / "renew")
    half = {"statement": "三年来办了十场", "plan": ""}
    assert_answer(people["unit"].post(renew, half), 422, PAGES / "renew-refused.txt")
    assert_answer(people["unit"].post(renew, half | {"plan": "再办十场"}), 200, PAGES / "renew-asked.txt")
    requested(base, "2030-01-10")
    assert_each_reads({"again": people["unit"]}, renew, PAGES / "renew")
    assert_each_reads({"page": people["municipal"]}, accuse, PAGES / "accuse")
    assert_answer(people["municipal"].post(accuse, {"statement": ""}), 422, PAGES / "accuse-refused.txt")
    false_statements(base)
    late = people["municipal"].post(accuse, {"statement": "又一处不实", "confirmed": "1"})
    assert_answer(late, 422, PAGES / "accuse-too_late.txt")
    settings.PORTAL_TODAY = date(2030, 3, 16)
    other = licensed("2027-03-15", n=2)
    unit = client_for(unit_actor(other, "2030-03-16").user)
    missed = reverse("evaluations:renew", args=[other.number])
    assert_each_reads({"missed": unit}, missed, PAGES / "renew")


# Lists --------------------------------------------------------------------------------------------------------------

LISTS = ("list", "renewals", "withdrawals")


def test_lists(client_for: SignIn, settings: Any) -> None:
    settings.PORTAL_TODAY = date(2028, 2, 1)
    base = licensed("2027-03-15")
    people = {who: client_for(reader) for who, reader in readers(base).items() if who != "leader"}
    for name in LISTS:
        assert_each_reads(people, reverse(f"evaluations:{name}"), PAGES / f"{name}-none")
        address = reverse(f"evaluations:{name}") + "?q=nothing"
        assert_each_reads({"not_found": people["municipal"]}, address, PAGES / name)
    case_prepared(base)
    returned(licensed("2027-03-15", n=2))
    beside_a_case(licensed("2027-03-15", n=3))
    settings.PORTAL_TODAY = date(2030, 1, 13)
    del people["unit"]
    for name in LISTS:
        assert_each_reads(people, reverse(f"evaluations:{name}"), PAGES / name)


def test_opening_a_year(client_for: SignIn, settings: Any) -> None:
    for number in (1, 2):
        licensed("2027-03-15", n=number)
    settings.PORTAL_TODAY = date(2028, 1, 2)
    client, address = client_for(person(Role.MUNICIPAL)), reverse("evaluations:open_year")
    assert_each_reads({"page": client}, address, PAGES / "open_year")
    assert_answer(client.post(address, {"year": "1999"}), 422, PAGES / "open_year-refused.txt")
    assert_answer(client.post(address, {"year": "2027"}), 200, PAGES / "open_year-asked.txt")
    evaluations.open_year(actor=officer("2028-01-02"), year=2027)
    assert_answer(client.post(address, {"year": "2027"}), 200, PAGES / "open_year-nothing.txt")
