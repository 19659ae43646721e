"""One application from draft to plaque, and what the ledger says of it, to the letter."""

import pytest

from haizhi_portal.audit.ledger import first_broken
from haizhi_portal.audit.models import Entry
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.mark.clause("4.1-via-district", "4.2-initial", "4.1-paper", "4.2-experts", "4.3-decision", "4.3-award")
def test_from_district_to_plaque() -> None:
    application = make.carried_to("licensed")
    experts = [make.expert(number).public_id for number in (1, 2, 3)]
    score = {"year": 2027, "total": 80.0}
    own = Entry.objects.filter(application=application.number).exclude(event="document.issued").order_by("seq")
    assert [(entry.event, entry.on.isoformat(), entry.role, entry.data) for entry in own] == [
        (
            "application.submitted",
            "2027-03-15",
            "applicant",
            {"year": 2027, "route": "210211", "level": "none", "kind": "enterprise", "version": 1},
        ),
        ("application.endorsed", "2027-05-01", "district", {"by": "210211"}),
        ("application.initial_passed", "2027-06-01", "municipal", {}),
        ("application.paper_received", "2027-06-02", "municipal", {"copies": 2, "version": 1}),
        *(
            entry
            for expert in experts
            for entry in (
                ("panel.assigned", "2027-06-20", "municipal", {"year": 2027, "expert": expert, "reason": "请专家评审"}),
                ("pledge.made", "2027-06-20", "expert", {"year": 2027, "expert": expert}),
                ("score.submitted", "2027-06-20", "expert", score | {"expert": expert}),
            )
        ),
        ("decision.approved", "2027-06-26", "leader", {"year": 2027, "seat": 1}),
        ("base.licensed", "2027-06-30", "leader", {"year": 2027, "seat": 1}),
        (
            "term.started",
            "2027-06-30",
            "leader",
            {
                "number": 1,
                "kind": "initial",
                "approved_on": "2027-06-30",
                "starts_on": "2027-06-30",
                "expires_on": "2030-06-30",
            },
        ),
    ]
    assert {entry.organisation for entry in own} == {application.organisation.credit_code}
    assert {entry.object for entry in own} == {
        f"application:{application.number}",
        "base:HZ2027-01",
        "term:HZ2027-01/1",
    }
    about_the_year = Entry.objects.filter(object__in=["call:2027", "round:2027"]).order_by("seq")
    assert [entry.event for entry in about_the_year] == [
        "call.announced",
        "call.opened",
        "call.closed",
        "round.opened",
        "round.closed",
    ]
    assert first_broken() is None
