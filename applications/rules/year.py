"""The call, its quota and the year's one round (`4.1-annual`, `4.2-cap`, `4.2-experts`, `4.2-yearly`)."""

from datetime import date

from django.utils.translation import gettext as _

from applications.models import Application, Assignment, Call, Round
from applications.papers import copies_of_current_version
from applications.ranking import unscored
from applications.rules.table import State, table_verdict, timetable
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.calls import Timetable
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.figures import Figures
from haizhi_portal.policy.periods import ONE_DAY
from haizhi_portal.policy.quota import raise_verdict
from haizhi_portal.policy.stored import figures_on
from haizhi_portal.policy.verdict import Verdict
from haizhi_portal.policy.words import Role


def can_announce_call(actor: Actor, year: int) -> Verdict:
    """Municipal staff, once a year."""
    if actor.role != Role.MUNICIPAL:
        return Verdict.no("4.1-annual", _("年度申报由市科协学会部公布。"))
    if Call.objects.filter(year=year).exists():
        return Verdict.no("4.1-annual", _("%(year)s 年度申报已公布，每年只有一次。") % {"year": year})
    return Verdict.yes("4.1-annual")


def can_change_timetable(actor: Actor, call: Call) -> Verdict:
    """Municipal staff, until the round has opened or the year's decisions are closed."""
    if actor.role != Role.MUNICIPAL:
        return Verdict.no("4.1-annual", _("时间安排由市科协学会部调整。"))
    if opened := Round.objects.filter(call=call).first():
        return Verdict.no(
            "4.1-annual", _("本年度专家认证已于%(day)s开始，时间安排不再调整。") % {"day": said(opened.opened_on)}
        )
    return decisions_open(call)


def applicants_closing_over(call: Call, today: date) -> Verdict:
    """What needs the applicants' closing waits for its 24:00."""
    if today <= call.applicants_close_on:
        return Verdict.no(
            "4.1-annual",
            _("单位申报到%(day)s 24:00 才截止，次日起才能办理这一步。") % {"day": said(call.applicants_close_on)},
            opens_on=call.applicants_close_on + ONE_DAY,
        )
    return Verdict.yes("4.1-annual")


def other_timetables(year: int) -> list[Timetable]:
    """The timetables of every other year's call."""
    return [timetable(each) for each in Call.objects.exclude(year=year).order_by("year")]


def can_raise_quota(actor: Actor, call: Call, quota: int, document: str, document_on: date | None) -> Verdict:
    """Municipal staff, only upwards, only with the number and date of a document."""
    if actor.role != Role.MUNICIPAL:
        return Verdict.no("4.2-cap", _("名额由市科协学会部凭文件调整。"))
    open_ = decisions_open(call)
    if not open_:
        return open_
    return raise_verdict(call.quota, quota, document, document_on, year=call.year, today=actor.today)


def can_close_decisions(actor: Actor, call: Call) -> Verdict:
    """Municipal staff or a leader, from the certification day on, with no round and no list left open."""
    if actor.role not in (Role.MUNICIPAL, Role.LEADER):
        return Verdict.no("4.2-yearly", _("年度决定由市科协办结。"))
    open_ = decisions_open(call)
    if not open_:
        return open_
    if actor.today < call.certification_on:
        return Verdict.no(
            "4.2-yearly",
            _("集中认证日是%(day)s，此前不能办结本年度决定。") % {"day": said(call.certification_on)},
            opens_on=call.certification_on,
        )
    if not (closing := applicants_closing_over(call, actor.today)):
        return closing
    if Round.objects.filter(call=call, closed_on__isnull=True).exists():
        return Verdict.no("4.2-yearly", _("专家认证尚未结束，请先结束认证。"))
    if call.decision_lists.filter(settled_on__isnull=True).exists():
        return Verdict.no("4.3-decision", _("还有一份名单等待审定，请先审定。"))
    waiting = call.applications.filter(state=State.APPROVED).count()
    if waiting:
        return Verdict.no(
            "4.3-award",
            _("还有 %(count)s 家已列入名单、尚未授牌，请先授牌，或由领导撤销决定。") % {"count": waiting},
        )
    return Verdict.yes("4.2-yearly")


def decisions_open(call: Call) -> Verdict:
    """Nothing of a year can be decided once its decisions are closed."""
    if call.decisions_closed_on:
        return Verdict.no(
            "4.2-yearly",
            _("%(year)s 年度决定已于%(day)s全部办结。") % {"year": call.year, "day": said(call.decisions_closed_on)},
        )
    return Verdict.yes("4.2-yearly")


def may_enter_round(application: Application, figures: Figures) -> Verdict:
    """Initial review passed and every stamped copy of the current version received."""
    if application.state != State.CERTIFICATION:
        return Verdict.no("4.2-initial", _("初审尚未通过，不能进入专家认证。"))
    received = copies_of_current_version(application)
    if received < figures.paper_copies:
        return Verdict.no(
            "4.1-paper",
            _("现行版本的纸质材料应有 %(needed)s 份，已收到 %(received)s 份，收齐后才能进入专家认证。")
            % {"needed": figures.paper_copies, "received": received},
        )
    return Verdict.yes("4.2-experts")


def can_open_round(actor: Actor, call: Call) -> Verdict:
    """Municipal staff, once a year, from the certification day on, with at least one application that may enter."""
    if actor.role != Role.MUNICIPAL:
        return Verdict.no("4.2-yearly", _("专家认证由市科协学会部组织。"))
    if existing := Round.objects.filter(call=call).first():
        return Verdict.no(
            "4.2-yearly", _("本年度专家认证已于%(day)s开始，每年只有一次。") % {"day": said(existing.opened_on)}
        )
    open_ = decisions_open(call)
    if not open_:
        return open_
    if actor.today < call.certification_on:
        return Verdict.no(
            "4.2-yearly",
            _("集中认证日是%(day)s，届时才能开始；如需提前，请先调整时间安排。") % {"day": said(call.certification_on)},
            opens_on=call.certification_on,
        )
    if not (closing := applicants_closing_over(call, actor.today)):
        return closing
    figures = figures_on(actor.today)
    waiting = call.applications.filter(state=State.CERTIFICATION)
    if not any(may_enter_round(application, figures) for application in waiting):
        return Verdict.no("4.1-paper", _("没有初审通过且纸质材料收齐的申报，暂不能开始专家认证。"))
    return Verdict.yes("4.2-yearly")


def can_assign(actor: Actor, application: Application) -> Verdict:
    """Municipal staff, while the round is open, for an application that entered it."""
    verdict = table_verdict("assign", actor, application)
    if not verdict:
        return verdict
    running = _round_running(application.call)
    if not running:
        return running
    if application.entered_round_on is None:
        return Verdict.no("4.1-paper", _("这项申报没有进入本年度专家认证。"))
    return verdict


def can_declare(actor: Actor, assignment: Assignment) -> Verdict:
    """The expert asked, once; a conflict noticed later may still be declared until the sheet is begun."""
    clause = "4.2-experts"
    running = _expert_at_work(actor, assignment)
    if not running:
        return running
    if assignment.conflict:
        return Verdict.no(clause, _("您已声明需要回避。"))
    if assignment.declared_at and assignment.sheet_id:
        return Verdict.no(clause, _("您已声明无须回避并开始评分；如发现应当回避，请联系市科协学会部作废评分。"))
    return Verdict.yes(clause)


def can_open_file(actor: Actor, assignment: Assignment) -> Verdict:
    """An expert reads an application only after declaring that there is no conflict; own work stays readable."""
    clause = "4.2-experts"
    if actor.role != Role.EXPERT or assignment.expert_id != actor.user.pk:
        return Verdict.no(clause, _("这项评审任务不是分配给您的。"))
    if assignment.declared_at is None:
        return Verdict.no(clause, _("请先作出利害关系声明和评审承诺，再查看申报材料。"))
    if assignment.conflict:
        return Verdict.no(clause, _("您已声明需要回避，不能查看这项申报的材料。"))
    return Verdict.yes(clause)


def can_score(actor: Actor, assignment: Assignment) -> Verdict:
    """After the declaration, without a conflict, while the round is open, until submitted once for all."""
    running = _expert_at_work(actor, assignment)
    if not running:
        return running
    readable = can_open_file(actor, assignment)
    if not readable:
        return readable
    if assignment.application.state != State.CERTIFICATION:
        return Verdict.no("4.2-experts", _("这项申报已退出专家认证，无须评分。"))
    if assignment.sheet is not None and assignment.sheet.submitted_at:
        return Verdict.no("4.2-experts", _("评分表已提交，提交后不能再改。"))
    return readable


def can_void_scores(actor: Actor, assignment: Assignment) -> Verdict:
    """Municipal staff, while the round is open, a sheet submitted and still valid."""
    clause = "4.2-experts"
    if actor.role != Role.MUNICIPAL:
        return Verdict.no(clause, _("评分由市科协学会部说明理由后作废。"))
    running = _round_running(assignment.application.call)
    if not running:
        return running
    sheet = assignment.sheet
    if sheet is None or sheet.submitted_at is None or sheet.voided_at is not None:
        return Verdict.no(clause, _("只有已提交且有效的评分表可以作废。"))
    return Verdict.yes(clause)


def can_close_round(actor: Actor, call: Call) -> Verdict:
    """Municipal staff, once, when every participating application has enough valid scores."""
    if actor.role != Role.MUNICIPAL:
        return Verdict.no("4.2-yearly", _("专家认证由市科协学会部结束。"))
    running = _round_running(call)
    if not running:
        return running
    minimum = figures_on(actor.today).minimum_valid_scores
    if lacking := unscored(call, minimum):
        return Verdict.no(
            "4.2-experts",
            _("每项申报至少要有 %(minimum)s 份有效评分，尚不足的有：%(numbers)s。")
            % {"minimum": minimum, "numbers": "、".join(lacking)},
        )
    return Verdict.yes("4.2-yearly")


def _round_running(call: Call) -> Verdict:
    existing = Round.objects.filter(call=call).first()
    if existing is None:
        return Verdict.no("4.2-yearly", _("本年度专家认证尚未开始。"))
    if existing.closed_on:
        return Verdict.no("4.2-yearly", _("本年度专家认证已于%(day)s结束。") % {"day": said(existing.closed_on)})
    return Verdict.yes("4.2-yearly")


def _expert_at_work(actor: Actor, assignment: Assignment) -> Verdict:
    if actor.role != Role.EXPERT or assignment.expert_id != actor.user.pk:
        return Verdict.no("4.2-experts", _("这项评审任务不是分配给您的。"))
    return _round_running(assignment.application.call)
