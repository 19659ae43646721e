"""What a day brings about for calls and applications. Nothing is wrong where it did not run."""

from django.utils.translation import gettext as _

from applications.actions.call import record_call_events
from applications.actions.pre_review import escalate_unanswered
from applications.models import Application, Call
from applications.queries import escalated
from haizhi_portal.audit.actor import Actor


def run(actor: Actor) -> list[tuple[str, int]]:
    """Record openings and closings whose day has come, and hand on what districts left unanswered."""
    due = Call.objects.filter(opening_recorded_on__isnull=True) | Call.objects.filter(closing_recorded_on__isnull=True)
    events = [event for call in due.order_by("year") for event in record_call_events(actor=actor, call=call)]
    unanswered = Application.objects.filter(escalated(actor.today)).order_by("number")
    handed_on = sum(escalate_unanswered(actor=actor, application=application) for application in unanswered)
    return [
        (_("开放申报"), events.count("call.opened")),
        (_("截止申报"), events.count("call.closed")),
        (_("辖区逾期转市科协"), handed_on),
    ]
