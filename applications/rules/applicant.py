"""When a unit may begin, change, hand in and take back its application (`3.1-applicant`, `4.1-annual`)."""

from datetime import date, datetime

from django.utils.translation import gettext as _

from applications.models import Application, Call
from applications.rules.panel import missed_round, missed_verdict
from applications.rules.table import (
    EDITABLE,
    State,
    correction_day,
    correction_is_over,
    table_verdict,
    timetable,
    where_it_goes,
)
from applications.sections import SECTIONS, missing, open_remarks, open_sections
from bases.standing import standing
from haizhi_portal.accounts.consent import consent_verdict
from haizhi_portal.accounts.models import Organisation, User
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.calls import submission_verdict
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.periods import end_of
from haizhi_portal.policy.verdict import RuleViolation, Verdict
from haizhi_portal.policy.words import Role


def can_start(actor: Actor, organisation: Organisation, call: Call) -> Verdict:
    """A draft may be begun from the announcement of the call to its closing day, by a unit that may apply."""
    if actor.role != Role.APPLICANT:
        return Verdict.no("4.1-annual", _("申报由申报单位自己填写。"))
    return may_begin(actor.user, organisation, call, actor.today)


def may_begin(user: User, organisation: Organisation | None, call: Call, today: date) -> Verdict:
    """As `can_start`, for whoever asks by the day alone."""
    clause = "4.1-annual"
    if organisation is None or user.organisation_id != organisation.pk:
        return Verdict.no(clause, _("申报由申报单位自己填写。"))
    try:
        where_it_goes(organisation)
    except RuleViolation as refused:
        return Verdict.no(refused.clause, refused.message)
    if today > call.applicants_close_on:
        return Verdict.no(
            clause,
            _("%(year)s 年度申报已于%(day)s截止，请等待下一年度申报。")
            % {"year": call.year, "day": said(call.applicants_close_on)},
        )
    own = Application.objects.filter(organisation=organisation)
    if own.filter(call=call, state=State.DECLINED).exists():
        return Verdict.no("3.1-applicant", _("本年度申报未获通过，可在下一年度重新申报。"))
    if live := own.filter(state__in=Application.LIVE).first():
        return _one_at_a_time(live)
    return no_live_base(organisation, call, today)


def _one_at_a_time(live: Application) -> Verdict:
    """No; with what the unit can do about one that goes no further."""
    words = _("贵单位已有一项在办的申报（%(number)s），同一时间只能有一项。")
    if live.set_aside_on or missed_round(live):
        words += _("它已不参加专家认证，撤回它之后就可以申报。")
    return Verdict.no("3.1-applicant", words % {"number": live.number})


def no_live_base(organisation: Organisation, call: Call, today: date) -> Verdict:
    """A unit with a live base, expired with a renewal pending included, cannot apply.

    One whose base has ended, recorded or not, applies in a call that opens after the ending.
    """
    clause = "3.1-applicant"
    for base in organisation.bases.select_related("organisation").prefetch_related("terms").order_by("-pk"):
        ended_on = standing(base, today).ended_on
        if ended_on is None:
            words = _(
                "贵单位已有基地（%(number)s），一个单位只能有一个基地；资格终止后可在此后开始的年度申报中重新申报。"
            )
            return Verdict.no(clause, words % {"number": base.number})
        if call.opens_on <= ended_on:
            words = _(
                "贵单位的基地（%(number)s）自%(ended)s起终止，只能参加此后开始的年度申报；"
                "%(year)s 年度申报%(opens)s开始，请等待下一次年度申报。"
            )
            facts = {"number": base.number, "ended": said(ended_on), "year": call.year, "opens": said(call.opens_on)}
            return Verdict.no(clause, words % facts)
    return Verdict.yes(clause)


def can_edit(actor: Actor, application: Application) -> Verdict:
    """Drafts and what came back may be changed, the latter until its last day of correction.

    A draft whose call has closed goes on as the draft of the next one, until that has been begun.
    """
    verdict = table_verdict("edit", actor, application)
    if not verdict:
        return verdict
    missed = missed_verdict(application)
    if not missed:
        return missed
    if correction_is_over(application, actor.today):
        return in_time(application, actor.now)
    if application.state == State.DRAFT and actor.today > application.call.applicants_close_on:
        return _not_begun_anew(application)
    return verdict


def can_edit_section(actor: Actor, application: Application, section: str) -> Verdict:
    """As `can_edit`; of what came back only what the return names, and what is lacking by now."""
    verdict = can_edit(actor, application)
    if not verdict or section in open_sections(application, actor.today):
        return verdict
    asked = open_remarks(application)
    return Verdict.no(
        verdict.clause,
        _(
            "这次退回只要求修改：%(asked)s。“%(title)s”不在其中，保持原样；确需一并修改的，请向审核单位说明，由其追加补正内容。"
        )
        % {
            "asked": "、".join(_(each.title) for key, each in SECTIONS.items() if key in asked),
            "title": _(SECTIONS[section].title),
        },
    )


def _not_begun_anew(application: Application) -> Verdict:
    later = Application.objects.filter(organisation_id=application.organisation_id, pk__gt=application.pk).last()
    if later is None:
        return Verdict.yes("4.1-materials")
    text = _("这份草稿的内容已带入 %(number)s，请在那里继续填写。")
    return Verdict.no("4.1-materials", text % {"number": later.number})


def can_keep(actor: Actor, application: Application) -> Verdict:
    """What the unit typed too late is put aside, unless it may still be saved or can be of no use any more."""
    clause = "4.1-materials"
    if actor.role != Role.APPLICANT or actor.user.organisation_id != application.organisation_id:
        return Verdict.no(clause, _("申报书由申报单位自己填写。"))
    if application.state in (State.APPROVED, State.LICENSED):
        return Verdict.no(clause, _("贵单位已列入认定名单，申报书不再修改。"))
    if can_edit(actor, application):
        return Verdict.no(clause, _("申报书现在可以修改，请直接保存。"))
    return _not_begun_anew(application)


def in_time(application: Application, now: datetime) -> Verdict:
    """Within the call, to its last second; when back for correction also until the day set for it."""
    return submission_verdict(timetable(application.call), now, correction_until=correction_day(application))


def can_submit(actor: Actor, application: Application) -> Verdict:
    """Own, in time, eligible, consented to, without a live base or another live application, and complete."""
    verdict = table_verdict("submit", actor, application)
    if not verdict:
        return verdict
    if application.call.decisions_closed_on:
        return Verdict.no("4.2-yearly", _("本年度决定已全部办结。"))
    missed = missed_verdict(application)
    if not missed:
        return missed
    timely = in_time(application, actor.now)
    if not timely:
        return timely
    try:
        where_it_goes(application.organisation)
    except RuleViolation as refused:
        return Verdict.no(refused.clause, refused.message)
    own = Application.objects.filter(organisation_id=application.organisation_id).exclude(pk=application.pk)
    if live := own.filter(state__in=Application.LIVE).first():
        return _one_at_a_time(live)
    if own.filter(call_id=application.call_id, state=State.DECLINED).exists():
        return Verdict.no("3.1-applicant", _("本年度申报未获通过，可在下一年度重新申报。"))
    free = no_live_base(application.organisation, application.call, actor.today)
    if not free:
        return free
    if application.state == State.DRAFT and not (consent := consent_verdict(application.organisation)):
        return consent
    lacking = missing(application, actor.today)
    if lacking:
        text = _("还有 %(count)s 处没有填好，暂不能提交：%(first)s") % {"count": len(lacking), "first": lacking[0].text}
        return Verdict.no("4.1-materials", text)
    return timely


def can_withdraw(actor: Actor, application: Application) -> Verdict:
    """From submission until the list is settled; then the decision has to be withdrawn first."""
    if application.state == State.APPROVED:
        return Verdict.no("4.3-decision", _("已列入认定名单，如需退出，请联系市科协学会部先撤销认定决定。"))
    return table_verdict("withdraw", actor, application)


def closing_instant(application: Application, now: datetime) -> datetime | None:
    """When the door closes for what the unit has in hand, 24:00 of the last day; None when nothing closes any more."""
    if application.state not in EDITABLE or missed_round(application):
        return None
    closes = end_of(correction_day(application) or application.call.applicants_close_on)
    return closes if now < closes else None


def can_reopen(actor: Actor, application: Application) -> Verdict:
    """A withdrawn application, until its call closes, by a unit that may apply and has no other draft in the call."""
    verdict = table_verdict("reopen", actor, application)
    if not verdict:
        return verdict
    free = can_start(actor, application.organisation, application.call)
    if not free:
        return free
    drafts = Application.objects.filter(organisation_id=application.organisation_id, call_id=application.call_id)
    if draft := drafts.filter(state=State.DRAFT).first():
        words = _("本年度已有一份草稿（%(number)s），请在其中继续填写。") % {"number": draft.number}
        return Verdict.no("3.1-applicant", words)
    return verdict
