"""Ways around the ledger's triggers that need nothing but SQL."""

import pytest
from django.db import IntegrityError, connection, transaction

from haizhi_portal.audit.ledger import first_broken
from haizhi_portal.audit.models import Entry
from tests import factories as make

pytestmark = pytest.mark.django_db

_COLUMNS = [str(field.column) for field in Entry._meta.fields]


def refused(statement: str, message: str) -> None:
    with pytest.raises(IntegrityError, match=message), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert first_broken() is None


@pytest.fixture(autouse=True)
def _some_entries() -> None:
    make.municipal_unit()
    make.organisation()


def copied(seq: str) -> str:
    columns = ", ".join(f'"{column}"' for column in _COLUMNS)
    values = ", ".join({"seq": seq, "reason": "'otherwise'"}.get(column, f'"{column}"') for column in _COLUMNS)
    return f"INTO audit_entry ({columns}) SELECT {values} FROM audit_entry WHERE seq = 1"  # noqa: S608


def test_replacing_an_entry() -> None:
    if connection.vendor == "sqlite":
        refused(f"INSERT OR REPLACE {copied('seq')}", "comes right after")
    else:
        refused(f"INSERT {copied('seq')} ON CONFLICT (seq) DO UPDATE SET reason = 'otherwise'", "ledger entry")


@pytest.mark.parametrize("seq", ["0", "99999"])
def test_an_entry_out_of_turn(seq: str) -> None:
    refused(f"INSERT {copied(seq)}", "comes right after")


@pytest.mark.postgres
def test_emptying_the_ledger() -> None:
    refused("TRUNCATE audit_entry", "never deleted")
