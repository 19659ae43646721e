"""What waits for a person in evaluations, renewals and withdrawals."""

from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from evaluations.actions.naming import evaluation_page, renewal_page, withdrawal_page
from evaluations.models import Evaluation, Renewal, Withdrawal
from evaluations.queries import open_cases, renewals_visible_to, visible_to, withdrawals_visible_to
from evaluations.standing import renewal_standing
from evaluations.states import CORRECTING, EVALUATION_STATES, OPEN
from haizhi_portal.accounts.models import User
from haizhi_portal.accounts.work import FigureCard, WorkItem, Worklist
from haizhi_portal.policy.words import Role


def worklist(user: User, today: date) -> Worklist:
    """Lines for the home page, by role; a fixed number of queries."""
    if user.role == Role.APPLICANT:
        return _of_unit(user, today)
    if user.role == Role.MUNICIPAL:
        return _of_officer(user, today)
    if user.role == Role.LEADER:
        return _of_leader(user, today)
    return Worklist()


def _of_unit(user: User, today: date) -> Worklist:
    told = visible_to(user).filter(EVALUATION_STATES["announced"].where(today)).order_by("-year")
    requests = renewals_visible_to(user).filter(OPEN).select_related("term__base__organisation").order_by("pk")
    mine: list[WorkItem] = []
    waiting: list[WorkItem] = []
    for each in told:
        words = _("结果为%(result)s；如有异议，可申请一次复核。") % {"result": each.get_result_display()}
        title = _("%(year)s 年度评估结果") % {"year": each.year}
        mine.append(WorkItem(title, words, evaluation_page(each), due_on=each.review_until))
    for each in visible_to(user).filter(EVALUATION_STATES["review"].where(today)).order_by("-year"):
        title = _("%(year)s 年度评估复核") % {"year": each.year}
        waiting.append(WorkItem(title, _("复核申请已提交，等待复核决定。"), evaluation_page(each), mover=_("市科协")))
    for request in requests:
        standing = renewal_standing(request, today)
        title = _("%(base)s 续期申请") % {"base": request.term.base.number}
        item = WorkItem(title, standing.sentence, renewal_page(request), standing.by, standing.mover)
        (mine if standing.mover == request.term.base.organisation.name else waiting).append(item)
    return Worklist(mine=mine, waiting=waiting)


def _of_officer(user: User, today: date) -> Worklist:
    to_score = visible_to(user).filter(EVALUATION_STATES["unscored"].where(today)).count()
    to_tell = visible_to(user).filter(EVALUATION_STATES["scored"].where(today)).count()
    untold = visible_to(user).filter(EVALUATION_STATES["open"].where(today)).count()
    overdue = CORRECTING & Q(correct_by__lt=today)
    to_assess = renewals_visible_to(user).filter(
        OPEN & (Q(state=Renewal.State.REQUESTED) | overdue), prepared_on__isnull=True
    )
    cases = withdrawals_visible_to(user).filter(
        closed_on__isnull=True, prepared_on__isnull=True, base__ended_on__isnull=True
    )
    mine = [_review_line(each) for each in _reviews_for(user, today)]
    mine += [_exemption_line(each) for each in _exemptions_for(user, today)]
    for request in to_assess.select_related("term__base__organisation").order_by("pk"):
        standing = renewal_standing(request, today)
        title = _("%(base)s 续期考核") % {"base": request.term.base.number}
        mine.append(WorkItem(title, standing.sentence, renewal_page(request), due_on=request.term.expires_on))
    mine += [
        _case_line(each, _("请拟定事实与理由，提交领导决定。")) for each in cases.select_related("base").order_by("pk")
    ]
    if to_score:
        mine.append(WorkItem(_("年度评估待评分"), _("对照佐证逐项评分。"), _listed("unscored"), count=to_score))
    if to_tell:
        mine.append(WorkItem(_("年度评估待告知"), _("评分已提交，请告知基地结果。"), _listed("scored"), count=to_tell))
    return Worklist(mine=mine, figures=[FigureCard(_("未告知结果的年度评估"), untold, url=_listed("open"))])


def _of_leader(user: User, today: date) -> Worklist:
    renewals = renewals_visible_to(user).filter(OPEN, prepared_on__isnull=False)
    cases = open_cases(user)
    mine: list[WorkItem] = []
    waiting: list[WorkItem] = []
    for each in renewals.select_related("term__base__organisation").order_by("pk"):
        title = _("%(base)s 续期考核") % {"base": each.term.base.number}
        if case := cases.get(each.term.base_id):
            standing = renewal_standing(each, today, case)
            waiting.append(WorkItem(title, standing.sentence, renewal_page(each), standing.by, standing.mover))
        elif each.prepared_by_id == user.pk:
            last = each.term.expires_on
            waiting.append(WorkItem(title, _for_another(), renewal_page(each), due_on=last, mover=_another_leader()))
        else:
            words = _("经办人已提出考核意见，请决定。")
            mine.append(WorkItem(title, words, renewal_page(each), due_on=each.term.expires_on))
    for case in cases.values():
        if case.prepared_on is not None and case.prepared_by_id == user.pk:
            waiting.append(_case_line(case, _for_another(), mover=_another_leader()))
        elif case.prepared_on is not None:
            mine.append(_case_line(case, _("经办人已拟好，请决定。")))
    mine += [_review_line(each) for each in _reviews_for(user, today)]
    return Worklist(mine=mine + [_exemption_line(each) for each in _exemptions_for(user, today)], waiting=waiting)


def _reviews_for(user: User, today: date) -> list[Evaluation]:
    """Reviews asked for of results this person neither scored nor announced."""
    open_reviews = visible_to(user).filter(EVALUATION_STATES["review"].where(today))
    others = open_reviews.exclude(Q(announced_by=user) | Q(sheet__scorer=user))
    return list(others.select_related("base").order_by("pk"))


def _exemptions_for(user: User, today: date) -> list[Evaluation]:
    """Exemptions prepared by somebody else, of years that have a score."""
    proposed = visible_to(user).filter(EVALUATION_STATES["proposed"].where(today))
    return list(proposed.exclude(exemption_prepared_by=user).select_related("base").order_by("pk"))


def _exemption_line(evaluation: Evaluation) -> WorkItem:
    title = _("%(base)s %(year)s 年度免予评估") % {"base": evaluation.base.number, "year": evaluation.year}
    return WorkItem(title, _("已有评分，提议免评，请决定。"), evaluation_page(evaluation))


def _review_line(evaluation: Evaluation) -> WorkItem:
    title = _("%(base)s 申请复核 %(year)s 年度评估结果")
    return WorkItem(
        title % {"base": evaluation.base.number, "year": evaluation.year},
        _("请重新评分，作出复核决定。"),
        evaluation_page(evaluation),
    )


def _case_line(withdrawal: Withdrawal, sentence: str, mover: str = "") -> WorkItem:
    title = _("%(base)s 取消资格") % {"base": withdrawal.base.number}
    return WorkItem(title, sentence, withdrawal_page(withdrawal), due_on=withdrawal.confirm_by, mover=mover)


def _for_another() -> str:
    """What a leader reads of a proposal written by the same person, as an officer then."""
    return _("由您拟定，须由拟定人以外的领导决定。")


def _another_leader() -> str:
    return _("市科协领导（拟定人以外的人员）")


def _listed(state: str) -> str:
    return f"{reverse('evaluations:list')}?state={state}"
