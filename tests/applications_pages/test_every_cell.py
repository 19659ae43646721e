"""State × role × action once more, acted out: what each attempt leaves behind, and the button shown to those who may.

The table itself, as it is meant, stands in `tests/applications/test_rules_table.py`.
"""

from collections.abc import Callable
from datetime import date
from itertools import product
from typing import Any

import pytest
from django.db import transaction

from applications import rules
from applications.actions import (
    comments,
    handling,
    initial_review,
    paper,
    pre_review,
    reopening,
    submission,
    thread,
    widening,
)
from applications.models import Application
from haizhi_portal.accounts.models import User
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.models import Entry
from haizhi_portal.policy.clauses import CLAUSES
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import Role
from tests import factories as make
from tests.applications.test_rules_table import CELLS, FRESH, NOT_YET
from tests.applications_pages.kit import on, signed_in, text, url

pytestmark = pytest.mark.django_db
State = Application.State
ENDED = "2027-06-29"

Act = Callable[[Actor, Application], object]


def _checked(act: Callable[..., object]) -> Act:
    return lambda actor, application: act(
        actor=actor, application=application, opinion="同意", checks=make.all_checked()
    )


def _sent_back(act: Callable[..., object]) -> Act:
    return lambda actor, application: act(actor=actor, application=application, opinion="请补正", sections=make.REMARKS)


def _plain(act: Callable[..., object], **more: Any) -> Act:
    return lambda actor, application: act(actor=actor, application=application, **more)


def _edit(actor: Actor, application: Application) -> object:
    return make.draft.save_section(
        actor=actor,
        application=application,
        section="plan",
        answers=make.answers()["plan"],
        expected_version=application.version,
    )


def _receive(actor: Actor, application: Application) -> object:
    last = application.submissions.order_by("-version").first()
    code = last.print.verify_code if last is not None and last.print is not None else "ABCDEFGHJKMNPQRS"
    return paper.receive_copies(actor=actor, application=application, check_code=code, copies=1)


SAME = dict.fromkeys(State)
# Each verb with its act and the state it leads to; None: the state stays.
ACTS: dict[str, tuple[Act, dict[State, State | None]]] = {
    "edit": (_edit, SAME),
    "submit": (
        _plain(submission.submit),
        {
            State.DRAFT: State.DISTRICT_REVIEW,
            State.DISTRICT_RETURNED: State.DISTRICT_REVIEW,
            State.INITIAL_RETURNED: State.INITIAL_REVIEW,
        },
    ),
    "withdraw": (_plain(submission.withdraw, reason="计划有变"), dict.fromkeys(State, State.WITHDRAWN)),
    "endorse": (_checked(pre_review.endorse), dict.fromkeys(State, State.INITIAL_REVIEW)),
    "return_for_correction": (
        _sent_back(pre_review.return_for_correction),
        dict.fromkeys(State, State.DISTRICT_RETURNED),
    ),
    "decline": (_plain(pre_review.decline, reason="条件不足"), dict.fromkeys(State, State.DECLINED)),
    "hand_on": (
        _plain(pre_review.hand_on, route="municipal", reason="不属本辖区"),
        dict.fromkeys(State, State.INITIAL_REVIEW),
    ),
    "pass_initial": (_checked(initial_review.pass_initial), dict.fromkeys(State, State.CERTIFICATION)),
    "return_initial": (_sent_back(initial_review.return_initial), dict.fromkeys(State, State.INITIAL_RETURNED)),
    "decline_initial": (
        _plain(initial_review.decline_initial, reason="条件不足"),
        dict.fromkeys(State, State.DECLINED),
    ),
    "extend_correction": (
        _plain(pre_review.extend_correction, correct_by=date(2027, 6, 19), reason="补盖公章"),
        SAME,
    ),
    "handle": (_plain(handling.take), SAME),
    "remind": (_plain(handling.remind_applicant), SAME),
    "widen_correction": (_sent_back(widening.widen_correction), SAME),
    "comment": (_plain(comments.comment, section="plan", field="", words="目标不具体", audience="unit"), SAME),
    "reopen": (_plain(reopening.reopen), SAME),
    "write_message": (_plain(thread.send_message, text="请问"), SAME),
    "receive_copies": (_receive, SAME),
}
# What is filled in or noted before it counts writes no entry.
SILENT = {"edit", "comment"}
# Acts on a comment, a receipt, an assignment, a decision or a whole call are acted out where they are tested.
ON_SOMETHING_ELSE = {
    "judge_comment",
    "void_receipt",
    "remind_of_copies",
    "assign",
    "set_aside",
    "withdraw_decision",
    "award",
}


def everybody(application: Application) -> list[User]:
    return [
        make.applicant_of(application.organisation),
        make.district("210211"),
        *(make.user(role) for role in (Role.MUNICIPAL, Role.LEADER, Role.EXPERT, Role.ADMIN, Role.AUDITOR)),
    ]


def strangers() -> list[User]:
    """Another unit and another district: nothing of it is theirs."""
    return [make.applicant_of(make.organisation()), make.district("210202")]


def may(verb: str, role: str, state: State) -> bool:
    return (verb, Role(role), state) in CELLS and (verb, state) not in NOT_YET


def test_every_verb_of_the_table_is_acted_out_somewhere() -> None:
    assert set(rules.MOVES) == set(ACTS) | ON_SOMETHING_ELSE


@pytest.mark.clause("4.1-via-district", "4.2-initial", "4.1-annual", "4.1-materials", "3.1-applicant", "4.1-paper")
@pytest.mark.parametrize("state", State)
def test_every_attempt_either_happens_or_changes_nothing(state: State) -> None:
    application = make.carried_to(state)
    day = FRESH.get(state, ENDED)
    own = everybody(application)
    actors = [*(make.acting(person, day) for person in (*own, *strangers())), Actor.system(make.at(day))]
    for verb, (place, actor) in product(ACTS, enumerate(actors)):
        act, after = ACTS[verb]
        before, written = _row(application), Entry.objects.count()
        cell = (verb, actor.role, place, state)
        with transaction.atomic():
            fresh = Application.objects.get(pk=application.pk)
            if place < len(own) and may(verb, actor.role, state):
                act(actor, fresh)
                assert _row(application)["state"] == (after[state] or state), cell
                if verb not in SILENT:
                    assert Entry.objects.count() > written, cell
            else:
                with pytest.raises(RuleViolation) as refused:
                    act(actor, fresh)
                assert refused.value.clause in CLAUSES, cell
                assert refused.value.message, cell
                assert _row(application) == before, cell
                assert Entry.objects.count() == written, cell
            transaction.set_rollback(True)


def _row(application: Application) -> dict[str, Any]:
    return Application.objects.filter(pk=application.pk).values().get()


REVIEWING = ("endorse", "return_for_correction", "decline", "pass_initial", "return_initial", "decline_initial")
# What stands on the page for those who may: words of an address after the number, or of a button.
BUTTONS: dict[tuple[str, ...], str] = {
    ("submit",): "/{number}/submit/",
    ("withdraw",): "/{number}/withdraw/",
    REVIEWING: "/{number}/review/",
    ("hand_on",): "/{number}/route/",
    ("extend_correction",): "/{number}/extend/",
    ("receive_copies",): "/{number}/paper/",
    ("handle",): 'value="name_handler"',
    ("remind",): 'value="remind"',
}


@pytest.mark.parametrize("state", State)
def test_a_button_is_shown_to_those_who_may_and_to_nobody_else(state: State) -> None:
    application = make.carried_to(state)
    with on(FRESH.get(state, ENDED)):
        own = everybody(application)
        for person in (*own, *strangers()):
            answer = signed_in(person).get(url("detail", application.number))
            shown = text(answer) if answer.status_code == 200 else ""
            for verbs, words in BUTTONS.items():
                expected = person in own and any(may(verb, person.role, state) for verb in verbs)
                found = words.format(number=application.number) in shown
                assert found == expected, (verbs, person.role, state)
