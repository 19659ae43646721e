"""What an expert may do with a task, and the office with an expert's task, fact by fact.

The round and the application are real rows; the facts of the task are set on the object and never stored.
"""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from applications.models import Application, Assignment, Round
from applications.rules import (
    can_assign,
    can_declare,
    can_open_file,
    can_release,
    can_score,
    can_void_scores,
    missed_round,
)
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.verdict import Verdict
from haizhi_portal.policy.words import Role
from haizhi_portal.scoring.models import Sheet
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.2-experts")]
State = Application.State
DAY = date(2027, 6, 20)
THEN = make.at("2027-06-20")

FACTS: dict[str, dict[str, Any]] = {
    "asked": {},
    "pledged": {"declared_at": THEN},
    "drafted": {"declared_at": THEN, "sheet": Sheet()},
    "submitted": {"declared_at": THEN, "sheet": Sheet(submitted_at=THEN)},
    "voided": {"declared_at": THEN, "sheet": Sheet(submitted_at=THEN, voided_at=THEN), "released_at": THEN},
    "taken off": {"declared_at": THEN, "released_at": THEN},
    "conflict": {"declared_at": THEN, "conflict": True, "released_at": THEN},
    "asked, set aside": {"set_aside_on": DAY},
    "pledged, set aside": {"declared_at": THEN, "set_aside_on": DAY},
    "pledged, withdrawn": {"declared_at": THEN, "state": State.WITHDRAWN},
    "pledged, listed": {"declared_at": THEN, "state": State.APPROVED},
}

YES = ""
NOT_YOURS = "这项评审任务不是分配给您的。"
CLOSED = "本年度专家认证已于2027年6月21日结束。"
NO_ROUND = "本年度专家认证尚未开始。"
OWN_CONFLICT = "您已声明需要回避。"
SHUT_BY_CONFLICT = "您已声明需要回避，不能查看这项申报的材料。"
PLEDGED_ALREADY = "您已声明无须回避并作出承诺；如发现应当回避，请声明回避。"
PLEDGE_FIRST = "请先作出利害关系声明和评审承诺，再查看申报材料。"
TAKEN_OFF = "这项评审任务已由市科协学会部收回，材料不再对您开放。"
VOIDED = "您的评分已作废，这项评审任务已结束。"
ONCE = "评分表已提交，提交后不能再改。"
ASIDE = "这项申报已搁置，不再参加本年度专家认证，无须评分。"
OUT = "这项申报已退出专家认证，无须评分。"
NOTHING_VALID = "只有已提交且有效的评分表可以作废。"
IN_CONFLICT = "这位专家已声明回避，评审任务已经结束。"
OVER = "这项评审任务已经结束，无须再收回。"


def pledge(actor: Actor, task: Assignment) -> Verdict:
    return can_declare(actor, task, conflict=False)


RULES: dict[str, Callable[[Actor, Assignment], Verdict]] = {
    "pledge": pledge,
    "conflict": can_declare,
    "open": can_open_file,
    "score": can_score,
    "void": can_void_scores,
    "take off": can_release,
}
EXPERTS = ("pledge", "conflict", "open", "score")
OFFICES = ("void", "take off")


@pytest.fixture
def task() -> Assignment:
    application = make.carried_to(State.CERTIFICATION, make.municipal_unit())
    make.open_round(application.call)
    application.refresh_from_db()
    return make.assign(application)


def given(task: Assignment, facts: dict[str, Any]) -> Assignment:
    """The stored task as it would be with these facts."""
    found = Assignment.objects.select_related("application__call", "expert").get(pk=task.pk)
    for name, value in facts.items():
        setattr(found.application if name in ("set_aside_on", "state") else found, name, value)
    return found


def answers(task: Assignment, actor: Actor, verbs: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """Of each fact and verb the words of the refusal, empty where it may be done."""
    return {
        name: {verb: RULES[verb](actor, given(task, facts)).reason for verb in verbs} for name, facts in FACTS.items()
    }


def alike(words: str) -> dict[str, str]:
    return dict.fromkeys(FACTS, words)


def test_what_an_expert_may_do_while_the_round_runs(task: Assignment) -> None:
    expected = {
        "asked": (YES, YES, PLEDGE_FIRST, PLEDGE_FIRST),
        "pledged": (PLEDGED_ALREADY, YES, YES, YES),
        "drafted": (PLEDGED_ALREADY, YES, YES, YES),
        "submitted": (PLEDGED_ALREADY, YES, YES, ONCE),
        "voided": (VOIDED, VOIDED, VOIDED, VOIDED),
        "taken off": (TAKEN_OFF, TAKEN_OFF, TAKEN_OFF, TAKEN_OFF),
        "conflict": (OWN_CONFLICT, OWN_CONFLICT, SHUT_BY_CONFLICT, SHUT_BY_CONFLICT),
        "asked, set aside": (ASIDE, YES, PLEDGE_FIRST, PLEDGE_FIRST),
        "pledged, set aside": (PLEDGED_ALREADY, YES, ASIDE, ASIDE),
        "pledged, withdrawn": (PLEDGED_ALREADY, YES, OUT, OUT),
        "pledged, listed": (PLEDGED_ALREADY, YES, YES, OUT),
    }
    found = answers(task, make.acting(task.expert, DAY), EXPERTS)
    assert {name: tuple(row.values()) for name, row in found.items()} == expected


def test_after_the_round_what_was_read_stays_readable_and_nothing_can_be_done(task: Assignment) -> None:
    Round.objects.update(closed_on=date(2027, 6, 21))
    closed = (CLOSED, CLOSED)
    expected = {
        "asked": (*closed, PLEDGE_FIRST, CLOSED),
        "pledged": (*closed, YES, CLOSED),
        "drafted": (*closed, YES, CLOSED),
        "submitted": (*closed, YES, CLOSED),
        "voided": (VOIDED, VOIDED, VOIDED, VOIDED),
        "taken off": (TAKEN_OFF, TAKEN_OFF, TAKEN_OFF, TAKEN_OFF),
        "conflict": (*closed, SHUT_BY_CONFLICT, CLOSED),
        "asked, set aside": (*closed, PLEDGE_FIRST, CLOSED),
        "pledged, set aside": (*closed, ASIDE, CLOSED),
        "pledged, withdrawn": (*closed, OUT, CLOSED),
        "pledged, listed": (*closed, YES, CLOSED),
    }
    found = answers(task, make.acting(task.expert, DAY), EXPERTS)
    assert {name: tuple(row.values()) for name, row in found.items()} == expected
    office = answers(task, make.acting(make.user(Role.MUNICIPAL), DAY), OFFICES)
    assert {name: tuple(row.values()) for name, row in office.items()} == dict.fromkeys(FACTS, closed)


def test_what_the_office_may_do_with_an_expert_s_task(task: Assignment) -> None:
    expected = alike(NOTHING_VALID) | {"submitted": YES}
    taken = alike(YES) | {
        "voided": OVER,
        "taken off": OVER,
        "conflict": IN_CONFLICT,
        "asked, set aside": ASIDE,
        "pledged, set aside": ASIDE,
        "pledged, withdrawn": OUT,
        "pledged, listed": OUT,
    }
    found = answers(task, make.acting(make.user(Role.MUNICIPAL), DAY), OFFICES)
    assert {name: row["void"] for name, row in found.items()} == expected
    assert {name: row["take off"] for name, row in found.items()} == taken


def test_the_rules_of_others_refuse_everything(task: Assignment) -> None:
    voided, taken = "评分由市科协学会部说明理由后作废。", "评审任务由市科协学会部说明理由后收回。"
    for other in (make.expert(2), make.user(Role.MUNICIPAL), make.user(Role.LEADER), make.user(Role.ADMIN)):
        found = answers(task, make.acting(other, DAY), EXPERTS)
        assert {name: set(row.values()) for name, row in found.items()} == {key: {NOT_YOURS} for key in FACTS}
    for other in (task.expert, make.user(Role.LEADER), make.user(Role.AUDITOR), make.district("210211")):
        found = answers(task, make.acting(other, DAY), OFFICES)
        assert {name: tuple(row.values()) for name, row in found.items()} == dict.fromkeys(FACTS, (voided, taken))
    # One who is an expert no more does not keep the tasks of old.
    task.expert.role = Role.DISTRICT
    found = answers(task, make.acting(task.expert, DAY), EXPERTS)
    assert {name: set(row.values()) for name, row in found.items()} == {key: {NOT_YOURS} for key in FACTS}


@pytest.mark.clause("4.2-experts", "4.2-yearly")
def test_who_is_asked_and_what_is_in_the_round(task: Assignment) -> None:
    application = task.application
    office = make.acting(make.user(Role.MUNICIPAL), DAY)
    name = task.expert.name

    def asked(expert: object = None) -> str:
        return can_assign(office, application, expert).reason  # type: ignore[arg-type]

    assert (asked(), asked(make.expert(2))) == (YES, YES)
    assert asked(task.expert) == f"{name}已分配到这项申报。"
    make.certification.declare(actor=make.acting(task.expert, DAY), assignment=task, conflict=True, reason="曾任职")
    Assignment.objects.filter(pk=task.pk).update(released_at=None)
    assert asked(task.expert) == f"{name}已声明回避，不能评审这项申报。"
    application.set_aside_on = DAY
    assert asked() == "这项申报已于2027年6月20日搁置，不再参加本年度专家认证。"
    application.entered_round_on = None
    assert asked() == "这项申报没有进入本年度专家认证。"
    application.call = make.call(2028)
    assert asked() == NO_ROUND
    application.state = State.APPROVED
    assert asked() == "这项申报现在是“已列入认定名单”，不能办理这一步；请刷新页面看最新进展。"


@pytest.mark.clause("4.2-yearly")
def test_what_the_round_of_its_own_year_left_behind(task: Assignment) -> None:
    application = task.application
    live = set(Application.LIVE) - {State.APPROVED}

    def left_behind() -> set[str]:
        found = set()
        for state in State.values:
            application.state = state
            if missed_round(application):
                found.add(state)
        return found

    assert left_behind() == set()  # it entered
    application.entered_round_on = None
    assert left_behind() == live
    application.call = make.call(2028)
    assert left_behind() == set()
