"""Stamped copies at the desk: which count, and which version a printed code stands for (`4.1-paper`)."""

import unicodedata

from django.db.models import Sum

from applications.models import Application, Submission
from haizhi_portal.documents.codes import VERIFY_PATH, looks_like_code, read_code


def copies_of_current_version(application: Application) -> int:
    """How many stamped copies of the current version have been received, cancelled registrations apart."""
    current = current_submission(application)
    if current is None:
        return 0
    return current.receipts.filter(void__isnull=True).aggregate(total=Sum("copies"))["total"] or 0


def current_submission(application: Application) -> Submission | None:
    """The version that counts: the latest one submitted."""
    return application.submissions.order_by("-version").first()


def scanned_code(text: str) -> str:
    """The bare check code in what was typed or scanned: the code itself, or the address a QR code holds.

    Full-width signs, lower case, gaps and dashes are understood.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    _before, path, after = plain.lower().rpartition(VERIFY_PATH)
    if path:
        plain = after.split("?")[0].split("#")[0].strip("/")
    return read_code(plain)


def submission_of_code(code: str) -> Submission | None:
    """The version whose check code this is, however it was typed."""
    code = scanned_code(code)
    if not looks_like_code(code):
        return None
    return (
        Submission.objects.filter(print__verify_code=code)
        .select_related("application__organisation", "application__call", "print")
        .first()
    )
