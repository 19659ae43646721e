"""Whose move an application is, since which day, and by which day: derived from its dated facts, never stored.

Said twice, for one application in Python (`turn`) and for a list in SQL (`with_turns`, to filter and sort by); a test
holds the two against each other on every day that matters. Waiting is counted in calendar days: the day something came
to whoever has it now is day zero.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Case, CharField, DateField, F, Max, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce, Greatest, TruncDate

from applications.models import Application, PaperReceipt, Review, Routing, Submission
from applications.papers import copies_of_current_version, current_submission
from applications.queries import BEFORE_DECISION, escalated, with_copies
from applications.rules.bound import copies_needed, lacks_copies
from applications.rules.panel import missed_round
from applications.rules.table import correction_day, correction_is_over, is_escalated
from haizhi_portal.policy.periods import ONE_DAY, SHANGHAI, local_day
from haizhi_portal.policy.words import Role

State = Application.State
NOBODY = ""
_LONG_AGO = date(1, 1, 1)


@dataclass(frozen=True, slots=True)
class Turn:
    """``mover``: the role that has to act, `NOBODY` when none.

    ``since`` is the day it came to whoever has it, ``by`` the last day to act, that day included.
    """

    mover: str
    since: date | None = None
    by: date | None = None

    def days(self, today: date) -> int | None:
        """How many calendar days it has waited."""
        return (today - self.since).days if self.since else None


# One application ----------------------------------------------------------------------------------------------------


def turn(application: Application, today: date) -> Turn:
    """Whose move it is on a day, since when and by when."""
    if missed_round(application):
        return Turn(NOBODY)
    found = _TURNS.get(State(application.state))
    return found(application, today) if found else Turn(NOBODY)


def _draft(application: Application, today: date) -> Turn:
    last_day = application.call.applicants_close_on
    if today > last_day:
        return Turn(NOBODY)
    return Turn(Role.APPLICANT, local_day(application.created_at), last_day)


def _under_review(application: Application, today: date) -> Turn:
    call = application.call
    days = [_handed_in(application), _handed_on(application), application.endorsed_on, application.escalated_on]
    if is_escalated(application, today):
        days.append(call.districts_close_on + ONE_DAY)
        return Turn(Role.MUNICIPAL, _latest(days), call.initial_close_on)
    if application.state == State.DISTRICT_REVIEW:
        return Turn(Role.DISTRICT, _latest(days), call.districts_close_on)
    return Turn(Role.MUNICIPAL, _latest(days), call.initial_close_on)


def _returned(application: Application, today: date) -> Turn:
    last_day = correction_day(application)
    if last_day is None or not correction_is_over(application, today):
        return Turn(Role.APPLICANT, _sent_back(application), last_day)
    if is_escalated(application, today):
        closed_on = application.call.districts_close_on
        return Turn(Role.MUNICIPAL, max(closed_on, last_day) + ONE_DAY, application.call.initial_close_on)
    reviewer = Role.DISTRICT if application.state == State.DISTRICT_RETURNED else Role.MUNICIPAL
    return Turn(reviewer, last_day + ONE_DAY, _reviewers_day(application))


def _reviewers_day(application: Application) -> date:
    call = application.call
    return call.districts_close_on if application.state == State.DISTRICT_RETURNED else call.initial_close_on


def _certification(application: Application, today: date) -> Turn:
    if application.set_aside_on:
        return Turn(NOBODY)
    if application.entered_round_on:
        return Turn(Role.MUNICIPAL, application.entered_round_on)
    last_day = application.call.certification_on
    if copies_of_current_version(application) < copies_needed(application.call):
        return Turn(Role.APPLICANT, application.initial_passed_on, last_day)
    current = current_submission(application)
    received = current.receipts.filter(void__isnull=True).aggregate(day=Max("received_on"))["day"] if current else None
    return Turn(Role.MUNICIPAL, _latest([application.initial_passed_on, received]), last_day)


def _approved(application: Application, today: date) -> Turn:
    return Turn(Role.LEADER, application.approved_on)


_TURNS: dict[State, Callable[[Application, date], Turn]] = {
    State.DRAFT: _draft,
    State.DISTRICT_REVIEW: _under_review,
    State.DISTRICT_RETURNED: _returned,
    State.INITIAL_REVIEW: _under_review,
    State.INITIAL_RETURNED: _returned,
    State.CERTIFICATION: _certification,
    State.APPROVED: _approved,
}


def _latest(days: list[date | None]) -> date | None:
    return max((day for day in days if day is not None), default=None)


def _handed_in(application: Application) -> date | None:
    current = current_submission(application)
    return local_day(current.submitted_at) if current else None


def _handed_on(application: Application) -> date | None:
    """The last day on which a person handed it on; what the portal itself re-routes is dated by the application."""
    last = application.routings.filter(decided_by__isnull=False).order_by("-decided_at", "-id").first()
    return local_day(last.decided_at) if last else None


def _sent_back(application: Application) -> date | None:
    last = application.reviews.filter(outcome=Review.Outcome.RETURNED).order_by("-decided_at", "-id").first()
    return local_day(last.decided_at) if last else None


# A list of them -----------------------------------------------------------------------------------------------------


def with_turns(rows: QuerySet[Application], today: date) -> QuerySet[Application]:
    """Annotated with ``mover``, ``since`` and ``by``, the same as `turn` says of each on that day."""
    over = Q(correction_over__lt=today)
    lacking = lacks_copies()
    day_after_closing = _day_after("call__districts_close_on")
    day_after_correction = _day_after("correction_over")
    handed = _greatest(
        Subquery(_last_day(Submission.objects.all(), "submitted_at")),
        Subquery(_last_day(Routing.objects.filter(decided_by__isnull=False), "decided_at")),
        F("endorsed_on"),
        F("escalated_on"),
    )
    sent_back = Subquery(_last_day(Review.objects.filter(outcome=Review.Outcome.RETURNED), "decided_at"))
    cases: list[tuple[Q, str, Combinable | None, str | None]] = [
        (
            Q(state__in=BEFORE_DECISION, entered_round_on__isnull=True, call__round__isnull=False),
            NOBODY,
            None,
            None,
        ),
        (Q(state=State.CERTIFICATION, set_aside_on__isnull=False), NOBODY, None, None),
        (
            Q(state=State.DRAFT, call__applicants_close_on__gte=today),
            Role.APPLICANT,
            TruncDate("created_at", tzinfo=SHANGHAI),
            "call__applicants_close_on",
        ),
        (
            escalated(today) & Q(state=State.DISTRICT_REVIEW),
            Role.MUNICIPAL,
            _greatest(handed, day_after_closing),
            "call__initial_close_on",
        ),
        (
            escalated(today),
            Role.MUNICIPAL,
            _greatest(day_after_closing, day_after_correction),
            "call__initial_close_on",
        ),
        (Q(state=State.DISTRICT_REVIEW), Role.DISTRICT, handed, "call__districts_close_on"),
        (Q(state=State.INITIAL_REVIEW), Role.MUNICIPAL, handed, "call__initial_close_on"),
        (
            Q(state=State.DISTRICT_RETURNED) & over,
            Role.DISTRICT,
            day_after_correction,
            "call__districts_close_on",
        ),
        (Q(state=State.INITIAL_RETURNED) & over, Role.MUNICIPAL, day_after_correction, "call__initial_close_on"),
        (
            Q(state__in=[State.DISTRICT_RETURNED, State.INITIAL_RETURNED]),
            Role.APPLICANT,
            sent_back,
            "correction_over",
        ),
        (
            Q(state=State.CERTIFICATION, entered_round_on__isnull=False),
            Role.MUNICIPAL,
            F("entered_round_on"),
            None,
        ),
        (
            Q(state=State.CERTIFICATION) & lacking,
            Role.APPLICANT,
            F("initial_passed_on"),
            "call__certification_on",
        ),
        (
            Q(state=State.CERTIFICATION),
            Role.MUNICIPAL,
            _greatest(F("initial_passed_on"), Subquery(_last_receipt())),
            "call__certification_on",
        ),
        (Q(state=State.APPROVED), Role.LEADER, F("approved_on"), None),
    ]
    nothing = Value(None, output_field=DateField())
    return (
        with_copies(rows)
        .annotate(correction_over=_greatest(F("correct_by"), F("call__applicants_close_on")))
        .annotate(
            mover=Case(
                *(When(when, then=Value(str(who))) for when, who, _since, _by in cases),
                default=Value(NOBODY),
                output_field=CharField(),
            ),
            since=Case(
                *(When(when, then=nothing if since is None else since) for when, _who, since, _by in cases),
                default=nothing,
                output_field=DateField(),
            ),
            by=Case(
                *(When(when, then=F(by) if by else nothing) for when, _who, _since, by in cases),
                default=nothing,
                output_field=DateField(),
            ),
        )
    )


def overdue(today: date) -> Q:
    """Rows of `with_turns` whose last day has passed while somebody still has to act."""
    return ~Q(mover=NOBODY) & Q(by__lt=today)


def _last_day(rows: QuerySet[Any], instant: str) -> QuerySet[Any]:
    """The Shanghai day of the latest instant among an application's rows."""
    own = rows.filter(application=OuterRef("pk")).order_by(f"-{instant}", "-id")
    return own.annotate(day=TruncDate(instant, tzinfo=SHANGHAI)).values("day")[:1]


def _last_receipt() -> QuerySet[Any]:
    current = Submission.objects.filter(application=OuterRef("application")).order_by("-version").values("pk")[:1]
    return (
        PaperReceipt.objects.filter(application=OuterRef("pk"), submission=current, void__isnull=True)
        .order_by("-received_on")
        .values("received_on")[:1]
    )


def _greatest(*days: Any) -> Greatest:
    """The latest of the days there are: SQLite knows no greatest among missing values."""
    long_ago = Value(_LONG_AGO, output_field=DateField())
    return Greatest(*(Coalesce(day, long_ago, output_field=DateField()) for day in days), output_field=DateField())


def _day_after(day: str) -> Cast:
    return Cast(F(day) + Value(ONE_DAY), output_field=DateField())
