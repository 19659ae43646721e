"""Invented people and units, made through the portal's own actions."""

from datetime import UTC, datetime
from random import Random
from typing import Any

from haizhi_portal.accounts.actions.registration import register_organisation
from haizhi_portal.accounts.actions.users import create_user
from haizhi_portal.accounts.models import Jurisdiction, Organisation, User
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.identifiers import synthetic_credit_code
from haizhi_portal.policy.words import Kind, Level, Role

NOW = datetime(2027, 3, 15, 4, 0, tzinfo=UTC)
SYSTEM = Actor.system(NOW)
PASSWORD = "Correct-Horse-27"

_UNIT = {
    "name": "滨海示例研究院",
    "kind": Kind.INSTITUTE,
    "level": Level.NONE,
    "in_dalian": True,
    "is_branch": False,
    "legal_representative": "示例法人",
    "address": "大连市甘井子区示例路 1 号",
    "username": "chenming",
    "password": PASSWORD,
    "person_name": "陈示例",
    "email": "chen@example.cn",
    "mobile": "13800000001",
}


def credit_code(seed: int = 1, prefix: str = "210211") -> str:
    return synthetic_credit_code(prefix, Random(seed))


def place(code: str = "210211") -> Jurisdiction:
    return Jurisdiction.objects.select_related("reviewing_body").get(code=code)


def registered(seed: int = 1, *, actor: Actor = SYSTEM, **changes: Any) -> User:
    """The first person of a newly registered unit."""
    unit = {**_UNIT, "credit_code": credit_code(seed), "jurisdiction": place(), **changes}
    if seed != 1:
        unit = {**unit, "username": f"person{seed}", **changes}
    return register_organisation(actor=actor, **unit)


def colleague(of: Organisation, username: str, **changes: Any) -> User:
    return create_user(
        actor=SYSTEM,
        **{
            "username": username,
            "password": PASSWORD,
            "name": f"同事{username}",
            "role": Role.APPLICANT,
            "organisation": of,
            **changes,
        },
    )


def staff(role: str, username: str = "", **changes: Any) -> User:
    username = username or f"the-{role}"
    return create_user(
        actor=SYSTEM,
        **{"username": username, "password": PASSWORD, "name": f"人员{username}", "role": role, **changes},
    )


def acting(user: User, now: datetime = NOW) -> Actor:
    return Actor(user=user, role=user.role, now=now, address="192.0.2.7")
