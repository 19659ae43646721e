"""Set aside, conflict at any time, taken off: a voided sheet may stand beside a conflict, one that counts never.

SQLite makes the table of assignments anew, so every trigger that stands on it or reads it is taken away first and made
again last.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from haizhi_portal.audit.triggers import ByStatement, refuse

ROUND_OVER = "EXISTS (SELECT 1 FROM applications_round r WHERE r.id = {row}.round_id AND r.closed_on IS NOT NULL)"
SHEET_OF_CLOSED_ROUND = (
    "EXISTS (SELECT 1 FROM applications_assignment a JOIN applications_round r ON r.id = a.round_id "
    "WHERE a.sheet_id = OLD.id AND r.closed_on IS NOT NULL)"
)
MARK_OF_CLOSED_ROUND = (
    "EXISTS (SELECT 1 FROM applications_assignment a JOIN applications_round r ON r.id = a.round_id "
    "WHERE a.sheet_id = {row}.sheet_id AND r.closed_on IS NOT NULL)"
)
OVER_WITH_A_SHEET = (
    "(NEW.conflict IS TRUE OR NEW.released_at IS NOT NULL) AND EXISTS (SELECT 1 FROM scoring_sheet s "
    "WHERE s.id = NEW.sheet_id AND s.submitted_at IS NOT NULL AND s.voided_at IS NULL)"
)
SHEET_OF_ONE_WHO_IS_OUT = (
    "NEW.submitted_at IS NOT NULL AND NEW.voided_at IS NULL AND EXISTS (SELECT 1 FROM applications_assignment a "
    "WHERE a.sheet_id = NEW.id AND (a.conflict IS TRUE OR a.released_at IS NOT NULL))"
)
CLOSED = "the round is closed"


def standing() -> list[ByStatement]:
    """The triggers there were, as the second migration made them."""
    return [
        *(
            refuse(f"assignment_before_closing_{op.lower()}", "applications_assignment", ROUND_OVER.format(row=row), CLOSED, operation=op)
            for op, row in (("INSERT", "NEW"), ("UPDATE", "OLD"))
        ),
        refuse(
            "applications_assignment_delete",
            "applications_assignment",
            "TRUE",
            "an assignment is never deleted",
            operation="DELETE",
            sqlite_when="1",
        ),
        *(
            refuse(f"score_before_closing_{op.lower()}", "scoring_sheet", SHEET_OF_CLOSED_ROUND, CLOSED, operation=op)
            for op in ("UPDATE", "DELETE")
        ),
        *(
            refuse(f"mark_before_closing_{op.lower()}", "scoring_mark", MARK_OF_CLOSED_ROUND.format(row=row), CLOSED, operation=op)
            for op, row in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD"))
        ),
    ]


def end_what_was_voided(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """An assignment whose sheet was voided is over: its expert may be asked again."""
    assignment = apps.get_model("applications", "Assignment")
    for row in assignment.objects.filter(sheet__voided_at__isnull=False, released_at__isnull=True):
        sheet = apps.get_model("scoring", "Sheet").objects.get(pk=row.sheet_id)
        assignment.objects.filter(pk=row.pk).update(released_at=sheet.voided_at, release_reason=sheet.void_reason)


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0012_days_follow_one_another"),
        ("scoring", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        *(each.undone for each in standing()),
        migrations.AddField(
            "application", "set_aside_on", models.DateField(blank=True, null=True, verbose_name="搁置日期")
        ),
        migrations.AddField(
            "application", "set_aside_reason", models.TextField(blank=True, null=True, verbose_name="搁置理由")
        ),
        migrations.AddField(
            "assignment", "released_at", models.DateTimeField(blank=True, null=True, verbose_name="结束时间")
        ),
        migrations.AddField(
            "assignment",
            "released_by",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            "assignment", "release_reason", models.TextField(blank=True, null=True, verbose_name="结束理由")
        ),
        migrations.RunPython(end_what_was_voided, migrations.RunPython.noop),
        migrations.RemoveConstraint("assignment", "one_assignment_per_expert"),
        migrations.RemoveConstraint("assignment", "no_sheet_in_conflict"),
        migrations.AddConstraint(
            "assignment",
            models.UniqueConstraint(
                condition=models.Q(released_at__isnull=True),
                fields=("application", "expert"),
                name="one_open_assignment_per_expert",
            ),
        ),
        migrations.AddConstraint(
            "assignment",
            models.CheckConstraint(
                condition=models.Q(released_at__isnull=True, release_reason__isnull=True)
                | models.Q(released_at__isnull=False, release_reason__isnull=False),
                name="a_release_says_why",
            ),
        ),
        migrations.AddConstraint(
            "assignment",
            models.CheckConstraint(
                condition=models.Q(conflict__isnull=True)
                | models.Q(conflict=False)
                | models.Q(released_at__isnull=True),
                name="a_conflict_bars_for_good",
            ),
        ),
        migrations.AddConstraint(
            "assignment",
            models.CheckConstraint(
                condition=models.Q(sheet__isnull=True) | models.Q(declared_at__isnull=False),
                name="no_sheet_before_the_declaration",
            ),
        ),
        *standing(),
        *(
            refuse(
                f"no_valid_sheet_of_one_who_is_out_{op.lower()}",
                "applications_assignment",
                OVER_WITH_A_SHEET,
                "no valid sheet stands beside a conflict or a release",
                operation=op,
            )
            for op in ("INSERT", "UPDATE")
        ),
        refuse(
            "no_score_of_one_who_is_out",
            "scoring_sheet",
            SHEET_OF_ONE_WHO_IS_OUT,
            "no valid sheet stands beside a conflict or a release",
            operation="UPDATE",
        ),
    ]
