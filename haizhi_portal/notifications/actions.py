"""Telling people, once: messages are written with the fact they report and delivered after it is committed."""

import contextlib
import contextvars
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

from django.contrib.auth import get_user_model
from django.db import IntegrityError, transaction

from haizhi_portal.audit.actor import Actor
from haizhi_portal.notifications.models import Delivery, Message, Reminder
from haizhi_portal.notifications.queries import visible_to
from haizhi_portal.notifications.tasks import deliver

SUBJECT_MAX = 200
_log = logging.getLogger(__name__)
_publish: contextvars.ContextVar[bool] = contextvars.ContextVar("publish_deliveries", default=True)


@contextlib.contextmanager
def left_for_sweep() -> Iterator[None]:
    """Write messages within the block without waking the worker: the next sweep finds them, if one ever runs."""
    token = _publish.set(False)
    try:
        yield
    finally:
        _publish.reset(token)


@transaction.atomic
def tell(*, actor: Actor, recipients: Iterable[Any], kind: str, subject: str, body: str, link: str = "") -> None:
    """Write one message to each active recipient, for the inbox and, where there is an address, for e-mail.

    Whoever stands in for one of them that day is told as well, unless already among them.
    ``link`` is a path of the portal, where the matter can be dealt with. Nothing shows before the worker delivered it.
    """
    reached = {each.pk: each for each in recipients}
    _write(actor.now, reached.values(), kind, subject, body, link)
    for delegate, names in _standing_in(reached, actor.today).items():
        _write(actor.now, [delegate], kind, _for_another(subject, names), body, link)


@transaction.atomic
def remind(
    *,
    actor: Actor,
    object: str,
    kind: str,
    due_on: date,
    offsets: Sequence[int],
    recipients: Iterable[Any],
    subject: str,
    body: str,
    link: str,
) -> int:
    """Remind each recipient of what is still due, once per offset (days before ``due_on``); how many messages went out.

    Every offset whose day has come and is not yet recorded is recorded; they share one message, and none goes out
    where a nearer offset already did. A second worker that decides the same at the same moment sends nothing.
    """
    come = {offset for offset in offsets if (due_on - actor.today).days <= offset}
    sent = 0
    reached = {each.pk: each for each in recipients}
    told = [(each, subject) for each in reached.values()]
    told += [(each, _for_another(subject, names)) for each, names in _standing_in(reached, actor.today).items()]
    for recipient, words in told:
        if come and recipient.is_active:
            with contextlib.suppress(IntegrityError), transaction.atomic():
                sent += _remind_one(actor, object, kind, come, recipient, words, body, link)
    return sent


def _standing_in(reached: Mapping[Any, Any], day: date) -> dict[Any, list[str]]:
    """Who stands in that day for people among the recipients without being one, and for whom.

    The users' own manager knows; this floor knows nothing of offices and absences.
    """
    found: dict[Any, list[str]] = {}
    for absent, delegate in get_user_model()._default_manager.stand_ins(reached.values(), day):
        if delegate.pk not in reached:
            found.setdefault(delegate, []).append(str(absent))
    return found


def _for_another(subject: str, names: list[str]) -> str:
    return f"{subject}（代{'、'.join(names)}）"[:SUBJECT_MAX]


def _remind_one(
    actor: Actor, object: str, kind: str, come: set[int], recipient: Any, subject: str, body: str, link: str
) -> int:
    earlier = Reminder.objects.filter(object=object, kind=kind, recipient=recipient)
    recorded = set(earlier.values_list("offset", flat=True))
    missing = sorted(come - recorded)
    if not missing:
        return 0
    nearest = missing[0]
    overtaken = any(offset < nearest for offset in recorded)
    messages = [] if overtaken else _write(actor.now, [recipient], kind, subject, body, link)
    Reminder.objects.bulk_create(
        Reminder(
            object=object,
            kind=kind,
            offset=offset,
            recipient=recipient,
            channel=channel,
            message=messages[0] if messages and offset == nearest else None,
            decided_on=actor.today,
        )
        for offset in missing
        for channel in channels_of(recipient)
    )
    return len(messages)


def channels_of(recipient: Any) -> list[str]:
    """The ways to a person: the inbox, and e-mail for one who gave an address."""
    return [Delivery.Channel.INBOX, *([Delivery.Channel.EMAIL] if recipient.email else [])]


def _write(now: datetime, recipients: Iterable[Any], kind: str, subject: str, body: str, link: str) -> list[Message]:
    reached = [each for each in recipients if each.is_active]
    messages = Message.objects.bulk_create(
        Message(
            recipient=each, kind=kind, subject=" ".join(str(subject).split()), body=str(body), link=link, created_at=now
        )
        for each in reached
    )
    Delivery.objects.bulk_create(
        Delivery(message=message, channel=channel)
        for message, each in zip(messages, reached, strict=True)
        for channel in channels_of(each)
    )
    if messages and _publish.get():
        transaction.on_commit(partial(_wake_worker, [message.pk for message in messages]))
    return messages


def _wake_worker(message_ids: list[int]) -> None:
    """Hand the messages to the worker. Without a broker they wait for the next sweep; the request goes on."""
    for message_id in message_ids:
        try:
            deliver.delay(message_id)
        except Exception as problem:  # whatever the transport raises, the fact is already committed
            _log.warning("%d messages wait for the next sweep: %s", len(message_ids), problem)
            return


@transaction.atomic
def mark_read(*, actor: Actor, message: Message) -> None:
    """Note when the recipient first opened the message."""
    Message.objects.filter(pk=message.pk, recipient=actor.user, read_at=None).update(read_at=actor.now)


@transaction.atomic
def mark_all_read(*, actor: Actor) -> int:
    """Note that the actor has seen everything in their inbox; how many messages that were."""
    return visible_to(actor.user).filter(read_at=None).update(read_at=actor.now)
