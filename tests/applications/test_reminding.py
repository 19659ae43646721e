"""Who is reminded of an application on which day, and who is not: one table for each kind."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from applications import reminders
from applications.models import Application
from applications.rules import correction_day
from haizhi_portal.accounts.models import User
from haizhi_portal.audit.actor import Actor
from haizhi_portal.notifications.models import Message
from haizhi_portal.policy.words import Role
from tests import factories as make

pytestmark = pytest.mark.django_db

UNIT = frozenset({"unit", "colleague"})
DISTRICT = frozenset({"district"})


def names(application: Application) -> dict[int, str]:
    """Everybody: of the matter, and those who must hear nothing of it."""
    owner = application.organisation
    people: dict[str, User] = {
        "unit": make.applicant_of(owner),
        "colleague": make.user(Role.APPLICANT, organisation=owner, number=2),
        "other unit": make.applicant_of(make.organisation(place="210212")),
        "district": make.district("210211"),
        "other district": make.district("210212"),
        "officer": make.user(Role.MUNICIPAL),
        "second officer": make.user(Role.MUNICIPAL, number=2),
        "leader": make.user(Role.LEADER),
        "expert": make.expert(),
        "admin": make.user(Role.ADMIN),
        "auditor": make.user(Role.AUDITOR),
    }
    return {each.pk: who for who, each in people.items()}


def reminded(application: Application, due_on: date, before: int) -> dict[int, tuple[str, frozenset[str]]]:
    """Days before the due day -> the kind and exactly who; from ``before`` days before it to three days after."""
    who, found = names(application), {}
    for days in range(before, -4, -1):
        day = due_on - timedelta(days=days)
        old = set(Message.objects.values_list("pk", flat=True))
        reminders.run(Actor.system(make.at(day)))
        new = list(Message.objects.exclude(pk__in=old).values_list("kind", "recipient"))
        if new:
            [kind] = {kind for kind, _recipient in new}
            found[days] = (kind, frozenset(who[recipient] for _kind, recipient in new))
            assert len(new) == len(found[days][1])
    return found


@pytest.mark.clause("4.1-annual")
def test_a_draft_is_reminded_of_on_four_days_before_the_closing() -> None:
    application = make.application_begun()
    closing = application.call.applicants_close_on
    assert reminded(application, closing, 9) == dict.fromkeys((7, 3, 1, 0), ("call.closing", UNIT))


@pytest.mark.clause("4.1-annual")
def test_what_is_submitted_is_the_districts_to_hear_of() -> None:
    application = make.application_ready(make.organisation())
    make.submit(application)
    application.refresh_from_db()
    assert application.state == Application.State.DISTRICT_REVIEW
    closing = application.call.districts_close_on
    assert reminded(application, closing, 9) == dict.fromkeys((7, 3, 1), ("district.closing", DISTRICT))


@pytest.mark.clause("4.2-initial")
@pytest.mark.parametrize("state", [Application.State.DISTRICT_RETURNED, Application.State.INITIAL_RETURNED])
def test_a_correction_is_reminded_of_to_the_unit_alone(state: str) -> None:
    application = make.carried_to(state)
    due_on = correction_day(application)
    assert due_on is not None
    assert reminded(application, due_on, 7) == dict.fromkeys((5, 2, 0), ("correction.due", UNIT))


def not_open_yet() -> Application:
    """A draft of a call that opens five days before it closes."""
    return make.application_begun(in_call=make.call(opens_on=date(2027, 4, 26)), on="2027-04-20")


def sent_back() -> Application:
    return make.send_back(make.carried_to(S.DISTRICT_REVIEW), date(2027, 5, 1), correct_by=date(2027, 5, 18))


def handed_in_again() -> Application:
    application = sent_back()
    make.submit(application, date(2027, 5, 10))
    return application


S = Application.State


@pytest.mark.clause("4.1-annual", "4.1-via-district", "4.2-initial")
@pytest.mark.parametrize(
    ("arrange", "day", "kinds"),
    [
        # A first run that comes late helps as long as something can be done.
        (lambda: make.application_begun(), "2027-04-30", {"call.closing"}),
        (lambda: make.application_begun(), "2027-05-01", set()),
        (not_open_yet, "2027-04-25", set()),
        (not_open_yet, "2027-04-26", {"call.closing"}),
        (lambda: make.carried_to(S.DISTRICT_REVIEW), "2027-04-30", set()),
        (lambda: make.carried_to(S.WITHDRAWN), "2027-04-30", set()),
        (lambda: make.carried_to(S.DISTRICT_REVIEW), "2027-05-20", {"district.closing"}),
        (lambda: make.carried_to(S.DISTRICT_REVIEW), "2027-05-21", set()),
        (lambda: make.carried_to(S.INITIAL_REVIEW), "2027-05-19", set()),
        (sent_back, "2027-05-18", {"correction.due"}),
        (sent_back, "2027-05-19", set()),
        (handed_in_again, "2027-05-18", {"district.closing"}),
    ],
)
def test_what_is_past_or_not_theirs_is_not_reminded_of(
    arrange: Callable[[], Application], day: str, kinds: set[str]
) -> None:
    make.district("210211")
    arrange()
    sent = reminders.run(Actor.system(make.at(day)))
    found = list(Message.objects.filter(created_at=make.at(day)).values_list("kind", flat=True))
    assert (set(found), sent) == (kinds, len(found))
