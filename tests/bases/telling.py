"""Everybody there is around a base, and who of them is told what by an act."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from bases.models import Base
from haizhi_portal.notifications.models import Message
from haizhi_portal.policy.words import Role
from tests.bases.kit import person, unit

UNIT = frozenset({"unit", "colleague"})
OFFICE = frozenset({"officer", "second officer"})
LEADER = frozenset({"leader"})
NOBODY: frozenset[str] = frozenset()


def everybody(organisation_number: int = 1) -> dict[int, str]:
    """Who each key belongs to: all who are of the matter, and all who must hear nothing of it."""
    own, other = unit(organisation_number), unit(organisation_number + 50)
    people = {
        "unit": person(Role.APPLICANT, organisation=own),
        "colleague": person(Role.APPLICANT, organisation=own, name="colleague"),
        "other unit": person(Role.APPLICANT, organisation=other),
        "district": person(Role.DISTRICT, place="210211"),
        "other district": person(Role.DISTRICT, place="gaoxin"),
        "officer": person(Role.MUNICIPAL),
        "second officer": person(Role.MUNICIPAL, name="two"),
        "leader": person(Role.LEADER),
        "expert": person(Role.EXPERT),
        "admin": person(Role.ADMIN),
        "auditor": person(Role.AUDITOR),
    }
    gone = person(Role.APPLICANT, organisation=own, name="gone")
    gone.is_active = False
    gone.save(update_fields=["is_active"])
    return {each.pk: who for who, each in people.items()} | {gone.pk: "gone"}


def told_by(act: Callable[[], object]) -> dict[str, frozenset[str]]:
    """Message kind -> exactly who of everybody got one; nobody got the same twice."""
    names = everybody()
    before = set(Message.objects.values_list("pk", flat=True))
    act()
    found: dict[str, list[str]] = {}
    for kind, recipient in Message.objects.exclude(pk__in=before).values_list("kind", "recipient"):
        found.setdefault(kind, []).append(names[recipient])
    assert all(len(who) == len(set(who)) for who in found.values()), found
    return {kind: frozenset(who) for kind, who in found.items()}


def told_on(days: Iterable[date], act: Callable[[date], object]) -> dict[str, tuple[str, frozenset[str]]]:
    """Day by day, the days on which anybody was reminded: the kind, and exactly who. One kind a day."""
    found = {}
    for day in days:
        told = told_by(lambda day=day: act(day))  # type: ignore[misc]
        if told:
            [(kind, who)] = told.items()
            found[day.isoformat()] = (kind, who)
    return found


def around(due_on: date, before: int, after: int = 3) -> list[date]:
    """Every day from ``before`` days before the due day to ``after`` days after it."""
    return [due_on + timedelta(days=n) for n in range(-before, after + 1)]


def last_words(base: Base, kind: str) -> tuple[str, str]:
    """Subject and body of the newest message of that kind to the base's unit."""
    row = Message.objects.filter(kind=kind, recipient__organisation=base.organisation).order_by("-pk")[0]
    return row.subject, row.body
