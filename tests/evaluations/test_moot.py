"""A request that lost its object was over on the day its base ended, whenever somebody noticed."""

import pytest

from bases.actions.endings import surrender
from evaluations.actions.moot import withdraw_open_renewals
from evaluations.models import Renewal
from tests.evaluations.kit import daily, decided, licensed, prepared, requested, system, told, unit_actor

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


@pytest.mark.clause("5.6-renewal")
def test_only_the_open_requests_of_the_base_end_with_their_reason() -> None:
    base, neighbour = licensed("2027-04-20"), licensed("2027-04-20", n=2)
    refused, open_one = (
        decided(prepared(base, "2030-02-10"), "2030-02-11", passed=False),
        requested(neighbour, "2030-02-10"),
    )
    assert withdraw_open_renewals(actor=system("2030-03-01"), base=base) == 0
    refused.refresh_from_db()
    open_one.refresh_from_db()
    assert (refused.state, open_one.state) == (Renewal.State.FAILED, Renewal.State.REQUESTED)
    surrender(actor=unit_actor(neighbour, "2030-04-12"), base=neighbour, reason="业务调整")
    assert daily("2030-04-12")["无须再办的事项结案"] == 1
    open_one.refresh_from_db()
    assert (open_one.state, open_one.decision_reason) == (Renewal.State.WITHDRAWN, "基地资格已经终止。")
    refused.refresh_from_db()
    assert refused.state == Renewal.State.FAILED
