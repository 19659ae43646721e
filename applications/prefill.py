"""What a new form starts with: last time's answers and what its people registered, each with its source."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from applications.sections import SECTIONS, blank
from haizhi_portal.accounts.models import User

REGISTERED = "registered"


def begun_with(
    carried: Mapping[str, Any], year: int | None, user: User | None
) -> tuple[dict[str, Any], dict[str, dict[str, str]]]:
    """Answers by section, and the source of each by section and question: the year, or what was registered."""
    answers: dict[str, Any] = {key: dict(given) for key, given in carried.items() if key in SECTIONS}
    sources = {
        key: {question: str(year) for question, value in given.items() if not blank(value)}
        for key, given in answers.items()
    }
    for question, value in _registered(user).items():
        if value and blank(answers.get("particulars", {}).get(question)):
            answers.setdefault("particulars", {})[question] = value
            sources.setdefault("particulars", {})[question] = REGISTERED
    return answers, {key: given for key, given in sources.items() if given}


def _registered(user: User | None) -> dict[str, str]:
    return {"contact_name": user.name, "contact_mobile": user.mobile, "contact_email": user.email} if user else {}


def source_in_words(source: str) -> str:
    """Where an answer comes from, and what to do about it."""
    if source == REGISTERED:
        return _("取自登记信息，请核对。")
    return _("取自 %(year)s 年度申报，请核对。") % {"year": source}
