"""Making what a job asks for: outside any transaction, in one process at a time, ended with a file or a reason."""

import errno
import logging
from collections.abc import Callable
from datetime import datetime

from celery.exceptions import SoftTimeLimitExceeded
from django.utils.translation import gettext as _

from applications.actions.making_done import Superseded, asker, deliver, give_up, go_on, take_up
from applications.exports.archive import write_archive
from applications.exports.table import write_table
from applications.exports.work import Work
from applications.models import Job
from applications.printing import printed
from applications.rules import where_it_goes
from applications.rules.making import can_have_made
from applications.sections import frozen_partners
from applications.versions import frozen
from haizhi_portal.documents.models import Document
from haizhi_portal.documents.press import TooLarge, TooSlow
from haizhi_portal.documents.rendering import render_pdf
from haizhi_portal.files.store import fresh_path, made_at
from haizhi_portal.policy.stored import figures_on
from haizhi_portal.policy.verdict import RuleViolation

_log = logging.getLogger(__name__)


def make(*, job_id: int, clock: Callable[[], datetime]) -> None:
    """Make the job's file; a second delivery of the same message finds it in other hands, or done, and does nothing."""
    job = take_up(job_id=job_id, now=clock())
    if job is None:
        return
    work = Work(job, asker(job, clock()), fresh_path(), clock)
    try:
        can_have_made(work.actor, job).require()
        name, content_type = _MAKERS[Job.Kind(job.kind)](work)
        examined = made_at(work.path, name=name, content_type=content_type, protected=job.with_identity)
        deliver(job=job, examined=examined, now=clock())
    except Superseded:
        _log.info("job %s was called off or taken over", job.public_id)
    except (Exception, SoftTimeLimitExceeded) as problem:
        give_up(job=job, reason=reason_of(problem, job), now=clock())
    else:
        return
    work.path.unlink(missing_ok=True)


def reason_of(problem: BaseException, job: Job) -> str:
    """Why it was not made, for the person who asked; what nobody foresaw goes to the log."""
    match problem:
        case RuleViolation():
            return problem.message
        case TooLarge():
            return _("内容太多，排版超出内存上限。请精简最长的几项填报内容后再打印。")
        case TooSlow() | SoftTimeLimitExceeded():
            return _("制作超出时间上限。请缩小范围或精简内容后重试。")
        case OSError(errno=errno.ENOSPC):
            return _("服务器存储空间不足，请联系系统管理员。")
    _log.error("job %s failed", job.public_id, exc_info=problem)
    return _("制作时出错，已记录。请稍后重试；仍不成功请联系市科协学会部。")


def _print_draft(work: Work) -> tuple[str, str]:
    application = work.job.application
    if application is None:
        raise RuntimeError("a draft's print names its application")
    content = frozen(application, figures_on(work.actor.today), frozen_partners(application))
    try:
        content["route"] = application.route or where_it_goes(application.organisation).target
    except RuleViolation:
        content["route"] = ""
    go_on(job=work.job, done=0, now=work.clock())
    pdf = render_pdf(
        Document.Kind.APPLICATION_FORM,
        printed(application, content, version=None),
        title=_("大连市科协海智工作基地申报书（草稿）"),
        dated_on=work.actor.today,
        apart=True,
    )
    work.path.write_bytes(pdf)
    return _("申报书草稿-%(number)s.pdf") % {"number": application.number}, "application/pdf"


_MAKERS: dict[Job.Kind, Callable[[Work], tuple[str, str]]] = {
    Job.Kind.DRAFT_PRINT: _print_draft,
    Job.Kind.TABLE: write_table,
    Job.Kind.ARCHIVE: write_archive,
    Job.Kind.ARCHIVES: write_archive,
}
