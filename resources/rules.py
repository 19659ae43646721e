"""Who may write the register of overseas partners: the organisation itself, nobody else (`5.1-guidance`)."""

from django.utils.translation import gettext as _

from haizhi_portal.accounts.models import Organisation
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.verdict import Verdict
from haizhi_portal.policy.words import Role
from resources.models import Partner


def can_enter_partner(actor: Actor, organisation: Organisation) -> Verdict:
    if actor.role == Role.APPLICANT and actor.user is not None and actor.user.organisation_id == organisation.pk:
        return Verdict.yes("3.2-channels")
    return Verdict.no("5.1-guidance", _("海外合作伙伴由本单位自己登记。"))


def can_change_partner(actor: Actor, partner: Partner) -> Verdict:
    if partner.removed_at is not None:
        return Verdict.no("3.2-channels", _("这个伙伴已被移除，请重新登记。"))
    return can_enter_partner(actor, partner.organisation)
