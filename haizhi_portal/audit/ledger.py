"""Writing, reading and verifying the ledger."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, date
from decimal import Decimal
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.utils import timezone

from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.models import ChainHead, Entry


def _plain(value: Any) -> Any:
    """JSON-ready data: scores as numbers with two decimals, dates as text, and integers left alone."""
    if isinstance(value, Decimal):
        return float(value.quantize(Decimal("0.01")))
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        return str(value)
    return value


def _digest(entry: Entry) -> str:
    body = [
        entry.seq,
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.on.isoformat(),
        entry.event,
        entry.object,
        entry.base,
        entry.application,
        entry.organisation,
        entry.actor,
        entry.role,
        entry.clause,
        entry.data,
        entry.reason,
        entry.address,
        entry.previous_hash,
    ]
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"), cls=DjangoJSONEncoder)
    return hashlib.sha256(text.encode()).hexdigest()


def record(
    event: str,
    *,
    actor: Actor,
    object: str,
    clause: str,
    data: dict[str, Any] | None = None,
    on: date | None = None,
    base: str | None = None,
    application: str | None = None,
    organisation: str | None = None,
    reason: str = "",
) -> Entry:
    """Append one entry within the caller's transaction and return it.

    ``on`` is the business date on which the fact took effect (default: the actor's day). Call it last in an action:
    the chain's head is the last lock taken, so that actions never wait for each other in a circle.
    Raises RuntimeError outside a transaction.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("the ledger is written in the transaction of the fact it records")
    head = ChainHead.objects.select_for_update().get(pk=1)
    entry = Entry(
        seq=head.seq + 1,
        at=timezone.now(),
        on=on or actor.today,
        event=event,
        object=object,
        base=base,
        application=application,
        organisation=organisation,
        actor=actor.opaque_id,
        role=str(actor.role),
        clause=clause,
        data=_plain(data or {}),
        reason=reason,
        address=actor.address,
        previous_hash=head.hash,
    )
    entry.hash = _digest(entry)
    entry.save(force_insert=True)
    head.seq, head.hash = entry.seq, entry.hash
    head.save(update_fields=["seq", "hash"])
    return entry


def as_line(entry: Entry) -> dict[str, Any]:
    """One ledger line with the agreed keys, nothing missing."""
    return {
        "seq": entry.seq,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "on": entry.on.isoformat(),
        "event": entry.event,
        "object": entry.object,
        "base": entry.base,
        "application": entry.application,
        "organisation": entry.organisation,
        "actor": entry.actor,
        "role": entry.role,
        "clause": entry.clause,
        "data": entry.data,
    }


def lines() -> Iterator[str]:
    """Every entry, oldest first, as one JSON object a line."""
    for entry in Entry.objects.order_by("seq").iterator(chunk_size=2000):
        yield json.dumps(as_line(entry), ensure_ascii=False)


def first_broken() -> str | None:
    """Recompute the chain; None when whole, else a sentence naming the first broken entry."""
    previous, expected = "0" * 64, 1
    with transaction.atomic():
        for entry in Entry.objects.order_by("seq").iterator(chunk_size=2000):
            if entry.seq != expected:
                return f"第 {expected} 号记录缺失"
            if entry.previous_hash != previous or entry.hash != _digest(entry):
                return f"第 {entry.seq} 号记录（{entry.event}）与校验链不符"
            previous, expected = entry.hash, expected + 1
        head = ChainHead.objects.get(pk=1)
        if (head.seq, head.hash) != (expected - 1, previous):
            return f"链头停在第 {head.seq} 号，台账止于第 {expected - 1} 号"
    return None
