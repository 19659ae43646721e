"""Opening a protected paper: each opening is one row and one line of the ledger (`4.1-materials`)."""

from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from applications.actions.call import reasoned
from applications.actions.records import write
from applications.models import Material, Viewing
from applications.rules import can_download, can_unmask
from applications.rules.making import can_include_identity
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.verdict import RuleViolation

CLAUSE = "4.1-materials"
# Leafing through a paper, or looking again, within this time is the same opening.
LASTS = timedelta(minutes=15)
LONGEST_REASON = 200


@transaction.atomic
def open_masked(*, actor: Actor, material: Material) -> Viewing:
    """Record that the person opened the paper masked; one that is still open is the same opening."""
    material = _locked(material)
    return open_viewing(actor=actor, material=material) or _write(actor, material, masked=True)


@transaction.atomic
def unmask(*, actor: Actor, material: Material, reason: str) -> Viewing:
    """Show the person the paper as it is for a while. Raises RuleViolation without the right, or (field "reason")
    without a reason.
    """
    material = _locked(material)
    can_unmask(actor, material).require()
    reason = reasoned(reason, CLAUSE)
    if len(reason) > LONGEST_REASON:
        message = _("查看理由不超过 %(most)d 字。") % {"most": LONGEST_REASON}
        raise RuleViolation(clause=CLAUSE, message=message, field="reason", code="too_long")
    if (live := open_viewing(actor=actor, material=material)) is not None and not live.masked:
        return live
    return _write(actor, material, masked=False, reason=reason)


@transaction.atomic
def download(*, actor: Actor, material: Material) -> Viewing:
    """Record that the unit fetched its own paper whole. Raises RuleViolation for anybody else."""
    material = _locked(material)
    can_download(actor, material).require()
    can_unmask(actor, material).require()
    return _write(actor, material, masked=False, whole=True, reason=_("本单位下载"))


@transaction.atomic
def taken_along(*, actor: Actor, material: Material, reason: str) -> Viewing:
    """Record that the paper leaves whole in an archive made for municipal staff, for a stated reason."""
    material = _locked(material)
    can_include_identity(actor).require()
    return _write(actor, material, masked=False, whole=True, reason=reason[:LONGEST_REASON])


def open_viewing(*, actor: Actor, material: Material) -> Viewing | None:
    """The person's opening of the paper that still lasts, one without mask first."""
    rows = Viewing.objects.filter(
        material=material, viewer=actor.user, whole=False, opened_at__gt=actor.now - LASTS, opened_at__lte=actor.now
    )
    return rows.order_by("masked", "-opened_at").first()


def _locked(material: Material) -> Material:
    return (
        Material.objects.select_for_update(of=("self",))
        .select_related("file", "application__organisation", "application__routed_to__reviewing_body")
        .get(pk=material.pk)
    )


def _write(actor: Actor, material: Material, *, masked: bool, whole: bool = False, reason: str = "") -> Viewing:
    viewing = Viewing.objects.create(
        material=material, viewer=actor.user, masked=masked, whole=whole, reason=reason, opened_at=actor.now
    )
    write(
        "file.viewed",
        material.application,
        actor=actor,
        clause=CLAUSE,
        data={
            "file": material.file.public_id,
            "kind": material.kind,
            "pages": material.file.pages,
            "masked": masked,
            "whole": whole,
        },
        reason=reason,
    )
    return viewing
