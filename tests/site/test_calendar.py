"""One's own deadlines by a secret address: without a session, until it is exchanged or put out of use."""

from datetime import date
from typing import Any

import pytest
from icalendar import Calendar

from applications.models import Application
from haizhi_portal.accounts.calendars import Deadline
from haizhi_portal.accounts.models import User
from haizhi_portal.accounts.work import WorkItem, Worklist
from haizhi_portal.audit.models import Entry
from haizhi_portal.policy.words import Role
from haizhi_portal.site import feeds
from haizhi_portal.site.actions.calendar import disable_calendar, enable_calendar
from haizhi_portal.site.feeds import address_of, deadlines_for, reader_of, token_of
from haizhi_portal.site.models import CalendarFeed
from tests import factories as make
from tests.applications_pages.kit import on, queries, signed_in, text
from tests.plugins.pages import StrictClient

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1-annual")]
State = Application.State
DAY = "2027-05-02"


def path_of(feed: CalendarFeed) -> str:
    return f"/calendar/{token_of(feed)}.ics"


def enabled(user: Any) -> CalendarFeed:
    signed_in(user).post("/calendar/", {"act": "enable"})
    return CalendarFeed.objects.get(user=user)


def fetched(feed: CalendarFeed) -> list[tuple[date, str]]:
    answer = StrictClient().get(path_of(feed))
    assert answer.status_code == 200
    assert not answer.cookies
    return [(each["DTSTART"].dt, str(each["SUMMARY"])) for each in Calendar.from_ical(answer.content).walk("VEVENT")]


def test_a_unit_sees_all_its_days_and_an_office_what_waits_for_it() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    with on(DAY):
        assert fetched(enabled(make.applicant_of(application.organisation))) == [
            (date(2027, 5, 20), f"辖区审核截止（{application.number}）"),
            (date(2027, 6, 20), f"集中认证日，盖章纸质材料须在此前交齐（{application.number}）"),
        ]
        assert (date(2027, 5, 20), "2027 年度申报待审核") in fetched(enabled(make.district("210211")))
        assert fetched(enabled(make.applicant_of(make.organisation()))) == []


def test_a_base_s_obligations_are_among_them() -> None:
    application = make.carried_to(State.LICENSED)
    with on("2027-07-02"):
        days = deadlines_for(make.applicant_of(application.organisation), date(2027, 7, 2))
    assert days
    assert all(each.key.startswith("work-") for each in days)
    assert len({each.key for each in days}) == len(days)


@pytest.mark.parametrize(
    ("role", "titles"), [(Role.APPLICANT, "days bases later"), (Role.MUNICIPAL, "days office bases later")]
)
def test_a_calendar_holds_every_dated_line_of_one_s_own_the_nearest_first(
    role: Role, titles: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def part(*lines: tuple[str, int | None]) -> Worklist:
        items = [WorkItem(title, "", f"/{title}/", day and date(2027, 5, day)) for title, day in lines]
        return Worklist(mine=items, waiting=[WorkItem("others'", "", "/x/", date(2027, 5, 1))])

    for name, work in (
        ("of_bases", part(("bases", 5))),
        ("of_evaluations", part(("undated", None), ("later", 9))),
        ("of_applications", part(("office", 4))),
    ):
        monkeypatch.setattr(feeds, name, lambda user, today, work=work: work)
    monkeypatch.setattr(feeds, "deadlines_of", lambda user, today: [Deadline("z", date(2027, 5, 4), "days", "/d/")])
    found = deadlines_for(User(role=role), date(2027, 5, 2))
    order = sorted(found, key=lambda each: (each.day, each.key))
    assert found == order
    assert sorted(each.title for each in found) == sorted(titles.split())
    assert [each.title for each in found][-2:] == ["bases", "later"]
    assert {each.title: (each.day.day, each.link) for each in found}["later"] == (9, "/later/")
    assert len({each.key for each in found}) == len(found)


def test_each_address_is_its_own_person_s() -> None:
    people = [make.user(Role.MUNICIPAL), make.user(Role.LEADER)]
    with on(DAY):
        tokens = [token_of(enabled(person)) for person in people]
        for person, token in zip(people, tokens, strict=True):
            shown = signed_in(person).get("/calendar/").context
            assert shown["address"].endswith(f"/calendar/{token}.ics")
            assert shown["webcal"] == f"webcal:{shown['address'].partition(':')[2]}"
        assert signed_in(make.expert()).get("/calendar/").context["address"] == ""
    assert [reader_of(token) for token in tokens] == people
    disable_calendar(actor=make.acting(people[1], DAY))
    assert [reader_of(token) for token in tokens] == [people[0], None]
    CalendarFeed.objects.filter(user=people[0]).update(enabled_at=None)
    assert [reader_of(token) for token in tokens] == [None, None]
    owner = make.organisation()
    enable_calendar(actor=make.acting(make.applicant_of(owner), DAY))
    rows = Entry.objects.filter(event__startswith="user.calendar").order_by("seq")
    assert [(row.event, row.object, row.organisation) for row in rows] == [
        ("user.calendar_enabled", f"user:{people[0].public_id}", None),
        ("user.calendar_enabled", f"user:{people[1].public_id}", None),
        ("user.calendar_disabled", f"user:{people[1].public_id}", None),
        ("user.calendar_enabled", f"user:{make.applicant_of(owner).public_id}", owner.credit_code),
    ]


def test_another_address_ends_the_old_one_and_so_does_putting_it_out_of_use() -> None:
    person = make.user(Role.MUNICIPAL)
    with on(DAY):
        client = signed_in(person)
        assert "启用日历订阅" in text(client.get("/calendar/"))
        first = path_of(enabled(person))
        feed = CalendarFeed.objects.get()
        shown = text(client.get("/calendar/"))
        assert address_of(feed) in shown
        assert f"webcal:{address_of(feed).partition(':')[2]}" in shown
        second = path_of(enabled(person))
        assert StrictClient().get(first).status_code == 404
        assert StrictClient().get(second).status_code == 200
        client.post("/calendar/", {"act": "disable"})
        client.post("/calendar/", {"act": "disable"})
        assert StrictClient().get(second).status_code == 404
        assert client.get("/calendar/").context["address"] == ""
        client.post("/calendar/", {"act": "enable"})
        assert StrictClient().get(second).status_code == 404
    events = Entry.objects.filter(event__startswith="user.calendar").order_by("seq").values_list("event", flat=True)
    assert list(events) == [f"user.calendar_{what}" for what in ("enabled", "enabled", "disabled", "enabled")]


def test_nobody_s_and_spoilt_addresses_are_not_found() -> None:
    with on(DAY):
        feed = enabled(make.user(Role.MUNICIPAL))
        token = token_of(feed)
        last = "0" if token[-1] != "0" else "1"
        for wrong in (token[:-1] + last, token[:12], token + "0", "A" * 52, "x", "-", "é" * 20, token.lower()):
            assert StrictClient().get(f"/calendar/{wrong}.ics").status_code == 404, wrong
        assert StrictClient().post(path_of(feed)).status_code == 405
        feed.user.is_active = False
        feed.user.save()
        assert StrictClient().get(path_of(feed)).status_code == 404


def test_a_feed_takes_the_same_queries_at_one_and_three_applications() -> None:
    owner = make.organisation()
    counts = []
    for year in (2026, 2027, 2028):
        make.application_ready(owner, make.call(year))
        with on("2026-03-10"):
            counts.append(queries(StrictClient(), path_of(enabled(make.applicant_of(owner)))))
    assert counts[0] == counts[2]
