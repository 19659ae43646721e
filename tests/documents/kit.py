"""Units, people and documents for these tests."""

from datetime import date, datetime, time
from typing import Any

from haizhi_portal.accounts.models import Jurisdiction, Organisation, ReviewingBody, User
from haizhi_portal.audit.actor import Actor
from haizhi_portal.documents.actions.issue import issue
from haizhi_portal.documents.models import Document
from haizhi_portal.policy.periods import SHANGHAI
from haizhi_portal.policy.words import Role

DAY = date(2027, 9, 1)
KIND = Document.Kind


def on(day: date | str, hour: int = 10) -> datetime:
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime.combine(day, time(hour), tzinfo=SHANGHAI)


def unit(n: int = 1, place: str = "210211") -> Organisation:
    return Organisation.objects.get_or_create(
        credit_code=f"12210200TEST{n:05d}X",
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


def person(role: str, *, organisation: Organisation | None = None, place: str = "") -> User:
    body = ReviewingBody.objects.get(jurisdictions__code=place) if place else None
    username = "-".join(filter(None, [role, place, organisation.credit_code if organisation else ""]))
    found = User.objects.filter(username=username).first()
    return found or User.objects.create_user(
        username, None, name=f"{role}甲", role=role, organisation=organisation, reviewing_body=body
    )


def actor(role: str = Role.LEADER, day: date | str = DAY) -> Actor:
    user = person(role)
    return Actor(user=user, role=user.role, now=on(day), address="192.0.2.1")


def reply_facts(organisation: str = "滨海示例研究院1", **changes: Any) -> dict[str, Any]:
    return {
        "organisation": organisation,
        "base_name": f"大连市科协海智工作基地（{organisation}）",
        "base_number": "HZ2027-01",
        "starts_on": "2027-09-01",
        "expires_on": "2030-09-01",
        "years": 3,
        **changes,
    }


def reply(day: date | str = DAY, n: int = 1, **changes: Any) -> Document:
    """A reply to the n-th unit, issued by the leader on ``day``."""
    organisation = unit(n)
    given: dict[str, Any] = {
        "actor": actor(day=day),
        "kind": KIND.REPLY,
        "title": f"关于同意{organisation.name}设立海智工作基地的批复",
        "facts": reply_facts(organisation.name),
        "clause": "4.3-award",
        "series": "大科协批",
        "base_number": f"HZ2027-{n:02d}",
        "application_number": f"2027-{n:04d}",
        "credit_code": organisation.credit_code,
    }
    return issue(**{**given, **changes})
