"""Who reads which entries of a thread, and what of it is still unread.

The municipal CAST reads everything, a district what was said between the unit and itself, the unit all of its own.
"""

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from applications.models import Application, ThreadEntry, ThreadMark
from applications.queries import readable_by
from haizhi_portal.accounts.models import User
from haizhi_portal.policy.words import Role

TALKING = (Role.APPLICANT, Role.DISTRICT, Role.MUNICIPAL)
READING = (*TALKING, Role.LEADER, Role.AUDITOR)


def entries_visible_to(user: User) -> QuerySet[ThreadEntry]:
    """What a person may read of any thread, oldest first; experts nothing."""
    rows = ThreadEntry.objects.select_related("application__organisation", "body", "sent_by", "file").order_by("pk")
    if not user.is_authenticated or user.role not in READING:
        return rows.none()
    rows = rows.filter(application__in=readable_by(user).values("pk"))
    return rows.filter(body_id=user.reviewing_body_id) if user.role == Role.DISTRICT else rows


def unread_entries(user: User) -> QuerySet[ThreadEntry]:
    """What the other side said to this person's side since the person last read the thread."""
    if not user.is_authenticated or user.role not in TALKING:
        return ThreadEntry.objects.none()
    read = ThreadMark.objects.filter(application=OuterRef("application"), reader=user).values("entry")
    rows = entries_visible_to(user).filter(by_office=user.role == Role.APPLICANT)
    if user.role == Role.MUNICIPAL:
        rows = rows.filter(body__isnull=True)
    return rows.alias(read=Coalesce(Subquery(read), Value(0))).filter(pk__gt=F("read"))


def unread_applications(user: User) -> QuerySet[Application]:
    """The applications with something unread, each with ``unread`` entries."""
    unread = Count("thread", filter=Q(thread__in=unread_entries(user).values("pk")))
    rows = Application.objects.annotate(unread=unread).filter(unread__gt=0)
    return rows.select_related("organisation", "call").order_by("number")
