"""Who handles an application: taken, given, given back; nobody is locked out; reminders by hand, once a day."""

import pytest
from django.db import IntegrityError, transaction

from applications.actions import handling
from applications.models import Application, Handling, Nudge
from applications.rules import can_name_handler, can_take
from applications.rules.offices import handler_of
from haizhi_portal.accounts.models import User
from haizhi_portal.audit.models import Entry
from haizhi_portal.notifications.models import Message
from haizhi_portal.policy.verdict import Conflict, RuleViolation
from haizhi_portal.policy.words import Role
from tests import factories as make

pytestmark = pytest.mark.django_db
State = Application.State
DAY = "2027-04-05"


def staff(number: int = 1, place: str = "210211") -> User:
    return make.user(Role.DISTRICT, place=place, number=number)


def officer(number: int = 1) -> User:
    return make.user(Role.MUNICIPAL, number=number)


def named(application: Application, person: User, by: User | None = None, on: str = DAY) -> None:
    handling.name_handler(actor=make.acting(by or staff(), on), application=application, person=person)


def handler(application: Application, on: str = DAY) -> User | None:
    return handler_of(Application.objects.get(pk=application.pk), make.at(on).date())


def last_entry() -> Entry:
    return Entry.objects.order_by("-seq")[0]


@pytest.mark.clause("4.1-via-district")
def test_taken_given_and_given_back() -> None:
    application, first, second = make.carried_to(State.DISTRICT_REVIEW), staff(1), staff(2)
    handling.take(actor=make.acting(first, DAY), application=application)
    assert handler(application) == first
    assert last_entry().event == "application.handler_named"
    assert last_entry().data == {"handler": first.public_id, "before": None}
    named(application, second, by=first)
    assert handler(application) == second
    assert last_entry().data == {"handler": second.public_id, "before": first.public_id}
    told = Message.objects.get(recipient=second, kind="application.handler")
    assert (
        told.body == f"{application.organisation.name}的申报由您经办（{first.name}指定）。本环节期限：2027年5月20日。"
    )
    handling.give_back(actor=make.acting(second, DAY), application=application)
    assert handler(application) is None
    assert last_entry().data == {"handler": None, "before": second.public_id}
    assert Handling.objects.count() == 3


def test_who_names_themselves_is_told_nothing() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    named(application, staff(1), by=staff(1))
    assert handler(application) == staff(1)
    assert not Message.objects.filter(kind="application.handler").exists()


def test_whoever_takes_second_is_told_who_was_first() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    handling.take(actor=make.acting(staff(1), DAY), application=application)
    with pytest.raises(Conflict) as lost:
        handling.take(actor=make.acting(staff(2), DAY), application=application)
    assert staff(1).name in lost.value.message
    with pytest.raises(RuleViolation, match="已经由您经办") as own:
        handling.take(actor=make.acting(staff(1), DAY), application=application)
    assert not isinstance(own.value, Conflict)
    with pytest.raises(RuleViolation) as stranger:
        handling.take(actor=make.acting(make.expert(), DAY), application=make.carried_to(State.DISTRICT_REVIEW))
    assert not isinstance(stranger.value, Conflict)


def test_only_people_of_the_office_and_only_the_handler_gives_back() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    for stranger in (staff(1, "210202"), officer(), make.user(Role.LEADER)):
        with pytest.raises(RuleViolation, match="本单位在用账号"):
            named(application, stranger)
    with pytest.raises(RuleViolation, match="现在没有经办人"):
        handling.give_back(actor=make.acting(staff(1), DAY), application=application)
    for outsider, words in ((staff(1, "210202"), "不在您的办理范围内"), (officer(), "不能办理这一步")):
        actor = make.acting(outsider, DAY)
        for verdict in (can_take(actor, application), can_name_handler(actor, application, staff(1))):
            assert words in verdict.reason
    assert can_name_handler(make.acting(staff(1), DAY), application)
    named(application, staff(1))
    with pytest.raises(RuleViolation, match=f"已经由{staff(1).name}经办"):
        named(application, staff(1))
    with pytest.raises(RuleViolation, match="只能由本人退回"):
        handling.give_back(actor=make.acting(staff(2), DAY), application=application)
    for outsider in (staff(1, "210202"), officer()):
        with pytest.raises(RuleViolation):
            handling.take(actor=make.acting(outsider, DAY), application=application)
    assert Handling.objects.count() == 1


def test_nobody_is_locked_out_and_acting_for_a_colleague_is_recorded() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    named(application, staff(2))
    make.endorse(application, "2027-05-01")
    entry = Entry.objects.get(event="application.endorsed")
    assert entry.actor == staff(1).public_id
    assert entry.data["handler"] == staff(2).public_id


def test_an_act_of_the_handler_needs_no_mention() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    named(application, staff(1), by=staff(2))
    make.endorse(application, "2027-05-01")
    assert "handler" not in Entry.objects.get(event="application.endorsed").data


def test_the_next_office_starts_without_a_handler_and_keeps_its_own() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    named(application, staff(1))
    application = make.endorse(application, "2027-05-01")
    assert handler(application, "2027-05-02") is None
    handling.take(actor=make.acting(officer(), "2027-05-02"), application=application)
    assert handler(application, "2027-05-02") == officer()


def test_what_a_district_left_unanswered_has_no_handler_of_the_district() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    named(application, staff(1))
    assert handler(application, "2027-05-20") == staff(1)
    assert handler(application, "2027-05-21") is None


def test_whoever_left_the_office_handles_nothing() -> None:
    application, left = make.carried_to(State.DISTRICT_REVIEW), staff(2)
    named(application, left)
    left.is_active = False
    left.save()
    assert handler(application) is None
    handling.take(actor=make.acting(staff(1), DAY), application=application)
    assert handler(application) == staff(1)


def test_what_was_arranged_is_never_changed() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    named(application, staff(1))
    for change in (lambda: Handling.objects.update(handler=None), lambda: Handling.objects.all().delete()):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


# Reminding by hand --------------------------------------------------------------------------------------------------


def remind(application: Application, on: str, by: User | None = None) -> Nudge:
    return handling.remind_applicant(actor=make.acting(by or staff(), on), application=application, words=" 请尽快。\n")


@pytest.mark.clause("4.1-materials")
def test_an_applicant_is_reminded_once_a_day_with_its_last_day() -> None:
    application = make.carried_to(State.DISTRICT_RETURNED)
    person = make.applicant_of(application.organisation)
    remind(application, "2027-05-03")
    sent = Message.objects.get(recipient=person, kind="application.nudge")
    assert "2027年5月14日" in sent.body
    assert sent.body.endswith("（含当日）。请尽快。")
    assert (last_entry().data, last_entry().reason) == ({"by": "2027-05-14"}, "请尽快。")
    assert Nudge.objects.get().words == "请尽快。"
    for by in (staff(1), officer()):
        with pytest.raises(RuleViolation, match="一天只催办一次"):
            remind(application, "2027-05-03", by)
    remind(application, "2027-05-04", officer())
    assert Nudge.objects.count() == 2


def test_nobody_is_reminded_of_what_is_not_their_move() -> None:
    waits = make.carried_to(State.DISTRICT_REVIEW)
    with pytest.raises(RuleViolation):
        remind(waits, "2027-04-05")
    over = make.carried_to(State.DISTRICT_RETURNED)
    with pytest.raises(RuleViolation, match="无须催办"):
        remind(over, "2027-05-15")
    # Paper that is still owed has a reminder of its own at the desk.
    passed = make.carried_to(State.CERTIFICATION)
    with pytest.raises(RuleViolation):
        remind(passed, "2027-06-05", officer())


def test_two_reminders_of_a_day_are_impossible() -> None:
    nudge = remind(make.carried_to(State.DISTRICT_RETURNED), "2027-05-03")
    with pytest.raises(IntegrityError), transaction.atomic():
        Nudge.objects.create(
            application=nudge.application, sent_on=nudge.sent_on, sent_at=nudge.sent_at, sent_by=nudge.sent_by
        )
