"""What is read of sheets."""

import hashlib

from django.db.models import Q, QuerySet

from haizhi_portal.accounts.models import User
from haizhi_portal.scoring.models import Sheet

VALID = Q(submitted_at__isnull=False, voided_at__isnull=True)


def visible_to(user: User) -> QuerySet[Sheet]:
    """A scorer sees their own sheets; whoever owns the assessment shows others' through its own filter."""
    return Sheet.objects.filter(scorer=user)


def content_digest(sheet: Sheet | None) -> str:
    """Stands for what a sheet holds just now, so that a page can tell whether it changed; empty without a sheet."""
    if sheet is None:
        return ""
    marks = sheet.marks.order_by("criterion__order").values_list("criterion__key", "points", "comment")
    content = [
        sheet.opinion,
        sheet.recommendation,
        *(f"{key}\t{points:.2f}\t{comment}" for key, points, comment in marks),
    ]
    return hashlib.sha256("\n".join(content).encode()).hexdigest()[:16]
