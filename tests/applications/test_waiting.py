"""Whose move it is, since when and by when: exact days, and the same answer in Python and in SQL on every day."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from applications.actions import call as call_actions
from applications.actions import paper, pre_review
from applications.models import Application
from applications.rules.waiting import NOBODY, Turn, overdue, turn, with_turns
from haizhi_portal.policy.words import Role
from tests import factories as make

pytestmark = pytest.mark.django_db
State = Application.State
APPLICANT, DISTRICT, MUNICIPAL, LEADER = Role.APPLICANT, Role.DISTRICT, Role.MUNICIPAL, Role.LEADER


def day(words: str) -> date:
    return date(2027, *(int(part) for part in words.split("-")))


def handed_on() -> Application:
    application = make.carried_to(State.DISTRICT_REVIEW)
    return pre_review.hand_on(
        actor=make.acting(make.district("210211"), "2027-04-02"),
        application=application,
        route="gaoxin",
        reason="在高新区",
    )


def handed_back() -> Application:
    return pre_review.hand_on(
        actor=make.acting(make.district("gaoxin"), "2027-04-06"),
        application=handed_on(),
        route="municipal",
        reason="也不属于我区",
    )


def returned_late() -> Application:
    return make.send_back(make.carried_to(State.DISTRICT_REVIEW), "2027-05-19", day("6-1"))


def extended() -> Application:
    back = make.carried_to(State.DISTRICT_RETURNED)
    return pre_review.extend_correction(
        actor=make.acting(make.district("210211"), "2027-05-04"),
        application=back,
        correct_by=day("5-25"),
        reason="补充盖章",
    )


def corrected() -> Application:
    back = make.carried_to(State.INITIAL_RETURNED)
    make.submit(back, "2027-06-03")
    back.refresh_from_db()
    return back


def escalated() -> Application:
    silent = make.carried_to(State.DISTRICT_REVIEW)
    pre_review.escalate_unanswered(actor=make.acting(None, "2027-05-25"), application=silent)
    silent.refresh_from_db()
    return silent


def one_copy() -> Application:
    passed = make.pass_initial(make.carried_to(State.INITIAL_REVIEW), "2027-06-01")
    make.receive_paper(passed, "2027-06-03", copies=1)
    return passed


def copies_cancelled() -> Application:
    complete = make.carried_to(State.CERTIFICATION)
    paper.void_receipt(
        actor=make.acting(make.user(Role.MUNICIPAL), "2027-06-04"),
        receipt=complete.receipts.get(),
        reason="登记错了单位",
    )
    make.receive_paper(complete, "2027-06-07")
    return complete


def one_copy_a_day() -> Application:
    passed = make.pass_initial(make.carried_to(State.INITIAL_REVIEW), "2027-06-01")
    for on in ("2027-06-03", "2027-06-05", "2027-06-09"):
        make.receive_paper(passed, on, copies=1)
    paper.void_receipt(
        actor=make.acting(make.user(Role.MUNICIPAL), "2027-06-10"),
        receipt=passed.receipts.order_by("pk").last(),
        reason="重复登记",
    )
    return passed


def returned_twice() -> Application:
    back = make.carried_to(State.INITIAL_RETURNED)
    make.submit(back, "2027-06-03")
    back.refresh_from_db()
    return make.send_back(back, "2027-06-04")


def corrected_after_the_closing() -> Application:
    back = returned_late()
    make.submit(back, "2027-05-28")
    back.refresh_from_db()
    return back


def in_the_round() -> Application:
    application = make.carried_to(State.CERTIFICATION)
    make.open_round(application.call)
    application.refresh_from_db()
    return application


def set_aside() -> Application:
    office = make.acting(make.user(Role.MUNICIPAL), "2027-06-21")
    return make.certification.set_aside(actor=office, application=in_the_round(), reason="专家均须回避")


def missed_the_round() -> Application:
    left = one_copy()
    make.carried_to(State.CERTIFICATION)
    make.open_round(left.call)
    left.refresh_from_db()
    return left


def both_copies_early() -> Application:
    application = make.carried_to(State.INITIAL_REVIEW)
    make.receive_paper(application, "2027-05-10")
    return make.pass_initial(application, "2027-06-01")


# What happened to it; a day; whose move it is then, since when, by when.
MEANT: list[tuple[Callable[[], Application] | str, str, Turn]] = [
    (State.DRAFT, "4-30", Turn(APPLICANT, day("3-1"), day("4-30"))),
    (State.DRAFT, "5-1", Turn(NOBODY)),
    (State.DISTRICT_REVIEW, "5-20", Turn(DISTRICT, day("3-15"), day("5-20"))),
    (State.DISTRICT_REVIEW, "5-21", Turn(MUNICIPAL, day("5-21"), day("6-10"))),
    (escalated, "5-25", Turn(MUNICIPAL, day("5-21"), day("6-10"))),
    (handed_on, "4-20", Turn(DISTRICT, day("4-2"), day("5-20"))),
    (handed_on, "5-21", Turn(MUNICIPAL, day("5-21"), day("6-10"))),
    (handed_back, "4-20", Turn(MUNICIPAL, day("4-6"), day("6-10"))),
    # Ten working days from Saturday 1 May; of a year without a holiday table only weekends are off.
    (State.DISTRICT_RETURNED, "5-7", Turn(APPLICANT, day("5-1"), day("5-14"))),
    (State.DISTRICT_RETURNED, "5-14", Turn(APPLICANT, day("5-1"), day("5-14"))),
    (State.DISTRICT_RETURNED, "5-15", Turn(DISTRICT, day("5-15"), day("5-20"))),
    (State.DISTRICT_RETURNED, "5-21", Turn(MUNICIPAL, day("5-21"), day("6-10"))),
    (extended, "5-25", Turn(APPLICANT, day("5-1"), day("5-25"))),
    (extended, "5-26", Turn(MUNICIPAL, day("5-26"), day("6-10"))),
    (returned_late, "6-1", Turn(APPLICANT, day("5-19"), day("6-1"))),
    (returned_late, "6-2", Turn(MUNICIPAL, day("6-2"), day("6-10"))),
    (State.INITIAL_REVIEW, "6-11", Turn(MUNICIPAL, day("5-1"), day("6-10"))),
    (State.INITIAL_RETURNED, "6-2", Turn(APPLICANT, day("6-1"), day("6-15"))),
    (State.INITIAL_RETURNED, "6-16", Turn(MUNICIPAL, day("6-16"), day("6-10"))),
    (corrected, "6-5", Turn(MUNICIPAL, day("6-3"), day("6-10"))),
    (one_copy, "6-5", Turn(APPLICANT, day("6-1"), day("6-20"))),
    (copies_cancelled, "6-8", Turn(MUNICIPAL, day("6-7"), day("6-20"))),
    (both_copies_early, "6-5", Turn(MUNICIPAL, day("6-1"), day("6-20"))),
    (one_copy_a_day, "6-11", Turn(MUNICIPAL, day("6-5"), day("6-20"))),
    (returned_twice, "6-5", Turn(APPLICANT, day("6-4"), day("6-18"))),
    (corrected_after_the_closing, "5-29", Turn(MUNICIPAL, day("5-28"), day("6-10"))),
    (in_the_round, "6-22", Turn(MUNICIPAL, day("6-20"))),
    (set_aside, "6-22", Turn(NOBODY)),
    (missed_the_round, "6-20", Turn(NOBODY)),
    (State.CERTIFICATION, "6-5", Turn(MUNICIPAL, day("6-2"), day("6-20"))),
    (State.APPROVED, "6-27", Turn(LEADER, day("6-26"))),
    (State.LICENSED, "7-1", Turn(NOBODY)),
    (State.DECLINED, "7-1", Turn(NOBODY)),
    (State.WITHDRAWN, "7-1", Turn(NOBODY)),
    (State.LAPSED, "7-1", Turn(NOBODY)),
]


def in_sql(application: Application, today: date) -> Turn:
    row = with_turns(Application.objects.filter(pk=application.pk), today).get()
    return Turn(row.mover, row.since, row.by)  # type: ignore[attr-defined]


@pytest.mark.clause("4.1-via-district", "4.2-initial")
@pytest.mark.parametrize(("happened", "today", "meant"), MEANT)
def test_whose_move_since_when_and_by_when(happened: Callable[[], Application] | str, today: str, meant: Turn) -> None:
    application = happened() if callable(happened) else make.carried_to(happened)
    assert turn(application, day(today)) == meant
    assert in_sql(application, day(today)) == meant


def test_python_and_sql_agree_on_every_day() -> None:
    """Every way an application can have gone, on every day around each closing, and after a change of the timetable."""
    ways = [
        *(state for state in State if state not in (State.APPROVED, State.LICENSED, State.LAPSED)),
        *(
            handed_on,
            handed_back,
            returned_late,
            extended,
            corrected,
            escalated,
            one_copy,
            copies_cancelled,
            both_copies_early,
            one_copy_a_day,
            returned_twice,
            corrected_after_the_closing,
        ),
    ]
    for way in ways:
        way() if callable(way) else make.carried_to(way)

    def compare(first: str, last: str) -> None:
        today = day(first)
        while today <= day(last):
            for row in with_turns(Application.objects.select_related("call"), today):
                said = Turn(row.mover, row.since, row.by)  # type: ignore[attr-defined]
                assert said == turn(row, today), (row.state, today)
            today += timedelta(days=1)

    for first, last in (("4-29", "5-2"), ("5-13", "5-27"), ("5-31", "6-4"), ("6-9", "6-21")):
        compare(first, last)
    call_actions.change_timetable(
        actor=make.acting(make.user(Role.MUNICIPAL), "2027-05-20"),
        call=make.call(),
        reason="给辖区多几天",
        **make.days_of(districts_close_on=day("5-28")),
    )
    compare("5-19", "5-30")


def test_what_is_overdue_has_somebody_who_is_late() -> None:
    waits = make.carried_to(State.INITIAL_REVIEW)
    make.carried_to(State.DISTRICT_REVIEW)
    ended = make.carried_to(State.DECLINED)
    assert ended.ended_on
    for today, expected in (("6-10", set()), ("6-11", {waits.number})):
        rows = with_turns(Application.objects.exclude(state=State.DISTRICT_REVIEW), day(today))
        assert set(rows.filter(overdue(day(today))).values_list("number", flat=True)) == expected


def test_waiting_is_counted_in_calendar_days_from_day_zero() -> None:
    arrived = Turn(DISTRICT, day("4-30"), day("5-20"))
    assert [arrived.days(day(each)) for each in ("4-30", "5-1", "5-5")] == [0, 1, 5]
    assert Turn(NOBODY).days(day("5-5")) is None
