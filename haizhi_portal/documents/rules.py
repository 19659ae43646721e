"""Who may do what with an issued document."""

from django.utils.translation import gettext as _

from haizhi_portal.audit.actor import Actor
from haizhi_portal.documents.models import Document
from haizhi_portal.policy.verdict import Verdict
from haizhi_portal.policy.words import Role

KEEPERS = frozenset({Role.MUNICIPAL, Role.LEADER, Role.AUDITOR})


def can_void(actor: Actor, document: Document) -> Verdict:
    """Only a leader declares a document of the association void, and only once."""
    if actor.role != Role.LEADER:
        return Verdict.no(document.clause, _("文书由市科协领导决定作废。"))
    if document.number_id is None:
        return Verdict.no(document.clause, _("这是申报单位自己打印的申报书，没有发文字号，无须作废。"))
    if document.voided_on:
        return Verdict.no(document.clause, _("这份文书已经作废。"))
    return Verdict.yes(document.clause)


def can_retry(actor: Actor, document: Document) -> Verdict:
    """Municipal staff ask for another attempt at a document whose file is still missing."""
    if actor.role not in {Role.MUNICIPAL, Role.LEADER}:
        return Verdict.no(document.clause, _("请联系市科协学会部重新制作。"))
    if document.file_id:
        return Verdict.no(document.clause, _("文件已经制作完成，不需要重新制作。"))
    if document.voided_on:
        return Verdict.no(document.clause, _("文书已经作废，不再制作文件。"))
    return Verdict.yes(document.clause)
