"""Who may see an identity paper as it is; everybody else who may see it at all sees it masked (`4.1-materials`)."""

from django.utils.translation import gettext as _

from applications.models import Material
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.verdict import Verdict
from haizhi_portal.policy.words import Role

CLAUSE = "4.1-materials"


def can_unmask(actor: Actor, material: Material) -> Verdict:
    """The unit that handed it in, and whoever has to check it: the staff of its reviewing body, municipal staff."""
    application = material.application
    if actor.role == Role.APPLICANT:
        own = actor.user.organisation_id == application.organisation_id
        return Verdict.yes(CLAUSE) if own else Verdict.no(CLAUSE, _("这份证件不属于贵单位。"))
    if actor.role == Role.DISTRICT:
        theirs = application.body is not None and actor.user.reviewing_body_id == application.body.pk
        return Verdict.yes(CLAUSE) if theirs else Verdict.no(CLAUSE, _("这项申报不在您的办理范围内。"))
    if actor.role == Role.MUNICIPAL:
        return Verdict.yes(CLAUSE)
    return Verdict.no(CLAUSE, _("证件原件只供申报单位和审核人员查看，其他人员只看遮挡后的页面。"))


def can_download(actor: Actor, material: Material) -> Verdict:
    """Anybody who may see the material; a protected one only the unit that handed it in."""
    if not material.file.protected or actor.role == Role.APPLICANT:
        return Verdict.yes(CLAUSE)
    return Verdict.no(CLAUSE, _("身份证件不提供下载，只能在线查看。"))
