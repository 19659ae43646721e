"""What happens to a score sheet. The owner of a sheet checks who may and writes the ledger."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.db import transaction

from haizhi_portal.accounts.models import User
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.figures import Figures, Weight
from haizhi_portal.policy.grading import round2, weighted_total
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.scoring.models import CriteriaSet, Criterion, Mark, Sheet

CLAUSES = {CriteriaSet.Purpose.CERTIFICATION: "4.2-experts", CriteriaSet.Purpose.EVALUATION: "5.4-evaluation"}


@transaction.atomic
def criteria_for(*, purpose: str, year: int, figures: Figures) -> CriteriaSet:
    """The criteria of ``purpose`` in ``year``, frozen from ``figures`` the first time they are asked for."""
    criteria_set, created = CriteriaSet.objects.get_or_create(
        purpose=purpose, year=year, defaults={"edition": figures.edition}
    )
    if created:
        weights = (
            figures.certification_weights
            if purpose == CriteriaSet.Purpose.CERTIFICATION
            else figures.evaluation_weights
        )
        Criterion.objects.bulk_create(
            Criterion(
                criteria_set=criteria_set,
                key=each.key,
                title=each.title,
                points=each.points,
                rule=each.rule,
                order=place,
            )
            for place, each in enumerate(weights, start=1)
        )
    return criteria_set


def open_sheet(*, criteria_set: CriteriaSet, scorer: User) -> Sheet:
    """An empty sheet for one scorer."""
    return Sheet.objects.create(criteria_set=criteria_set, scorer=scorer)


@transaction.atomic
def hand_over_sheet(*, sheet: Sheet, scorer: User) -> Sheet:
    """Let another scorer carry a draft on; whoever submits it answers for it. Raises RuleViolation once submitted."""
    sheet = _open_for_writing(sheet)
    sheet.scorer = scorer
    sheet.save(update_fields=["scorer"])
    return sheet


@transaction.atomic
def save_sheet(
    *,
    sheet: Sheet,
    points: Mapping[str, Decimal | None],
    comments: Mapping[str, str],
    opinion: str,
    recommendation: str = "",
) -> Sheet:
    """Keep a sheet as a draft: marks may still be missing, none may exceed its criterion.

    Marks are kept to two decimals, half up. Raises RuleViolation (field = the criterion's key) for a mark out of
    bounds or a comment on a criterion without a mark, and for a sheet already submitted.
    """
    sheet = _open_for_writing(sheet)
    clause = CLAUSES[CriteriaSet.Purpose(sheet.criteria_set.purpose)]
    for criterion in sheet.criteria_set.criteria.all():
        value, comment = points.get(criterion.key), comments.get(criterion.key, "").strip()
        title, most = criterion.title, f"{criterion.points.normalize():f}"
        if value is not None and not (value.is_finite() and 0 <= value <= criterion.points):
            message = f"“{title}”应在 0 至 {most} 分之间。"
            raise RuleViolation(clause=clause, message=message, field=criterion.key, code="mark")
        if value is None and comment:
            message = f"“{title}”写了说明但没有给分，请在 0 至 {most} 分之间给分。"
            raise RuleViolation(clause=clause, message=message, field=criterion.key, code="mark")
        if value is None:
            sheet.marks.filter(criterion=criterion).delete()
            continue
        Mark.objects.update_or_create(
            sheet=sheet, criterion=criterion, defaults={"points": round2(value), "comment": comment}
        )
    sheet.opinion, sheet.recommendation = opinion, recommendation
    sheet.save(update_fields=["opinion", "recommendation"])
    return sheet


@transaction.atomic
def submit_sheet(
    *,
    actor: Actor,
    sheet: Sheet,
    points: Mapping[str, Decimal | None],
    comments: Mapping[str, str],
    opinion: str,
    recommendation: str = "",
) -> Sheet:
    """Fix a sheet with all its marks, once for all; its total is 0.00 to 100.00.

    Raises RuleViolation naming the criterion for a mark missing or out of bounds, or the missing opinion.
    """
    sheet = _open_for_writing(sheet)
    purpose = CriteriaSet.Purpose(sheet.criteria_set.purpose)
    clause = CLAUSES[purpose]
    weights = [Weight(each.key, each.title, int(each.points), each.rule) for each in sheet.criteria_set.criteria.all()]
    given = {key: value for key, value in points.items() if value is not None}
    weighted_total(given, weights, clause=clause)
    total = weighted_total({key: round2(value) for key, value in given.items()}, weights, clause=clause)
    if not opinion.strip():
        raise RuleViolation(
            clause=clause, message="请填写评审意见，说明打分的主要理由。", field="opinion", code="opinion"
        )
    if purpose == CriteriaSet.Purpose.CERTIFICATION and recommendation not in Sheet.Opinion.values:
        raise RuleViolation(
            clause=clause, message="请选择推荐或不推荐。", field="recommendation", code="recommendation"
        )
    sheet = save_sheet(
        sheet=sheet, points=points, comments=comments, opinion=opinion.strip(), recommendation=recommendation
    )
    sheet.total, sheet.submitted_at = total, actor.now
    sheet.save(update_fields=["total", "submitted_at"])
    return sheet


@transaction.atomic
def void_sheet(*, actor: Actor, sheet: Sheet, reason: str) -> Sheet:
    """Take a submitted sheet out of the count, with a reason; it stays readable. Not after its round closed."""
    sheet = Sheet.objects.select_for_update(of=("self",)).select_related("criteria_set").get(pk=sheet.pk)
    clause = CLAUSES[CriteriaSet.Purpose(sheet.criteria_set.purpose)]
    if sheet.locked or sheet.submitted_at is None or sheet.voided_at is not None:
        raise RuleViolation(clause=clause, message="只有已提交、尚未封存的评分表可以作废。", code="state")
    if not reason.strip():
        raise RuleViolation(clause=clause, message="请写明作废理由。", field="reason", code="reason")
    sheet.voided_at, sheet.void_reason = actor.now, reason.strip()
    sheet.save(update_fields=["voided_at", "void_reason"])
    return sheet


def lock_sheets(*, sheets: Iterable[Sheet]) -> None:
    """Seal sheets: from now on the database refuses any change to them and their marks."""
    Sheet.objects.filter(pk__in=[sheet.pk for sheet in sheets], locked=False).update(locked=True)


def _open_for_writing(sheet: Sheet) -> Sheet:
    sheet = Sheet.objects.select_for_update(of=("self",)).select_related("criteria_set").get(pk=sheet.pk)
    if sheet.submitted_at is not None or sheet.locked:
        clause = CLAUSES[CriteriaSet.Purpose(sheet.criteria_set.purpose)]
        raise RuleViolation(clause=clause, message="评分表提交后不能再改。", code="state")
    return sheet
