from typing import Any

from django.db import migrations

from haizhi_portal.policy.holidays import SOURCE, published_days


def seed(apps: Any, schema_editor: Any) -> int:
    """Add the published days that have no row yet, and leave every row staff have touched alone. Returns how many."""
    rows = apps.get_model("policy", "Holiday")._default_manager
    present = set(rows.values_list("day", flat=True))
    missing = [
        rows.model(day=each.day, off=each.off, name=each.name, source=SOURCE)
        for each in published_days()
        if each.day not in present
    ]
    rows.bulk_create(missing)
    return len(missing)


class Migration(migrations.Migration):
    dependencies = [("policy", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
