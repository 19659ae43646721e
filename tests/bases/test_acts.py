"""Every act upon a base done by everybody: only those the rule names get through, whoever is refused leaves no trace.

Words asked for are asked for: without them nothing is done; around them no space is kept. What an act returns is what
is stored.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from bases.actions.activities import add_activity, change_activity, remove_activity
from bases.actions.endings import revoke, surrender
from bases.actions.licensing import license
from bases.actions.obligations import create_due_obligations
from bases.actions.reports import accept_report, file_report, return_report, save_draft
from bases.actions.terms import renew
from bases.models import Activity, Base, Obligation
from haizhi_portal.policy.verdict import RuleViolation
from tests.acts import acted, unstored
from tests.bases.kit import WORDS, cast, events, licensed, report, system, unit, unit_actor

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.clause("4.3-award", "5.3-quarterly", "5.4.3", "5.5-exit", "5.6-reaward"),
]

# o the unit, x another unit, d district, m municipal staff, l leader, a auditor, e expert, A admin, s the portal.
SAID = "  缘由  "
ACTIVITY = {"title": "对接会", "kind": "matchmaking", "place": "大连", "participants": 80, "outcome": "三项意向"}


def owed(base: Base) -> Obligation:
    create_due_obligations(actor=system("2027-07-01"), base=base)
    return report(base, "2027Q2")


def waiting(base: Base) -> Obligation:
    file_report(actor=unit_actor(base, "2027-07-01"), obligation=owed(base), content=WORDS)
    return report(base, "2027Q2")


def held(base: Base) -> Activity:
    return add_activity(actor=unit_actor(base, "2027-07-01"), base=base, held_on=date(2027, 6, 1), **ACTIVITY)


@dataclass(frozen=True)
class Act:
    """``who`` may do it on 2 July 2027 to what ``arrange`` made; ``entry`` is what the ledger says then.

    ``words`` is the refusal where a text is asked for and there is none.
    """

    who: str
    arrange: Callable[[Base], Any]
    do: Callable[..., Any]
    entry: str = ""
    words: str = ""


ACTS: dict[str, Act] = {
    "license": Act(
        "l",
        lambda base: unit(5),
        lambda actor, row: license(
            actor=actor, organisation=row, call_year=2027, seat=5, application_number="2027-0005", notice=None
        ),
        "base.licensed",
    ),
    "renew": Act("l", lambda base: base.terms.get(), lambda actor, row: renew(actor=actor, term=row), "term.started"),
    "write a report": Act(
        "o",
        owed,
        lambda actor, row: save_draft(
            actor=actor, obligation=row, content={"work": "写了一半"}, expected_version=row.version
        ),
    ),
    "file a report": Act(
        "o",
        owed,
        lambda actor, row: file_report(actor=actor, obligation=row, content=WORDS),
        "report.filed",
    ),
    "accept a report": Act(
        "m",
        waiting,
        lambda actor, row, words=SAID: accept_report(actor=actor, obligation=row, opinion=words),
        "report.accepted",
    ),
    "send a report back": Act(
        "m",
        waiting,
        lambda actor, row, words=SAID: return_report(actor=actor, obligation=row, reason=words),
        "report.returned",
        "请写明要修改什么。",
    ),
    "add an activity": Act(
        "o",
        lambda base: base,
        lambda actor, row: add_activity(actor=actor, base=row, held_on=date(2027, 6, 2), **ACTIVITY),
        "activity.added",
    ),
    "change an activity": Act(
        "o",
        held,
        lambda actor, row: change_activity(
            actor=actor,
            activity=row,
            expected_version=row.version,
            held_on=date(2027, 6, 3),
            **ACTIVITY | {"title": "洽谈会"},
        ),
        "activity.changed",
    ),
    "remove an activity": Act(
        "o", held, lambda actor, row: remove_activity(actor=actor, activity=row), "activity.removed"
    ),
    "give it up": Act(
        "o",
        lambda base: base,
        lambda actor, row, words=SAID: surrender(actor=actor, base=row, reason=words),
        "base.surrendered",
        "请说明退出的理由。",
    ),
    "take it away": Act(
        "l",
        lambda base: base,
        lambda actor, row, words=SAID: revoke(actor=actor, base=row, ground="false_statements", years=[], reason=words),
        "base.revoked",
        "请写明取消资格的事实和理由。",
    ),
}


@pytest.mark.parametrize("name", ACTS)
def test_only_those_the_rule_names_get_through(name: str) -> None:
    act, base = ACTS[name], licensed("2027-03-15")
    row = act.arrange(base)
    people = cast(base, "2027-07-02")
    assert acted(people, lambda actor: act.do(actor, row)) == act.who

    one = people[act.who]
    if act.words:
        with pytest.raises(RuleViolation) as refused:
            act.do(one, row, " \n　")
        assert refused.value.message == act.words
    done = act.do(one, row)
    assert unstored(done) == {}
    if act.entry:
        assert events(act.entry)[-1][1] == "2027-07-02"
    if act.words:
        kept = [value for value in done.__dict__.values() if isinstance(value, str) and "缘由" in value]
        assert kept == ["缘由"]
