"""Who is told by every act on an application, its year and its round, and who is not; what it returns is stored."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db.models import Model

from applications.actions import call as calls
from applications.actions import certification, decision, initial_review, paper, pre_review, submission, widening
from applications.models import Application, DecisionList
from haizhi_portal.accounts.models import User
from haizhi_portal.accounts.queries import people_of
from haizhi_portal.audit.actor import Actor
from haizhi_portal.notifications.models import Message
from haizhi_portal.policy.words import Role
from tests import factories as make
from tests.acts import unstored

pytestmark = pytest.mark.django_db
State = Application.State
UNIT, DISTRICT, OFFICE, LEADER, EXPERT = (
    frozenset({who}) for who in ("unit", "district", "office", "leader", "expert")
)


def groups(application: Application) -> dict[str, set[User]]:
    """All who are of the matter, two of each, and all who must hear nothing of it."""
    return {
        "unit": set(people_of(application.organisation)),
        "other unit": {make.applicant_of(make.organisation())},
        "district": {make.user(Role.DISTRICT, place="210211", number=number) for number in (1, 2)},
        "other district": {make.district("gaoxin")},
        "office": {make.user(Role.MUNICIPAL, number=number) for number in (1, 2)},
        "leader": {make.user(Role.LEADER, number=number) for number in (1, 2)},
        "expert": {make.expert(1)},
        "other expert": {make.expert(2), make.expert(3)},
        "others": {make.user(Role.ADMIN), make.user(Role.AUDITOR)},
    }


def told_by(application: Application, act: Callable[[Application], object]) -> dict[str, frozenset[str]]:
    """Message kind -> exactly which of the groups; nobody got the same twice, and a group is told as a whole."""
    make.user(Role.APPLICANT, organisation=application.organisation, number=2)
    people = groups(application)
    before = set(Message.objects.values_list("pk", flat=True))
    done = act(application)
    assert not isinstance(done, Model) or unstored(done) == {}
    found: dict[str, list[int]] = {}
    for kind, recipient in Message.objects.exclude(pk__in=before).values_list("kind", "recipient"):
        found.setdefault(kind, []).append(recipient)
    told = {}
    for kind, recipients in found.items():
        told[kind] = frozenset(who for who, group in people.items() if {each.pk for each in group} <= set(recipients))
        assert sorted(recipients) == sorted(each.pk for who in told[kind] for each in people[who]), kind
    return told


def by(role: Role, day: str, number: int = 1) -> Actor:
    return make.acting(make.user(role, number=number), day)


def at_district(day: str = "2027-05-02") -> Actor:
    return make.acting(make.district("210211"), day)


def in_round() -> Application:
    application = make.carried_to(State.CERTIFICATION)
    make.open_round(application.call)
    return Application.objects.get(pk=application.pk)


def with_expert(*, scored: bool = False) -> Application:
    application = in_round()
    task = make.assign(application, 1, declared=False)
    if scored:
        make.score(task)
    return application


def proposed(*, approve: bool) -> Application:
    application = make.carried_to(State.CERTIFICATION)
    make.round_of(application.call)
    make.prepared_list(application.call, [application] if approve else [])
    return application


def settle(application: Application) -> object:
    return decision.settle_list(
        actor=by(Role.LEADER, "2027-06-26"), decision_list=DecisionList.objects.get(call=application.call)
    )


def withdraw(application: Application, day: str) -> object:
    actor = make.acting(make.applicant_of(application.organisation), day)
    return submission.withdraw(actor=actor, application=application, reason="计划有变")


Arrange, Act = Callable[[], Application], Callable[[Application], object]
ACTS: dict[str, tuple[str | Arrange, Act, dict[str, frozenset[str]]]] = {
    "handed in": (State.DRAFT, make.submit, {"application.submitted": UNIT, "application.to_review": DISTRICT}),
    "handed in straight": (
        lambda: make.application_ready(make.municipal_unit()),
        make.submit,
        {"application.submitted": UNIT, "application.to_review": OFFICE},
    ),
    "endorsed": (State.DISTRICT_REVIEW, make.endorse, {"application.endorsed": UNIT, "application.to_review": OFFICE}),
    "handed on": (
        State.DISTRICT_REVIEW,
        lambda each: pre_review.hand_on(actor=at_district(), application=each, route="gaoxin", reason="在高新区"),
        {"application.rerouted": UNIT | {"other district"}},
    ),
    "declined by the district": (
        State.DISTRICT_REVIEW,
        lambda each: pre_review.decline(actor=at_district(), application=each, reason="不具备场地"),
        {"application.declined": UNIT},
    ),
    "sent back": (State.INITIAL_REVIEW, make.send_back, {"application.returned": UNIT}),
    "given more time": (
        State.DISTRICT_RETURNED,
        lambda each: pre_review.extend_correction(
            actor=at_district(), application=each, correct_by=date(2027, 5, 25), reason="补充盖章"
        ),
        {"application.extended": UNIT},
    ),
    "asked for more": (
        State.DISTRICT_RETURNED,
        lambda each: widening.widen_correction(
            actor=at_district(), application=each, sections=make.REMARKS, opinion=""
        ),
        {"application.widened": UNIT},
    ),
    "initial review passed": (State.INITIAL_REVIEW, make.pass_initial, {"application.initial_passed": UNIT}),
    "declined by the office": (
        State.INITIAL_REVIEW,
        lambda each: initial_review.decline_initial(
            actor=by(Role.MUNICIPAL, "2027-06-01"), application=each, reason="条件不足"
        ),
        {"application.declined": UNIT},
    ),
    "paper received": (State.INITIAL_REVIEW, make.receive_paper, {"application.paper_received": UNIT}),
    "paper cancelled": (
        State.CERTIFICATION,
        lambda each: paper.void_receipt(
            actor=by(Role.MUNICIPAL, "2027-06-04"), receipt=each.receipts.get(), reason="数错"
        ),
        {"application.paper_received": UNIT},
    ),
    "withdrawn at the district": (
        State.DISTRICT_REVIEW,
        lambda each: withdraw(each, "2027-05-20"),
        {"application.withdrawn": DISTRICT},
    ),
    "withdrawn at the office": (
        State.CERTIFICATION,
        lambda each: withdraw(each, "2027-06-10"),
        {"application.withdrawn": OFFICE},
    ),
    "round opened": (State.CERTIFICATION, lambda each: make.open_round(each.call), {"round.opened": UNIT}),
    "expert asked": (in_round, make.assign, {"assignment.new": EXPERT}),
    "pledge made": (
        lambda: make.assign(in_round()).application,
        lambda each: certification.declare(
            actor=make.acting(make.expert(), "2027-06-20"), assignment=each.assignments.get(), conflict=False
        ),
        {},
    ),
    "sheet voided": (
        lambda: with_expert(scored=True),
        lambda each: certification.void_scores(
            actor=by(Role.MUNICIPAL, "2027-06-20"), assignment=each.assignments.get(), reason="评分与意见不符"
        ),
        {"score.voided": EXPERT},
    ),
    "list prepared": (
        lambda: proposed(approve=True),
        lambda each: make.prepared_list(each.call, [each]),
        {"list.prepared": LEADER},
    ),
    "on the list": (lambda: proposed(approve=True), settle, {"decision.approved": UNIT}),
    "not on the list": (lambda: proposed(approve=False), settle, {"decision.declined": UNIT}),
    "decision withdrawn": (
        State.APPROVED,
        lambda each: decision.withdraw_decision(
            actor=by(Role.LEADER, "2027-06-27"), decision=each.decisions.get(), reason="收到举报"
        ),
        {"decision.withdrawn": UNIT | OFFICE},
    ),
    "year closed": (
        State.CERTIFICATION,
        lambda each: calls.close_decisions(actor=by(Role.LEADER, "2027-06-30"), call=each.call, reason="年度办结"),
        {"application.lapsed": UNIT},
    ),
    "days changed": (
        State.DRAFT,
        lambda each: calls.change_timetable(
            actor=by(Role.MUNICIPAL, "2027-04-01"),
            call=each.call,
            reason="应各区要求",
            **make.days_of(certification_on=date(2027, 6, 25)),
        ),
        {"call.changed": UNIT},
    ),
    "days changed after a withdrawal": (
        State.WITHDRAWN,
        lambda each: calls.change_timetable(
            actor=by(Role.MUNICIPAL, "2027-04-01"),
            call=each.call,
            reason="应各区要求",
            **make.days_of(certification_on=date(2027, 6, 25)),
        ),
        {},
    ),
    "next call announced": (State.DRAFT, lambda _each: make.call(2028), {"call.announced": OFFICE}),
}


@pytest.mark.clause("4.1-annual", "4.1-via-district", "4.2-initial", "4.2-experts", "4.3-decision")
@pytest.mark.parametrize("act", list(ACTS))
def test_an_act_tells_exactly_these(act: str) -> None:
    arrange, done, expected = ACTS[act]
    application = arrange() if callable(arrange) else make.carried_to(arrange)
    assert told_by(application, done) == expected
