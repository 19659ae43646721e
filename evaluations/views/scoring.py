"""The office's part of an evaluation: opening a year, scoring beside the evidence, telling, exempting, reviewing."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from bases.queries import first_year, in_force_on
from evaluations import rules
from evaluations.actions import evaluation as actions
from evaluations.actions.finality import earlier_years
from evaluations.evidence import evidence_of
from evaluations.forms import ConfirmForm, DecideExemptionForm, ExemptForm, OpenYearForm, ScoreForm
from evaluations.models import Evaluation
from evaluations.standing import review_in
from evaluations.views.acting import Act, perform
from evaluations.views.evaluation import indicators
from evaluations.views.finding import evaluation_for, posted, trail_to_evaluation
from haizhi_portal.accounts.answers import ask_once, confirmed, page, placed, revising, stopped, typed
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.deadlines import review_deadline
from haizhi_portal.policy.grading import RESULT_LABELS, UNQUALIFIED, grade
from haizhi_portal.policy.stored import calendar
from haizhi_portal.policy.verdict import Conflict, RuleViolation
from haizhi_portal.policy.words import Role
from haizhi_portal.scoring.queries import content_digest

FORMS = require_http_methods(["GET", "HEAD", "POST"])
NAMED = 30


@entry(Role.MUNICIPAL)
@FORMS
def open_year(request: PortalRequest) -> HttpResponse:
    """Open a year's evaluations by hand; the daily work does the same by itself when the year is over."""
    actor = actor_of(request)
    last = request.today.year - 1
    first = min(first_year() or last, last)
    form = OpenYearForm(posted(request), years=range(last, first - 1, -1), initial={"year": last})
    violation: RuleViolation | None = None
    if request.method == "POST" and form.is_valid() and not revising(request):
        year = form.cleaned_data["year"]
        title = _("开始 %(year)s 年度评估") % {"year": year}
        if rules.can_open_year(actor, year) and not confirmed(request):
            trail = [(_("年度评估"), reverse("evaluations:list")), (_("开始年度评估"), "")]
            return ask_once(request, title=title, button=title, effects=_opening(year), trail=trail)
        try:
            opened = actions.open_year(actor=actor, year=year)
        except RuleViolation as refused:
            violation = refused
        else:
            messages.success(request, _("已建立 %(count)d 份 %(year)s 年度评估。") % {"count": opened, "year": year})
            return redirect(f"{reverse('evaluations:list')}?year={year}")
    return page(request, "evaluations/open_year.html", {"form": form}, forms_shown=[form], violation=violation)


def _opening(year: int) -> list[str]:
    missing = in_force_on(date(year, 12, 31)).exclude(evaluations__year=year).order_by("number")
    named = [f"{each.number} {each.organisation.name}" for each in missing.select_related("organisation")[:NAMED]]
    count = missing.count()
    if not count:
        return [_("%(year)s 年末资格有效的基地都已有评估，这次不会新建。") % {"year": year}]
    more = [_("……共 %(count)d 个。") % {"count": count}] if count > NAMED else []
    return [
        _("为下列 %(count)d 个基地各建立一份评估，并汇集佐证：") % {"count": count},
        *named,
        *more,
        _("基地此时不会收到通知；告知结果时才会。"),
    ]


@entry(Role.MUNICIPAL)
@FORMS
def score(request: PortalRequest, public_id: str) -> HttpResponse:
    """Points beside the evidence, indicator by indicator; a draft can be kept, submitting fixes the sheet."""
    evaluation, actor = evaluation_for(request, public_id), actor_of(request)
    if evaluation.criteria_set is None:
        raise Http404
    verdict, submitting = rules.can_score(actor, evaluation), request.POST.get("act") == "submit"
    form = ScoreForm(
        posted(request),
        criteria=evaluation.criteria_set.criteria.all(),
        complete=submitting,
        initial=ScoreForm.initial_of(evaluation.sheet) | {"digest": content_digest(evaluation.sheet)},
    )
    violation: RuleViolation | None = None
    clashes: list[tuple[str, list[Any]]] = []
    if request.method == "POST" and form.is_valid() and not revising(request):
        if submitting and verdict and not confirmed(request):
            return ask_once(
                request,
                title=_("提交评分表"),
                button=_("提交评分表"),
                facts=form.said(),
                effects=_submitting(evaluation, form, request.today),
                trail=trail_to_evaluation(evaluation),
            )
        try:
            actions.score(
                actor=actor,
                evaluation=evaluation,
                points=form.points(),
                comments=form.comments(),
                opinion=form.cleaned_data["opinion"],
                submit=submitting,
                expected_digest=form.cleaned_data["digest"],
            )
        except Conflict as refused:
            violation, evaluation = refused, evaluation_for(request, public_id)
            clashes = _clashes(evaluation, form)
            form = _on_top_of(evaluation, request, form)
        except RuleViolation as refused:
            violation = _beside_indicator(refused, form)
        else:
            messages.success(request, _("评分表已提交。") if submitting else _("草稿已保存。"))
            return redirect("evaluations:detail" if submitting else "evaluations:score", public_id)
    context = {
        "evaluation": evaluation,
        "title": _("对照佐证评分"),
        "rows": _rows(evaluation, form, request.today),
        "form": form,
        "clashes": clashes,
        "blocked": stopped(verdict, violation),
        "typed": typed(form),
        "drafts": True,
        "trail": trail_to_evaluation(evaluation),
    }
    return page(request, "evaluations/score.html", context, forms_shown=[form], violation=violation)


@entry(Role.MUNICIPAL, Role.LEADER)
@FORMS
def review_decide(request: PortalRequest, public_id: str) -> HttpResponse:
    """Score anew, by somebody who neither scored nor announced the result; that is the final one."""
    evaluation, actor = evaluation_for(request, public_id), actor_of(request)
    review = rules.review_of(evaluation)
    if review is None or evaluation.criteria_set is None:
        raise Http404
    verdict = rules.can_decide_review(actor, review)
    form = ScoreForm(
        posted(request),
        criteria=evaluation.criteria_set.criteria.all(),
        complete=True,
        opinion_label=_("复核意见"),
    )
    violation: RuleViolation | None = None
    if request.method == "POST" and form.is_valid() and not revising(request):
        if verdict and not confirmed(request):
            return ask_once(
                request,
                title=_("作出复核决定"),
                button=_("作出复核决定"),
                facts=form.said(),
                effects=_reviewing(evaluation, form),
                trail=trail_to_evaluation(evaluation),
                official=True,
            )
        try:
            actions.decide_review(
                actor=actor,
                evaluation=evaluation,
                points=form.points(),
                comments=form.comments(),
                opinion=form.cleaned_data["opinion"],
            )
        except RuleViolation as refused:
            violation = _beside_indicator(refused, form)
        else:
            messages.success(request, _("复核决定已作出。"))
            return redirect("evaluations:detail", public_id)
    context = {
        "evaluation": evaluation,
        "title": _("复核并重新评分"),
        "review": review,
        "rows": _rows(evaluation, form, request.today),
        "form": form,
        "blocked": stopped(verdict, violation),
        "typed": typed(form),
        "trail": trail_to_evaluation(evaluation),
    }
    return page(request, "evaluations/score.html", context, forms_shown=[form], violation=violation)


@entry(Role.MUNICIPAL)
@FORMS
def announce(request: PortalRequest, public_id: str) -> HttpResponse:
    """Tell the base its score and result."""
    evaluation, actor = evaluation_for(request, public_id), actor_of(request)
    form, figures = ConfirmForm(posted(request)), rules.figures_of_year(evaluation.year)
    total = evaluation.score
    result = RESULT_LABELS[grade(total, figures)] if total is not None else ""
    until = said(review_deadline(request.today, figures, calendar()))
    act = Act(
        title=_("告知评估结果"),
        about=_about(evaluation),
        button=_("告知基地"),
        facts=[(_("得分"), total), (_("结果"), result), (_("评估意见"), evaluation.sheet and evaluation.sheet.opinion)],
        effects=[
            _("%(unit)s收到通知：得分 %(score)s，结果为%(result)s；各项得分、说明和评估意见向其公开。")
            % {"unit": evaluation.base.organisation.name, "score": total, "result": result},
            _("单位可在%(day)s前（含当日）申请一次复核；期满没有申请的，结果次日生效。") % {"day": until},
            _("告知之后不能再改分，也不能改为免评；如有复核，您不能办理。"),
        ],
        verdict=rules.can_announce(actor, evaluation),
        form=form,
        do=lambda: actions.announce(actor=actor, evaluation=evaluation),
        done=_("结果已告知基地。"),
        back=reverse("evaluations:detail", args=[public_id]),
        trail=trail_to_evaluation(evaluation),
        official=True,
    )
    return perform(request, act)


@entry(Role.MUNICIPAL)
@FORMS
def exempt(request: PortalRequest, public_id: str) -> HttpResponse:
    """Exempt the base for the year, with a reason; once a score stands, propose it to somebody else."""
    evaluation, actor = evaluation_for(request, public_id), actor_of(request)
    form = ExemptForm(posted(request))
    if rules.is_scored(evaluation):
        return perform(request, _proposing(actor, evaluation, form))
    verdict = rules.can_exempt(actor, evaluation)
    act = Act(
        title=_("免予评估"),
        about=_about(evaluation),
        button=_("免予评估"),
        facts=[(_("批准日期"), said(evaluation.base.licensed_on))],
        effects=[
            _("%(year)s 年度免予评估，当日生效，不能撤销。") % {"year": evaluation.year},
            _("既不算合格，也不算不合格；判断“连续两年不合格”时跳过这一年。"),
            _("%(unit)s收到通知，理由原样告知。") % {"unit": evaluation.base.organisation.name},
            _("因等待这一年度而未生效的以后年度结果，随之生效。"),
        ],
        verdict=verdict if not verdict else earlier_years(evaluation),
        form=form,
        do=lambda: actions.exempt(actor=actor, evaluation=evaluation, reason=form.cleaned_data["reason"]),
        done=_("已免予评估。"),
        back=reverse("evaluations:detail", args=[public_id]),
        trail=trail_to_evaluation(evaluation),
        official=True,
    )
    return perform(request, act)


def _proposing(actor: Actor, evaluation: Evaluation, form: ExemptForm) -> Act:
    verdict = rules.can_propose_exemption(actor, evaluation)
    return Act(
        title=_("提议免予评估"),
        about=_about(evaluation),
        button=_("提议免予评估"),
        facts=[(_("批准日期"), said(evaluation.base.licensed_on)), (_("已提交的评分"), evaluation.score)],
        effects=[
            _("已有评分，须由提议人以外的人员决定；决定之前不能告知结果。"),
            _("评分表留存备查，写入审计台账。"),
            _("其他经办人和领导收到通知，基地此时看不到。"),
        ],
        verdict=verdict if not verdict else earlier_years(evaluation),
        form=form,
        do=lambda: actions.propose_exemption(actor=actor, evaluation=evaluation, reason=form.cleaned_data["reason"]),
        done=_("已提议免予评估，等待决定。"),
        back=reverse("evaluations:detail", args=[evaluation.public_id]),
        trail=trail_to_evaluation(evaluation),
        official=True,
    )


@entry(Role.MUNICIPAL, Role.LEADER)
@FORMS
def exempt_decide(request: PortalRequest, public_id: str) -> HttpResponse:
    """Decide what a colleague proposed: exempt a base that has a score, or not."""
    evaluation, actor = evaluation_for(request, public_id), actor_of(request)
    form = DecideExemptionForm(posted(request))
    failing = grade(evaluation.score or Decimal(0), rules.figures_of_year(evaluation.year)) == UNQUALIFIED
    act = Act(
        title=_("决定是否免予评估"),
        about=_about(evaluation),
        button=_("作出决定"),
        facts=[
            (_("已提交的评分"), evaluation.score),
            (_("提议人"), evaluation.exemption_prepared_by.name if evaluation.exemption_prepared_by else ""),
            (_("提议理由"), evaluation.exemption_proposal),
        ],
        effects=[
            _("同意的：%(year)s 年度免予评估，当日生效，不能撤销；理由原样告知%(unit)s。")
            % {"year": evaluation.year, "unit": evaluation.base.organisation.name},
            _("同意的：既不算合格，也不算不合格；判断“连续两年不合格”时跳过这一年。评分表留存备查。"),
            _("不同意的：按已提交的评分告知结果，理由告知学会部。"),
        ],
        warning=_("按这份评分结果为不合格；同意免评，这一年就不计入“连续两年不合格”。") if failing else "",
        verdict=rules.can_decide_exemption(actor, evaluation),
        form=form,
        do=lambda: actions.decide_exemption(
            actor=actor,
            evaluation=evaluation,
            approved=form.cleaned_data["approved"],
            reason=form.cleaned_data["reason"],
        ),
        done=_("决定已作出。"),
        back=reverse("evaluations:detail", args=[public_id]),
        trail=trail_to_evaluation(evaluation),
        official=True,
    )
    return perform(request, act)


def _about(evaluation: Evaluation) -> str:
    return _("%(base)s %(year)s 年度评估") % {"base": evaluation.base.name, "year": evaluation.year}


def _rows(evaluation: Evaluation, form: ScoreForm, today: date) -> list[tuple[Any, Any, Any]]:
    """Each indicator with its evidence beside the two inputs."""
    return [
        (each, form[f"points-{each.key}"], form[f"comment-{each.key}"])
        for each in indicators(evaluation, today, marked=True)
    ]


def _submitting(evaluation: Evaluation, form: ScoreForm, today: date) -> list[str]:
    figures, total = rules.figures_of_year(evaluation.year), form.total()
    effects = [
        _("总分 %(total)s 分，按现行标准为%(result)s。")
        % {"total": f"{total:.2f}", "result": RESULT_LABELS[grade(total, figures)]},
        _("评分表提交后不能修改；佐证按此刻的情况固定。"),
        _("基地此时还看不到，告知结果之后才看得到。"),
    ]
    unmet = evidence_of(evaluation.base, evaluation.year, figures, today).unmet
    return [*(_("注意，最低要求没有达到：%(what)s。") % {"what": each} for each in unmet), *effects]


def _reviewing(evaluation: Evaluation, form: ScoreForm) -> list[str]:
    total = form.total()
    result = RESULT_LABELS[grade(total, rules.figures_of_year(evaluation.year))]
    old = {"score": evaluation.score, "result": evaluation.get_result_display()}
    effects = [
        _("结果由 %(score)s 分、%(result)s，") % old
        + _("改定为 %(total)s 分、%(result)s。") % {"total": f"{total:.2f}", "result": result},
        _("%(unit)s收到通知和结果通知书；各项得分和复核意见向其公开。") % {"unit": evaluation.base.organisation.name},
    ]
    earlier = earlier_years(evaluation)
    effects.append(_("复核结果当日生效，不再更改。") if earlier else earlier.reason)
    review = review_in(evaluation)
    return effects if review is None else [*effects, _("复核申请就此办结，不能再次申请。")]


def _clashes(evaluation: Evaluation, form: ScoreForm) -> list[tuple[str, list[Any]]]:
    """Indicator, what was typed here, what a colleague saved: where the two differ."""
    saved, typed = ScoreForm.initial_of(evaluation.sheet), form.cleaned_data
    rows: list[tuple[str, Any, Any]] = []
    for each in form.criteria:
        points, comment = f"points-{each.key}", f"comment-{each.key}"
        rows.append((each.title, typed[points], saved.get(points)))
        rows.append((_("%(title)s：说明") % {"title": each.title}, typed[comment], saved.get(comment, "")))
    rows.append((_("评估意见"), typed["opinion"], saved.get("opinion", "")))
    return [(label, [mine, theirs]) for label, mine, theirs in rows if mine != theirs]


def _on_top_of(evaluation: Evaluation, request: PortalRequest, form: ScoreForm) -> ScoreForm:
    """What was typed, now as a change to what is saved: saving again is a decision, not an accident."""
    data = request.POST.copy()
    data["digest"] = content_digest(evaluation.sheet)
    return ScoreForm(data, criteria=form.criteria, complete=False)


def _beside_indicator(refused: RuleViolation, form: ScoreForm) -> RuleViolation | None:
    if refused.field and f"points-{refused.field}" in form.fields:
        return placed(refused, form, prefix="points-")
    return placed(refused, form)
