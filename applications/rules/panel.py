"""Experts and their tasks: asked, declared, scored, voided, taken off; what is set aside (`4.2-experts`)."""

from django.utils.translation import gettext as _

from applications.models import Application, Assignment, Call, Round
from applications.ranking import valid_sheets
from applications.rules.bound import scores_needed
from applications.rules.table import BEFORE_DECISION, State, table_verdict
from haizhi_portal.accounts.models import User
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.verdict import Verdict
from haizhi_portal.policy.words import Role

CLAUSE = "4.2-experts"


def round_running(call: Call) -> Verdict:
    """The year's round is open now."""
    existing = Round.objects.filter(call=call).first()
    if existing is None:
        return Verdict.no("4.2-yearly", _("本年度专家认证尚未开始。"))
    if existing.closed_on:
        return Verdict.no("4.2-yearly", _("本年度专家认证已于%(day)s结束。") % {"day": said(existing.closed_on)})
    return Verdict.yes("4.2-yearly")


def in_the_round(verb: str, actor: Actor, application: Application) -> Verdict:
    """Role and state, the round running, and the application in it."""
    verdict = table_verdict(verb, actor, application)
    if not verdict:
        return verdict
    running = round_running(application.call)
    if not running:
        return running
    if application.entered_round_on is None:
        return Verdict.no("4.1-paper", _("这项申报没有进入本年度专家认证。"))
    if application.set_aside_on:
        return Verdict.no(
            CLAUSE,
            _("这项申报已于%(day)s搁置，不再参加本年度专家认证。") % {"day": said(application.set_aside_on)},
        )
    return verdict


def can_assign(actor: Actor, application: Application, expert: User | None = None) -> Verdict:
    """Municipal staff, while the round is open, for an application in it; ``expert``: not asked, not in conflict."""
    verdict = in_the_round("assign", actor, application)
    if not verdict or expert is None:
        return verdict
    own = application.assignments.filter(expert=expert, released_at__isnull=True).first()
    if own is None:
        return verdict
    if own.conflict:
        return Verdict.no(CLAUSE, _("%(name)s已声明回避，不能评审这项申报。") % {"name": expert.name})
    return Verdict.no(CLAUSE, _("%(name)s已分配到这项申报。") % {"name": expert.name})


def can_set_aside(actor: Actor, application: Application) -> Verdict:
    """Municipal staff, while the round is open, for an application in it that has too few valid sheets."""
    verdict = in_the_round("set_aside", actor, application)
    if not verdict:
        return verdict
    needed = scores_needed(Round.objects.get(call=application.call_id))
    if len(valid_sheets([application])[application.pk]) >= needed:
        return Verdict.no(CLAUSE, _("这项申报的有效评分已够 %(count)s 份，不能搁置。") % {"count": needed})
    return verdict


def can_declare(actor: Actor, assignment: Assignment, conflict: bool = True) -> Verdict:
    """The expert asked. A pledge is made once; a conflict can be declared until the round closes, whatever was done."""
    running = _expert_at_work(actor, assignment)
    if not running:
        return running
    if assignment.conflict:
        return Verdict.no(CLAUSE, _("您已声明需要回避。"))
    if assignment.declared_at and not conflict:
        return Verdict.no(CLAUSE, _("您已声明无须回避并作出承诺；如发现应当回避，请声明回避。"))
    # Nobody pledges for, and so opens, an application that needs no sheet any more.
    return Verdict.yes(CLAUSE) if conflict else still_scored(assignment)


def can_open_file(actor: Actor, assignment: Assignment) -> Verdict:
    """An expert reads an application only after declaring that there is no conflict, and until taken off it, or until
    it was set aside or withdrawn.
    """
    if actor.role != Role.EXPERT or assignment.expert_id != actor.user.pk:
        return Verdict.no(CLAUSE, _("这项评审任务不是分配给您的。"))
    if assignment.conflict:
        return Verdict.no(CLAUSE, _("您已声明需要回避，不能查看这项申报的材料。"))
    if assignment.released_at:
        return _over(assignment)
    if assignment.declared_at is None:
        return Verdict.no(CLAUSE, _("请先作出利害关系声明和评审承诺，再查看申报材料。"))
    if assignment.application.set_aside_on or assignment.application.state == State.WITHDRAWN:
        return still_scored(assignment)
    return Verdict.yes(CLAUSE)


def can_score(actor: Actor, assignment: Assignment) -> Verdict:
    """After the declaration, without a conflict, while the round is open, until submitted once for all."""
    running = _expert_at_work(actor, assignment)
    if not running:
        return running
    readable = can_open_file(actor, assignment)
    if not readable:
        return readable
    scored = still_scored(assignment)
    if not scored:
        return scored
    if assignment.sheet is not None and assignment.sheet.submitted_at:
        return Verdict.no(CLAUSE, _("评分表已提交，提交后不能再改。"))
    return readable


def still_scored(assignment: Assignment) -> Verdict:
    """Whether the application is in the round, so that a sheet on it is of use."""
    if assignment.application.state != State.CERTIFICATION:
        return Verdict.no(CLAUSE, _("这项申报已退出专家认证，无须评分。"))
    if assignment.application.set_aside_on:
        return Verdict.no(CLAUSE, _("这项申报已搁置，不再参加本年度专家认证，无须评分。"))
    return Verdict.yes(CLAUSE)


def can_void_scores(actor: Actor, assignment: Assignment) -> Verdict:
    """Municipal staff, while the round is open, a sheet submitted and still valid."""
    if actor.role != Role.MUNICIPAL:
        return Verdict.no(CLAUSE, _("评分由市科协学会部说明理由后作废。"))
    running = round_running(assignment.application.call)
    if not running:
        return running
    if not is_valid(assignment):
        return Verdict.no(CLAUSE, _("只有已提交且有效的评分表可以作废。"))
    return Verdict.yes(CLAUSE)


def can_release(actor: Actor, assignment: Assignment) -> Verdict:
    """Municipal staff, while the round is open and needs a sheet, an expert neither off it yet nor in conflict."""
    if actor.role != Role.MUNICIPAL:
        return Verdict.no(CLAUSE, _("评审任务由市科协学会部说明理由后收回。"))
    running = round_running(assignment.application.call)
    if not running:
        return running
    if assignment.conflict:
        return Verdict.no(CLAUSE, _("这位专家已声明回避，评审任务已经结束。"))
    if assignment.released_at:
        return Verdict.no(CLAUSE, _("这项评审任务已经结束，无须再收回。"))
    return still_scored(assignment)


def is_valid(assignment: Assignment) -> bool:
    """Whether its sheet counts: submitted and not voided."""
    sheet = assignment.sheet
    return sheet is not None and sheet.submitted_at is not None and sheet.voided_at is None


def missed_round(application: Application) -> bool:
    """Whether the year's round opened without it: it can be withdrawn, declined, or lapse with the year, no more.

    ``missed``, where a query has told it already, saves asking again.
    """
    if application.entered_round_on is not None or application.state not in BEFORE_DECISION:
        return False
    known: bool | None = getattr(application, "missed", None)
    return Round.objects.filter(call=application.call_id).exists() if known is None else known


def missed_verdict(application: Application, clause: str = "4.2-yearly") -> Verdict:
    """No, in true words, for what makes no sense once the round opened without the application."""
    if not missed_round(application):
        return Verdict.yes(clause)
    opened_on = Round.objects.get(call=application.call_id).opened_on
    return Verdict.no(
        "4.2-yearly",
        _(
            "本年度专家认证已于%(day)s开始，这项申报没有进入，不能再补正、初审或补交纸质材料；"
            "可以撤回，否则在本年度决定办结时失效，下一年度可重新申报。"
        )
        % {"day": said(opened_on)},
    )


def _over(assignment: Assignment) -> Verdict:
    if assignment.sheet is not None and assignment.sheet.voided_at:
        return Verdict.no(CLAUSE, _("您的评分已作废，这项评审任务已结束。"))
    return Verdict.no(CLAUSE, _("这项评审任务已由市科协学会部收回，材料不再对您开放。"))


def _expert_at_work(actor: Actor, assignment: Assignment) -> Verdict:
    if actor.role != Role.EXPERT or assignment.expert_id != actor.user.pk:
        return Verdict.no(CLAUSE, _("这项评审任务不是分配给您的。"))
    if assignment.released_at and not assignment.conflict:
        return _over(assignment)
    return round_running(assignment.application.call)
