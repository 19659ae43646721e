"""The municipal CAST reviews the materials first (`4.2-initial`)."""

from collections.abc import Mapping
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from applications.actions.locking import locked
from applications.actions.records import tell_applicant, write
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
from applications.papers import copies_of_current_version
from applications.rules import can_decline_initial, can_pass_initial, can_return_initial, copies_needed
from haizhi_portal.audit.actor import Actor

CLAUSE = "4.2-initial"


@transaction.atomic
def pass_initial(
    *, actor: Actor, application: Application, opinion: str, checks: Checks, notes: Mapping[str, str] | None = None
) -> Application:
    """Find it in order, every condition and material having been checked; it waits for the experts."""
    application = locked(application, actor=actor)
    can_pass_initial(actor, application).require()
    require_checked(checks, CLAUSE)
    conclude(
        application,
        actor=actor,
        stage=Stage.INITIAL,
        outcome=Outcome.PASSED,
        opinion=opinion.strip() or _("初审通过"),
        clause=CLAUSE,
        checks=checks,
        notes=notes,
    )
    application.state = Application.State.CERTIFICATION
    application.initial_passed_on = actor.today
    application.save(update_fields=["state", "initial_passed_on"])
    write("application.initial_passed", application, actor=actor, clause=CLAUSE)
    lacking = copies_needed(application.call) - copies_of_current_version(application)
    body = _("初审已通过，等待专家认证。")
    if lacking > 0:
        body += _("还须报送盖章纸质材料 %(copies)s 份，收齐后才能进入专家认证。") % {"copies": lacking}
    tell_applicant(application, actor=actor, kind="application.initial_passed", subject=_("初审通过"), body=body)
    return application


@transaction.atomic
def return_initial(
    *,
    actor: Actor,
    application: Application,
    opinion: str,
    sections: Mapping[str, str],
    correct_by: date | None = None,
    checks: Checks | None = None,
    notes: Mapping[str, str] | None = None,
) -> Application:
    """Send it back to the unit, section by section; it comes back to initial review."""
    application = locked(application, actor=actor)
    can_return_initial(actor, application).require()
    return send_back(
        application,
        actor=actor,
        stage=Stage.INITIAL,
        opinion=opinion,
        sections=sections,
        correct_by=correct_by,
        checks=checks,
        notes=notes,
    )


@transaction.atomic
def decline_initial(
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
    can_decline_initial(actor, application).require()
    return turn_down(
        application, actor=actor, stage=Stage.INITIAL, reason=reason, clause=clause, checks=checks, notes=notes
    )
