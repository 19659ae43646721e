"""Once a score stands, an exemption is prepared by one and decided by another; the score stays on record."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from evaluations.actions import evaluation as actions
from evaluations.models import Evaluation
from evaluations.rules import can_decide_exemption, can_exempt, can_propose_exemption, exemption_waits
from evaluations.standing import evaluation_standing
from evaluations.worklist import worklist
from haizhi_portal.notifications.models import Message
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import Role
from tests.evaluations.kit import (
    FAILED,
    evaluation_of,
    events,
    final,
    leader,
    licensed,
    officer,
    opened,
    person,
    scored,
    second_officer,
    unit_actor,
)

pytestmark = [pytest.mark.django_db, pytest.mark.clause("5.4-evaluation", "5.5-exit")]
DAY = "2029-02-10"
WHY = "全年停工改造"


def failing() -> Evaluation:
    """The second failing year of a base, scored by the officer and not announced."""
    base = licensed("2027-03-15")
    final(base, 2027, FAILED)
    return scored(base, 2028, FAILED)


def proposed() -> Evaluation:
    return actions.propose_exemption(actor=officer(DAY), evaluation=failing(), reason=WHY)


def test_one_officer_exempts_only_until_a_score_stands() -> None:
    base = licensed("2027-03-15")
    evaluation = opened(base, 2027)
    assert can_exempt(officer("2028-02-10"), evaluation)
    assert "可以直接免予评估" in can_propose_exemption(officer("2028-02-10"), evaluation).reason

    done = scored(base, 2027, FAILED)
    with pytest.raises(RuleViolation, match="须由一人提议、另一人决定"):
        actions.exempt(actor=officer("2028-02-10"), evaluation=done, reason=WHY)
    with pytest.raises(IntegrityError, match="prepared by one and decided by another"), transaction.atomic():
        Evaluation.objects.filter(pk=done.pk).update(
            result="exempt", score=None, exemption_reason="x", exempted_by=officer(DAY).user
        )
    assert not can_propose_exemption(leader("2028-02-10"), done)


def test_another_person_decides_and_the_sheet_stays() -> None:
    evaluation = proposed()
    assert not can_decide_exemption(officer(DAY), evaluation)
    assert can_decide_exemption(leader(DAY), evaluation)
    assert can_decide_exemption(second_officer(DAY), evaluation)
    with pytest.raises(RuleViolation, match="拟定人以外"):
        actions.decide_exemption(actor=officer(DAY), evaluation=evaluation, approved=True)
    with pytest.raises(RuleViolation, match="提议还没有决定"):
        actions.announce(actor=officer(DAY), evaluation=evaluation)

    done = actions.decide_exemption(actor=leader("2029-02-12"), evaluation=evaluation, approved=True)
    assert (done.result, done.score, done.exemption_reason) == ("exempt", None, WHY)
    assert done.exempted_by == leader(DAY).user
    assert done.sheet is not None
    assert done.sheet.total == Decimal("40.00")
    assert events("evaluation.exemption_prepared") == [
        ("evaluation.exemption_prepared", DAY, {"year": 2028, "score": 40.0})
    ]
    assert events("evaluation.final", base=done.base)[-1] == (
        "evaluation.final",
        "2029-02-12",
        {"year": 2028, "score": None, "result": "exempt"},
    )
    assert events("withdrawal.opened") == []


@pytest.mark.parametrize("approved", [True, False])
def test_what_was_decided_waits_for_nobody(approved: bool) -> None:
    evaluation = proposed()
    assert exemption_waits(evaluation)
    done = actions.decide_exemption(actor=leader(DAY), evaluation=evaluation, approved=approved, reason="已核实")
    assert not exemption_waits(done)
    for one in (officer(DAY), second_officer(DAY), leader(DAY)):
        assert can_decide_exemption(one, done).reason == ("没有等待决定的免予评估提议。")
    assert bool(can_propose_exemption(officer(DAY), done)) is not approved


def test_a_refusal_needs_words_and_leaves_the_score_to_be_announced() -> None:
    evaluation = proposed()
    with pytest.raises(RuleViolation, match="请写明理由") as refused:
        actions.decide_exemption(actor=leader(DAY), evaluation=evaluation, approved=False, reason="  ")
    assert refused.value.field == "reason"

    actions.decide_exemption(actor=leader(DAY), evaluation=evaluation, approved=False, reason="停工不足半年")
    told = actions.announce(actor=officer("2029-02-13"), evaluation=evaluation)
    assert (told.score, told.result) == (Decimal("40.00"), "unqualified")
    assert [name for name, _on, _data in events("evaluation.exemption_refused")] == ["evaluation.exemption_refused"]
    with pytest.raises(RuleViolation, match="已告知"):
        actions.propose_exemption(actor=officer("2029-02-14"), evaluation=told, reason=WHY)


def test_who_is_told_and_on_whose_list_it_is() -> None:
    base = failing().base
    unit, boss, other = unit_actor(base, DAY).user, leader(DAY).user, second_officer(DAY).user
    actions.propose_exemption(actor=officer(DAY), evaluation=evaluation_of(base, 2028), reason=WHY)
    told = set(Message.objects.filter(kind="evaluation.exemption_prepared").values_list("recipient", flat=True))
    assert told == {boss.pk, other.pk}

    title, today = "HZ2027-01 2028 年度免予评估", officer(DAY).today
    listed = {name: [item.title for item in worklist(user, today).mine] for name, user in (("b", boss), ("o", other))}
    assert listed == {"b": [title], "o": [title]}
    assert title not in [item.title for item in worklist(officer(DAY).user, today).mine]
    assert [item.title for item in worklist(unit, today).mine] == []
    standing = evaluation_standing(evaluation_of(base, 2028), today)
    assert (standing.label, standing.tone) == ("免评待决定", "act")


def test_the_pages_of_both(client_for: Callable[[Any], Any], settings: Any) -> None:
    settings.PORTAL_TODAY = date.fromisoformat(DAY)
    evaluation = failing()
    clerk, boss = client_for(person(Role.MUNICIPAL)), client_for(person(Role.LEADER))
    exempt = reverse("evaluations:exempt", args=[evaluation.public_id])
    decide = reverse("evaluations:exempt_decide", args=[evaluation.public_id])
    detail = reverse("evaluations:detail", args=[evaluation.public_id])

    assert "提议免予评估" in clerk.get(exempt).content.decode()
    assert clerk.post(exempt, {"reason": WHY}).status_code == 302
    assert "已提议免予评估，等待提议人以外的人员决定" in clerk.get(detail).content.decode()
    assert "决定须由拟定人以外的人员作出" in clerk.get(decide).content.decode()
    shown = boss.get(decide).content.decode()
    assert "按这份评分结果为不合格" in shown
    assert WHY in shown
    assert boss.post(decide, {"approved": "no", "reason": ""}).status_code == 422
    assert boss.post(decide, {"approved": "yes", "reason": ""}).status_code == 302
    after = clerk.get(detail).content.decode()
    assert "40.00 分，留存备查" in after
    unit = client_for(unit_actor(evaluation.base, DAY).user)
    assert "40.00" not in unit.get(detail).content.decode()


def test_the_count_of_results_to_tell_is_that_of_the_list_it_leads_to(client_for: Any, settings: Any) -> None:
    settings.PORTAL_TODAY = date.fromisoformat(DAY)
    proposed()
    clerk = person(Role.MUNICIPAL)

    (card,) = worklist(clerk, date.fromisoformat(DAY)).figures

    assert (card.label, card.value) == ("未告知结果的年度评估", 1)
    shown = client_for(clerk).get(card.url)
    assert [row.year for row in shown.context["page_obj"]] == [2028]
    assert '<option value="open" selected>未告知结果</option>' in shown.text
