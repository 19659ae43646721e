"""Told once, delivered once, shown only when delivered, and never in the way of the fact itself."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail

from haizhi_portal.accounts.models import User
from haizhi_portal.audit.actor import Actor
from haizhi_portal.notifications.actions import left_for_sweep, mark_all_read, mark_read, tell
from haizhi_portal.notifications.delivery import WAITS, deliver_message, deliver_what_is_due
from haizhi_portal.notifications.models import Delivery, Message
from haizhi_portal.notifications.queries import unread_count, visible_to
from haizhi_portal.notifications.tasks import sweep
from haizhi_portal.policy.words import Role
from tests.accounts.people import NOW, SYSTEM, acting, registered, staff

LATER = datetime(2027, 3, 15, 4, 1, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def told(*recipients: Any, **changes: Any) -> list[Message]:
    facts = {
        "kind": "application.returned",
        "subject": "申报已退回补正",
        "body": "请补充三年目标。",
        "link": "/applications/X/",
    }
    tell(actor=SYSTEM, recipients=recipients, **{**facts, **changes})
    return list(Message.objects.order_by("pk"))


def test_a_message_waits_for_the_worker_and_is_then_in_the_inbox_and_in_the_mail() -> None:
    person = registered()
    (message,) = told(person)
    assert sorted(message.deliveries.values_list("channel", flat=True)) == ["email", "inbox"]
    assert (unread_count(person), len(mail.outbox)) == (0, 0)
    assert deliver_message(message_id=message.pk, now=LATER) == 2
    assert list(visible_to(person)) == [message]
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["chen@example.cn"], "申报已退回补正")
    assert letter.body.split("\n") == [
        "陈示例，您好：",
        "",
        "请补充三年目标。",
        "",
        "查看并办理：http://127.0.0.1:8000/applications/X/",
        "",
        "本邮件由大连市科协海智工作基地门户自动发出，请勿直接回复。",
    ]
    assert set(message.deliveries.values_list("attempts", "delivered_at")) == {(1, LATER)}


def test_delivering_twice_sends_one_letter() -> None:
    (message,) = told(registered())
    assert deliver_message(message_id=message.pk, now=LATER) == 2
    assert deliver_message(message_id=message.pk, now=LATER + timedelta(days=2)) == 0
    assert deliver_what_is_due(now=LATER + timedelta(days=2)) == 0
    assert len(mail.outbox) == 1


def test_a_message_that_does_not_exist_is_no_trouble() -> None:
    assert deliver_message(message_id=10**9, now=LATER) == 0


def test_a_person_is_told_once_however_often_named_and_not_at_all_when_gone() -> None:
    person, gone = registered(), staff(Role.EXPERT)
    gone.is_active = False
    assert len(told(person, person, gone)) == 1


def test_without_an_address_the_inbox_alone_is_served() -> None:
    (message,) = told(staff(Role.MUNICIPAL))
    assert list(message.deliveries.values_list("channel", flat=True)) == ["inbox"]
    assert deliver_message(message_id=message.pk, now=LATER) == 1
    assert mail.outbox == []


@pytest.mark.parametrize("change", [{"is_active": False}, {"email": ""}, {}])
def test_no_letter_goes_to_whom_it_cannot_reach_any_more(change: dict[str, Any]) -> None:
    person = staff(Role.EXPERT, email="expert@example.cn")
    told(staff(Role.MUNICIPAL))
    message = told(person, link="")[-1]
    User.objects.filter(pk=person.pk).update(name=person.name, **change)
    assert deliver_message(message_id=message.pk, now=LATER) == 2
    assert set(message.deliveries.values_list("delivered_at", "last_error")) == {(LATER, "")}
    assert ["".join(letter.body.split("\n")[1:4]) for letter in mail.outbox] == ([] if change else ["请补充三年目标。"])
    assert not any("查看并办理" in letter.body for letter in mail.outbox)


def test_line_breaks_never_reach_the_headers() -> None:
    (message,) = told(registered(), subject="第一行\r\nBcc: other@example.cn")
    assert message.subject == "第一行 Bcc: other@example.cn"
    deliver_message(message_id=message.pk, now=LATER)
    assert mail.outbox[0].recipients() == ["chen@example.cn"]


class BrokenMail:
    calls = 0

    def __call__(self, *_: object, **__: object) -> int:
        type(self).calls += 1
        raise ConnectionRefusedError("no mail server")


@pytest.fixture
def broken_mail(monkeypatch: Any) -> type[BrokenMail]:
    BrokenMail.calls = 0
    broken = BrokenMail()
    monkeypatch.setattr("haizhi_portal.notifications.delivery.EmailMessage.send", lambda *_: broken())
    return BrokenMail


def test_a_failing_mail_server_is_tried_again_ever_later_and_at_last_left_alone(broken_mail: type[BrokenMail]) -> None:
    person = registered()
    (message,) = told(person)
    now = LATER
    assert deliver_message(message_id=message.pk, now=now) == 1
    assert unread_count(person) == 1
    email = message.deliveries.get(channel="email")
    for attempt, wait in enumerate([*WAITS, WAITS[-1]], start=1):
        email.refresh_from_db()
        assert (email.attempts, email.delivered_at, email.next_attempt_at) == (attempt, None, now + wait)
        assert email.last_error == "ConnectionRefusedError: no mail server"
        assert deliver_what_is_due(now=now + wait - timedelta(seconds=1)) == 0
        assert broken_mail.calls == attempt
        now += wait
        deliver_what_is_due(now=now)
    assert broken_mail.calls == len(WAITS) + 1 == 8
    assert deliver_what_is_due(now=now + timedelta(days=400)) == 0


def test_the_mail_goes_out_once_the_server_is_back(monkeypatch: Any) -> None:
    (message,) = told(registered())
    with monkeypatch.context() as broken:
        broken.setattr("haizhi_portal.notifications.delivery.EmailMessage.send", lambda *_: BrokenMail()())
        deliver_message(message_id=message.pk, now=LATER)
    assert deliver_what_is_due(now=LATER + WAITS[0]) == 1
    email = message.deliveries.get(channel="email")
    assert (email.attempts, email.last_error, email.next_attempt_at) == (2, "", None)
    assert len(mail.outbox) == 1


def test_the_oldest_messages_come_first_and_only_a_failed_letter_keeps_the_reason(
    broken_mail: type[BrokenMail],
) -> None:
    people = [registered(), staff(Role.MUNICIPAL), staff(Role.EXPERT)]
    told(*people)
    assert deliver_what_is_due(now=LATER, at_most=2) == 2
    assert [unread_count(person) for person in people] == [1, 1, 0]
    assert deliver_what_is_due(now=LATER, at_most=2) == 1
    errors = Delivery.objects.order_by("message_id", "channel").values_list("channel", "last_error")
    failed = "ConnectionRefusedError: no mail server"
    assert list(errors) == [("email", failed), ("inbox", ""), ("inbox", ""), ("inbox", "")]


def test_a_worker_killed_while_sending_leaves_the_letter_to_a_later_sweep(monkeypatch: Any) -> None:
    (message,) = told(registered())

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr("haizhi_portal.notifications.delivery.EmailMessage.send", killed)
        with pytest.raises(KeyboardInterrupt):
            deliver_message(message_id=message.pk, now=LATER)
    assert deliver_what_is_due(now=LATER + timedelta(seconds=30)) == 0
    assert deliver_what_is_due(now=LATER + WAITS[0]) == 1
    assert len(mail.outbox) == 1


def test_a_broker_that_is_down_breaks_nothing_and_the_sweep_delivers(
    monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    tried: list[int] = []

    def down(message_id: int) -> None:
        tried.append(message_id)
        raise ConnectionError("no broker")

    monkeypatch.setattr("haizhi_portal.notifications.actions.deliver.delay", down)
    people = [registered(), staff(Role.MUNICIPAL)]
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        first, _second = told(*people)
    assert len(callbacks) == 1
    assert tried == [first.pk]
    sweep()
    assert [unread_count(person) for person in people] == [1, 1]
    assert not Delivery.objects.filter(delivered_at=None).exists()


def test_the_worker_is_woken_for_each_message_after_the_commit(
    monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    woken: list[int] = []
    monkeypatch.setattr("haizhi_portal.notifications.actions.deliver.delay", woken.append)
    with django_capture_on_commit_callbacks(execute=True):
        messages = told(registered(), staff(Role.MUNICIPAL))
        assert woken == []
    assert woken == [message.pk for message in messages]


def test_a_simulation_wakes_nobody(django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks() as callbacks, left_for_sweep():
        told(registered())
    assert callbacks == []
    assert Message.objects.count() == 1
    with django_capture_on_commit_callbacks() as callbacks:
        told(registered(2))
    assert len(callbacks) == 1


def test_people_see_their_own_messages_only() -> None:
    mine, other = registered(), registered(2, email="other@example.cn")
    told(mine, subject="给甲")
    told(other, subject="给乙")
    deliver_what_is_due(now=LATER)
    assert [message.subject for message in visible_to(mine)] == ["给甲"]
    foreign = visible_to(other).get()
    mark_read(actor=acting(mine), message=foreign)
    foreign.refresh_from_db()
    assert foreign.read_at is None


def test_reading_is_noted_once_and_only_for_what_is_shown() -> None:
    person = registered()
    first, second = told(person), told(person)[-1:]
    deliver_message(message_id=first[0].pk, now=LATER)
    mark_read(actor=acting(person), message=first[0])
    mark_read(actor=Actor(user=person, role=person.role, now=NOW + timedelta(days=1)), message=first[0])
    first[0].refresh_from_db()
    assert first[0].read_at == NOW
    assert mark_all_read(actor=acting(person)) == 0
    deliver_message(message_id=second[0].pk, now=LATER)
    assert (unread_count(person), mark_all_read(actor=acting(person)), unread_count(person)) == (1, 1, 0)


def test_everything_read_is_ones_own_and_what_stands_in_the_inbox() -> None:
    mine, other = registered(), registered(2, email="other@example.cn")
    told(mine, other, subject="都收到")
    deliver_what_is_due(now=LATER)
    told(mine, subject="只寄出了邮件")
    Delivery.objects.filter(message__subject="只寄出了邮件", channel="email").update(delivered_at=LATER)
    assert [message.subject for message in visible_to(mine)] == ["都收到"]
    assert mark_all_read(actor=acting(mine)) == 1
    read = Message.objects.filter(read_at__isnull=False).values_list("recipient", "subject", "read_at")
    assert list(read) == [(mine.pk, "都收到", NOW)]
