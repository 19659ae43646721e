"""Finding what a page is about: always through the one filter of what the person may see, 404 otherwise."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from bases.models import Base
from bases.queries import visible_to as visible_bases
from evaluations import queries
from evaluations.models import Evaluation, Renewal, Withdrawal
from evaluations.standing import Standing
from haizhi_portal.accounts.requests import PortalRequest
from haizhi_portal.documents.models import Document
from haizhi_portal.documents.queries import visible_to as visible_documents

Trail = list[tuple[Any, str]]
PER_PAGE = 20

READERS = ("applicant", "municipal", "leader", "auditor")


def evaluation_for(request: PortalRequest, public_id: str) -> Evaluation:
    """Raises Http404 when there is none for this person."""
    rows = queries.visible_to(request.user).select_related(
        "base__organisation",
        "criteria_set",
        "sheet__scorer",
        "announced_by",
        "review__sheet",
        "notice",
        "exemption_prepared_by",
        "exemption_refused_by",
    )
    return get_object_or_404(rows, public_id=public_id)


def renewal_for(request: PortalRequest, public_id: str) -> Renewal:
    """Raises Http404 when there is none for this person."""
    rows = queries.renewals_visible_to(request.user).select_related(
        "term__base__organisation", "prepared_by", "decided_by", "document"
    )
    return get_object_or_404(rows, public_id=public_id)


def withdrawal_for(request: PortalRequest, public_id: str) -> Withdrawal:
    """Raises Http404 when there is none for this person."""
    rows = queries.withdrawals_visible_to(request.user).select_related(
        "base__organisation", "prepared_by", "confirmed_by", "document"
    )
    return get_object_or_404(rows, public_id=public_id)


def base_for(request: PortalRequest, number: str) -> Base:
    """Raises Http404 when there is none for this person."""
    return get_object_or_404(visible_bases(request.user).select_related("organisation"), number=number)


def readable(request: PortalRequest, document: Document | None) -> Document | None:
    """The document, if this person may open it."""
    return None if document is None else visible_documents(request.user).filter(pk=document.pk).first()


def trail_to_evaluation(evaluation: Evaluation) -> Trail:
    """The breadcrumb down to an evaluation's own page."""
    words = _("%(base)s %(year)s 年度") % {"base": evaluation.base.number, "year": evaluation.year}
    return [
        (_("年度评估"), reverse("evaluations:list")),
        (words, reverse("evaluations:detail", args=[evaluation.public_id])),
    ]


def trail_to_renewal(renewal: Renewal) -> Trail:
    return [
        (_("续期"), reverse("evaluations:renewals")),
        (renewal.term.base.number, reverse("evaluations:renewal", args=[renewal.public_id])),
    ]


def trail_to_withdrawal(withdrawal: Withdrawal) -> Trail:
    return [
        (_("取消资格"), reverse("evaluations:withdrawals")),
        (withdrawal.base.number, reverse("evaluations:withdrawal", args=[withdrawal.public_id])),
    ]


def trail_to_base(base: Base) -> Trail:
    return [(_("基地"), reverse("bases:list")), (base.number, reverse("bases:detail", args=[base.number]))]


def posted(request: PortalRequest) -> QueryDict | None:
    """What was sent, also when nothing but the button was; None when the page is only looked at."""
    return request.POST if request.method == "POST" else None


def tone_for(standing: Standing, steps: list[Any]) -> str:
    """The banner's tone: what somebody else waits for is this reader's to do when there is a step for them."""
    return "act" if steps and standing.tone == "wait" else standing.tone


def page_of(request: PortalRequest, rows: QuerySet[Any]) -> Page[Any]:
    """The page the address asks for, the nearest one when there is no such page."""
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
