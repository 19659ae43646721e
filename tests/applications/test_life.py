"""One application from draft to plaque, and what the ledger says of it."""

import pytest

from haizhi_portal.audit.models import Entry
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.mark.clause("4.1-via-district", "4.2-initial", "4.1-paper", "4.2-experts", "4.3-decision", "4.3-award")
def test_from_district_to_plaque() -> None:
    application = make.carried_to("licensed")
    told = [(e.event, e.on.isoformat(), e.role, e.data) for e in Entry.objects.filter(application=application.number)]
    print(told)
    assert application.base is not None
