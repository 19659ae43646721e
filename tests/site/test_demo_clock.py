"""The demonstration's clock moves forward only, for every process, and does the days' work."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from haizhi_portal.accounts.clock import business_now, demo_day, move_demo_day
from haizhi_portal.policy.periods import local_day
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path
    settings.PORTAL_DEMO = True
    settings.PORTAL_TODAY = None


def test_without_a_move_the_real_day_holds() -> None:
    assert demo_day() is None
    assert local_day(business_now()) == local_day(timezone.now())


def test_the_later_of_setting_and_move_holds(settings: Any) -> None:
    settings.PORTAL_TODAY = date(2030, 1, 1)
    assert local_day(business_now()) == date(2030, 1, 1)
    move_demo_day(date(2031, 5, 6))
    assert local_day(business_now()) == date(2031, 5, 6)
    settings.PORTAL_TODAY = date(2032, 1, 1)
    assert local_day(business_now()) == date(2032, 1, 1)


def test_outside_a_demonstration_nothing_moves_the_clock(settings: Any, client_for: Any) -> None:
    move_demo_day(date(2031, 5, 6))
    settings.PORTAL_DEMO = False
    assert local_day(business_now()) == local_day(timezone.now())
    assert client_for(factories.user("municipal")).get("/demo/clock/").status_code == 404


@pytest.mark.parametrize(("ahead", "status"), [(0, 422), (-1, 422), (3651 + 365, 422), (30, 302)])
def test_only_forwards_and_not_too_far(ahead: int, status: int, client_for: Any) -> None:
    today = local_day(business_now())
    client = client_for(factories.user("municipal"))
    response = client.post("/demo/clock/", {"day": (today + timedelta(days=ahead)).isoformat()})
    assert response.status_code == status
    assert local_day(business_now()) == (today + timedelta(days=ahead) if status == 302 else today)


def test_a_spoiled_file_is_as_good_as_none(settings: Any) -> None:
    (settings.DATA_DIR / "demo-today").write_text("soon")
    assert demo_day() is None
