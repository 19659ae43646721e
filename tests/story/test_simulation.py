"""Years of the scheme under a moving date: whatever happened, the ledger can account for it."""

import json
from collections import Counter, defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from haizhi_portal.policy.periods import add_years

# The command plays in a scratch database of its own, the same on every machine.
pytestmark = pytest.mark.once

YEARS = 2
ORGANISATIONS = 30


def play(out: Path, *, seed: int = 1) -> list[dict[str, Any]]:
    call_command(
        "simulate",
        f"--from={date(2027, 1, 1)}",
        f"--years={YEARS}",
        f"--organisations={ORGANISATIONS}",
        f"--seed={seed}",
        f"--out={out}",
    )
    return [json.loads(line) for line in out.read_text().splitlines()]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    return play(tmp_path_factory.mktemp("ledger") / "one.jsonl")


def of(ledger: list[dict[str, Any]], *events: str) -> list[dict[str, Any]]:
    return [line for line in ledger if line["event"] in events]


def test_the_same_seed_gives_the_same_ledger(ledger: list[dict[str, Any]], tmp_path: Path) -> None:
    again = play(tmp_path / "two.jsonl")
    assert [{**line, "at": ""} for line in again] == [{**line, "at": ""} for line in ledger]


def test_sequence_numbers_and_days_only_grow(ledger: list[dict[str, Any]]) -> None:
    assert [line["seq"] for line in ledger] == list(range(1, len(ledger) + 1))
    assert [line["at"] for line in ledger] == sorted(line["at"] for line in ledger)


@pytest.mark.clause("4.2-cap")
def test_five_a_year_a_declined_sixth_and_more_only_by_document(ledger: list[dict[str, Any]]) -> None:
    approved = Counter(line["data"]["year"] for line in of(ledger, "decision.approved"))
    assert approved == {2027: 5, 2028: 7}
    assert [line["data"] for line in of(ledger, "quota.raised")] == [
        {"year": 2028, "quota": 7, "document": "大科协办〔2028〕3号"}
    ]
    seats = [line["data"]["seat"] for line in of(ledger, "decision.approved") if line["data"]["year"] == 2027]
    assert sorted(seats) == [1, 2, 3, 4, 5]
    assert len([line for line in of(ledger, "decision.declined") if line["data"]["year"] == 2027]) >= 1


@pytest.mark.clause("4.2-yearly", "4.3-decision", "4.3-award")
def test_each_year_goes_in_order(ledger: list[dict[str, Any]]) -> None:
    for year in (2027, 2028):
        own = [line for line in ledger if line["data"].get("year") == year]
        first = {line["event"]: line["seq"] for line in reversed(own)}
        last = {line["event"]: line["seq"] for line in own}
        assert first["call.opened"] < first["application.submitted"]
        assert last["score.submitted"] < first["round.closed"] < first["decision.approved"] < first["base.licensed"]


@pytest.mark.clause("4.2-experts")
def test_nobody_in_conflict_scores(ledger: list[dict[str, Any]]) -> None:
    conflicts = {(line["application"], line["data"]["expert"]) for line in of(ledger, "conflict.declared")}
    scores = {(line["application"], line["data"]["expert"]) for line in of(ledger, "score.submitted")}
    assert conflicts
    assert not conflicts & scores


@pytest.mark.clause("5.6-term")
def test_terms_last_three_years_and_one_began_on_a_29_february(ledger: list[dict[str, Any]]) -> None:
    terms = [line["data"] for line in of(ledger, "term.started")]
    for term in terms:
        assert date.fromisoformat(term["expires_on"]) == add_years(date.fromisoformat(term["approved_on"]), 3)
    assert {"approved_on": "2028-02-29", "expires_on": "2031-02-28"}.items() <= terms[-1].items()


@pytest.mark.clause("5.3-quarterly", "5.3-annual")
def test_reports_are_filed_for_what_is_due_and_late_after_the_day(ledger: list[dict[str, Any]]) -> None:
    due = {(line["base"], line["data"]["period"]): line["data"]["due_on"] for line in of(ledger, "report.due")}
    first: dict[tuple[str, str], dict[str, Any]] = {}
    for line in of(ledger, "report.filed"):
        first.setdefault((line["base"], line["data"]["period"]), line)
    assert first
    for key, line in first.items():
        assert line["data"]["late"] is (line["on"] > due[key])


def test_every_accepted_route_and_return_occurs(ledger: list[dict[str, Any]]) -> None:
    routes = {line["data"]["route"] for line in of(ledger, "application.submitted")}
    assert len(routes - {"municipal"}) >= 3
    assert {line["data"]["by"] for line in of(ledger, "application.returned")} == {"district", "municipal"}
    assert {line["data"]["by"] for line in of(ledger, "application.declined")} == {"district", "municipal"}
    happened = {line["event"] for line in ledger}
    assert {
        "application.rerouted",
        "application.resubmitted",
        "application.withdrawn",
        "application.lapsed",
        "score.voided",
        "report.accepted",
        "document.issued",
        "document.voided",
    } <= happened


def test_a_base_is_licensed_by_one_application_and_one_unit(ledger: list[dict[str, Any]]) -> None:
    live: dict[str, str] = {}
    for line in ledger:
        if line["event"] == "base.licensed":
            assert line["organisation"] not in live
            live[line["organisation"]] = line["base"]
        elif line["event"] in ("base.expired", "base.revoked", "base.surrendered"):
            del live[line["organisation"]]


def test_documents_of_the_last_year_alone_are_rendered(ledger: list[dict[str, Any]]) -> None:
    rendered = defaultdict(set)
    for line in of(ledger, "document.issued"):
        rendered[line["on"][:4]].add(bool(line["data"]["sha256"]))
    assert rendered["2027"] == {False}
    assert rendered["2028"] == {True}
    numbers = [line["data"]["number"] for line in of(ledger, "document.issued") if line["data"]["number"]]
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--from=soon", "--years=1", "--organisations=20"], "YYYY-MM-DD"),
        (["--from=2027-01-01", "--years=0", "--organisations=20"], "--years"),
        (["--from=2027-01-01", "--years=1", "--organisations=3"], "--organisations"),
    ],
)
def test_senseless_options_are_refused_in_words(options: list[str], words: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("simulate", *options, "--seed=1", f"--out={tmp_path / 'x.jsonl'}")


@pytest.mark.clause("4.1-annual")
def test_a_start_after_the_year_s_opening_waits_for_the_next_call(tmp_path: Path) -> None:
    out = tmp_path / "from-june.jsonl"
    call_command("simulate", "--from=2027-06-15", "--years=1", "--organisations=12", "--seed=3", f"--out={out}")
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert [line["data"]["year"] for line in of(lines, "call.opened")] == [2028]
    assert of(lines, "base.licensed")
