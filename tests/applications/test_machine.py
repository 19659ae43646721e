"""Lives of applications as no one planned them: whatever is tried in whatever order, these things stay true."""

import contextlib
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import hypothesis.strategies as st
import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from applications import daily
from applications.actions import award as awarding
from applications.actions import call as calls
from applications.actions import certification, decision, initial_review, paper, pre_review, submission
from applications.models import Application, Assignment, Call, Decision, DecisionList, Seat
from applications.ranking import participating
from applications.rules import state_on
from haizhi_portal.accounts.models import User
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.models import Entry
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import Role
from tests import factories as make

State = Application.State
PLACES = ("210211", "210213", "jinpu", "gaoxin", "", "", "")
ROUTES = ("municipal", "210211", "210213", "jinpu", "gaoxin")

units = st.integers(0, len(PLACES) - 1)
yes_or_no = st.booleans()


def world() -> None:
    """Seven units with a draft each, and everybody else there is."""
    for place in PLACES:
        make.application_ready(make.organisation(place=place) if place else make.municipal_unit())
    for number in range(1, 6):
        make.expert(number)
    for role in (Role.MUNICIPAL, Role.LEADER):
        make.user(role)
    for place in filter(None, PLACES):
        make.district(place)


def reduced(events: list[Entry]) -> str:
    """The state an application's ledger amounts to."""
    state, at = State.DRAFT, State.DRAFT
    for entry in events:
        match entry.event.partition(".")[2], entry.data:
            case "submitted", {"route": route}:
                state = State.INITIAL_REVIEW if route == "municipal" else State.DISTRICT_REVIEW
            case "returned", {"by": by}:
                at, state = state, State.DISTRICT_RETURNED if by == "district" else State.INITIAL_RETURNED
            case "resubmitted", _:
                state = at
            case "rerouted", {"route": route}:
                state = State.INITIAL_REVIEW if route == "municipal" else State.DISTRICT_REVIEW
            case "endorsed", _:
                state = State.INITIAL_REVIEW
            case "initial_passed", _:
                state = State.CERTIFICATION
            case ("declined" | "withdrawn" | "lapsed") as word, _:
                state = State(word)
                if entry.event == "decision.withdrawn":
                    state = State.CERTIFICATION
            case "approved", _:
                state = State.APPROVED
            case "licensed", _:
                state = State.LICENSED
    return state


class Life(RuleBasedStateMachine):
    """Days go by; people try things, allowed or not."""

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.day = date(2027, 3, 1)
        self.call = Call.objects.get()

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    def by(self, person: User) -> Actor:
        return make.acting(person, self.day)

    def office(self) -> Actor:
        return self.by(make.user(Role.MUNICIPAL))

    def leader(self) -> Actor:
        return self.by(make.user(Role.LEADER))

    def of(self, unit: int) -> Application:
        return Application.objects.select_related("organisation", "call", "reviewing_body").order_by("number")[unit]

    def reviewer(self, application: Application, *, stranger: bool) -> Actor:
        if stranger or application.route in ("", "municipal"):
            return self.by(make.district("gaoxin"))
        return self.by(make.district(application.route))

    def attempt(self, act: Callable[..., Any], **given: Any) -> None:
        """A refusal is an answer; anything else that goes wrong is a fault."""
        with contextlib.suppress(RuleViolation):
            act(**given)

    @initialize(stage=st.integers(0, 4), total=st.integers(0, 100))
    def begin_anywhere(self, stage: int, total: int) -> None:
        """From the opening of the call, with everything handed in, passed, scored, or settled."""
        if stage >= 1:
            self.everybody_submits()
        if stage >= 2:
            self.every_district_endorses()
            self.office_passes_all_and_takes_paper(2)
        if stage >= 3:
            self.day = self.call.certification_on
            self.open_round()
            self.experts_work(total, 0)
        if stage >= 4:
            self.close_round()
            self.decide(5, True)

    @rule(days=st.sampled_from([1, 7, 20]))
    def time_passes(self, days: int) -> None:
        self.day += timedelta(days=days)

    @rule()
    def the_day_s_work(self) -> None:
        daily.run(Actor.system(make.at(self.day)))

    @rule(unit=units)
    def submit(self, unit: int) -> None:
        application = self.of(unit)
        owner = self.by(make.applicant_of(application.organisation))
        self.attempt(submission.submit, actor=owner, application=application)

    @rule()
    def everybody_submits(self) -> None:
        for unit in range(len(PLACES)):
            self.submit(unit)

    @rule(unit=units)
    def withdraw(self, unit: int) -> None:
        application = self.of(unit)
        owner = self.by(make.applicant_of(application.organisation))
        self.attempt(submission.withdraw, actor=owner, application=application, reason="变动")

    @rule(unit=units, stranger=yes_or_no)
    def endorse(self, unit: int, stranger: bool) -> None:
        application = self.of(unit)
        actor = self.reviewer(application, stranger=stranger)
        self.attempt(pre_review.endorse, actor=actor, application=application, opinion="", checks=make.all_checked())

    @rule()
    def every_district_endorses(self) -> None:
        for unit in range(len(PLACES)):
            self.endorse(unit, stranger=False)

    @rule(unit=units, stranger=yes_or_no, declined=yes_or_no)
    def district_refuses(self, unit: int, stranger: bool, declined: bool) -> None:
        application = self.of(unit)
        actor = self.reviewer(application, stranger=stranger)
        if declined:
            self.attempt(pre_review.decline, actor=actor, application=application, reason="不符")
        else:
            self.attempt(
                pre_review.return_for_correction,
                actor=actor,
                application=application,
                opinion="改",
                sections=make.REMARKS,
            )

    @rule(unit=units, route=st.sampled_from(ROUTES), by_district=yes_or_no)
    def hand_on(self, unit: int, route: str, by_district: bool) -> None:
        application = self.of(unit)
        actor = self.reviewer(application, stranger=False) if by_district else self.office()
        self.attempt(pre_review.hand_on, actor=actor, application=application, route=route, reason="不属本辖区")

    @rule(unit=units, returned=yes_or_no)
    def office_refuses(self, unit: int, returned: bool) -> None:
        application = self.of(unit)
        if returned:
            self.attempt(
                initial_review.return_initial,
                actor=self.office(),
                application=application,
                opinion="改",
                sections=make.REMARKS,
            )
        else:
            self.attempt(initial_review.decline_initial, actor=self.office(), application=application, reason="不符")

    @rule(copies=st.sampled_from([1, 2]))
    def office_passes_all_and_takes_paper(self, copies: int) -> None:
        for unit in range(len(PLACES)):
            application = self.of(unit)
            self.attempt(
                initial_review.pass_initial,
                actor=self.office(),
                application=application,
                opinion="",
                checks=make.all_checked(),
            )
            current = application.submissions.order_by("-version").first()
            code = current.print.verify_code if current and current.print else "2222"
            self.attempt(
                paper.receive_copies, actor=self.office(), application=application, check_code=code, copies=copies
            )

    @rule()
    def open_round(self) -> None:
        self.attempt(certification.open_round, actor=self.office(), call=self.call)

    @rule(total=st.integers(0, 100), conflicted=st.integers(0, 5))
    def experts_work(self, total: int, conflicted: int) -> None:
        for application in participating(self.call):
            for number in range(1, 6):
                expert = make.expert(number)
                self.attempt(certification.assign, actor=self.office(), application=application, expert=expert)
                given = Assignment.objects.filter(application=application, expert=expert).first()
                if given is None:
                    continue
                self.attempt(
                    certification.declare,
                    actor=self.by(expert),
                    assignment=given,
                    conflict=number == conflicted,
                    reason="曾任职",
                )
                self.attempt(
                    certification.submit_scores,
                    actor=self.by(expert),
                    assignment=given,
                    points=make.marks(total),
                    comments={},
                    opinion="可行",
                    recommendation="recommended",
                )

    @precondition(lambda self: Assignment.objects.filter(sheet__isnull=False).exists())
    @rule(which=st.integers(0, 50))
    def void(self, which: int) -> None:
        scored = list(Assignment.objects.filter(sheet__isnull=False).order_by("pk"))
        given = scored[which % len(scored)]
        self.attempt(certification.void_scores, actor=self.office(), assignment=given, reason="有误")

    @rule()
    def close_round(self) -> None:
        self.attempt(certification.close_round, actor=self.office(), call=self.call)

    @rule(count=st.integers(0, 7), settled=yes_or_no)
    def decide(self, count: int, settled: bool) -> None:
        chosen = participating(self.call)[:count]
        reasons = {application.number: "会议议定" for application in participating(self.call)}
        self.attempt(decision.prepare_list, actor=self.office(), call=self.call, approve=chosen, reasons=reasons)
        prepared = DecisionList.objects.order_by("-pk").first()
        if prepared and settled:
            self.attempt(decision.settle_list, actor=self.leader(), decision_list=prepared)

    @rule(which=st.integers(0, 10))
    def take_back(self, which: int) -> None:
        lines = list(Decision.objects.select_related("application__call").order_by("pk"))
        if lines:
            line = lines[which % len(lines)]
            self.attempt(decision.withdraw_decision, actor=self.leader(), decision=line, reason="待核实")

    @rule(quota=st.integers(4, 7))
    def raise_quota(self, quota: int) -> None:
        self.attempt(
            calls.raise_quota,
            actor=self.office(),
            call=self.call,
            quota=quota,
            document="大科协发〔2027〕8号",
            document_on=self.day,
            reason="议定",
        )

    @rule()
    def award(self) -> None:
        self.attempt(awarding.award, actor=self.leader(), call=self.call)

    @precondition(lambda self: self.day > date(2027, 7, 1))
    @rule()
    def close_the_year(self) -> None:
        self.attempt(calls.close_decisions, actor=self.office(), call=self.call, reason="办结")

    @invariant()
    def seats_stay_within_the_quota(self) -> None:
        self.call.refresh_from_db()
        held = list(Seat.objects.filter(released_on__isnull=True).values_list("number", flat=True))
        assert len(held) == len(set(held)) <= self.call.quota
        holders = {State.APPROVED, State.LICENSED}
        assert len(held) == Application.objects.filter(state__in=holders).count()

    @invariant()
    def one_live_application_each(self) -> None:
        live = list(Application.objects.filter(state__in=Application.LIVE).values_list("organisation", flat=True))
        assert len(live) == len(set(live))

    @invariant()
    def nobody_in_conflict_scored(self) -> None:
        assert not Assignment.objects.filter(sheet__isnull=False).exclude(conflict=False).exists()

    @invariant()
    def the_ledger_reduces_to_the_states(self) -> None:
        entries: dict[str, list[Entry]] = {}
        for entry in Entry.objects.filter(application__isnull=False).order_by("seq"):
            entries.setdefault(str(entry.application), []).append(entry)
        for application in Application.objects.all():
            own = entries.get(application.number, [])
            assert reduced(own) == application.state, [entry.event for entry in own]
            route = ""
            for entry in own:
                route = entry.data.get("route", route)
                if entry.event == "application.endorsed":
                    assert entry.data["by"] == route
            if application.state not in (State.DRAFT,):
                assert route == application.route

    @invariant()
    def nothing_is_decided_before_the_round_closed(self) -> None:
        words = ["round.closed", "decision.approved", "decision.declined"]
        events = list(Entry.objects.filter(event__in=words).order_by("seq").values_list("event", flat=True))
        assert not events or events[0] == "round.closed"
        assert events.count("round.closed") <= 1

    @invariant()
    def a_district_s_silence_counts_whether_or_not_recorded(self) -> None:
        for application in Application.objects.filter(state=State.DISTRICT_REVIEW).select_related("call"):
            late = self.day > application.call.districts_close_on
            assert (state_on(application, self.day) == State.INITIAL_REVIEW) is late


@pytest.mark.slow
@pytest.mark.django_db
@pytest.mark.clause("4.1-via-district", "4.2-cap", "4.2-experts", "4.2-yearly", "4.3-decision", "3.1-applicant")
def test_lives_of_applications() -> None:
    world()
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=10,
            stateful_step_count=25,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
