"""Triggers as migration operations, written once for SQLite and PostgreSQL."""

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython
from django.db.migrations.state import StateApps


def refuse(
    name: str, table: str, when: str, message: str, *, operation: str, sqlite_when: str | None = None
) -> RunPython:
    """A trigger that refuses ``operation`` ("INSERT", "UPDATE", "DELETE") on a row for which ``when`` holds.

    ``when`` is an SQL condition over NEW and OLD that may hold subqueries; ``sqlite_when`` replaces it on SQLite.
    The database then raises an integrity error that carries ``message``.
    """

    def install(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "sqlite":
            editor.execute(
                f"CREATE TRIGGER {name} BEFORE {operation} ON {table} FOR EACH ROW WHEN {sqlite_when or when} "
                f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
            )
            return
        result = "OLD" if operation == "DELETE" else "NEW"
        # PostgreSQL allows no subquery in a trigger's WHEN: the condition stands in the function.
        editor.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger AS $body$ BEGIN "
            f"IF {when} THEN RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; END IF; "
            f"RETURN {result}; END $body$ LANGUAGE plpgsql"
        )
        editor.execute(f"CREATE TRIGGER {name} BEFORE {operation} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()")

    def remove(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "sqlite":
            editor.execute(f"DROP TRIGGER IF EXISTS {name}")
            return
        editor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        editor.execute(f"DROP FUNCTION IF EXISTS {name}()")

    return RunPython(install, remove)
