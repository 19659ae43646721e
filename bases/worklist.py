"""What bases ask of a person, for the home page."""

from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from bases import queries
from bases.models import Base, Obligation
from bases.report_calendar import Line, lines_of
from bases.report_state import EARLY, WAITING
from bases.standing import Standing, standing
from haizhi_portal.accounts.models import User
from haizhi_portal.accounts.work import FigureCard, WorkItem, Worklist
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.stored import calendar, figures_on
from haizhi_portal.policy.words import Role


def worklist(user: User, today: date) -> Worklist:
    """A unit's open reports, the officer's reports to read, and figures for those who oversee."""
    if user.role == Role.APPLICANT:
        return _of_unit(user, today)
    if user.role == Role.MUNICIPAL:
        return _of_officer(user, today)
    if user.role in (Role.LEADER, Role.DISTRICT):
        return Worklist(figures=_figures(user, today))
    return Worklist()


def _of_unit(user: User, today: date) -> Worklist:
    bases = queries.visible_to(user).select_related("organisation").prefetch_related("terms")
    found = list(bases)
    if not found:
        return Worklist()
    figures, working_days = figures_on(today), calendar()
    work = Worklist()
    for base in found:
        lines = lines_of(base, today, figures, working_days)
        work += Worklist(
            mine=[_to_write(base, line) for line in lines if line.is_open],
            waiting=[
                _to_come(base, line) if line.state == EARLY else _being_read(base, line)
                for line in lines
                if line.state in (EARLY, WAITING)
            ],
        )
        state = standing(base, today, figures)
        if state.window_open:
            work += Worklist(mine=[_to_renew(base, state)])
        if not state.ended:
            card = FigureCard(
                label=_("基地状态"),
                value=str(state.label),
                note=_("有效期至%(day)s") % {"day": said(state.valid_through)},
                url=reverse("bases:detail", args=[base.number]),
            )
            work += Worklist(figures=[card])
    return work


def _to_write(base: Base, line: Line) -> WorkItem:
    sentence = {
        "returned": _("被退回修改，请改好后再次报送。"),
        "overdue": _("已逾期，请尽快补报。"),
    }.get(line.state.key, _("请填写并报送。"))
    return WorkItem(
        title=line.title,
        sentence=sentence,
        url=reverse("bases:report", args=[base.number, line.obligation.period]),
        due_on=line.by,
        mover=base.organisation.name,
    )


def _to_come(base: Base, line: Line) -> WorkItem:
    return WorkItem(
        title=line.title,
        sentence=_("%(day)s起可以报送，现在可以先写。") % {"day": said(line.files_from)},
        url=reverse("bases:report", args=[base.number, line.obligation.period]),
        due_on=line.by,
    )


def _to_renew(base: Base, state: Standing) -> WorkItem:
    return WorkItem(
        title=_("%(base)s 申请续期") % {"base": base.number},
        sentence=_("有效期至%(day)s，当日及以前可以申请；不申请则到期终止。") % {"day": said(state.valid_through)},
        url=reverse("evaluations:renew", args=[base.number]),
        due_on=state.valid_through,
        mover=base.organisation.name,
    )


def _being_read(base: Base, line: Line) -> WorkItem:
    return WorkItem(
        title=line.title,
        sentence=_("已报送，等待审阅。"),
        url=reverse("bases:report", args=[base.number, line.obligation.period]),
        mover=_("市科协学会部"),
    )


def _of_officer(user: User, today: date) -> Worklist:
    waiting = queries.awaiting_acceptance(Obligation.objects.all()).count()
    mine = []
    if waiting:
        mine.append(
            WorkItem(
                title=_("审阅报告"),
                sentence=_("%(number)s 份报告等待通过或退回。") % {"number": waiting},
                url=_reports(state="waiting"),
                mover=_("市科协学会部"),
                count=waiting,
            )
        )
    return Worklist(mine=mine, figures=_figures(user, today))


def _figures(user: User, today: date) -> list[FigureCard]:
    visible = queries.visible_to(user)
    in_force = visible.filter(pk__in=queries.in_force_on(today)).count()
    missed = queries.overdue(queries.obligations_visible_to(user), today).count()
    return [
        FigureCard(
            label=_("有效的基地"),
            value=in_force,
            note=_("截至今天"),
            url=f"{reverse('bases:list')}?{urlencode({'status': 'in_force'})}",
        ),
        FigureCard(label=_("逾期未报"), value=missed, note=_("季度信息和年度总结"), url=_reports(state="overdue")),
    ]


def _reports(**wanted: str) -> str:
    return f"{reverse('bases:reports')}?{urlencode(wanted)}"
