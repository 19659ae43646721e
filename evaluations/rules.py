"""Who may do what with evaluations, renewals and withdrawals, in which state and until when: one verdict per verb."""

from dataclasses import replace
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bases.models import Base, Term
from bases.standing import window_days
from evaluations.models import Evaluation, Renewal, ResultReview, Withdrawal
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.figures import Figures
from haizhi_portal.policy.stored import calendar, figures_on
from haizhi_portal.policy.terms import renewal_verdict
from haizhi_portal.policy.verdict import Verdict
from haizhi_portal.policy.words import Role

EVALUATION = "5.4-evaluation"
RENEWAL = "5.6-renewal"
REAWARD = "5.6-reaward"
EXIT = "5.5-exit"

ALREADY_OPEN = gettext_lazy("该基地已有一件未办结的取消资格事项，请在原事项上办理。")

OPEN = (Renewal.State.REQUESTED, Renewal.State.RETURNED)


def can_open_year(actor: Actor, year: int) -> Verdict:
    """Municipal staff, or the portal itself, once the year is over."""
    words = _("%(year)s 年度评估在当年 12 月 31 日之后进行，最早%(day)s可以开始。")
    return _all(
        _role(actor, EVALUATION, Role.MUNICIPAL, Role.SYSTEM),
        _when(actor.today.year > year, EVALUATION, words % {"year": year, "day": said(date(year + 1, 1, 1))}),
    )


def can_score(actor: Actor, evaluation: Evaluation) -> Verdict:
    return _all(
        _role(actor, EVALUATION, Role.MUNICIPAL),
        _when(evaluation.final_on is None, EVALUATION, _("结果已生效，不能再评分。")),
        _when(evaluation.announced_on is None, EVALUATION, _("结果已告知，不能再改分。")),
        _when(not is_scored(evaluation), EVALUATION, _("评分表已提交，不能再改；请告知结果。")),
    )


def can_announce(actor: Actor, evaluation: Evaluation) -> Verdict:
    return _all(
        _role(actor, EVALUATION, Role.MUNICIPAL),
        _when(evaluation.final_on is None, EVALUATION, _("结果已生效，不再告知。")),
        _when(evaluation.announced_on is None, EVALUATION, _("结果已告知过。")),
        _when(not exemption_waits(evaluation), EVALUATION, _("免予评估的提议还没有决定，请先决定，再告知结果。")),
        _when(is_scored(evaluation), EVALUATION, _("请先完成并提交评分表，再告知结果。")),
    )


def can_exempt(actor: Actor, evaluation: Evaluation) -> Verdict:
    return _all(
        _role(actor, EVALUATION, Role.MUNICIPAL),
        _when(evaluation.final_on is None, EVALUATION, _("结果已生效，不能再免评。")),
        _when(evaluation.announced_on is None, EVALUATION, _("结果已告知基地，不能再改为免评。")),
        _when(not is_scored(evaluation), EVALUATION, _("评分已提交，免予评估须由一人提议、另一人决定。")),
    )


def can_propose_exemption(actor: Actor, evaluation: Evaluation) -> Verdict:
    """Once a score stands: municipal staff prepare it, somebody else decides."""
    return _all(
        _role(actor, EVALUATION, Role.MUNICIPAL),
        _when(evaluation.final_on is None, EVALUATION, _("结果已生效，不能再免评。")),
        _when(evaluation.announced_on is None, EVALUATION, _("结果已告知基地，不能再改为免评。")),
        _when(is_scored(evaluation), EVALUATION, _("评分表还没有提交，可以直接免予评估。")),
        _when(not exemption_waits(evaluation), EVALUATION, _("已有一项免予评估的提议等待决定。")),
    )


def can_decide_exemption(actor: Actor, evaluation: Evaluation) -> Verdict:
    """Municipal staff or the leader, another person than the one who prepared it."""
    return _all(
        _role(actor, EVALUATION, Role.MUNICIPAL, Role.LEADER),
        _when(exemption_waits(evaluation), EVALUATION, _("没有等待决定的免予评估提议。")),
        _another(actor, evaluation.exemption_prepared_by_id, EVALUATION),
    )


def exemption_waits(evaluation: Evaluation) -> bool:
    """Whether an exemption was prepared and is not decided yet."""
    return (
        evaluation.exemption_prepared_on is not None
        and evaluation.exemption_refused_on is None
        and evaluation.final_on is None
    )


def can_request_review(actor: Actor, evaluation: Evaluation) -> Verdict:
    """The base's own unit, once, within the days for it, the last one included."""
    if evaluation.announced_on is None or evaluation.review_until is None:
        return Verdict.no(EVALUATION, _("评估结果尚未告知。"))
    late = _("申请复核的最后一天是%(day)s，现已逾期。") % {"day": said(evaluation.review_until)}
    return _all(
        _own_unit(actor, evaluation.base, EVALUATION),
        _when(review_of(evaluation) is None, EVALUATION, _("已经申请过复核，每个年度只能申请一次。")),
        _when(actor.today <= evaluation.review_until, EVALUATION, late),
        _when(evaluation.final_on is None, EVALUATION, _("结果已生效，不能再申请复核。")),
    )


def can_decide_review(actor: Actor, review: ResultReview) -> Verdict:
    """Municipal staff or the leader, but neither who announced the result nor who scored it."""
    evaluation = review.evaluation
    earlier = {review.announced_by_id, evaluation.sheet.scorer_id if evaluation.sheet else None}
    return _all(
        _role(actor, EVALUATION, Role.MUNICIPAL, Role.LEADER),
        _when(review.decided_on is None, EVALUATION, _("复核已有结论。")),
        _when(
            actor.user is not None and actor.user.pk not in earlier,
            EVALUATION,
            _("复核须由原评分人和告知人以外的人员办理，请转交另一位同事或由领导办理。"),
        ),
    )


def is_scored(evaluation: Evaluation) -> bool:
    """Whether its sheet is submitted."""
    return evaluation.sheet is not None and evaluation.sheet.submitted_at is not None


def review_of(evaluation: Evaluation) -> ResultReview | None:
    """The one review of its result, if it was asked for."""
    return ResultReview.objects.filter(evaluation=evaluation).select_related("evaluation__sheet").first()


def can_request_renewal(actor: Actor, base: Base, term: Term, earlier: Renewal | None) -> Verdict:
    """The base's own unit, in the window of its last ``term``, with no other request for it (``earlier``)."""
    if base.ended_on is not None:
        words = _("基地已于%(day)s终止，不能续期；可在以后年度的申报中作为新基地重新申报。")
        return Verdict.no(RENEWAL, words % {"day": said(base.ended_on)})
    return _all(
        _own_unit(actor, base, RENEWAL),
        _not_asked_yet(earlier, term),
        renewal_verdict(today=actor.today, expires_on=term.expires_on, figures=_of_term(term), calendar=calendar()),
    )


def figures_of_year(year: int) -> Figures:
    """The figures a year is judged by: those in force on its last day, whenever it is opened and scored."""
    return figures_on(date(year, 12, 31))


def _of_term(term: Term) -> Figures:
    figures = figures_on(term.approved_on)
    return replace(figures, renewal_window_days=window_days(term, figures))


def _not_asked_yet(earlier: Renewal | None, term: Term) -> Verdict:
    """Whether nothing was asked of the term yet, and if so what became of it."""
    if earlier is None:
        return Verdict.yes(RENEWAL)
    if earlier.decided_on is None:
        return Verdict.no(RENEWAL, _("本期的续期申请已经提交，请在原申请上办理。"))
    day = said(earlier.decided_on)
    if earlier.state == Renewal.State.PASSED:
        return Verdict.no(RENEWAL, _("本期的续期申请已于%(day)s通过，无须再次申请。") % {"day": day})
    words = _(
        "本期的续期申请已于%(day)s决定不予续期，不能再次申请。资格至%(last)s有效，此后终止；"
        "终止之后开放的年度申报中，可作为新基地重新申报。"
    )
    return Verdict.no(RENEWAL, words % {"day": day, "last": said(term.expires_on)})


def can_register_paper(actor: Actor, renewal: Renewal) -> Verdict:
    return _all(
        _role(actor, RENEWAL, Role.MUNICIPAL),
        _open(renewal, RENEWAL),
        _when(renewal.paper_received_on is None, RENEWAL, _("纸质申请已经登记过。")),
    )


def has_paper(renewal: Renewal) -> Verdict:
    """Nothing passes without the stamped paper."""
    words = _("尚未登记盖章的纸质申请（最后一天%(day)s），不能通过。") % {"day": said(renewal.paper_due_on)}
    return _when(renewal.paper_received_on is not None, RENEWAL, words)


def can_return_renewal(actor: Actor, renewal: Renewal) -> Verdict:
    """While it is being assessed; once more when the days for a correction ran out, which gives new ones."""
    return _all(
        _role(actor, RENEWAL, Role.MUNICIPAL),
        _open(renewal, RENEWAL),
        _when(renewal.prepared_on is None, RENEWAL, _("考核意见已提交领导，不能再退回。")),
        _when(not is_being_corrected(renewal, actor.today), RENEWAL, _("申请已经退回，请等单位补正。")),
    )


def is_being_corrected(renewal: Renewal, today: date) -> bool:
    """Whether the unit still has time to mend what was returned; the last day counts."""
    return renewal.state == Renewal.State.RETURNED and (renewal.correct_by is None or today <= renewal.correct_by)


def is_own_request(actor: Actor, renewal: Renewal) -> Verdict:
    return _own_unit(actor, renewal.term.base, RENEWAL)


def can_resubmit_renewal(actor: Actor, renewal: Renewal) -> Verdict:
    late = ""
    if renewal.correct_by is not None:
        late = _("补正的最后一天是%(day)s，现已逾期，请联系市科协学会部。") % {"day": said(renewal.correct_by)}
    return _all(
        is_own_request(actor, renewal),
        _open(renewal, RENEWAL),
        _when(renewal.state == Renewal.State.RETURNED, RENEWAL, _("申请没有被退回，无需重新提交。")),
        _when(is_being_corrected(renewal, actor.today), RENEWAL, late),
    )


def can_withdraw_renewal(actor: Actor, renewal: Renewal) -> Verdict:
    return _all(is_own_request(actor, renewal), _open(renewal, RENEWAL))


def can_prepare_renewal(actor: Actor, renewal: Renewal) -> Verdict:
    return _all(
        _role(actor, REAWARD, Role.MUNICIPAL),
        _open(renewal, REAWARD),
        _when(
            not is_being_corrected(renewal, actor.today),
            REAWARD,
            _("申请已退回单位修改，补正期内不能提出考核意见。"),
        ),
    )


def can_decide_renewal(actor: Actor, renewal: Renewal) -> Verdict:
    """The leader, another person than the officer who prepared it."""
    return _all(
        _role(actor, REAWARD, Role.LEADER),
        _open(renewal, REAWARD),
        _when(renewal.prepared_on is not None, REAWARD, _("请等经办人提交考核意见后再作决定。")),
        _another(actor, renewal.prepared_by_id, REAWARD),
        no_open_case(open_case(renewal.term.base)),
    )


def open_case(base: Base) -> Withdrawal | None:
    """The case against the base that is not closed yet."""
    return Withdrawal.objects.filter(base=base, closed_on__isnull=True).first()


def no_open_case(case: Withdrawal | None) -> Verdict:
    """No renewal is decided while it is open whether the base keeps its qualification at all (``case``)."""
    if case is None:
        return Verdict.yes(REAWARD)
    words = _("该基地有一件取消资格事项（%(ground)s，%(day)s立案）尚未办结，办结之前不能决定续期。")
    return Verdict.no(EXIT, words % {"ground": case.get_ground_display(), "day": said(case.opened_on)})


def can_open_withdrawal(actor: Actor, base: Base) -> Verdict:
    """Municipal staff, or the portal itself for two failed years; against a live base only, one case at a time."""
    ended = _("基地已于%(day)s终止，无须取消资格。") % {"day": said(base.ended_on)} if base.ended_on else ""
    return _all(
        _role(actor, EXIT, Role.MUNICIPAL, Role.SYSTEM),
        _when(base.ended_on is None, EXIT, ended),
        _when(open_case(base) is None, EXIT, str(ALREADY_OPEN)),
    )


def can_prepare_withdrawal(actor: Actor, withdrawal: Withdrawal) -> Verdict:
    return _all(_role(actor, EXIT, Role.MUNICIPAL), _undecided(withdrawal), _against_live_base(withdrawal))


def can_confirm_withdrawal(actor: Actor, withdrawal: Withdrawal) -> Verdict:
    """The leader, another person than the officer who prepared it."""
    return _all(
        _role(actor, EXIT, Role.LEADER),
        _undecided(withdrawal),
        _against_live_base(withdrawal),
        _when(withdrawal.prepared_on is not None, EXIT, _("请等经办人拟好事实与理由后再决定。")),
        _another(actor, withdrawal.prepared_by_id, EXIT),
    )


def can_close_withdrawal(actor: Actor, withdrawal: Withdrawal) -> Verdict:
    return _all(_role(actor, EXIT, Role.LEADER), _undecided(withdrawal))


def _all(*verdicts: Verdict) -> Verdict:
    """The first no; when there is none, the last yes with its words and dates."""
    return next((verdict for verdict in verdicts if not verdict), verdicts[-1])


def _when(condition: bool, clause: str, reason: str) -> Verdict:
    return Verdict.yes(clause) if condition else Verdict.no(clause, reason)


def _role(actor: Actor, clause: str, *roles: str) -> Verdict:
    return _when(actor.role in roles, clause, _("您的角色不办理这一事项。"))


def _own_unit(actor: Actor, base: Base, clause: str) -> Verdict:
    own = actor.role == Role.APPLICANT and actor.user is not None and actor.user.organisation_id == base.organisation_id
    return _when(own, clause, _("只有基地所在单位可以办理这一事项。"))


def _another(actor: Actor, prepared_by_id: int | None, clause: str) -> Verdict:
    other = actor.user is not None and actor.user.pk != prepared_by_id
    return _when(other, clause, _("决定须由拟定人以外的人员作出。"))


def _open(renewal: Renewal, clause: str) -> Verdict:
    base = renewal.term.base
    if renewal.state not in OPEN:
        return Verdict.no(clause, _("续期申请已办结（%(state)s）。") % {"state": renewal.get_state_display()})
    ended = _("基地已于%(day)s终止，续期申请不再办理。") % {"day": said(base.ended_on)} if base.ended_on else ""
    return _when(base.ended_on is None, clause, ended)


def _undecided(withdrawal: Withdrawal) -> Verdict:
    return _when(withdrawal.closed_on is None, EXIT, _("取消资格事项已办结。"))


def _against_live_base(withdrawal: Withdrawal) -> Verdict:
    ended_on = withdrawal.base.ended_on
    words = _("基地已于%(day)s终止，请由领导结案并说明理由。") % {"day": said(ended_on)} if ended_on else ""
    return _when(ended_on is None, EXIT, words)
