"""The demonstration: every state of every lifecycle is there, brought about through the actions."""

from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from applications.models import Application, Assignment, Call
from applications.queries import current_call
from bases.models import Base, Filing, Obligation
from evaluations.models import Evaluation, Renewal, Withdrawal
from haizhi_portal.accounts.models import User
from haizhi_portal.audit.ledger import first_broken
from haizhi_portal.audit.models import Entry
from haizhi_portal.notifications.models import Message
from haizhi_portal.policy.terms import is_in_force

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demonstration")]

TODAY = date(2026, 11, 23)
ACCOUNTS = {
    "applicant": "applicant",
    "base": "applicant",
    "district": "district",
    "zone": "district",
    "municipal": "municipal",
    "leader": "leader",
    "admin": "admin",
    "auditor": "auditor",
    **{f"expert{number}": "expert" for number in range(1, 8)},
}


@pytest.fixture
def demonstration(settings: Any) -> None:
    settings.PORTAL_DEMO = True
    settings.PORTAL_TODAY = TODAY
    call_command("seed_demo", stdout=StringIO())


def values(model: Any, field: str) -> set[Any]:
    return set(model.objects.values_list(field, flat=True))


def test_every_state_of_every_lifecycle(demonstration: None, client_for: Any) -> None:
    people = {user.username: user for user in User.objects.filter(is_demo=True)}
    assert {name: people[name].role for name in ACCOUNTS} == ACCOUNTS
    assert people["district"].reviewing_body.name == "甘井子区科协"
    assert "高新" in people["zone"].reviewing_body.name

    assert values(Application, "state") == set(Application.State.values)
    assert values(Base, "end") == {"", "expired", "surrendered", "revoked"}
    assert values(Renewal, "state") == set(Renewal.State.values)
    assert values(Evaluation, "result") == {"", *Evaluation.Result.values}
    assert values(Filing, "outcome") == {"", "accepted", "returned"}
    assert values(Obligation, "late") == {None, True, False}
    assert Obligation.objects.filter(cancelled_on__isnull=False).exists()
    assert Obligation.objects.filter(due_on__lt=TODAY, first_filed_on=None, cancelled_on=None).exists()
    assert Evaluation.objects.filter(review__decided_on=None, review__isnull=False).exists()
    assert Withdrawal.objects.filter(closed_on=None, prepared_on__isnull=False).exists()
    assert values(Assignment, "conflict") == {None, True, False}
    assert Call.objects.filter(round__closed_on=None, round__isnull=False).exists()
    pending = [
        base for base in Base.objects.filter(ended_on=None) if not any(_in_force(term) for term in base.terms.all())
    ]
    assert len(pending) == 1

    open_call = current_call(TODAY)
    assert open_call is not None
    assert (open_call.year, open_call.opens_on <= TODAY <= open_call.applicants_close_on) == (2026, True)
    assert not Application.objects.filter(organisation=people["applicant"].organisation).exists()
    own = Base.objects.get(organisation=people["base"].organisation)
    assert own.ended_on is None
    assert _in_force(own.terms.get())

    assert first_broken() is None
    assert not Message.objects.filter(deliveries__delivered_at=None).exists()
    for name, user in people.items():
        if name in ACCOUNTS:
            assert client_for(user).get("/home/").status_code == 200, name

    assert _closed_to_its_reader(client_for) == []

    entries = Entry.objects.count()
    call_command("seed_demo", stdout=StringIO())
    assert Entry.objects.count() == entries


def _closed_to_its_reader(client_for: Any) -> list[tuple[str, str, str]]:
    """Kind, role and link of messages whose reader cannot open what they lead to: the last of each kind and role."""
    told = Message.objects.exclude(link="").filter(recipient__is_active=True).select_related("recipient").order_by("pk")
    latest = {(each.kind, each.recipient.role): each for each in told}
    assert len(latest) > 50
    clients = {each.recipient: client_for(each.recipient) for each in latest.values()}
    return [
        (kind, role, each.link)
        for (kind, role), each in latest.items()
        if clients[each.recipient].get(each.link).status_code != 200
    ]


def _in_force(term: Any) -> bool:
    return is_in_force(TODAY, term.starts_on, term.expires_on, term.ended_on)


def test_only_in_a_demonstration(settings: Any) -> None:
    settings.PORTAL_DEMO = False
    with pytest.raises(CommandError, match="PORTAL_DEMO=1"):
        call_command("seed_demo", stdout=StringIO())
    assert not User.objects.exists()
