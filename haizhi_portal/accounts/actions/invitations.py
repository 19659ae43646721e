"""A unit's administrator asks colleagues to join; they open their own account (`5.1-guidance`)."""

import logging
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from haizhi_portal.accounts.actions.consent import locked_organisation
from haizhi_portal.accounts.actions.users import add_user
from haizhi_portal.accounts.consent import administrator_of
from haizhi_portal.accounts.invitations import (
    CLAUSE,
    GOOD_FOR,
    MOST_LETTERS,
    MOST_OPEN,
    can_accept,
    can_handle,
    can_invite,
    opens,
)
from haizhi_portal.accounts.models import Invitation, Organisation, User
from haizhi_portal.accounts.tasks import invitation_letter
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.identity import check_code
from haizhi_portal.audit.ledger import record
from haizhi_portal.notifications.actions import tell
from haizhi_portal.policy.verdict import Conflict, RuleViolation
from haizhi_portal.policy.words import Role

_log = logging.getLogger(__name__)


@transaction.atomic
def invite(*, actor: Actor, organisation: Organisation, email: str) -> Invitation:
    """Ask somebody by e-mail to join the unit.

    Raises RuleViolation when the actor may not, the person has an account there or too many invitations are open;
    Conflict when one to that address is open already.
    """
    organisation = locked_organisation(organisation)
    can_invite(actor, organisation).require()
    email = email.strip()
    if User.objects.filter(organisation=organisation, is_active=True, email__iexact=email).exists():
        raise RuleViolation(
            clause=CLAUSE, message=_("本单位已有人用这个邮箱，不必再邀请。"), field="email", code="already_there"
        )
    if open_invitations(organisation).count() >= MOST_OPEN:
        raise RuleViolation(
            clause=CLAUSE,
            message=_("还有 %(most)s 份邀请没有接受，请先撤回不需要的。") % {"most": MOST_OPEN},
            code="too_many_open",
        )
    invitation = send(Invitation(organisation=organisation, email=email), actor)
    record_of("user.invited", actor, invitation)
    return invitation


def send(invitation: Invitation, actor: Actor) -> Invitation:
    """Keep a new invitation and have its letter written. Raises Conflict when one to that address is open."""
    invitation.invited_by, invitation.invited_at = actor.user, actor.now
    invitation.expires_at = actor.now + GOOD_FOR
    try:
        with transaction.atomic():
            invitation.save(force_insert=True)
    except IntegrityError:
        raise Conflict(
            clause=CLAUSE,
            message=_("已经邀请过这个邮箱，邀请还没有接受。可以在“本单位人员”中重新发送或撤回。"),
            field="email",
            code="already_invited",
        ) from None
    transaction.on_commit(partial(_wake_worker, invitation.public_id))
    return invitation


@transaction.atomic
def send_again(*, actor: Actor, invitation: Invitation) -> Invitation:
    """A new letter with a new link and new days; earlier links stop working. Raises RuleViolation."""
    invitation = _locked(invitation)
    can_handle(actor, invitation).require()
    if invitation.letters >= MOST_LETTERS:
        raise RuleViolation(
            clause=CLAUSE,
            message=_("同一份邀请最多发 %(most)s 封邮件。请核对邮箱，撤回后重新邀请。") % {"most": MOST_LETTERS},
            code="too_many_letters",
        )
    invitation.nonce, invitation.expires_at = check_code(), actor.now + GOOD_FOR
    invitation.letters, invitation.letter_sent_at = invitation.letters + 1, None
    invitation.save(update_fields=["nonce", "expires_at", "letters", "letter_sent_at"])
    transaction.on_commit(partial(_wake_worker, invitation.public_id))
    record_of("user.invitation_resent", actor, invitation)
    return invitation


@transaction.atomic
def withdraw_invitation(*, actor: Actor, invitation: Invitation) -> Invitation:
    """Take an open invitation back: its link stops working. Raises RuleViolation."""
    invitation = _locked(invitation)
    can_handle(actor, invitation).require()
    invitation.withdrawn_at = actor.now
    invitation.save(update_fields=["withdrawn_at"])
    record_of("user.invitation_withdrawn", actor, invitation)
    return invitation


@transaction.atomic
def accept_invitation(
    *, actor: Actor, invitation: Invitation, token: str, username: str, password: str, name: str, mobile: str
) -> User:
    """Open the invited person's own account, and let them look after the unit if they were asked to.

    Raises RuleViolation for a link that no longer works or a sign-in name, mobile number or name that cannot be used.
    """
    invitation = _usable(actor, invitation, token)
    person = add_user(
        actor=actor,
        username=username,
        password=password,
        name=name,
        role=Role.APPLICANT,
        email=invitation.email,
        mobile=mobile,
        organisation=invitation.organisation,
    )
    _use(actor, invitation, person)
    return person


@transaction.atomic
def accept_with_own_account(*, actor: Actor, invitation: Invitation, token: str) -> User:
    """A colleague who is asked to look after the unit does so with the account they have. Raises RuleViolation."""
    invitation = _usable(actor, invitation, token)
    person = User.objects.select_for_update(of=("self",)).get(pk=actor.user.pk)
    if not invitation.administers or person.organisation_id != invitation.organisation_id or not person.is_active:
        raise RuleViolation(clause=CLAUSE, message=_("这份邀请要另开账号接受，请先退出现在的账号。"))
    _use(actor, invitation, person)
    return person


def open_invitations(organisation: Organisation) -> QuerySet[Invitation]:
    """Those that were neither accepted nor withdrawn, expired ones included."""
    return Invitation.objects.filter(organisation=organisation, accepted_at=None, withdrawn_at=None)


def record_of(event: str, actor: Actor, invitation: Invitation, reason: str = "", **data: object) -> None:
    """One line of the ledger about an invitation; addresses stay out of it."""
    record(
        event,
        actor=actor,
        object=f"invitation:{invitation.public_id}",
        clause=CLAUSE,
        organisation=invitation.organisation.credit_code,
        data={"administers": invitation.administers, **data},
        reason=reason,
    )


def _locked(invitation: Invitation) -> Invitation:
    organisation = locked_organisation(invitation.organisation)
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    invitation.organisation = organisation
    return invitation


def _usable(actor: Actor, invitation: Invitation, token: str) -> Invitation:
    invitation = _locked(invitation)
    can_accept(invitation, actor.now).require(code="invitation_over")
    if not opens(invitation, token):
        raise RuleViolation(
            clause=CLAUSE, message=_("这个链接已被新的邮件替换，请打开最新一封。"), code="invitation_over"
        )
    return invitation


def _use(actor: Actor, invitation: Invitation, person: User) -> None:
    """Note who accepted; an appointment takes effect, whoever looked after the unit until then."""
    before = administrator_of(invitation.organisation)
    invitation.accepted_at, invitation.person = actor.now, person
    invitation.save(update_fields=["accepted_at", "person"])
    if invitation.administers:
        User.objects.filter(organisation=invitation.organisation, administers=True).update(administers=False)
        person.administers = True
        person.save(update_fields=["administers"])
    acting = Actor(user=person, role=person.role, now=actor.now, address=actor.address)
    record_of("user.joined", acting, invitation, person=person.public_id)
    _tell_who_asked(acting, invitation, before)


def _tell_who_asked(acting: Actor, invitation: Invitation, administrator: User | None) -> None:
    unit = invitation.organisation
    asked = invitation.invited_by if invitation.administers else administrator
    if asked is not None:
        link = reverse("accounts:colleagues")
        if invitation.administers:
            link = reverse("accounts:organisation", args=[unit.public_id])
        tell(
            actor=acting,
            recipients=[asked],
            kind="user.joined",
            subject=_("邀请已被接受"),
            body=_("%(name)s已加入%(unit)s。") % {"name": acting.user.name, "unit": unit.name},
            link=link,
        )


def _wake_worker(public_id: str) -> None:
    """Let the worker write the letter now; without a broker the next sweep does."""
    try:
        invitation_letter.delay(public_id)
    except Exception as problem:  # whatever the transport raises, the invitation is already committed
        _log.warning("an invitation waits for the next sweep: %s", problem)
