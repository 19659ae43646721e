"""Who may write in an application's thread: its unit, and the office that has it now (`4.1-materials`)."""

from django.utils.translation import gettext as _

from applications.models import Application
from applications.rules.table import State, table_verdict
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.periods import local_day
from haizhi_portal.policy.verdict import Verdict
from haizhi_portal.policy.words import Role

CLAUSE = "4.1-materials"
MOST_A_DAY = 30
MOST_FILES = 60
_ENDED = frozenset({State.LICENSED, State.DECLINED, State.WITHDRAWN, State.LAPSED})


def can_write(actor: Actor, application: Application) -> Verdict:
    """While the application is live, each side so many times a day; afterwards the thread is only read."""
    if application.state in _ENDED:
        return Verdict.no(CLAUSE, _("这项申报已办结，留言只供查看。"))
    verdict = table_verdict("write_message", actor, application)
    if not verdict:
        return Verdict.no(CLAUSE, _("留言由申报单位和现在办理这项申报的一方往来，您可以查看。"))
    latest = application.thread.filter(by_office=actor.role != Role.APPLICANT).order_by("-pk")
    sent = list(latest.values_list("sent_at", flat=True)[:MOST_A_DAY])
    if len(sent) == MOST_A_DAY and local_day(sent[-1]) == actor.today:
        return Verdict.no(CLAUSE, _("今天的留言已达 %(most)d 条，请明天再写，急事请打电话。") % {"most": MOST_A_DAY})
    return verdict
