"""Who reviews for which jurisdiction."""

from django.db import IntegrityError, transaction

from haizhi_portal.accounts.models import Jurisdiction, ReviewingBody
from haizhi_portal.accounts.rules import PLACES, can_edit_places
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.ledger import record
from haizhi_portal.policy.verdict import Conflict, RuleViolation


@transaction.atomic
def change_reviewing_body(
    *, actor: Actor, jurisdiction: Jurisdiction, reviewing_body: ReviewingBody, reason: str
) -> Jurisdiction:
    """Let another body review for the jurisdiction from now on; what is with the old one goes over with it.

    Raises RuleViolation when the actor may not, nothing would change, or no reason is given.
    """
    can_edit_places(actor).require()
    place = (
        Jurisdiction.objects.select_for_update(of=("self",)).select_related("reviewing_body").get(pk=jurisdiction.pk)
    )
    if place.reviewing_body_id == reviewing_body.pk:
        raise Conflict(
            clause=PLACES, message=f"{place.name}现在就由{reviewing_body.name}审核，没有变化。", field="reviewing_body"
        )
    before, place.reviewing_body = place.reviewing_body, reviewing_body
    place.save(update_fields=["reviewing_body"])
    record(
        "jurisdiction.reassigned",
        actor=actor,
        object=f"jurisdiction:{place.code}",
        clause=PLACES,
        data={"before": before.name, "after": reviewing_body.name},
        reason=_reason(reason),
    )
    return place


@transaction.atomic
def change_body(
    *, actor: Actor, reviewing_body: ReviewingBody, name: str, kind: str, telephone: str, reason: str
) -> ReviewingBody:
    """Rename a reviewing body or change how to reach it. Raises RuleViolation, Conflict for a name in use."""
    can_edit_places(actor).require()
    body = ReviewingBody.objects.select_for_update().get(pk=reviewing_body.pk)
    before = body.name
    body.name, body.kind, body.telephone = _name(name), kind, telephone.strip()
    _save(body)
    record(
        "reviewing_body.changed",
        actor=actor,
        object=f"reviewing_body:{before}",
        clause=PLACES,
        data={"before": before, "after": body.name},
        reason=_reason(reason),
    )
    return body


@transaction.atomic
def add_body(*, actor: Actor, name: str, kind: str, telephone: str, reason: str) -> ReviewingBody:
    """A reviewing body that no jurisdiction leads to yet. Raises RuleViolation, Conflict for a name in use."""
    can_edit_places(actor).require()
    body = ReviewingBody(name=_name(name), kind=kind, telephone=telephone.strip())
    _save(body)
    record(
        "reviewing_body.added",
        actor=actor,
        object=f"reviewing_body:{body.name}",
        clause=PLACES,
        data={"kind": kind},
        reason=_reason(reason),
    )
    return body


def _save(body: ReviewingBody) -> None:
    try:
        with transaction.atomic():
            body.save()
    except IntegrityError:
        raise Conflict(
            clause=PLACES, message="已有同名的审核单位，请直接选用或换一个名称。", field="name", code="name_taken"
        ) from None


def _name(name: str) -> str:
    kept = " ".join(name.split())
    if not kept:
        raise RuleViolation(clause=PLACES, message="请填写审核单位的名称。", field="name", code="name_missing")
    return kept


def _reason(reason: str) -> str:
    kept = reason.strip()
    if not kept:
        raise RuleViolation(
            clause=PLACES, message="请写明理由，它会记入审计台账。", field="reason", code="reason_missing"
        )
    return kept
