"""A term keeps the renewal window it was approved with."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bases", "0003_renewal_refused")]

    operations = [
        migrations.AddField(
            model_name="term",
            name="renewal_window_days",
            field=models.PositiveSmallIntegerField(
                blank=True,
                help_text="批准本期时的指标；以后调整指标不影响本期",
                null=True,
                verbose_name="到期前可申请续期（天）",
            ),
        ),
    ]
