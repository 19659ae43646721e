"""Where an evaluation, a request for renewal or a withdrawal stands on a day: one sentence, whose move, by when."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from evaluations.actions.naming import withdrawal_page
from evaluations.models import Evaluation, Renewal, ResultReview, Withdrawal
from evaluations.rules import exemption_waits, is_being_corrected, is_scored, no_open_case
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.periods import ONE_DAY


@dataclass(frozen=True, slots=True)
class Standing:
    """``label`` is the state in a word; ``mover`` names who has to act, empty when nobody; ``by`` is the last day.

    ``case_url`` leads to the case that has to be closed first.
    """

    label: str
    sentence: str
    mover: str = ""
    by: date | None = None
    tone: str = "idle"
    case_url: str = ""


def review_in(evaluation: Evaluation) -> ResultReview | None:
    """The review that came with the row (``select_related("review")``), None where there is none."""
    return getattr(evaluation, "review", None)


def evaluation_standing(evaluation: Evaluation, today: date) -> Standing:
    """Asks no query when ``base__organisation``, ``sheet`` and ``review`` came with the row."""
    if evaluation.final_on is not None:
        return _final(evaluation)
    if evaluation.announced_on is None or evaluation.review_until is None:
        return _before_announcement(evaluation)
    review, result = review_in(evaluation), str(evaluation.get_result_display())
    if review is not None and review.decided_on is None:
        words = _("结果为%(result)s，单位%(day)s申请复核，等待复核决定。")
        sentence = words % {"result": result, "day": said(review.requested_on)}
        return Standing(_("复核中"), sentence, _("市科协（原评分人、告知人以外的人员）"), None, "wait")
    if review is None and today <= evaluation.review_until:
        sentence = _("已告知结果：%(result)s。单位如有异议，可申请一次复核。") % {"result": result}
        return Standing(_("可申请复核"), sentence, evaluation.base.organisation.name, evaluation.review_until, "act")
    if review is not None and review.decided_on is not None:
        words, since = _("复核结果为%(result)s（%(day)s），待以前年度的结果确定后生效。"), review.decided_on
    else:
        words = _("复核申请期已满，结果为%(result)s，自%(day)s起生效；以前年度结果未定的，待其确定。")
        since = evaluation.review_until + ONE_DAY
    return Standing(_("待生效"), words % {"result": result, "day": said(since)}, "", None, "wait")


def _before_announcement(evaluation: Evaluation) -> Standing:
    office = _("市科协学会部")
    if exemption_waits(evaluation):
        sentence = _("已提议免予评估，等待提议人以外的人员决定；评分留存。")
        return Standing(_("免评待决定"), sentence, _("市科协（提议人以外的人员）"), None, "act")
    if is_scored(evaluation):
        sentence = _("评分已提交，得 %(score)s 分，尚未告知基地。") % {"score": evaluation.score}
        return Standing(_("待告知"), sentence, office, None, "act")
    if evaluation.sheet is not None:
        return Standing(_("评分中"), _("评分表有草稿，尚未提交。"), office, None, "act")
    return Standing(_("待评分"), _("佐证已汇集，等待对照评分。"), office, None, "act")


def _final(evaluation: Evaluation) -> Standing:
    day = said(evaluation.final_on) if evaluation.final_on else ""
    if evaluation.result == Evaluation.Result.EXEMPT:
        words = _("本年度免予评估，%(day)s确定；既不算合格，也不算不合格。")
        return Standing(_("已生效"), words % {"day": day}, tone="done")
    failed = evaluation.result == Evaluation.Result.UNQUALIFIED
    words = _("最终结果为%(result)s，自%(day)s起生效，不再更改。")
    sentence = words % {"result": evaluation.get_result_display(), "day": day}
    return Standing(_("已生效"), sentence, tone="stop" if failed else "done")


def renewal_standing(renewal: Renewal, today: date, case: Withdrawal | None = None) -> Standing:
    """Asks no query when ``term__base__organisation`` came with the row.

    ``case`` is the open one against the base, for readers who may know of it (`queries.open_cases`).
    """
    base, label = renewal.term.base, str(renewal.get_state_display())
    if renewal.state == Renewal.State.WITHDRAWN:
        return Standing(label, _("续期申请已撤回。%(why)s") % {"why": renewal.decision_reason})
    if renewal.state == Renewal.State.PASSED and renewal.decided_on:
        return Standing(label, _("%(day)s决定：续期考核通过。") % {"day": said(renewal.decided_on)}, tone="done")
    if renewal.state == Renewal.State.FAILED and renewal.decided_on:
        return Standing(label, _("%(day)s决定：续期考核未通过。") % {"day": said(renewal.decided_on)}, tone="stop")
    if base.ended_on is not None:
        return Standing(_("不再办理"), _("基地已于%(day)s终止，申请不再办理。") % {"day": said(base.ended_on)})
    return _open_renewal(renewal, today, case)


def _open_renewal(renewal: Renewal, today: date, case: Withdrawal | None) -> Standing:
    unit, office = renewal.term.base.organisation.name, _("市科协学会部")
    expired = today > renewal.term.expires_on
    by = None if expired else renewal.term.expires_on
    before = (_("有效期已于%(day)s届满。") % {"day": said(renewal.term.expires_on)}) if expired else ""
    if is_being_corrected(renewal, today):
        return Standing(
            _("退回修改"), before + _("申请被退回，请按意见修改后重新提交。"), unit, renewal.correct_by, "act"
        )
    if renewal.state == Renewal.State.RETURNED:
        return Standing(_("逾期未补正"), before + _("补正期已过，单位没有重新提交。"), office, by, "stop")
    if renewal.prepared_on is not None and case is not None:
        sentence = before + _("考核意见已提交。") + no_open_case(case).reason
        first = withdrawal_standing(case)
        return Standing(_("等取消资格事项"), sentence, first.mover, first.by, "wait", withdrawal_page(case))
    if renewal.prepared_on is not None:
        return Standing(_("待决定"), before + _("考核意见已提交，等待领导决定。"), _("市科协领导"), by, "wait")
    if renewal.paper_received_on is None and today <= renewal.paper_due_on:
        words = before + _("申请已提交，盖章的纸质申请尚未收到。")
        return Standing(_("等纸质申请"), words, unit, renewal.paper_due_on, "wait")
    if renewal.paper_received_on is None:
        words = before + _("盖章的纸质申请逾期未到，等待市科协提出考核意见。")
        return Standing(_("纸质申请逾期"), words, office, by, "stop")
    return Standing(_("考核中"), before + _("纸质申请已收到，市科协正在考核。"), office, by, "wait")


def withdrawal_standing(withdrawal: Withdrawal) -> Standing:
    """Asks no query when ``base`` came with the row."""
    if withdrawal.confirmed_on is not None:
        day = said(withdrawal.confirmed_on)
        return Standing(_("已取消"), _("%(day)s决定取消资格，当日起不再有效。") % {"day": day}, tone="stop")
    if withdrawal.closed_on is not None:
        words = _("%(day)s结案，没有取消资格。") % {"day": said(withdrawal.closed_on)}
        return Standing(_("已结案"), words, tone="done")
    if withdrawal.base.ended_on is not None:
        words = _("基地已于%(day)s终止，等待结案。") % {"day": said(withdrawal.base.ended_on)}
        return Standing(_("待结案"), words, _("市科协领导"))
    if withdrawal.prepared_on is not None:
        words = _("事实与理由已拟好，等待领导决定。")
        return Standing(_("待决定"), words, _("市科协领导"), withdrawal.confirm_by, "wait")
    words = _("已立案，等待经办人拟定事实与理由。")
    return Standing(_("待拟定"), words, _("市科协学会部"), withdrawal.confirm_by, "act")
