"""Taking the locks an action decides under, in the agreed order, and recording first what time has already ended."""

from django.utils.translation import gettext as _

from applications.actions.records import tell_applicant, tell_reviewers, write
from applications.models import Application, Call, Routing
from applications.rules import correction_day, is_escalated
from haizhi_portal.accounts.models import Jurisdiction, Organisation, ReviewingBody
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.periods import ONE_DAY, local_day
from haizhi_portal.policy.words import ROUTE_MUNICIPAL


def locked_organisation(organisation: Organisation) -> Organisation:
    """The organisation's row, locked: the first lock of whatever concerns its one live application or base."""
    return Organisation.objects.select_for_update(of=("self",)).select_related("jurisdiction").get(pk=organisation.pk)


def locked_call(call: Call) -> Call:
    """The call's row, locked: nothing else changes its seats, round or lists meanwhile."""
    return Call.objects.select_for_update().get(pk=call.pk)


def locked(application: Application, *, actor: Actor) -> Application:
    """The application's row, locked; what its district left unanswered goes to municipal staff first."""
    row = (
        Application.objects.select_for_update(of=("self",))
        .select_related("call", "organisation__jurisdiction", "reviewing_body", "routed_to__reviewing_body")
        .get(pk=application.pk)
    )
    if is_escalated(row, actor.today):
        escalate(row, actor=actor)
    return row


def escalate(application: Application, *, actor: Actor) -> None:
    """Record that an unanswered application is municipal from the day after the districts' closing on.

    One that comes back from its correction later than that is so from the day it came back.
    The caller holds the application's lock and has made sure that the day has come.
    """
    system = Actor.system(actor.now)
    closed_on = application.call.districts_close_on
    handed_in = application.submissions.latest("version").submitted_at
    took_effect = max(closed_on + ONE_DAY, local_day(handed_in))
    reason = _("辖区审核截止日（%(day)s）前未作答复，转市科协办理。") % {"day": said(closed_on)}
    if last_day := correction_day(application):
        took_effect = max(took_effect, last_day + ONE_DAY)
        reason = _("补正期（至%(day)s）内未重新提交，转市科协办理。") % {"day": said(last_day)}
    reroute(application, actor=system, route=ROUTE_MUNICIPAL, reason=reason)
    application.escalated_on = took_effect
    application.save(update_fields=["escalated_on"])
    data = {"route": ROUTE_MUNICIPAL}
    clause = "4.1-via-district"
    write("application.rerouted", application, actor=system, clause=clause, data=data, on=took_effect, reason=reason)
    subject = _("申报转市科协办理")
    tell_applicant(application, actor=system, kind="application.rerouted", subject=subject, body=reason)
    tell_reviewers(application, actor=system, kind="application.rerouted", subject=subject, body=reason)


def reroute(application: Application, *, actor: Actor, route: str, reason: str) -> None:
    """Change where a locked application lies, keep why, and void an earlier endorsement."""
    Routing.objects.create(
        application=application,
        route=route,
        previous_route=application.route,
        clause="4.1-via-district",
        reason=reason,
        decided_at=actor.now,
        decided_by=actor.user,
    )
    place(application, route=route, reason=reason)
    application.endorsed_on = None
    application.save(update_fields=["route", "route_reason", "reviewing_body", "state", "endorsed_on"])


def place(application: Application, *, route: str, reason: str) -> None:
    """Put an application before the reviewers its route names; the caller saves it."""
    application.route, application.route_reason = route, reason
    if route == ROUTE_MUNICIPAL:
        application.reviewing_body = None
        application.state = Application.State.INITIAL_REVIEW
    else:
        application.reviewing_body = body_of(route)
        application.state = Application.State.DISTRICT_REVIEW


def body_of(route: str) -> ReviewingBody:
    """The body that reviews for a jurisdiction today."""
    return Jurisdiction.objects.select_related("reviewing_body").get(pk=route).reviewing_body
