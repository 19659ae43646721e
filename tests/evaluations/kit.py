"""People, marks and whole stories for these tests, all through the actions."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from bases.models import Base
from evaluations.actions import evaluation as evaluations
from evaluations.actions import renewal as renewals
from evaluations.daily import run as run_evaluations
from evaluations.models import Evaluation, Renewal
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.figures import EVALUATION_WEIGHTS
from haizhi_portal.policy.words import Role
from tests.bases.kit import actor, events, leader, licensed, officer, person, system, unit, unit_actor

__all__ = [
    "actor",
    "events",
    "leader",
    "licensed",
    "officer",
    "person",
    "system",
    "unit",
    "unit_actor",
]

EXCELLENT, QUALIFIED, FAILED = Decimal("95"), Decimal("75"), Decimal("40")


def second_officer(day: date | str) -> Actor:
    return actor(person(Role.MUNICIPAL, name="two"), day)


def marks(total: Decimal | str) -> dict[str, Decimal | None]:
    """Marks that add up to ``total``, filled up from the first indicator on."""
    left, given = Decimal(total), {}
    for weight in EVALUATION_WEIGHTS:
        given[weight.key] = min(left, Decimal(weight.points))
        left -= given[weight.key] or 0
    return given


def evaluation_of(base: Base, year: int) -> Evaluation:
    return Evaluation.objects.get(base=base, year=year)


def opened(base: Base, year: int) -> Evaluation:
    """The base's evaluation of that year, opened on 2 January after it."""
    evaluations.open_year(actor=officer(date(year + 1, 1, 2)), year=year)
    return evaluation_of(base, year)


def scored(base: Base, year: int, total: Decimal | str = QUALIFIED, *, by: Actor | None = None) -> Evaluation:
    return evaluations.score(
        actor=by or officer(date(year + 1, 2, 1)),
        evaluation=opened(base, year),
        points=marks(total),
        comments={"5.4.1": "制度齐全"},
        opinion="内部评估意见",
    )


def announced(base: Base, year: int, total: Decimal | str = QUALIFIED, *, on: date | str | None = None) -> Evaluation:
    """Told to the base, on 3 March after the year unless told otherwise."""
    evaluation = scored(base, year, total)
    return evaluations.announce(actor=officer(on or date(year + 1, 3, 3)), evaluation=evaluation)


def final(base: Base, year: int, total: Decimal | str = QUALIFIED) -> Evaluation:
    """Announced, and final because nobody asked for a review."""
    evaluation = announced(base, year, total)
    assert evaluation.review_until is not None
    evaluations.make_final(actor=system(evaluation.review_until + timedelta(days=1)), evaluation=evaluation)
    return evaluation_of(base, year)


def exempted(base: Base, year: int) -> Evaluation:
    return evaluations.exempt(actor=officer(date(year + 1, 2, 1)), evaluation=opened(base, year), reason="获批不足一年")


def requested(base: Base, day: date | str, **text: str) -> Renewal:
    return renewals.request_renewal(
        actor=unit_actor(base, day), base=base, statement=text.get("statement", "本期情况"), plan="下一期计划"
    )


def with_paper(base: Base, day: date | str) -> Renewal:
    """Requested on ``day``, with its paper on the same day."""
    renewal = requested(base, day)
    received = date.fromisoformat(day) if isinstance(day, str) else day
    return renewals.register_paper(actor=officer(day), renewal=renewal, received_on=received)


def prepared(base: Base, day: date | str, proposal: str = "pass", *, on: date | str | None = None) -> Renewal:
    return renewals.prepare_renewal(
        actor=officer(on or day), renewal=with_paper(base, day), proposal=proposal, assessment="内部考核意见"
    )


def decided(renewal: Renewal, day: date | str, *, passed: bool) -> Renewal:
    return renewals.decide_renewal(
        actor=leader(day), renewal=renewal, passed=passed, reason="" if passed else "任期目标未完成"
    )


def daily(day: date | str) -> dict[str, int]:
    """What this room's daily work did on that day."""
    return dict(run_evaluations(system(day)))


def told(*names: str, base: Base) -> list[tuple[str, str, Any]]:
    return events(*names, base=base)
