"""Where an application stands, in one sentence: whose move it is, and by when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from applications.models import Application
from applications.papers import copies_of_current_version
from applications.rules import copies_needed, correction_day, correction_is_over, is_escalated, missed_round, state_on
from bases.standing import standing as base_standing
from haizhi_portal.accounts.models import User
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.words import Role, route_label

State = Application.State


@dataclass(frozen=True, slots=True)
class Standing:
    """``mover`` names who has to act, empty when nobody; ``by`` is the last day, included; ``tone`` is a page's tone.

    ``mine`` tells whether the reader is the one to act.
    """

    sentence: str
    mover: str = ""
    by: date | None = None
    tone: str = "idle"
    mine: bool = False


def standing(application: Application, today: date, user: User | None = None) -> Standing:
    """The application's standing on a day, as this reader is told it; an expert only hears of the stage."""
    state = state_on(application, today)
    found = _missed() if missed_round(application) else _SAID[state](application, today)
    mine = user is not None and bool(found.mover) and _acts(user, application, state, found)
    tone = found.tone if found.tone != "wait" or not mine else "act"
    return Standing(found.sentence, found.mover, found.by, tone, mine)


def _acts(user: User, application: Application, state: State, told: Standing) -> bool:
    """Whether the mover the sentence names is this reader's side."""
    if told.mover == application.organisation.name:
        return user.role == Role.APPLICANT
    if state in (State.DISTRICT_REVIEW, State.DISTRICT_RETURNED):
        body = application.body
        return user.role == Role.DISTRICT and body is not None and user.reviewing_body_id == body.pk
    if state == State.APPROVED:
        return user.role == Role.LEADER
    return user.role == Role.MUNICIPAL


def state_words(application: Application, today: date) -> str:
    """The state in a word or two, as lists, pages and exports show it."""
    if missed_round(application):
        return _("未进入本年度专家认证")
    if application.state == State.CERTIFICATION and application.set_aside_on:
        return _("已搁置，不再参加认证")
    return str(state_on(application, today).label)


def why_behind(application: Application, needed: int) -> str:
    """Why a row of `queries.stayed_behind` is not ready for the round."""
    if application.state in (State.DISTRICT_RETURNED, State.INITIAL_RETURNED):
        return _("退回修改后尚未重新提交")
    if application.state != State.CERTIFICATION:
        return _("审核尚未完成")
    received = int(getattr(application, "copies", 0))
    if received < needed:
        return _("盖章纸质材料应有 %(needed)d 份，只收到 %(received)d 份") % {"needed": needed, "received": received}
    return _("材料在认证开始后才收齐")


def _missed() -> Standing:
    text = _(
        "未进入本年度专家认证；可以撤回，否则在本年度决定办结时失效，下一年度可重新申报。不必再补正或补交纸质材料。"
    )
    return Standing(text, tone="stop")


def _draft(application: Application, today: date) -> Standing:
    call = application.call
    applicant = application.organisation.name
    if today > call.applicants_close_on:
        text = _("申报已于%(day)s截止，这份草稿没有提交；内容可用于下一年度申报。")
        return Standing(text % {"day": said(call.applicants_close_on)}, tone="stop")
    if today < call.opens_on:
        text = _("草稿可以先填，%(day)s起提交。") % {"day": said(call.opens_on)}
        return Standing(text, applicant, call.applicants_close_on, "act")
    return Standing(_("草稿尚未提交；各部分填好后，核对并提交。"), applicant, call.applicants_close_on, "act")


def _district(application: Application, today: date) -> Standing:
    where = str(application.body)
    text = _("已提交，由%(where)s审核。") % {"where": where}
    return Standing(text, where, application.call.districts_close_on, "wait")


def _initial(application: Application, today: date) -> Standing:
    if is_escalated(application, today) or application.escalated_on:
        text = _("辖区在截止日前未作答复，已转市科协初审。")
    elif application.endorsed_on:
        text = _("%(where)s已同意推荐，等待市科协初审。") % {
            "where": application.body or route_label(application.route)
        }
    else:
        text = _("已提交，等待市科协初审。")
    return Standing(text, _("市科协学会部"), application.call.initial_close_on, "wait")


def _returned(application: Application, today: date) -> Standing:
    by_district = application.state == State.DISTRICT_RETURNED
    who = str(application.body) if by_district else _("市科协学会部")
    if correction_is_over(application, today):
        text = _("%(who)s退回修改，补正期限已过，不能再提交；审核人员可延长期限或作出决定。")
        return Standing(text % {"who": who}, who, tone="stop")
    text = _("%(who)s退回修改，请按意见补正后重新提交。") % {"who": who}
    return Standing(text, application.organisation.name, correction_day(application), "act")


def _certification(application: Application, today: date) -> Standing:
    office = _("市科协学会部")
    if application.set_aside_on:
        text = _("%(day)s起不再参加本年度专家认证：%(reason)s；本年度决定办结时失效，下一年度可重新申报。")
        words = {"day": said(application.set_aside_on), "reason": (application.set_aside_reason or "").rstrip("。.")}
        return Standing(text % words, tone="stop")
    if application.entered_round_on:
        return Standing(_("已进入专家认证，等待认定名单。"), office, tone="wait")
    needed, received = copies_needed(application.call), copies_of_current_version(application)
    if received < needed:
        text = _("初审已通过；盖章纸质材料应报 %(needed)s 份，已收到 %(received)s 份，收齐后才能进入专家认证。")
        return Standing(
            text % {"needed": needed, "received": received},
            application.organisation.name,
            application.call.certification_on,
            "act",
        )
    return Standing(_("初审已通过，材料齐备，等待专家认证。"), office, application.call.certification_on, "wait")


def _approved(application: Application, today: date) -> Standing:
    text = _("%(day)s已列入认定名单，等待批复和授牌。")
    day = said(application.approved_on) if application.approved_on else ""
    return Standing(text % {"day": day}, _("市科协领导"), tone="wait")


def _licensed(application: Application, today: date) -> Standing:
    now = None if application.base is None else base_standing(application.base, today)
    if now is not None and now.ended_on is not None and now.ended_on <= today:
        return Standing(_("已授牌。%(since)s") % {"since": now.sentence})
    return Standing(_("已授牌，成为海智工作基地。"), tone="seal")


def _withdrawn(application: Application, today: date) -> Standing:
    closes = application.call.applicants_close_on
    if today > closes or application.ended_on is None:
        return _WITHDRAWN(application, today)
    reason = application.end_reason.rstrip("。.！!")
    text = _("%(day)s已由申报单位撤回：%(reason)s。%(closes)s前（含当日）可以重新申报。")
    days = {"day": said(application.ended_on), "closes": said(closes), "reason": reason}
    return Standing(text % days, tone="stop")


def _ended(text: str) -> Callable[[Application, date], Standing]:
    def told(application: Application, today: date) -> Standing:
        day = said(application.ended_on) if application.ended_on else ""
        return Standing(_(text) % {"day": day, "reason": application.end_reason}, tone="stop")

    return told


_WITHDRAWN = _ended("%(day)s已由申报单位撤回：%(reason)s")
_SAID: dict[State, Callable[[Application, date], Standing]] = {
    State.DRAFT: _draft,
    State.DISTRICT_REVIEW: _district,
    State.DISTRICT_RETURNED: _returned,
    State.INITIAL_REVIEW: _initial,
    State.INITIAL_RETURNED: _returned,
    State.CERTIFICATION: _certification,
    State.APPROVED: _approved,
    State.LICENSED: _licensed,
    State.DECLINED: _ended("%(day)s未通过：%(reason)s"),
    State.WITHDRAWN: _withdrawn,
    State.LAPSED: _ended("%(day)s因本年度决定办结而失效：%(reason)s"),
}
