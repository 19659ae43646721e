"""The ledger: one chain, every key on every line, nothing altered or removed without being seen or refused."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from haizhi_portal.audit.identity import check_code, public_id, seeded
from haizhi_portal.audit.ledger import as_line, first_broken, lines, record
from haizhi_portal.audit.models import ChainHead, Entry
from tests.factories import acting, at

KEYS = ["seq", "at", "on", "event", "object", "base", "application", "organisation", "actor", "role", "clause", "data"]

pytestmark = pytest.mark.django_db


def write(event: str = "call.opened", **more: object) -> Entry:
    return record(event, actor=acting(None, "2027-03-01"), object="call:2027", clause="4.1-annual", **more)  # type: ignore[arg-type]


def test_entries_are_numbered_without_gaps_and_chained() -> None:
    first, second = write(), write("call.closed")
    assert second.seq == first.seq + 1
    assert second.previous_hash == first.hash
    assert ChainHead.objects.get().hash == second.hash
    assert first_broken() is None


def test_a_line_has_every_key_in_order_and_null_where_nothing_is_concerned() -> None:
    line = as_line(write(data={"year": 2027, "score": Decimal("88.5"), "opens_on": date(2027, 3, 1), "seat": 5}))
    assert list(line) == KEYS
    assert (line["base"], line["application"], line["organisation"]) == (None, None, None)
    assert line["on"] == "2027-03-01"
    assert (line["actor"], line["role"]) == ("system", "system")
    assert line["data"] == {"year": 2027, "score": 88.5, "opens_on": "2027-03-01", "seat": 5}
    assert isinstance(line["data"]["seat"], int)


def test_scores_are_kept_and_exported_as_numbers_of_two_decimals_and_days_as_text() -> None:
    scores = {"total": Decimal("88.456"), "each": [Decimal("20"), (Decimal("7.5"), None)]}
    write(data={"scores": scores, "on": {1: [date(2027, 3, 1)]}})
    kept = {"scores": {"total": 88.46, "each": [20.0, [7.5, None]]}, "on": {"1": ["2027-03-01"]}}
    assert Entry.objects.latest("seq").data == kept
    assert json.loads(list(lines())[-1])["data"] == kept
    assert first_broken() is None


def test_a_fact_may_take_effect_on_another_day_than_it_was_written() -> None:
    assert write(on=date(2027, 1, 9)).on == date(2027, 1, 9)


def test_the_export_is_oldest_first_one_object_a_line() -> None:
    write(), write("call.closed")
    out = StringIO()
    call_command("export_ledger", stdout=out)
    exported = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [line["event"] for line in exported][-2:] == ["call.opened", "call.closed"]
    assert [line["seq"] for line in exported] == sorted(line["seq"] for line in exported)
    assert len(exported) == len(list(lines()))


@pytest.mark.django_db(transaction=True)
def test_outside_a_transaction_nothing_is_written() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        write()
    assert Entry.objects.count() == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET event = 'base.licensed'",
        "UPDATE audit_entry SET data = '{}'",
        "DELETE FROM audit_entry",
        "DELETE FROM audit_chainhead",
        "UPDATE audit_chainhead SET seq = seq + 2",
        "UPDATE audit_chainhead SET seq = seq - 1",
    ],
)
def test_the_database_refuses_to_alter_or_remove(statement: str) -> None:
    write()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert first_broken() is None


@contextmanager
def no_triggers() -> Iterator[None]:
    """What only somebody who owns the database can do."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER audit_entry_never_changes")
            cursor.execute("DROP TRIGGER audit_entry_never_goes")
        else:
            cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
        yield
        if connection.vendor != "sqlite":
            cursor.execute("ALTER TABLE audit_entry ENABLE TRIGGER USER")


def without_triggers(statement: str) -> None:
    with no_triggers(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE audit_entry SET reason = 'other' WHERE seq = 2", "第 2 号记录（call.closed）与校验链不符"),
        ("UPDATE audit_entry SET actor = 'X' WHERE seq = 1", "第 1 号记录（call.opened）与校验链不符"),
        ("DELETE FROM audit_entry WHERE seq = 2", "第 2 号记录缺失"),
        ("DELETE FROM audit_entry WHERE seq = 3", "链头停在第 3 号，台账止于第 2 号"),
    ],
)
def test_verify_names_the_first_broken_entry(statement: str, found: str) -> None:
    write(), write("call.closed"), write("round.opened")
    without_triggers(statement)
    assert first_broken() == found
    errors = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("verify_audit", stderr=errors)
    assert stopped.value.code == 1
    assert found in errors.getvalue()


def test_no_column_of_an_entry_can_be_altered_unseen() -> None:
    write(base="HZ1", application="2027-0001", organisation="unit-1", data={"year": 2027}, reason="依据")
    altered: dict[str, Any] = {
        "at": at("2027-03-01"),
        "on": date(2027, 3, 2),
        "data": {"year": 2026},
        **dict.fromkeys(("event", "object", "base", "application", "organisation", "actor", "role", "clause"), "x"),
        **dict.fromkeys(("reason", "address", "previous_hash", "hash"), "x"),
    }
    assert {field.name for field in Entry._meta.fields} == {*altered, "seq"}
    for column, value in altered.items():
        with transaction.atomic():
            with no_triggers():
                assert Entry.objects.filter(seq=1).update(**{column: value}) == 1
            assert str(first_broken()).startswith("第 1 号记录（"), column
            transaction.set_rollback(True)
    assert first_broken() is None


def test_verify_says_that_the_chain_is_whole() -> None:
    write()
    out = StringIO()
    call_command("verify_audit", stdout=out)
    assert "校验链完整" in out.getvalue()


def test_identifiers_are_random_unless_seeded() -> None:
    from random import Random

    assert public_id() != public_id()
    with seeded(generator := Random(7)):
        drawn = [public_id(), check_code()]
    left = generator.getstate()
    assert public_id() not in drawn
    assert generator.getstate() == left
    with seeded(Random(7)):
        assert [public_id(), check_code()] == drawn
    assert (len(drawn[0]), len(drawn[1])) == (12, 16)
