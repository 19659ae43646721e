"""Units, people, calls and applications for tests, each made and carried along by the portal's own actions."""

import io
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache
from random import Random
from typing import Any

import pikepdf
from django.core.files.uploadedfile import SimpleUploadedFile

from applications.actions import award as awarding
from applications.actions import call as calls
from applications.actions import certification, decision, draft, initial_review, paper, pre_review, submission
from applications.checklist import checks
from applications.models import Application, Assignment, Call, DecisionList, Submission
from applications.ranking import participating
from applications.sections import MATERIALS, SECTIONS
from bases.models import Base
from haizhi_portal.accounts.actions.consent import confirm_letter, upload_letter
from haizhi_portal.accounts.actions.registration import register_organisation
from haizhi_portal.accounts.actions.users import add_user
from haizhi_portal.accounts.models import Jurisdiction, Organisation, ReviewingBody, User
from haizhi_portal.audit.actor import Actor
from haizhi_portal.files.tables import Column
from haizhi_portal.policy.figures import CERTIFICATION_WEIGHTS
from haizhi_portal.policy.identifiers import synthetic_credit_code
from haizhi_portal.policy.models import FigureEdition
from haizhi_portal.policy.periods import SHANGHAI
from haizhi_portal.policy.words import Kind, Level, Role
from resources.actions import add_partner
from resources.models import Partner

State = Application.State

_PREFIXES = {
    Kind.SOCIETY: "51210200",
    Kind.UNIVERSITY: "12210200",
    Kind.INSTITUTE: "12210200",
    Kind.PUBLIC_INSTITUTION: "12210200",
    Kind.DISTRICT_CAST: "13210200",
}


def at(day: date | str, hour: int = 10, minute: int = 0, second: int = 0) -> datetime:
    """That time of the day in Dalian."""
    day = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime.combine(day, time(hour, minute, second), tzinfo=SHANGHAI)


def acting(user: User | None, now: date | str | datetime) -> Actor:
    """This person, or the system, at ten in the morning of a day or at an instant."""
    instant = now if isinstance(now, datetime) else at(now)
    return Actor(user=user, role=user.role if user else Role.SYSTEM, now=instant, address="192.0.2.7")


# People and units ---------------------------------------------------------------------------------------------------


def user(role: str, *, place: str = "", organisation: Organisation | None = None, number: int = 1) -> User:
    """The n-th person of a role: of the body that reviews for ``place``, or of ``organisation``. Made once."""
    body = ReviewingBody.objects.get(jurisdictions__code=place) if place else None
    owner = organisation.credit_code if organisation else str(body.pk) if body else ""
    username = f"{role}-{number}{owner}".lower()
    found = User.objects.filter(username=username).first()
    return found or add_user(
        actor=Actor.system(at("2020-01-01")),
        username=username,
        password="a-test-pass-phrase",
        name=f"测试人员{role}{number}",
        role=role,
        email=f"{username}@example.org",
        organisation=organisation,
        reviewing_body=body,
    )


def district(place: str) -> User:
    """Staff of the body that reviews for a jurisdiction."""
    return user(Role.DISTRICT, place=place)


def expert(number: int = 1) -> User:
    return user(Role.EXPERT, number=number)


def organisation(
    kind: str = Kind.ENTERPRISE,
    level: str = Level.NONE,
    code: str | None = None,
    place: str = "210211",
    *,
    confirmed: bool = True,
) -> Organisation:
    """An invented unit with its first person, its consent letter confirmed unless told otherwise."""
    number = Organisation.objects.count() + 1
    registered = register_organisation(
        actor=Actor.system(at("2020-01-01")),
        credit_code=code or synthetic_credit_code(_PREFIXES.get(Kind(kind), "91210200"), Random(number)),
        name=f"海风示例单位{number}",
        kind=kind,
        level=level,
        in_dalian=True,
        jurisdiction=Jurisdiction.objects.get(code=place),
        is_branch=False,
        legal_representative="林示例",
        address=f"示例路 {number} 号",
        username=f"unit-{number}",
        password="a-test-pass-phrase",
        person_name="陈示例",
        email=f"unit-{number}@example.org",
        mobile="13900000000",
    )
    assert registered.organisation is not None
    return confirm(registered.organisation) if confirmed else registered.organisation


def confirm(owner: Organisation) -> Organisation:
    """The consent letter comes in and is found in order."""
    letter = upload_letter(
        actor=acting(applicant_of(owner), "2020-01-01"), organisation=owner, upload=upload("同意书.pdf")
    )
    return confirm_letter(actor=acting(user(Role.MUNICIPAL), "2020-01-01"), letter=letter)


def municipal_unit() -> Organisation:
    """A unit that applies straight to the municipal CAST."""
    return organisation(Kind.INSTITUTE, Level.MUNICIPAL)


def applicant_of(owner: Organisation) -> User:
    """The unit's first person."""
    return owner.users.order_by("pk")[0]


def partner(owner: Organisation, *, name: str = "示例海外学会", since: str = "2020-01-01", until: str = "") -> Partner:
    return add_partner(
        actor=acting(applicant_of(owner), since),
        organisation=owner,
        name=name,
        foreign_name="Example Society",
        kind=Partner.PartnerKind.SOCIETY,
        country="新加坡",
        since=date.fromisoformat(since),
        until=date.fromisoformat(until) if until else None,
        cooperation="每年互访一次，共同举办学术会议。",
    )


# The year's call ----------------------------------------------------------------------------------------------------

DAYS = {
    "opens_on": (3, 1),
    "applicants_close_on": (4, 30),
    "districts_close_on": (5, 20),
    "initial_close_on": (6, 10),
    "certification_on": (6, 20),
}


def days_of(year: int = 2027, **changed: date) -> dict[str, date]:
    """The timetable used here: 1 March, 30 April, 20 May, 10 June, 20 June."""
    return {field: changed.get(field, date(year, *day)) for field, day in DAYS.items()}


def figures(day: str, **values: object) -> None:
    """Other figures in force from that day on, whoever set them."""
    FigureEdition.objects.create(
        in_force_from=date.fromisoformat(day),
        edition=f"自{day}",
        values=values,
        reason="试行",
        set_at=at("2026-12-01"),
        set_by="system",
    )


def call(year: int = 2027, **changed: date) -> Call:
    """The year's call, announced on 1 January unless it was already."""
    found = Call.objects.filter(year=year).first()
    return found or calls.announce_call(
        actor=acting(user(Role.MUNICIPAL), date(year, 1, 1)), year=year, **days_of(year, **changed)
    )


# One application ----------------------------------------------------------------------------------------------------


def answers() -> dict[str, dict[str, Any]]:
    """Every question answered."""
    by_kind: dict[str, Any] = {
        "yes": True,
        "date": "2010-05-06",
        "integer": 120,
        "mobile": "13900000000",
        "email": "lianxi@example.org",
        "text": "周示例",
        "long": "按实际情况填写的说明。",
        "rich": "<p>按实际情况填写的说明。</p>",
    }
    return {
        section.key: {
            field.key: [row(field.columns)] if field.columns else by_kind[field.kind] for field in section.fields
        }
        for section in SECTIONS.values()
        if section.fields
    }


def row(columns: tuple[Column, ...]) -> dict[str, Any]:
    """Every cell of a row of some table filled."""
    by_kind = {"text": "示例", "long": "示例说明", "integer": 3, "date": "2027-09-30"}
    return {each.key: each.choices[0][0] if each.choices else by_kind[each.kind] for each in columns}


def sent(answers: dict[str, Any]) -> dict[str, Any]:
    """Answers to a section as its page sends them: the cells of a table one by one."""
    cells = {
        f"{key}-{number}-{column}": cell
        for key, rows in answers.items()
        if isinstance(rows, list)
        for number, record in enumerate(rows)
        for column, cell in record.items()
    }
    return {key: value for key, value in answers.items() if not isinstance(value, list)} | cells


@lru_cache(maxsize=1)
def pdf() -> bytes:
    """A small whole PDF."""
    buffer = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.save(buffer)
    return buffer.getvalue()


def upload(name: str = "材料.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, pdf() if content is None else content, content_type="application/pdf")


def application_begun(owner: Organisation | None = None, in_call: Call | None = None, on: str = "") -> Application:
    """An empty draft, begun on the day the call opens."""
    owner, in_call = owner or organisation(), in_call or call()
    return draft.start(actor=acting(applicant_of(owner), on or in_call.opens_on), organisation=owner, call=in_call)


def application_ready(owner: Organisation | None = None, in_call: Call | None = None, on: str = "") -> Application:
    """A draft that lacks nothing."""
    application = application_begun(owner, in_call, on)
    actor = acting(applicant_of(application.organisation), on or application.call.opens_on)
    if not application.organisation.partners.exists():
        partner(application.organisation)
    for section, given in answers().items():
        application = draft.save_section(
            actor=actor, application=application, section=section, answers=given, expected_version=application.version
        )
    present = set(application.materials.filter(removed_at__isnull=True).values_list("kind", flat=True))
    for kind, spec in MATERIALS.items():
        if spec.required and kind not in present:
            draft.add_material(actor=actor, application=application, kind=kind, upload=upload(), stamped=spec.stamped)
    return application


def all_checked() -> dict[str, bool]:
    return dict.fromkeys(checks(), True)


def submit(application: Application, on: date | str | datetime = "2027-03-15") -> Submission:
    return submission.submit(actor=acting(applicant_of(application.organisation), on), application=application)


def endorse(application: Application, on: date | str = "2027-05-01") -> Application:
    return pre_review.endorse(
        actor=acting(district(application.route), on), application=application, opinion="同意", checks=all_checked()
    )


def pass_initial(application: Application, on: date | str = "2027-06-01") -> Application:
    return initial_review.pass_initial(
        actor=acting(user(Role.MUNICIPAL), on), application=application, opinion="材料齐全", checks=all_checked()
    )


def receive_paper(application: Application, on: date | str = "2027-06-02", copies: int = 2) -> None:
    current = application.submissions.latest("version")
    assert current.print is not None
    paper.receive_copies(
        actor=acting(user(Role.MUNICIPAL), on),
        application=application,
        check_code=current.print.verify_code,
        copies=copies,
    )


REMARKS = {"plan": "请补充预期目标的年度指标。"}


def send_back(
    application: Application,
    on: date | str = "2027-05-01",
    correct_by: date | None = None,
    sections: dict[str, str] | None = None,
) -> Application:
    """Returned by whoever reviews it now."""
    if application.state == State.DISTRICT_REVIEW:
        return pre_review.return_for_correction(
            actor=acting(district(application.route), on),
            application=application,
            opinion="请补正",
            sections=sections or REMARKS,
            correct_by=correct_by,
        )
    return initial_review.return_initial(
        actor=acting(user(Role.MUNICIPAL), on),
        application=application,
        opinion="请补正",
        sections=sections or REMARKS,
        correct_by=correct_by,
    )


def carried_to(state: str, owner: Organisation | None = None, in_call: Call | None = None) -> Application:
    """An application in that state on 1 July of its year, by the shortest way there; a district's unit by default.

    From certification on it is through a round of three experts, of its own if there is none yet.
    """
    application = application_ready(owner, in_call)
    year = application.call.year
    if state == State.DRAFT:
        return application
    submit(application, date(year, 3, 15))
    application.refresh_from_db()
    if state == State.WITHDRAWN:
        return submission.withdraw(
            actor=acting(applicant_of(application.organisation), date(year, 3, 20)),
            application=application,
            reason="计划有变",
        )
    if application.state == State.DISTRICT_REVIEW:
        if state == State.DISTRICT_REVIEW:
            return application
        if state == State.DISTRICT_RETURNED:
            return send_back(application, date(year, 5, 1))
        application = endorse(application, date(year, 5, 1))
    if state == State.INITIAL_REVIEW:
        return application
    if state == State.INITIAL_RETURNED:
        return send_back(application, date(year, 6, 1))
    if state == State.DECLINED:
        return initial_review.decline_initial(
            actor=acting(user(Role.MUNICIPAL), date(year, 6, 1)), application=application, reason="条件不足"
        )
    application = pass_initial(application, date(year, 6, 1))
    receive_paper(application, date(year, 6, 2))
    if state == State.CERTIFICATION:
        return application
    if state == State.LAPSED:
        calls.close_decisions(
            actor=acting(user(Role.MUNICIPAL), date(year, 6, 30)), call=application.call, reason="年度办结"
        )
    else:
        round_of(application.call)
        settled_list(application.call, [application])
        if state == State.LICENSED:
            awarding.award(actor=acting(user(Role.LEADER), date(year, 6, 30)), call=application.call)
    application.refresh_from_db()
    return application


# The round, the list, the award -------------------------------------------------------------------------------------


def marks(total: int | str = 80) -> dict[str, Decimal]:
    """Points over the five criteria that add up to ``total``."""
    total = Decimal(total)
    given = {weight.key: (total * weight.points / 100).quantize(Decimal("0.01")) for weight in CERTIFICATION_WEIGHTS}
    last = CERTIFICATION_WEIGHTS[-1].key
    given[last] += total - sum(given.values(), Decimal(0))
    return given


def open_round(in_call: Call) -> None:
    certification.open_round(actor=acting(user(Role.MUNICIPAL), in_call.certification_on), call=in_call)


def assign(application: Application, number: int = 1, *, declared: bool | None = None) -> Assignment:
    """The n-th expert asked; ``declared`` false pledges that there is no conflict, true declares one."""
    day = application.call.certification_on
    assignment = certification.assign(
        actor=acting(user(Role.MUNICIPAL), day), application=application, expert=expert(number)
    )
    if declared is None:
        return assignment
    return certification.declare(
        actor=acting(expert(number), day), assignment=assignment, conflict=declared, reason="曾任职" if declared else ""
    )


def score(assignment: Assignment, total: int | str = 80, *, recommended: bool = True) -> Assignment:
    return certification.submit_scores(
        actor=acting(assignment.expert, assignment.application.call.certification_on),
        assignment=assignment,
        points=marks(total),
        comments={},
        opinion="方案可行。",
        recommendation="recommended" if recommended else "not_recommended",
    )


def round_of(in_call: Call, totals: dict[str, list[int]] | None = None) -> None:
    """The year's round from opening to closing, each application scored by three experts, 80 unless told otherwise."""
    open_round(in_call)
    for application in participating(in_call):
        given = (totals or {}).get(application.number, [80, 80, 80])
        for number, total in enumerate(given, start=1):
            score(assign(application, number, declared=False), total)
    certification.close_round(actor=acting(user(Role.MUNICIPAL), in_call.certification_on), call=in_call)


def prepared_list(in_call: Call, approve: list[Application], reasons: dict[str, str] | None = None) -> DecisionList:
    return decision.prepare_list(
        actor=acting(user(Role.MUNICIPAL), date(in_call.year, 6, 25)),
        call=in_call,
        approve=approve,
        reasons=reasons or {row.number: "按会议意见" for row in participating(in_call)},
    )


def settled_list(in_call: Call, approve: list[Application]) -> DecisionList:
    return decision.settle_list(
        actor=acting(user(Role.LEADER), date(in_call.year, 6, 26)), decision_list=prepared_list(in_call, approve)
    )


def award(in_call: Call) -> list[Base]:
    return awarding.award(actor=acting(user(Role.LEADER), date(in_call.year, 6, 30)), call=in_call)
