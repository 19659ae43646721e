"""Who acts, in which role, when and from where: the first argument of every action."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from haizhi_portal.policy.periods import local_day
from haizhi_portal.policy.words import Role


@dataclass(frozen=True, kw_only=True)
class Actor:
    """The one who acts. ``now`` is the business instant (aware); ``today`` its day in Shanghai.

    ``user`` is a user row, or None for the system itself.
    """

    user: Any
    role: str
    now: datetime
    address: str = ""

    @property
    def today(self) -> date:
        return local_day(self.now)

    @property
    def opaque_id(self) -> str:
        return self.user.public_id if self.user is not None else "system"

    @classmethod
    def system(cls, now: datetime) -> "Actor":
        return cls(user=None, role=Role.SYSTEM, now=now)
