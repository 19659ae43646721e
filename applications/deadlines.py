"""The days an application still has before it, for a calendar (`4.1-annual`, `4.1-paper`)."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from applications.models import Application
from applications.queries import visible_to
from applications.rules import correction_day, missed_round, state_on
from haizhi_portal.accounts.calendars import Deadline
from haizhi_portal.accounts.models import User
from haizhi_portal.policy.words import Role

State = Application.State
_UNDER_REVIEW = (State.DISTRICT_REVIEW, State.DISTRICT_RETURNED, State.INITIAL_REVIEW, State.INITIAL_RETURNED)


def deadlines(application: Application, today: date) -> list[Deadline]:
    """What is still to come on a day, the nearest first: closings, the correction's last day, the certification day."""
    link = reverse("applications:detail", args=[application.number])
    found = [
        Deadline(f"application-{application.number}-{kind}", day, f"{title}（{application.number}）", link)
        for kind, day, title in _days(application, state_on(application, today))
        if day >= today
    ]
    return sorted(found, key=lambda deadline: deadline.day)


def deadlines_of(user: User, today: date) -> list[Deadline]:
    """The deadlines of everything a unit has in hand; nothing for anybody else."""
    if user.role != Role.APPLICANT:
        return []
    rows = visible_to(user).filter(state__in=[State.DRAFT, *Application.LIVE]).order_by("number")
    return [deadline for row in rows for deadline in deadlines(row, today)]


def _days(application: Application, state: State) -> Iterator[tuple[str, date, str]]:
    call = application.call
    if missed_round(application):
        return
    if state == State.DRAFT:
        yield "closing", call.applicants_close_on, _("申报截止")
    last_day = correction_day(application)
    if last_day is not None and state in (State.DISTRICT_RETURNED, State.INITIAL_RETURNED):
        yield "correction", last_day, _("补正截止")
    if state == State.DISTRICT_REVIEW:
        yield "district", call.districts_close_on, _("辖区审核截止")
    if state == State.INITIAL_REVIEW:
        yield "initial", call.initial_close_on, _("市科协初审截止")
    if state in _UNDER_REVIEW or (state == State.CERTIFICATION and application.entered_round_on is None):
        yield "certification", call.certification_on, _("集中认证日，盖章纸质材料须在此前交齐")
