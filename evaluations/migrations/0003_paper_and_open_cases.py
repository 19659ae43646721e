"""When the paper of a renewal was registered and why not earlier; no renewal is decided while a case is open."""

from django.db import migrations, models

from haizhi_portal.audit.triggers import refuse

OPEN_CASE = (
    "NEW.state IN ('passed', 'failed') AND OLD.state NOT IN ('passed', 'failed') AND EXISTS (SELECT 1 "
    "FROM evaluations_withdrawal w JOIN bases_term t ON t.base_id = w.base_id "
    "WHERE t.id = NEW.term_id AND w.closed_on IS NULL)"
)


class Migration(migrations.Migration):
    dependencies = [("evaluations", "0002_results_stand")]

    operations = [
        migrations.AddField(
            model_name="renewal",
            name="paper_registered_on",
            field=models.DateField(blank=True, null=True, verbose_name="纸质申请登记日期"),
        ),
        migrations.AddField(
            model_name="renewal",
            name="paper_reason",
            field=models.TextField(
                blank=True, help_text="登记日期晚于收到日期时填写", null=True, verbose_name="补登理由"
            ),
        ),
        refuse(
            "renewal_waits_for_the_case",
            "evaluations_renewal",
            OPEN_CASE,
            "no renewal is decided while a case against the base is open",
            operation="UPDATE",
        ),
    ]
