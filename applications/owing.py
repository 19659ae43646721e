"""Who still owes stamped copies before the certification day, whom to call, who was reminded (`4.1-paper`)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from applications.models import Application, Submission
from haizhi_portal.notifications.models import Reminder

REMINDED = "application.paper_owed"


@dataclass(frozen=True, slots=True)
class Owing:
    """One application that lacks copies; the contact is the one its current version names."""

    application: Application
    received: int
    lacking: int
    contact: str
    telephone: str
    reminded: bool


def owing(rows: Iterable[Application], needed: int, today: date) -> list[Owing]:
    """The rows of `queries.owing_copies` with contact and reminder: two queries, whatever their number."""
    rows = list(rows)
    contacts = _contacts(rows)
    objects = {reminder_of(row, today): row.pk for row in rows}
    sent = Reminder.objects.filter(kind=REMINDED, object__in=objects).values_list("object", flat=True)
    reminded = {objects[each] for each in sent}
    found = []
    for row in rows:
        received = int(getattr(row, "copies", 0))
        name, telephone = contacts.get(row.pk, ("", ""))
        found.append(Owing(row, received, needed - received, name, telephone, row.pk in reminded))
    return found


def reminder_of(application: Application, today: date) -> str:
    """What a reminder of a day is about, as it is recorded once."""
    return f"application:{application.number}/{today.isoformat()}"


def _contacts(rows: list[Application]) -> dict[int, tuple[str, str]]:
    versions = Submission.objects.filter(application__in=rows).order_by("version")
    return {
        application: (str((given or {}).get("contact_name", "")), str((given or {}).get("contact_mobile", "")))
        for application, given in versions.values_list("application", "content__answers__particulars")
    }
