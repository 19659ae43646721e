"""What a person has to do, in the shape every app reports it and the home page shows it."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One line of a work list.

    ``sentence`` says in plain words what is expected; ``due_on`` is the last day on which it can be done,
    that day included; ``mover`` names who has to act; ``count`` is how many objects the line stands for.
    """

    title: str
    sentence: str
    url: str
    due_on: date | None = None
    mover: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class FigureCard:
    """One figure with its label; ``note`` says of what, or as of when, and ``url`` leads to the list behind it."""

    label: str
    value: str | int
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Worklist:
    """What waits for the person, what the person waits for, and the figures worth a glance."""

    mine: list[WorkItem] = field(default_factory=list)
    waiting: list[WorkItem] = field(default_factory=list)
    figures: list[FigureCard] = field(default_factory=list)

    def __add__(self, other: "Worklist") -> "Worklist":
        """Both lists as one, the nearest deadline first and undated lines last."""
        return Worklist(
            mine=sorted(self.mine + other.mine, key=_urgency),
            waiting=sorted(self.waiting + other.waiting, key=_urgency),
            figures=self.figures + other.figures,
        )


def _urgency(item: WorkItem) -> date:
    return item.due_on or date.max
