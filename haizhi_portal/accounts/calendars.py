"""Deadlines as a calendar file (RFC 5545): whole days, the last one included, with reminders and without names."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.utils.translation import gettext as _
from icalendar import Alarm, Calendar, Event

CONTENT_TYPE = "text/calendar; charset=utf-8"
# Nine in the morning of the seventh day and of the day before.
_REMINDERS = (timedelta(hours=9) - timedelta(days=7), timedelta(hours=9) - timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Deadline:
    """One last day. ``key`` stays the same when the day is moved, so that the calendar moves its entry along."""

    key: str
    day: date
    title: str
    link: str


def calendar_file(name: str, deadlines: Iterable[Deadline], now: datetime) -> bytes:
    """The deadlines as one calendar of that name; written at ``now``."""
    calendar = Calendar()
    calendar.add("prodid", "-//Dalian CAST//haizhi-portal//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", settings.TIME_ZONE)
    calendar.add("x-published-ttl", "PT6H")
    for deadline in deadlines:
        calendar.add_component(_event(deadline, now))
    return bytes(calendar.to_ical())


def calendar_answer(content: bytes, filename: str) -> HttpResponse:
    """The file as an answer that no cache keeps and no search engine lists."""
    answer = HttpResponse(content, content_type=CONTENT_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{filename}"'
    answer["Cache-Control"] = "private, no-store"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _event(deadline: Deadline, now: datetime) -> Event:
    address = f"{settings.PUBLIC_URL}{deadline.link}"
    event = Event()
    event.add("uid", f"{deadline.key}@{urlsplit(settings.PUBLIC_URL).hostname}")
    event.add("dtstamp", now)
    event.add("dtstart", deadline.day)
    event.add("dtend", deadline.day + timedelta(days=1))
    event.add("summary", deadline.title)
    event.add("description", _("含当日，至 24:00（北京时间）。办理：%(address)s") % {"address": address})
    event.add("url", address)
    event.add("transp", "TRANSPARENT")
    for before in _REMINDERS:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", deadline.title)
        alarm.add("trigger", before)
        event.add_component(alarm)
    return event
