"""Who is where, and who sees whom."""

from django.db.models import Case, OuterRef, QuerySet, Subquery, When

from haizhi_portal.accounts.models import ConsentLetter, Invitation, Organisation, ReviewingBody, User
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


def reads_letters(user: User) -> bool:
    """A system administrator looks after accounts, not after what units hand in."""
    return user.role != Role.ADMIN


def visible_letters(user: User) -> QuerySet[ConsentLetter]:
    """Consent letters this person may read: one's own unit's, a district's those of its jurisdictions, all others'."""
    letters = ConsentLetter.objects.select_related("file", "organisation", "uploaded_by", "decided_by")
    if not reads_letters(user):
        return letters.none()
    return letters.filter(organisation__in=visible_organisations(user))


def visible_invitations(user: User) -> QuerySet[Invitation]:
    """Invitations this person may handle: a unit's administrator the colleagues', staff those that restore a unit."""
    invitations = Invitation.objects.select_related("organisation", "invited_by", "evidence")
    if user.role == Role.APPLICANT and user.administers:
        return invitations.filter(organisation=user.organisation_id, administers=False)
    if user.role in {Role.MUNICIPAL, Role.ADMIN}:
        return invitations.filter(administers=True)
    return invitations.none()


def visible_users(user: User) -> QuerySet[User]:
    """People this person may look up: a system administrator everybody, an applicant the own organisation's."""
    people = User.objects.select_related("organisation", "reviewing_body")
    if user.role == Role.ADMIN:
        return people
    if user.role == Role.APPLICANT:
        return people.filter(organisation=user.organisation_id)
    return people.filter(pk=user.pk)


def organisations_with_letters(organisations: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """With ``letter``, the outcome of the letter handed in last, those that wait for a decision first."""
    last = ConsentLetter.objects.filter(organisation=OuterRef("pk")).order_by("-uploaded_at", "-id")
    waits = Case(When(letter=ConsentLetter.Outcome.WAITING, then=0), default=1)
    return organisations.annotate(letter=Subquery(last.values("outcome")[:1])).order_by(waits, "name", "pk")
