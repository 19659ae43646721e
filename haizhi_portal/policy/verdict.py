"""The one answer every rule gives, and the exception a refused rule becomes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Self

from haizhi_portal.policy.clauses import CLAUSES, citation


class RuleViolation(Exception):
    """A rule of the scheme refuses what was asked.

    `message` is said to the person and tells how to mend it, `clause` is an id of `CLAUSES`, `field` names the input
    at fault when there is one, `code` sorts refusals for tests and views.
    """

    def __init__(self, *, clause: str, message: str, field: str = "", code: str = "refused") -> None:
        super().__init__(message)
        self.clause = clause
        self.message = message
        self.field = field
        self.code = code

    @property
    def citation(self) -> str:
        """Where the scheme says so, empty when the refusal is not the scheme's own (a stale edit, say)."""
        return citation(self.clause) if self.clause in CLAUSES else ""

    def __str__(self) -> str:
        return f"{self.message} {self.citation}".strip()

    def __reduce__(self) -> tuple[object, ...]:
        return _revived, (type(self), self.clause, self.message, self.field, self.code)


class Conflict(RuleViolation):
    """Somebody else was quicker: a lost race for a seat, a number, a row, or an edit based on an older version."""

    def __init__(self, *, clause: str, message: str, field: str = "", code: str = "conflict") -> None:
        super().__init__(clause=clause, message=message, field=field, code=code)


def _revived(kind: type[RuleViolation], clause: str, message: str, field: str, code: str) -> RuleViolation:
    return kind(clause=clause, message=message, field=field, code=code)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Yes or no, by which clause, in words, and between which days it would be yes. Truthy when allowed.

    `field` names the input at fault when the rule knows it.
    """

    allowed: bool
    clause: str
    reason: str = ""
    opens_on: date | None = None
    closes_on: date | None = None
    field: str = ""

    def __bool__(self) -> bool:
        return self.allowed

    @classmethod
    def yes(cls, clause: str, reason: str = "", *, opens_on: date | None = None, closes_on: date | None = None) -> Self:
        return cls(True, clause, reason, opens_on, closes_on)

    @classmethod
    def no(
        cls, clause: str, reason: str, *, opens_on: date | None = None, closes_on: date | None = None, field: str = ""
    ) -> Self:
        return cls(False, clause, reason, opens_on, closes_on, field)

    def require(self, *, field: str = "", code: str = "refused") -> None:
        """Pass in silence when allowed.

        Raises `RuleViolation` with this verdict's clause and words otherwise; `field` where the rule names none.
        """
        if not self.allowed:
            raise RuleViolation(clause=self.clause, message=self.reason, field=self.field or field, code=code)
