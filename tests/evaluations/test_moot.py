"""A request that lost its object was over on the day its base ended, whenever somebody noticed."""

import pytest

from bases.actions.endings import surrender
from tests.evaluations.kit import daily, licensed, requested, told, unit_actor

pytestmark = pytest.mark.django_db


@pytest.mark.clause("5.6-renewal", "5.5-exit")
@pytest.mark.parametrize("noticed", ["2030-04-12", "2030-05-20"])
def test_a_surrender_ends_the_request_on_its_own_day(noticed: str) -> None:
    base = licensed("2027-04-20")
    requested(base, "2030-04-10")
    surrender(actor=unit_actor(base, "2030-04-12"), base=base, reason="业务调整")

    assert daily(noticed)["无须再办的事项结案"] == 1
    assert told("renewal.withdrawn", base=base) == [("renewal.withdrawn", "2030-04-12", {"expires_on": "2030-04-20"})]
    assert daily(noticed)["无须再办的事项结案"] == 0
