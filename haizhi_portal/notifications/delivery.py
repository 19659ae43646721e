"""Bringing a written message to its recipient: each channel once, and again later when it fails."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from haizhi_portal.notifications.models import Delivery, Message

# How long after each failed attempt the next one comes; the first is longer than a mail server may keep us waiting.
WAITS = (
    timedelta(minutes=2),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
    timedelta(hours=24),
)
_log = logging.getLogger(__name__)


def deliver_message(*, message_id: int, now: datetime) -> int:
    """Bring a message through every channel that is due; how many it passed through this time.

    Safe to call twice and at the same time: a delivery is claimed under a row lock before anything is sent.
    """
    passed = _into_inbox(message_id, now)
    claimed = _claim(message_id, now)
    if claimed is None:
        return passed
    try:
        _send_letter(claimed.message)
    except Exception as problem:  # mail servers fail in every way there is; the row keeps the reason
        _log.warning("letter of message %s failed: %s", claimed.message.public_id, problem)
        Delivery.objects.filter(pk=claimed.pk).update(last_error=f"{type(problem).__name__}: {problem}"[:1000])
        return passed
    Delivery.objects.filter(pk=claimed.pk).update(delivered_at=now, next_attempt_at=None, last_error="")
    return passed + 1


def deliver_what_is_due(*, now: datetime, at_most: int = 500) -> int:
    """Bring on their way the messages that wait, oldest first: nobody was woken for them, or an attempt failed."""
    waiting = _due(now).order_by("message_id").values_list("message_id", flat=True).distinct()[:at_most]
    return sum(deliver_message(message_id=message_id, now=now) for message_id in list(waiting))


def _due(now: datetime) -> QuerySet[Delivery]:
    return Delivery.objects.filter(
        Q(next_attempt_at=None) | Q(next_attempt_at__lte=now), delivered_at=None, attempts__lte=len(WAITS)
    )


@transaction.atomic
def _into_inbox(message_id: int, now: datetime) -> int:
    waiting = _locked(message_id, Delivery.Channel.INBOX, now)
    if waiting is None:
        return 0
    waiting.delivered_at, waiting.attempts = now, waiting.attempts + 1
    waiting.save(update_fields=["delivered_at", "attempts"])
    return 1


@transaction.atomic
def _claim(message_id: int, now: datetime) -> Delivery | None:
    """The e-mail that this worker alone may send now. A worker killed while sending leaves it to a later sweep."""
    waiting = _locked(message_id, Delivery.Channel.EMAIL, now)
    if waiting is None:
        return None
    waiting.next_attempt_at = now + WAITS[min(waiting.attempts, len(WAITS) - 1)]
    waiting.attempts += 1
    waiting.save(update_fields=["next_attempt_at", "attempts"])
    return waiting


def _locked(message_id: int, channel: str, now: datetime) -> Delivery | None:
    found = _due(now).filter(message_id=message_id, channel=channel)
    return found.select_related("message__recipient").select_for_update(skip_locked=True, of=("self",)).first()


def _send_letter(message: Message) -> None:
    """Raises whatever the mail server's connection raises."""
    recipient = message.recipient
    if not recipient.is_active or not recipient.email:
        return
    lines = [_("%(name)s，您好：") % {"name": recipient.name}, "", message.body, ""]
    if message.link:
        lines += [_("查看并办理：%(address)s") % {"address": settings.PUBLIC_URL + message.link}, ""]
    lines.append(_("本邮件由大连市科协海智工作基地门户自动发出，请勿直接回复。"))
    EmailMessage(
        subject=message.subject,
        body="\n".join(lines),
        to=[recipient.email],
        headers={"Message-ID": f"<{message.public_id.lower()}@haizhi-portal>", "Auto-Submitted": "auto-generated"},
    ).send()
