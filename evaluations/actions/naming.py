"""What the ledger calls evaluations, renewals and withdrawals, and where messages lead to."""

from typing import TypedDict

from django.urls import reverse

from bases.naming import renewal_object
from evaluations.models import Evaluation, Renewal, Withdrawal


class Concerned(TypedDict):
    """The object of a ledger entry with the base and unit it concerns."""

    object: str
    base: str
    organisation: str


def about_evaluation(evaluation: Evaluation) -> Concerned:
    base = evaluation.base
    return {
        "object": f"evaluation:{base.number}/{evaluation.year}",
        "base": base.number,
        "organisation": base.organisation.credit_code,
    }


def about_renewal(renewal: Renewal) -> Concerned:
    base = renewal.term.base
    return {
        "object": renewal_object(base, renewal.term),
        "base": base.number,
        "organisation": base.organisation.credit_code,
    }


def about_withdrawal(withdrawal: Withdrawal) -> Concerned:
    base = withdrawal.base
    return {
        "object": f"withdrawal:{base.number}",
        "base": base.number,
        "organisation": base.organisation.credit_code,
    }


def evaluation_page(evaluation: Evaluation) -> str:
    return reverse("evaluations:detail", args=[evaluation.public_id])


def renewal_page(renewal: Renewal) -> str:
    return reverse("evaluations:renewal", args=[renewal.public_id])


def withdrawal_page(withdrawal: Withdrawal) -> str:
    return reverse("evaluations:withdrawal", args=[withdrawal.public_id])
