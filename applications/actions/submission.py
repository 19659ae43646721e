"""Handing in, handing in again after a correction, and withdrawing (`4.1-annual`, `4.1-direct`, `4.1-via-district`)."""

from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from applications.actions.call import reasoned, record_call_events
from applications.actions.locking import locked, locked_call, locked_organisation, place
from applications.actions.records import reviewers_of, tell_applicant, tell_of, tell_reviewers, write
from applications.models import Application, Decision, DecisionList, Routing, Submission
from applications.printing import printed
from applications.rules import can_submit, can_withdraw, where_it_goes
from applications.sections import frozen_partners
from applications.versions import frozen
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.identity import check_code
from haizhi_portal.documents.actions.issue import issue
from haizhi_portal.documents.models import Document
from haizhi_portal.policy.stored import figures_on
from haizhi_portal.policy.verdict import Conflict
from haizhi_portal.policy.words import route_label

State = Application.State


@transaction.atomic
def submit(*, actor: Actor, application: Application) -> Submission:
    """Freeze what was filled in as a version and put it before the reviewers.

    First time: the route is fixed with its reason. After a return: before the same stage's reviewers again; stamped
    copies of the earlier version no longer count. Raises RuleViolation outside the call, while anything is missing or
    when the unit may not apply; Conflict when another application of the unit went live at the same moment.
    """
    organisation = locked_organisation(application.organisation)
    call = locked_call(application.call)
    application = locked(application, actor=actor)
    application.organisation, application.call = organisation, call
    can_submit(actor, application).require()
    record_call_events(actor=actor, call=call)
    partners = frozen_partners(application)
    came_back = application.state != State.DRAFT
    if came_back:
        at_district = application.state == State.DISTRICT_RETURNED
        application.state = State.DISTRICT_REVIEW if at_district else State.INITIAL_REVIEW
        application.correct_by = None
    else:
        _fix_route(application, actor)
    application.edition = figures_on(actor.today).edition
    try:
        with transaction.atomic():
            application.save()
    except IntegrityError as lost:
        raise Conflict(
            clause="3.1-applicant", message=_("贵单位另有一项申报刚刚提交，同一时间只能有一项在办的申报。")
        ) from lost
    submission = _freeze(application, actor, partners)
    write(
        "application.resubmitted" if came_back else "application.submitted",
        application,
        actor=actor,
        clause="4.1-via-district" if application.reviewing_body_id else "4.1-direct",
        data={
            "year": call.year,
            "route": application.route,
            "level": organisation.level,
            "kind": organisation.kind,
            "version": submission.version,
        },
    )
    # A resubmission after the districts' closing is municipal at once: who is told is who has it then.
    _tell(locked(application, actor=actor), submission, actor)
    return submission


def _fix_route(application: Application, actor: Actor) -> None:
    route = where_it_goes(application.organisation)
    place(application, route=route.target, reason=route.reason)
    application.submitted_at = actor.now
    Routing.objects.create(
        application=application,
        route=route.target,
        clause=route.clause,
        reason=route.reason,
        decided_at=actor.now,
        decided_by=None,
    )


def _freeze(application: Application, actor: Actor, partners: list[dict[str, Any]]) -> Submission:
    version = application.submissions.count() + 1
    content = frozen(application, figures_on(actor.today), partners)
    organisation = application.organisation
    form = issue(
        actor=actor,
        kind=Document.Kind.APPLICATION_FORM,
        title=_("大连市科协海智工作基地申报书"),
        facts=printed(application, content, version=version, check_code=check_code()),
        clause="4.1-paper",
        application_number=application.number,
        credit_code=organisation.credit_code,
    )
    return Submission.objects.create(
        application=application,
        version=version,
        content=content,
        submitted_at=actor.now,
        submitted_by=actor.user,
        print=form,
    )


def _tell(application: Application, submission: Submission, actor: Actor) -> None:
    where = {"version": submission.version, "where": route_label(application.route)}
    tell_applicant(
        application,
        actor=actor,
        kind="application.submitted",
        subject=_("申报已提交"),
        body=_("第 %(version)s 版已提交，由%(where)s受理。请打印本版申报书，盖章后一式两份报送市科协学会部。") % where,
    )
    tell_reviewers(
        application,
        actor=actor,
        kind="application.to_review",
        subject=_("有一项申报等待审核"),
        body=_("%(organisation)s提交了第 %(version)s 版申报书。")
        % {"organisation": application.organisation.name, "version": submission.version},
    )


def _leave_open_list(application: Application, actor: Actor, reason: str) -> None:
    """Take its line off a list not settled yet, which is another version of the list from then on."""
    lines = Decision.objects.filter(application=application, settled_on__isnull=True, withdrawn_on__isnull=True)
    DecisionList.objects.filter(pk__in=lines.values("list")).update(version=F("version") + 1)
    lines.update(withdrawn_on=actor.today, withdrawal_reason=reason)


@transaction.atomic
def withdraw(*, actor: Actor, application: Application, reason: str) -> Application:
    """Take back a live application; the unit may apply again before the call closes."""
    locked_organisation(application.organisation)
    locked_call(application.call)
    application = locked(application, actor=actor)
    can_withdraw(actor, application).require()
    reason = reasoned(reason, "3.1-applicant")
    _leave_open_list(application, actor, reason)
    reviewers = reviewers_of(application)
    application.state = State.WITHDRAWN
    application.ended_on, application.end_reason = actor.today, reason
    application.save(update_fields=["state", "ended_on", "end_reason"])
    write(
        "application.withdrawn",
        application,
        actor=actor,
        clause="3.1-applicant",
        data={"reason": reason},
        reason=reason,
    )
    tell_of(application, reviewers, actor=actor, kind="application.withdrawn", subject=_("申报已撤回"), body=reason)
    return application
