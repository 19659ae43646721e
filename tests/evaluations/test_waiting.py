"""Work lists and reminders: who is told what, when, and only once."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bases.models import Base
from evaluations.actions import evaluation as evaluations
from evaluations.actions import renewal as renewals
from evaluations.actions import withdrawal as withdrawals
from evaluations.reminders import run as remind
from evaluations.worklist import worklist
from haizhi_portal.accounts.models import User
from haizhi_portal.notifications.models import Message
from haizhi_portal.policy.words import Role
from tests.evaluations.kit import (
    announced,
    licensed,
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

pytestmark = pytest.mark.django_db


def unit_user(base: Base) -> User:
    return person(Role.APPLICANT, organisation=base.organisation)


def mine(user: User, day: str) -> list[str]:
    return [item.title for item in worklist(user, date.fromisoformat(day)).mine]


def waiting(user: User, day: str) -> list[str]:
    return [item.title for item in worklist(user, date.fromisoformat(day)).waiting]


@pytest.mark.clause("5.4-evaluation")
@pytest.mark.parametrize(("day", "shown"), [("2028-03-10", ["2027 年度评估结果"]), ("2028-03-11", [])])
def test_a_told_result_waits_for_the_unit_while_it_can_ask(day: str, shown: list[str]) -> None:
    base = licensed("2027-03-15")
    announced(base, 2027)

    assert mine(unit_user(base), day) == shown


@pytest.mark.clause("5.4-evaluation")
def test_officers_are_told_what_is_to_score_to_announce_and_to_review() -> None:
    one, two, three = (licensed("2027-03-15", n=n) for n in (1, 2, 3))
    opened(one, 2027)
    scored(two, 2027)
    evaluation = announced(three, 2027)
    evaluations.request_review(actor=unit_actor(three, "2028-03-06"), evaluation=evaluation, reason="漏计")
    review = "HZ2027-03 申请复核 2027 年度评估结果"

    assert mine(person(Role.MUNICIPAL), "2028-03-07") == ["年度评估待评分", "年度评估待告知"]
    assert mine(person(Role.MUNICIPAL, name="two"), "2028-03-07") == [review, "年度评估待评分", "年度评估待告知"]
    assert mine(person(Role.LEADER), "2028-03-07") == [review]
    assert mine(person(Role.AUDITOR), "2028-03-07") == []
    assert mine(unit_user(three), "2028-03-07") == []


@pytest.mark.clause("5.6-renewal")
def test_a_request_waits_for_whoever_has_to_move() -> None:
    base = licensed("2027-03-15")
    unit, clerk, boss = unit_user(base), person(Role.MUNICIPAL), person(Role.LEADER)
    renewal = requested(base, "2030-01-10")
    title = "HZ2027-01 续期申请"

    assert (mine(unit, "2030-01-24"), waiting(unit, "2030-01-24")) == ([title], [])  # the paper is due
    assert (mine(unit, "2030-01-25"), waiting(unit, "2030-01-25")) == ([], [title])
    renewals.register_paper(actor=officer("2030-01-25"), renewal=renewal, received_on=date(2030, 1, 20), reason="漏登")
    assert mine(clerk, "2030-01-25") == ["HZ2027-01 续期考核"]
    renewals.return_renewal(actor=officer("2030-01-25"), renewal=renewal, reason="请补充")
    assert (mine(unit, "2030-02-01"), mine(clerk, "2030-02-01")) == ([title], [])
    renewal.refresh_from_db()
    assert renewal.correct_by == date(2030, 2, 8)
    assert (mine(unit, "2030-02-09"), mine(clerk, "2030-02-09")) == ([], ["HZ2027-01 续期考核"])
    renewals.prepare_renewal(actor=officer("2030-02-11"), renewal=renewal, proposal="fail", assessment="未补正")
    assert (mine(clerk, "2030-02-11"), mine(boss, "2030-02-11")) == ([], ["HZ2027-01 续期考核"])


@pytest.mark.clause("5.5-exit")
def test_a_case_waits_for_the_officer_and_then_for_the_leader() -> None:
    base = licensed("2027-03-15")
    case = withdrawals.open_withdrawal(
        actor=officer("2028-06-01"), base=base, ground="false_statements", years=[], statement="伪造"
    )
    clerk, boss = person(Role.MUNICIPAL), person(Role.LEADER)

    assert (mine(clerk, "2028-06-02"), mine(boss, "2028-06-02")) == (["HZ2027-01 取消资格"], [])
    withdrawals.prepare_withdrawal(actor=officer("2028-06-02"), withdrawal=case, statement="清楚")
    assert (mine(clerk, "2028-06-02"), mine(boss, "2028-06-02")) == ([], ["HZ2027-01 取消资格"])
    assert mine(unit_user(base), "2028-06-02") == []


@pytest.mark.clause("5.5-exit", "5.6-renewal")
def test_who_prepared_as_an_officer_waits_for_another_leader() -> None:
    one, two = licensed("2027-03-15"), licensed("2027-03-15", n=2)
    author = officer("2030-02-01").user
    assert prepared(one, "2030-02-01").prepared_by == author
    case = withdrawals.open_withdrawal(
        actor=officer("2030-02-01"), base=two, ground="false_statements", years=[], statement="伪造"
    )
    withdrawals.prepare_withdrawal(actor=officer("2030-02-01"), withdrawal=case, statement="清楚")
    author.role = Role.LEADER
    author.save(update_fields=["role"])

    found = worklist(author, date(2030, 2, 2))
    assert found.mine == []
    words, mover = "由您拟定，须由拟定人以外的领导决定。", "市科协领导（拟定人以外的人员）"
    assert [(item.title, item.sentence, item.mover, item.due_on) for item in found.waiting] == [
        ("HZ2027-01 续期考核", words, mover, date(2030, 3, 15)),
        ("HZ2027-02 取消资格", words, mover, case.confirm_by),
    ]
    assert mine(person(Role.LEADER), "2030-02-02") == ["HZ2027-01 续期考核", "HZ2027-02 取消资格"]
    assert waiting(person(Role.LEADER), "2030-02-02") == []


@pytest.mark.parametrize("role", [Role.APPLICANT, Role.MUNICIPAL, Role.LEADER])
def test_a_work_list_asks_the_same_number_of_queries_for_one_base_and_for_three(role: str) -> None:
    counts = []
    for present in (1, 3):
        for n in range(1, present + 1):
            if not Base.objects.filter(seat=n).exists():
                base = licensed("2027-03-15", n=n)
                scored(base, 2029)
                with_paper(base, "2030-02-01") if n < 3 else prepared(base, "2030-02-01")
        user = person(role, organisation=Base.objects.get(seat=1).organisation if role == Role.APPLICANT else None)
        with CaptureQueriesContext(connection) as asked:
            worklist(user, date(2030, 3, 5))
        counts.append(len(asked))

    assert counts == [{Role.APPLICANT: 3, Role.MUNICIPAL: 7, Role.LEADER: 4}[Role(role)]] * 2


def sent(run: Callable[[], int]) -> list[tuple[str, str]]:
    before = set(Message.objects.values_list("pk", flat=True))
    count = run()
    new = Message.objects.exclude(pk__in=before).order_by("pk")
    assert count == len(new)
    return [(each.subject, each.recipient.role) for each in new]


@pytest.mark.clause("5.4-evaluation")
@pytest.mark.parametrize(("day", "count"), [("2028-03-08", 0), ("2028-03-09", 1), ("2028-03-10", 1), ("2028-03-11", 0)])
def test_the_last_days_for_a_review_are_recalled(day: str, count: int) -> None:
    base = licensed("2027-03-15")
    unit_user(base)
    announced(base, 2027)

    assert sent(lambda: remind(system(day))) == [("2027 年度评估结果的复核申请期即将结束", "applicant")] * count
    assert sent(lambda: remind(system(day))) == []


@pytest.mark.clause("5.6-renewal")
@pytest.mark.parametrize(
    ("day", "count"),
    [("2030-01-20", 0), ("2030-01-21", 1), ("2030-01-24", 1), ("2030-01-25", 0)],
)
def test_missing_paper_is_recalled_while_it_can_still_come(day: str, count: int) -> None:
    base = licensed("2027-03-15")
    requested(base, "2030-01-10")

    assert sent(lambda: remind(system(day))) == [("续期的盖章纸质申请尚未收到", "applicant")] * count
    assert sent(lambda: remind(system(day))) == []


@pytest.mark.clause("5.6-renewal")
def test_every_correction_is_recalled_anew() -> None:
    base = licensed("2027-03-15")
    renewal = renewals.return_renewal(
        actor=officer("2030-01-10"), renewal=with_paper(base, "2030-01-10"), reason="请补充"
    )
    words = [("续期申请的补正期即将结束", "applicant")]
    assert renewal.correct_by == date(2030, 1, 24)

    assert sent(lambda: remind(system("2030-01-20"))) == []
    assert sent(lambda: remind(system("2030-01-22"))) == words
    renewals.resubmit_renewal(
        actor=unit_actor(base, "2030-01-22"), renewal=renewal, statement="x", plan="y", expected_version=1
    )
    assert sent(lambda: remind(system("2030-01-24"))) == []
    renewals.return_renewal(actor=officer("2030-01-25"), renewal=renewal, reason="请再补充")
    assert sent(lambda: remind(system("2030-02-06"))) == words


@pytest.mark.clause("5.5-exit")
def test_a_case_is_recalled_to_whoever_has_it() -> None:
    base = licensed("2027-03-15")
    person(Role.LEADER)
    case = withdrawals.open_withdrawal(
        actor=officer("2028-06-01"), base=base, ground="false_statements", years=[], statement="伪造"
    )
    assert case.confirm_by == date(2028, 7, 1)

    assert sent(lambda: remind(system("2028-06-23"))) == []
    assert sent(lambda: remind(system("2028-06-24"))) == [("HZ2027-01 取消资格事项待拟定", "municipal")]
    withdrawals.prepare_withdrawal(actor=officer("2028-06-25"), withdrawal=case, statement="清楚")
    assert sent(lambda: remind(system("2028-06-25"))) == [("HZ2027-01 取消资格事项待决定", "leader")]
    assert sent(lambda: remind(system("2028-06-30"))) == [("HZ2027-01 取消资格事项待决定", "leader")]
