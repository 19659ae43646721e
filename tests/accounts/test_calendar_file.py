"""A calendar file to the line, and names for comparing."""

from datetime import date
from typing import Any

import pytest

from haizhi_portal.accounts.calendars import CONTENT_TYPE, Deadline, calendar_answer, calendar_file
from haizhi_portal.accounts.names import folded
from tests import factories as make

pytestmark = pytest.mark.clause("4.1-annual")


def test_each_last_day_is_a_whole_day_with_two_reminders(settings: Any) -> None:
    settings.PUBLIC_URL = "https://haizhi.example:8443"
    deadline = Deadline("work-1", date(2027, 4, 30), "申报截止", "/applications/2027-0001/")
    content = calendar_file("我的期限", [deadline], make.at("2027-03-15", 9, 30))
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Dalian CAST//haizhi-portal//ZH",
        "METHOD:PUBLISH",
        "X-PUBLISHED-TTL:PT6H",
        "X-WR-CALNAME:我的期限",
        "X-WR-TIMEZONE:Asia/Shanghai",
        "BEGIN:VEVENT",
        "SUMMARY:申报截止",
        "DTSTART;VALUE=DATE:20270430",
        "DTEND;VALUE=DATE:20270501",
        "DTSTAMP:20270315T013000Z",
        "UID:work-1@haizhi.example",
        "DESCRIPTION:含当日，至 24:00（北京时间）。办理：https://haizhi.example:8443/applications/2027-0001/",
        "TRANSP:TRANSPARENT",
        "URL:https://haizhi.example:8443/applications/2027-0001/",
        *("BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:申报截止", "TRIGGER:-P6DT15H", "END:VALARM"),
        *("BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:申报截止", "TRIGGER:-PT15H", "END:VALARM"),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    assert sorted(content.replace(b"\r\n ", b"").decode().splitlines()) == sorted(lines)


def test_the_answer_is_kept_by_no_cache_and_listed_nowhere() -> None:
    answer = calendar_answer(b"x", "haizhi.ics")
    assert {
        name: answer[name] for name in ("Content-Type", "Content-Disposition", "Cache-Control", "X-Robots-Tag")
    } == {
        "Content-Type": CONTENT_TYPE,
        "Content-Disposition": 'attachment; filename="haizhi.ics"',
        "Cache-Control": "private, no-store",
        "X-Robots-Tag": "noindex",
    }


@pytest.mark.parametrize(
    ("typed", "name"),
    [(" ＣｈｅｎＭｉｎｇ　", "chenming"), ("a b", "a b"), ("x" * 256, "x" * 255), ("㌀" * 9, "アパート" * 9)],
)
def test_a_name_for_comparing(typed: str, name: str) -> None:
    assert folded(typed) == name
