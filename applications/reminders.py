"""Who is reminded of what before a day passes: chosen by what is still due, told once for each offset."""

from django.urls import reverse
from django.utils.translation import gettext as _

from applications.models import Application
from applications.rules import correction_day, missed_round
from haizhi_portal.accounts.queries import people_of, staff_of
from haizhi_portal.audit.actor import Actor
from haizhi_portal.notifications.actions import remind
from haizhi_portal.policy.dates_said import said

State = Application.State

CLOSING_OFFSETS = (7, 3, 1, 0)
CORRECTION_OFFSETS = (5, 2, 0)
DISTRICT_OFFSETS = (7, 3, 1)


def run(actor: Actor) -> int:
    """Remind of drafts before the call closes, of corrections, and districts of what they have; how many went out."""
    return _drafts(actor) + _corrections(actor) + _districts(actor)


def _drafts(actor: Actor) -> int:
    rows = Application.objects.filter(
        state=State.DRAFT, call__opens_on__lte=actor.today, call__applicants_close_on__gte=actor.today
    ).select_related("call", "organisation")
    return sum(
        remind(
            actor=actor,
            object=f"application:{row.number}/{row.call.applicants_close_on.isoformat()}",
            kind="call.closing",
            due_on=row.call.applicants_close_on,
            offsets=CLOSING_OFFSETS,
            recipients=people_of(row.organisation),
            subject=_("申报即将截止，草稿尚未提交"),
            body=_("%(year)s 年度申报于%(day)s 24:00 截止。")
            % {"year": row.call.year, "day": said(row.call.applicants_close_on)},
            link=reverse("applications:detail", args=[row.number]),
        )
        for row in rows.order_by("number")
    )


def _corrections(actor: Actor) -> int:
    rows = Application.objects.filter(state__in=[State.DISTRICT_RETURNED, State.INITIAL_RETURNED]).select_related(
        "call", "organisation"
    )
    sent = 0
    for row in rows.order_by("number"):
        last_day = correction_day(row)
        if last_day is None or last_day < actor.today or missed_round(row):
            continue
        sent += remind(
            actor=actor,
            object=f"application:{row.number}/{last_day.isoformat()}",
            kind="correction.due",
            due_on=last_day,
            offsets=CORRECTION_OFFSETS,
            recipients=people_of(row.organisation),
            subject=_("请在期限内补正申报"),
            body=_("补正截止日是%(day)s（含当日），逾期不能再提交。") % {"day": said(last_day)},
            link=reverse("applications:detail", args=[row.number]),
        )
    return sent


def _districts(actor: Actor) -> int:
    rows = Application.objects.filter(
        state=State.DISTRICT_REVIEW, call__districts_close_on__gte=actor.today
    ).select_related("call", "organisation", "routed_to__reviewing_body")
    return sum(
        remind(
            actor=actor,
            object=f"application:{row.number}/{row.call.districts_close_on.isoformat()}",
            kind="district.closing",
            due_on=row.call.districts_close_on,
            offsets=DISTRICT_OFFSETS,
            recipients=staff_of(row.body) if row.body else (),
            subject=_("有一项申报等待辖区审核"),
            body=_("%(organisation)s的申报请于%(day)s前（含当日）审核，逾期转市科协办理。")
            % {"organisation": row.organisation.name, "day": said(row.call.districts_close_on)},
            link=reverse("applications:detail", args=[row.number]),
        )
        for row in rows.order_by("number")
    )
