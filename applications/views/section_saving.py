"""One section sent in, by the button or by the page itself: what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.http import JsonResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from applications import rules
from applications.actions import draft
from applications.actions.carrying import AsTyped
from applications.forms.rows import BUTTON as ROWS
from applications.forms.section import SectionForm
from applications.models import Application, Filling
from applications.sections import Section, as_sent, in_words
from applications.views.finding import application_for
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.policy.verdict import Conflict, RuleViolation

SAVED, STALE, KEPT, REFUSED = "saved", "stale", "kept", "refused"
_STATUS = {SAVED: 200, KEPT: 200, STALE: 409, REFUSED: 422}
# Buttons and choices of the page itself, beside the questions.
COMPARE, STOP, ASIDE, CHOICE, THEIRS = "compare", "stop", "then", "adopt-", "theirs"
_OWN = frozenset({"csrfmiddlewaretoken", "version", COMPARE, STOP, ROWS, ASIDE})


@dataclass(frozen=True, slots=True)
class Clash:
    """A question answered differently in two places: by its key, in words, what was typed here and what is saved."""

    key: str
    label: str
    mine: str
    theirs: str


@dataclass(slots=True)
class Outcome:
    """What became of a section that was sent: ``word`` says it, ``said`` tells it to whoever typed."""

    word: str
    form: SectionForm
    application: Application
    said: str = ""
    mistakes: dict[str, str] = field(default_factory=dict)
    violation: RuleViolation | None = None
    clashes: list[Clash] = field(default_factory=list)

    def as_json(self) -> JsonResponse:
        """The answer to the page itself, which saves without leaving."""
        told = {
            "outcome": self.word,
            "version": self.application.version,
            "said": self.said or str(self.violation or ""),
            "mistakes": self.mistakes,
        }
        return JsonResponse(told, status=_STATUS[self.word])


def save(request: PortalRequest, application: Application, asked: Section) -> Outcome:
    """Save what was sent; when it is too late for that, put it aside; when somebody was quicker, show both."""
    form = SectionForm(request.POST, section=asked)
    form.is_valid()
    as_typed = AsTyped(typed_in(request.POST), mistakes_of(form))
    answers = form.answers()
    adopted = {each.key for each in asked.fields if request.POST.get(CHOICE + each.key) == THEIRS}
    if adopted:
        saved_there = application.answers.get(asked.key, {})
        answers, as_typed = _adopting(asked, adopted, saved_there, answers, as_typed)
    actor = actor_of(request)
    try:
        saved = draft.save_section(
            actor=actor,
            application=application,
            section=asked.key,
            answers=answers,
            expected_version=form.cleaned_data.get("version") or 0,
            as_typed=as_typed,
        )
    except Conflict as quicker:
        return stale(request, application, asked, quicker)
    except RuleViolation as refused:
        if not rules.can_keep(actor, application):
            return Outcome(REFUSED, form, application, violation=refused)
        try:
            draft.keep_late(actor=actor, application=application, section=asked.key, answers=answers, as_typed=as_typed)
        except RuleViolation as again:
            return Outcome(REFUSED, form, application, violation=again)
        return Outcome(KEPT, form, application, said=_late(refused), violation=refused)
    said = _saved(request, saved, len(as_typed.mistakes))
    return Outcome(SAVED, form, saved, said=said, mistakes=dict(as_typed.mistakes))


def stale(request: PortalRequest, application: Application, asked: Section, quicker: Conflict | None) -> Outcome:
    """What was typed beside what is saved, as a change to the latest edition: saving again is a decision."""
    application = application_for(request, application.number)
    data = request.POST.copy()
    data["version"] = str(application.version)
    form = SectionForm(data, section=asked)
    form.is_valid()
    found = clashes(asked, form.answers(), application.answers.get(asked.key, {}), wrong=words_of_mistakes(form))
    return Outcome(STALE, form, application, violation=quicker, clashes=found)


def clashes(
    asked: Section, typed: Mapping[str, Any], saved: Mapping[str, Any], *, wrong: Mapping[str, str]
) -> list[Clash]:
    """Every question where what was typed and what is saved differ; ``wrong`` is typed too, but cannot be an answer."""
    rows = []
    for each in asked.fields:
        mine = wrong.get(each.key) or in_words(each, typed.get(each.key))
        theirs = in_words(each, saved.get(each.key))
        if mine != theirs:
            rows.append(Clash(each.key, _(each.label), mine, theirs))
    return rows


def words_of_mistakes(form: SectionForm) -> dict[str, str]:
    """What was typed where it cannot be an answer, as far as it can be told in a line."""
    return {key: str(form.data.get(key, "")) or _("（填写有误，见表单）") for key in mistakes_of(form)}


def typed_in(data: QueryDict) -> dict[str, list[str]]:
    """The fields of the page by name, whatever kind of input they belong to."""
    return {
        name: [str(each) for each in values]
        for name, values in data.lists()
        if name not in _OWN and not name.startswith(CHOICE)
    }


def mistakes_of(form: SectionForm) -> dict[str, str]:
    """The questions that cannot be answered as they were, each with why."""
    known = {each.key for each in form.section.fields}
    return {key: str(errors[0]) for key, errors in form.errors.items() if key in known}


def typed_again(filling: Filling, asked: Section, version: int) -> SectionForm:
    """The form as it was typed, with what is wrong in it."""
    data = QueryDict(mutable=True)
    for name, values in filling.typed.items():
        data.setlist(name, values)
    data["version"] = str(version)
    return SectionForm(data, section=asked)


def _adopting(
    asked: Section, keys: set[str], saved: Mapping[str, Any], answers: dict[str, Any], as_typed: AsTyped
) -> tuple[dict[str, Any], AsTyped]:
    """Take the saved answer to the questions chosen so; what was typed there is given up."""
    answers = {**answers, **{key: saved.get(key) for key in keys}}
    mistakes = {key: why for key, why in as_typed.mistakes.items() if key not in keys}
    typed = {name: values for name, values in as_typed.typed.items() if name.split("-")[0] not in keys}
    for each in asked.fields:
        if each.key in keys:
            typed |= as_sent(each, saved.get(each.key))
    return answers, AsTyped(typed, mistakes)


def _saved(request: PortalRequest, application: Application, wrong: int) -> str:
    said = _("已自动保存 %(time)s") % {"time": timezone.localtime(request.now).strftime("%H:%M")}
    if wrong:
        said += _("；有 %(count)d 处填写有误，已原样保留") % {"count": wrong}
    if after := closed_draft(application, request.today):
        said += _("。") + after
    return said


def closed_draft(application: Application, today: date) -> str:
    """What a draft is good for whose call has closed; nothing while it can be handed in, or not yet."""
    if application.state != Application.State.DRAFT or today <= application.call.applicants_close_on:
        return ""
    return _("本次申报已截止，不能再提交；所填内容留作下一年度申报的草稿。")


def _late(refused: RuleViolation) -> str:
    kept = _("您刚才填写的内容已另行保存，不改变已提交的版本；补正重新开放或下一年度申报时会带出来。")
    return f"{refused} {kept}"
