"""A review not concluded yet, kept as one works: it outlives the page, the session and a newer version."""

from collections.abc import Mapping

from django.core.files import File
from django.db import transaction

from applications.actions.locking import locked
from applications.models import Application, ReviewDraft
from applications.rules import can_comment, stage_of
from haizhi_portal.audit.actor import Actor
from haizhi_portal.files.store import examine, keep
from haizhi_portal.policy.stored import figures_on

# Far more than any field of the page accepts: what is too long is kept too, and refused when it is to count.
LONGEST = 20_000
SCANS = ("pdf", "jpg", "png")


@transaction.atomic
def keep_review(*, actor: Actor, application: Application, version: int, filled: Mapping[str, str]) -> ReviewDraft:
    """Keep what a person has filled in so far of their review of ``version``."""
    application = locked(application, actor=actor)
    can_comment(actor, application).require()
    draft, _created = ReviewDraft.objects.update_or_create(
        application=application,
        stage=stage_of(actor),
        person=actor.user,
        defaults={
            "version": version,
            "filled": {name: _storable(value) for name, value in filled.items()},
            "saved_at": actor.now,
        },
    )
    return draft


def keep_scan(*, actor: Actor, application: Application, upload: File) -> ReviewDraft:
    """Keep the stamped scan of the district's own letter until the endorsement. Raises RuleViolation (field "file")."""
    can_comment(actor, application).require()
    examined = examine(upload=upload, allow=SCANS, max_megabytes=figures_on(actor.today).upload_max_megabytes)
    with transaction.atomic():
        stored = keep(actor=actor, examined=examined)
        draft = own(actor, application)
        draft.scan = stored
        draft.save(update_fields=["scan"])
        return draft


@transaction.atomic
def drop_scan(*, actor: Actor, application: Application) -> ReviewDraft:
    """Leave the scan out again; the file itself stays in the store."""
    can_comment(actor, application).require()
    draft = own(actor, application)
    draft.scan = None
    draft.save(update_fields=["scan"])
    return draft


def done_with(application: Application, *, actor: Actor) -> None:
    """The review is concluded: what this person had filled in has become the conclusion."""
    ReviewDraft.objects.filter(application=application, stage=stage_of(actor), person=actor.user).delete()


def own(actor: Actor, application: Application) -> ReviewDraft:
    """This person's unfinished review, begun if there is none."""
    draft, _created = ReviewDraft.objects.get_or_create(
        application=application,
        stage=stage_of(actor),
        person=actor.user,
        defaults={"version": application.submissions.latest("version").version, "saved_at": actor.now},
    )
    return draft


def _storable(value: str) -> str:
    """PostgreSQL keeps no NUL, and no half of a character is text."""
    return value.replace("\x00", "").encode("utf-8", "ignore").decode()[:LONGEST]
