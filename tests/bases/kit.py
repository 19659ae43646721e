"""Units, people and bases for these tests, all made through the actions where there is one."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from bases.actions.licensing import license
from bases.models import Base, Obligation
from haizhi_portal.accounts.models import Jurisdiction, Organisation, ReviewingBody, User
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.models import Entry
from haizhi_portal.policy.periods import SHANGHAI
from haizhi_portal.policy.words import Role

WORDS = {"work": "办了对接会", "activities": "一场", "problems": "", "next_quarter": "继续"}
YEAR_WORDS = {"priorities": "重点", "innovations": "创新", "results": "成效", "next_year": "计划"}


def on(day: date | str, hour: int = 10) -> datetime:
    """That hour of the day in Dalian."""
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime.combine(day, time(hour), tzinfo=SHANGHAI)


def unit(n: int = 1, place: str = "210211") -> Organisation:
    """The n-th invented unit, in 甘井子区 unless told otherwise."""
    return Organisation.objects.get_or_create(
        credit_code=f"91210200TEST{n:05d}X",
        defaults={
            "name": f"滨海示例研究院{n}",
            "kind": "institute",
            "level": "municipal",
            "jurisdiction": Jurisdiction.objects.get(code=place),
            "legal_representative": "王示例",
            "address": "示例路 1 号",
            "registered_at": on("2020-01-01"),
        },
    )[0]


def person(role: str, *, organisation: Organisation | None = None, place: str = "", name: str = "") -> User:
    """One person per role and place, made once."""
    body = ReviewingBody.objects.get(jurisdictions__code=place) if place else None
    username = "-".join(filter(None, [role, name, place, organisation.credit_code if organisation else ""]))
    found = User.objects.filter(username=username).first()
    return found or User.objects.create_user(
        username, None, name=f"{role}甲", role=role, organisation=organisation, reviewing_body=body
    )


def actor(user: User | None, day: date | str) -> Actor:
    return Actor(user=user, role=user.role if user else Role.SYSTEM, now=on(day), address="192.0.2.1")


def unit_actor(base: Base, day: date | str) -> Actor:
    return actor(person(Role.APPLICANT, organisation=base.organisation), day)


def officer(day: date | str) -> Actor:
    return actor(person(Role.MUNICIPAL), day)


def leader(day: date | str) -> Actor:
    return actor(person(Role.LEADER), day)


def system(day: date | str) -> Actor:
    return Actor.system(on(day))


def cast(base: Base, day: date | str) -> dict[str, Actor]:
    """o the unit, x another, d district, m municipal staff, l leader, a auditor, e expert, A admin, s the portal."""
    return {
        "o": unit_actor(base, day),
        "x": actor(person(Role.APPLICANT, organisation=unit(9)), day),
        "d": actor(person(Role.DISTRICT, place="210211"), day),
        "m": officer(day),
        "l": leader(day),
        "a": actor(person(Role.AUDITOR), day),
        "e": actor(person(Role.EXPERT), day),
        "A": actor(person(Role.ADMIN), day),
        "s": system(day),
    }


def allowed(people: Mapping[str, Actor], rule: Callable[[Actor], object]) -> str:
    """The letters of those for whom the rule says yes."""
    return "".join(letter for letter, one in people.items() if rule(one))


def licensed(day: date | str, n: int = 1, *, seat: int | None = None, place: str = "210211") -> Base:
    """A base of the n-th unit, awarded on ``day``."""
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return license(
        actor=leader(day),
        organisation=unit(n, place),
        call_year=day.year,
        seat=seat or n,
        application_number=f"{day.year}-{n:04d}",
        notice=None,
    )


def report(base: Base, period: str) -> Obligation:
    return Obligation.objects.get(base=base, period=period)


def events(*names: str, base: Base | None = None) -> list[tuple[str, str, Any]]:
    """(event, on, data) of the ledger, oldest first, of those names (or all) and that base."""
    rows = Entry.objects.order_by("seq")
    if names:
        rows = rows.filter(event__in=names)
    if base is not None:
        rows = rows.filter(base=base.number)
    return [(row.event, row.on.isoformat(), row.data) for row in rows]


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
