"""The ledger can only grow: the database refuses changes and deletions, and its head never goes back."""

from django.db import migrations
from django.db.migrations.state import StateApps

from haizhi_portal.audit.triggers import refuse


def first_head(apps: StateApps, editor: object) -> None:
    apps.get_model("audit", "ChainHead").objects.create(pk=1)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [
        migrations.RunPython(first_head, migrations.RunPython.noop),
        refuse("audit_entry_never_changes", "audit_entry", "TRUE", "a ledger entry never changes", operation="UPDATE"),
        refuse("audit_entry_never_goes", "audit_entry", "TRUE", "a ledger entry is never deleted", operation="DELETE"),
        refuse("audit_head_stays", "audit_chainhead", "TRUE", "the head of the chain stays", operation="DELETE"),
        refuse(
            "audit_head_only_grows",
            "audit_chainhead",
            "NEW.seq <> OLD.seq + 1",
            "the chain grows one entry at a time",
            operation="UPDATE",
        ),
    ]
