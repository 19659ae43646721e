"""Eight real connections at once on PostgreSQL: one wins, seven are told, nothing is lost."""

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from applications.actions import decision, draft, seats, submission
from applications.models import Application, Round, Seat, Submission
from haizhi_portal.audit.ledger import first_broken
from haizhi_portal.audit.models import Entry
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import Role
from tests import factories as make

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
State = Application.State
EIGHT = 8


def at_once(acts: Sequence[Callable[[], object]]) -> list[str]:
    """Each on its own connection, all let go at the same moment; "won" or the refusal's words, in order."""
    barrier = Barrier(len(acts))

    def one(act: Callable[[], object]) -> str:
        try:
            barrier.wait(timeout=30)
            act()
        except RuleViolation as refusal:
            return refusal.message
        else:
            return "won"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


@pytest.mark.clause("4.2-cap")
def test_the_last_seat() -> None:
    contenders = [make.carried_to(State.CERTIFICATION, make.municipal_unit()) for _ in range(EIGHT)]
    call = contenders[0].call
    leader = make.acting(make.user(Role.LEADER), "2027-06-26")
    earlier = [make.carried_to(State.CERTIFICATION, make.municipal_unit()) for _ in range(4)]
    for application in earlier:
        seats.take_seat(actor=leader, call=call, application=application)
    told = at_once(
        [
            lambda application=each: seats.take_seat(actor=leader, call=call, application=application)
            for each in contenders
        ]
    )
    assert told.count("won") == 1
    assert all("5 个已全部用完" in words for words in told if words != "won")
    assert sorted(Seat.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5]


@pytest.mark.clause("4.3-decision", "4.2-cap")
def test_one_list_settled_by_eight_hands() -> None:
    application = make.carried_to(State.CERTIFICATION, make.municipal_unit())
    make.round_of(application.call)
    prepared = make.prepared_list(application.call, [application])
    leaders = [make.acting(make.user(Role.LEADER, number=n), "2027-06-26") for n in range(1, EIGHT + 1)]
    told = at_once([lambda actor=each: decision.settle_list(actor=actor, decision_list=prepared) for each in leaders])
    assert Counter(words if words == "won" else words[:3] for words in told) == {"won": 1, "这份名": 7}
    assert Seat.objects.count() == Entry.objects.filter(event="decision.approved").count() == 1
    assert first_broken() is None


@pytest.mark.clause("3.1-applicant")
def test_a_second_live_application() -> None:
    owner = make.municipal_unit()
    # Two calls are never open on the same day: each draft is handed in on a day of its own call, at the same moment.
    drafts = [(make.application_ready(owner, make.call(year)), f"{year}-03-15") for year in (2027, 2028)]
    unit = make.applicant_of(owner)
    told = at_once(
        [
            lambda application=each, day=day: submission.submit(actor=make.acting(unit, day), application=application)
            for each, day in drafts * 4
        ]
    )
    assert told.count("won") == 1
    assert Application.objects.filter(state__in=Application.LIVE).count() == Submission.objects.count() == 1


@pytest.mark.clause("3.1-applicant")
def test_one_draft_and_its_number() -> None:
    owner, call = make.municipal_unit(), make.call()
    others = [make.municipal_unit() for _ in range(EIGHT - 1)]
    acts = [
        lambda unit=unit: draft.start(
            actor=make.acting(make.applicant_of(unit), "2027-03-15"), organisation=unit, call=call
        )
        for unit in [owner, *others]
    ]
    assert at_once(acts) == ["won"] * EIGHT
    assert sorted(Application.objects.values_list("number", flat=True)) == [f"2027-{n:04d}" for n in range(1, 9)]
    assert at_once([acts[0]] * EIGHT) == ["won"] * EIGHT
    assert Application.objects.filter(organisation=owner).count() == 1


@pytest.mark.clause("4.2-yearly")
def test_one_round() -> None:
    application = make.carried_to(State.CERTIFICATION)
    make.user(Role.MUNICIPAL)
    told = at_once([lambda: make.open_round(application.call)] * EIGHT)
    assert told.count("won") == Round.objects.count() == 1
    assert all("每年只有一次" in words for words in told if words != "won")
