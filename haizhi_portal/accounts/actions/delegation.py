"""Naming who stands in while one is away, and ending that early."""

from datetime import date

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from haizhi_portal.accounts.delegations import CLAUSE, can_delegate, can_withdraw_delegation
from haizhi_portal.accounts.models import Delegation, User
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.ledger import record
from haizhi_portal.notifications.actions import tell
from haizhi_portal.policy.dates_said import said_range
from haizhi_portal.policy.verdict import Conflict


@transaction.atomic
def delegate_work(*, actor: Actor, delegate: User, starts_on: date, ends_on: date) -> Delegation:
    """Let a colleague stand in from one day to another, both included; the colleague is told.

    Raises RuleViolation when the two may not, Conflict when another delegation came in between.
    """
    # Both rows, in one order: two people cannot name each other at the same moment.
    list(User.objects.select_for_update().filter(pk__in=[actor.user.pk, delegate.pk]).order_by("pk"))
    can_delegate(actor, delegate, starts_on, ends_on).require(field="delegate")
    try:
        with transaction.atomic():
            made = Delegation.objects.create(
                absent=actor.user, delegate=delegate, starts_on=starts_on, ends_on=ends_on, made_at=actor.now
            )
    except IntegrityError as lost:
        raise Conflict(clause=CLAUSE, message=_("刚有一项外出代办与此重叠，请刷新后再看。")) from lost
    _record("delegation.made", actor, made)
    _tell(actor, delegate, made, _("%(name)s外出，请您代办"))
    return made


@transaction.atomic
def withdraw_delegation(*, actor: Actor, delegation: Delegation) -> Delegation:
    """End it before its last day; the other of the two is told."""
    delegation = (
        Delegation.objects.select_for_update(of=("self",)).select_related("absent", "delegate").get(pk=delegation.pk)
    )
    can_withdraw_delegation(actor, delegation).require()
    delegation.withdrawn_at, delegation.withdrawn_by = actor.now, actor.user
    delegation.save(update_fields=["withdrawn_at", "withdrawn_by"])
    _record("delegation.withdrawn", actor, delegation)
    other = delegation.delegate if actor.user.pk == delegation.absent_id else delegation.absent
    _tell(actor, other, delegation, _("%(name)s提前结束了外出代办"))
    return delegation


def _record(event: str, actor: Actor, delegation: Delegation) -> None:
    record(
        event,
        actor=actor,
        object=f"delegation:{delegation.public_id}",
        clause=CLAUSE,
        data={
            "absent": delegation.absent.public_id,
            "delegate": delegation.delegate.public_id,
            "starts_on": delegation.starts_on,
            "ends_on": delegation.ends_on,
        },
    )


def _tell(actor: Actor, recipient: User, delegation: Delegation, subject: str) -> None:
    tell(
        actor=actor,
        recipients=[recipient],
        kind="delegation",
        subject=subject % {"name": actor.user.name},
        body=_("%(absent)s外出，%(period)s由%(delegate)s代办。代办人的权限不变，所办事项记为代办。")
        % {
            "absent": delegation.absent.name,
            "period": said_range(delegation.starts_on, delegation.ends_on),
            "delegate": delegation.delegate.name,
        },
        link=reverse("accounts:delegations"),
    )
