"""When a result stands: after its review or the days for one, earlier years first, once (`5.4-evaluation`)."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bases.models import Base
from evaluations import rules
from evaluations.actions.locking import locked_evaluation
from evaluations.actions.naming import about_evaluation, evaluation_page
from evaluations.actions.withdrawal import open_if_failed_twice
from evaluations.models import Evaluation, ResultReview
from haizhi_portal.accounts.queries import people_of
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.ledger import record
from haizhi_portal.documents.actions.issue import issue
from haizhi_portal.documents.models import Document
from haizhi_portal.notifications.actions import tell
from haizhi_portal.policy.failures import finality_verdict
from haizhi_portal.policy.terms import is_in_force
from haizhi_portal.policy.verdict import RuleViolation, Verdict

CLAUSE = rules.EVALUATION
NOTICE_SERIES = "大科协发"


def earlier_years(evaluation: Evaluation) -> Verdict:
    """Whether every earlier year of the base is final or exempted, so that this one can become final."""
    base = evaluation.base
    held = Evaluation.objects.filter(base=base, final_on__isnull=False).values_list("year", flat=True)
    terms = list(base.terms.all())
    idle = [
        year
        for year in range(base.licensed_on.year, evaluation.year)
        if not any(is_in_force(date(year, 12, 31), each.starts_on, each.expires_on, each.ended_on) for each in terms)
    ]
    return finality_verdict(evaluation.year, list(held), base.licensed_on.year, not_in_force=idle)


def final_from(evaluation: Evaluation) -> date | None:
    """The day from which an announced result stands; None while a review is open.

    The day after the last one for asking, or the day of the review's decision; never before earlier years were final.
    """
    review = ResultReview.objects.filter(evaluation=evaluation).first()
    if evaluation.review_until is None or (review is not None and review.decided_on is None):
        return None
    decided_on = review.decided_on if review is not None else None
    ready = decided_on or evaluation.review_until + timedelta(days=1)
    earlier = Evaluation.objects.filter(base=evaluation.base, year__lt=evaluation.year, final_on__isnull=False)
    return max([ready, *(day for day in earlier.values_list("final_on", flat=True) if day is not None)])


@transaction.atomic
def make_final(*, actor: Actor, evaluation: Evaluation) -> Evaluation:
    """Record that a result stands, dated to the day it did; a second failed year running opens a withdrawal.

    Time brings this about, so the ledger names the system, whoever came across it. Once final it stays as it is.
    Raises RuleViolation while a review may be asked for or is open, or an earlier year is still open.
    """
    evaluation = locked_evaluation(evaluation)
    if evaluation.final_on is not None:
        return evaluation
    stands_from = final_from(evaluation)
    if stands_from is None or actor.today < stands_from:
        raise RuleViolation(clause=CLAUSE, message=_("申请复核的期限未满或复核尚未办结，结果还不能生效。"))
    earlier_years(evaluation).require()
    finish(Actor.system(actor.now), evaluation, on=stands_from)
    return evaluation


def settle_due(*, actor: Actor, base: Base) -> int:
    """Make final whatever of this base's results already stands; returns how many."""
    done = 0
    waiting = Evaluation.objects.filter(base=base, final_on__isnull=True, announced_on__isnull=False)
    for evaluation in waiting.select_related("base").order_by("year"):
        stands_from = final_from(evaluation)
        if stands_from is not None and stands_from <= actor.today and earlier_years(evaluation):
            make_final(actor=actor, evaluation=evaluation)
            done += 1
    return done


def finish(actor: Actor, evaluation: Evaluation, *, on: date, told: bool = False) -> None:
    """Enter the final day, issue the notice, tell the base, and open a withdrawal if this was the second fail.

    ``told`` when the same act has already told the base that its result is final.
    """
    evaluation.final_on = on
    evaluation.notice = issue(
        actor=actor,
        kind=Document.Kind.EVALUATION_NOTICE,
        title=_("关于%(unit)s海智工作基地 %(year)s 年度评估结果的通知")
        % {"unit": evaluation.base.organisation.name, "year": evaluation.year},
        facts=_notice_facts(evaluation),
        clause=CLAUSE,
        series=NOTICE_SERIES,
        base_number=evaluation.base.number,
        credit_code=evaluation.base.organisation.credit_code,
    )
    evaluation.save(update_fields=["final_on", "notice"])
    record(
        "evaluation.final",
        actor=actor,
        on=on,
        clause=CLAUSE,
        data={"year": evaluation.year, "score": evaluation.score, "result": evaluation.result},
        **about_evaluation(evaluation),
    )
    tell(
        actor=actor,
        recipients=[] if told else people_of(evaluation.base.organisation),
        kind="evaluation.final",
        subject=_("%(year)s 年度评估结果已生效") % {"year": evaluation.year},
        body=_("%(base)s %(year)s 年度评估最终结果为%(result)s。")
        % {
            "base": evaluation.base.name,
            "year": evaluation.year,
            "result": evaluation.get_result_display(),
        },
        link=evaluation_page(evaluation),
    )
    open_if_failed_twice(actor=actor, base=evaluation.base, on=on)


def _notice_facts(evaluation: Evaluation) -> dict[str, Any]:
    review = ResultReview.objects.filter(evaluation=evaluation, sheet__isnull=False).select_related("sheet").first()
    sheet = review.sheet if review is not None else evaluation.sheet
    marks = sheet.marks.select_related("criterion") if sheet is not None else []
    return {
        "organisation": evaluation.base.organisation.name,
        "base_name": evaluation.base.name,
        "base_number": evaluation.base.number,
        "year": str(evaluation.year),
        "score": f"{evaluation.score:.2f}",
        "result": str(evaluation.get_result_display()),
        "rows": [
            [each.criterion.title, f"{each.points:.2f}", f"{each.criterion.points.normalize():f}"] for each in marks
        ],
    }
