"""A withdrawn application taken up again before the closing, with everything that was in it (`4.1-annual`)."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from applications.actions.carrying import carried_from, keep_as_typed
from applications.actions.draft import next_number
from applications.actions.locking import locked, locked_call, locked_organisation
from applications.actions.records import write
from applications.models import Application, Material
from applications.rules import can_reopen
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.verdict import Conflict

CLAUSE = "4.1-annual"


@transaction.atomic
def reopen(*, actor: Actor, application: Application) -> Application:
    """A new draft of the same call with the withdrawn one's answers and files, linked to it; the pledge is made anew.

    Raises RuleViolation after the closing or when the unit may not apply now, Conflict when another draft was begun
    at the same moment.
    """
    organisation = locked_organisation(application.organisation)
    call = locked_call(application.call)
    application = locked(application, actor=actor)
    application.organisation, application.call = organisation, call
    can_reopen(actor, application).require()
    carried = carried_from(application)
    try:
        with transaction.atomic():
            draft = Application.objects.create(
                number=next_number(call),
                call=call,
                organisation=organisation,
                answers=carried.answers,
                created_at=actor.now,
                created_by=actor.user,
                reopens=application,
            )
    except IntegrityError as lost:
        raise Conflict(clause=CLAUSE, message=_("同一单位的另一份草稿刚刚建立，请刷新页面后继续填写。")) from lost
    keep_as_typed(draft, carried.as_typed)
    Material.objects.bulk_create(
        _carried(row, draft, actor) for row in application.materials.filter(removed_at__isnull=True).order_by("pk")
    )
    write("application.reopened", draft, actor=actor, clause=CLAUSE, data={"from": application.number})
    return draft


def _carried(material: Material, draft: Application, actor: Actor) -> Material:
    """The same file in the new draft, uploaded once."""
    return Material(
        application=draft,
        kind=material.kind,
        about=material.about,
        file_id=material.file_id,
        outline=material.outline,
        stamped=material.stamped,
        added_at=actor.now,
    )
