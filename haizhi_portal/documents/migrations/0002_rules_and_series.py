"""The database keeps issued documents and their numbers as they are, whoever asks; and the first number series."""

from django.db import migrations
from django.db.migrations.state import StateApps

from haizhi_portal.audit.triggers import refuse

SERIES = (
    ("大科协发", "通知、决定"),
    ("大科协批", "批复"),
    ("大科协证", "基地证书"),
)

FROZEN = (
    "public_id", "kind", "title", "number_id", "dated_on", "facts", "verify_code", "corrects_id", "base_number",
    "application_number", "credit_code", "clause", "issued_by", "issued_role",
)
KEPT_ONCE = ("file_id", "sha256", "rendered_at")
NUMBER_FROZEN = ("series_id", "year", "number", "drawn_on")
VOIDED_ONCE = ("voided_on", "void_reason")


def changed(columns: tuple[str, ...], differs: str) -> str:
    return "(" + " OR ".join(f"NEW.{column} {differs} OLD.{column}" for column in columns) + ")"


def once(marker: str, columns: tuple[str, ...], differs: str) -> str:
    return f"(OLD.{marker} IS NOT NULL AND {changed(columns, differs)})"


def frozen_document(differs: str) -> str:
    rules = (
        changed(FROZEN, differs),
        once("file_id", KEPT_ONCE, differs),
        once("voided_on", VOIDED_ONCE, differs),
        "(NEW.file_id IS NOT NULL AND NEW.sha256 = '')",
    )
    return " OR ".join(rules)


def frozen_number(differs: str) -> str:
    return f"{changed(NUMBER_FROZEN, differs)} OR {once('voided_on', VOIDED_ONCE, differs)}"


def seed_series(apps: StateApps, editor: object) -> None:
    series = apps.get_model("documents", "Series")
    for code, title in SERIES:
        series.objects.get_or_create(code=code, defaults={"title": title})


# PostgreSQL and SQLite say "differs, NULL included" in two ways.
POSTGRES, SQLITE = "IS DISTINCT FROM", "IS NOT"


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]

    operations = [
        migrations.RunPython(seed_series, migrations.RunPython.noop),
        refuse(
            "documents_issued_never_changes",
            "documents_document",
            frozen_document(POSTGRES),
            "an issued document never changes",
            operation="UPDATE",
            sqlite_when=frozen_document(SQLITE),
        ),
        refuse(
            "documents_issued_never_goes",
            "documents_document",
            "TRUE",
            "an issued document is never deleted",
            operation="DELETE",
        ),
        refuse(
            "documents_number_never_changes",
            "documents_documentnumber",
            frozen_number(POSTGRES),
            "a document number only ever becomes void, once",
            operation="UPDATE",
            sqlite_when=frozen_number(SQLITE),
        ),
        refuse(
            "documents_number_never_goes",
            "documents_documentnumber",
            "TRUE",
            "a document number stays in the register",
            operation="DELETE",
        ),
        refuse(
            "documents_numbers_have_no_gap",
            "documents_documentnumber",
            "NEW.number <> 1 + COALESCE((SELECT MAX(earlier.number) FROM documents_documentnumber earlier "
            "WHERE earlier.series_id = NEW.series_id AND earlier.year = NEW.year), 0)",
            "document numbers have no gap",
            operation="INSERT",
        ),
        refuse(
            "documents_register_only_grows",
            "documents_registeryear",
            f"NEW.last <> OLD.last + 1 OR {changed(('series_id', 'year'), POSTGRES)}",
            "a register grows one number at a time",
            operation="UPDATE",
            sqlite_when=f"NEW.last <> OLD.last + 1 OR {changed(('series_id', 'year'), SQLITE)}",
        ),
        refuse(
            "documents_register_never_goes",
            "documents_registeryear",
            "TRUE",
            "a register stays",
            operation="DELETE",
        ),
        refuse(
            "documents_used_series_keeps_its_code",
            "documents_series",
            "NEW.code <> OLD.code AND EXISTS (SELECT 1 FROM documents_documentnumber used "
            "WHERE used.series_id = OLD.id)",
            "the code of a series in use never changes",
            operation="UPDATE",
        ),
    ]
