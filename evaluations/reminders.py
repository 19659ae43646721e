"""Who is reminded of what: the days for a review, stamped paper, corrections, withdrawals to prepare or decide."""

from datetime import date, timedelta

from django.utils.translation import gettext as _

from evaluations import rules
from evaluations.actions.naming import (
    about_evaluation,
    about_renewal,
    about_withdrawal,
    evaluation_page,
    renewal_page,
    withdrawal_page,
)
from evaluations.models import Evaluation, Renewal, Withdrawal
from haizhi_portal.accounts.queries import leaders, municipal_staff, people_of
from haizhi_portal.audit.actor import Actor
from haizhi_portal.notifications.actions import remind
from haizhi_portal.policy.dates_said import said

# Days before the last day.
REVIEW_OFFSETS = (1,)
PAPER_OFFSETS = (3, 0)
CORRECTION_OFFSETS = (3, 0)
WITHDRAWAL_OFFSETS = (7, 1)


def run(actor: Actor) -> int:
    """Remind of everything still due on the actor's day; how many messages went out. A second run sends nothing."""
    return _reviews(actor) + _papers(actor) + _corrections(actor) + _withdrawals(actor)


def _soon(today: date, offsets: tuple[int, ...]) -> tuple[date, date]:
    """The due days of which a reminder may be due today: from today on, as far as the first offset reaches."""
    return today, today + timedelta(days=max(offsets))


def _reviews(actor: Actor) -> int:
    due = Evaluation.objects.filter(
        review__isnull=True, final_on__isnull=True, review_until__range=_soon(actor.today, REVIEW_OFFSETS)
    )
    return sum(
        remind(
            actor=actor,
            object=about_evaluation(each)["object"],
            kind="evaluation.review_until",
            due_on=each.review_until,
            offsets=REVIEW_OFFSETS,
            recipients=people_of(each.base.organisation),
            subject=_("%(year)s 年度评估结果的复核申请期即将结束") % {"year": each.year},
            body=_("如对结果有异议，请在%(day)s前（含当日）申请复核。") % {"day": said(each.review_until)},
            link=evaluation_page(each),
        )
        for each in due.select_related("base__organisation").order_by("review_until", "pk")
        if each.review_until is not None
    )


def _papers(actor: Actor) -> int:
    due = Renewal.objects.filter(
        state__in=rules.OPEN,
        paper_received_on__isnull=True,
        paper_due_on__range=_soon(actor.today, PAPER_OFFSETS),
        term__base__ended_on__isnull=True,
    )
    return sum(
        remind(
            actor=actor,
            object=about_renewal(each)["object"],
            kind=f"renewal.paper.{each.public_id}",
            due_on=each.paper_due_on,
            offsets=PAPER_OFFSETS,
            recipients=people_of(each.term.base.organisation),
            subject=_("续期的盖章纸质申请尚未收到"),
            body=_("请在%(day)s前（含当日）将盖章的纸质申请送达市科协学会部，逾期不能通过。")
            % {"day": said(each.paper_due_on)},
            link=renewal_page(each),
        )
        for each in due.select_related("term__base__organisation").order_by("paper_due_on", "pk")
    )


def _corrections(actor: Actor) -> int:
    due = Renewal.objects.filter(
        state=Renewal.State.RETURNED,
        correct_by__range=_soon(actor.today, CORRECTION_OFFSETS),
        term__base__ended_on__isnull=True,
    )
    return sum(
        remind(
            actor=actor,
            object=about_renewal(each)["object"],
            kind=f"renewal.correct.{each.public_id}.{each.correct_by:%Y%m%d}",
            due_on=each.correct_by,
            offsets=CORRECTION_OFFSETS,
            recipients=people_of(each.term.base.organisation),
            subject=_("续期申请的补正期即将结束"),
            body=_("请在%(day)s前（含当日）修改并重新提交。") % {"day": said(each.correct_by)},
            link=renewal_page(each),
        )
        for each in due.select_related("term__base__organisation").order_by("correct_by", "pk")
        if each.correct_by is not None
    )


def _withdrawals(actor: Actor) -> int:
    """The officer until it is prepared, the leader from then on."""
    last_due = actor.today + timedelta(days=max(WITHDRAWAL_OFFSETS))
    due = Withdrawal.objects.filter(closed_on__isnull=True, base__ended_on__isnull=True, confirm_by__lte=last_due)
    return sum(
        remind(
            actor=actor,
            object=about_withdrawal(each)["object"],
            kind=f"withdrawal.{'prepare' if each.prepared_on is None else 'confirm'}.{each.public_id}",
            due_on=each.confirm_by,
            offsets=WITHDRAWAL_OFFSETS,
            recipients=municipal_staff() if each.prepared_on is None else leaders(),
            subject=(_("%(base)s 取消资格事项待拟定") if each.prepared_on is None else _("%(base)s 取消资格事项待决定"))
            % {"base": each.base.number},
            body=_("应在%(day)s前作出决定。") % {"day": said(each.confirm_by)},
            link=withdrawal_page(each),
        )
        for each in due.select_related("base__organisation").order_by("confirm_by", "pk")
    )
