"""Triggers as migration operations, written once for SQLite and PostgreSQL."""

from collections.abc import Callable

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

Statements = Callable[[BaseDatabaseSchemaEditor], None]


class ByStatement(Operation):
    """Statements alone, made and taken away by functions of the schema editor.

    `RunPython` would draw up every model of the moment first, some 50 ms each time.
    """

    def __init__(self, make: Statements, take_away: Statements) -> None:
        self.make, self.take_away = make, take_away

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """No model changes."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        self.make(schema_editor)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        self.take_away(schema_editor)

    @property
    def undone(self) -> "ByStatement":
        """The operation that takes away what this one made."""
        return ByStatement(self.take_away, self.make)


def refuse(
    name: str, table: str, when: str, message: str, *, operation: str, sqlite_when: str | None = None
) -> ByStatement:
    """A trigger that refuses ``operation`` ("INSERT", "UPDATE", "DELETE") on a row for which ``when`` holds.

    ``when`` is an SQL condition over NEW and OLD that may hold subqueries; ``sqlite_when`` replaces it on SQLite.
    The database then raises an integrity error that carries ``message``.
    """

    def install(editor: BaseDatabaseSchemaEditor) -> None:
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

    def remove(editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "sqlite":
            editor.execute(f"DROP TRIGGER IF EXISTS {name}")
            return
        editor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
        editor.execute(f"DROP FUNCTION IF EXISTS {name}()")

    return ByStatement(install, remove)
