"""Whose calendar an address stands for, and what stands in that calendar."""

import hashlib
from collections.abc import Iterable
from datetime import date

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from applications.deadlines import deadlines_of
from applications.worklist import worklist as of_applications
from bases.worklist import worklist as of_bases
from evaluations.worklist import worklist as of_evaluations
from haizhi_portal.accounts.backends import may_sign_in
from haizhi_portal.accounts.calendars import Deadline
from haizhi_portal.accounts.models import User
from haizhi_portal.accounts.work import WorkItem
from haizhi_portal.policy.words import Role
from haizhi_portal.site.models import CalendarFeed

_KEY = 12


def token_of(feed: CalendarFeed) -> str:
    """The secret part of the address: the feed's key and its seal. Nothing of the seal is stored."""
    seal = salted_hmac("haizhi_portal.site.feeds", f"{feed.user_id}:{feed.key}", algorithm="sha256").hexdigest()
    return f"{feed.key}{seal[:40]}"


def address_of(feed: CalendarFeed) -> str:
    """Where a calendar program fetches it."""
    return f"{settings.PUBLIC_URL}{reverse('site:calendar_feed', args=[token_of(feed)])}"


def reader_of(token: str) -> User | None:
    """Whose feed it is; None for an address nobody has (any more), or whose owner may not sign in."""
    feed = CalendarFeed.objects.select_related("user__organisation").filter(key=token[:_KEY]).first()
    # Compared even where there is none, so that the time taken tells nothing.
    expected = token_of(feed or CalendarFeed(user_id=0, key="-" * _KEY))
    matches = constant_time_compare(expected.encode(), token.encode(errors="replace"))
    if feed is None or not matches or feed.enabled_at is None or not may_sign_in(feed.user):
        return None
    return feed.user


def deadlines_for(user: User, today: date) -> list[Deadline]:
    """What waits for the person by a last day; for a unit also each day its applications have before them."""
    work = of_bases(user, today) + of_evaluations(user, today)
    if user.role != Role.APPLICANT:
        work = work + of_applications(user, today)
    found = [*deadlines_of(user, today), *_from(work.mine)]
    return sorted(found, key=lambda deadline: (deadline.day, deadline.key))


def _from(items: Iterable[WorkItem]) -> list[Deadline]:
    dated = ((item, item.due_on) for item in items)
    return [Deadline(f"work-{_digest(item)}", day, item.title, item.url) for item, day in dated if day is not None]


def _digest(item: WorkItem) -> str:
    return hashlib.sha256(f"{item.url}\n{item.title}".encode()).hexdigest()[:24]
