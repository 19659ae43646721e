"""What is read of applications, and by whom: one filter per model that list, detail, file and search all use."""

from datetime import date

from django.db.models import BooleanField, Case, Count, Exists, OuterRef, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from applications.models import (
    Application,
    Assignment,
    Call,
    Comment,
    DecisionList,
    Job,
    Material,
    PaperReceipt,
    Review,
    Routing,
    Submission,
)
from haizhi_portal.accounts.models import Jurisdiction, User
from haizhi_portal.policy.words import Role

State = Application.State
BEFORE_DECISION = [state for state in Application.LIVE if state != State.APPROVED]


def visible_to(user: User) -> QuerySet[Application]:
    """The applications a person may see at all.

    ``own_act_only`` is true where a district may see nothing but that it handed the application on; ``missed`` where
    the year's round opened without it (`rules.missed_round`).
    """
    own_act_only: Case | Value = Value(False, output_field=BooleanField())
    if user.is_authenticated and user.role == Role.DISTRICT:
        own_act_only = Case(When(_with_body_of(user), then=False), default=True, output_field=BooleanField())
    rows = Application.objects.select_related("call", "organisation__jurisdiction", "routed_to__reviewing_body")
    return rows.filter(_seen_by(user)).annotate(own_act_only=own_act_only, missed=_missed())


def readable_by(user: User) -> QuerySet[Application]:
    """The applications a person may read in full: content, materials, reviews."""
    rows = visible_to(user)
    return rows.filter(_with_body_of(user)) if user.is_authenticated and user.role == Role.DISTRICT else rows


def _seen_by(user: User) -> Q:
    if not user.is_authenticated or not user.is_active:
        return Q(pk__in=[])
    if user.role == Role.APPLICANT:
        return Q(organisation__users=user)
    submitted = ~Q(state=State.DRAFT)
    if user.role in (Role.MUNICIPAL, Role.LEADER, Role.AUDITOR):
        return submitted
    if user.role == Role.DISTRICT:
        handed_on = Routing.objects.filter(
            application=OuterRef("pk"), decided_by__reviewing_body_id=user.reviewing_body_id
        )
        return submitted & (_with_body_of(user) | Q(Exists(handed_on)))
    if user.role == Role.EXPERT:
        in_the_round = Q(set_aside_on__isnull=True) & ~Q(state=State.WITHDRAWN)
        return submitted & in_the_round & Q(Exists(_open_tasks(user)))
    return Q(pk__in=[])


def _missed() -> Case:
    missed = Q(state__in=BEFORE_DECISION, entered_round_on__isnull=True, call__round__isnull=False)
    return Case(When(missed, then=True), default=False, output_field=BooleanField())


def _open_tasks(user: User) -> QuerySet[Assignment]:
    """The expert's tasks about an application that are neither over nor in conflict."""
    return Assignment.objects.filter(application=OuterRef("pk"), expert=user, conflict=False, released_at__isnull=True)


def _with_body_of(user: User) -> Q:
    """Sent to a jurisdiction that this person's body reviews for today."""
    return Q(route__in=Jurisdiction.objects.filter(reviewing_body_id=user.reviewing_body_id).values("code"))


def materials_visible_to(user: User) -> QuerySet[Material]:
    """The uploads a person may open: an applicant its own, a reviewer those of a submitted version.

    Experts never open the legal representative's identity papers.
    """
    rows = Material.objects.select_related("file", "application").filter(application__in=readable_by(user).values("pk"))
    if user.is_authenticated and user.role == Role.APPLICANT:
        return rows
    still_there = Q(removed_at__isnull=True) & Exists(
        Submission.objects.filter(application=OuterRef("application"), submitted_at__gte=OuterRef("added_at"))
    )
    was_there = Q(removed_at__isnull=False) & Exists(
        Submission.objects.filter(
            application=OuterRef("application"),
            submitted_at__gte=OuterRef("added_at"),
            submitted_at__lt=OuterRef("removed_at"),
        )
    )
    rows = rows.filter(still_there | was_there)
    if user.is_authenticated and user.role == Role.EXPERT:
        return rows.exclude(Q(kind=Material.MaterialKind.REPRESENTATIVE_ID) | Q(file__protected=True))
    return rows


def submissions_visible_to(user: User) -> QuerySet[Submission]:
    """The frozen versions a person may read."""
    return Submission.objects.select_related("application", "print").filter(
        application__in=readable_by(user).values("pk")
    )


def comments_visible_to(user: User) -> QuerySet[Comment]:
    """The comments a person may read.

    The unit: what went out to it. A district: what its own office wrote. Municipal staff and leaders: what went out,
    and what their own office wrote. The auditor: what went out. Experts: none.
    """
    rows = Comment.objects.select_related("submission", "written_by", "body", "judged_by").filter(
        application__in=readable_by(user).values("pk"), removed_at__isnull=True
    )
    sent = Q(review__isnull=False)
    if user.is_authenticated and user.role in (Role.APPLICANT, Role.AUDITOR):
        return rows.filter(sent)
    if user.is_authenticated and user.role == Role.DISTRICT:
        return rows.filter(stage=Review.Stage.DISTRICT, body_id=user.reviewing_body_id)
    if user.is_authenticated and user.role in (Role.MUNICIPAL, Role.LEADER):
        return rows.filter(sent | Q(stage=Review.Stage.INITIAL))
    return rows.none()


def assignments_visible_to(user: User) -> QuerySet[Assignment]:
    """Expert: own ones. Municipal staff, leaders and auditors: all."""
    rows = Assignment.objects.select_related(
        "round__call", "round__criteria_set", "application__organisation", "application__call", "expert", "sheet"
    )
    if not user.is_authenticated or not user.is_active:
        return rows.none()
    if user.role == Role.EXPERT:
        return rows.filter(expert=user)
    if user.role in (Role.MUNICIPAL, Role.LEADER, Role.AUDITOR):
        return rows
    return rows.none()


def decision_lists_visible_to(user: User) -> QuerySet[DecisionList]:
    """Proposed and settled lists: for the municipal CAST and the auditor."""
    rows = DecisionList.objects.select_related("call", "prepared_by", "settled_by").order_by("-prepared_at", "-id")
    if user.is_authenticated and user.role in (Role.MUNICIPAL, Role.LEADER, Role.AUDITOR):
        return rows
    return rows.none()


def jobs_visible_to(user: User) -> QuerySet[Job]:
    """The prints and exports a person asked for; nobody sees another's."""
    rows = Job.objects.select_related("application__organisation", "file")
    return rows.filter(asked_by=user) if user.is_authenticated and user.is_active else rows.none()


# What waits for whom on a day ---------------------------------------------------------------------------------------


def escalated(today: date) -> Q:
    """What a district left unanswered past its closing, recorded or not."""
    closed = Q(call__districts_close_on__lt=today)
    uncorrected = Q(state=State.DISTRICT_RETURNED, correct_by__lt=today, call__applicants_close_on__lt=today)
    return closed & (Q(state=State.DISTRICT_REVIEW) | uncorrected)


def awaiting_award(call: Call) -> QuerySet[Application]:
    """On a settled list, without document and plaque yet."""
    return call.applications.filter(state=State.APPROVED).select_related("organisation").order_by("number")


def with_copies(rows: QuerySet[Application]) -> QuerySet[Application]:
    """Annotated with ``copies``, the stamped copies of the current version received."""
    return rows.annotate(copies=_copies())


def owing_copies(call: Call, needed: int) -> QuerySet[Application]:
    """Live applications of the call that still owe copies before its round opens, with ``copies`` received."""
    rows = call.applications.filter(state__in=BEFORE_DECISION, entered_round_on__isnull=True, call__round__isnull=True)
    rows = rows.annotate(copies=_copies()).filter(copies__lt=needed)
    return rows.select_related("organisation", "call").order_by("number")


def receipts_visible_to(user: User) -> QuerySet[PaperReceipt]:
    """Registrations of paper: the unit's own, and all for the municipal CAST and the auditor.

    ``ordinal`` is which of its application's registrations each one is, the first being 1.
    """
    earlier = PaperReceipt.objects.filter(application=OuterRef("application"), pk__lte=OuterRef("pk")).order_by()
    ordinal = earlier.values("application").annotate(count=Count("pk")).values("count")
    rows = PaperReceipt.objects.annotate(ordinal=ordinal).select_related(
        "application__organisation", "application__call", "submission__print", "received_by", "void__voided_by"
    )
    if user.is_authenticated and user.role == Role.DISTRICT:
        return rows.none()
    return rows.filter(application__in=readable_by(user).values("pk"))


def lacking_copies(call: Call, needed: int) -> int:
    """How many applications passed initial review but lack stamped copies of their current version."""
    passed = call.applications.filter(state=State.CERTIFICATION).annotate(copies=_copies())
    return passed.filter(copies__lt=needed).count()


def _copies() -> Coalesce:
    current = Submission.objects.filter(application=OuterRef("application")).order_by("-version").values("pk")[:1]
    received = (
        PaperReceipt.objects.filter(application=OuterRef("pk"), submission=current, void__isnull=True)
        .order_by()
        .values("application")
        .annotate(total=Sum("copies"))
        .values("total")
    )
    return Coalesce(received, Value(0))


def current_call(today: date) -> Call | None:
    """The call that concerns applicants today: the one open or coming up next, else the latest."""
    upcoming = Call.objects.filter(applicants_close_on__gte=today).order_by("applicants_close_on").first()
    return upcoming or Call.objects.order_by("-year").first()


def drafts_of(user: User) -> QuerySet[Application]:
    """The organisation's own drafts."""
    return visible_to(user).filter(state=State.DRAFT)


def seats_left(call: Call) -> int:
    """Free seats of the year's quota."""
    return max(call.quota - call.seats.filter(released_on__isnull=True).count(), 0)


def stayed_behind(call: Call) -> QuerySet[Application]:
    """What is live and not in the round: what it leaves behind, before it opens and after, with ``copies``."""
    rows = call.applications.filter(state__in=BEFORE_DECISION, entered_round_on__isnull=True)
    return with_copies(rows.select_related("organisation", "call")).order_by("number")
