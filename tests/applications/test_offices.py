"""Who handles what, as one application says it and as a list says it to each reader; and in whose place somebody acts.

The two ways of saying it are held against each other on every row.
"""

from datetime import date, timedelta

import pytest

from applications.actions import handling
from applications.models import Application, Handling
from applications.rules import can_give_back, can_name_handler, can_take
from applications.rules.offices import handler_in, handler_of, with_handlers
from applications.rules.on_behalf import OnBehalf, acted_for
from haizhi_portal.accounts.actions.delegation import delegate_work, withdraw_delegation
from haizhi_portal.accounts.models import ReviewingBody, User
from haizhi_portal.policy.words import Role
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1-via-district", "4.2-initial")]
State = Application.State
DAY = date(2027, 5, 10)


def staff(number: int = 1) -> User:
    return make.user(Role.DISTRICT, place="210211", number=number)


def officer(number: int = 1) -> User:
    return make.user(Role.MUNICIPAL, number=number)


def given_to(application: Application, person: User, day: date = DAY) -> None:
    handling.take(actor=make.acting(person, day), application=application)


def listed(reader: User, day: date = DAY) -> dict[str, str | None]:
    rows = with_handlers(Application.objects.order_by("number"), reader, day)
    return {row.number: row.handler_name for row in rows}  # type: ignore[attr-defined]


def one_by_one(day: date = DAY) -> dict[str, str | None]:
    found = {row.number: handler_of(row, day) for row in Application.objects.order_by("number")}
    return {number: person.name if person else None for number, person in found.items()}


def test_each_office_reads_whom_it_named_and_the_others_who_has_it_now() -> None:
    here, nobody_s, taken, endorsed, direct = (
        make.carried_to(State.DISTRICT_REVIEW, make.organisation()),
        make.carried_to(State.DISTRICT_REVIEW, make.organisation()),
        make.carried_to(State.DISTRICT_REVIEW, make.organisation()),
        make.carried_to(State.DISTRICT_REVIEW, make.organisation()),
        make.carried_to(State.INITIAL_REVIEW, make.municipal_unit()),
    )
    given_to(here, staff(1))
    given_to(taken, staff(1))
    handling.name_handler(actor=make.acting(staff(1), DAY), application=taken, person=staff(2))
    given_to(endorsed, staff(1))
    make.endorse(endorsed, DAY)
    given_to(Application.objects.get(pk=endorsed.pk), officer(2))
    given_to(direct, officer(1))

    def row(*people: User | None) -> dict[str, str | None]:
        applications = (here, nobody_s, taken, endorsed, direct)
        return {each.number: person.name if person else None for each, person in zip(applications, people, strict=True)}

    now = row(staff(1), None, staff(2), officer(2), officer(1))
    assert one_by_one() == now
    for reader in (officer(1), make.user(Role.LEADER), make.user(Role.AUDITOR)):
        assert listed(reader) == now
    assert listed(staff(2)) == row(staff(1), None, staff(2), staff(1), None)
    assert listed(make.district("210202")) == row(None, None, None, None, None)
    # Past the districts' closing what they left lies with the office, where nobody has taken it.
    late = here.call.districts_close_on + timedelta(days=1)
    assert one_by_one(late) == listed(officer(1), late) == row(None, None, None, officer(2), officer(1))
    assert listed(staff(2), late) == row(staff(1), None, staff(2), staff(1), None)


@pytest.mark.parametrize(
    ("municipal", "change", "stays"),
    [
        (False, {}, True),
        (False, {"is_active": False}, False),
        (False, {"reviewing_body": "another"}, False),
        (True, {}, True),
        (True, {"is_active": False}, False),
        (True, {"role": Role.LEADER}, False),
        (True, {"role": Role.AUDITOR}, False),
        (True, {"role": Role.DISTRICT, "reviewing_body": "another"}, False),
    ],
)
def test_who_has_left_the_office_handles_nothing_any_more(
    municipal: bool, change: dict[str, object], stays: bool
) -> None:
    state, unit = (State.INITIAL_REVIEW, make.municipal_unit()) if municipal else (State.DISTRICT_REVIEW, None)
    application = make.carried_to(state, unit)
    person = officer() if municipal else staff()
    given_to(application, person)
    another = ReviewingBody.objects.exclude(pk=staff().reviewing_body_id).first()
    changed = {name: another if value == "another" else value for name, value in change.items()}
    User.objects.filter(pk=person.pk).update(**changed)

    expected = {application.number: person.name if stays else None}
    assert one_by_one() == expected
    assert listed(make.user(Role.LEADER)) == expected
    assert listed(officer(2) if municipal else staff(2)) == expected
    body_id = None if municipal else application.body.pk  # type: ignore[union-attr]
    assert (handler_in(application, body_id) is not None) is stays


def test_who_may_take_name_and_give_back() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    people = [staff(1), staff(2), make.district("210202"), officer(), make.user(Role.LEADER)]
    elsewhere = "这项申报不在您的办理范围内。"
    not_now = "这项申报现在是“辖区审核中”，不能办理这一步；请刷新页面看最新进展。"
    not_theirs = "这一步由区市县科协／先导区、市科协学会部办理。"
    others = [elsewhere, not_now, not_theirs]

    def answers(rule: object, *more: User) -> list[str]:
        return [rule(make.acting(each, DAY), application, *more).reason for each in people]  # type: ignore[operator]

    assert answers(can_take) == ["", "", *others]
    nobody = "这项申报现在没有经办人。"
    assert answers(can_give_back) == [nobody, nobody, *others]
    given_to(application, staff(1))
    name = staff(1).name
    taken = f"这项申报由{name}经办；需要换人时，请用“指定经办人”。"
    assert answers(can_take) == ["这项申报已经由您经办。", taken, *others]
    only = f"这项申报由{name}经办，只能由本人退回；需要换人时，请用“指定经办人”。"
    assert answers(can_give_back) == ["", only, *others]
    assert answers(can_name_handler) == answers(can_name_handler, staff(2)) == ["", "", *others]
    assert answers(can_name_handler, staff(1)) == [f"这项申报已经由{name}经办。"] * 2 + others


@pytest.mark.clause("5.1-guidance")
def test_in_whose_place_somebody_acts() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    given_to(application, staff(1), date(2027, 5, 3))
    away = delegate_work(
        actor=make.acting(staff(1), date(2027, 5, 4)),
        delegate=staff(2),
        starts_on=date(2027, 5, 5),
        ends_on=date(2027, 5, 20),
    )
    handler, in_place = {"handler": staff(1).public_id}, {"on_behalf": [staff(1).public_id]}
    told = OnBehalf(application)
    for day, person, entry, name in (
        (date(2027, 5, 4), staff(2), handler, ""),
        (date(2027, 5, 5), staff(2), handler | in_place, staff(1).name),
        (date(2027, 5, 20), staff(2), handler | in_place, staff(1).name),
        (date(2027, 5, 21), staff(2), handler, ""),
        (date(2027, 5, 10), staff(1), {}, ""),
        (date(2027, 5, 10), staff(3), handler, ""),
        (date(2027, 5, 10), make.district("210202"), {}, ""),
        (date(2027, 5, 10), officer(), {}, ""),
        (date(2027, 5, 10), make.applicant_of(application.organisation), {}, ""),
        (date(2027, 5, 10), make.user(Role.AUDITOR), {}, ""),
    ):
        actor = make.acting(person, day)
        assert acted_for(application, actor) == entry, (day, person)
        assert told.of(person, actor.now) == name, (day, person)
    assert acted_for(application, make.acting(None, DAY)) == {}
    # Before it was taken nobody acted for anybody; after an early end no longer.
    assert told.of(staff(2), make.at("2027-05-02")) == ""
    withdraw_delegation(actor=make.acting(staff(1), date(2027, 5, 12)), delegation=away)
    after = make.acting(staff(2), date(2027, 5, 13))
    assert acted_for(application, after) == handler
    assert OnBehalf(application).of(staff(2), after.now) == ""
    assert OnBehalf(application).of(staff(2), make.at("2027-05-10")) == staff(1).name
    assert Handling.objects.count() == 1


@pytest.mark.clause("5.1-guidance")
def test_a_leader_acts_in_an_absent_leader_s_place_for_every_application() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    first, second = make.user(Role.LEADER), make.user(Role.LEADER, number=2)
    delegate_work(actor=make.acting(first, DAY), delegate=second, starts_on=DAY, ends_on=date(2027, 5, 20))
    assert acted_for(application, make.acting(second, DAY)) == {"on_behalf": [first.public_id]}
    assert acted_for(application, make.acting(first, DAY)) == {}
    assert acted_for(application, make.acting(second, date(2027, 5, 21))) == {}
