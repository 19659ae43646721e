"""The record of a base that whoever assesses or decides its renewal has before them."""

from django.utils.translation import gettext as _

from evaluations.models import Evaluation, Renewal, Withdrawal
from haizhi_portal.policy.dates_said import said


def evaluations_of(renewal: Renewal) -> list[Evaluation]:
    """The evaluations of the years that ended within the term."""
    term = renewal.term
    return list(
        term.base.evaluations.filter(year__gte=term.starts_on.year, year__lte=term.expires_on.year)
        .select_related("base__organisation", "sheet", "review")
        .order_by("year")
    )


def cases_of(renewal: Renewal) -> list[Withdrawal]:
    """Every case against the base, open ones first."""
    return sorted(
        renewal.term.base.withdrawals.select_related("base").order_by("pk"), key=lambda case: case.closed_on is not None
    )


def paper_said(renewal: Renewal) -> str:
    """When the stamped paper came, and whether it was registered later than that."""
    if renewal.paper_received_on is None:
        return _("未收到，最后一天%(day)s") % {"day": said(renewal.paper_due_on)}
    words = _("%(day)s收到") % {"day": said(renewal.paper_received_on)}
    if renewal.paper_registered_on is None or renewal.paper_registered_on == renewal.paper_received_on:
        return words
    return words + _("（%(day)s补登：%(reason)s）") % {
        "day": said(renewal.paper_registered_on),
        "reason": renewal.paper_reason,
    }
