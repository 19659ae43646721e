"""Which stamped copies the desk may take in, and when a wrong registration can be set right (`4.1-paper`)."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from applications.models import Application, PaperReceipt, Submission
from applications.papers import copies_of_current_version, current_submission
from applications.rules.bound import copies_needed
from applications.rules.panel import missed_verdict
from applications.rules.table import State, table_verdict
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.verdict import Verdict
from haizhi_portal.policy.words import Role

CLAUSE = "4.1-paper"
_NO_MORE = {
    State.DRAFT: gettext_noop("这项申报还没有提交，不能登记纸质材料。"),
    State.APPROVED: gettext_noop("这项申报已列入认定名单，纸质材料此前已收齐，不再登记。"),
    State.LICENSED: gettext_noop("这项申报已授牌，纸质材料此前已收齐，不再登记。"),
    State.DECLINED: gettext_noop("这项申报未通过，纸质材料不再登记，请退还来人。"),
    State.WITHDRAWN: gettext_noop("这项申报已由申报单位撤回，纸质材料不再登记，请退还来人。"),
    State.LAPSED: gettext_noop("这项申报已随本年度决定办结而失效，纸质材料不再登记，请退还来人。"),
}


def can_receive_copies(actor: Actor, application: Application, submission: Submission | None = None) -> Verdict:
    """Only copies printed from the current version count; ``submission`` is the version the code stands for."""
    verdict = table_verdict("receive_copies", actor, application)
    if not verdict and actor.role == Role.MUNICIPAL and application.state in _NO_MORE:
        return Verdict.no(CLAUSE, _(_NO_MORE[State(application.state)]))
    missed = missed_verdict(application, CLAUSE)
    if verdict and not missed:
        return missed
    if not verdict or submission is None:
        return verdict
    current = current_submission(application)
    if current is not None and submission.pk != current.pk:
        return Verdict.no(
            CLAUSE,
            _("这份纸质材料印自第 %(old)s 版，现行的是第 %(new)s 版，请申报单位按第 %(new)s 版重新打印盖章。")
            % {"old": submission.version, "new": current.version},
        )
    return verdict


def can_void_receipt(actor: Actor, receipt: PaperReceipt) -> Verdict:
    """Municipal staff, once, until the application has entered the round or ended."""
    verdict = table_verdict("void_receipt", actor, receipt.application)
    if not verdict:
        return verdict
    if receipt.voiding:
        return Verdict.no(CLAUSE, _("这次登记已经作废。"))
    if receipt.application.entered_round_on:
        return Verdict.no(CLAUSE, _("这项申报已进入专家认证，纸质材料的登记不再更改。"))
    return verdict


def can_remind_of_copies(actor: Actor, application: Application) -> Verdict:
    """Municipal staff, while copies of the current version are owed."""
    verdict = table_verdict("remind_of_copies", actor, application)
    if not verdict:
        return verdict
    missed = missed_verdict(application, CLAUSE)
    if not missed:
        return missed
    if copies_of_current_version(application) >= copies_needed(application.call):
        return Verdict.no(CLAUSE, _("这项申报的纸质材料已收齐，无须提醒。"))
    return verdict
