"""What was uploaded stays what it was: its content's digest and place never change."""

from django.db import migrations

from haizhi_portal.audit.triggers import refuse


class Migration(migrations.Migration):
    dependencies = [("files", "0001_initial")]

    operations = [
        refuse(
            "files_content_never_changes",
            "files_storedfile",
            "NEW.sha256 <> OLD.sha256 OR NEW.size <> OLD.size OR NEW.path <> OLD.path",
            "a stored file never changes",
            operation="UPDATE",
        ),
    ]
