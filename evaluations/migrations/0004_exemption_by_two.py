"""An exemption after a score stands is prepared by one and decided by another."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from haizhi_portal.audit.triggers import refuse

EXEMPTED = "NEW.result = 'exempt' AND OLD.result <> 'exempt'"
SCORED = "EXISTS (SELECT 1 FROM scoring_sheet s WHERE s.id = NEW.sheet_id AND s.submitted_at IS NOT NULL)"


def person() -> models.ForeignKey:
    return models.ForeignKey(
        blank=True,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=settings.AUTH_USER_MODEL,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("evaluations", "0003_paper_and_open_cases"),
        ("scoring", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            "evaluation", "exemption_prepared_on", models.DateField(blank=True, null=True, verbose_name="提议免评日期")
        ),
        migrations.AddField("evaluation", "exemption_prepared_by", person()),
        migrations.AddField(
            "evaluation", "exemption_proposal", models.TextField(blank=True, null=True, verbose_name="提议免评的理由")
        ),
        migrations.AddField(
            "evaluation", "exemption_refused_on", models.DateField(blank=True, null=True, verbose_name="不同意免评日期")
        ),
        migrations.AddField("evaluation", "exemption_refused_by", person()),
        migrations.AddField(
            "evaluation", "exemption_refusal", models.TextField(blank=True, null=True, verbose_name="不同意免评的理由")
        ),
        refuse(
            "evaluation_exempted_by_two",
            "evaluations_evaluation",
            f"{EXEMPTED} AND {SCORED} AND (NEW.exemption_prepared_by_id IS NULL "
            "OR NEW.exemption_prepared_by_id = NEW.exempted_by_id)",
            "once a score stands an exemption is prepared by one and decided by another",
            operation="UPDATE",
        ),
    ]
