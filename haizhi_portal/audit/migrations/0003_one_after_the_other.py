"""An entry is written once, right after the one before it, and the ledger is never emptied.

SQLite's INSERT OR REPLACE and PostgreSQL's TRUNCATE pass by the triggers on changes and deletions.
"""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from haizhi_portal.audit.triggers import ByStatement, refuse


def refuse_emptying(editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(
            "CREATE TRIGGER audit_entry_never_emptied BEFORE TRUNCATE ON audit_entry "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_never_goes()"
        )


def allow_emptying(editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP TRIGGER IF EXISTS audit_entry_never_emptied ON audit_entry")


class Migration(migrations.Migration):
    dependencies = [("audit", "0002_append_only")]

    operations = [
        refuse(
            "audit_entry_comes_next",
            "audit_entry",
            "NEW.seq <> (SELECT seq + 1 FROM audit_chainhead WHERE id = 1)",
            "a ledger entry comes right after the last one",
            operation="INSERT",
        ),
        ByStatement(refuse_emptying, allow_emptying),
    ]
