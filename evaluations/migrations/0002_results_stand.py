"""What became final or was decided stays so."""

from django.db import migrations

from haizhi_portal.audit.triggers import ByStatement, refuse


def changed(*columns: str) -> tuple[str, str]:
    """That one of the columns changes: for PostgreSQL and for SQLite."""
    return (
        " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns),
        " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in columns),
    )


def stays(name: str, table: str, once: str, columns: tuple[str, ...], message: str) -> ByStatement:
    """Refuse a change of the columns as soon as ``once`` held."""
    distinct, is_not = changed(*columns)
    return refuse(
        name,
        table,
        f"({once}) AND ({distinct})",
        message,
        operation="UPDATE",
        sqlite_when=f"({once}) AND ({is_not})",
    )


def never_deleted(name: str, table: str, once: str = "TRUE") -> ByStatement:
    return refuse(name, table, once, "what was decided or handed in is never deleted", operation="DELETE")


class Migration(migrations.Migration):
    dependencies = [("evaluations", "0001_initial")]

    operations = [
        stays(
            "evaluation_identity_stays",
            "evaluations_evaluation",
            "TRUE",
            ("base_id", "year", "opened_on", "edition"),
            "an evaluation keeps its base and year",
        ),
        stays(
            "evaluation_announced_once",
            "evaluations_evaluation",
            "OLD.announced_on IS NOT NULL",
            ("announced_on", "announced_by_id", "review_until", "sheet_id", "criteria_set_id"),
            "what a base was told never changes",
        ),
        stays(
            "evaluation_final_once",
            "evaluations_evaluation",
            "OLD.final_on IS NOT NULL",
            ("final_on", "result", "score", "exemption_reason", "exempted_by_id"),
            "a final result never changes",
        ),
        never_deleted(
            "evaluation_stays", "evaluations_evaluation", "OLD.announced_on IS NOT NULL OR OLD.final_on IS NOT NULL"
        ),
        stays(
            "review_asked_once",
            "evaluations_resultreview",
            "TRUE",
            ("evaluation_id", "requested_on", "requested_by_id", "reason", "announced_by_id"),
            "a review keeps its request",
        ),
        stays(
            "review_decided_once",
            "evaluations_resultreview",
            "OLD.decided_on IS NOT NULL",
            ("decided_on", "decided_by_id", "sheet_id", "opinion"),
            "a review is decided once",
        ),
        never_deleted("review_stays", "evaluations_resultreview"),
        stays(
            "renewal_decided_once",
            "evaluations_renewal",
            "OLD.state IN ('passed', 'failed', 'withdrawn')",
            ("state", "decided_on", "decided_by_id", "decision_reason", "prepared_by_id", "proposal", "assessment"),
            "a renewal is decided once",
        ),
        never_deleted("renewal_stays", "evaluations_renewal"),
        stays(
            "renewal_version_stays",
            "evaluations_renewalversion",
            "TRUE",
            ("renewal_id", "version", "statement", "plan", "submitted_at", "submitted_by_id"),
            "a version handed in never changes",
        ),
        never_deleted("renewal_version_kept", "evaluations_renewalversion"),
        stays(
            "withdrawal_closed_once",
            "evaluations_withdrawal",
            "OLD.closed_on IS NOT NULL",
            ("closed_on", "close_reason", "confirmed_on", "confirmed_by_id", "prepared_by_id", "statement"),
            "a closed case stays closed",
        ),
        never_deleted("withdrawal_stays", "evaluations_withdrawal"),
    ]
