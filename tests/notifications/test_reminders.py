"""Reminders: caught up after a missed day, collapsed into one message, never sent twice."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from haizhi_portal.accounts.models import User
from haizhi_portal.audit.actor import Actor
from haizhi_portal.notifications.actions import remind
from haizhi_portal.notifications.models import Message, Reminder
from haizhi_portal.policy.words import Role
from tests.accounts.people import registered, staff

pytestmark = [pytest.mark.django_db, pytest.mark.clause("5.3-quarterly")]
DUE = date(2027, 4, 10)


def on(day: date, *recipients: User, object: str = "report:HZ2027-01/2027Q1", kind: str = "report.due") -> int:
    return remind(
        actor=Actor.system(datetime(day.year, day.month, day.day, 4, 0, tzinfo=UTC)),
        object=object,
        kind=kind,
        due_on=DUE,
        offsets=(14, 7, 1, 0, -1),
        recipients=recipients,
        subject="季度报告待报送",
        body="请于 4 月 10 日前报送。",
        link="/my/bases/HZ2027-01/",
    )


def recorded() -> list[tuple[int, bool]]:
    """Each offset on record, the farthest first, and whether its message went out."""
    rows = Reminder.objects.filter(channel="inbox").order_by("-offset").values_list("offset", "message")
    return [(offset, message is not None) for offset, message in rows]


@pytest.mark.parametrize(
    ("day", "sent", "expected"),
    [
        (date(2027, 3, 26), 0, []),
        (date(2027, 3, 27), 1, [(14, True)]),
        (date(2027, 3, 28), 1, [(14, True)]),
        (date(2027, 4, 2), 1, [(14, True)]),
        (date(2027, 4, 3), 1, [(14, False), (7, True)]),
        (date(2027, 4, 9), 1, [(14, False), (7, False), (1, True)]),
        (date(2027, 4, 10), 1, [(14, False), (7, False), (1, False), (0, True)]),
        (date(2027, 5, 1), 1, [(14, False), (7, False), (1, False), (0, False), (-1, True)]),
    ],
)
def test_missed_days_are_caught_up_in_one_message(day: date, sent: int, expected: list[tuple[int, bool]]) -> None:
    assert on(day, registered()) == sent
    assert recorded() == expected
    assert Message.objects.count() == sent


def test_day_by_day_each_offset_once() -> None:
    person = registered()
    days = [date(2027, 3, day) for day in range(25, 32)] + [date(2027, 4, day) for day in range(1, 15)]
    sent = {day: on(day, person) + on(day, person) for day in days}
    assert [day for day, count in sent.items() if count] == [
        date(2027, 3, 27),
        date(2027, 4, 3),
        date(2027, 4, 9),
        date(2027, 4, 10),
        date(2027, 4, 11),
    ]
    assert set(sent.values()) == {0, 1}
    assert recorded() == [(14, True), (7, True), (1, True), (0, True), (-1, True)]


def test_a_farther_offset_added_later_is_recorded_and_not_sent() -> None:
    person = registered()
    assert on(date(2027, 4, 9), person) == 1
    Reminder.objects.filter(offset=14).delete()
    assert on(date(2027, 4, 9), person) == 0
    assert recorded() == [(14, False), (7, False), (1, True)]


def test_each_channel_recipient_kind_and_object_counts_by_itself() -> None:
    with_address, without = registered(), staff(Role.MUNICIPAL)
    assert on(date(2027, 3, 27), with_address, without) == 2
    rows = Reminder.objects.values_list("recipient", "channel")
    assert sorted(rows) == sorted([(with_address.pk, "inbox"), (with_address.pk, "email"), (without.pk, "inbox")])
    assert on(date(2027, 3, 27), with_address, object="report:HZ2027-01/2027Q2") == 1
    assert on(date(2027, 3, 27), with_address, kind="report.late") == 1


def test_an_address_given_later_brings_no_second_reminder() -> None:
    person = staff(Role.MUNICIPAL)
    assert on(date(2027, 3, 27), person) == 1
    person.email = "new@example.cn"
    person.save()
    assert on(date(2027, 3, 28), person) == 0


def test_people_who_left_are_not_reminded() -> None:
    person = registered()
    person.is_active = False
    assert on(date(2027, 3, 27), person) == 0
    assert recorded() == []


def test_a_second_worker_deciding_the_same_sends_nothing(monkeypatch: Any) -> None:
    person = registered()
    assert on(date(2027, 3, 27), person) == 1
    monkeypatch.setattr(
        "haizhi_portal.notifications.actions.Reminder.objects.filter", lambda **_: Reminder.objects.none()
    )
    assert on(date(2027, 3, 27), person) == 0
    assert Message.objects.count() == 1


def test_the_database_takes_no_second_reminder_of_the_same() -> None:
    assert on(date(2027, 3, 27), registered()) == 1
    twin = Reminder.objects.filter(channel="inbox").get()
    twin.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        twin.save(force_insert=True)
