"""Terms of a base never overlap; an ended base never comes back; dates and filings stay as they were written."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from haizhi_portal.audit.triggers import ByStatement, refuse

OVERLAP = "terms of a base never overlap"
EXCLUSION = (
    "ALTER TABLE bases_term ADD CONSTRAINT terms_never_overlap EXCLUDE USING gist ("
    "int8range(base_id, base_id, '[]') WITH &&, "
    "daterange(starts_on, GREATEST(starts_on, COALESCE(ended_on, expires_on + 1))) WITH &&)"
)
# The same on SQLite: half-open spans, empty when a term ended before it began.
OVERLAPS = (
    "EXISTS (SELECT 1 FROM bases_term other WHERE other.base_id = NEW.base_id AND other.id IS NOT NEW.id "
    "AND other.starts_on < COALESCE(other.ended_on, date(other.expires_on, '+1 day')) "
    "AND NEW.starts_on < COALESCE(NEW.ended_on, date(NEW.expires_on, '+1 day')) "
    "AND other.starts_on < COALESCE(NEW.ended_on, date(NEW.expires_on, '+1 day')) "
    "AND NEW.starts_on < COALESCE(other.ended_on, date(other.expires_on, '+1 day')))"
)


def keep_terms_apart(editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(EXCLUSION)
        return
    for operation in ("INSERT", "UPDATE"):
        editor.execute(
            f"CREATE TRIGGER terms_never_overlap_{operation.lower()} BEFORE {operation} ON bases_term FOR EACH ROW "
            f"WHEN {OVERLAPS} BEGIN SELECT RAISE(ABORT, '{OVERLAP}'); END"
        )


def let_terms_overlap(editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute("ALTER TABLE bases_term DROP CONSTRAINT IF EXISTS terms_never_overlap")
        return
    for operation in ("insert", "update"):
        editor.execute(f"DROP TRIGGER IF EXISTS terms_never_overlap_{operation}")


def fixed(*columns: str) -> tuple[str, str]:
    """That one of the columns changes: for PostgreSQL and for SQLite."""
    return (
        " OR ".join(f'NEW."{column}" IS DISTINCT FROM OLD."{column}"' for column in columns),
        " OR ".join(f'NEW."{column}" IS NOT OLD."{column}"' for column in columns),
    )


def fixed_once_set(column: str, *columns: str) -> tuple[str, str]:
    """That one of the columns changes although the first of them was set."""
    changed, changed_on_sqlite = fixed(column, *columns)
    was_set = f'OLD."{column}" IS NOT NULL'
    return f"{was_set} AND ({changed})", f"{was_set} AND ({changed_on_sqlite})"


def never(name: str, table: str, condition: tuple[str, str], message: str) -> ByStatement:
    when, sqlite_when = condition
    return refuse(name, table, when, message, operation="UPDATE", sqlite_when=sqlite_when)


class Migration(migrations.Migration):
    dependencies = [("bases", "0001_initial")]

    operations = [
        ByStatement(keep_terms_apart, let_terms_overlap),
        never(
            "base_identity_stays",
            "bases_base",
            fixed("number", "organisation_id", "call_year", "seat", "licensed_on"),
            "what a base was licensed as never changes",
        ),
        never(
            "ended_base_stays_ended",
            "bases_base",
            fixed_once_set("ended_on", "end", "end_reason"),
            "an ended base never comes back",
        ),
        never(
            "term_dates_stay",
            "bases_term",
            fixed("base_id", "number", "kind", "approved_on", "starts_on", "expires_on", "edition"),
            "the dates of a term never change",
        ),
        never("term_ends_once", "bases_term", fixed_once_set("ended_on"), "a term ends once"),
        never(
            "obligation_dates_stay",
            "bases_obligation",
            fixed("base_id", "kind", "period", "opens_on", "due_on", "qualifies_on"),
            "what is owed and by when is fixed when it is created",
        ),
        never(
            "lateness_stays",
            "bases_obligation",
            fixed_once_set("first_filed_on", "late"),
            "the first filing decides for ever whether a report was late",
        ),
        never(
            "cancelled_report_stays_cancelled",
            "bases_obligation",
            fixed_once_set("cancelled_on", "accepted_on", "first_filed_on", "late"),
            "a cancelled report stays cancelled",
        ),
        never(
            "filing_stays",
            "bases_filing",
            fixed("obligation_id", "version", "content", "filed_at", "filed_by_id"),
            "a filed version of a report never changes",
        ),
        never(
            "filing_answered_once",
            "bases_filing",
            fixed_once_set("outcome_at", "outcome", "outcome_reason", "outcome_by_id"),
            "a filed version is answered once",
        ),
    ]
