"""What the database refuses when two are equally quick."""

import threading
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections, transaction
from django.db.models import ProtectedError

from haizhi_portal.accounts.models import Jurisdiction, Organisation, User
from haizhi_portal.policy.verdict import Conflict
from haizhi_portal.policy.words import Role
from tests.accounts.people import credit_code, registered, staff


@pytest.mark.django_db
@pytest.mark.clause("3.1-applicant")
def test_the_loser_of_a_race_for_a_credit_code_gets_the_words_not_the_error(monkeypatch: Any) -> None:
    registered()
    nothing_seen_yet = Organisation.objects.none()
    monkeypatch.setattr(
        "haizhi_portal.accounts.actions.registration.Organisation.objects.filter", lambda **_: nothing_seen_yet
    )
    with pytest.raises(Conflict, match="已经注册"):
        registered(2, credit_code=credit_code(1))
    assert User.objects.count() == 1


@pytest.mark.django_db
def test_the_loser_of_a_race_for_a_sign_in_name_gets_the_words_not_the_error(monkeypatch: Any) -> None:
    registered()
    nobody_seen_yet = SimpleNamespace(filter=lambda **_: User.objects.none())
    monkeypatch.setattr("haizhi_portal.accounts.actions.users.User.objects.alias", lambda **_: nobody_seen_yet)
    with pytest.raises(Conflict, match="登录名已有人使用"):
        registered(2, username="ChenMing")
    assert Organisation.objects.count() == 1


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("3.1-applicant")
def test_eight_at_once_register_one_code() -> None:
    outcomes: list[str] = []
    ready = threading.Barrier(8)

    def attempt(number: int) -> None:
        try:
            ready.wait(timeout=30)
            registered(100 + number, credit_code=credit_code(1))
            outcomes.append("registered")
        except Conflict as lost:
            outcomes.append(lost.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=attempt, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(outcomes) == ["already_registered"] * 7 + ["registered"]
    assert Organisation.objects.count() == User.objects.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"role": Role.MUNICIPAL},
        {"organisation": None},
        {"reviewing_body_id": 1, "role": Role.APPLICANT, "organisation": None},
    ],
)
def test_a_person_fits_the_place_of_the_role(change: dict[str, Any]) -> None:
    person = registered()
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.filter(pk=person.pk).update(**change)


@pytest.mark.django_db
def test_sign_in_names_that_differ_in_case_only_cannot_both_exist() -> None:
    staff(Role.MUNICIPAL, "officer")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create(username="OFFICER", name="另一人", role=Role.MUNICIPAL)


@pytest.mark.django_db
def test_a_reviewing_body_in_use_cannot_go() -> None:
    body = Jurisdiction.objects.get(code="210211").reviewing_body
    with pytest.raises(ProtectedError):
        body.delete()
    assert connection.needs_rollback is False
