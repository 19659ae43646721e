"""Withdrawing a qualification: opened by the rule or an officer, prepared, confirmed by the leader (`5.5-exit`)."""

from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from bases.actions.endings import end_what_is_over, revoke
from bases.models import Base
from evaluations import rules
from evaluations.actions.locking import is_same_text, locked_withdrawal
from evaluations.actions.moot import withdraw_open_renewals
from evaluations.actions.naming import about_withdrawal, withdrawal_page
from evaluations.models import Withdrawal
from evaluations.queries import final_results
from haizhi_portal.accounts.queries import leaders, municipal_staff, people_of
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.ledger import record
from haizhi_portal.documents.actions.issue import issue
from haizhi_portal.documents.models import Document
from haizhi_portal.notifications.actions import tell
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.deadlines import withdrawal_deadline
from haizhi_portal.policy.failures import failed_run
from haizhi_portal.policy.stored import figures_on
from haizhi_portal.policy.verdict import Conflict, RuleViolation

CLAUSE = rules.EXIT
SERIES = "大科协发"


@transaction.atomic
def open_if_failed_twice(*, actor: Actor, base: Base, on: date) -> Withdrawal | None:
    """Open a withdrawal, as of ``on``, when the last two evaluated years both failed and none was opened for them.

    None when there is no such run, the base had ended by then, or another case against it is still open. Found only
    after the base has ended later than that, the case is closed at once, as of that ending.
    """
    base = end_what_is_over(actor=actor, base=base)
    run = failed_run(final_results(base))
    if run is None or (base.ended_on is not None and base.ended_on <= on):
        return None
    cases = Withdrawal.objects.filter(base=base)
    if cases.filter(first_failed_year=run[0], second_failed_year=run[1]).exists():
        return None
    if cases.filter(closed_on__isnull=True).exists():
        return None
    system = Actor.system(actor.now)
    withdrawal = _open(system, base, Withdrawal.Ground.TWO_FAILURES, list(run), "", on)
    if base.ended_on is not None:
        close(system, withdrawal, _("基地资格已经终止。"), on=base.ended_on)
    return withdrawal


@transaction.atomic
def open_withdrawal(*, actor: Actor, base: Base, ground: str, years: list[int], statement: str = "") -> Withdrawal:
    """Open a case against a live base.

    Raises RuleViolation for an ended base, while a case is open already, for two failures that are not on record and
    for false statements without the facts; Conflict when another was opened at the same moment.
    """
    base = end_what_is_over(actor=actor, base=base)
    rules.can_open_withdrawal(actor, base).require()
    if ground == Withdrawal.Ground.TWO_FAILURES:
        if failed_run(final_results(base)) != tuple(years):
            raise RuleViolation(clause=CLAUSE, message=_("该基地最近两个评估年度的最终结果并非均为不合格。"))
    elif ground != Withdrawal.Ground.FALSE_STATEMENTS or years:
        raise RuleViolation(clause=CLAUSE, message=_("请选择取消资格的事由。"), field="ground")
    elif not statement.strip():
        raise RuleViolation(clause=CLAUSE, message=_("请写明弄虚作假的事实和证据。"), field="statement")
    return _open(actor, base, ground, years, statement.strip(), actor.today)


def _open(actor: Actor, base: Base, ground: str, years: list[int], statement: str, on: date) -> Withdrawal:
    try:
        with transaction.atomic():
            withdrawal = Withdrawal.objects.create(
                base=base,
                ground=ground,
                first_failed_year=years[0] if years else None,
                second_failed_year=years[1] if years else None,
                opened_on=on,
                confirm_by=withdrawal_deadline(on, figures_on(on)),
                statement=statement,
            )
    except IntegrityError as error:
        raise Conflict(clause=CLAUSE, message=str(rules.ALREADY_OPEN)) from error
    record(
        "withdrawal.opened",
        actor=actor,
        on=on,
        clause=CLAUSE,
        reason=statement,
        data={"ground": ground, "years": years},
        **about_withdrawal(withdrawal),
    )
    if base.ended_on is not None:
        return withdrawal
    tell(
        actor=actor,
        recipients=municipal_staff(),
        kind="withdrawal.opened",
        subject=_("%(base)s 取消资格事项已立案") % {"base": base.number},
        body=_("%(base)s：%(ground)s。请拟定事实与理由，领导应在%(day)s前（含当日）决定。")
        % {
            "base": base.name,
            "ground": withdrawal.get_ground_display(),
            "day": said(withdrawal.confirm_by),
        },
        link=withdrawal_page(withdrawal),
    )
    return withdrawal


@transaction.atomic
def prepare_withdrawal(*, actor: Actor, withdrawal: Withdrawal, statement: str) -> Withdrawal:
    """The officer sets down facts and reasons and hands the case to the leader. Raises RuleViolation."""
    withdrawal = locked_withdrawal(actor, withdrawal)
    rules.can_prepare_withdrawal(actor, withdrawal).require()
    if not statement.strip():
        raise RuleViolation(clause=CLAUSE, message=_("请写明取消资格的事实与理由。"), field="statement")
    withdrawal.statement, withdrawal.prepared_on, withdrawal.prepared_by = statement.strip(), actor.today, actor.user
    withdrawal.save(update_fields=["statement", "prepared_on", "prepared_by"])
    record(
        "withdrawal.prepared",
        actor=actor,
        clause=CLAUSE,
        reason=statement.strip(),
        data={"ground": withdrawal.ground, "years": withdrawal.years},
        **about_withdrawal(withdrawal),
    )
    tell(
        actor=actor,
        recipients=leaders(),
        kind="withdrawal.prepared",
        subject=_("%(base)s 取消资格事项待决定") % {"base": withdrawal.base.number},
        body=_("%(base)s：%(ground)s。请在%(day)s前（含当日）决定。")
        % {
            "base": withdrawal.base.name,
            "ground": withdrawal.get_ground_display(),
            "day": said(withdrawal.confirm_by),
        },
        link=withdrawal_page(withdrawal),
    )
    return withdrawal


@transaction.atomic
def confirm_withdrawal(*, actor: Actor, withdrawal: Withdrawal, statement_read: str | None = None) -> Withdrawal:
    """The leader, another person, withdraws the qualification: document issued, licence ends that day.

    ``statement_read`` is what the leader had before them; Conflict when the officer has changed it since. Raises
    RuleViolation.
    """
    withdrawal = locked_withdrawal(actor, withdrawal)
    rules.can_confirm_withdrawal(actor, withdrawal).require()
    if statement_read is not None and not is_same_text(statement_read, withdrawal.statement):
        raise Conflict(clause=CLAUSE, message=_("经办人刚刚改动了事实与理由，请看过新的内容再决定。"))
    base, reason = withdrawal.base, withdrawal.statement
    withdraw_open_renewals(actor=actor, base=base)
    base = revoke(actor=actor, base=base, ground=withdrawal.ground, years=withdrawal.years, reason=reason)
    withdrawal.base = base
    withdrawal.confirmed_on, withdrawal.confirmed_by = actor.today, actor.user
    withdrawal.closed_on, withdrawal.close_reason = actor.today, _("已取消资格")
    withdrawal.document = issue(
        actor=actor,
        kind=Document.Kind.WITHDRAWAL_DECISION,
        title=_("关于取消%(unit)s海智工作基地资格的决定") % {"unit": base.organisation.name},
        facts={
            "organisation": base.organisation.name,
            "base_name": base.name,
            "base_number": base.number,
            "ground": str(withdrawal.get_ground_display()),
            "years": withdrawal.years,
            "reason": reason,
            "ended_on": actor.today.isoformat(),
        },
        clause=CLAUSE,
        series=SERIES,
        base_number=base.number,
        credit_code=base.organisation.credit_code,
    )
    withdrawal.save(update_fields=["confirmed_on", "confirmed_by", "closed_on", "close_reason", "document"])
    record(
        "withdrawal.confirmed",
        actor=actor,
        clause=CLAUSE,
        reason=reason,
        data={"ground": withdrawal.ground, "years": withdrawal.years},
        **about_withdrawal(withdrawal),
    )
    tell(
        actor=actor,
        recipients=[*people_of(base.organisation), *municipal_staff()],
        kind="withdrawal.confirmed",
        subject=_("关于取消%(base)s资格的决定") % {"base": base.name},
        body=_("事由：%(ground)s。决定书可在事项页面下载。") % {"ground": withdrawal.get_ground_display()},
        link=withdrawal_page(withdrawal),
    )
    return withdrawal


@transaction.atomic
def close_withdrawal(*, actor: Actor, withdrawal: Withdrawal, reason: str) -> Withdrawal:
    """The leader ends the case without withdrawing, with a reason. Raises RuleViolation.

    A run of failed years that could not be taken up while this case was open is taken up now.
    """
    withdrawal = locked_withdrawal(actor, withdrawal)
    rules.can_close_withdrawal(actor, withdrawal).require()
    if not reason.strip():
        raise RuleViolation(clause=CLAUSE, message=_("请写明不予取消、直接结案的理由。"), field="reason")
    close(actor, withdrawal, reason.strip(), on=actor.today)
    tell(
        actor=actor,
        recipients=municipal_staff(),
        kind="withdrawal.closed",
        subject=_("%(base)s 取消资格事项已结案，不予取消") % {"base": withdrawal.base.number},
        body=_("理由：%(reason)s") % {"reason": reason.strip()},
        link=withdrawal_page(withdrawal),
    )
    open_if_failed_twice(actor=actor, base=withdrawal.base, on=actor.today)
    return withdrawal


@transaction.atomic
def close_moot(*, actor: Actor) -> int:
    """Close cases and renewals of bases that ended some other way, as of that day; returns how many."""
    done = 0
    cases = Withdrawal.objects.filter(closed_on__isnull=True, base__ended_on__isnull=False)
    for withdrawal in cases.select_related("base").order_by("pk"):
        withdrawal = locked_withdrawal(actor, withdrawal)
        ended_on = withdrawal.base.ended_on
        if withdrawal.closed_on is None and ended_on is not None:
            close(Actor.system(actor.now), withdrawal, _("基地资格已经终止。"), on=ended_on)
            done += 1
    ended = Base.objects.filter(ended_on__isnull=False, terms__renewals__state__in=["requested", "returned"])
    for base in ended.distinct().order_by("number"):
        done += withdraw_open_renewals(actor=actor, base=base)
    return done


def close(actor: Actor, withdrawal: Withdrawal, reason: str, *, on: date) -> None:
    """Enter the end of a case that withdraws nothing, as of the day it lost its object or was decided."""
    withdrawal.closed_on, withdrawal.close_reason = on, reason
    withdrawal.save(update_fields=["closed_on", "close_reason"])
    record(
        "withdrawal.closed",
        actor=actor,
        on=on,
        clause=CLAUSE,
        reason=reason,
        data={"ground": withdrawal.ground, "years": withdrawal.years},
        **about_withdrawal(withdrawal),
    )
