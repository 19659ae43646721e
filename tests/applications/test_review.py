"""Districts and the municipal office: what each may conclude, where an application goes on to, who still sees it."""

import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from applications import daily, reminders
from applications.actions import initial_review, pre_review
from applications.actions.records import reviewers_of
from applications.models import Application
from applications.queries import visible_to
from applications.queue_lines import in_turn
from applications.rules import can_hand_on
from applications.standing import standing
from haizhi_portal.accounts.actions.places import change_reviewing_body
from haizhi_portal.accounts.models import Jurisdiction, Organisation, User
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.models import Entry
from haizhi_portal.notifications.models import Message
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import Role
from tests import factories as make

pytestmark = pytest.mark.django_db
State = Application.State


def seen(person: User) -> list[tuple[str, bool]]:
    return [(each.number, each.own_act_only) for each in visible_to(person).order_by("number")]


def told(application: Application) -> list[str]:
    return list(Entry.objects.filter(application=application.number).order_by("seq").values_list("event", flat=True))


@pytest.mark.clause("4.1-via-district")
def test_a_district_sees_its_own_jurisdiction_and_nothing_else() -> None:
    here = make.carried_to(State.DISTRICT_REVIEW)
    make.application_ready(make.organisation(place="210202"))
    there = make.carried_to(State.DISTRICT_REVIEW, make.organisation(place="210202"))
    assert seen(make.district("210211")) == [(here.number, False)]
    assert seen(make.district("210202")) == [(there.number, False)]
    assert seen(make.district("gaoxin")) == []


@pytest.mark.clause("4.1-via-district")
def test_two_codes_of_one_administration_lead_to_one_body() -> None:
    district = make.carried_to(State.DISTRICT_REVIEW, make.organisation(place="210213"))
    zone = make.carried_to(State.DISTRICT_REVIEW, make.organisation(place="jinpu"))
    assert make.district("210213") == make.district("jinpu")
    assert seen(make.district("jinpu")) == [(district.number, False), (zone.number, False)]
    make.endorse(zone)
    assert Entry.objects.get(event="application.endorsed").data == {"by": "jinpu"}
    with pytest.raises(RuleViolation, match="同一单位审核"):
        pre_review.hand_on(
            actor=make.acting(make.district("210213"), "2027-05-01"), application=district, route="jinpu", reason="误"
        )


@pytest.mark.clause("4.1-via-district")
def test_endorsed_only_with_every_condition_and_material_checked() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    actor = make.acting(make.district("210211"), "2027-05-01")
    for key in make.all_checked():
        with pytest.raises(RuleViolation) as refused:
            pre_review.endorse(
                actor=actor, application=application, opinion="", checks={**make.all_checked(), key: False}
            )
        assert refused.value.field == "checks"
    assert make.endorse(application).state == State.INITIAL_REVIEW


@pytest.mark.clause("4.1-via-district")
@pytest.mark.parametrize(("day", "allowed"), [("2027-05-20", True), ("2027-05-21", False)])
def test_the_district_answers_until_its_closing_day(day: str, allowed: bool) -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    if allowed:
        assert make.endorse(application, day).endorsed_on == date(2027, 5, 20)
        return
    with pytest.raises(RuleViolation, match="转由市科协"):
        make.endorse(application, day)


@pytest.mark.clause("4.1-via-district")
def test_what_a_district_leaves_unanswered_is_municipal_whether_or_not_the_day_s_work_ran() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    officer, day = make.user(Role.MUNICIPAL), date(2027, 5, 21)
    assert list(in_turn(officer, day)) == [application]
    assert list(in_turn(officer, date(2027, 5, 20))) == []
    assert list(in_turn(make.district("210211"), day)) == []
    passed = make.pass_initial(application, "2027-06-01")
    assert (passed.state, passed.escalated_on, passed.route) == (State.CERTIFICATION, day, "municipal")
    rerouted = Entry.objects.get(event="application.rerouted")
    assert (rerouted.on, rerouted.actor, rerouted.data) == (day, "system", {"route": "municipal"})
    assert told(application) == ["application.submitted", "application.rerouted", "application.initial_passed"]


@pytest.mark.clause("4.1-via-district", "4.1-annual")
def test_the_day_s_work_records_once_and_catches_up() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    system = Actor.system(make.at("2027-05-25"))
    assert [count for _name, count in daily.run(system)] == [0, 1, 1]
    assert [count for _name, count in daily.run(system)] == [0, 0, 0]
    closed = Entry.objects.get(event="call.closed")
    assert (closed.on, closed.data["closes_on"]) == (date(2027, 4, 30), "2027-04-30")
    application.refresh_from_db()
    assert (application.state, application.escalated_on) == (State.INITIAL_REVIEW, date(2027, 5, 21))


@pytest.mark.clause("4.1-via-district")
def test_who_handed_on_sees_its_own_act_and_no_more() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    first, second = make.district("210211"), make.district("gaoxin")
    moved = pre_review.hand_on(
        actor=make.acting(first, "2027-05-01"), application=application, route="gaoxin", reason="注册在高新区"
    )
    assert (moved.route, moved.state) == ("gaoxin", State.DISTRICT_REVIEW)
    assert seen(first) == [(application.number, True)]
    assert seen(second) == [(application.number, False)]
    with pytest.raises(RuleViolation, match="不在您的办理范围"):
        pre_review.endorse(
            actor=make.acting(first, "2027-05-02"), application=application, opinion="", checks=make.all_checked()
        )
    assert make.endorse(moved).state == State.INITIAL_REVIEW
    assert Entry.objects.get(event="application.endorsed").data == {"by": "gaoxin"}


@pytest.mark.clause("4.1-via-district")
def test_a_reroute_voids_an_earlier_endorsement() -> None:
    application = make.endorse(make.carried_to(State.DISTRICT_REVIEW))
    officer = make.acting(make.user(Role.MUNICIPAL), "2027-05-10")
    moved = pre_review.hand_on(actor=officer, application=application, route="gaoxin", reason="实际在高新区")
    assert (moved.state, moved.endorsed_on, str(moved.route)) == (State.DISTRICT_REVIEW, None, "gaoxin")
    assert seen(make.district("210211")) == []
    here = pre_review.hand_on(actor=officer, application=moved, route="municipal", reason="由市科协直接审核")
    assert (here.state, here.reviewing_body) == (State.INITIAL_REVIEW, None)
    assert [routing.route for routing in here.routings.all()] == ["210211", "gaoxin", "municipal"]


@pytest.mark.clause("4.1-via-district")
@pytest.mark.parametrize(
    ("route", "day", "words"),
    [("nowhere", "2027-05-10", "没有这个辖区"), ("gaoxin", "2027-05-21", "辖区审核已于")],
)
def test_no_reroute_to_nowhere_or_to_a_district_whose_time_is_over(route: str, day: str, words: str) -> None:
    application = make.carried_to(State.INITIAL_REVIEW)
    officer = make.acting(make.user(Role.MUNICIPAL), day)
    with pytest.raises(RuleViolation, match=words):
        pre_review.hand_on(actor=officer, application=application, route=route, reason="转办")


@pytest.mark.clause("4.1-via-district")
@pytest.mark.parametrize(
    ("unit", "route", "day", "words"),
    [
        (make.municipal_unit, "municipal", "2027-05-10", "这项申报本来就由市科协直接受理。"),
        (make.municipal_unit, "gaoxin", "2027-05-20", ""),
        (make.organisation, "210211", "2027-05-20", "该辖区与现在的辖区由同一单位审核，无须移交。"),
        (make.organisation, "gaoxin", "2027-05-20", ""),
        # To the office itself at any time.
        (make.organisation, "municipal", "2027-05-21", ""),
        (make.organisation, None, "2027-05-21", ""),
    ],
)
def test_where_the_office_may_hand_it_on_to(
    unit: Callable[[], Organisation], route: str | None, day: str, words: str
) -> None:
    application = make.carried_to(State.INITIAL_REVIEW, unit())
    verdict = can_hand_on(make.acting(make.user(Role.MUNICIPAL), day), application, route)
    assert (verdict.allowed, verdict.reason) == (not words, words)


@pytest.mark.clause("4.1-via-district", "4.2-initial")
def test_a_return_names_sections_and_words() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    actor = make.acting(make.district("210211"), "2027-05-01")
    for sections in ({}, {"plan": "  "}, {"nothing": "改"}):
        with pytest.raises(RuleViolation) as refused:
            pre_review.return_for_correction(actor=actor, application=application, opinion="", sections=sections)
        assert refused.value.field == "sections"


@pytest.mark.clause("4.1-via-district")
def test_what_comes_back_after_the_districts_closing_goes_to_municipal_staff() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    make.send_back(application, "2027-05-18")
    application.refresh_from_db()
    assert application.correct_by == date(2027, 6, 1)
    make.submit(application, "2027-06-01")
    application.refresh_from_db()
    assert (application.state, application.route) == (State.INITIAL_REVIEW, "municipal")
    assert application.escalated_on == Entry.objects.get(event="application.rerouted").on == date(2027, 6, 1)
    assert told(application) == [
        "application.submitted",
        "application.returned",
        "application.resubmitted",
        "application.rerouted",
    ]


@pytest.mark.clause("4.2-initial")
def test_a_return_from_initial_review_comes_back_to_initial_review() -> None:
    application = make.carried_to(State.INITIAL_RETURNED)
    make.submit(application, "2027-06-05")
    application.refresh_from_db()
    assert (application.state, application.route) == (State.INITIAL_REVIEW, "210211")
    assert application.endorsed_on == date(2027, 5, 1)
    assert Entry.objects.get(event="application.returned").data["by"] == "municipal"


@pytest.mark.clause("4.2-initial")
@pytest.mark.parametrize("reason", ["", "   "])
def test_no_refusal_without_a_reason(reason: str) -> None:
    application = make.carried_to(State.INITIAL_REVIEW)
    with pytest.raises(RuleViolation) as refused:
        initial_review.decline_initial(
            actor=make.acting(make.user(Role.MUNICIPAL), "2027-06-01"), application=application, reason=reason
        )
    assert refused.value.field == "reason"


@pytest.mark.clause("4.2-initial", "4.1-via-district")
def test_a_refusal_ends_the_application_with_reason_and_stage() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    declined = pre_review.decline(
        actor=make.acting(make.district("210211"), "2027-05-01"), application=application, reason="不具备场地"
    )
    assert (declined.state, declined.end_reason) == (State.DECLINED, "不具备场地")
    assert Entry.objects.get(event="application.declined").data == {"by": "district", "reason": "不具备场地"}


@pytest.mark.clause("4.1-via-district")
@pytest.mark.parametrize("state", [State.DISTRICT_REVIEW, State.DISTRICT_RETURNED])
def test_another_body_takes_over_what_is_in_flight(state: State) -> None:
    application = make.carried_to(state)
    old, new = make.district("210211"), make.district("gaoxin")
    area = Jurisdiction.objects.get(code="210211")
    change_reviewing_body(
        actor=make.acting(make.user(Role.MUNICIPAL), "2027-05-02"),
        jurisdiction=area,
        reviewing_body=Jurisdiction.objects.get(code="gaoxin").reviewing_body,
        reason="机构调整",
    )
    assert seen(old) == []
    assert seen(new) == [(application.number, False)]
    application = Application.objects.get()
    assert new.reviewing_body is not None
    day = date(2027, 5, 3)
    assert new.reviewing_body.name in standing(application, day, new).sentence
    assert list(reviewers_of(application)) == [new]
    if state == State.DISTRICT_RETURNED:
        make.submit(application, day)
    assert standing(Application.objects.get(), day, new).mine
    assert not standing(Application.objects.get(), day, old).mine
    assert list(in_turn(new, day)) == [application]
    assert not in_turn(old, day)
    assert not can_hand_on(make.acting(new, day), application, "gaoxin")
    reminded = Message.objects.filter(kind="district.closing")
    reminders.run(Actor.system(make.at("2027-05-13")))
    assert {each.recipient for each in reminded} == {new}
    with pytest.raises(RuleViolation, match="办理范围"):
        pre_review.endorse(
            actor=make.acting(old, day), application=application, opinion="同意", checks=make.all_checked()
        )
    pre_review.endorse(actor=make.acting(new, day), application=application, opinion="同意", checks=make.all_checked())
    application.refresh_from_db()
    assert application.state == State.INITIAL_REVIEW
    assert application.reviews.latest("pk").body == new.reviewing_body


@pytest.mark.clause("4.1-via-district")
def test_what_was_never_corrected_is_municipal_once_the_district_and_the_correction_are_over() -> None:
    application = make.carried_to(State.DISTRICT_RETURNED)
    correct_by, closing = application.correct_by, application.call.districts_close_on
    assert correct_by is not None
    assert correct_by < closing
    officer = make.user(Role.MUNICIPAL)
    with pytest.raises(RuleViolation):
        initial_review.decline_initial(
            actor=make.acting(officer, closing), application=application, reason="期满未补正。"
        )
    declined = initial_review.decline_initial(
        actor=make.acting(officer, closing + timedelta(days=1)), application=application, reason="期满未补正。"
    )
    assert declined.state == State.DECLINED
    entry = Entry.objects.get(event="application.rerouted")
    assert (entry.on, entry.data, entry.role) == (closing + timedelta(days=1), {"route": "municipal"}, "system")


@pytest.mark.clause("4.1-annual", "4.1-via-district")
def test_a_return_names_the_later_of_its_own_day_and_the_call_s_closing() -> None:
    """Ten working days from 1 April are over before the call is; from 1 May they are not."""
    days = {}
    for returned_on in ("2027-04-01", "2027-05-01"):
        back = make.send_back(make.carried_to(State.DISTRICT_REVIEW), returned_on)
        told = Message.objects.filter(recipient=make.applicant_of(back.organisation)).latest("pk")
        days[returned_on] = re.findall(r"2027年\d+月\d+日", told.body)
    assert days == {"2027-04-01": ["2027年4月30日"], "2027-05-01": ["2027年5月14日"]}


@pytest.mark.clause("4.1-via-district", "4.2-initial")
def test_a_correction_s_day_goes_with_the_correction() -> None:
    back, over = make.carried_to(State.DISTRICT_RETURNED), make.carried_to(State.INITIAL_RETURNED)
    assert back.correct_by
    assert over.correct_by
    make.submit(back, "2027-05-05")
    make.initial_review.decline_initial(
        actor=make.acting(make.user(Role.MUNICIPAL), "2027-06-16"), application=over, reason="逾期未补正"
    )
    for application in (back, over):
        application.refresh_from_db()
    assert [(each.state, each.correct_by) for each in (back, over)] == [
        (State.DISTRICT_REVIEW, None),
        (State.DECLINED, None),
    ]


@pytest.mark.clause("3.1-applicant")
def test_only_the_unit_withdraws_and_only_what_lives() -> None:
    live, ended = make.carried_to(State.DISTRICT_REVIEW), make.carried_to(State.DECLINED)
    for application, person in (
        (live, make.district("210211")),
        (live, make.user(Role.MUNICIPAL)),
        (live, make.applicant_of(ended.organisation)),
        (ended, make.applicant_of(ended.organisation)),
    ):
        with pytest.raises(RuleViolation):
            make.submission.withdraw(
                actor=make.acting(person, "2027-06-17"), application=application, reason="计划有变"
            )
    assert set(Application.objects.values_list("state", flat=True)) == {State.DISTRICT_REVIEW, State.DECLINED}
