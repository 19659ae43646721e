"""What no code path may do: a seat beyond the quota, a reopened round, a changed version or review, an early list."""

from django.db import migrations

from haizhi_portal.audit.triggers import ByStatement, refuse


def _changed(*columns: str) -> str:
    """That one of these columns is about to read otherwise, empty values included."""
    return "(" + " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns) + ")"


def _changed_on_sqlite(*columns: str) -> str:
    return "(" + " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in columns) + ")"


BEYOND_QUOTA = "NEW.number > (SELECT quota FROM applications_call WHERE id = NEW.call_id)"
ANOTHER_CALL = "NEW.call_id <> (SELECT call_id FROM applications_application WHERE id = NEW.application_id)"
BASE_BEYOND_QUOTA = "NEW.seat > (SELECT quota FROM applications_call WHERE year = NEW.call_year)"
BELOW_SEATS = (
    "(NEW.quota < OLD.quota OR NEW.quota < (SELECT COALESCE(MAX(number), 0) FROM applications_seat "
    "WHERE call_id = OLD.id AND released_on IS NULL))"
)
ROUND_OVER = "EXISTS (SELECT 1 FROM applications_round r WHERE r.id = {row}.round_id AND r.closed_on IS NOT NULL)"
NO_CLOSED_ROUND = (
    "NOT EXISTS (SELECT 1 FROM applications_round r WHERE r.call_id = NEW.call_id AND r.closed_on IS NOT NULL)"
)
SHEET_OF_CLOSED_ROUND = (
    "EXISTS (SELECT 1 FROM applications_assignment a JOIN applications_round r ON r.id = a.round_id "
    "WHERE a.sheet_id = OLD.id AND r.closed_on IS NOT NULL)"
)
MARK_OF_CLOSED_ROUND = (
    "EXISTS (SELECT 1 FROM applications_assignment a JOIN applications_round r ON r.id = a.round_id "
    "WHERE a.sheet_id = {row}.sheet_id AND r.closed_on IS NOT NULL)"
)
NO_SEAT = (
    "NOT EXISTS (SELECT 1 FROM applications_seat s WHERE s.application_id = NEW.id AND s.released_on IS NULL)"
)
SETTLED = ("outcome", "application_id", "list_id", "rank", "mean", "settled_on")
DONE = ("call_id", "settled_on", "settled_by_id", "prepared_by_id", "prepared_at", "version")


def _fixed(name: str, table: str, columns: tuple[str, ...], once: str, message: str) -> ByStatement:
    """These columns stay as they are once ``once`` holds of the old row."""
    return refuse(
        name,
        table,
        f"{once} AND {_changed(*columns)}",
        message,
        operation="UPDATE",
        sqlite_when=f"{once} AND {_changed_on_sqlite(*columns)}",
    )


def _never(table: str, what: str, *operations: str) -> list[migrations.RunPython]:
    return [
        refuse(f"{table}_{operation.lower()}", table, "TRUE", what, operation=operation, sqlite_when="1")
        for operation in operations
    ]


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0001_initial"),
        ("bases", "0001_initial"),
        ("scoring", "0001_initial"),
    ]

    operations = [
        # Seats and the quota
        *(
            refuse(
                f"seat_within_quota_{op.lower()}",
                "applications_seat",
                f"NEW.released_on IS NULL AND {BEYOND_QUOTA}",
                "a seat beyond the quota of its year",
                operation=op,
            )
            for op in ("INSERT", "UPDATE")
        ),
        *(
            refuse(
                f"seat_of_its_own_call_{op.lower()}",
                "applications_seat",
                ANOTHER_CALL,
                "a seat belongs to the call of its application",
                operation=op,
            )
            for op in ("INSERT", "UPDATE")
        ),
        *_never("applications_seat", "a seat is released, never deleted", "DELETE"),
        refuse(
            "base_within_quota",
            "bases_base",
            BASE_BEYOND_QUOTA,
            "a base beyond the quota of its year",
            operation="INSERT",
        ),
        refuse("quota_only_rises", "applications_call", BELOW_SEATS, "a quota never goes down", operation="UPDATE"),
        refuse(
            "standard_quota_stays",
            "applications_call",
            "NEW.standard_quota <> OLD.standard_quota OR NEW.year <> OLD.year",
            "the quota of the scheme stays as it was when the call was announced",
            operation="UPDATE",
        ),
        *_never("applications_call", "a call is never deleted", "DELETE"),
        # Rounds
        _fixed(
            "round_closes_once",
            "applications_round",
            ("closed_on", "closed_by_id", "opened_on", "call_id", "criteria_set_id"),
            "OLD.closed_on IS NOT NULL",
            "a round closes once",
        ),
        *_never("applications_round", "a round is never deleted", "DELETE"),
        refuse(
            "assignment_before_closing_insert",
            "applications_assignment",
            ROUND_OVER.format(row="NEW"),
            "the round is closed",
            operation="INSERT",
        ),
        refuse(
            "assignment_before_closing_update",
            "applications_assignment",
            ROUND_OVER.format(row="OLD"),
            "the round is closed",
            operation="UPDATE",
        ),
        *_never("applications_assignment", "an assignment is never deleted", "DELETE"),
        refuse(
            "score_before_closing_update",
            "scoring_sheet",
            SHEET_OF_CLOSED_ROUND,
            "the round is closed",
            operation="UPDATE",
        ),
        refuse(
            "score_before_closing_delete",
            "scoring_sheet",
            SHEET_OF_CLOSED_ROUND,
            "the round is closed",
            operation="DELETE",
        ),
        refuse(
            "mark_before_closing_insert",
            "scoring_mark",
            MARK_OF_CLOSED_ROUND.format(row="NEW"),
            "the round is closed",
            operation="INSERT",
        ),
        refuse(
            "mark_before_closing_update",
            "scoring_mark",
            MARK_OF_CLOSED_ROUND.format(row="OLD"),
            "the round is closed",
            operation="UPDATE",
        ),
        refuse(
            "mark_before_closing_delete",
            "scoring_mark",
            MARK_OF_CLOSED_ROUND.format(row="OLD"),
            "the round is closed",
            operation="DELETE",
        ),
        # Decisions
        refuse(
            "list_after_round",
            "applications_decisionlist",
            NO_CLOSED_ROUND,
            "no list before the round of its year is closed",
            operation="INSERT",
        ),
        _fixed(
            "settled_list_stays",
            "applications_decisionlist",
            DONE,
            "OLD.settled_on IS NOT NULL",
            "a settled list stays as it is",
        ),
        _fixed(
            "settled_decision_stays",
            "applications_decision",
            SETTLED,
            "OLD.settled_on IS NOT NULL",
            "a settled decision stays as it is",
        ),
        _fixed(
            "withdrawn_decision_stays",
            "applications_decision",
            ("withdrawn_on",),
            "OLD.withdrawn_on IS NOT NULL",
            "a withdrawn decision stays withdrawn",
        ),
        *_never("applications_decisionlist", "a list is never deleted", "DELETE"),
        *_never("applications_decision", "a decision is never deleted", "DELETE"),
        refuse(
            "approved_from_the_start",
            "applications_application",
            "NEW.state = 'approved'",
            "an approved application holds a seat",
            operation="INSERT",
        ),
        refuse(
            "approved_holds_a_seat",
            "applications_application",
            f"NEW.state = 'approved' AND {NO_SEAT}",
            "an approved application holds a seat",
            operation="UPDATE",
        ),
        # What was said and submitted
        *_never("applications_submission", "a submitted version never changes", "UPDATE", "DELETE"),
        *_never("applications_review", "a conclusion never changes", "UPDATE", "DELETE"),
        *_never("applications_routing", "a routing decision never changes", "UPDATE", "DELETE"),
        *_never("applications_paperreceipt", "a receipt never changes", "UPDATE", "DELETE"),
        *_never("applications_timetablechange", "a change of the timetable is kept as it was", "UPDATE", "DELETE"),
        *_never("applications_application", "an application is never deleted", "DELETE"),
        *_never("applications_material", "a material is only marked as removed", "DELETE"),
        _fixed(
            "application_ends_once",
            "applications_application",
            ("state",),
            "OLD.state IN ('licensed', 'declined', 'withdrawn', 'lapsed')",
            "an ended application stays ended",
        ),
    ]
