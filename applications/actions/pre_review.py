"""The district or zone reviews what is its own, or hands on what is not (`4.1-via-district`)."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from applications.actions.call import reasoned
from applications.actions.letters import Letter, keep_letter
from applications.actions.locking import locked, reroute
from applications.actions.records import tell_applicant, tell_of, tell_reviewers, write
from applications.actions.review import (
    Checks,
    Outcome,
    Stage,
    conclude,
    require_checked,
    send_back,
    turn_down,
)
from applications.models import Application
from applications.rules import (
    can_decline,
    can_endorse,
    can_extend_correction,
    can_hand_on,
    can_return_for_correction,
)
from applications.sections import last_return
from haizhi_portal.accounts.queries import municipal_staff
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.words import route_label

CLAUSE = "4.1-via-district"
State = Application.State


@transaction.atomic
def endorse(
    *,
    actor: Actor,
    application: Application,
    opinion: str,
    checks: Checks,
    notes: Mapping[str, str] | None = None,
    letter: Letter | None = None,
) -> Application:
    """Approve it for the municipal CAST, every condition and material having been checked.

    ``letter`` is the district's own document behind it. Raises RuleViolation (field "letter_number" or "letter_on").
    """
    application = locked(application, actor=actor)
    can_endorse(actor, application).require()
    require_checked(checks, CLAUSE)
    opinion = opinion.strip() or _("同意推荐")
    review = conclude(
        application,
        actor=actor,
        stage=Stage.DISTRICT,
        outcome=Outcome.ENDORSED,
        opinion=opinion,
        clause=CLAUSE,
        checks=checks,
        notes=notes,
    )
    keep_letter(review, letter)
    application.state = State.INITIAL_REVIEW
    application.endorsed_on = actor.today
    application.save(update_fields=["state", "endorsed_on"])
    write("application.endorsed", application, actor=actor, clause=CLAUSE, data={"by": application.route})
    where = {"where": route_label(application.route), "organisation": application.organisation.name}
    tell_applicant(
        application,
        actor=actor,
        kind="application.endorsed",
        subject=_("辖区审核同意"),
        body=_("%(where)s已同意推荐，转市科协初审。") % where,
    )
    tell_of(
        application,
        municipal_staff(),
        actor=actor,
        kind="application.to_review",
        subject=_("有一项申报等待初审"),
        body=_("%(organisation)s的申报经%(where)s同意，等待初审。") % where,
    )
    return application


@transaction.atomic
def return_for_correction(
    *,
    actor: Actor,
    application: Application,
    opinion: str,
    sections: Mapping[str, str],
    correct_by: date | None = None,
    checks: Checks | None = None,
    notes: Mapping[str, str] | None = None,
) -> Application:
    """Send it back: ``sections`` maps each section to correct to the reviewer's words.

    Without ``correct_by`` the day follows from the figures and moves past holidays; a day set by staff does not move.
    """
    application = locked(application, actor=actor)
    can_return_for_correction(actor, application).require()
    return send_back(
        application,
        actor=actor,
        stage=Stage.DISTRICT,
        opinion=opinion,
        sections=sections,
        correct_by=correct_by,
        checks=checks,
        notes=notes,
    )


@transaction.atomic
def decline(
    *,
    actor: Actor,
    application: Application,
    reason: str,
    clause: str = CLAUSE,
    checks: Checks | None = None,
    notes: Mapping[str, str] | None = None,
) -> Application:
    """Refuse it with a reason and the clause it rests on."""
    application = locked(application, actor=actor)
    can_decline(actor, application).require()
    return turn_down(
        application, actor=actor, stage=Stage.DISTRICT, reason=reason, clause=clause, checks=checks, notes=notes
    )


@transaction.atomic
def hand_on(*, actor: Actor, application: Application, route: str, reason: str) -> Application:
    """Give it to where it belongs: "municipal" or a jurisdiction's code. An earlier endorsement no longer counts.

    A district does so with what is not its own; municipal staff may re-route anywhere, also to themselves.
    """
    application = locked(application, actor=actor)
    can_hand_on(actor, application, route).require(field="route")
    reason = reasoned(reason, CLAUSE)
    reroute(application, actor=actor, route=route, reason=reason)
    write(
        "application.rerouted",
        application,
        actor=actor,
        clause=CLAUSE,
        data={"route": route},
        reason=reason,
    )
    body = _("现由%(where)s审核。理由：%(reason)s") % {"where": route_label(route), "reason": reason}
    subject = _("申报已移交")
    tell_applicant(application, actor=actor, kind="application.rerouted", subject=subject, body=body)
    if application.body is not None:
        last_day = said(application.call.districts_close_on)
        body += _("请在%(day)s前（含当日）审核；也不属于贵单位的，可写明理由再移交或退回。") % {"day": last_day}
    tell_reviewers(application, actor=actor, kind="application.rerouted", subject=subject, body=body)
    return application


@transaction.atomic
def escalate_unanswered(*, actor: Actor, application: Application) -> bool:
    """Record that the district let its closing pass; true when this call recorded it."""
    before = Application.objects.values_list("escalated_on", flat=True).get(pk=application.pk)
    return locked(application, actor=actor).escalated_on != before


@transaction.atomic
def extend_correction(*, actor: Actor, application: Application, correct_by: date, reason: str) -> Application:
    """Give a returned application until a later day, before or after its first deadline passed (`4.2-initial`)."""
    application = locked(application, actor=actor)
    can_extend_correction(actor, application, correct_by).require(field="correct_by")
    reason = reasoned(reason, "4.2-initial")
    at_district = application.state == State.DISTRICT_RETURNED
    returned = last_return(application)
    conclude(
        application,
        actor=actor,
        stage=Stage.DISTRICT if at_district else Stage.INITIAL,
        outcome=Outcome.EXTENDED,
        opinion=reason,
        clause="4.2-initial",
        sections=returned.sections if returned else {},
        correct_by=correct_by,
    )
    before, application.correct_by = application.correct_by, correct_by
    application.save(update_fields=["correct_by"])
    write(
        "application.correction_extended",
        application,
        actor=actor,
        clause="4.2-initial",
        data={"from": before, "to": correct_by},
        reason=reason,
    )
    tell_applicant(
        application,
        actor=actor,
        kind="application.extended",
        subject=_("补正期限已延长"),
        body=_("请于%(day)s前（含当日）重新提交。%(reason)s") % {"day": said(correct_by), "reason": reason},
    )
    return application
