"""Invitations: who may send them and take them back, the secret in their links, and why one no longer works."""

from datetime import datetime, timedelta

from django.utils.crypto import constant_time_compare, salted_hmac

from haizhi_portal.accounts.models import Invitation, Organisation
from haizhi_portal.accounts.rules import administers, is_administrator
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.verdict import Verdict
from haizhi_portal.policy.words import Role

CLAUSE = "5.1-guidance"
GOOD_FOR = timedelta(days=7)
# Nobody's mailbox is to be filled through the portal.
MOST_OPEN = 20
MOST_LETTERS = 5
State = Invitation.State

_WHY_NOT: dict[str, str] = {
    State.ACCEPTED: "这份邀请已经用过。如果是您本人接受的，请直接登录。",
    State.WITHDRAWN: "这份邀请已被撤回。如有需要，请对方重新邀请。",
    State.EXPIRED: "这份邀请已过期，请对方重新发送。",
}


def token_of(invitation: Invitation) -> str:
    """The secret part of the link: made from the row and the portal's own key, kept nowhere."""
    facts = f"{invitation.public_id}:{invitation.nonce}"
    return salted_hmac("haizhi_portal.accounts.invitation", facts, algorithm="sha256").hexdigest()


def opens(invitation: Invitation, token: str) -> bool:
    """Whether the link belongs to the last letter of this invitation."""
    return constant_time_compare(token_of(invitation), token)


def can_accept(invitation: Invitation, now: datetime) -> Verdict:
    """Within its days, once, unless it was taken back."""
    why_not = _WHY_NOT.get(invitation.state_at(now))
    return Verdict.no(CLAUSE, why_not) if why_not else Verdict.yes(CLAUSE)


def can_invite(actor: Actor, organisation: Organisation) -> Verdict:
    """The unit's administrator and nobody else of the unit."""
    if administers(actor, organisation):
        return Verdict.yes(CLAUSE)
    return Verdict.no(CLAUSE, "同事由单位管理员邀请。")


def can_restore(actor: Actor) -> Verdict:
    """The society department or a system administrator, for a unit whose administrator left or lost access."""
    if is_administrator(actor) or actor.role == Role.MUNICIPAL:
        return Verdict.yes(CLAUSE)
    return Verdict.no(CLAUSE, "单位的管理权限由市科协学会部或系统管理员恢复。")


def can_handle(actor: Actor, invitation: Invitation) -> Verdict:
    """Whoever may send an invitation of that kind may send it again or take it back while it is open."""
    may = can_restore(actor) if invitation.administers else can_invite(actor, invitation.organisation)
    if not may:
        return may
    if invitation.accepted_at or invitation.withdrawn_at:
        return Verdict.no(CLAUSE, "这份邀请已经接受或撤回，不能再办理。")
    return Verdict.yes(CLAUSE)
