"""Answers to the form's first edition, read as answers to this one; nothing that was written is dropped."""

from collections.abc import Mapping
from typing import Any


def upgraded(answers: Mapping[str, Any]) -> dict[str, Any]:
    """The same answers where tables have taken the place of text; answers of this edition come back as they are."""
    found = {key: dict(given) for key, given in answers.items() if isinstance(given, Mapping)}
    plan, overseas = found.get("plan", {}), found.get("overseas", {})
    if isinstance(plan.get("goals"), str):
        plan["expected"] = _joined(plan.get("expected"), plan.pop("goals"))
    if isinstance(overseas.get("agreements"), str):
        overseas["contacts"] = _joined(overseas.get("contacts"), overseas.pop("agreements"))
    return found


def _joined(first: Any, second: str) -> str:
    return "\n".join(part for part in (str(first or ""), second) if part.strip())
