"""The year's one round: who enters, who scores, what is never scored, and when it closes."""

from decimal import Decimal

import pytest

from applications.actions import certification, submission
from applications.models import Application, Assignment, Round
from applications.queries import assignments_visible_to, materials_visible_to, visible_to
from applications.ranking import ranked
from applications.rules import can_open_file
from haizhi_portal.audit.models import Entry
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import Role
from haizhi_portal.scoring.models import Sheet
from tests import factories as make

pytestmark = pytest.mark.django_db
State = Application.State
DAY = "2027-06-20"


def certified(count: int = 1) -> list[Application]:
    return [make.carried_to(State.CERTIFICATION, make.municipal_unit()) for _ in range(count)]


@pytest.mark.clause("4.2-yearly")
@pytest.mark.parametrize(("day", "opens"), [("2027-06-19", False), ("2027-06-20", True)])
def test_not_before_the_certification_day(day: str, opens: bool) -> None:
    [application] = certified()
    officer = make.acting(make.user(Role.MUNICIPAL), day)
    if opens:
        assert certification.open_round(actor=officer, call=application.call).closed_on is None
        return
    with pytest.raises(RuleViolation, match="集中认证日"):
        certification.open_round(actor=officer, call=application.call)


@pytest.mark.clause("4.2-yearly")
def test_one_round_a_year() -> None:
    [application] = certified()
    make.open_round(application.call)
    with pytest.raises(RuleViolation, match="每年只有一次"):
        make.open_round(application.call)


@pytest.mark.clause("4.1-paper", "4.2-initial")
def test_only_what_passed_and_has_its_paper_enters() -> None:
    [ready] = certified()
    no_paper = make.pass_initial(make.carried_to(State.INITIAL_REVIEW, make.municipal_unit()))
    one_copy = make.pass_initial(make.carried_to(State.INITIAL_REVIEW, make.municipal_unit()))
    make.receive_paper(one_copy, copies=1)
    in_review = make.carried_to(State.INITIAL_REVIEW, make.municipal_unit())
    make.open_round(ready.call)
    entered = Application.objects.filter(entered_round_on__isnull=False)
    assert list(entered) == [ready]
    for application in (no_paper, one_copy):
        with pytest.raises(RuleViolation, match="没有进入"):
            make.assign(application)
    with pytest.raises(RuleViolation, match="市科协初审中"):
        make.assign(in_review)


@pytest.mark.clause("4.1-paper")
def test_a_round_without_anything_to_certify_does_not_open() -> None:
    application = make.pass_initial(make.carried_to(State.INITIAL_REVIEW))
    with pytest.raises(RuleViolation, match="纸质材料"):
        make.open_round(application.call)


@pytest.mark.clause("4.2-experts")
def test_nothing_is_seen_or_scored_before_the_declaration() -> None:
    [application] = certified()
    make.open_round(application.call)
    assignment = make.assign(application)
    expert = make.expert()
    assert list(assignments_visible_to(expert)) == [assignment]
    assert list(visible_to(expert)) == []
    assert not can_open_file(make.acting(expert, DAY), assignment)
    with pytest.raises(RuleViolation, match="利害关系声明"):
        make.score(assignment)
    declared = certification.declare(actor=make.acting(expert, DAY), assignment=assignment, conflict=False)
    assert list(visible_to(expert)) == [application]
    kinds = set(materials_visible_to(expert).values_list("kind", flat=True))
    assert len(kinds) == 4
    assert "representative_id" not in kinds
    assert make.score(declared, "87.5").sheet.total == Decimal("87.50")
    assert Entry.objects.get(event="score.submitted").data == {"year": 2027, "expert": expert.public_id, "total": 87.5}


@pytest.mark.clause("4.2-experts")
def test_a_conflict_closes_file_and_sheet_for_good() -> None:
    [application] = certified()
    make.open_round(application.call)
    assignment = make.assign(application, declared=True)
    expert = make.expert()
    assert list(visible_to(expert)) == []
    for act in (
        lambda: make.score(assignment),
        lambda: certification.declare(actor=make.acting(expert, DAY), assignment=assignment, conflict=False),
    ):
        with pytest.raises(RuleViolation, match="回避"):
            act()
    assert Sheet.objects.count() == 0
    assert Entry.objects.get(event="conflict.declared").data == {"year": 2027, "expert": expert.public_id}


@pytest.mark.clause("4.2-experts")
def test_a_conflict_needs_its_reason() -> None:
    [application] = certified()
    make.open_round(application.call)
    assignment = make.assign(application)
    with pytest.raises(RuleViolation) as refused:
        certification.declare(actor=make.acting(make.expert(), DAY), assignment=assignment, conflict=True, reason=" ")
    assert refused.value.field == "reason"


@pytest.mark.clause("4.2-experts")
def test_an_expert_s_task_is_nobody_else_s() -> None:
    [application] = certified()
    make.open_round(application.call)
    assignment = make.assign(application, 1)
    other = make.acting(make.expert(2), DAY)
    with pytest.raises(RuleViolation, match="不是分配给您"):
        certification.declare(actor=other, assignment=assignment, conflict=False)
    assert list(assignments_visible_to(make.expert(2))) == []


@pytest.mark.clause("4.2-experts")
def test_each_expert_once_and_only_experts() -> None:
    [application] = certified()
    make.open_round(application.call)
    make.assign(application)
    officer = make.acting(make.user(Role.MUNICIPAL), DAY)
    for person, words in ((make.expert(), "已分配"), (make.user(Role.LEADER), "评审专家账号")):
        with pytest.raises(RuleViolation, match=words):
            certification.assign(actor=officer, application=application, expert=person)
    assert Assignment.objects.count() == 1


@pytest.mark.clause("4.2-experts")
def test_a_sheet_is_submitted_once_for_all() -> None:
    [application] = certified()
    make.open_round(application.call)
    assignment = make.assign(application, declared=False)
    partial = make.marks(70) | {"plan": None}
    certification.save_scores(
        actor=make.acting(make.expert(), DAY), assignment=assignment, points=partial, comments={}, opinion=""
    )
    assert Entry.objects.filter(event="score.submitted").count() == 0
    make.score(assignment, 70)
    with pytest.raises(RuleViolation, match="不能再改"):
        make.score(assignment, 90)
    with pytest.raises(RuleViolation, match="不能再改"):
        certification.save_scores(
            actor=make.acting(make.expert(), DAY), assignment=assignment, points=partial, comments={}, opinion=""
        )


@pytest.mark.clause("4.2-experts", "4.2-yearly")
def test_three_valid_scores_each_before_the_round_closes() -> None:
    first, second = certified(2)
    make.open_round(first.call)
    officer = make.acting(make.user(Role.MUNICIPAL), DAY)
    for application in (first, second):
        for number in (1, 2, 3):
            make.score(make.assign(application, number, declared=False))
    voided = second.assignments.get(expert=make.expert(3))
    certification.void_scores(actor=officer, assignment=voided, reason="评分与意见不符")
    with pytest.raises(RuleViolation, match=second.number):
        certification.close_round(actor=officer, call=first.call)
    make.score(make.assign(second, 4, declared=False), 60)
    closed = certification.close_round(actor=officer, call=first.call)
    assert closed.closed_on is not None
    assert not Sheet.objects.filter(locked=False).exists()
    with pytest.raises(RuleViolation, match="已于2027年6月20日结束"):
        certification.close_round(actor=officer, call=first.call)
    with pytest.raises(RuleViolation, match="结束"):
        certification.void_scores(actor=officer, assignment=second.assignments.get(expert=make.expert(4)), reason="晚")
    assert Entry.objects.get(event="score.voided").data["expert"] == make.expert(3).public_id
    assert [(row.application, row.mean, row.count) for row in ranked(first.call)] == [
        (first, Decimal("80.00"), 3),
        (second, Decimal("73.33"), 3),
    ]


@pytest.mark.clause("4.2-experts")
def test_who_withdraws_during_the_round_is_out_of_it() -> None:
    first, second = certified(2)
    make.open_round(first.call)
    assignment = make.assign(second, 1, declared=False)
    submission.withdraw(
        actor=make.acting(make.applicant_of(second.organisation), DAY), application=second, reason="合并重组"
    )
    with pytest.raises(RuleViolation, match="退出"):
        make.score(assignment)
    for number in (1, 2, 3):
        make.score(make.assign(first, number, declared=False))
    certification.close_round(actor=make.acting(make.user(Role.MUNICIPAL), DAY), call=first.call)
    assert [row.application for row in ranked(first.call)] == [first]
    assert Round.objects.get().closed_on is not None
