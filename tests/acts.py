"""What holds for every act: who is let through, that a refusal leaves no trace, that what is returned is stored."""

from collections.abc import Callable, Mapping

from django.db import transaction
from django.db.models import Model

from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.models import Entry
from haizhi_portal.policy.verdict import RuleViolation


def acted(people: Mapping[str, Actor], act: Callable[[Actor], object]) -> str:
    """The letters of those whom the act itself lets through; each try is undone, and who is refused writes nothing."""
    through = ""
    for letter, one in people.items():
        before = Entry.objects.count()
        with transaction.atomic():
            try:
                with transaction.atomic():
                    act(one)
                through += letter
            except RuleViolation:
                assert Entry.objects.count() == before, letter
            transaction.set_rollback(True)
    return through


def unstored(row: Model) -> dict[str, tuple[object, object]]:
    """Where the object an act returned says something else than its row in the database: returned, stored."""
    stored = type(row)._default_manager.get(pk=row.pk)
    names = [field.attname for field in row._meta.concrete_fields]
    pairs = {name: (getattr(row, name), getattr(stored, name)) for name in names}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
