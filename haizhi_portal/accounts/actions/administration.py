"""Who looks after a unit's accounts: handed over inside the unit, or restored by staff (`5.1-guidance`)."""

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from haizhi_portal.accounts.actions.consent import FORMATS, locked_organisation
from haizhi_portal.accounts.actions.invitations import open_invitations, record_of, send
from haizhi_portal.accounts.consent import administrator_of
from haizhi_portal.accounts.invitations import CLAUSE, can_restore
from haizhi_portal.accounts.models import Invitation, Organisation, User
from haizhi_portal.accounts.rules import can_hand_over
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.ledger import record
from haizhi_portal.files.store import store_upload
from haizhi_portal.notifications.actions import tell
from haizhi_portal.policy.stored import figures_on
from haizhi_portal.policy.verdict import RuleViolation


@transaction.atomic
def hand_over(*, actor: Actor, to: User) -> User:
    """Let a colleague look after the unit's accounts from now on, instead of the actor. Raises RuleViolation."""
    people = User.objects.select_for_update(of=("self",)).select_related("organisation")
    if to.organisation is not None:
        locked_organisation(to.organisation)
    locked = {each.pk: each for each in people.filter(pk__in=[actor.user.pk, to.pk]).order_by("pk")}
    giver, taker = locked[actor.user.pk], locked[to.pk]
    can_hand_over(Actor(user=giver, role=giver.role, now=actor.now, address=actor.address), taker).require()
    giver.administers = False
    giver.save(update_fields=["administers"])
    taker.administers = True
    taker.save(update_fields=["administers"])
    unit = taker.organisation
    record(
        "organisation.administrator_changed",
        actor=actor,
        object=f"user:{taker.public_id}",
        clause=CLAUSE,
        organisation=unit.credit_code if unit else None,
        data={"before": giver.public_id, "after": taker.public_id},
    )
    tell(
        actor=actor,
        recipients=[taker],
        kind="organisation.administrator_changed",
        subject=_("您现在是单位管理员"),
        body=_("%(name)s把单位管理员移交给了您，本单位的人员由您邀请和停用。") % {"name": giver.name},
        link=reverse("accounts:colleagues"),
    )
    return taker


@transaction.atomic
def restore_access(
    *, actor: Actor, organisation: Organisation, email: str, reason: str, evidence: UploadedFile
) -> Invitation:
    """Appoint a new administrator by invitation, for a unit whose own left or lost access.

    The former administrator's account is closed, everybody of the unit is signed out, and whatever invitation was open
    is taken back. Raises RuleViolation when the actor may not, no reason is given or the evidence cannot be used.
    """
    can_restore(actor).require()
    organisation = locked_organisation(organisation)
    reason = reason.strip()
    if not reason:
        raise RuleViolation(
            clause=CLAUSE, message=_("请写明恢复的理由，它会记入审计台账。"), field="reason", code="reason_missing"
        )
    file = store_upload(
        actor=actor, upload=evidence, allow=FORMATS, max_megabytes=figures_on(actor.today).upload_max_megabytes
    )
    former = administrator_of(organisation)
    open_invitations(organisation).update(withdrawn_at=actor.now)
    people = User.objects.filter(organisation=organisation)
    people.update(sign_ins_ended=F("sign_ins_ended") + 1)
    people.filter(administers=True).update(administers=False, is_active=False)
    invitation = send(
        Invitation(organisation=organisation, email=email.strip(), administers=True, reason=reason, evidence=file),
        actor,
    )
    before = former.public_id if former else None
    record_of("organisation.restored", actor, invitation, reason, before=before, sha256=file.sha256)
    return invitation
