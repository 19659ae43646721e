"""What is read of evaluations, renewals and withdrawals, and who sees it."""

from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet

from bases.models import Base, Term
from evaluations.models import Evaluation, Renewal, Withdrawal
from haizhi_portal.accounts.models import User
from haizhi_portal.policy.failures import YearResult
from haizhi_portal.policy.words import Role

M = TypeVar("M", bound=Model)

SEES_ALL = (Role.MUNICIPAL, Role.LEADER, Role.AUDITOR)


def visible_to(user: Any) -> QuerySet[Evaluation]:
    """Municipal staff see all; a unit its own once announced or final; a district final ones of its jurisdiction."""
    rows = _of_own(Evaluation.objects.all(), user, "base")
    if getattr(user, "role", "") == Role.APPLICANT:
        return rows.filter(Q(announced_on__isnull=False) | Q(final_on__isnull=False))
    if getattr(user, "role", "") == Role.DISTRICT:
        return Evaluation.objects.filter(
            base__organisation__jurisdiction__reviewing_body=user.reviewing_body_id, final_on__isnull=False
        )
    return rows


def renewals_visible_to(user: Any) -> QuerySet[Renewal]:
    """Municipal staff see all, a unit its own."""
    return _of_own(Renewal.objects.all(), user, "term__base")


def withdrawals_visible_to(user: Any) -> QuerySet[Withdrawal]:
    """Municipal staff see all; a unit its own once decided."""
    rows = _of_own(Withdrawal.objects.all(), user, "base")
    return rows.filter(confirmed_on__isnull=False) if getattr(user, "role", "") == Role.APPLICANT else rows


def may_read_marks(user: User, evaluation: Evaluation) -> bool:
    """Whether points and the words beside them are for this reader: not for a district, which reads the result only."""
    return user.role in SEES_ALL or (
        user.role == Role.APPLICANT
        and evaluation.announced_on is not None
        and user.organisation_id == evaluation.base.organisation_id
    )


def may_read_assessment(user: User) -> bool:
    """Whether what officers write for the leader is for this reader; a unit reads the decision and its reason."""
    return user.role in SEES_ALL


def final_results(base: Base) -> list[YearResult]:
    """The base's final results, oldest first."""
    rows = Evaluation.objects.filter(base=base, final_on__isnull=False).order_by("year").values_list("year", "result")
    return [YearResult(year, result) for year, result in rows]


def open_cases(user: Any) -> dict[int, Withdrawal]:
    """The cases not closed yet, by their base; none for a reader who may not know of them."""
    cases = withdrawals_visible_to(user).filter(closed_on__isnull=True, base__ended_on__isnull=True)
    return {case.base_id: case for case in cases.select_related("base").order_by("pk")}


def years_between(withdrawal: Withdrawal) -> list[YearResult]:
    """The final results between the two failed years: why it can be contested that they were running."""
    if withdrawal.first_failed_year is None or withdrawal.second_failed_year is None:
        return []
    first, second = withdrawal.first_failed_year, withdrawal.second_failed_year
    return [each for each in final_results(withdrawal.base) if first < each.year < second]


def last_term(base: Base) -> Term:
    """The base's latest term."""
    return base.terms.order_by("-number")[0]


def renewal_of(term: Term) -> Renewal | None:
    """The request for the renewal of a term that was not withdrawn."""
    return Renewal.objects.filter(term=term).exclude(state=Renewal.State.WITHDRAWN).first()


def _of_own(rows: QuerySet[M], user: Any, path: str) -> QuerySet[M]:
    if not getattr(user, "is_authenticated", False):
        return rows.none()
    if user.role in SEES_ALL:
        return rows
    if user.role == Role.APPLICANT:
        return rows.filter(**{f"{path}__organisation": user.organisation_id})
    return rows.none()
