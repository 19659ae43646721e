"""Who of an office handles an application, and the reminders sent by hand; both are kept as they were written."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from haizhi_portal.audit.triggers import refuse


def _never(table: str, what: str) -> list[migrations.RunPython]:
    return [
        refuse(f"{table}_{operation.lower()}", table, "TRUE", what, operation=operation, sqlite_when="1")
        for operation in ("UPDATE", "DELETE")
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_seed_places"),
        ("applications", "0003_evidence_of_a_condition"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Handling",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("decided_at", models.DateTimeField(verbose_name="时间")),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="handlings",
                        to="applications.application",
                    ),
                ),
                (
                    "body",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.reviewingbody",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "handler",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "经办安排",
                "verbose_name_plural": "经办安排",
                "ordering": ["id"],
                "indexes": [models.Index(fields=["application", "body", "-id"], name="latest_handling_of_an_office")],
            },
        ),
        migrations.CreateModel(
            name="Nudge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sent_on", models.DateField(verbose_name="催办日期")),
                ("words", models.TextField(blank=True, verbose_name="催办的话")),
                ("sent_at", models.DateTimeField(verbose_name="时间")),
                (
                    "application",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="nudges",
                        to="applications.application",
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "催办",
                "verbose_name_plural": "催办",
                "ordering": ["id"],
                "constraints": [models.UniqueConstraint(fields=("application", "sent_on"), name="one_nudge_a_day")],
            },
        ),
        *_never("applications_handling", "who handled an application is kept as it was"),
        *_never("applications_nudge", "a reminder sent by hand is kept as it was"),
    ]
