"""A submitted sheet keeps its marks and total, a sealed one everything."""

from django.db import migrations

from haizhi_portal.audit.triggers import refuse

FIXED = (
    "EXISTS (SELECT 1 FROM scoring_sheet s WHERE s.id = {row}.sheet_id AND (s.locked OR s.submitted_at IS NOT NULL))"
)
MESSAGE = "marks of a submitted sheet never change"


class Migration(migrations.Migration):
    dependencies = [("scoring", "0001_initial")]

    operations = [
        refuse("scoring_mark_not_added", "scoring_mark", FIXED.format(row="NEW"), MESSAGE, operation="INSERT"),
        refuse(
            "scoring_mark_not_changed",
            "scoring_mark",
            f"{FIXED.format(row='OLD')} OR {FIXED.format(row='NEW')}",
            MESSAGE,
            operation="UPDATE",
        ),
        refuse("scoring_mark_not_removed", "scoring_mark", FIXED.format(row="OLD"), MESSAGE, operation="DELETE"),
        refuse(
            "scoring_sheet_sealed", "scoring_sheet", "OLD.locked", "a sealed sheet never changes", operation="UPDATE"
        ),
        refuse(
            "scoring_sheet_fixed",
            "scoring_sheet",
            "OLD.submitted_at IS NOT NULL AND (NEW.submitted_at IS NULL OR NEW.submitted_at <> OLD.submitted_at "
            "OR NEW.total <> OLD.total OR NEW.opinion <> OLD.opinion OR NEW.recommendation <> OLD.recommendation "
            "OR NEW.total IS NULL OR NEW.scorer_id <> OLD.scorer_id OR NEW.criteria_set_id <> OLD.criteria_set_id "
            "OR (OLD.voided_at IS NOT NULL AND (NEW.voided_at IS NULL OR NEW.voided_at <> OLD.voided_at "
            "OR NEW.void_reason <> OLD.void_reason)))",
            "a submitted sheet never changes",
            operation="UPDATE",
        ),
        refuse(
            "scoring_sheet_stays",
            "scoring_sheet",
            "OLD.submitted_at IS NOT NULL OR OLD.locked",
            "a submitted or sealed sheet is never deleted",
            operation="DELETE",
        ),
        refuse(
            "scoring_criterion_not_added",
            "scoring_criterion",
            "EXISTS (SELECT 1 FROM scoring_sheet s WHERE s.criteria_set_id = NEW.criteria_set_id)",
            "criteria in use are never added to",
            operation="INSERT",
        ),
        refuse(
            "scoring_criterion_frozen",
            "scoring_criterion",
            "TRUE",
            "criteria of a year never change",
            operation="UPDATE",
        ),
        refuse(
            "scoring_criterion_stays",
            "scoring_criterion",
            "TRUE",
            "criteria of a year never change",
            operation="DELETE",
        ),
    ]
