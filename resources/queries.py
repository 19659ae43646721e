"""What is read of overseas partners."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from haizhi_portal.accounts.models import Organisation
from haizhi_portal.policy.words import Role
from resources.models import Partner


def visible_to(user: Any) -> QuerySet[Partner]:
    """A unit's own partners, those of its jurisdiction for district staff, all for municipal readers; not removed."""
    partners = Partner.objects.filter(removed_at__isnull=True)
    if not getattr(user, "is_authenticated", False):
        return partners.none()
    if user.role in (Role.MUNICIPAL, Role.LEADER, Role.AUDITOR):
        return partners
    if user.role == Role.APPLICANT:
        return partners.filter(organisation_id=user.organisation_id)
    if user.role == Role.DISTRICT:
        return partners.filter(organisation__jurisdiction__reviewing_body_id=user.reviewing_body_id)
    return partners.none()


def of_organisation(organisation: Organisation) -> QuerySet[Partner]:
    """The partners an organisation has entered and not removed."""
    return Partner.objects.filter(organisation=organisation, removed_at__isnull=True)


def in_force_on(organisation: Organisation, day: date) -> QuerySet[Partner]:
    """Partners whose partnership holds on ``day``; its first and last day count."""
    return of_organisation(organisation).filter(Q(until__isnull=True) | Q(until__gte=day), since__lte=day)
