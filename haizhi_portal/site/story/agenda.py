"""A moving date: what happens on which day, in an order that depends on nothing but the seed."""

import heapq
import itertools
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import date, timedelta

Errand = Callable[[date], None]
Surroundings = Callable[[date], AbstractContextManager[None]]


class Agenda:
    """Errands by day. Those of one day run in the order they were noted."""

    def __init__(self, *, starts_on: date, ends_on: date) -> None:
        self.today = starts_on
        self.ends_on = ends_on
        self._queue: list[tuple[date, int, Errand]] = []
        self._order = itertools.count()

    def note(self, day: date, errand: Errand) -> None:
        """Have ``errand`` done on ``day``, or today when that day is past; errands after the end are dropped."""
        day = max(day, self.today)
        if day <= self.ends_on:
            heapq.heappush(self._queue, (day, next(self._order), errand))

    def in_days(self, days: int, errand: Errand) -> None:
        """Have ``errand`` done so many days from today."""
        self.note(self.today + timedelta(days=days), errand)

    def run(self, surroundings: Surroundings = lambda _: nullcontext()) -> None:
        """Live through every day on which something happens, each errand within its day's ``surroundings``."""
        while self._queue:
            self.today, _, errand = heapq.heappop(self._queue)
            with surroundings(self.today):
                errand(self.today)
