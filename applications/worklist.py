"""What applications ask of a person, and what the person waits for: collected by the home page."""

from collections.abc import Callable
from datetime import date

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from applications.models import Application, Assignment, Call, DecisionList, Round
from applications.queries import (
    assignments_visible_to,
    current_call,
    lacking_copies,
    seats_left,
    visible_to,
)
from applications.queue_lines import lines_of_delegations, lines_of_the_queue
from applications.ranking import participating
from applications.rules import copies_needed, may_begin
from applications.standing import standing
from applications.threads import TALKING, unread_entries
from haizhi_portal.accounts.models import User
from haizhi_portal.accounts.work import FigureCard, WorkItem, Worklist
from haizhi_portal.policy.dates_said import said_range
from haizhi_portal.policy.words import Role

State = Application.State


def worklist(user: User, today: date) -> Worklist:
    """The person's lines on a day: a fixed number of queries, whatever the number of applications."""
    lines = _LINES.get(Role(user.role))
    return _messages(user) + lines(user, today) if lines else Worklist()


def _messages(user: User) -> Worklist:
    """One line for everything unread in the threads of applications."""
    waiting = unread_entries(user).values("application").distinct().count() if user.role in TALKING else 0
    if not waiting:
        return Worklist()
    return Worklist(
        mine=[
            WorkItem(
                title=_("有新留言"),
                sentence=_("%(count)s 项申报有还没有看的留言。") % {"count": waiting},
                url=reverse("applications:threads"),
                count=waiting,
            )
        ]
    )


def _applicant(user: User, today: date) -> Worklist:
    found = Worklist()
    own = list(visible_to(user).filter(Q(state=State.DRAFT) | Q(state__in=Application.LIVE)).order_by("-number"))
    for application in own:
        told = standing(application, today, user)
        if application.state == State.DRAFT and today > application.call.applicants_close_on:
            continue
        item = WorkItem(
            title=_("%(year)s 年度申报 %(number)s") % {"year": application.call.year, "number": application.number},
            sentence=told.sentence,
            url=reverse("applications:detail", args=[application.number]),
            due_on=told.by,
            mover=told.mover,
        )
        (found.mine if told.mine and told.tone != "stop" else found.waiting).append(item)
    call = current_call(today)
    if call and not own and may_begin(user, user.organisation, call, today):
        found.mine.append(
            WorkItem(
                title=_("%(year)s 年度申报") % {"year": call.year},
                sentence=_("申报时间为%(period)s，现在可以填写申报书。")
                % {"period": said_range(call.opens_on, call.applicants_close_on)},
                url=reverse("applications:list"),
                due_on=call.applicants_close_on,
            )
        )
    return found


def _district(user: User, today: date) -> Worklist:
    return Worklist(mine=lines_of_the_queue(user, today), waiting=lines_of_delegations(user, today))


def _municipal(user: User, today: date) -> Worklist:
    found = Worklist(mine=lines_of_the_queue(user, today), waiting=lines_of_delegations(user, today))
    for call in Call.objects.filter(decisions_closed_on__isnull=True, opens_on__lte=today).order_by("year"):
        _round_line(found, call, today)
        _list_line(found, call)
        found.figures.append(
            FigureCard(
                label=_("%(year)s 年度剩余名额") % {"year": call.year},
                value=seats_left(call),
                note=_("共 %(quota)s 个") % {"quota": call.quota},
                url=reverse("applications:call", args=[call.year]),
            )
        )
    return found


def _round_line(found: Worklist, call: Call, today: date) -> None:
    round_ = Round.objects.filter(call=call).first()
    url = reverse("applications:round", args=[call.year])
    if round_ is None:
        lacking = lacking_copies(call, copies_needed(call))
        if lacking:
            found.waiting.append(
                WorkItem(
                    title=_("%(year)s 年度纸质材料待收齐") % {"year": call.year},
                    sentence=_("%(count)s 项初审通过的申报还缺盖章纸质材料。") % {"count": lacking},
                    url=reverse("applications:paper"),
                    due_on=call.certification_on,
                    count=lacking,
                )
            )
        if today >= call.certification_on and call.applications.filter(state=State.CERTIFICATION).exists():
            found.mine.append(
                WorkItem(
                    title=_("开始 %(year)s 年度专家认证") % {"year": call.year},
                    sentence=_("集中认证日已到，可以开始专家认证。"),
                    url=url,
                )
            )
    elif round_.closed_on is None:
        found.mine.append(
            WorkItem(
                title=_("%(year)s 年度专家认证进行中") % {"year": call.year},
                sentence=_("分配专家、跟进评分，评分齐备后结束认证。"),
                url=url,
            )
        )


def _list_line(found: Worklist, call: Call) -> None:
    undecided = len(participating(call))
    closed = Round.objects.filter(call=call, closed_on__isnull=False).exists()
    proposed = DecisionList.objects.filter(call=call, settled_on__isnull=True).exists()
    url = reverse("applications:decision", args=[call.year])
    if proposed:
        found.waiting.append(
            WorkItem(
                title=_("%(year)s 年度认定名单待审定") % {"year": call.year},
                sentence=_("名单已拟定，等待领导审定。"),
                url=url,
                mover=_("市科协领导"),
            )
        )
    elif closed and undecided:
        found.mine.append(
            WorkItem(
                title=_("拟定 %(year)s 年度认定名单") % {"year": call.year},
                sentence=_("%(count)s 项申报已完成认证，等待拟定名单。") % {"count": undecided},
                url=url,
                count=undecided,
            )
        )
    elif closed and not call.applications.filter(state=State.APPROVED).exists():
        found.mine.append(
            WorkItem(
                title=_("办结 %(year)s 年度决定") % {"year": call.year},
                sentence=_("名单已审定，批复和授牌已完成，可以办结本年度决定。")
                if DecisionList.objects.filter(call=call).exists()
                else _("没有等待决定、批复或授牌的申报，可以办结本年度决定。"),
                url=reverse("applications:call", args=[call.year]),
            )
        )


def _leader(user: User, today: date) -> Worklist:
    found = Worklist(waiting=lines_of_delegations(user, today))
    for proposal in DecisionList.objects.filter(settled_on__isnull=True).select_related("call").order_by("call__year"):
        title = _("审定 %(year)s 年度认定名单") % {"year": proposal.call.year}
        url = reverse("applications:decision", args=[proposal.call.year])
        if proposal.prepared_by_id == user.pk:
            words, mover = _("由您拟定，须由拟定人以外的领导审定。"), _("市科协领导（拟定人以外的人员）")
            found.waiting.append(WorkItem(title, words, url, mover=mover))
        else:
            found.mine.append(WorkItem(title, _("名单已拟定，请审定。"), url))
    rows = Application.objects.filter(state=State.APPROVED).values("call__year")
    for row in rows.annotate(count=Count("pk")).order_by("call__year"):
        found.mine.append(
            WorkItem(
                title=_("%(year)s 年度批复和授牌") % {"year": row["call__year"]},
                sentence=_("%(count)s 家单位已列入名单，等待批复和授牌。") % {"count": row["count"]},
                url=reverse("applications:decision", args=[row["call__year"]]),
                count=row["count"],
            )
        )
    return found


def _expert(user: User, today: date) -> Worklist:
    found = Worklist()
    rows = assignments_visible_to(user).filter(
        round__closed_on__isnull=True,
        released_at__isnull=True,
        application__state=State.CERTIFICATION,
        application__set_aside_on__isnull=True,
    )
    for row in rows.order_by("application__number"):
        if sentence := _asked(row):
            found.mine.append(
                WorkItem(
                    title=_("评审 %(organisation)s") % {"organisation": row.application.organisation.name},
                    sentence=sentence,
                    url=reverse("applications:assignment", args=[row.public_id]),
                )
            )
    return found


def _asked(assignment: Assignment) -> str:
    if assignment.declared_at is None:
        return _("请先作出利害关系声明和评审承诺。")
    if assignment.conflict or (assignment.sheet is not None and assignment.sheet.submitted_at):
        return ""
    return _("请查看材料并评分，提交后不能再改。")


_LINES: dict[Role, Callable[[User, date], Worklist]] = {
    Role.APPLICANT: _applicant,
    Role.DISTRICT: _district,
    Role.MUNICIPAL: _municipal,
    Role.LEADER: _leader,
    Role.EXPERT: _expert,
}
