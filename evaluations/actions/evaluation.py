"""The yearly evaluation: opened, scored, announced or exempted, perhaps reviewed once (`5.4-evaluation`)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bases.models import Base
from bases.queries import in_force_on
from evaluations import rules
from evaluations.actions.finality import earlier_years, finish, make_final, settle_due
from evaluations.actions.locking import locked_evaluation
from evaluations.actions.naming import about_evaluation, evaluation_page
from evaluations.evidence import evidence_of
from evaluations.models import Evaluation, ResultReview
from haizhi_portal.accounts.queries import leaders, municipal_staff, people_of
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.ledger import record
from haizhi_portal.notifications.actions import tell
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.deadlines import review_deadline
from haizhi_portal.policy.figures import Figures
from haizhi_portal.policy.grading import grade
from haizhi_portal.policy.stored import calendar
from haizhi_portal.policy.verdict import Conflict, RuleViolation
from haizhi_portal.scoring.actions import criteria_for, hand_over_sheet, open_sheet, save_sheet, submit_sheet
from haizhi_portal.scoring.models import CriteriaSet
from haizhi_portal.scoring.queries import content_digest

CLAUSE = rules.EVALUATION

EXEMPTION = [
    "exemption_prepared_on",
    "exemption_prepared_by",
    "exemption_proposal",
    "exemption_refused_on",
    "exemption_refused_by",
    "exemption_refusal",
]

__all__ = [
    "announce",
    "decide_exemption",
    "decide_review",
    "exempt",
    "make_final",
    "open_year",
    "propose_exemption",
    "request_review",
    "score",
    "settle_due",
]


@transaction.atomic
def open_year(*, actor: Actor, year: int) -> int:
    """One evaluation with its evidence for every base in force on 31 December of ``year``; returns how many are new.

    Raises RuleViolation before the year is over.
    """
    rules.can_open_year(actor, year).require()
    figures = rules.figures_of_year(year)
    missing = list(in_force_on(date(year, 12, 31)).exclude(evaluations__year=year).order_by("number"))
    if not missing:
        return 0
    criteria_set = criteria_for(purpose=CriteriaSet.Purpose.EVALUATION, year=year, figures=figures)
    return sum(_open(actor, base, year, criteria_set, figures) for base in missing)


def _open(actor: Actor, base: Base, year: int, criteria_set: CriteriaSet, figures: Figures) -> bool:
    """Whether the evaluation is new; somebody else may have opened it in the same moment."""
    try:
        with transaction.atomic():
            evaluation = Evaluation.objects.create(
                base=base,
                year=year,
                criteria_set=criteria_set,
                edition=criteria_set.edition,
                opened_on=actor.today,
                evidence=evidence_of(base, year, figures, actor.today).as_json(),
            )
    except IntegrityError:
        return False
    # The end of the year opens it, whenever that is done and whoever does not wait for the portal.
    system, on = Actor.system(actor.now), date(year + 1, 1, 1)
    record("evaluation.opened", actor=system, clause=CLAUSE, on=on, data={"year": year}, **about_evaluation(evaluation))
    return True


@transaction.atomic
def score(
    *,
    actor: Actor,
    evaluation: Evaluation,
    points: Mapping[str, Decimal | None],
    comments: Mapping[str, str],
    opinion: str,
    submit: bool = True,
    expected_digest: str | None = None,
) -> Evaluation:
    """Score the six indicators beside the evidence; ``submit`` fixes the sheet, otherwise it stays a draft.

    ``expected_digest`` is that of the draft the marks were typed on; Conflict when a colleague saved another since.
    Raises RuleViolation for marks out of bounds or missing, and once the sheet is fixed.
    """
    evaluation = locked_evaluation(evaluation)
    rules.can_score(actor, evaluation).require()
    if expected_digest is not None and expected_digest != content_digest(evaluation.sheet):
        raise Conflict(clause=CLAUSE, message=_("另一位同事刚刚保存了这份评分表。请对照后再保存；您填写的内容都还在。"))
    sheet = evaluation.sheet
    if sheet is None:
        sheet = open_sheet(criteria_set=_criteria(evaluation), scorer=actor.user)
    elif sheet.scorer_id != actor.user.pk:
        sheet = hand_over_sheet(sheet=sheet, scorer=actor.user)
    if submit:
        sheet = submit_sheet(actor=actor, sheet=sheet, points=points, comments=comments, opinion=opinion)
        evaluation.score = sheet.total
    else:
        sheet = save_sheet(sheet=sheet, points=points, comments=comments, opinion=opinion)
    evaluation.sheet = sheet
    figures = rules.figures_of_year(evaluation.year)
    evaluation.evidence = evidence_of(evaluation.base, evaluation.year, figures, actor.today).as_json()
    evaluation.save(update_fields=["sheet", "score", "evidence"])
    if submit:
        record(
            "evaluation.scored",
            actor=actor,
            clause=CLAUSE,
            data={"year": evaluation.year, "score": evaluation.score},
            **about_evaluation(evaluation),
        )
    return evaluation


@transaction.atomic
def announce(*, actor: Actor, evaluation: Evaluation) -> Evaluation:
    """Tell the base its score and result; from now it may ask once for a review."""
    evaluation = locked_evaluation(evaluation)
    rules.can_announce(actor, evaluation).require()
    figures = rules.figures_of_year(evaluation.year)
    evaluation.result = grade(evaluation.score or Decimal(0), figures)
    evaluation.announced_on, evaluation.announced_by = actor.today, actor.user
    evaluation.review_until = review_deadline(actor.today, figures, calendar())
    evaluation.save(update_fields=["result", "announced_on", "announced_by", "review_until"])
    record(
        "evaluation.announced",
        actor=actor,
        clause=CLAUSE,
        data={"year": evaluation.year, "score": evaluation.score, "result": evaluation.result},
        **about_evaluation(evaluation),
    )
    tell(
        actor=actor,
        recipients=people_of(evaluation.base.organisation),
        kind="evaluation.announced",
        subject=_("%(year)s 年度评估结果") % {"year": evaluation.year},
        body=_(
            "%(base)s %(year)s 年度评估得分 %(score)s，结果为%(result)s。"
            "如有异议，可在%(day)s前（含当日）申请一次复核。"
        )
        % {
            "base": evaluation.base.name,
            "year": evaluation.year,
            "score": evaluation.score,
            "result": evaluation.get_result_display(),
            "day": said(evaluation.review_until),
        },
        link=evaluation_page(evaluation),
    )
    return evaluation


@transaction.atomic
def exempt(*, actor: Actor, evaluation: Evaluation, reason: str) -> Evaluation:
    """Exempt a base for the year, with a reason: final at once, neither a pass nor a fail.

    Later years that were waiting for this one become final with it. Raises RuleViolation while an earlier is open.
    """
    evaluation = locked_evaluation(evaluation)
    rules.can_exempt(actor, evaluation).require()
    earlier_years(evaluation).require()
    if not reason.strip():
        raise RuleViolation(clause=CLAUSE, message=_("请写明免评理由，例如获批不足一年。"), field="reason")
    return _exempted(actor, evaluation, reason.strip())


def _exempted(actor: Actor, evaluation: Evaluation, reason: str) -> Evaluation:
    evaluation.result, evaluation.score = Evaluation.Result.EXEMPT, None
    evaluation.exemption_reason, evaluation.exempted_by = reason, actor.user
    evaluation.final_on = actor.today
    evaluation.save(update_fields=["result", "score", "exemption_reason", "exempted_by", "final_on"])
    record(
        "evaluation.final",
        actor=actor,
        clause=CLAUSE,
        reason=reason,
        data={"year": evaluation.year, "score": None, "result": evaluation.result},
        **about_evaluation(evaluation),
    )
    tell(
        actor=actor,
        recipients=people_of(evaluation.base.organisation),
        kind="evaluation.exempt",
        subject=_("%(year)s 年度免予评估") % {"year": evaluation.year},
        body=_("%(base)s %(year)s 年度免予评估。理由：%(reason)s")
        % {"base": evaluation.base.name, "year": evaluation.year, "reason": reason},
        link=evaluation_page(evaluation),
    )
    settle_due(actor=actor, base=evaluation.base)
    return evaluation


@transaction.atomic
def propose_exemption(*, actor: Actor, evaluation: Evaluation, reason: str) -> Evaluation:
    """Prepare an exemption although a score stands; another person decides. Raises RuleViolation."""
    evaluation = locked_evaluation(evaluation)
    rules.can_propose_exemption(actor, evaluation).require()
    earlier_years(evaluation).require()
    reason = reason.strip()
    if not reason:
        raise RuleViolation(clause=CLAUSE, message=_("请写明已有评分仍提议免评的理由。"), field="reason")
    evaluation.exemption_prepared_on, evaluation.exemption_prepared_by = actor.today, actor.user
    evaluation.exemption_proposal = reason
    evaluation.exemption_refused_on = evaluation.exemption_refused_by = evaluation.exemption_refusal = None
    evaluation.save(update_fields=EXEMPTION)
    record(
        "evaluation.exemption_prepared",
        actor=actor,
        clause=CLAUSE,
        reason=reason,
        data={"year": evaluation.year, "score": evaluation.score},
        **about_evaluation(evaluation),
    )
    others = [each for each in [*municipal_staff(), *leaders()] if each.pk != actor.user.pk]
    tell(
        actor=actor,
        recipients=others,
        kind="evaluation.exemption_prepared",
        subject=_("%(base)s %(year)s 年度提议免予评估，待决定")
        % {"base": evaluation.base.number, "year": evaluation.year},
        body=_("已有评分 %(score)s 分。理由：%(reason)s") % {"score": evaluation.score, "reason": reason},
        link=evaluation_page(evaluation),
    )
    return evaluation


@transaction.atomic
def decide_exemption(*, actor: Actor, evaluation: Evaluation, approved: bool, reason: str = "") -> Evaluation:
    """Another person exempts the base after all, the sheet staying on record, or refuses with a reason.

    Raises RuleViolation for the one who prepared it, and (field "reason") for a refusal without words.
    """
    evaluation = locked_evaluation(evaluation)
    rules.can_decide_exemption(actor, evaluation).require()
    if approved:
        earlier_years(evaluation).require()
        return _exempted(actor, evaluation, evaluation.exemption_proposal or "")
    reason = reason.strip()
    if not reason:
        raise RuleViolation(clause=CLAUSE, message=_("不同意免评的，请写明理由。"), field="reason")
    evaluation.exemption_refused_on, evaluation.exemption_refused_by = actor.today, actor.user
    evaluation.exemption_refusal = reason
    evaluation.save(update_fields=EXEMPTION)
    record(
        "evaluation.exemption_refused",
        actor=actor,
        clause=CLAUSE,
        reason=reason,
        data={"year": evaluation.year, "score": evaluation.score},
        **about_evaluation(evaluation),
    )
    tell(
        actor=actor,
        recipients=municipal_staff(),
        kind="evaluation.exemption_refused",
        subject=_("%(base)s %(year)s 年度不同意免予评估") % {"base": evaluation.base.number, "year": evaluation.year},
        body=_("请告知评估结果。理由：%(reason)s") % {"reason": reason},
        link=evaluation_page(evaluation),
    )
    return evaluation


@transaction.atomic
def request_review(*, actor: Actor, evaluation: Evaluation, reason: str) -> ResultReview:
    """The base asks, once and in time, for its result to be reviewed. Raises RuleViolation."""
    evaluation = locked_evaluation(evaluation)
    rules.can_request_review(actor, evaluation).require()
    if not reason.strip():
        raise RuleViolation(clause=CLAUSE, message=_("请写明对哪项得分有异议、理由是什么。"), field="reason")
    assert evaluation.announced_by is not None  # noqa: S101 - can_request_review saw the announcement
    review = ResultReview.objects.create(
        evaluation=evaluation,
        requested_on=actor.today,
        requested_by=actor.user,
        reason=reason.strip(),
        announced_by=evaluation.announced_by,
    )
    record(
        "evaluation.review_requested",
        actor=actor,
        clause=CLAUSE,
        reason=reason.strip(),
        data={"year": evaluation.year, "score": evaluation.score, "result": evaluation.result},
        **about_evaluation(evaluation),
    )
    tell(
        actor=actor,
        recipients=[*municipal_staff(), *leaders()],
        kind="evaluation.review_requested",
        subject=_("%(base)s 申请复核 %(year)s 年度评估结果")
        % {"base": evaluation.base.number, "year": evaluation.year},
        body=_("%(base)s对评估结果提出复核申请，须由评分人和告知人以外的人员办理。") % {"base": evaluation.base.name},
        link=evaluation_page(evaluation),
    )
    return review


@transaction.atomic
def decide_review(
    *,
    actor: Actor,
    evaluation: Evaluation,
    points: Mapping[str, Decimal | None],
    comments: Mapping[str, str],
    opinion: str,
) -> Evaluation:
    """Another person scores anew; that result is final the same day, unless an earlier year is still open.

    Raises RuleViolation.
    """
    evaluation = locked_evaluation(evaluation)
    review = ResultReview.objects.select_for_update().filter(evaluation=evaluation).first()
    if review is None:
        raise RuleViolation(clause=CLAUSE, message=_("该评估没有待办的复核申请。"))
    rules.can_decide_review(actor, review).require()
    sheet = submit_sheet(
        actor=actor,
        sheet=open_sheet(criteria_set=_criteria(evaluation), scorer=actor.user),
        points=points,
        comments=comments,
        opinion=opinion,
    )
    review.sheet, review.decided_on, review.decided_by, review.opinion = sheet, actor.today, actor.user, sheet.opinion
    review.save(update_fields=["sheet", "decided_on", "decided_by", "opinion"])
    evaluation.score = sheet.total
    evaluation.result = grade(sheet.total or Decimal(0), rules.figures_of_year(evaluation.year))
    evaluation.save(update_fields=["score", "result"])
    record(
        "evaluation.reviewed",
        actor=actor,
        clause=CLAUSE,
        data={"year": evaluation.year, "score": evaluation.score, "result": evaluation.result},
        **about_evaluation(evaluation),
    )
    stands = bool(earlier_years(evaluation))
    words = _("%(base)s %(year)s 年度评估复核得分 %(score)s，结果为%(result)s，不再复核。")
    if stands:
        words = _("%(base)s %(year)s 年度评估复核得分 %(score)s，最终结果为%(result)s，即日生效，不再复核。")
    tell(
        actor=actor,
        recipients=[*people_of(evaluation.base.organisation), *municipal_staff(), *leaders()],
        kind="evaluation.reviewed",
        subject=_("%(base)s %(year)s 年度评估结果的复核已办结")
        % {"base": evaluation.base.number, "year": evaluation.year},
        body=words
        % {
            "base": evaluation.base.name,
            "year": evaluation.year,
            "score": evaluation.score,
            "result": evaluation.get_result_display(),
        },
        link=evaluation_page(evaluation),
    )
    if stands:
        finish(actor, evaluation, on=actor.today, told=True)
        settle_due(actor=actor, base=evaluation.base)
    return evaluation


def _criteria(evaluation: Evaluation) -> CriteriaSet:
    """The indicators of the year; an evaluation taken over without any is given those of its year now."""
    if evaluation.criteria_set is None:
        figures = rules.figures_of_year(evaluation.year)
        evaluation.criteria_set = criteria_for(
            purpose=CriteriaSet.Purpose.EVALUATION, year=evaluation.year, figures=figures
        )
        evaluation.save(update_fields=["criteria_set"])
    return evaluation.criteria_set
