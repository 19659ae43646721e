"""Lists and work lists of evaluations, renewals and withdrawals: exactly which rows and lines, in which order."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from bases.actions.endings import surrender
from bases.models import Base
from evaluations.actions import evaluation as evaluations
from evaluations.actions import renewal as renewals
from evaluations.actions import withdrawal as withdrawals
from evaluations.queries import may_read_marks
from evaluations.worklist import worklist
from haizhi_portal.accounts.models import User
from haizhi_portal.accounts.work import WorkItem
from haizhi_portal.policy.words import Role
from tests.evaluations.kit import (
    FAILED,
    announced,
    decided,
    evaluation_of,
    exempted,
    final,
    leader,
    licensed,
    marks,
    officer,
    person,
    prepared,
    requested,
    scored,
    second_officer,
    unit_actor,
    with_paper,
)

pytestmark = [pytest.mark.django_db, pytest.mark.clause("5.4-evaluation", "5.5-exit", "5.6-renewal")]
SignIn = Callable[[User], Any]


def numbers(client: Any, name: str, **asked: str) -> str:
    """The seats of the rows' bases in the order of the list."""
    found = []
    for row in client.get(reverse(f"evaluations:{name}"), asked).context["page_obj"]:
        base = row.term.base if name == "renewals" else row.base
        found.append(f"{base.seat}" if name != "list" else f"{base.seat}:{row.year}")
    return " ".join(found)


def evaluated() -> list[Base]:
    """Six bases, the evaluation of 2027 of each one step further, and one final year before."""
    bases = [licensed("2026-04-20", n, place="210211" if n % 2 else "210202") for n in range(1, 6)]
    for base in bases:
        final(base, 2026)
    evaluations.open_year(actor=officer("2028-01-02"), year=2027)
    scored(bases[1], 2027)
    announced(bases[2], 2027)
    asked = announced(bases[3], 2027)
    evaluations.request_review(actor=unit_actor(bases[3], "2028-03-04"), evaluation=asked, reason="漏计")
    final(bases[4], 2027, FAILED)
    return bases


BEFORE = "1:2026 2:2026 3:2026 4:2026 5:2026"


@pytest.mark.parametrize(
    ("late", "announced_rows", "waiting_rows"),
    # The last day to ask for a review still counts.
    [(0, "3:2027", ""), (1, "", "3:2027")],
)
def test_a_state_takes_exactly_its_evaluations(
    late: int, announced_rows: str, waiting_rows: str, settings: Any, client_for: SignIn
) -> None:
    bases = evaluated()
    told = evaluation_of(bases[2], 2027)
    assert told.review_until is not None
    settings.PORTAL_TODAY = date.fromordinal(told.review_until.toordinal() + late)
    visitor = client_for(person(Role.MUNICIPAL))
    rows = {
        "open": "1:2027 2:2027",
        "unscored": "1:2027",
        "scored": "2:2027",
        "proposed": "",
        "announced": announced_rows,
        "review": "4:2027",
        "waiting": waiting_rows,
        "final": f"5:2027 {BEFORE}",
    }
    assert {key: numbers(visitor, "list", state=key) for key in rows} == rows


def test_the_other_filters_and_readers_of_evaluations(settings: Any, client_for: SignIn) -> None:
    bases = evaluated()
    settings.PORTAL_TODAY = date(2028, 3, 5)
    visitor = client_for(person(Role.MUNICIPAL))
    before, this_year = BEFORE, "1:2027 2:2027 3:2027 4:2027 5:2027"
    assert numbers(visitor, "list") == f"{this_year} {before}"
    assert numbers(visitor, "list", year="2027") == this_year
    assert numbers(visitor, "list", year="2026") == before
    assert numbers(visitor, "list", result="unqualified") == "5:2027"
    assert numbers(visitor, "list", q=bases[1].number) == "2:2027 2:2026"
    assert numbers(visitor, "list", q=bases[1].organisation.name, year="2026") == "2:2026"
    for reader, rows in (
        (person(Role.LEADER), f"{this_year} {before}"),
        (person(Role.AUDITOR), f"{this_year} {before}"),
        (person(Role.DISTRICT, place="210202"), "2:2026 4:2026"),
        (person(Role.DISTRICT, place="210211"), "5:2027 1:2026 3:2026 5:2026"),
        (person(Role.APPLICANT, organisation=bases[1].organisation), "2:2026"),
        (person(Role.APPLICANT, organisation=bases[2].organisation), "3:2027 3:2026"),
    ):
        assert numbers(client_for(reader), "list") == rows


def asked_for_renewal() -> list[Base]:
    bases = [licensed("2026-04-20", n) for n in range(1, 6)]
    requested(bases[0], "2029-02-01")
    with_paper(bases[1], "2029-02-02")
    prepared(bases[2], "2029-02-03")
    renewals.return_renewal(actor=officer("2029-02-04"), renewal=requested(bases[3], "2029-02-04"), reason="请补充")
    decided(prepared(bases[4], "2029-02-05"), "2029-02-06", passed=True)
    withdrawn = renewals.withdraw_renewal(
        actor=unit_actor(bases[0], "2029-02-02"), renewal=bases[0].terms.get().renewals.get(), reason="再想想"
    )
    assert withdrawn.state == "withdrawn"
    requested(bases[0], "2029-02-07")
    return bases


def test_each_filter_of_renewals_and_withdrawals_takes_exactly_its_rows(settings: Any, client_for: SignIn) -> None:
    bases = asked_for_renewal()
    settings.PORTAL_TODAY = date(2029, 2, 10)
    visitor = client_for(person(Role.MUNICIPAL))
    assert {
        key: numbers(visitor, "renewals", state=key)
        for key in ("", "open", "assess", "returned", "prepared", "passed", "failed", "withdrawn")
    } == {
        "": "1 5 4 3 2 1",
        "open": "1 4 3 2",
        "assess": "1 2",
        "returned": "4",
        "prepared": "3",
        "passed": "5",
        "failed": "",
        "withdrawn": "1",
    }
    assert numbers(visitor, "renewals", q=bases[2].number) == "3"
    assert numbers(client_for(person(Role.APPLICANT, organisation=bases[2].organisation)), "renewals") == "3"
    assert client_for(person(Role.DISTRICT, place="210211")).get(reverse("evaluations:renewals")).status_code == 403

    for day, base in (("2029-02-08", bases[0]), ("2029-02-09", bases[1]), ("2029-02-10", bases[3])):
        withdrawals.open_withdrawal(
            actor=officer(day), base=base, ground="false_statements", years=[], statement="伪造"
        )
    cases = {case.base_id: case for case in withdrawals.Withdrawal.objects.all()}
    withdrawals.prepare_withdrawal(actor=officer("2029-02-10"), withdrawal=cases[bases[1].pk], statement="查实材料不实")
    withdrawals.close_withdrawal(actor=leader("2029-02-10"), withdrawal=cases[bases[3].pk], reason="查无实据")
    assert {
        key: numbers(visitor, "withdrawals", state=key)
        for key in ("", "open", "opened", "prepared", "confirmed", "closed")
    } == {"": "4 2 1", "open": "2 1", "opened": "1", "prepared": "2", "confirmed": "", "closed": "4"}
    assert numbers(visitor, "withdrawals", ground="false_statements") == "4 2 1"
    assert numbers(visitor, "withdrawals", ground="two_failures") == ""
    # A unit meets a case once it is decided.
    owner = client_for(person(Role.APPLICANT, organisation=bases[1].organisation))
    assert numbers(owner, "withdrawals") == ""
    withdrawals.confirm_withdrawal(actor=leader("2029-02-10"), withdrawal=cases[bases[1].pk])
    assert numbers(owner, "withdrawals") == "2"
    assert numbers(visitor, "withdrawals", state="confirmed") == "2"
    other = client_for(person(Role.APPLICANT, organisation=bases[0].organisation))
    case = reverse("evaluations:withdrawal", args=[cases[bases[1].pk].public_id])
    renewal = reverse("evaluations:renewal", args=[bases[2].terms.get().renewals.get().public_id])
    assert (owner.get(case).status_code, other.get(case).status_code) == (200, 404)
    assert (other.get(renewal).status_code, visitor.get(renewal).status_code) == (404, 200)


Line = tuple[str, str, str, int]


def lines(person: User, day: str) -> dict[str, list[Line]]:
    def said(items: list[WorkItem]) -> list[Line]:
        return [(item.title, item.sentence, f"{item.due_on or ''}", item.count) for item in items]

    work = worklist(person, date.fromisoformat(day))
    return {side: said(items) for side, items in (("mine", work.mine), ("waiting", work.waiting)) if items}


def test_the_lines_of_evaluations_for_every_role() -> None:
    bases = evaluated()
    units = [person(Role.APPLICANT, organisation=base.organisation) for base in bases]
    day = "2028-03-05"
    told = evaluation_of(bases[2], 2027)
    review: Line = ("HZ2026-04 申请复核 2027 年度评估结果", "请重新评分，作出复核决定。", "", 1)
    to_score: Line = ("年度评估待评分", "对照佐证逐项评分。", "", 1)
    to_tell: Line = ("年度评估待告知", "评分已提交，请告知基地结果。", "", 1)
    assert lines(person(Role.MUNICIPAL), day) == {"mine": [to_score, to_tell]}
    # Who scored and announced does not review; a colleague and the leader do.
    second = second_officer(day).user
    assert lines(second, day) == {"mine": [review, to_score, to_tell]}
    assert lines(person(Role.LEADER), day) == {"mine": [review]}
    result: Line = ("2027 年度评估结果", "结果为合格；如有异议，可申请一次复核。", f"{told.review_until}", 1)
    waits: Line = ("2027 年度评估复核", "复核申请已提交，等待复核决定。", "", 1)
    assert [lines(unit, day) for unit in units] == [{}, {}, {"mine": [result]}, {"waiting": [waits]}, {}]
    for role in (Role.AUDITOR, Role.EXPERT, Role.ADMIN):
        assert lines(person(role), day) == {}
    assert lines(person(Role.DISTRICT, place="210211"), day) == {}
    addresses = [item.url for item in worklist(second, date.fromisoformat(day)).mine]
    assert addresses == [
        reverse("evaluations:detail", args=[evaluation_of(bases[3], 2027).public_id]),
        "/evaluations/?state=unscored",
        "/evaluations/?state=scored",
    ]
    (card,) = worklist(second, date.fromisoformat(day)).figures
    assert (card.label, card.value, card.url) == ("未告知结果的年度评估", 2, "/evaluations/?state=open")


def test_the_lines_of_renewals_and_cases_for_every_role() -> None:
    bases = asked_for_renewal()
    day = "2029-02-08"
    withdrawals.open_withdrawal(
        actor=officer(day), base=bases[1], ground="false_statements", years=[], statement="伪造"
    )
    case = withdrawals.Withdrawal.objects.get()
    back = bases[3].terms.get().renewals.get()
    first = bases[0].terms.get().renewals.exclude(state="withdrawn").get()
    by = "2029-04-20"

    def of_officer(*cases: Line) -> list[Line]:
        return [
            ("HZ2026-02 续期考核", "纸质申请已收到，市科协正在考核。", by, 1),
            ("HZ2026-01 续期考核", "申请已提交，盖章的纸质申请尚未收到。", by, 1),
            *cases,
        ]

    to_write: Line = ("HZ2026-02 取消资格", "请拟定事实与理由，提交领导决定。", f"{case.confirm_by or ''}", 1)
    to_decide: Line = ("HZ2026-02 取消资格", "经办人已拟好，请决定。", f"{case.confirm_by or ''}", 1)
    assessed: Line = ("HZ2026-03 续期考核", "经办人已提出考核意见，请决定。", by, 1)
    assert lines(person(Role.MUNICIPAL), day) == {"mine": of_officer(to_write)}
    assert lines(person(Role.LEADER), day) == {"mine": [assessed]}
    units = [lines(person(Role.APPLICANT, organisation=base.organisation), day) for base in bases]
    assert units == [
        {"mine": [("HZ2026-01 续期申请", "申请已提交，盖章的纸质申请尚未收到。", f"{first.paper_due_on}", 1)]},
        {"waiting": [("HZ2026-02 续期申请", "纸质申请已收到，市科协正在考核。", by, 1)]},
        {"waiting": [("HZ2026-03 续期申请", "考核意见已提交，等待领导决定。", by, 1)]},
        {"mine": [("HZ2026-04 续期申请", "申请被退回，请按意见修改后重新提交。", f"{back.correct_by}", 1)]},
        {},
    ]
    withdrawals.prepare_withdrawal(actor=officer(day), withdrawal=case, statement="查实材料不实")
    assert lines(person(Role.MUNICIPAL), day) == {"mine": of_officer()}
    assert lines(person(Role.LEADER), day) == {"mine": [assessed, to_decide]}
    # What was not mended by its day is the officer's again, the day after.
    assert back.correct_by is not None
    titles = {
        late: [title for title, *_rest in lines(person(Role.MUNICIPAL), late)["mine"]]
        for late in (f"{back.correct_by}", f"{date.fromordinal(back.correct_by.toordinal() + 1)}")
    }
    assert list(titles.values()) == [
        ["HZ2026-02 续期考核", "HZ2026-01 续期考核"],
        ["HZ2026-02 续期考核", "HZ2026-04 续期考核", "HZ2026-01 续期考核"],
    ]
    for role in (Role.AUDITOR, Role.EXPERT, Role.ADMIN):
        assert lines(person(role), day) == {}


def test_lines_of_one_kind_stand_in_the_order_they_came_and_end_with_the_matter() -> None:
    """The older case first; a closed one, or one whose base has ended, is nobody's line."""
    bases = [licensed("2026-04-20", n) for n in range(1, 7)]
    day = "2029-02-08"
    for base in (bases[1], bases[0], bases[2], bases[3], bases[4], bases[5]):
        withdrawals.open_withdrawal(
            actor=officer(day), base=base, ground="false_statements", years=[], statement="伪造"
        )
    cases = {case.base.seat: case for case in withdrawals.Withdrawal.objects.select_related("base")}
    withdrawals.close_withdrawal(actor=leader(day), withdrawal=cases[3], reason="查无实据")
    assert [title for title, *_rest in lines(person(Role.MUNICIPAL), day)["mine"]] == [
        f"HZ2026-0{seat} 取消资格" for seat in (2, 1, 4, 5, 6)
    ]
    for seat in (6, 2, 1, 4, 5):
        withdrawals.prepare_withdrawal(actor=officer(day), withdrawal=cases[seat], statement="查实材料不实")
    withdrawals.close_withdrawal(actor=leader(day), withdrawal=cases[5], reason="查无实据")
    Base.objects.filter(seat=6).update(ended_on=date(2029, 2, 7), end="surrendered")
    assert lines(person(Role.MUNICIPAL), day) == {}
    assert [title for title, *_rest in lines(person(Role.LEADER), day)["mine"]] == [
        f"HZ2026-0{seat} 取消资格" for seat in (2, 1, 4)
    ]
    withdrawals.Withdrawal.objects.filter(pk=cases[4].pk).update(prepared_on=None, prepared_by=None)
    Base.objects.filter(seat=4).update(ended_on=date(2029, 2, 7), end="surrendered")
    assert lines(person(Role.MUNICIPAL), day) == {}


def test_neither_who_scored_nor_who_announced_meets_the_review() -> None:
    base, other = licensed("2026-04-20", 1), licensed("2026-04-20", 2)
    evaluations.open_year(actor=officer("2027-01-02"), year=2026)
    third = person(Role.MUNICIPAL, name="three")
    for each in (other, base):
        scored(each, 2026)
        told = evaluations.announce(actor=second_officer("2027-03-03"), evaluation=evaluation_of(each, 2026))
        evaluations.request_review(actor=unit_actor(each, "2027-03-04"), evaluation=told, reason="漏计")
    day = "2027-03-05"
    assert lines(person(Role.MUNICIPAL), day) == lines(person(Role.MUNICIPAL, name="two"), day) == {}
    rows = [evaluation_of(each, 2026) for each in (base, other)]
    expected = [f"{row.base.number} 申请复核 2026 年度评估结果" for row in sorted(rows, key=lambda row: row.pk)]
    for reader in (third, person(Role.LEADER)):
        assert [title for title, *_rest in lines(reader, day)["mine"]] == expected


def test_who_proposed_an_exemption_does_not_meet_its_line() -> None:
    bases = [licensed("2026-04-20", n) for n in (1, 2)]
    for base in bases:
        row = scored(base, 2026, FAILED)
        evaluations.propose_exemption(actor=officer("2027-02-10"), evaluation=row, reason="全年停工")
    day = "2027-02-11"
    wanted: list[Line] = [(f"HZ2026-0{n} 2026 年度免予评估", "已有评分，提议免评，请决定。", "", 1) for n in (1, 2)]
    assert lines(person(Role.MUNICIPAL), day) == {}
    assert lines(person(Role.MUNICIPAL, name="two"), day) == {"mine": wanted}
    assert lines(person(Role.LEADER), day) == {"mine": wanted}


def test_a_proposed_exemption_is_found_and_not_among_those_to_be_announced(settings: Any, client_for: SignIn) -> None:
    settings.PORTAL_TODAY = date(2028, 3, 10)
    base = licensed("2026-04-20", 1)
    final(base, 2026)
    scored(base, 2027)
    evaluations.propose_exemption(actor=officer("2028-03-09"), evaluation=evaluation_of(base, 2027), reason="停工改造")
    office = client_for(person(Role.MUNICIPAL))
    assert numbers(office, "list", state="proposed") == "1:2027"
    assert numbers(office, "list", state="scored") == ""


def test_exempted_refused_and_reviewed_years_are_each_in_one_state(settings: Any, client_for: SignIn) -> None:
    """Never announced, but final; refused its exemption, so to be announced; reviewed, but an earlier year is open."""
    settings.PORTAL_TODAY = date(2028, 3, 20)
    bases = [licensed("2026-04-20", n) for n in (1, 2, 3)]
    exempted(bases[0], 2026)
    scored(bases[1], 2026)
    evaluations.propose_exemption(actor=officer("2027-03-09"), evaluation=evaluation_of(bases[1], 2026), reason="停工")
    evaluations.decide_exemption(
        actor=leader("2027-03-10"), evaluation=evaluation_of(bases[1], 2026), approved=False, reason="停工不足半年"
    )
    asked = announced(bases[2], 2027)
    evaluations.request_review(actor=unit_actor(bases[2], "2028-03-04"), evaluation=asked, reason="漏计")
    evaluations.decide_review(
        actor=leader("2028-03-06"), evaluation=asked, points=marks("80"), comments={}, opinion="已复核"
    )
    office = client_for(person(Role.MUNICIPAL))
    wanted = ("open", "unscored", "scored", "proposed", "announced", "review", "waiting", "final")
    assert {state: numbers(office, "list", state=state, year="2026") for state in wanted} == dict.fromkeys(
        wanted, ""
    ) | {"open": "2:2026 3:2026", "unscored": "3:2026", "scored": "2:2026", "final": "1:2026"}
    found = {state: numbers(office, "list", state=state, q=bases[2].number, year="2027") for state in wanted}
    assert found == dict.fromkeys(wanted, "") | {"waiting": "3:2027"}


def test_a_request_whose_base_has_ended_is_open_no_more(settings: Any, client_for: SignIn) -> None:
    settings.PORTAL_TODAY = date(2029, 2, 10)
    gone, runs = licensed("2026-04-20", 1), licensed("2026-04-20", 2)
    prepared(gone, "2029-02-03")
    requested(runs, "2029-02-03")
    surrender(actor=unit_actor(gone, "2029-02-09"), base=gone, reason="业务调整")
    office = client_for(person(Role.MUNICIPAL))
    assert {key: numbers(office, "renewals", state=key) for key in ("open", "assess", "prepared")} == {
        "open": "2",
        "assess": "2",
        "prepared": "",
    }
    assert lines(person(Role.LEADER), "2029-02-10") == {}


def test_who_reads_points_and_when() -> None:
    own, other = licensed("2027-03-15"), licensed("2027-03-15", 2)
    unit, stranger = unit_actor(own, "2028-03-01").user, unit_actor(other, "2028-03-01").user
    district = person(Role.DISTRICT, place="210211")
    office = [person(role) for role in (Role.MUNICIPAL, Role.LEADER, Role.AUDITOR)]
    readers = (*office, unit, stranger, district)
    evaluation = scored(own, 2027)
    assert [may_read_marks(each, evaluation) for each in readers] == [True] * 3 + [False] * 3
    told = evaluations.announce(actor=officer("2028-03-03"), evaluation=evaluation)
    assert [may_read_marks(each, told) for each in readers] == [True] * 4 + [False] * 2
