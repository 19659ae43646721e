"""Who may take, give and give back the handling of an application, and remind its applicant by hand."""

from django.utils.translation import gettext as _

from applications.models import Application
from applications.rules.offices import colleagues, handler_of, office_of
from applications.rules.table import table_verdict
from applications.rules.waiting import turn
from haizhi_portal.accounts.models import User
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.verdict import Verdict
from haizhi_portal.policy.words import Role


def can_handle(actor: Actor, application: Application) -> Verdict:
    """Whether the actor's office has it, so that one of its people may be named as handler."""
    return table_verdict("handle", actor, application)


def can_take(actor: Actor, application: Application) -> Verdict:
    """What nobody of the office handles yet."""
    verdict = can_handle(actor, application)
    if not verdict:
        return verdict
    handler = handler_of(application, actor.today)
    if handler is None:
        return verdict
    if handler.pk == actor.user.pk:
        return Verdict.no(verdict.clause, _("这项申报已经由您经办。"))
    return Verdict.no(
        verdict.clause,
        _("这项申报由%(name)s经办；需要换人时，请用“指定经办人”。") % {"name": handler.name},
    )


def can_name_handler(actor: Actor, application: Application, person: User | None = None) -> Verdict:
    """Anybody of the office names anybody of it, also in place of a colleague. No ``person``: at all."""
    verdict = can_handle(actor, application)
    if not verdict or person is None:
        return verdict
    if not colleagues(office_of(application, actor.today)).filter(pk=person.pk).exists():
        return Verdict.no(verdict.clause, _("经办人只能是本单位在用账号的工作人员，请从列表中选择。"))
    handler = handler_of(application, actor.today)
    if handler is not None and handler.pk == person.pk:
        return Verdict.no(verdict.clause, _("这项申报已经由%(name)s经办。") % {"name": person.name})
    return verdict


def can_give_back(actor: Actor, application: Application) -> Verdict:
    """Only who handles it gives it back; others name somebody else instead."""
    verdict = can_handle(actor, application)
    if not verdict:
        return verdict
    handler = handler_of(application, actor.today)
    if handler is None:
        return Verdict.no(verdict.clause, _("这项申报现在没有经办人。"))
    if handler.pk != actor.user.pk:
        return Verdict.no(
            verdict.clause,
            _("这项申报由%(name)s经办，只能由本人退回；需要换人时，请用“指定经办人”。") % {"name": handler.name},
        )
    return verdict


def can_remind(actor: Actor, application: Application) -> Verdict:
    """While it is the applicant's move, once a day."""
    verdict = table_verdict("remind", actor, application)
    if not verdict:
        return verdict
    if turn(application, actor.today).mover != Role.APPLICANT:
        return Verdict.no(verdict.clause, _("现在不是等申报单位办理，无须催办。"))
    if application.nudges.filter(sent_on=actor.today).exists():
        return Verdict.no(
            verdict.clause,
            _("%(day)s已经催办过，同一项申报一天只催办一次，请明天再催。") % {"day": said(actor.today)},
        )
    return verdict
