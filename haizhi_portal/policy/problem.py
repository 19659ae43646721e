"""What keeps values that belong together from being used."""

from __future__ import annotations


class Problem(str):
    """What is wrong, in words; `field` is the value to change."""

    field: str

    def __new__(cls, field: str, message: str) -> Problem:
        problem = super().__new__(cls, message)
        problem.field = field
        return problem
