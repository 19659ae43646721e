"""The database itself refuses what no code path may do: each test goes around the rules."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction

from applications.models import (
    Application,
    Assignment,
    Call,
    Decision,
    DecisionList,
    PaperReceipt,
    Review,
    Round,
    Routing,
    Seat,
    Submission,
)
from bases.models import Base
from haizhi_portal.policy.words import Role
from haizhi_portal.scoring.models import Mark, Sheet
from tests import factories as make

pytestmark = pytest.mark.django_db
State = Application.State


def refused(act: Callable[[], object]) -> str:
    """The database's own words for refusing."""
    with pytest.raises(IntegrityError) as problem, transaction.atomic():
        act()
    return str(problem.value)


def bare(owner_number: int = 1, state: str = State.CERTIFICATION, year: int = 2027) -> Application:
    """A row as a bulk writer would make it, past every rule."""
    owner = make.municipal_unit()
    return Application.objects.create(
        number=f"{year}-9{owner_number:03d}",
        call=make.call(year),
        organisation=owner,
        state=state,
        created_at=make.at("2027-03-01"),
        created_by=make.applicant_of(owner),
        submitted_at=make.at("2027-03-01"),
    )


def seat(application: Application, number: int) -> Seat:
    return Seat.objects.create(
        call=application.call, number=number, application=application, taken_on=date(2027, 6, 26)
    )


@pytest.mark.clause("4.2-cap")
def test_no_sixth_seat() -> None:
    six = [bare(n) for n in range(1, 7)]
    for number, application in enumerate(six[:5], start=1):
        seat(application, number)
    assert "beyond the quota" in refused(lambda: seat(six[5], 6))
    refused(lambda: seat(six[5], 5))
    refused(lambda: seat(six[5], 0))
    assert "beyond the quota" in refused(lambda: Seat.objects.filter(number=5).update(number=6))
    Seat.objects.filter(number=5).update(released_on=date(2027, 6, 27))
    assert seat(six[5], 5).number == 5


@pytest.mark.clause("4.2-cap")
def test_a_seat_is_its_own_call_s_and_its_application_holds_one() -> None:
    application, other = bare(1), bare(2)
    seat(application, 1)
    refused(lambda: seat(application, 2))
    other_year = make.call(2028)
    message = refused(
        lambda: Seat.objects.create(call=other_year, number=1, application=other, taken_on=date(2028, 6, 26))
    )
    assert "belongs to the call" in message


@pytest.mark.clause("4.2-cap")
def test_a_quota_rises_by_document_alone_and_never_falls() -> None:
    year = make.call()
    rows = Call.objects.filter(pk=year.pk)
    refused(lambda: rows.update(quota=6))
    refused(lambda: rows.update(quota=6, quota_document="大科协发〔2027〕8号"))
    rows.update(quota=6, quota_document="大科协发〔2027〕8号", quota_document_on=date(2027, 6, 1))
    assert "never goes down" in refused(lambda: rows.update(quota=5))
    assert "quota of the scheme" in refused(lambda: rows.update(standard_quota=9))
    assert "never deleted" in refused(lambda: rows.delete())


@pytest.mark.clause("4.2-cap")
def test_no_base_beyond_the_quota_of_its_call() -> None:
    make.call()
    owner = make.municipal_unit()
    message = refused(
        lambda: Base.objects.create(
            number="HZ2027-06", organisation=owner, name="x", call_year=2027, seat=6, licensed_on=date(2027, 6, 30)
        )
    )
    assert "beyond the quota" in message


@pytest.mark.clause("4.1-annual", "4.2-yearly")
def test_one_call_and_one_round_a_year() -> None:
    application = make.carried_to(State.CERTIFICATION)
    call = application.call
    refused(lambda: Call.objects.create(**{**make.days_of(), "year": 2027, "standard_quota": 5, "quota": 5}))
    make.open_round(call)
    held = Round.objects.get()
    again = {"criteria_set": held.criteria_set, "opened_on": held.opened_on, "opened_by": held.opened_by}
    refused(lambda: Round.objects.create(call=call, **again))
    assert "never deleted" in refused(lambda: Round.objects.all().delete())


@pytest.mark.clause("4.1-annual")
def test_a_timetable_is_in_order() -> None:
    year = make.call()
    refused(lambda: Call.objects.filter(pk=year.pk).update(certification_on=date(2027, 1, 1)))
    refused(lambda: Call.objects.filter(pk=year.pk).update(certification_on=year.initial_close_on))


@pytest.mark.clause("3.1-applicant")
@pytest.mark.parametrize("state", Application.LIVE)
def test_no_second_live_application(state: str) -> None:
    first = bare(1)
    twin = {
        "call": make.call(2028),
        "organisation": first.organisation,
        "created_at": first.created_at,
        "created_by": first.created_by,
        "submitted_at": first.submitted_at,
    }
    refused(lambda: Application.objects.create(number="2028-0001", state=state, **twin))
    draft = Application.objects.create(number="2028-0001", state=State.DRAFT, **twin)
    refused(lambda: Application.objects.filter(pk=draft.pk).update(state=state))


@pytest.mark.clause("3.1-applicant")
def test_one_draft_a_call_no_licence_without_a_base_no_return_from_the_end() -> None:
    application = make.application_begun()
    twin = {"call": application.call, "organisation": application.organisation, "created_by": application.created_by}
    refused(lambda: Application.objects.create(number="2027-7777", created_at=application.created_at, **twin))
    rows = Application.objects.filter(pk=application.pk)
    refused(lambda: rows.update(state=State.INITIAL_REVIEW))
    refused(lambda: rows.update(state=State.LICENSED, submitted_at=application.created_at))
    rows.update(state=State.DECLINED, submitted_at=application.created_at)
    assert "stays ended" in refused(lambda: rows.update(state=State.INITIAL_REVIEW))
    assert "never deleted" in refused(lambda: rows.delete())


@pytest.mark.clause("4.1-paper", "4.2-initial", "4.1-via-district")
@pytest.mark.parametrize("model", [Submission, Review, Routing, PaperReceipt])
def test_what_was_submitted_concluded_and_received_stays(
    model: type[Submission] | type[Review] | type[Routing] | type[PaperReceipt],
) -> None:
    make.carried_to(State.CERTIFICATION)
    rows = model._default_manager.all()
    kept = {"Submission": "version", "Review": "opinion", "Routing": "reason", "PaperReceipt": "copies"}
    changed = {"version": 9, "opinion": "x", "reason": "x", "copies": 9}[kept[model.__name__]]
    assert rows.exists()
    assert "never changes" in refused(lambda: rows.update(**{kept[model.__name__]: changed}))
    refused(lambda: rows.delete())
    with connection.cursor() as cursor:
        assert "never changes" in refused(lambda: cursor.execute(f"DELETE FROM {model._meta.db_table}"))  # noqa: S608


@pytest.mark.clause("4.2-experts")
def test_no_sheet_for_one_in_conflict() -> None:
    application = make.carried_to(State.CERTIFICATION)
    make.open_round(application.call)
    conflicted = make.assign(application, 1, declared=True)
    silent = make.assign(application, 2)
    sheet = Sheet.objects.create(criteria_set=conflicted.round.criteria_set, scorer=conflicted.expert)
    refused(lambda: Assignment.objects.filter(pk=silent.pk).update(sheet=sheet))
    valid = make.score(make.assign(application, 3, declared=False))
    rows = Assignment.objects.filter(pk=valid.pk)
    out = "no valid sheet stands beside"
    assert out in refused(lambda: rows.update(conflict=True))
    assert out in refused(lambda: rows.update(released_at=make.at("2027-06-21"), release_reason="退出"))
    Assignment.objects.filter(pk=conflicted.pk).update(sheet=sheet)
    assert out in refused(
        lambda: Sheet.objects.filter(pk=sheet.pk).update(submitted_at=make.at("2027-06-21"), total=80)
    )
    refused(
        lambda: Assignment.objects.filter(pk=conflicted.pk).update(
            released_at=make.at("2027-06-21"), release_reason="退出"
        )
    )
    refused(
        lambda: Assignment.objects.create(
            round=conflicted.round,
            application=application,
            expert=conflicted.expert,
            assigned_at=conflicted.assigned_at,
            assigned_by=conflicted.assigned_by,
        )
    )
    refused(lambda: Assignment.objects.filter(pk=silent.pk).update(conflict=False))
    assert "never deleted" in refused(lambda: Assignment.objects.all().delete())


@pytest.mark.clause("4.2-experts", "4.2-yearly")
def test_nothing_of_a_closed_round_changes() -> None:
    application = make.carried_to(State.CERTIFICATION)
    make.round_of(application.call)
    assignment = application.assignments.all()[0]
    held = assignment.round
    for act in (
        lambda: Assignment.objects.filter(pk=assignment.pk).update(conflict=True, sheet=None),
        lambda: Assignment.objects.create(
            round=held,
            application=application,
            expert=make.expert(7),
            assigned_at=assignment.assigned_at,
            assigned_by=assignment.assigned_by,
        ),
        lambda: Sheet.objects.filter(pk=assignment.sheet_id).update(total=100),
        lambda: Sheet.objects.filter(pk=assignment.sheet_id).update(voided_at=make.at("2027-07-01")),
        lambda: Sheet.objects.filter(pk=assignment.sheet_id).update(locked=False),
        lambda: Mark.objects.filter(sheet=assignment.sheet_id).update(points=1),
        lambda: Mark.objects.filter(sheet=assignment.sheet_id).delete(),
        lambda: Round.objects.filter(pk=held.pk).update(closed_on=None),
        lambda: Round.objects.filter(pk=held.pk).update(closed_on=date(2027, 7, 1)),
    ):
        refused(act)


@pytest.mark.clause("4.2-yearly")
def test_no_list_before_the_round_of_its_year_closed() -> None:
    application = make.carried_to(State.CERTIFICATION)
    make.open_round(application.call)
    preparer = make.user(Role.MUNICIPAL)
    message = refused(
        lambda: DecisionList.objects.create(
            call=application.call, prepared_at=make.at("2027-06-25"), prepared_by=preparer
        )
    )
    assert "before the round" in message


@pytest.mark.clause("4.3-decision")
def test_nobody_settles_their_own_list_and_a_settled_one_stays() -> None:
    application = make.carried_to(State.CERTIFICATION)
    make.round_of(application.call)
    prepared = make.prepared_list(application.call, [application])
    rows = DecisionList.objects.filter(pk=prepared.pk)
    refused(lambda: rows.update(settled_on=date(2027, 6, 26), settled_by=prepared.prepared_by))
    assert "list_settled_on_a_day" in refused(lambda: rows.update(settled_on=date(2027, 6, 26)))
    assert "list_settled_on_a_day" in refused(lambda: rows.update(settled_by=make.user(Role.LEADER)))
    refused(
        lambda: DecisionList.objects.create(
            call=application.call, prepared_at=prepared.prepared_at, prepared_by=prepared.prepared_by
        )
    )
    make.decision.settle_list(actor=make.acting(make.user(Role.LEADER), "2027-06-26"), decision_list=prepared)
    line = Decision.objects.get()
    refused(lambda: rows.update(settled_on=None))
    refused(lambda: Decision.objects.filter(pk=line.pk).update(outcome="decline"))
    refused(lambda: Decision.objects.all().delete())
    refused(lambda: Decision.objects.create(list=prepared, application=application, outcome="approve", rank=1, mean=80))


@pytest.mark.clause("4.2-cap", "4.3-decision")
def test_nobody_is_approved_without_a_seat() -> None:
    application = bare()
    rows = Application.objects.filter(pk=application.pk)
    assert "holds a seat" in refused(lambda: rows.update(state=State.APPROVED))
    assert "holds a seat" in refused(lambda: bare(2, State.APPROVED))
    held = seat(application, 1)
    rows.update(state=State.APPROVED)
    rows.update(state=State.CERTIFICATION)
    Seat.objects.filter(pk=held.pk).update(released_on=date(2027, 6, 27))
    assert "holds a seat" in refused(lambda: rows.update(state=State.APPROVED))


@pytest.mark.clause("4.2-experts", "4.2-yearly")
def test_a_sheet_of_a_closed_round_is_never_deleted() -> None:
    application = make.carried_to(State.CERTIFICATION)
    make.open_round(application.call)
    for number in (1, 2, 3):
        make.score(make.assign(application, number, declared=False))
    left = make.assign(application, 4, declared=False)
    make.certification.save_scores(
        actor=make.acting(left.expert, left.round.call.certification_on),
        assignment=left,
        points={},
        comments={},
        opinion="",
        recommendation="",
    )
    left.refresh_from_db()
    Round.objects.filter(pk=left.round_id).update(closed_on=date(2027, 6, 20), closed_by=left.assigned_by)
    with connection.cursor() as cursor:
        message = refused(lambda: cursor.execute("DELETE FROM scoring_sheet WHERE id = %s", [left.sheet_id]))
    assert "round is closed" in message


def test_the_refusals_are_the_database_s_own() -> None:
    """Straight SQL meets them too."""
    application = bare()
    seat(application, 1)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE applications_seat SET number = 6")
