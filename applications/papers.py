"""Stamped copies at the desk: which count, and which version a printed code stands for (`4.1-paper`)."""

from django.db.models import Sum

from applications.models import Application, Submission
from haizhi_portal.policy.identifiers import normalise


def copies_of_current_version(application: Application) -> int:
    """How many stamped copies of the current version have been received."""
    current = current_submission(application)
    if current is None:
        return 0
    return current.receipts.aggregate(total=Sum("copies"))["total"] or 0


def current_submission(application: Application) -> Submission | None:
    """The version that counts: the latest one submitted."""
    return application.submissions.order_by("-version").first()


def submission_of_code(code: str) -> Submission | None:
    """The version whose check code this is, however it was typed."""
    code = normalise(code).upper()
    if not code:
        return None
    return (
        Submission.objects.filter(print__verify_code=code)
        .select_related("application__organisation", "application__call", "print")
        .first()
    )
