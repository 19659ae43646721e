"""A word between the applying unit and the office that has its application; nothing said is ever changed."""

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from applications.actions.locking import locked
from applications.actions.records import tell_of, write
from applications.models import Application, ThreadEntry, ThreadMark
from applications.rules import can_write
from applications.rules.offices import colleagues, office_name, office_of
from applications.rules.thread import CLAUSE, MOST_FILES
from applications.threads import entries_visible_to
from haizhi_portal.accounts.queries import people_of
from haizhi_portal.audit.actor import Actor
from haizhi_portal.files.store import store_upload
from haizhi_portal.policy.stored import figures_on
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import Role

LONGEST = 2000


@transaction.atomic
def send_message(
    *, actor: Actor, application: Application, text: str, upload: UploadedFile | None = None
) -> ThreadEntry:
    """Say something to the other side, perhaps with a file; the other side is told, the office by its name alone.

    Raises RuleViolation when it is nobody's to write now, (field "text") for nothing or too much, (field "file").
    """
    application = locked(application, actor=actor)
    can_write(actor, application).require()
    text = text.strip()
    if not text or len(text) > LONGEST:
        message = _("请写明留言，不超过 %(most)d 字。") % {"most": LONGEST}
        raise RuleViolation(clause=CLAUSE, message=message, field="text", code="text")
    if upload and application.thread.filter(file__isnull=False).count() >= MOST_FILES:
        message = _("一项申报的留言最多附 %(most)d 个文件。") % {"most": MOST_FILES}
        raise RuleViolation(clause=CLAUSE, message=message, field="file", code="too_many_files")
    most = figures_on(actor.today).upload_max_megabytes
    stored = store_upload(actor=actor, upload=upload, max_megabytes=most) if upload else None
    body, by_office = office_of(application, actor.today), actor.role != Role.APPLICANT
    entry = ThreadEntry.objects.create(
        application=application,
        body=body,
        by_office=by_office,
        text=text,
        file=stored,
        sent_at=actor.now,
        sent_by=actor.user,
    )
    data = {"by": str(actor.role), "with": body.name if body else "municipal", "attachment": stored is not None}
    write("application.message_sent", application, actor=actor, clause=CLAUSE, data=data)
    tell_of(
        application,
        people_of(application.organisation) if by_office else colleagues(body),
        actor=actor,
        kind="application.message",
        subject=_("有新留言"),
        body=_("%(sender)s有一条新留言，请打开申报页面查看。")
        % {"sender": office_name(body) if by_office else application.organisation.name},
    )
    return entry


@transaction.atomic
def mark_read(*, actor: Actor, application: Application) -> None:
    """Note that the actor has seen everything of the thread that is meant for them."""
    last = entries_visible_to(actor.user).filter(application=application).order_by("-pk").first()
    if last is not None:
        ThreadMark.objects.update_or_create(application=application, reader=actor.user, defaults={"entry": last})


def thread_link(application: Application) -> str:
    """Where the thread is read and written."""
    return f"{reverse('applications:detail', args=[application.number])}#thread"
