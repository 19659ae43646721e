"""One making as the worker sees it: for whom, from which rows, to which place, and the pulse that tells it lives."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from django.db.models import QuerySet

from applications.actions.making_done import go_on
from applications.models import Application, Job
from applications.queries import readable_by
from haizhi_portal.audit.actor import Actor

# Applications read at a time: their versions together stay a few megabytes.
PIECE = 50
_RARELY = timedelta(seconds=2)


@dataclass(slots=True)
class Work:
    """``pulse`` raises Superseded when the job was called off meanwhile."""

    job: Job
    actor: Actor
    path: Path
    clock: Callable[[], datetime]
    _last: datetime | None = field(default=None)

    def pulse(self, done: int | None = None) -> None:
        """Say that the process lives, at most every two seconds unless something more is done."""
        now = self.clock()
        if done is None and self._last is not None and now - self._last < _RARELY:
            return
        self._last = now
        go_on(job=self.job, done=self.job.done if done is None else done, now=now)

    def pieces(self) -> Iterator[QuerySet[Application]]:
        """The applications of the job that the person may read, in pieces, in no order."""
        wanted = self.job.selection
        for start in range(0, len(wanted), PIECE):
            yield readable_by(self.actor.user).filter(pk__in=wanted[start : start + PIECE])

    def in_order(self) -> Iterator[list[Application]]:
        """The same, piece by piece in the order of the list they were asked from."""
        place = {pk: index for index, pk in enumerate(self.job.selection)}
        for piece in self.pieces():
            yield sorted(piece, key=lambda row: place[row.pk])
