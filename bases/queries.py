"""What is read of bases: the one filter of each model, and the annotations of lists."""

from datetime import date, timedelta
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Substr

from bases.models import Activity, Base, Filing, Obligation, Term
from haizhi_portal.accounts.models import Organisation
from haizhi_portal.policy.words import Role

READERS_OF_ALL = frozenset({Role.MUNICIPAL, Role.LEADER, Role.AUDITOR})

IN_FORCE, PENDING, ENDED = "in_force", "pending", "ended"


def visible_to(user: Any) -> QuerySet[Base]:
    """Own base for a unit, its jurisdiction's for district staff, all for municipal readers; else none."""
    bases = Base.objects.order_by("-call_year", "seat")
    if not getattr(user, "is_authenticated", False):
        return bases.none()
    if user.role in READERS_OF_ALL:
        return bases
    if user.role == Role.APPLICANT:
        return bases.filter(organisation_id=user.organisation_id)
    if user.role == Role.DISTRICT:
        return bases.filter(organisation__jurisdiction__reviewing_body_id=user.reviewing_body_id)
    return bases.none()


def obligations_visible_to(user: Any) -> QuerySet[Obligation]:
    return Obligation.objects.filter(base__in=visible_to(user).order_by())


def activities_visible_to(user: Any) -> QuerySet[Activity]:
    """Activities that have not been removed."""
    return Activity.objects.filter(base__in=visible_to(user).order_by(), removed_at__isnull=True)


def in_force_on(day: date) -> QuerySet[Base]:
    """Bases whose licence is in force on ``day``: a term's last day counts, the day of an early end does not."""
    return Base.objects.filter(Exists(_terms_in_force(day).filter(base=OuterRef("pk"))))


def live_on(day: date) -> QuerySet[Base]:
    """Bases not ended by ``day``, whether or not the ending is recorded: in force, or expired with renewal pending."""
    live = ~Q(status=ENDED)
    return with_status(Base.objects.all(), day).filter(live)


def live_base_of(organisation: Organisation, day: date) -> Base | None:
    return live_on(day).filter(organisation=organisation).first()


def first_year() -> int | None:
    """The year in which the first licence of all began; None while there is none."""
    first = Term.objects.order_by("starts_on").values_list("starts_on", flat=True).first()
    return first.year if first else None


def with_status(bases: QuerySet[Base], day: date) -> QuerySet[Base]:
    """Adds ``status`` (in_force, pending or ended), ``valid_from`` and ``valid_through`` as of ``day``.

    As in `standing`, ``valid_through`` takes in a renewal that was decided but has not begun.
    """
    last = Term.objects.filter(base=OuterRef("pk")).order_by("-number")
    newest = last.filter(starts_on__lte=day)
    annotated = bases.annotate(
        valid_from=Subquery(newest.values("starts_on")[:1]),
        term_through=Subquery(newest.values("expires_on")[:1]),
        requested_on=Subquery(newest.values("renewal_requested_on")[:1]),
        status=Case(
            When(ended_on__lte=day, then=Value(ENDED)),
            When(Exists(_terms_in_force(day).filter(base=OuterRef("pk"))), then=Value(IN_FORCE)),
            When(term_through__lt=day, requested_on__isnull=False, then=Value(PENDING)),
            default=Value(ENDED),
            output_field=CharField(),
        ),
    )
    return annotated.annotate(
        valid_through=Case(
            When(status=IN_FORCE, then=Subquery(last.values("expires_on")[:1])), default=F("term_through")
        )
    )


def expiring(bases: QuerySet[Base], day: date, days: int) -> QuerySet[Base]:
    """Of bases with their status, those in force whose newest term is in its renewal window and has no successor.

    ``days`` is the window of terms that were approved before each kept its own.
    """
    newest = Term.objects.filter(base=OuterRef("pk"), starts_on__lte=day).order_by("-number")
    windows = set(Term.objects.order_by().values_list("renewal_window_days", flat=True).distinct())
    soon = Q(pk__in=[])
    for window in windows:
        last = day + timedelta(days=days if window is None else window)
        soon |= Q(window=window if window is not None else -1, valid_through__lte=last)
    own = Coalesce(Subquery(newest.values("renewal_window_days")[:1]), Value(-1))
    followed = Exists(Term.objects.filter(base=OuterRef("pk"), starts_on__gt=day))
    in_force = Q(status=IN_FORCE)
    return bases.annotate(window=own).filter(soon, in_force, ~followed)


def with_overdue_count(bases: QuerySet[Base], day: date) -> QuerySet[Base]:
    """Adds ``overdue_count``, the reports never filed although their due day is over."""
    missed = overdue(Obligation.objects.filter(base=OuterRef("pk")), day).order_by().values("base")
    counted = missed.annotate(number=Count("pk")).values("number")
    return bases.annotate(overdue_count=Coalesce(Subquery(counted), Value(0)))


def with_state(obligations: QuerySet[Obligation]) -> QuerySet[Obligation]:
    """Adds ``filed_outcome`` of the newest filing: null before the first, "" while it waits for an answer."""
    newest = Filing.objects.filter(obligation=OuterRef("pk")).order_by("-version")
    return obligations.annotate(filed_outcome=Subquery(newest.values("outcome")[:1]))


def awaiting_acceptance(obligations: QuerySet[Obligation]) -> QuerySet[Obligation]:
    """Filed, neither accepted nor returned yet."""
    return obligations.filter(Exists(Filing.objects.filter(obligation=OuterRef("pk"), outcome=""))).filter(
        cancelled_on__isnull=True
    )


def years_of(obligations: QuerySet[Obligation]) -> list[str]:
    """The years that they are about, the latest first."""
    years = obligations.order_by().annotate(year=Substr("period", 1, 4)).values_list("year", flat=True)
    return sorted(set(years.distinct()), reverse=True)


def unfiled(obligations: QuerySet[Obligation]) -> QuerySet[Obligation]:
    """Owed and never filed."""
    return obligations.filter(first_filed_on__isnull=True, cancelled_on__isnull=True)


def overdue(obligations: QuerySet[Obligation], day: date) -> QuerySet[Obligation]:
    """Never filed although the due day, which still counts, is over."""
    return unfiled(obligations).filter(due_on__lt=day)


def unrecorded_endings(day: date) -> QuerySet[Base]:
    """Live bases whose term is over without that being recorded, or over with nothing pending any more.

    Candidates only: the action decides under the base's lock.
    """
    over = (
        Term.objects.filter(base=OuterRef("pk"), expires_on__lt=day, ended_on__isnull=True)
        .annotate(next_starts_on=Subquery(_successor().values("starts_on")[:1]))
        .filter(Q(next_starts_on__isnull=True) | Q(next_starts_on__gt=F("expires_on") + timedelta(days=1)))
    )
    left = Term.objects.filter(
        ~Exists(_successor()), base=OuterRef("pk"), ended_on__isnull=False, renewal_requested_on__isnull=True
    )
    return Base.objects.filter(Exists(over) | Exists(left), ended_on__isnull=True)


def _successor() -> QuerySet[Term]:
    return Term.objects.filter(base=OuterRef("base"), number=OuterRef("number") + 1)


def _terms_in_force(day: date) -> QuerySet[Term]:
    """Terms in force on ``day``."""
    return Term.objects.filter(starts_on__lte=day, expires_on__gte=day).filter(
        Q(ended_on__isnull=True) | Q(ended_on__gt=day)
    )
