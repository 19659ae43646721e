"""Who may have what made by the worker, and who may fetch it afterwards (`4.1-materials`, `4.1-paper`)."""

from django.utils.translation import gettext as _

from applications.models import Application, Job
from applications.queries import readable_by
from applications.rules.table import EDITABLE
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.verdict import Verdict
from haizhi_portal.policy.words import Role

CLAUSE = "4.1-materials"
LISTERS = frozenset({Role.DISTRICT, Role.MUNICIPAL, Role.LEADER, Role.AUDITOR})
ARCHIVISTS = frozenset({Role.APPLICANT, Role.DISTRICT, Role.MUNICIPAL, Role.LEADER})
# Numbers asked for at a time, so that an archive of twenty years is checked in pieces any database takes.
PIECE = 500


def can_print_draft(actor: Actor, application: Application) -> Verdict:
    """The unit prints what it is filling in, before the first submission and while it corrects."""
    if actor.role != Role.APPLICANT or actor.user.organisation_id != application.organisation_id:
        return Verdict.no("4.1-paper", _("草稿只由申报单位自己打印。"))
    if application.state not in EDITABLE:
        return Verdict.no("4.1-paper", _("申报已提交，请打印带版本和校验码的正式申报书。"))
    return Verdict.yes("4.1-paper")


def can_export_table(actor: Actor) -> Verdict:
    """Whoever works with the list of several units."""
    if actor.role in LISTERS:
        return Verdict.yes(CLAUSE)
    return Verdict.no(CLAUSE, _("导出清单由审核单位、市科协和审计人员使用。"))


def can_export_archive(actor: Actor, application: Application) -> Verdict:
    """The unit its own, its reviewing body and the municipal association; the auditor reads on the screen."""
    if actor.role not in ARCHIVISTS:
        return Verdict.no(CLAUSE, _("档案包由申报单位、审核单位和市科协导出。"))
    if not readable_by(actor.user).filter(pk=application.pk).exists():
        return Verdict.no(CLAUSE, _("这项申报不在您的办理范围内。"))
    return Verdict.yes(CLAUSE)


def can_export_archives(actor: Actor) -> Verdict:
    """Archives of many units at a time leave with municipal staff only."""
    if actor.role == Role.MUNICIPAL:
        return Verdict.yes(CLAUSE)
    return Verdict.no(CLAUSE, _("多项申报的档案包只由市科协学会部导出。"))


def can_include_identity(actor: Actor) -> Verdict:
    """Identity papers leave the portal only with municipal staff, who say why."""
    if actor.role == Role.MUNICIPAL:
        return Verdict.yes(CLAUSE)
    return Verdict.no(CLAUSE, _("身份证件只由市科协学会部说明理由后导出。"))


def can_have_made(actor: Actor, job: Job) -> Verdict:
    """Whether the person may have, today, everything the job holds: asked at the order, the making and the fetching."""
    if job.asked_by_id != actor.user.pk or job.asked_role != actor.role:
        return Verdict.no(CLAUSE, _("只有申请制作的本人、以原来的身份可以取用。"))
    if job.asked_body_id != actor.user.reviewing_body_id:
        return Verdict.no(CLAUSE, _("您的所属审核单位已变更，请重新申请制作。"))
    if job.kind == Job.Kind.DRAFT_PRINT:
        # A draft made before the submission stays what it says it is.
        return Verdict.yes("4.1-paper") if _still_readable(actor, job) else _out_of_reach()
    verdict = {
        Job.Kind.TABLE: can_export_table,
        Job.Kind.ARCHIVE: _any_archivist,
        Job.Kind.ARCHIVES: can_export_archives,
    }[Job.Kind(job.kind)](actor)
    if verdict and job.with_identity:
        verdict = can_include_identity(actor)
    if not verdict:
        return verdict
    return verdict if _still_readable(actor, job) else _out_of_reach()


def can_fetch(actor: Actor, job: Job) -> Verdict:
    """Made, not expired, and still this person's to have."""
    if job.state != Job.State.DONE:
        return Verdict.no(CLAUSE, _("文件还没有做好。"))
    if job.file_id is None or is_over(actor, job):
        return Verdict.no(CLAUSE, _("文件已过保存期并删除，请重新申请制作。"))
    return can_have_made(actor, job)


def can_cancel(actor: Actor, job: Job) -> Verdict:
    """Whoever asked, until it is made."""
    if job.asked_by_id != actor.user.pk:
        return Verdict.no(CLAUSE, _("只有申请制作的本人可以取消。"))
    if job.state not in Job.OPEN:
        return Verdict.no(CLAUSE, _("制作已经结束，不需要取消。"))
    return Verdict.yes(CLAUSE)


def is_over(actor: Actor, job: Job) -> bool:
    """Whether the file's time is over, tidied away or not."""
    return job.expires_at is not None and actor.now >= job.expires_at


def _any_archivist(actor: Actor) -> Verdict:
    if actor.role in ARCHIVISTS:
        return Verdict.yes(CLAUSE)
    return Verdict.no(CLAUSE, _("档案包由申报单位、审核单位和市科协导出。"))


def _still_readable(actor: Actor, job: Job) -> bool:
    wanted = list(job.selection)
    rows = readable_by(actor.user)
    pieces = (wanted[start : start + PIECE] for start in range(0, len(wanted), PIECE))
    return all(rows.filter(pk__in=piece).count() == len(piece) for piece in pieces)


def _out_of_reach() -> Verdict:
    return Verdict.no(CLAUSE, _("其中有申报已不在您的办理范围内，请重新申请制作。"))
