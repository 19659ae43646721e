"""Who stands in for whom on a day: derived from dates, so that it begins and ends by itself."""

from datetime import date, datetime

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from haizhi_portal.accounts.models import Delegation, User
from haizhi_portal.accounts.models.people import DELEGATING
from haizhi_portal.accounts.queries import leaders, municipal_staff
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.dates_said import said, said_range
from haizhi_portal.policy.periods import add_years
from haizhi_portal.policy.verdict import Verdict
from haizhi_portal.policy.words import Role

CLAUSE = "5.1-guidance"


def colleagues_of(user: User) -> QuerySet[User]:
    """Everybody else of the same role in the same office with an account in use."""
    if user.role == Role.DISTRICT:
        people = User.objects.filter(role=Role.DISTRICT, reviewing_body=user.reviewing_body_id, is_active=True)
    else:
        people = {Role.MUNICIPAL: municipal_staff, Role.LEADER: leaders}.get(Role(user.role), User.objects.none)()
    return people.exclude(pk=user.pk).order_by("name", "pk")


def stood_in_for(user: User, day: date) -> list[User]:
    """The colleagues in whose place this person acts on a day."""
    rows = Delegation.objects.in_force(day).filter(delegate=user)
    return [each.absent for each in rows.order_by("absent__name", "absent_id")]


def held_at(delegation: Delegation, instant: datetime, day: date) -> bool:
    """Whether it held at a past instant of a day, so that what was done then was done in somebody's place."""
    made_by_then = delegation.made_at <= instant
    still_held = delegation.withdrawn_at is None or delegation.withdrawn_at > instant
    return made_by_then and still_held and delegation.starts_on <= day <= delegation.ends_on


def visible_delegations(user: User) -> QuerySet[Delegation]:
    """One's own, and those in which one stands in."""
    rows = Delegation.objects.select_related("absent", "delegate", "withdrawn_by")
    return rows.filter(Q(absent=user) | Q(delegate=user))


# Rules --------------------------------------------------------------------------------------------------------------


def can_delegate(
    actor: Actor, delegate: User | None = None, starts_on: date | None = None, ends_on: date | None = None
) -> Verdict:
    """Staff name a colleague of their own role and office for days to come. Nothing named: at all."""
    if actor.role not in DELEGATING:
        return Verdict.no(CLAUSE, _("外出代办由区市县科协、先导区和市科协的工作人员办理。"))
    if delegate is None or starts_on is None or ends_on is None:
        return Verdict.yes(CLAUSE)
    if not colleagues_of(actor.user).filter(pk=delegate.pk).exists():
        return Verdict.no(CLAUSE, _("代办人只能是同一单位、同一角色的在用账号，请从列表中选择。"))
    if starts_on < actor.today:
        return Verdict.no(CLAUSE, _("起始日不能早于今天。"), field="starts_on")
    if ends_on < starts_on:
        return Verdict.no(CLAUSE, _("截止日不能早于起始日。"), field="ends_on")
    latest = add_years(actor.today, 1)
    if ends_on > latest:
        words = _("代办最长安排到一年以后（%(day)s），请核对截止日。") % {"day": said(latest)}
        return Verdict.no(CLAUSE, words, field="ends_on")
    return _no_clash(actor.user, delegate, starts_on, ends_on)


def _no_clash(absent: User, delegate: User, starts_on: date, ends_on: date) -> Verdict:
    near = Delegation.objects.filter(withdrawn_at__isnull=True, starts_on__lte=ends_on, ends_on__gte=starts_on)
    near = near.select_related("absent", "delegate").order_by("starts_on")
    if own := near.filter(absent=absent).first():
        period = said_range(own.starts_on, own.ends_on)
        words = _("您已委托%(name)s在%(period)s代办，时间不能重叠；需要改动时，请先提前结束那一项。")
        return Verdict.no(CLAUSE, words % {"name": own.delegate.name, "period": period}, field="starts_on")
    if away := near.filter(absent=delegate).first():
        period = said_range(away.starts_on, away.ends_on)
        words = _("%(name)s在%(period)s也外出，不能代办，请另选一人。")
        return Verdict.no(CLAUSE, words % {"name": delegate.name, "period": period})
    if relied := near.filter(delegate=absent).first():
        words = _("%(name)s已委托您代办至%(day)s，不能再转托；请先与其商量，由其另行委托。")
        return Verdict.no(CLAUSE, words % {"name": relied.absent.name, "day": said(relied.ends_on)})
    return Verdict.yes(CLAUSE)


def can_withdraw_delegation(actor: Actor, delegation: Delegation) -> Verdict:
    """Either of the two, until its last day is over."""
    if actor.user is None or actor.user.pk not in (delegation.absent_id, delegation.delegate_id):
        return Verdict.no(CLAUSE, _("外出代办由委托人或代办人提前结束。"))
    if delegation.withdrawn_at is not None:
        return Verdict.no(CLAUSE, _("这项外出代办已经提前结束。"))
    if delegation.ends_on < actor.today:
        return Verdict.no(CLAUSE, _("这项外出代办已于%(day)s到期。") % {"day": said(delegation.ends_on)})
    return Verdict.yes(CLAUSE)
