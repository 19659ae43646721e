"""The worker's side of a job: taken up by one process at a time, told how far it is, ended once (`4.1-materials`).

A process that was killed leaves its claim behind; when that has not been renewed for `LEASE` another may take the job
up. Whoever finds that the claim is no longer its own stops and keeps nothing.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from applications.actions.making import locked_job, write_export
from applications.models import Job
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.identity import public_id
from haizhi_portal.files.store import Examined, discard, keep

LEASE = timedelta(seconds=90)
MOST_ATTEMPTS = 3
KEPT = {
    Job.Kind.DRAFT_PRINT: timedelta(days=1),
    Job.Kind.TABLE: timedelta(days=3),
    Job.Kind.ARCHIVE: timedelta(days=3),
    Job.Kind.ARCHIVES: timedelta(days=3),
}
State = Job.State


class Superseded(Exception):
    """The job was called off, or another process has taken it up."""


def asker(job: Job, now: datetime) -> Actor:
    """Whoever asked, as the actor of what the worker does for them, in the role they have today."""
    return Actor(user=job.asked_by, role=job.asked_by.role, now=now)


@transaction.atomic
def take_up(*, job_id: int, now: datetime) -> Job | None:
    """The job, claimed for the caller; None when it is ended or in other hands. Ends one that was killed too often."""
    job = locked_job(job_id)
    if job.state not in Job.OPEN or (job.state == State.RUNNING and not _lapsed(job, now)):
        return None
    if job.attempts >= MOST_ATTEMPTS:
        _end(job, State.FAILED, now, _("制作几次中途停止，请缩小范围后重试；仍不成功请联系系统管理员。"))
        return None
    job.state, job.claim, job.beat_at, job.done = State.RUNNING, public_id(), now, 0
    job.attempts += 1
    job.save(update_fields=["state", "claim", "beat_at", "done", "attempts"])
    return job


def go_on(*, job: Job, done: int, now: datetime) -> None:
    """Say how far it is and that the process lives. Raises Superseded when the job is no longer the caller's."""
    if not _own(job).update(done=done, beat_at=now):
        raise Superseded(job.public_id)
    job.done = done


@transaction.atomic
def deliver(*, job: Job, examined: Examined, now: datetime) -> Job:
    """Keep the file and end the job, once. Raises Superseded when it is no longer the caller's; the file then goes."""
    own = locked_job(job.pk)
    if own.state != State.RUNNING or own.claim != job.claim:
        raise Superseded(job.public_id)
    actor = asker(own, now)
    own.file = keep(actor=actor, examined=examined)
    own.sha256, own.done = examined.sha256, own.total
    own.state, own.claim, own.ended_at, own.failure = State.DONE, "", now, ""
    own.expires_at = now + KEPT[Job.Kind(own.kind)]
    own.save()
    if own.kind != Job.Kind.DRAFT_PRINT:
        write_export("export.made", own, actor=actor)
    return own


@transaction.atomic
def give_up(*, job: Job, reason: str, now: datetime) -> None:
    """End the job with the reason its owner reads; in silence when it is no longer the caller's."""
    own = locked_job(job.pk)
    if own.state == State.RUNNING and own.claim == job.claim:
        _end(own, State.FAILED, now, reason)


def waiting(now: datetime) -> QuerySet[Job]:
    """Open jobs nobody has touched for a while: lost messages, a broker that was away, killed processes."""
    return Job.objects.filter(Q(beat_at__isnull=True) | Q(beat_at__lt=now - LEASE), state__in=Job.OPEN)


def tidy(*, now: datetime) -> int:
    """Remove the files whose time is over. Returns how many."""
    over = Job.objects.filter(file__isnull=False, expires_at__lte=now).values_list("pk", flat=True)
    return sum(_let_go(pk) for pk in list(over))


@transaction.atomic
def _let_go(pk: int) -> int:
    job = locked_job(pk)
    stored = job.file
    if stored is None:
        return 0
    job.file = None
    job.save(update_fields=["file"])
    discard(stored)
    return 1


def _own(job: Job) -> QuerySet[Job]:
    return Job.objects.filter(pk=job.pk, state=State.RUNNING, claim=job.claim)


def _lapsed(job: Job, now: datetime) -> bool:
    return job.beat_at is None or now - job.beat_at > LEASE


def _end(job: Job, state: Job.State, now: datetime, reason: str) -> None:
    job.state, job.ended_at, job.failure, job.claim = state, now, reason, ""
    job.save(update_fields=["state", "ended_at", "failure", "claim"])
