"""Virus scanning of what was uploaded: the worker's round, and what follows from a find (`4.1-materials`)."""

import logging
import time

from django.db import transaction
from django.utils.translation import gettext as _

from applications.actions.records import tell_applicant
from applications.models import Material
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.ledger import record
from haizhi_portal.files import scanning, store
from haizhi_portal.files.models import StoredFile
from haizhi_portal.notifications.actions import tell

CLAUSE = "4.1-materials"
BATCH = 50
LONGEST_ROUND = 60.0
_log = logging.getLogger(__name__)


def scan_what_waits(*, actor: Actor) -> dict[str, int]:
    """Scan what waits, for a minute at most; how many ended in which state. A scanner that is away ends the round."""
    begun, found = time.monotonic(), dict.fromkeys(("clean", "infected", "pending", "failed"), 0)
    for stored in scanning.waiting(actor.now)[:BATCH]:
        outcome = scanning.look(stored)
        settle(actor=actor, stored=stored, outcome=outcome)
        found[outcome.scan] += 1
        if outcome.scan == StoredFile.Scan.PENDING or time.monotonic() - begun > LONGEST_ROUND:
            break
    return found


@transaction.atomic
def settle(*, actor: Actor, stored: StoredFile, outcome: scanning.Outcome) -> StoredFile:
    """Keep what the scanner said; an infected file is locked away, its owner told, the ledger written. Once only."""
    row = StoredFile.objects.select_for_update().get(pk=stored.pk)
    if row.scan in (StoredFile.Scan.CLEAN, StoredFile.Scan.INFECTED, StoredFile.Scan.OWN):
        return row
    row.scan, row.scan_note, row.scanned_at = outcome.scan, outcome.note, actor.now
    row.scan_attempts += 1
    row.save(update_fields=["scan", "scan_note", "scanned_at", "scan_attempts"])
    if row.scan == StoredFile.Scan.INFECTED:
        _lock_away(row, actor)
    elif outcome.note:
        _log.warning("stored file %s was not scanned: %s", row.public_id, outcome.note)
    return row


def _lock_away(row: StoredFile, actor: Actor) -> None:
    material = Material.objects.filter(file=row).select_related("application__organisation").order_by("-pk").first()
    application = material.application if material else None
    subject = _("上传的文件查出病毒")
    body = _("“%(name)s”查出病毒（%(virus)s），已隔离，不能打开，也不能随申报提交。请清除病毒后重新上传。") % {
        "name": row.name,
        "virus": row.scan_note,
    }
    if application is not None:
        tell_applicant(application, actor=actor, kind="file.infected", subject=subject, body=body)
    elif row.uploaded_by is not None:
        tell(actor=actor, recipients=[row.uploaded_by], kind="file.infected", subject=subject, body=body, link="")
    transaction.on_commit(lambda: store.quarantine(row))
    record(
        "file.infected",
        actor=actor,
        object=f"file:{row.public_id}",
        clause=CLAUSE,
        data={"file": row.public_id, "virus": row.scan_note},
        application=application.number if application else None,
        organisation=application.organisation.credit_code if application else None,
    )
