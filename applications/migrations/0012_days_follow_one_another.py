"""The five days of a call strictly follow one another, and no two calls are open on the same day."""

from datetime import timedelta
from itertools import pairwise

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from haizhi_portal.audit.triggers import ByStatement, refuse

DAYS = ("opens_on", "applicants_close_on", "districts_close_on", "initial_close_on", "certification_on")

WITHIN_ANOTHER = (
    "EXISTS (SELECT 1 FROM applications_call c WHERE {but}c.opens_on <= NEW.applicants_close_on "
    "AND NEW.opens_on <= c.applicants_close_on)"
)
MOVED = "(NEW.opens_on <> OLD.opens_on OR NEW.applicants_close_on <> OLD.applicants_close_on)"


def push_equal_days_apart(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
    """Where a call announced earlier has equal days, the later ones move forward, a day at a time."""
    for call in apps.get_model("applications", "Call").objects.all():
        moved = []
        for earlier, later in pairwise(DAYS):
            if getattr(call, later) <= getattr(call, earlier):
                setattr(call, later, getattr(call, earlier) + timedelta(days=1))
                moved.append(later)
        if moved:
            call.save(update_fields=moved)


def in_order() -> models.CheckConstraint:
    condition = models.Q()
    for earlier, later in pairwise(DAYS):
        condition &= models.Q((f"{earlier}__lt", models.F(later)))
    return models.CheckConstraint(condition=condition, name="timetable_in_order")


class Kept:
    """On SQLite a constraint changes by remaking the table: it loses its triggers, and those of other tables that
    read it stand in the way. They are taken away before and made again after, as they were; elsewhere nothing is done.
    """

    def __init__(self) -> None:
        self.definitions: list[str] = []

    def take_away(self, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor != "sqlite":
            return
        with editor.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%applications_call%'")
            found = cursor.fetchall()
        self.definitions = [sql for _name, sql in found]
        for name, _sql in found:
            editor.execute(f'DROP TRIGGER "{name}"')

    def make_again(self, editor: BaseDatabaseSchemaEditor) -> None:
        for sql in self.definitions:
            editor.execute(sql)
        self.definitions = []


KEPT = Kept()


class Migration(migrations.Migration):
    dependencies = [("applications", "0011_jobs")]

    operations = [
        migrations.RunPython(push_equal_days_apart, migrations.RunPython.noop),
        ByStatement(KEPT.take_away, KEPT.make_again),
        migrations.RemoveConstraint(model_name="call", name="timetable_in_order"),
        migrations.AddConstraint(model_name="call", constraint=in_order()),
        ByStatement(KEPT.make_again, KEPT.take_away),
        refuse(
            "one_call_open_insert",
            "applications_call",
            WITHIN_ANOTHER.format(but=""),
            "one call is open at a time",
            operation="INSERT",
        ),
        refuse(
            "one_call_open_update",
            "applications_call",
            f"{MOVED} AND {WITHIN_ANOTHER.format(but='c.id <> OLD.id AND ')}",
            "one call is open at a time",
            operation="UPDATE",
        ),
    ]
