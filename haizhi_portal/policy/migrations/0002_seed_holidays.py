from __future__ import annotations

from django.db import migrations


def seed(apps, schema_editor):
    from haizhi_portal.policy.stored import seed_holidays  # needs the app registry, ready only now

    seed_holidays(apps.get_model("policy", "Holiday"))


class Migration(migrations.Migration):
    dependencies = [("policy", "0001_initial")]

    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
