"""An evaluation's own page, and the base's one request to review its result."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from evaluations import rules
from evaluations.actions import evaluation as actions
from evaluations.evidence import evidence_of
from evaluations.forms import ReviewRequestForm
from evaluations.models import Evaluation
from evaluations.queries import SEES_ALL, may_read_marks
from evaluations.standing import evaluation_standing, review_in
from evaluations.timeline import evaluation_events
from evaluations.views.acting import Act, perform
from evaluations.views.finding import READERS, evaluation_for, posted, readable, tone_for, trail_to_evaluation
from haizhi_portal.accounts.answers import page
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.grading import EXEMPT
from haizhi_portal.policy.words import Role
from haizhi_portal.scoring.models import Mark, Sheet


@dataclass(frozen=True, slots=True)
class Indicator:
    """One of the six: what it is worth and how, the evidence, and the points where this reader may see them."""

    key: str
    title: str
    rule: str
    most: Decimal
    evidence: list[dict[str, Any]]
    first: Mark | None
    second: Mark | None


@dataclass(frozen=True, slots=True)
class Step:
    """Words on a button or link, and where it leads."""

    label: str
    url: str
    is_expected: bool = True


@entry(*READERS, "district")
@require_safe
def detail(request: PortalRequest, public_id: str) -> HttpResponse:
    """Where the evaluation stands, the six indicators with their evidence, the result, its review, its history."""
    evaluation, actor = evaluation_for(request, public_id), actor_of(request)
    steps = steps_for(actor, evaluation)
    inner = request.user.role in SEES_ALL
    review = review_in(evaluation)
    standing = evaluation_standing(evaluation, request.today)
    context = {
        "evaluation": evaluation,
        "standing": standing,
        "tone": tone_for(standing, steps),
        "step": steps[0] if steps else None,
        "others": steps[1:],
        "indicators": indicators(evaluation, request.today, marked=may_read_marks(request.user, evaluation)),
        "shows_marks": may_read_marks(request.user, evaluation) and rules.is_scored(evaluation),
        "review": review if may_read_marks(request.user, evaluation) else None,
        "exempt": evaluation.result == EXEMPT,
        "facts": _facts(evaluation, inner=inner),
        "events": evaluation_events(evaluation, inner=inner),
        "notice": readable(request, evaluation.notice),
        "inner": inner,
    }
    return page(request, "evaluations/detail.html", context)


@entry(Role.APPLICANT)
@require_http_methods(["GET", "HEAD", "POST"])
def review_request(request: PortalRequest, public_id: str) -> HttpResponse:
    """Ask once for a review of the result, by the last day for it."""
    evaluation, actor = evaluation_for(request, public_id), actor_of(request)
    form = ReviewRequestForm(posted(request))
    until = said(evaluation.review_until) if evaluation.review_until else ""
    act = Act(
        title=_("申请复核评估结果"),
        about=_about(evaluation),
        button=_("提交复核申请"),
        facts=[(_("得分"), evaluation.score), (_("结果"), evaluation.get_result_display()), (_("最后一天"), until)],
        effects=[
            _("申请的最后一天是%(day)s（含当日），每个年度只能申请一次。") % {"day": until},
            _("由原评分人和告知人以外的人员重新评分，得分可能高，也可能低。"),
            _("复核结果即为最终结果，不能再申请。"),
            _("申请理由送市科协学会部和领导。"),
        ],
        verdict=rules.can_request_review(actor, evaluation),
        form=form,
        do=lambda: actions.request_review(actor=actor, evaluation=evaluation, reason=form.cleaned_data["reason"]),
        done=_("复核申请已提交。"),
        back=reverse("evaluations:detail", args=[public_id]),
        trail=trail_to_evaluation(evaluation),
    )
    return perform(request, act)


def steps_for(actor: Actor, evaluation: Evaluation) -> list[Step]:
    """What this person can do about it now, the expected one first."""
    address, review = evaluation.public_id, rules.review_of(evaluation)
    found = [
        (rules.can_announce(actor, evaluation), _("告知结果"), "announce"),
        (rules.can_score(actor, evaluation), _("对照佐证评分"), "score"),
        (rules.can_decide_exemption(actor, evaluation), _("决定是否免予评估"), "exempt_decide"),
        (rules.can_exempt(actor, evaluation), _("免予评估"), "exempt"),
        (rules.can_propose_exemption(actor, evaluation), _("提议免予评估"), "exempt"),
        (rules.can_request_review(actor, evaluation), _("申请复核"), "review_request"),
        (review is not None and rules.can_decide_review(actor, review), _("复核并重新评分"), "review_decide"),
    ]
    return [Step(label, reverse(f"evaluations:{name}", args=[address])) for may, label, name in found if may]


def indicators(evaluation: Evaluation, today: date, *, marked: bool) -> list[Indicator]:
    """The six indicators; the evidence is gathered anew until the sheet is submitted, and frozen from then on."""
    if evaluation.criteria_set is None:
        return []
    evidence = evaluation.evidence
    if not rules.is_scored(evaluation) and evaluation.final_on is None:
        figures = rules.figures_of_year(evaluation.year)
        evidence = evidence_of(evaluation.base, evaluation.year, figures, today).as_json()
    review = review_in(evaluation)
    first = _marks(evaluation.sheet) if marked else {}
    second = _marks(review.sheet) if marked and review is not None else {}
    return [
        Indicator(
            each.key,
            each.title,
            each.rule,
            each.points,
            evidence.get(each.key, []),
            first.get(each.key),
            second.get(each.key),
        )
        for each in evaluation.criteria_set.criteria.all()
    ]


def _marks(sheet: Sheet | None) -> dict[str, Mark]:
    """Marks of a submitted sheet by indicator; a draft's are nobody's business yet."""
    if sheet is None or sheet.submitted_at is None:
        return {}
    return {mark.criterion.key: mark for mark in sheet.marks.select_related("criterion")}


def _about(evaluation: Evaluation) -> str:
    return _("%(base)s %(year)s 年度评估") % {"base": evaluation.base.name, "year": evaluation.year}


def _facts(evaluation: Evaluation, *, inner: bool) -> list[tuple[str, Any]]:
    rows: list[tuple[str, Any]] = [
        (_("基地编号"), evaluation.base.number),
        (_("所在单位"), evaluation.base.organisation.name),
        (_("评估年度"), evaluation.year),
        (_("指标版本"), evaluation.edition),
    ]
    if evaluation.announced_on and evaluation.review_until:
        rows.append((_("告知日期"), said(evaluation.announced_on)))
        rows.append((_("申请复核截止日"), said(evaluation.review_until)))
    if evaluation.final_on:
        rows.append((_("生效日期"), said(evaluation.final_on)))
    if inner and evaluation.sheet is not None and rules.is_scored(evaluation):
        rows.append((_("评分人"), evaluation.sheet.scorer.name))
    if inner and evaluation.exemption_prepared_by is not None and evaluation.exemption_prepared_on:
        told = {"day": said(evaluation.exemption_prepared_on), "name": evaluation.exemption_prepared_by.name}
        rows.append((_("提议免评"), _("%(name)s，%(day)s") % told))
        rows.append((_("提议理由"), evaluation.exemption_proposal))
    if inner and evaluation.exemption_refused_by is not None and evaluation.exemption_refused_on:
        told = {"day": said(evaluation.exemption_refused_on), "name": evaluation.exemption_refused_by.name}
        rows.append((_("不同意免评"), _("%(name)s，%(day)s") % told))
        rows.append((_("不同意的理由"), evaluation.exemption_refusal))
    if inner and evaluation.exempted_by is not None and evaluation.final_on:
        told = {"day": said(evaluation.final_on), "name": evaluation.exempted_by.name}
        rows.append((_("决定免评"), _("%(name)s，%(day)s") % told))
    if inner and evaluation.result == EXEMPT and evaluation.sheet is not None and rules.is_scored(evaluation):
        rows.append((_("免评前的评分"), _("%(score)s 分，留存备查") % {"score": evaluation.sheet.total}))
    if inner and evaluation.announced_by is not None:
        rows.append((_("告知人"), evaluation.announced_by.name))
    return rows
