"""The people and places a story needs: staff, experts, organisations."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from random import Random
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from haizhi_portal.accounts.actions.consent import confirm_letter, upload_letter
from haizhi_portal.accounts.actions.registration import register_organisation
from haizhi_portal.accounts.actions.users import create_user
from haizhi_portal.accounts.models import Jurisdiction, Organisation, ReviewingBody, User
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.identifiers import synthetic_credit_code
from haizhi_portal.policy.words import Kind, Level, Role
from haizhi_portal.site.story.names import OVERSEAS, organisation_name, person_name
from haizhi_portal.site.story.specimen_papers import sample_pdf
from resources.actions import add_partner
from resources.models import Partner

PREFIXES = {
    Kind.PARK: "91210200",
    Kind.SOCIETY: "51210200",
    Kind.DISTRICT_CAST: "13210200",
    Kind.UNIVERSITY: "12210200",
    Kind.INSTITUTE: "12210200",
    Kind.ENTERPRISE: "91210200",
    Kind.PUBLIC_INSTITUTION: "12210200",
}

WORKING_HOURS = time(10, 0)


def at(day: date) -> datetime:
    """Ten in the morning of that day in Dalian."""
    return datetime.combine(day, WORKING_HOURS, timezone.get_default_timezone())


def acting(user: User, day: date) -> Actor:
    """That person at work on that day."""
    return Actor(user=user, role=user.role, now=at(day))


@dataclass
class Cast:
    """Everybody who plays a part, and the one source of chance."""

    chance: Random
    password: str | None = None
    officers: list[User] = field(default_factory=list)
    leaders: list[User] = field(default_factory=list)
    experts: list[User] = field(default_factory=list)
    reviewers: dict[int, User] = field(default_factory=dict)
    organisations: list[Organisation] = field(default_factory=list)
    people: dict[int, User] = field(default_factory=dict)
    codes: set[str] = field(default_factory=set)

    def credit_code(self, kind: str) -> str:
        """A synthetic credit code nobody else in the story has."""
        code = synthetic_credit_code(PREFIXES[Kind(kind)], self.chance)
        while code in self.codes:
            code = synthetic_credit_code(PREFIXES[Kind(kind)], self.chance)
        self.codes.add(code)
        return code

    def person_of(self, organisation: Organisation) -> User:
        """The applicant of an organisation."""
        return self.people[organisation.pk]


@dataclass(frozen=True)
class Staff:
    """Sign-in names of those who work on the scheme; ``bodies`` maps a jurisdiction's code to its reviewer's name."""

    officers: tuple[str, ...] = ("officer1", "officer2")
    leaders: tuple[str, ...] = ("leader1",)
    experts: tuple[str, ...] = tuple(f"expert-{n}" for n in range(1, 8))
    bodies: Mapping[str, str] = field(default_factory=dict)


def employ(
    *,
    day: date,
    username: str,
    role: str,
    index: int,
    password: str | None,
    body: ReviewingBody | None = None,
    is_demo: bool = False,
) -> User:
    """One member of staff or expert."""
    return create_user(
        actor=Actor.system(at(day)),
        username=username,
        password=password or secrets.token_urlsafe(24),
        name=person_name(index),
        role=role,
        email=f"{username}@example.com",
        reviewing_body=body,
        is_demo=is_demo,
    )


def hire(cast: Cast, *, day: date, staff: Staff) -> None:
    """Municipal staff, experts, and one reviewer at every reviewing body."""
    known = cast.password is not None
    common: dict[str, Any] = {"day": day, "password": cast.password, "is_demo": known}
    cast.officers = [employ(username=n, role=Role.MUNICIPAL, index=i, **common) for i, n in enumerate(staff.officers)]
    cast.leaders = [employ(username=n, role=Role.LEADER, index=i + 4, **common) for i, n in enumerate(staff.leaders)]
    cast.experts = [employ(username=n, role=Role.EXPERT, index=i + 6, **common) for i, n in enumerate(staff.experts)]
    named = {Jurisdiction.objects.get(code=code).reviewing_body_id: name for code, name in staff.bodies.items()}
    for place, body in enumerate(ReviewingBody.objects.order_by("pk"), start=1):
        name = named.get(body.pk)
        cast.reviewers[body.pk] = employ(
            day=day,
            username=name or f"reviewer-{place}",
            role=Role.DISTRICT,
            index=place + 10,
            password=cast.password if name else None,
            body=body,
            is_demo=known and name is not None,
        )


def found(
    cast: Cast,
    *,
    day: date,
    index: int,
    kind: str,
    level: str,
    jurisdiction: Jurisdiction,
    partners: int = 2,
    username: str = "",
    consent: str = "confirmed",
) -> Organisation:
    """Register an organisation with its person and its overseas partners.

    ``consent`` says how far its letter came: confirmed, waiting or missing.
    """
    person = register_organisation(
        actor=Actor(user=None, role=Role.APPLICANT, now=at(day)),
        credit_code=cast.credit_code(kind),
        name=organisation_name(kind, index),
        kind=kind,
        level=level,
        in_dalian=True,
        jurisdiction=jurisdiction,
        is_branch=False,
        legal_representative=person_name(index + 3),
        address=f"大连市{jurisdiction.name}示范路 {index + 1} 号",
        username=username or f"unit{index}",
        password=(cast.password if username else None) or secrets.token_urlsafe(24),
        person_name=person_name(index),
        email=f"unit{index}@example.com",
        mobile=f"138{index:08d}",
        is_demo=bool(username) and cast.password is not None,
    )
    organisation = person.organisation
    if organisation is None:
        raise ValueError("a registered applicant belongs to an organisation")
    cast.people[organisation.pk] = person
    if consent != "missing":
        letter = upload_letter(
            actor=acting(person, day),
            organisation=organisation,
            upload=SimpleUploadedFile("法定代表人同意书.pdf", sample_pdf(), content_type="application/pdf"),
        )
        if consent == "confirmed":
            organisation = confirm_letter(actor=acting(cast.officers[0], day), letter=letter)
    for offset in range(partners):
        name, foreign_name, country = OVERSEAS[(index + offset) % len(OVERSEAS)]
        add_partner(
            actor=acting(person, day),
            organisation=organisation,
            name=name,
            foreign_name=foreign_name,
            kind=Partner.PartnerKind.SOCIETY,
            country=country,
            since=date(day.year - 1, 5, 1),
            until=None,
            cooperation="每年互访一次，共同举办技术交流，互荐专家和项目。",
            agreement=None,
        )
    cast.organisations.append(organisation)
    return organisation


def populate(cast: Cast, *, day: date, number: int) -> None:
    """``number`` organisations of every kind, level and place, so that routes lead everywhere."""
    places = list(Jurisdiction.objects.order_by("order", "code"))
    patterns = [
        (Kind.ENTERPRISE, Level.NONE),
        (Kind.ENTERPRISE, Level.NONE),
        (Kind.SOCIETY, Level.MUNICIPAL),
        (Kind.INSTITUTE, Level.DISTRICT),
        (Kind.UNIVERSITY, Level.PROVINCIAL),
        (Kind.PARK, Level.NONE),
        (Kind.ENTERPRISE, Level.MUNICIPAL),
        (Kind.PUBLIC_INSTITUTION, Level.DISTRICT),
        (Kind.DISTRICT_CAST, Level.DISTRICT),
        (Kind.INSTITUTE, Level.CENTRAL),
        (Kind.ENTERPRISE, Level.NONE),
        (Kind.PARK, Level.MUNICIPAL),
    ]
    for index in range(number):
        kind, level = patterns[index % len(patterns)]
        found(cast, day=day, index=index, kind=kind, level=level, jurisdiction=places[index % len(places)])
