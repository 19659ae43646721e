"""Who may do what with a base and its reports, and when: one verdict per verb, with the words of a refusal."""

from datetime import date

from django.utils.translation import gettext as _

from bases.models import Activity, Base, Filing, Obligation
from bases.standing import standing
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.figures import DEFAULTS, Figures
from haizhi_portal.policy.obligations import files_from
from haizhi_portal.policy.stored import figures_on
from haizhi_portal.policy.verdict import Verdict
from haizhi_portal.policy.words import Role

CLAUSE_OF_KIND = {
    Obligation.ReportKind.QUARTERLY: "5.3-quarterly",
    Obligation.ReportKind.ANNUAL: "5.3-annual",
}


def clause_of(obligation: Obligation) -> str:
    return CLAUSE_OF_KIND[Obligation.ReportKind(obligation.kind)]


def is_own(actor: Actor, base: Base) -> bool:
    """Whether the actor belongs to the unit that holds the base."""
    return (
        actor.role == Role.APPLICANT and actor.user is not None and actor.user.organisation_id == base.organisation_id
    )


def last_filing(obligation: Obligation) -> Filing | None:
    """The newest filed version, None before the first."""
    if obligation._state.adding:
        return None
    filings = sorted(obligation.filings.all(), key=lambda filing: filing.version)
    return filings[-1] if filings else None


def can_license(actor: Actor) -> Verdict:
    return _leaders_only(actor, "4.3-award", _("授牌由市科协领导办理。"))


def can_renew(actor: Actor) -> Verdict:
    return _leaders_only(actor, "5.6-reaward", _("续期由市科协领导决定。"))


def can_revoke(actor: Actor, base: Base) -> Verdict:
    if not (verdict := _leaders_only(actor, "5.5-exit", _("取消资格由市科协领导决定。"))):
        return verdict
    return _live(base, "5.5-exit", actor.today)


def can_surrender(actor: Actor, base: Base) -> Verdict:
    """The unit itself may give its licence up as long as the base has not ended."""
    if not is_own(actor, base):
        return Verdict.no("5.5-exit", _("是否退出由基地所在单位自己决定，其他人不能代办。"))
    return _live(base, "5.5-exit", actor.today)


def can_write_report(actor: Actor, obligation: Obligation) -> Verdict:
    """The unit writes its own report, from the first day of the period on, until it waits for an answer."""
    clause = clause_of(obligation)
    if not is_own(actor, obligation.base):
        return Verdict.no("5.1-guidance", _("报告由基地所在单位自己填写，市科协和辖区只阅读和提出意见。"))
    if obligation.cancelled_on is not None:
        return Verdict.no(
            clause, _("资格在%(day)s之前已终止，这一期不用再报。") % {"day": said(obligation.qualifies_on)}
        )
    if actor.today < obligation.opens_on:
        return Verdict.no(
            clause,
            _("这一期从%(day)s起可以填写。") % {"day": said(obligation.opens_on)},
            opens_on=obligation.opens_on,
        )
    filing = last_filing(obligation)
    if filing is None or filing.outcome == Filing.Outcome.RETURNED:
        return Verdict.yes(clause)
    if filing.outcome == Filing.Outcome.ACCEPTED:
        return Verdict.no(clause, _("这一期报告已经通过，不能再改。"))
    return Verdict.no(clause, _("报告已经报送，市科协正在审阅；如被退回，可以在这里修改后再次报送。"))


def can_file_report(actor: Actor, obligation: Obligation, figures: Figures | None = None) -> Verdict:
    """What may be written may be filed from some days before the end of its period on; a correction at any time.

    The days are the figure of the obligation's opening, whatever is changed later; ``figures`` are those, if known.
    """
    verdict = can_write_report(actor, obligation)
    if not verdict:
        return verdict
    first = filing_opens_on(obligation, figures)
    if actor.today < first and obligation.first_filed_on is None:
        return Verdict.no(
            verdict.clause,
            _("这一期还没有结束，%(day)s起可以报送；现在可以先写、先保存，内容会一直留着。") % {"day": said(first)},
            opens_on=first,
        )
    return verdict


def filing_opens_on(obligation: Obligation, figures: Figures | None = None) -> date:
    """The first day on which the report can be filed, never before the obligation itself."""
    figures = figures or figures_on(obligation.opens_on)
    return max(obligation.opens_on, files_from(obligation.kind, obligation.qualifies_on, figures))


def can_answer_report(actor: Actor, obligation: Obligation) -> Verdict:
    """Municipal staff accept or return what waits for an answer, whether or not the base is still live."""
    clause = clause_of(obligation)
    if actor.role != Role.MUNICIPAL:
        return Verdict.no(clause, _("报告由市科协学会部审阅。"))
    if obligation.cancelled_on is not None:
        return Verdict.no(clause, _("这一期已取消，不用再审阅。"))
    filing = last_filing(obligation)
    if filing is None:
        return Verdict.no(clause, _("这一期还没有报送，等基地报送后再审阅。"))
    if filing.outcome:
        return Verdict.no(clause, _("第 %(version)s 版已经有了结论。") % {"version": filing.version})
    return Verdict.yes(clause)


def can_record_activity(actor: Actor, base: Base) -> Verdict:
    if not is_own(actor, base):
        return Verdict.no("5.1-guidance", _("活动由基地所在单位自己登记。"))
    return _live(base, "5.4.3", actor.today)


def activity_day(actor: Actor, base: Base, held_on: date) -> Verdict:
    """An activity has taken place, and since the base was licensed."""
    if held_on > actor.today:
        return Verdict.no("5.4.3", _("活动还没有举办，请在举办之后登记。"))
    if held_on < base.licensed_on:
        return Verdict.no("5.4.3", _("基地自%(day)s起设立，之前的活动不计入。") % {"day": said(base.licensed_on)})
    return Verdict.yes("5.4.3")


def can_change_activity(actor: Actor, activity: Activity) -> Verdict:
    if activity.removed_at is not None:
        return Verdict.no("5.4.3", _("这条活动记录已被移除，请重新登记。"))
    return can_record_activity(actor, activity.base)


def _live(base: Base, clause: str, today: date) -> Verdict:
    """Whether the base lives on the day: what time has ended counts as ended, recorded or not."""
    ended_on, how = base.ended_on, str(base.get_end_display())
    if ended_on is None:
        now = standing(base, today, DEFAULTS)
        if not now.ended or now.ended_on is None:
            return Verdict.yes(clause)
        ended_on, how = now.ended_on, str(Base.End.EXPIRED.label)
    return Verdict.no(
        clause,
        _("基地资格自%(day)s起已终止（%(end)s），只能查阅和补报以前欠报的报告。") % {"day": said(ended_on), "end": how},
    )


def _leaders_only(actor: Actor, clause: str, words: str) -> Verdict:
    return Verdict.yes(clause) if actor.role == Role.LEADER else Verdict.no(clause, words)
