"""The days an application has before it, as a calendar file that is read back."""

from datetime import date, timedelta

import pytest
from icalendar import Calendar

from applications.deadlines import deadlines
from applications.models import Application
from haizhi_portal.accounts.calendars import calendar_file
from haizhi_portal.policy.words import Role
from tests import factories as make
from tests.applications_pages.kit import applicant, on, signed_in, url

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1-annual")]
State = Application.State

CERTIFICATION = ("2027-06-20", "集中认证日，盖章纸质材料须在此前交齐")
MEANT = {
    State.DRAFT: ("2027-03-15", [("2027-04-30", "申报截止")]),
    State.DISTRICT_REVIEW: ("2027-05-20", [("2027-05-20", "辖区审核截止"), CERTIFICATION]),
    State.DISTRICT_RETURNED: ("2027-05-02", [("2027-05-17", "补正截止"), CERTIFICATION]),
    State.INITIAL_REVIEW: ("2027-06-10", [("2027-06-10", "市科协初审截止"), CERTIFICATION]),
    State.INITIAL_RETURNED: ("2027-06-02", [("2027-06-16", "补正截止"), CERTIFICATION]),
    State.CERTIFICATION: ("2027-06-20", [CERTIFICATION]),
    State.APPROVED: ("2027-06-29", []),
    State.LICENSED: ("2027-06-30", []),
    State.DECLINED: ("2027-06-02", []),
    State.WITHDRAWN: ("2027-03-21", []),
    State.LAPSED: ("2027-06-30", []),
}


@pytest.mark.parametrize("state", State)
def test_every_state_has_its_days(state: State) -> None:
    application = make.carried_to(state)
    day, meant = MEANT[state]
    found = [
        (each.day.isoformat(), each.title.removesuffix(f"（{application.number}）"))
        for each in deadlines(application, date.fromisoformat(day))
    ]
    if state in (State.DISTRICT_RETURNED, State.INITIAL_RETURNED):
        assert application.correct_by is not None
        meant = [(application.correct_by.isoformat(), "补正截止"), CERTIFICATION]
    assert found == meant


def test_a_day_that_has_passed_is_left_out_and_its_own_day_is_not() -> None:
    draft = make.application_ready()
    assert len(deadlines(draft, date(2027, 4, 30))) == 1
    assert deadlines(draft, date(2027, 5, 1)) == []


def test_the_file_is_read_back_with_whole_days_and_reminders() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    with on("2027-05-02"):
        answer = signed_in(applicant(application)).get(url("calendar", application.number))
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-store"
    calendar = Calendar.from_ical(answer.content)
    assert calendar["X-WR-TIMEZONE"] == "Asia/Shanghai"
    first, second = calendar.walk("VEVENT")
    assert first["DTSTART"].dt == date(2027, 5, 20)
    assert first["DTEND"].dt - first["DTSTART"].dt == timedelta(days=1)
    assert first["DTSTART"].params["VALUE"] == "DATE"
    assert str(first["SUMMARY"]) == f"辖区审核截止（{application.number}）"
    assert str(first["URL"]).endswith(url("detail", application.number))
    assert [alarm["TRIGGER"].dt for alarm in first.walk("VALARM")] == [
        timedelta(days=-7, hours=9),
        timedelta(days=-1, hours=9),
    ]
    assert second["DTSTART"].dt == date(2027, 6, 20)


def test_the_same_deadline_keeps_its_name_when_the_day_is_moved() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    before = deadlines(application, date(2027, 5, 2))
    application.call.certification_on = date(2027, 7, 1)
    after = deadlines(application, date(2027, 5, 2))
    assert [each.key for each in before] == [each.key for each in after]
    assert after[-1].day == date(2027, 7, 1)


def test_no_person_is_named_and_a_stranger_gets_nothing() -> None:
    application = make.carried_to(State.INITIAL_RETURNED)
    content = calendar_file("名", deadlines(application, date(2027, 6, 2)), make.at("2027-06-02")).decode()
    for name in ("周示例", "陈示例", "林示例", "13900000000", make.user(Role.MUNICIPAL).name):
        assert name not in content
    with on("2027-06-02"):
        for stranger in (make.district("210202"), make.applicant_of(make.organisation())):
            assert signed_in(stranger).get(url("calendar", application.number)).status_code == 404
