"""A refused renewal is not asked for again, and nobody is reminded of it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bases", "0002_what_never_changes")]

    operations = [
        migrations.AddField(
            model_name="term",
            name="renewal_refused_on",
            field=models.DateField(
                blank=True,
                help_text="本期的续期申请未通过，不能再提出",
                null=True,
                verbose_name="不予续期决定日",
            ),
        ),
    ]
