"""A small world with something at every address, and everybody who can stand before it."""

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from applications.actions import making
from applications.exports.making import make as make_job
from applications.models import Application
from bases.actions.activities import add_activity
from bases.models import Activity, Base
from evaluations.actions import evaluation as evaluating
from evaluations.actions import renewal as renewing
from evaluations.actions import withdrawal as withdrawing
from evaluations.models import Evaluation, Withdrawal
from haizhi_portal.accounts.actions.administration import restore_access
from haizhi_portal.accounts.actions.delegation import delegate_work
from haizhi_portal.accounts.actions.invitations import invite
from haizhi_portal.accounts.invitations import token_of
from haizhi_portal.accounts.models import Invitation, User
from haizhi_portal.audit.actor import Actor
from haizhi_portal.documents.models import Document
from haizhi_portal.documents.modes import rendering_mode
from haizhi_portal.notifications.actions import left_for_sweep
from haizhi_portal.notifications.delivery import deliver_what_is_due
from haizhi_portal.notifications.models import Message
from haizhi_portal.policy.figures import EVALUATION_WEIGHTS
from haizhi_portal.policy.models import Holiday
from haizhi_portal.policy.words import Role
from haizhi_portal.site import daily
from tests import factories as make

State = Application.State
TODAY = "2028-05-03"
PEOPLE = {
    "outside": ("a stranger", "the base's person", "an applicant", "an applicant sent back"),
    "in the offices": ("a district", "another district", "an officer", "the leader"),
    "beside them": ("an expert", "an expert at work", "an administrator", "an auditor"),
}
_PARAMETER = re.compile(r"<(?:(?P<converter>\w+):)?(?P<name>\w+)>")


@dataclass(slots=True)
class World:
    """``people`` by what they are called here, None for a stranger."""

    people: dict[str, User | None] = field(default_factory=dict)
    known: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def values(self, pattern: str, name: str) -> list[str]:
        """What is known to stand at that parameter of the address."""
        fitting = [before for before, each in self.known if each == name and pattern.startswith(before)]
        return self.known[max(fitting, key=len), name]


def build() -> World:
    """Last year's base with a year behind it, this year's call with applications at four stages."""
    with rendering_mode("number_only"), left_for_sweep():
        base = _base_with_a_past()
        rows = [make.carried_to(state, in_call=make.call(2028)) for state in (State.DISTRICT_REVIEW, State.DRAFT)]
        rows.append(make.carried_to(State.DISTRICT_RETURNED, in_call=make.call(2028)))
        certified = make.carried_to(State.CERTIFICATION, in_call=make.call(2028))
        make.open_round(certified.call)
        tasks = [make.assign(certified, 1), make.assign(certified, 2, declared=False)]
        daily.run(make.at(TODAY))
    deliver_what_is_due(now=make.at(TODAY))
    world = World()
    there = (
        None,
        make.applicant_of(base.organisation),
        make.applicant_of(rows[1].organisation),
        make.applicant_of(rows[2].organisation),
        make.district("210211"),
        make.district("210202"),
        make.user(Role.MUNICIPAL),
        make.user(Role.LEADER),
        make.expert(1),
        make.expert(2),
        make.user(Role.ADMIN),
        make.user(Role.AUDITOR),
    )
    world.people = dict(zip(itertools.chain(*PEOPLE.values()), there, strict=True))
    world.known = _known(base, [*rows, certified], [task.public_id for task in tasks])
    return world


def _base_with_a_past() -> Base:
    application = make.carried_to(State.LICENSED)
    base = application.base
    assert base is not None
    unit, officer = make.applicant_of(base.organisation), make.user(Role.MUNICIPAL)
    partner = make.partner(base.organisation)
    add_activity(
        actor=make.acting(unit, "2027-09-09"),
        base=base,
        held_on=date(2027, 9, 9),
        title="对接会",
        kind=Activity.ActivityKind.MATCHMAKING,
        place="大连",
        participants=60,
        partners=[partner],
        outcome="两项意向",
    )
    daily.run(make.at("2028-01-02"))
    evaluation = Evaluation.objects.get(base=base)
    points: dict[str, Decimal | None] = {each.key: Decimal(each.points) for each in EVALUATION_WEIGHTS}
    acting = make.acting(officer, "2028-04-28")
    evaluating.score(actor=acting, evaluation=evaluation, points=points, comments={}, opinion="逐项评分")
    evaluating.announce(actor=acting, evaluation=evaluation)
    withdrawing.open_withdrawal(
        actor=acting, base=base, ground=Withdrawal.Ground.FALSE_STATEMENTS, years=[], statement="待查实"
    )
    return base


def renewal_of(base: Base) -> str:
    """Asked for in the window, by its own unit; the public name of the request."""
    unit = make.applicant_of(base.organisation)
    last = base.terms.get().expires_on
    request = renewing.request_renewal(
        actor=Actor(user=unit, role=unit.role, now=make.at(last)), base=base, statement="本期情况", plan="下期计划"
    )
    return str(request.public_id)


def _invitations(base: Base) -> tuple[Invitation, Invitation]:
    """One of a colleague by the base's administrator, one that restores another unit."""
    owner = base.organisation
    invitation = invite(actor=make.acting(make.applicant_of(owner), TODAY), organisation=owner, email="new@example.org")
    appointment = restore_access(
        actor=make.acting(make.user(Role.MUNICIPAL), TODAY),
        organisation=make.organisation(),
        email="next@example.org",
        reason="原管理员离职",
        evidence=make.upload("新同意书.pdf"),
    )
    return invitation, appointment


def standing_in() -> str:
    """A district's clerk is away; the public name of the arrangement."""
    clerk, colleague = make.district("210211"), make.user(Role.DISTRICT, place="210211", number=2)
    made = delegate_work(
        actor=make.acting(clerk, TODAY),
        delegate=colleague,
        starts_on=date.fromisoformat(TODAY),
        ends_on=date.fromisoformat(TODAY),
    )
    return str(made.public_id)


def _jobs(applications: list[Application]) -> list[str]:
    """A draft's print, a list made, and an archive called off."""
    officer, begun = make.acting(make.user(Role.MUNICIPAL), TODAY), applications[1]
    draft = making.print_draft(actor=make.acting(make.applicant_of(begun.organisation), TODAY), application=begun)
    table = making.export_table(actor=officer, selection=[applications[0].pk], filters={})
    make_job(job_id=table.pk, clock=lambda: make.at(TODAY))
    archive = making.export_archive(actor=officer, application=applications[0])
    making.cancel(actor=officer, job=archive)
    return [draft.public_id, table.public_id, archive.public_id]


NOBODYS = "AAAAAAAAAAAA"


def _known(base: Base, applications: list[Application], tasks: list[str]) -> dict[tuple[str, str], list[str]]:
    """Real values by the beginning of an address and the parameter's name; the longest beginning counts."""
    document = Document.objects.filter(base_number=base.number)[0]
    message = Message.objects.filter(recipient=make.applicant_of(base.organisation))[0]
    file = applications[0].materials.select_related("file")[0].file
    withdrawal = Withdrawal.objects.get(base=base)
    invitation, appointment = _invitations(base)
    assert appointment.evidence is not None
    return {
        ("/", "number"): [base.number],
        ("/applications/", "number"): [each.number for each in applications],
        ("/evaluations/", "public_id"): [Evaluation.objects.get(base=base).public_id, NOBODYS],
        ("/evaluations/renewals/", "public_id"): [renewal_of(base)],
        ("/evaluations/withdrawals/", "public_id"): [withdrawal.public_id],
        ("/documents/", "public_id"): [document.public_id, NOBODYS],
        ("/inbox/", "public_id"): [message.public_id, NOBODYS],
        ("/partners/", "public_id"): [base.organisation.partners.all()[0].public_id, NOBODYS],
        ("/my/bases/", "public_id"): [base.activities.all()[0].public_id],
        ("/accounts/organisations/", "public_id"): [base.organisation.public_id, NOBODYS],
        ("/accounts/invitations/", "public_id"): [invitation.public_id, NOBODYS],
        ("/accounts/join/", "public_id"): [invitation.public_id, NOBODYS],
        ("/accounts/join/", "token"): [token_of(invitation)],
        ("/accounts/restorations/", "file"): [appointment.evidence.public_id, NOBODYS],
        ("/accounts/letters/", "file"): [base.organisation.consent_letters.get().file.public_id, NOBODYS],
        ("/accounts/delegations/", "public_id"): [standing_in(), NOBODYS],
        ("/accounts/users/", "public_id"): [make.user(Role.LEADER).public_id, NOBODYS],
        ("/", "file"): [file.public_id, NOBODYS],
        ("/", "upload"): [NOBODYS],
        ("/applications/files/", "number"): ["1", "2"],
        ("/", "task"): tasks,
        ("/", "job"): [*_jobs(applications), NOBODYS],
        ("/", "year"): ["2028", "2027"],
        ("/", "version"): ["1"],
        ("/", "entry"): [NOBODYS],
        ("/", "ordinal"): ["1", "99"],
        ("/", "section"): ["particulars", "conditions", "materials"],
        ("/", "question"): ["staff_list"],
        ("/", "kind"): ["base_plan"],
        ("/", "period"): ["2028Q1", "2028"],
        ("/", "code"): [document.verify_code, "210211"],
        ("/", "day"): [Holiday.objects.all()[0].day.isoformat()],
        ("/", "uidb64"): ["MQ"],
        ("/", "token"): ["set-password"],
        ("/calendar/", "token"): [NOBODYS],
    }


def patterns() -> list[str]:
    """Every address of the portal, its parameters in angle brackets.

    Django's own administration apart, and the one that tells machines by its status what is out of order.
    """
    return sorted(set(_patterns(get_resolver(), "/")) - {"/readyz"})


def _patterns(resolver: URLResolver, before: str) -> Iterator[str]:
    for entry in resolver.url_patterns:
        here = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            yield here
        elif entry.namespace != "admin":
            yield from _patterns(entry, here)


def parameters(pattern: str) -> list[str]:
    return [found["name"] for found in _PARAMETER.finditer(pattern)]


def filled(pattern: str, values: dict[str, Any]) -> str:
    """The address with these values in place of its parameters."""
    return _PARAMETER.sub(lambda found: str(values[found["name"]]), pattern)
