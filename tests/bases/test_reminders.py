"""Reminders of reports and of licences that run out, and the work lists."""

from datetime import date

import pytest

from bases import daily, reminders
from bases.actions.reports import file_report, return_report
from bases.actions.terms import note_renewal, renew
from bases.models import Base
from bases.worklist import worklist
from haizhi_portal.notifications.models import Message, Reminder
from tests import factories as make
from tests.bases.kit import WORDS, leader, licensed, officer, person, report, system, unit_actor

pytestmark = pytest.mark.django_db


def told(base: Base, day: str) -> list[str]:
    """What the unit is reminded of on that day."""
    before = set(Message.objects.values_list("pk", flat=True))
    daily.run(system(day))
    reminders.of_reports(system(day))
    reminders.of_terms(system(day))
    return sorted(
        Message.objects.exclude(pk__in=before)
        .filter(recipient__organisation=base.organisation, kind__in=["report.due", "term.expiring"])
        .values_list("subject", flat=True)
    )


@pytest.mark.clause("5.3-quarterly")
def test_a_report_is_reminded_of_14_7_and_1_days_before_and_once_when_overdue() -> None:
    base = licensed("2027-04-20")
    person("applicant", organisation=base.organisation)
    days = {
        "2027-06-27": [],
        "2027-06-28": ["请报送2027年第2季度工作信息"],
        "2027-06-29": [],
        "2027-07-05": ["请报送2027年第2季度工作信息"],
        "2027-07-11": ["请报送2027年第2季度工作信息"],
        "2027-07-12": [],
        "2027-07-13": ["2027年第2季度工作信息已逾期"],
        "2027-07-14": [],
        "2027-09-01": [],
    }
    assert {day: told(base, day) for day in days} == days


@pytest.mark.clause("5.3-quarterly")
def test_missed_days_collapse_into_one_message_and_a_filed_report_is_not_reminded_of() -> None:
    base = licensed("2027-04-20")
    person("applicant", organisation=base.organisation)
    assert told(base, "2027-07-20") == ["2027年第2季度工作信息已逾期"]
    assert Reminder.objects.filter(kind="report.due").count() == 4
    file_report(actor=unit_actor(base, "2027-07-21"), obligation=report(base, "2027Q2"), content=WORDS)
    file_report(actor=unit_actor(base, "2027-09-21"), obligation=report(base, "2027Q3"), content=WORDS)
    assert told(base, "2027-10-20") == []


@pytest.mark.clause("5.3-quarterly")
@pytest.mark.parametrize(
    ("day", "subject", "body"),
    [
        (
            "2027-07-12",
            "请报送2027年第2季度工作信息",
            "截止日为2027年7月12日（周一），当天 24 时前报送都算按时。",
        ),
        (
            "2027-07-13",
            "2027年第2季度工作信息已逾期",
            "截止日2027年7月12日（周一）已过，仍可补报，会标明逾期。",
        ),
    ],
)
def test_the_words_are_those_of_the_day_they_go_out(day: str, subject: str, body: str) -> None:
    base = licensed("2027-04-20")
    person("applicant", organisation=base.organisation)
    assert told(base, day) == [subject]
    assert Message.objects.get(kind="report.due").body == body


@pytest.mark.clause("5.3-quarterly")
def test_nobody_is_reminded_of_a_report_that_cannot_be_filed_yet() -> None:
    make.figures("2027-01-01", quarterly_file_days_before=0)
    base = licensed("2027-04-20")
    person("applicant", organisation=base.organisation)
    assert [told(base, day) for day in ("2027-06-28", "2027-06-29", "2027-06-30")] == [
        [],
        [],
        ["请报送2027年第2季度工作信息"],
    ]


@pytest.mark.clause("5.6-renewal")
def test_the_last_day_is_reminded_of_when_the_window_opens_and_30_and_7_days_before() -> None:
    base = licensed("2024-03-31")
    person("applicant", organisation=base.organisation)
    subject = f"{base.name}的有效期至2027年3月31日"
    found = {
        day: subject in told(base, day)
        for day in ("2026-12-30", "2026-12-31", "2027-01-01", "2027-03-01", "2027-03-24", "2027-03-31", "2027-04-01")
    }
    assert [day for day, was in found.items() if was] == ["2026-12-31", "2027-03-01", "2027-03-24"]
    assert "最稳妥是不晚于2027年3月31日（周三）" in Message.objects.filter(subject=subject)[0].body


@pytest.mark.clause("5.6-renewal")
@pytest.mark.parametrize("done", ["requested", "renewed"])
def test_a_unit_that_asked_for_renewal_is_left_in_peace(done: str) -> None:
    base = licensed("2024-03-31")
    person("applicant", organisation=base.organisation)
    if done == "requested":
        note_renewal(term=base.terms.get(), requested_on=date(2027, 1, 4))
    else:
        renew(actor=leader("2027-01-20"), term=base.terms.get())
    daily.run(system("2027-03-01"))
    reminders.of_reports(system("2027-03-01"))
    reminders.of_terms(system("2027-03-01"))
    assert not Message.objects.filter(kind="term.expiring").exists()


@pytest.mark.clause("5.6-renewal")
@pytest.mark.parametrize(
    ("day", "term", "base", "reminded"),
    [
        ("2027-03-01", {}, {}, True),
        ("2027-03-01", {"renewal_refused_on": date(2027, 2, 1)}, {}, False),
        ("2027-03-01", {}, {"ended_on": date(2027, 2, 1), "end": Base.End.SURRENDERED}, False),
        # Its window as it was when the term began is the longer one: it opens on 1 October.
        ("2026-10-01", {"renewal_window_days": 181}, {}, True),
        ("2026-09-30", {"renewal_window_days": 181}, {}, False),
        # A first run that comes late: on the last day it still helps, on the day after it would be wrong.
        ("2027-03-31", {}, {}, True),
        ("2027-04-01", {}, {}, False),
    ],
)
def test_whose_licence_is_said_to_run_out(
    day: str, term: dict[str, object], base: dict[str, object], reminded: bool
) -> None:
    one, other = licensed("2024-03-31"), licensed("2024-02-28", 2)
    person("applicant", organisation=one.organisation)
    # A second term of another base is not one of this.
    renew(actor=leader("2027-01-20"), term=other.terms.get())
    one.terms.update(**term)
    Base.objects.filter(pk=one.pk).update(**base)
    reminders.of_terms(system(day))
    assert Message.objects.filter(kind="term.expiring").exists() is reminded


def test_the_unit_finds_its_open_reports_and_the_officer_those_to_read() -> None:
    base = licensed("2027-04-20")
    me, today = person("applicant", organisation=base.organisation), date(2027, 7, 15)
    mine = worklist(me, today)
    assert [(item.title, item.due_on) for item in mine.mine] == [
        ("2027年第2季度工作信息", date(2027, 7, 12)),
    ]
    assert [(item.title, item.sentence, item.due_on) for item in mine.waiting] == [
        ("2027年第3季度工作信息", "2027年9月20日起可以报送，现在可以先写。", date(2027, 10, 11)),
        ("2027年度总结与2028年度计划", "2027年10月1日起可以报送，现在可以先写。", date(2027, 11, 30)),
    ]
    assert len(worklist(me, date(2027, 9, 19)).mine) == 1
    assert [item.title for item in worklist(me, date(2027, 9, 20)).mine][1:] == ["2027年第3季度工作信息"]
    assert mine.mine[0].sentence == "已逾期，请尽快补报。"
    assert [card.value for card in mine.figures] == ["有效"]
    file_report(actor=unit_actor(base, "2027-07-15"), obligation=report(base, "2027Q2"), content=WORDS)
    assert [item.title for item in worklist(me, today).waiting] == [
        "2027年第3季度工作信息",
        "2027年度总结与2028年度计划",
        "2027年第2季度工作信息",
    ]
    office = worklist(person("municipal"), today)
    assert [(item.title, item.count) for item in office.mine] == [("审阅报告", 1)]
    assert [card.value for card in office.figures] == [1, 0]
    return_report(actor=officer("2027-07-15"), obligation=report(base, "2027Q2"), reason="改")
    assert worklist(me, today).mine[0].sentence == "被退回修改，请改好后再次报送。"
    assert worklist(person("municipal"), today).mine == []


@pytest.mark.parametrize(
    ("role", "place", "in_force"), [("district", "210211", 1), ("district", "gaoxin", 0), ("leader", "", 1)]
)
def test_overseers_see_figures_of_what_is_theirs(role: str, place: str, in_force: int) -> None:
    licensed("2027-04-20")
    found = worklist(person(role, place=place), date(2027, 7, 15))
    assert (found.mine, [card.value for card in found.figures]) == ([], [in_force, in_force])


def test_others_have_nothing_to_do_here() -> None:
    licensed("2027-04-20")
    for role in ("expert", "admin", "auditor"):
        assert worklist(person(role), date(2027, 7, 15)).mine == []
