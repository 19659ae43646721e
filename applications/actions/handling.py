"""An office decides who of it handles an application, and reminds an applicant whose move it is."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from applications.actions.locking import locked
from applications.actions.records import tell_applicant, tell_of, write
from applications.models import Application, Handling, Nudge
from applications.rules import can_give_back, can_name_handler, can_remind, can_take
from applications.rules.offices import handler_of, office_of
from applications.rules.waiting import turn
from haizhi_portal.accounts.models import User
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.verdict import Conflict, Verdict

CLAUSE = "4.1-via-district"


@transaction.atomic
def take(*, actor: Actor, application: Application) -> Handling:
    """Become the handler of what nobody of the office handles. Raises Conflict when a colleague was quicker."""
    application = locked(application, actor=actor)
    verdict = can_take(actor, application)
    handler = handler_of(application, actor.today)
    if not verdict and handler is not None and handler.pk != actor.user.pk:
        raise Conflict(clause=verdict.clause, message=verdict.reason)
    verdict.require()
    return _named(application, actor, actor.user)


@transaction.atomic
def name_handler(*, actor: Actor, application: Application, person: User) -> Handling:
    """Give it to a colleague, who is told; nobody else of the office loses the right to act on it."""
    application = locked(application, actor=actor)
    can_name_handler(actor, application, person).require(field="person")
    named = _named(application, actor, person)
    if person.pk != actor.user.pk:
        body = _("%(organisation)s的申报由您经办（%(who)s指定）。") % {
            "organisation": application.organisation.name,
            "who": actor.user.name,
        }
        last_day = turn(application, actor.today).by
        if last_day is not None:
            body += _("本环节期限：%(day)s。") % {"day": said(last_day)}
        tell_of(
            application, [person], actor=actor, kind="application.handler", subject=_("有一项申报由您经办"), body=body
        )
    return named


@transaction.atomic
def give_back(*, actor: Actor, application: Application) -> Handling:
    """Stop handling it; it waits for any colleague of the office again."""
    application = locked(application, actor=actor)
    can_give_back(actor, application).require()
    return _named(application, actor, None)


def _named(application: Application, actor: Actor, person: User | None) -> Handling:
    before = handler_of(application, actor.today)
    named = Handling.objects.create(
        application=application,
        body=office_of(application, actor.today),
        handler=person,
        decided_at=actor.now,
        decided_by=actor.user,
    )
    data = {
        "handler": person.public_id if person is not None else None,
        "before": before.public_id if before is not None else None,
    }
    write("application.handler_named", application, actor=actor, clause=CLAUSE, data=data)
    return named


@transaction.atomic
def remind_applicant(*, actor: Actor, application: Application, words: str = "") -> Nudge:
    """Tell the applicant once more what it has to do and by when; once a day (a constraint as well)."""
    application = locked(application, actor=actor)
    verdict: Verdict = can_remind(actor, application)
    verdict.require()
    words = words.strip()
    try:
        with transaction.atomic():
            nudge = Nudge.objects.create(
                application=application, sent_on=actor.today, words=words, sent_at=actor.now, sent_by=actor.user
            )
    except IntegrityError as lost:
        raise Conflict(clause=verdict.clause, message=_("今天刚由他人催办过。")) from lost
    last_day = turn(application, actor.today).by
    write(
        "application.reminded",
        application,
        actor=actor,
        clause=verdict.clause,
        data={"by": last_day},
        reason=words,
    )
    body = _("这项申报在等贵单位办理。")
    if last_day is not None:
        body = _("这项申报在等贵单位办理，期限：%(day)s（含当日）。") % {"day": said(last_day)}
    tell_applicant(
        application, actor=actor, kind="application.nudge", subject=_("请尽快办理申报"), body=f"{body}{words}"
    )
    return nudge
