"""What a new draft begins with: the latest that the unit typed, whenever and wherever it did (`4.1-annual`)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import DateTimeField, F, Max
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext as _

from applications.models import Application, Filling
from applications.sections import Field, as_sent, upgraded
from haizhi_portal.accounts.models import Organisation
from haizhi_portal.policy.verdict import RuleViolation

CLAUSE = "4.1-materials"
# Confirmed anew every year.
_NOT_CARRIED = "pledge"
# As JSON; several times what the longest section can hold.
MOST_TYPED = 400_000


@dataclass(frozen=True, slots=True)
class AsTyped:
    """The fields of a page as they were sent, by name, and the questions of it that cannot be answered so."""

    typed: Mapping[str, list[str]] = field(default_factory=dict)
    mistakes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Carried:
    """Answers by section, and what stands beside them where something could not be an answer."""

    answers: dict[str, Any]
    as_typed: dict[str, AsTyped]
    year: int | None = None


def carried_on(organisation: Organisation) -> Carried:
    """The content of the application worked on last; what came after its closing wins over what stood there."""
    last = _last_touched(organisation)
    return Carried({}, {}) if last is None else carried_from(last)


def carried_from(application: Application) -> Carried:
    """What of this application goes into a new draft: everything but the pledge."""
    answers, as_typed = dict(application.answers), {}
    for filling in application.fillings.all():
        late = filling.late
        if late is not None:
            answers[filling.section] = late["answers"]
        kept = AsTyped(late["typed"], late["mistakes"]) if late else AsTyped(filling.typed, filling.mistakes)
        if kept.mistakes:
            as_typed[filling.section] = kept
    answers.pop(_NOT_CARRIED, None)
    as_typed.pop(_NOT_CARRIED, None)
    return Carried(upgraded(answers), as_typed, application.call.year)


def _last_touched(organisation: Organisation) -> Application | None:
    begun = F("created_at")
    touched = Greatest(
        Coalesce(Max("fillings__saved_at"), begun),
        Coalesce(Max("fillings__late_at"), begun),
        output_field=DateTimeField(),
    )
    rows = Application.objects.filter(organisation=organisation).select_related("call").annotate(touched=touched)
    return rows.order_by("-touched", "-created_at", "-id").first()


def keep_as_typed(application: Application, sections: Mapping[str, AsTyped]) -> None:
    """Let a new draft show what could not be an answer in the old one."""
    Filling.objects.bulk_create(
        Filling(application=application, section=key, typed=dict(kept.typed), mistakes=dict(kept.mistakes))
        for key, kept in sections.items()
    )


def answered(as_typed: AsTyped, question: Field, value: Any) -> AsTyped:
    """What was typed, but for a question that has been answered otherwise meanwhile."""
    mistakes = {key: why for key, why in as_typed.mistakes.items() if key != question.key}
    typed = {name: values for name, values in as_typed.typed.items() if name.split("-")[0] != question.key}
    return AsTyped({**typed, **as_sent(question, value)}, mistakes)


def worth_keeping(as_typed: AsTyped | None) -> AsTyped:
    """What is worth keeping beside the answers; no database keeps a zero byte.

    Raises RuleViolation when it is more than any answer could be.
    """
    if as_typed is None or not as_typed.mistakes:
        typed: dict[str, list[str]] = {}
        mistakes: dict[str, str] = {}
    else:
        typed = {_plain(name): [_plain(each) for each in values] for name, values in as_typed.typed.items()}
        mistakes = dict(as_typed.mistakes)
    if len(json.dumps(typed, ensure_ascii=False)) > MOST_TYPED:
        raise RuleViolation(
            clause=CLAUSE, message=_("这一页的内容过长，无法保存；请先删减到字数限制以内。"), code="too_long"
        )
    return AsTyped(typed, mistakes)


def _plain(text: str) -> str:
    return text.replace("\x00", "")
