"""Activities a base records, plainly: what, when, where, how many, with whom, to what effect (`5.4.3`)."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from bases.actions.endings import end_what_is_over
from bases.models import Activity, Base
from bases.rules import activity_day, can_change_activity, can_record_activity
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.ledger import record
from haizhi_portal.policy.verdict import Conflict, RuleViolation
from resources.models import Partner


@transaction.atomic
def add_activity(
    *,
    actor: Actor,
    base: Base,
    held_on: date,
    title: str,
    kind: str,
    place: str,
    participants: int,
    outcome: str,
    partners: Iterable[Partner] = (),
) -> Activity:
    """Record one activity. Raises RuleViolation for a stranger, an ended base, or a day outside the base's life."""
    base = end_what_is_over(actor=actor, base=base)
    can_record_activity(actor, base).require()
    activity_day(actor, base, held_on).require(field="held_on")
    partners = _own(base, partners)
    activity = Activity.objects.create(
        base=base,
        held_on=held_on,
        title=title,
        kind=kind,
        place=place,
        participants=participants,
        outcome=outcome,
    )
    activity.partners.set(partners)
    _record("activity.added", actor, activity)
    return activity


@transaction.atomic
def change_activity(
    *,
    actor: Actor,
    activity: Activity,
    expected_version: int,
    held_on: date,
    title: str,
    kind: str,
    place: str,
    participants: int,
    outcome: str,
    partners: Iterable[Partner] = (),
) -> Activity:
    """Correct a record. Raises RuleViolation, or Conflict when somebody else changed it in between."""
    end_what_is_over(actor=actor, base=activity.base)
    activity = _locked(activity)
    can_change_activity(actor, activity).require()
    activity_day(actor, activity.base, held_on).require(field="held_on")
    _expect(activity, expected_version)
    partners = _own(activity.base, partners)
    activity.held_on, activity.title, activity.kind, activity.place = held_on, title, kind, place
    activity.participants, activity.outcome = participants, outcome
    activity.version += 1
    activity.save()
    activity.partners.set(partners)
    _record("activity.changed", actor, activity)
    return activity


@transaction.atomic
def remove_activity(*, actor: Actor, activity: Activity) -> Activity:
    """Take a record out of the lists and the evidence; the row stays. Raises RuleViolation."""
    end_what_is_over(actor=actor, base=activity.base)
    activity = _locked(activity)
    can_change_activity(actor, activity).require()
    activity.removed_at = actor.now
    activity.version += 1
    activity.save(update_fields=["removed_at", "version"])
    _record("activity.removed", actor, activity)
    return activity


def _locked(activity: Activity) -> Activity:
    return Activity.objects.select_for_update(of=("self",)).select_related("base__organisation").get(pk=activity.pk)


def _expect(activity: Activity, version: int) -> None:
    if activity.version != version:
        raise Conflict(
            clause="5.4.3",
            message=_("这条活动刚在另一个窗口或由同事改过。您填的内容都还在下面，请对照已保存的内容后再保存。"),
        )


def _record(event: str, actor: Actor, activity: Activity) -> None:
    record(
        event,
        actor=actor,
        object=f"activity:{activity.public_id}",
        clause="5.4.3",
        data={
            "held_on": activity.held_on,
            "title": activity.title,
            "kind": activity.kind,
            "participants": activity.participants,
            "version": activity.version,
        },
        base=activity.base.number,
        organisation=activity.base.organisation.credit_code,
    )


def _own(base: Base, partners: Iterable[Partner]) -> list[Partner]:
    partners = list(partners)
    if any(partner.organisation_id != base.organisation_id for partner in partners):
        raise RuleViolation(clause="5.4.3", message=_("只能选择本单位的海外合作伙伴。"), field="partners")
    return partners
