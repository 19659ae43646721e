"""A test with real transactions leaves the database as the migrations left it, ledger and seeds included."""

import pytest
from django.db import connection, transaction
from django.db.utils import Error

from haizhi_portal.audit.models import ChainHead, Entry
from haizhi_portal.policy.models import Holiday


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "second"])
def test_what_one_test_commits_the_next_does_not_see(time: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM policy_holiday WHERE id = (SELECT max(id) FROM policy_holiday)")
        cursor.execute("UPDATE audit_chainhead SET seq = seq + 1")
    left = (Holiday.objects.count(), ChainHead.objects.get().seq, Entry.objects.count())

    SEEN.append(left)

    assert left[1:] == (1, 0)
    assert left[0] > 0
    assert [left] * len(SEEN) == SEEN


SEEN: list[tuple[int, int, int]] = []


@pytest.mark.django_db(transaction=True)
def test_the_ledger_is_still_guarded_afterwards() -> None:
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_chainhead")
