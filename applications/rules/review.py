"""When districts and municipal staff may conclude on an application (`4.1`, `4.2-initial`)."""

from datetime import date

from django.utils.translation import gettext as _

from applications.models import Application, Call, Review
from applications.rules.panel import missed_verdict
from applications.rules.table import correction_day, correction_is_over, is_escalated, table_verdict, timetable
from haizhi_portal.accounts.models import Jurisdiction
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.calls import district_verdict
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.deadlines import correction_deadline
from haizhi_portal.policy.periods import ONE_DAY
from haizhi_portal.policy.stored import calendar, figures_on
from haizhi_portal.policy.verdict import Verdict
from haizhi_portal.policy.words import ROUTE_MUNICIPAL, Role

# What a refusal can rest on: what an applicant has to be and to have, what it has to hand in, and where.
GROUNDS = (
    "3.1-applicant",
    "3.1-kinds",
    "3.2-organised",
    "3.2-channels",
    "4.1-annual",
    "4.1-via-district",
    "4.1-materials",
    "4.1-paper",
    "4.2-initial",
)


def can_endorse(actor: Actor, application: Application) -> Verdict:
    """Own jurisdiction, under review, until the districts' closing day."""
    return _district_in_time("endorse", actor, application)


def can_return_for_correction(actor: Actor, application: Application) -> Verdict:
    """As `can_endorse`."""
    verdict = _district_in_time("return_for_correction", actor, application)
    return missed_verdict(application, "4.1-via-district") if verdict else verdict


def can_decline(actor: Actor, application: Application) -> Verdict:
    """As `can_endorse`; what came back for correction only once its last day has passed without an answer."""
    verdict = _district_in_time("decline", actor, application)
    return _unanswered(application, actor.today, "4.1-via-district") if verdict else verdict


def can_hand_on(actor: Actor, application: Application, route: str | None = None) -> Verdict:
    """District: what is not its own, to another body. Municipal: anywhere, itself included. No ``route``: at all."""
    verdict = table_verdict("hand_on", actor, application)
    if not verdict or route is None:
        return verdict
    clause = "4.1-via-district"
    if route == ROUTE_MUNICIPAL:
        if application.route == ROUTE_MUNICIPAL:
            return Verdict.no(clause, _("这项申报本来就由市科协直接受理。"))
        return verdict
    target = Jurisdiction.objects.filter(pk=route).first()
    if target is None:
        return Verdict.no(clause, _("没有这个辖区，请从列表中选择。"))
    if application.body is not None and target.reviewing_body_id == application.body.pk:
        return Verdict.no(clause, _("该辖区与现在的辖区由同一单位审核，无须移交。"))
    in_time = district_verdict(timetable(application.call), actor.today)
    return verdict if in_time else in_time


def _district_in_time(verb: str, actor: Actor, application: Application) -> Verdict:
    in_time = district_verdict(timetable(application.call), actor.today)
    escalated = application.escalated_on is not None or is_escalated(application, actor.today)
    if actor.role == Role.DISTRICT and escalated and not in_time:
        return in_time
    return table_verdict(verb, actor, application) and in_time


def _unanswered(application: Application, today: date, clause: str) -> Verdict:
    last_day = correction_day(application)
    if last_day is not None and today <= last_day:
        return Verdict.no(
            clause,
            _("申报单位可补正至%(day)s，期满未补正才能作此决定。") % {"day": said(last_day)},
            opens_on=last_day + ONE_DAY,
        )
    return Verdict.yes(clause)


def can_pass_initial(actor: Actor, application: Application) -> Verdict:
    """In initial review, until the year's round has opened without it."""
    verdict = table_verdict("pass_initial", actor, application)
    return missed_verdict(application, "4.2-initial") if verdict else verdict


def can_return_initial(actor: Actor, application: Application) -> Verdict:
    """In initial review, until the year's round has opened without it: nothing could come back into it."""
    verdict = table_verdict("return_initial", actor, application)
    return missed_verdict(application, "4.2-initial") if verdict else verdict


def can_decline_initial(actor: Actor, application: Application) -> Verdict:
    """In initial review; what came back for correction only once its last day has passed without an answer."""
    verdict = table_verdict("decline_initial", actor, application)
    return _unanswered(application, actor.today, "4.2-initial") if verdict else verdict


def can_extend_correction(actor: Actor, application: Application, correct_by: date | None = None) -> Verdict:
    """Whoever returned it, and municipal staff always, until the year's round has opened; only to a later day."""
    verdict = table_verdict("extend_correction", actor, application)
    if verdict:
        verdict = missed_verdict(application, "4.2-initial")
    if not verdict or correct_by is None:
        return verdict
    if correct_by < actor.today or (application.correct_by and correct_by <= application.correct_by):
        return Verdict.no("4.2-initial", _("新的补正截止日应晚于原截止日，且不早于今天。"))
    return correction_day_verdict(application.call, correct_by, actor.today)


def correction_day_verdict(call: Call, correct_by: date, today: date) -> Verdict:
    """Whether a day set by staff leaves time for what comes back: before the certification day.

    A correction may always take as long as the figure gives it, counted from today.
    """
    clause = "4.2-initial"
    if correct_by < today:
        return Verdict.no(clause, _("补正截止日不能早于今天。"))
    latest = max(call.certification_on - ONE_DAY, correction_deadline(today, figures_on(today), calendar()))
    if correct_by > latest:
        words = _("补正截止日最晚为%(latest)s：集中认证日是%(day)s，此后补正的不能再进入认证。")
        return Verdict.no(clause, words % {"latest": said(latest), "day": said(call.certification_on)})
    return Verdict.yes(clause)


def can_widen_correction(actor: Actor, application: Application) -> Verdict:
    """Whoever may give more time may also name further sections, while there is time to mend them."""
    verdict = table_verdict("widen_correction", actor, application)
    if verdict:
        verdict = missed_verdict(application, "4.2-initial")
    if verdict and correction_is_over(application, actor.today):
        return Verdict.no("4.2-initial", _("补正期已过，请先延长补正期限，再追加补正内容。"))
    return verdict


def last_review(application: Application) -> Review | None:
    """The latest conclusion on the application, extensions of a correction apart."""
    return application.reviews.exclude(outcome=Review.Outcome.EXTENDED).order_by("-decided_at", "-id").first()
