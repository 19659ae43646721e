"""Seats of the year's quota: taken one at a time under the call's lock, and given back (`4.2-cap`)."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from applications.actions.locking import locked_call
from applications.models import Application, Call, Seat
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.quota import CLAUSE, next_seat, seat_verdict
from haizhi_portal.policy.verdict import Conflict


@transaction.atomic
def take_seat(*, actor: Actor, call: Call, application: Application) -> Seat:
    """The lowest free seat of the year for an application. Raises Conflict when the last one has gone."""
    call = locked_call(call)
    taken = set(call.seats.filter(released_on__isnull=True).values_list("number", flat=True))
    number = next_seat(taken, call.quota)
    if number is None:
        raise Conflict(clause=CLAUSE, message=seat_verdict(len(taken), call.quota, call.year).reason, code="no_seat")
    try:
        with transaction.atomic():
            return Seat.objects.create(call=call, number=number, application=application, taken_on=actor.today)
    except IntegrityError as lost:
        message = _("第 %(number)s 个席位刚被占用，请刷新页面后再试。") % {"number": number}
        raise Conflict(clause=CLAUSE, message=message, code="no_seat") from lost


@transaction.atomic
def release_seat(*, actor: Actor, application: Application) -> Seat:
    """Give back the seat an application holds; others may take its number."""
    locked_call(application.call)
    seat = Seat.objects.select_for_update().get(application=application, released_on__isnull=True)
    seat.released_on = actor.today
    seat.save(update_fields=["released_on"])
    return seat
