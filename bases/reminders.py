"""Who is reminded of what: reports before and after their due day, licences before their last day."""

from datetime import timedelta

from django.db.models import Exists, Max, OuterRef
from django.urls import reverse
from django.utils.translation import gettext as _

from bases import naming
from bases.models import Obligation, Term
from bases.queries import unfiled
from bases.rules import filing_opens_on
from bases.standing import window_days
from haizhi_portal.accounts.queries import people_of
from haizhi_portal.audit.actor import Actor
from haizhi_portal.notifications.actions import remind
from haizhi_portal.policy.dates_said import said, said_range, said_with_weekday
from haizhi_portal.policy.periods import renewal_window
from haizhi_portal.policy.stored import calendar, figures_of_days, figures_on
from haizhi_portal.policy.workdays import WorkCalendar

# Days before the due day; the day after it is -1.
REPORT_OFFSETS = (14, 7, 1, -1)
TERM_OFFSETS = (30, 7)


def of_reports(actor: Actor) -> int:
    """Remind of reports soon due and just overdue; how many messages went out. A second run sends nothing."""
    soon = actor.today + timedelta(days=max(REPORT_OFFSETS))
    due = unfiled(Obligation.objects.filter(due_on__lte=soon)).select_related("base__organisation")
    figures_of = figures_of_days()
    return sum(
        _remind_of_report(actor, obligation)
        for obligation in due.order_by("due_on", "pk")
        if actor.today >= filing_opens_on(obligation, figures_of(obligation.opens_on))
    )


def _remind_of_report(actor: Actor, obligation: Obligation) -> int:
    base = obligation.base
    title = naming.period_title(obligation.kind, obligation.period)
    is_over = obligation.due_on < actor.today
    subject = _("%(report)s已逾期") if is_over else _("请报送%(report)s")
    body = (
        _("截止日%(day)s已过，仍可补报，会标明逾期。") if is_over else _("截止日为%(day)s，当天 24 时前报送都算按时。")
    )
    return remind(
        actor=actor,
        object=naming.report_object(base, obligation.period),
        kind="report.due",
        due_on=obligation.due_on,
        offsets=REPORT_OFFSETS,
        recipients=people_of(base.organisation),
        subject=subject % {"report": title},
        body=body % {"day": said_with_weekday(obligation.due_on)},
        link=reverse("bases:report", args=[base.number, obligation.period]),
    )


def of_terms(actor: Actor) -> int:
    """Tell of renewal windows that open and licences that run out; how many messages went out."""
    figures = figures_on(actor.today)
    longest = max(
        figures.renewal_window_days,
        *(Term.objects.aggregate(longest=Max("renewal_window_days"))["longest"] or 0, *TERM_OFFSETS),
    )
    later = Term.objects.filter(base=OuterRef("base"), number__gt=OuterRef("number"))
    running_out = Term.objects.filter(
        ~Exists(later),
        base__ended_on__isnull=True,
        ended_on__isnull=True,
        renewal_requested_on__isnull=True,
        renewal_refused_on__isnull=True,
        starts_on__lte=actor.today,
        expires_on__gte=actor.today,
        expires_on__lte=actor.today + timedelta(days=longest),
    ).select_related("base__organisation")
    working_days = calendar()
    rows = running_out.order_by("expires_on", "pk")
    return sum(_remind_of_term(actor, term, window_days(term, figures), working_days) for term in rows)


def _remind_of_term(actor: Actor, term: Term, days: int, working_days: WorkCalendar) -> int:
    base = term.base
    window = renewal_window(term.expires_on, days)
    safest = working_days.previous_working_day(term.expires_on)
    return remind(
        actor=actor,
        object=naming.term_object(base, term),
        kind="term.expiring",
        due_on=term.expires_on,
        offsets=tuple(sorted({days, *TERM_OFFSETS}, reverse=True)),
        recipients=people_of(base.organisation),
        subject=_("%(base)s的有效期至%(day)s") % {"base": base.name, "day": said(term.expires_on)},
        body=_("续期申请须在%(window)s之间提出，逾期不能再提；最稳妥是不晚于%(safest)s。")
        % {"window": said_range(window.opens_on, window.closes_on), "safest": said_with_weekday(safest)},
        link=reverse("bases:detail", args=[base.number]),
    )
