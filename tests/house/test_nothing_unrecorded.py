"""The watch over every test (`tests.plugins.recorded`) sees what goes unrecorded, and only that."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from applications.actions import seats
from applications.models import Application, Seat
from haizhi_portal.accounts.models import Jurisdiction
from haizhi_portal.audit.ledger import record
from tests import factories as make
from tests.plugins.recorded import Watch, all_acts

pytestmark = pytest.mark.django_db
State = Application.State


def written_in(module: str, code: str, **known: Any) -> Callable[[], Any]:
    """A function ``act`` that stands in the named module of the portal."""
    names = {"__name__": module, "Application": Application, "record": record, "transaction": transaction, **known}
    exec(code, names)  # noqa: S102
    act: Callable[[], Any] = names["act"]
    return act


SAVED = "def act():\n    row.save(update_fields=['route_reason'])"
UPDATED = "def act():\n    Application.objects.update(route_reason='改')"
RECORDED = (
    "@transaction.atomic\ndef act():\n    row.save(update_fields=['route_reason'])\n"
    "    record('application.rerouted', actor=actor, object='application:x', clause='4.1-direct')"
)
ADDED = "@transaction.atomic\ndef act():\n    Place.objects.create(**place)"
UNDONE_WITHIN = (
    "@transaction.atomic\ndef act():\n    row.save()\n    try:\n        with transaction.atomic():\n"
    "            row.save()\n            raise ValueError\n    except ValueError:\n        pass"
)
REFUSED = "@transaction.atomic\ndef act():\n    row.save()\n    raise ValueError"
ACTION, VIEW = "applications.actions.invented", "applications.views.invented"
UNRECORDED = f"{ACTION}.act changes applications_application and records nothing"
OUTSIDE = f"{VIEW}.act changes applications_application outside an action"


@pytest.mark.parametrize(
    ("module", "code", "expected"),
    [
        (ACTION, SAVED, [UNRECORDED]),
        (ACTION, UPDATED, [UNRECORDED]),
        (ACTION, RECORDED, []),
        (ACTION, REFUSED, []),
        (ACTION, UNDONE_WITHIN, [UNRECORDED]),
        (VIEW, SAVED, [OUTSIDE]),
        (VIEW, UPDATED, [OUTSIDE]),
        ("applications.models.invented", SAVED, []),
        ("tests.invented", SAVED, []),
    ],
)
def test_the_watch_sees_what_goes_unrecorded(module: str, code: str, expected: list[str], watch: Watch) -> None:
    row = make.carried_to(State.DISTRICT_REVIEW)
    actor = make.acting(make.district("210211"), "2027-05-02")
    act = written_in(module, code, row=row, actor=actor)
    try:
        act()
    except ValueError:
        assert code == REFUSED
    watch.conclude()
    found, watch.found = watch.found, []
    assert found == expected


def test_what_is_only_added_is_seen_as_well(watch: Watch) -> None:
    body = make.district("210211").reviewing_body
    place = {"code": "210299", "name": "示例区", "kind": "district", "reviewing_body": body}
    written_in(ACTION, ADDED, Place=Jurisdiction, place=place)()
    watch.conclude()
    found, watch.found = watch.found, []
    assert found == [f"{ACTION}.act changes accounts_jurisdiction and records nothing"]


def test_an_act_is_judged_although_another_was_refused_after_it(watch: Watch) -> None:
    row = make.carried_to(State.DISTRICT_REVIEW)
    written_in(ACTION, f"@transaction.atomic\n{SAVED}", row=row)()
    for code in (REFUSED, "@transaction.atomic\ndef act():\n    raise ValueError"):
        with pytest.raises(ValueError, match=r"^$"):
            written_in(ACTION, code, row=row)()
    watch.conclude()
    found, watch.found = watch.found, []
    assert found == [UNRECORDED]


@pytest.mark.django_db(transaction=True)
def test_and_when_each_has_its_own_transaction(watch: Watch) -> None:
    row = make.carried_to(State.DISTRICT_REVIEW)
    written_in(ACTION, f"@transaction.atomic\n{SAVED}", row=row)()
    with pytest.raises(ValueError, match=r"^$"):
        written_in(ACTION, "@transaction.atomic\ndef act():\n    raise ValueError")()
    watch.conclude()
    found, watch.found = watch.found, []
    assert found == [UNRECORDED]


def test_a_test_s_last_act_is_judged_before_its_rows_go(watch: Watch) -> None:
    """An error of this test's taking down says that the watch is no longer taken down before the database."""
    make.carried_to(State.DISTRICT_REVIEW)
    judge = watch.conclude

    def conclude() -> None:
        assert Application.objects.exists()
        judge()

    watch.conclude = conclude  # type: ignore[method-assign]


def test_a_part_of_an_act_records_through_whoever_calls_it(watch: Watch) -> None:
    application = make.carried_to(State.CERTIFICATION)
    leader = make.acting(make.user("leader"), "2027-06-26")
    known = {"seats": seats, "leader": leader, "application": application}
    seats.take_seat(actor=leader, call=application.call, application=application)
    watch.conclude()
    assert watch.found == []
    code = "def act():\n    seats.release_seat(actor=leader, application=application)"
    written_in(VIEW, code, **known)()
    watch.conclude()
    found, watch.found = watch.found, []
    assert found == ["applications.actions.seats.release_seat changes applications_seat and records nothing"]
    assert Seat.objects.get().released_on is not None


def test_every_action_is_known_by_its_module_and_name() -> None:
    acts = all_acts()
    assert {
        "applications.actions.call.announce_call",
        "bases.actions.terms.renew",
        "evaluations.actions.evaluation.open_year",
        "haizhi_portal.site.actions.figures.set_figures",
        "resources.actions.add_partner",
    } <= acts
    assert not [name for name in acts if name.rpartition(".")[2].startswith("_")]
