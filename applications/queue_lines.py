"""The lines of a reviewer's work list: one's own applications first, then an absent colleague's, then the office's."""

from datetime import date
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from applications.models import Application
from applications.queries import visible_to
from applications.rules.offices import with_handlers
from applications.rules.waiting import with_turns
from haizhi_portal.accounts.delegations import stood_in_for, visible_delegations
from haizhi_portal.accounts.models import User
from haizhi_portal.accounts.work import WorkItem
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.words import Role

State = Application.State
UNDER_REVIEW = (
    State.DISTRICT_REVIEW,
    State.DISTRICT_RETURNED,
    State.INITIAL_REVIEW,
    State.INITIAL_RETURNED,
)


def in_turn(user: User, today: date) -> Any:
    """What the person's office has to review now, with who handles it."""
    rows: Any = with_handlers(with_turns(visible_to(user), today), user, today)
    return rows.filter(Q(own_act_only=False), mover=user.role, state__in=UNDER_REVIEW)


def lines_of_the_queue(user: User, today: date) -> list[WorkItem]:
    """What waits for the person's office, by year and by whose hands it is in; two queries."""
    absent = {each.pk: each for each in stood_in_for(user, today)}
    waiting = in_turn(user, today).values("call__year", "by", "handled_by")
    hands: dict[tuple[int, date, int], int] = {}
    for row in waiting.annotate(count=Count("pk")).order_by("call__year", "by"):
        whose = row["handled_by"] if row["handled_by"] in (user.pk, *absent) else 0
        place = (row["call__year"], row["by"], whose)
        hands[place] = hands.get(place, 0) + row["count"]
    order = [user.pk, *absent, 0]
    found = sorted(hands.items(), key=lambda each: (each[0][0], each[0][1], order.index(each[0][2])))
    return [_line(user, absent.get(whose), whose, year, by, count) for (year, by, whose), count in found]


def _line(user: User, absent: User | None, whose: int, year: int, by: date, count: int) -> WorkItem:
    district = user.role == Role.DISTRICT
    title = (_("%(year)s 年度申报待审核") if district else _("%(year)s 年度申报待初审")) % {"year": year}
    sentence = (
        _("%(count)s 项申报等待贵单位审核，逾期转市科协办理。") if district else _("%(count)s 项申报等待初审。")
    ) % {"count": count}
    handler = ""
    if whose == user.pk:
        title, handler = _("%(title)s（由我经办）") % {"title": title}, "me"
    elif absent is not None:
        title, handler = _("%(title)s（代%(name)s）") % {"title": title, "name": absent.name}, absent.public_id
    address = f"{reverse('applications:list')}?turn=mine&year={year}&sort=by"
    return WorkItem(
        title=title,
        sentence=sentence,
        url=f"{address}&handler={handler}" if handler else address,
        due_on=by,
        count=count,
    )


def lines_of_delegations(user: User, today: date) -> list[WorkItem]:
    """Who stands in for the person now, and for whom the person stands in."""
    rows = visible_delegations(user).filter(withdrawn_at__isnull=True, starts_on__lte=today, ends_on__gte=today)
    found = []
    for row in rows.order_by("ends_on", "pk"):
        away = row.absent_id == user.pk
        names = {"absent": row.absent.name, "delegate": row.delegate.name, "day": said(row.ends_on)}
        words = _("外出期间由%(delegate)s代办，至%(day)s。") if away else _("您为%(absent)s代办，至%(day)s。")
        url = reverse("accounts:delegations")
        found.append(WorkItem(title=_("外出代办"), sentence=words % names, url=url, due_on=row.ends_on))
    return found
