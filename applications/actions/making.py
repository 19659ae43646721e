"""Asking the worker for a print, a list or an archive, calling it off, and fetching what was made (`4.1-materials`)."""

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from applications import making_queue
from applications.models import Application, Job
from applications.rules import making as rules
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.ledger import record
from haizhi_portal.files.models import StoredFile
from haizhi_portal.policy.verdict import RuleViolation, Verdict

CLAUSE = rules.CLAUSE
LONGEST_REASON = 200
# What one person may have waiting; the rest is refused until something is done.
MOST_OPEN = 5
Kind, State = Job.Kind, Job.State


def print_draft(*, actor: Actor, application: Application) -> Job:
    """Have the draft printed as it stands when the worker takes it up. Raises RuleViolation for all but its unit."""
    rules.can_print_draft(actor, application).require()
    return _ask(
        actor, Kind.DRAFT_PRINT, subject=application.number, application=application, selection=[application.pk]
    )


def export_table(*, actor: Actor, selection: Sequence[int], filters: dict[str, str]) -> Job:
    """Have the applications of a filtered list written to an Excel file. Raises RuleViolation without the right."""
    rules.can_export_table(actor).require()
    return _ask(actor, Kind.TABLE, subject=_fingerprint(filters), selection=selection, filters=filters)


def export_archive(*, actor: Actor, application: Application, with_identity: bool = False, reason: str = "") -> Job:
    """Have one application packed: directory, every version's PDF, originals, digests.

    Raises RuleViolation without the right; with identity papers also without a reason (field "reason").
    """
    rules.can_export_archive(actor, application).require()
    reason = _reason_for(actor, with_identity, reason)
    return _ask(
        actor,
        Kind.ARCHIVE,
        subject=application.number,
        application=application,
        selection=[application.pk],
        with_identity=with_identity,
        reason=reason,
    )


def export_archives(
    *,
    actor: Actor,
    selection: Sequence[int],
    filters: dict[str, str],
    with_identity: bool = False,
    reason: str = "",
) -> Job:
    """Have all applications of a filtered list packed into one archive. Raises what `export_archive` raises."""
    rules.can_export_archives(actor).require()
    reason = _reason_for(actor, with_identity, reason)
    return _ask(
        actor,
        Kind.ARCHIVES,
        subject=_fingerprint(filters),
        selection=selection,
        filters=filters,
        with_identity=with_identity,
        reason=reason,
    )


@transaction.atomic
def cancel(*, actor: Actor, job: Job) -> Job:
    """Call off what is not made yet; a worker that is at it finds out and stops."""
    job = locked_job(job.pk)
    rules.can_cancel(actor, job).require()
    job.state, job.ended_at, job.claim = State.CANCELLED, actor.now, ""
    job.save(update_fields=["state", "ended_at", "claim"])
    return job


@transaction.atomic
def fetch(*, actor: Actor, job: Job) -> StoredFile:
    """The file, for whoever may still have all it holds; an export's leaving is written down each time."""
    job = locked_job(job.pk)
    rules.can_fetch(actor, job).require()
    if job.file is None:
        raise RuleViolation(clause=CLAUSE, message=_("文件已过保存期并删除，请重新申请制作。"))
    if job.kind != Kind.DRAFT_PRINT:
        write_export("export.downloaded", job, actor=actor)
    return job.file


def locked_job(pk: int) -> Job:
    """The job's row, locked, with whoever asked and its file."""
    rows = Job.objects.select_for_update(of=("self",)).select_related("asked_by", "application__organisation", "file")
    return rows.get(pk=pk)


def write_export(event: str, job: Job, *, actor: Actor) -> None:
    """One ledger entry about an export: what kind, how many applications, by which filters, and the file's digest."""
    application = job.application
    record(
        event,
        actor=actor,
        object=f"export:{job.public_id}",
        clause=CLAUSE,
        data={
            "kind": job.kind,
            "count": len(job.selection),
            "filters": job.filters,
            "with_identity": job.with_identity,
            "sha256": job.sha256,
        },
        application=application.number if application else None,
        organisation=application.organisation.credit_code if application else None,
        reason=job.reason,
    )


def _ask(actor: Actor, kind: Job.Kind, *, subject: str, selection: Sequence[int], **given: Any) -> Job:
    """The job, new, or the one still open for the same thing; it is queued after the commit."""
    wanted = {"asked_by": actor.user, "kind": kind, "subject": subject}
    if not selection:
        raise RuleViolation(clause=CLAUSE, message=_("没有符合条件的申报，不需要导出。请换一个条件。"))
    for _attempt in range(2):
        if (same := Job.objects.filter(**wanted, state__in=Job.OPEN).first()) is not None:
            return same
        _not_too_many(actor).require()
        try:
            with transaction.atomic():
                job = Job.objects.create(
                    **wanted,
                    asked_role=str(actor.role),
                    asked_body=actor.user.reviewing_body,
                    asked_at=actor.now,
                    beat_at=actor.now,
                    selection=list(selection),
                    total=len(selection),
                    **given,
                )
                transaction.on_commit(_queueing(job.pk), robust=True)
            return job
        except IntegrityError:
            continue
    raise RuleViolation(clause=CLAUSE, message=_("同一份文件正在制作，请稍后再看。"))


def _queueing(pk: int) -> Callable[[], bool]:
    return lambda: making_queue.send(pk)


def _not_too_many(actor: Actor) -> Verdict:
    if Job.objects.filter(asked_by=actor.user, state__in=Job.OPEN).count() < MOST_OPEN:
        return Verdict.yes(CLAUSE)
    words = _("您已有 %(most)d 项制作还没有完成，请等完成或取消后再申请。") % {"most": MOST_OPEN}
    return Verdict.no(CLAUSE, words)


def _reason_for(actor: Actor, with_identity: bool, reason: str) -> str:
    """Why identity papers leave, in the person's words; nothing where none do."""
    if not with_identity:
        return ""
    rules.can_include_identity(actor).require()
    reason = " ".join(reason.split())
    if not reason:
        message = _("请写明导出身份证件的理由。")
        raise RuleViolation(clause=CLAUSE, message=message, field="reason", code="required")
    if len(reason) > LONGEST_REASON:
        message = _("理由不超过 %(most)d 字。") % {"most": LONGEST_REASON}
        raise RuleViolation(clause=CLAUSE, message=message, field="reason", code="too_long")
    return reason


def _fingerprint(filters: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(filters, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
