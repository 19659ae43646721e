"""Everything that happened to an application, in words meant for the one who reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from applications.models import Application, Decision, Review, Round
from applications.queries import stayed_behind
from applications.rules import copies_needed
from applications.rules.on_behalf import OnBehalf
from applications.sections import SECTIONS
from applications.standing import why_behind
from haizhi_portal.accounts.models import User
from haizhi_portal.policy.clauses import citation
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.words import Role, route_label

OFFICE = (Role.MUNICIPAL, Role.LEADER, Role.AUDITOR)
# Words written for the applicant to act on; every other opinion stays between the reviewers.
ADDRESSED = (Review.Outcome.RETURNED, Review.Outcome.DECLINED, Review.Outcome.EXTENDED, Review.Outcome.WIDENED)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened: when (a day, or an instant where known), what, who, and the words that go with it."""

    on: date | datetime
    title: str
    who: str = ""
    body: str = ""


def events(application: Application, reader: User) -> list[Event]:
    """The newest first; nothing of what others wrote for each other."""
    found = [
        *_begun(application, reader),
        *_handed_in(application, reader),
        *_routed(application),
        *_handled(application, reader),
        *_reviewed(application, reader),
        *_papers(application, reader),
        *_left_behind(application),
        *_decided(application, reader),
        *_ended(application),
    ]
    return sorted(found, key=lambda event: _order(event.on))[::-1]


def may_read_opinion(review: Review, reader: User) -> bool:
    """Office staff read all; a district its own; the applicant what was addressed to it."""
    if reader.role in OFFICE:
        return True
    if reader.role == Role.DISTRICT:
        return review.body_id is not None and review.body_id == reader.reviewing_body_id
    return reader.role == Role.APPLICANT and review.outcome in ADDRESSED


def reviewer(review: Review, reader: User, behalf: OnBehalf | None = None) -> str:
    """The body that concluded; the person too, and in whose place, for those inside it and for the office."""
    body = review.body.name if review.body else _("市科协学会部")
    inside = reader.role in OFFICE or (review.body_id is not None and review.body_id == reader.reviewing_body_id)
    if not inside:
        return body
    absent = behalf.of(review.decided_by, review.decided_at) if behalf else ""
    name = review.decided_by.name
    return f"{body} {name}" + (_("（代%(name)s）") % {"name": absent} if absent else "")


def _order(on: date | datetime) -> tuple[date, bool, datetime | None]:
    """By day; a fact dated to the day alone comes after what happened during it."""
    if isinstance(on, datetime):
        return timezone.localtime(on).date(), False, on
    return on, True, None


def _begun(application: Application, reader: User) -> Iterator[Event]:
    if reader.role == Role.APPLICANT:
        yield Event(application.created_at, _("开始填写"), application.created_by.name)
    if application.reopens is not None:
        title = _("由已撤回的 %(number)s 重新申报") % {"number": application.reopens.number}
        yield Event(application.created_at, title, application.organisation.name)


def _handed_in(application: Application, reader: User) -> Iterator[Event]:
    for submission in application.submissions.select_related("submitted_by"):
        title = _("提交申报") if submission.version == 1 else _("补正后提交第 %(n)d 版") % {"n": submission.version}
        who = submission.submitted_by.name if reader.role == Role.APPLICANT else application.organisation.name
        yield Event(submission.submitted_at, title, who)


def _routed(application: Application) -> Iterator[Event]:
    for step in application.routings.select_related("decided_by__reviewing_body"):
        if not step.previous_route:
            yield Event(step.decided_at, _("报送%(place)s") % {"place": route_label(step.route)}, body=step.reason)
            continue
        names = {"old": route_label(step.previous_route), "new": route_label(step.route)}
        who = ""
        if step.decided_by is not None:
            who = step.decided_by.reviewing_body.name if step.decided_by.reviewing_body else _("市科协学会部")
        yield Event(step.decided_at, _("由%(old)s转%(new)s") % names, who, step.reason)


def _handled(application: Application, reader: User) -> Iterator[Event]:
    """Who was to handle it: for the office itself, and for the municipal CAST. Reminders by hand: for everybody."""
    for step in application.handlings.select_related("handler", "decided_by"):
        own = reader.role == Role.DISTRICT and step.body_id == reader.reviewing_body_id
        if own or reader.role in OFFICE:
            title = _("由%(name)s经办") % {"name": step.handler.name} if step.handler else _("退回经办，等待认领")
            yield Event(step.decided_at, title, step.decided_by.name)
    for nudge in application.nudges.select_related("sent_by__reviewing_body"):
        body = nudge.sent_by.reviewing_body
        yield Event(nudge.sent_at, _("催办"), body.name if body else _("市科协学会部"), nudge.words)


def _reviewed(application: Application, reader: User) -> Iterator[Event]:
    behalf = OnBehalf(application) if reader.role in (*OFFICE, Role.DISTRICT) else None
    for review in application.reviews.select_related("body", "decided_by", "letter"):
        lines = []
        if may_read_opinion(review, reader):
            lines = [review.opinion] if review.opinion else []
            lines += _rests_on(review)
            for key, words in review.sections.items():
                title = _(SECTIONS[key].title) if key in SECTIONS else key
                lines.append(f"{title}：{words}")
            if review.correct_by:
                last_day = max(review.correct_by, application.call.applicants_close_on)
                lines.append(_("请在%(day)s前（含当日）补正。") % {"day": said(last_day)})
        title = f"{review.get_stage_display()}：{review.get_outcome_display()}"
        yield Event(review.decided_at, title, reviewer(review, reader, behalf), "\n".join(lines))


def _rests_on(review: Review) -> list[str]:
    """The clause of a refusal; the district's own letter behind an endorsement."""
    if review.outcome == Review.Outcome.DECLINED and review.clause:
        return [citation(review.clause)]
    letter = getattr(review, "letter", None)
    if letter is not None and letter.number:
        words = {"number": letter.number, "day": said(letter.dated_on)}
        return [_("文号：%(number)s（%(day)s）") % words]
    return []


def _papers(application: Application, reader: User) -> Iterator[Event]:
    for receipt in application.receipts.select_related("submission", "received_by"):
        words = {"copies": receipt.copies, "version": receipt.submission.version}
        who = receipt.received_by.name if reader.role in OFFICE else _("市科协学会部")
        yield Event(receipt.received_at, _("收到第 %(version)d 版盖章纸质材料 %(copies)d 份") % words, who)


def _left_behind(application: Application) -> Iterator[Event]:
    """The round that opened without it, with the reason as long as nothing else has become of it."""
    if application.entered_round_on or application.state == Application.State.DRAFT:
        return
    opened = Round.objects.filter(call=application.call_id).first()
    if opened is None or (application.ended_on and application.ended_on <= opened.opened_on):
        return
    row = stayed_behind(application.call).filter(pk=application.pk).first()
    why = why_behind(row, copies_needed(application.call)) if row else ""
    yield Event(opened.opened_on, _("未进入本年度专家认证"), _("市科协学会部"), why)


def _decided(application: Application, reader: User) -> Iterator[Event]:
    if application.entered_round_on:
        yield Event(application.entered_round_on, _("进入专家认证"))
    if application.set_aside_on:
        why = application.set_aside_reason or ""
        yield Event(application.set_aside_on, _("不再参加专家认证"), _("市科协学会部"), why)
    for decision in application.decisions.order_by("settled_on", "pk"):
        if decision.settled_on is None:
            continue
        approved = decision.outcome == Decision.Outcome.APPROVE
        title = _("列入认定名单") if approved else _("未列入认定名单")
        told = decision.reason if reader.role in OFFICE or not approved else ""
        yield Event(decision.settled_on, title, _("市科协"), told)
        if decision.withdrawn_on:
            yield Event(decision.withdrawn_on, _("认定决定撤销"), _("市科协"), decision.withdrawal_reason)
    if application.base is not None:
        yield Event(application.base.licensed_on, _("批复并授牌"), _("市科协"), application.base.name)


def _ended(application: Application) -> Iterator[Event]:
    if application.ended_on and application.state in (Application.State.WITHDRAWN, Application.State.LAPSED):
        who = application.organisation.name if application.state == Application.State.WITHDRAWN else ""
        yield Event(application.ended_on, application.get_state_display(), who, application.end_reason)
