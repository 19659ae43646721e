from django.db import migrations
from django.db.models import Min


def appoint(apps, schema_editor):
    """Whoever of a unit came first administers it, as those who register do from now on."""
    User = apps.get_model("accounts", "User")
    people = User.objects.filter(organisation__isnull=False, is_active=True)
    first = people.values("organisation").annotate(first=Min("pk")).values_list("first", flat=True)
    User.objects.filter(pk__in=list(first)).update(administers=True)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_consent_and_administrator")]
    operations = [migrations.RunPython(appoint, migrations.RunPython.noop)]
