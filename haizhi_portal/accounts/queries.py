"""Who is where, and who sees whom."""

from django.db.models import QuerySet

from haizhi_portal.accounts.models import Organisation, ReviewingBody, User
from haizhi_portal.policy.words import Role


def people_of(organisation: Organisation) -> QuerySet[User]:
    """The active people of an organisation."""
    return User.objects.filter(organisation=organisation, is_active=True)


def staff_of(body: ReviewingBody) -> QuerySet[User]:
    """The active staff of a reviewing body."""
    return User.objects.filter(reviewing_body=body, is_active=True)


def municipal_staff() -> QuerySet[User]:
    """The active officers of the society department."""
    return User.objects.filter(role=Role.MUNICIPAL, is_active=True)


def leaders() -> QuerySet[User]:
    """The active leaders of the municipal CAST."""
    return User.objects.filter(role=Role.LEADER, is_active=True)


def experts() -> QuerySet[User]:
    """The active experts."""
    return User.objects.filter(role=Role.EXPERT, is_active=True)


def visible_organisations(user: User) -> QuerySet[Organisation]:
    """Organisations this person may know of: one's own, those of one's jurisdictions, or all."""
    organisations = Organisation.objects.select_related("jurisdiction")
    if user.role == Role.APPLICANT:
        return organisations.filter(users=user)
    if user.role == Role.DISTRICT:
        return organisations.filter(jurisdiction__reviewing_body=user.reviewing_body_id)
    if user.role in {Role.MUNICIPAL, Role.LEADER, Role.ADMIN, Role.AUDITOR}:
        return organisations
    return organisations.none()


def visible_users(user: User) -> QuerySet[User]:
    """People this person may look up: a system administrator everybody, an applicant the own organisation's."""
    people = User.objects.select_related("organisation", "reviewing_body")
    if user.role == Role.ADMIN:
        return people
    if user.role == Role.APPLICANT:
        return people.filter(organisation=user.organisation_id)
    return people.filter(pk=user.pk)
