"""Where a year's call stands, as anybody may read it on the front page (`4.1-annual`)."""

from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from applications.models import Call
from haizhi_portal.policy.calls import STEPS


class Progress(NamedTuple):
    """One sentence, whose move, the last day of this stage (None when nothing is pending) and whether one may apply."""

    sentence: str
    mover: str
    by: date | None
    tone: str
    may_submit: bool = False


class Step(NamedTuple):
    """One day of the timetable; ``state`` is ``past``, ``next`` or ``ahead``."""

    title: str
    day: date
    state: str


def call_to_show(today: date) -> Call | None:
    """The call units can hand in to on ``today``, else the one under way or ahead, else the last one there was."""
    pending = list(Call.objects.filter(certification_on__gte=today).order_by("year"))
    for call in pending:
        if call.opens_on <= today <= call.applicants_close_on:
            return call
    return pending[0] if pending else Call.objects.order_by("-year").first()


def progress(call: Call, today: date) -> Progress:
    """What is happening with the call on ``today``; every closing day is still open."""
    year = {"year": call.year}
    if call.decisions_closed_on and call.decisions_closed_on <= today:
        return Progress(_("%(year)s 年度申报已经办结，下一年度的时间表公布后显示在这里。") % year, "", None, "done")
    if today < call.opens_on:
        return Progress(
            _("%(year)s 年度申报尚未开始。现在可以先注册、写草稿。") % year, _("市科协"), call.opens_on, "wait"
        )
    if today <= call.applicants_close_on:
        return Progress(
            _("%(year)s 年度申报正在进行。") % year, _("申报单位"), call.applicants_close_on, "act", may_submit=True
        )
    if today <= call.districts_close_on:
        return Progress(
            _("%(year)s 年度申报已经截止，各辖区正在审核。") % year,
            _("区（市、县）科协、先导区"),
            call.districts_close_on,
            "wait",
        )
    if today <= call.initial_close_on:
        return Progress(_("市科协正在初审 %(year)s 年度的申报。") % year, _("市科协"), call.initial_close_on, "wait")
    if today <= call.certification_on:
        return Progress(
            _("%(year)s 年度的初审已经结束，即将集中认证。") % year, _("市科协"), call.certification_on, "wait"
        )
    return Progress(_("%(year)s 年度正在认证并研究名单，结果确定后通知各单位。") % year, _("市科协"), None, "wait")


def steps(call: Call, today: date) -> list[Step]:
    """The five days of the timetable; the first one not yet over is ``next``."""
    shown: list[Step] = []
    coming = True
    for field, title in STEPS:
        day: date = getattr(call, field)
        if day < today:
            shown.append(Step(title, day, "past"))
        else:
            shown.append(Step(title, day, "next" if coming else "ahead"))
            coming = False
    return shown
