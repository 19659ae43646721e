from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction

from haizhi_portal.policy.figures import DEFAULTS
from haizhi_portal.policy.models import FigureEdition, Holiday
from haizhi_portal.policy.stored import calendar, figures_of_days, figures_on
from tests.policy.days import OFF_2025, OFF_2026, ON_2025, ON_2026, d

pytestmark = pytest.mark.django_db


def put_in_force(day, edition, **values):
    return FigureEdition.objects.create(
        in_force_from=d(day),
        values=values,
        edition=edition,
        reason="方案修订",
        set_by="u-1",
        set_at=datetime(2027, 1, 1, tzinfo=UTC),
    )


def test_without_editions_the_defaults_are_in_force():
    assert figures_on(d("2027-01-01")) == DEFAULTS


@pytest.mark.clause("4.2-cap")
def test_an_edition_is_in_force_from_its_day_and_a_later_one_overrides_it(django_assert_num_queries):
    put_in_force("2029-01-01", "2029 修订", annual_quota=8)
    put_in_force("2028-07-01", "2028 修订", annual_quota=6, qualified_from="65.5")
    found = {}
    for day in ("2028-06-30", "2028-07-01", "2028-12-31", "2029-01-01"):
        with django_assert_num_queries(1):
            found[day] = figures_on(d(day))
    assert {day: (each.edition, each.annual_quota, each.qualified_from) for day, each in found.items()} == {
        "2028-06-30": ("2022 修订", 5, Decimal(60)),
        "2028-07-01": ("2028 修订", 6, Decimal("65.5")),
        "2028-12-31": ("2028 修订", 6, Decimal("65.5")),
        "2029-01-01": ("2029 修订", 8, Decimal("65.5")),
    }


def test_many_days_are_answered_from_one_reading(django_assert_num_queries):
    put_in_force("2029-01-01", "2029 修订", annual_quota=8)
    put_in_force("2028-07-01", "2028 修订", annual_quota=6)
    days = [d(day) for day in ("2020-01-01", "2028-06-30", "2028-07-01", "2028-12-31", "2029-01-01", "2040-01-01")]
    with django_assert_num_queries(1):
        answer = figures_of_days()
        found = [answer(day) for day in days]
    assert found == [figures_on(day) for day in days]
    assert [each.annual_quota for each in found] == [5, 5, 6, 6, 8, 8]


def test_one_edition_a_day():
    put_in_force("2028-07-01", "甲")
    with pytest.raises(IntegrityError), transaction.atomic():
        put_in_force("2028-07-01", "乙")


def test_the_seeded_table_is_the_published_one(django_assert_num_queries):
    with django_assert_num_queries(1):
        known = calendar()
    for year, off, on in ((2025, OFF_2025, ON_2025), (2026, OFF_2026, ON_2026)):
        assert {day for day in known.off if day.year == year} == off
        assert {day for day in known.on if day.year == year} == on
    assert known.knows(2026)
    assert known.deadline(d("2024-11-30")) == d("2024-12-02")
    assert known.deadline(d("2026-10-01")) == d("2026-10-08")


def test_seeding_again_leaves_what_staff_changed():
    Holiday.objects.filter(day=d("2026-10-07")).update(off=False, name="临时上班")
    Holiday.objects.filter(day=d("2026-10-06")).delete()
    seed = import_module("haizhi_portal.policy.migrations.0002_seed_holidays").seed
    assert seed(apps, None) == 1
    assert Holiday.objects.get(day=d("2026-10-07")).name == "临时上班"
    assert Holiday.objects.get(day=d("2026-10-06")).name == "国庆节"
    assert seed(apps, None) == 0


def test_holidays_have_chinese_names():
    assert set(Holiday.objects.filter(day__year__gte=2024, off=True).values_list("name", flat=True)) == {
        "元旦",
        "春节",
        "清明节",
        "劳动节",
        "端午节",
        "中秋节",
        "国庆节",
    }


@pytest.mark.clause("5.3-annual")
def test_a_newly_published_year_moves_deadlines_from_then_on():
    assert not calendar().knows(2098)
    Holiday.objects.create(day=d("2098-12-01"), off=True, name="试验假日")
    known = calendar()
    assert known.knows(2098)
    assert known.deadline(d("2098-12-01")) == d("2098-12-02")
