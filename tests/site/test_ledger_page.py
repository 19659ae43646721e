"""The ledger on screen: found by what it is about, verified on request, exported whole; the same queries at 1 and 3."""

import json
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from haizhi_portal.audit.ledger import record
from haizhi_portal.site.event_titles import event_title
from haizhi_portal.site.views import ledger
from tests import factories

pytestmark = pytest.mark.django_db


def write(number: int) -> None:
    with transaction.atomic():
        record(
            "application.submitted",
            actor=factories.acting(factories.user("municipal", number=number), "2027-03-05"),
            object=f"application:2027-{number:04d}",
            clause="4.1-direct",
            application=f"2027-{number:04d}",
            data={"year": 2027, "version": 1},
        )


def test_the_list_costs_the_same_whatever_its_length(client_for: Any) -> None:
    auditor = client_for(factories.user("auditor"))
    write(1)

    def queries(path: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert auditor.get(path).status_code == 200
        return len(seen)

    path = "/ledger/?event=application.submitted"
    one = queries(path)
    write(2)
    write(3)
    assert queries(path) == one


def test_entries_are_found_by_what_they_are_about(client_for: Any) -> None:
    auditor = client_for(factories.user("auditor"))
    write(1)
    write(2)
    page = auditor.get("/ledger/?q=2027-0002").content.decode()
    assert "application:2027-0002" in page
    assert "application:2027-0001" not in page
    assert "application:2027-0002" not in auditor.get("/ledger/?q=2027-0002&until=2027-03-04").content.decode()
    assert auditor.get("/ledger/?since=2027-02-31&page=zz").status_code == 200


def test_the_chain_is_verified_on_request(client_for: Any) -> None:
    auditor = client_for(factories.user("auditor"))
    write(1)
    assert "校验链完整" in auditor.get("/ledger/?verify=1").content.decode()
    assert "校验链完整" not in auditor.get("/ledger/").content.decode()


def test_the_ledger_s_page_names_who_acted_and_says_what_is_broken_when_asked(
    client_for: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    auditor = client_for(factories.user("auditor"))
    write(1)
    monkeypatch.setattr(ledger, "first_broken", lambda: "第 2 号记录缺失")
    found = {query: auditor.get(f"/ledger/{query}").context for query in ("", "?verify=1")}
    assert {query: (each["verified"], each["broken"]) for query, each in found.items()} == {
        "": (False, None),
        "?verify=1": (True, "第 2 号记录缺失"),
    }
    entry, title, name, role, _facts = found[""]["entries"][0]
    assert (entry.object, str(title), name, str(role)) == (
        "application:2027-0001",
        str(event_title("application.submitted")),
        factories.user("municipal").name,
        "市科协学会部",
    )


def test_the_export_has_every_entry(client_for: Any) -> None:
    write(1)
    response = client_for(factories.user("auditor")).get("/ledger/export/")
    exported = [json.loads(line) for line in response.getvalue().decode().splitlines()]
    assert exported[-1]["event"] == "application.submitted"
    assert [line["seq"] for line in exported] == list(range(1, len(exported) + 1))
