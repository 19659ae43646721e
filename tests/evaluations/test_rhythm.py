"""Whatever days the daily work is left out, the ledger says the same: what happened and on which day."""

from collections.abc import Callable, Collection
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction

import bases.daily
from bases.actions.endings import surrender
from bases.models import Base
from evaluations.actions import evaluation as evaluations
from haizhi_portal.audit.models import Entry
from tests.evaluations.kit import FAILED, daily, final, licensed, marks, officer, opened, requested, system, unit_actor

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2029, 3, 28), date(2029, 5, 2)
# Licensed on 20 April 2026: the last day is 20 April 2029.
EXPIRES = date(2029, 4, 20)

Deeds = dict[date, Callable[[Base], Any]]


def announce_the_second_failure(base: Base) -> None:
    evaluation = opened(base, 2028)
    office = officer("2029-04-04")
    evaluations.score(actor=office, evaluation=evaluation, points=marks(FAILED), comments={}, opinion="意见")
    evaluations.announce(actor=office, evaluation=evaluation)


def give_up(day: date) -> Callable[[Base], Any]:
    return lambda base: surrender(actor=unit_actor(base, day), base=base, reason="业务调整")


def ask(day: date) -> Callable[[Base], Any]:
    return lambda base: requested(base, day)


STORIES: dict[str, Deeds] = {
    "second failure, then expiry": {date(2029, 4, 4): announce_the_second_failure},
    "second failure while a renewal is pending": {
        date(2029, 4, 2): ask(date(2029, 4, 2)),
        date(2029, 4, 4): announce_the_second_failure,
    },
    "given up on the first day after the last": {
        date(2029, 4, 2): ask(date(2029, 4, 2)),
        date(2029, 4, 21): give_up(date(2029, 4, 21)),
    },
    "given up while a case is open": {
        date(2029, 4, 4): announce_the_second_failure,
        date(2029, 4, 17): give_up(date(2029, 4, 17)),
    },
}


def told(deeds: Deeds, worked: Collection[date]) -> list[tuple[Any, ...]]:
    """The entries of the story when the daily work ran on ``worked`` and on the last day.

    Documents are left out: each is dated on the day it is issued, which is never moved into the past.
    """
    with transaction.atomic():
        base = licensed("2026-04-20")
        final(base, 2026)
        final(base, 2027, FAILED)
        begun = Entry.objects.count()
        day = FIRST
        while day <= LAST:
            if day in worked or day == LAST:
                bases.daily.run(system(day))
                daily(day)
            if day in deeds:
                deeds[day](base)
            day += timedelta(days=1)
        entries = Entry.objects.order_by("seq")[begun:]
        found = [
            (each.on, each.event, each.object, each.base, each.role, each.clause, repr(each.data), each.reason)
            for each in entries
            if not each.event.startswith("document.")
        ]
        transaction.set_rollback(True)
    return sorted(found)


@pytest.mark.clause("5.5-exit", "5.6-term", "5.6-renewal")
@pytest.mark.parametrize("name", STORIES)
def test_the_ledger_is_the_same_whatever_the_rhythm(name: str) -> None:
    deeds = STORIES[name]
    every = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]
    expected = told(deeds, every)
    chance = Random(name)
    rhythms = [set(), *({day for day in every if chance.random() < share} for share in (0.1, 0.3, 0.6))]
    for worked in rhythms:
        assert told(deeds, worked) == expected


@pytest.mark.clause("5.5-exit", "5.6-term")
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "second failure, then expiry",
            [
                ("2029-04-12", "withdrawal.opened"),
                ("2029-04-21", "base.expired"),
                ("2029-04-21", "term.expired"),
                ("2029-04-21", "withdrawal.closed"),
            ],
        ),
        (
            "given up on the first day after the last",
            [
                ("2029-04-21", "base.surrendered"),
                ("2029-04-21", "renewal.withdrawn"),
                ("2029-04-21", "term.expired"),
            ],
        ),
        (
            "given up while a case is open",
            [
                ("2029-04-12", "withdrawal.opened"),
                ("2029-04-17", "base.surrendered"),
                ("2029-04-17", "withdrawal.closed"),
            ],
        ),
    ],
)
def test_what_happened_stands_on_the_day_it_did(name: str, expected: list[tuple[str, str]]) -> None:
    events = {
        "withdrawal.opened",
        "withdrawal.closed",
        "base.expired",
        "base.surrendered",
        "term.expired",
        "renewal.withdrawn",
    }
    found = [(str(entry[0]), entry[1]) for entry in told(STORIES[name], ()) if entry[1] in events]
    assert found == expected
