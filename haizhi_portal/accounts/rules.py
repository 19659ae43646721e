"""Who may open an account for whom, and close it again."""

from haizhi_portal.accounts.models import Organisation, ReviewingBody, User
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.verdict import Verdict
from haizhi_portal.policy.words import Role

_OWN_PEOPLE = "5.1-guidance"
PLACES = "4.1-via-district"


def is_administrator(actor: Actor) -> bool:
    return actor.role in {Role.ADMIN, Role.SYSTEM}


def is_colleague(actor: Actor, organisation: Organisation | None) -> bool:
    return (
        actor.role == Role.APPLICANT
        and actor.user is not None
        and organisation is not None
        and actor.user.organisation_id == organisation.pk
    )


def administers(actor: Actor, organisation: Organisation | None) -> bool:
    """Whether the actor is the one person of the organisation who looks after its accounts."""
    return is_colleague(actor, organisation) and bool(actor.user.administers)


def can_create_user(actor: Actor) -> Verdict:
    """A system administrator opens any account; a unit invites its people, who choose their own password."""
    if is_administrator(actor):
        return Verdict.yes(_OWN_PEOPLE)
    return Verdict.no(_OWN_PEOPLE, "账号由系统管理员开设；单位内的同事由单位管理员邀请。")


def place_of(role: str, organisation: Organisation | None, body: ReviewingBody | None) -> Verdict:
    """Applicants belong to an organisation, district staff to a reviewing body, and nobody else to either."""
    if (role == Role.APPLICANT) != (organisation is not None):
        return Verdict.no(_OWN_PEOPLE, "申报单位的账号须指明所属单位，其他角色不属于任何单位。")
    if (role == Role.DISTRICT) != (body is not None):
        return Verdict.no(_OWN_PEOPLE, "区市县科协、先导区的账号须指明审核单位，其他角色不属于任何审核单位。")
    return Verdict.yes(_OWN_PEOPLE)


def can_manage(actor: Actor, user: User) -> Verdict:
    """Whether the actor may close, reopen or unlock this account."""
    if not (is_administrator(actor) or administers(actor, user.organisation)):
        return Verdict.no(_OWN_PEOPLE, "账号由系统管理员管理；单位内的同事由单位管理员管理。")
    if actor.user is not None and actor.user.pk == user.pk:
        return Verdict.no(_OWN_PEOPLE, "不能停用或重置自己的账号，请由另一人办理；修改自己的密码请用“修改密码”。")
    return Verdict.yes(_OWN_PEOPLE)


def can_deactivate(actor: Actor, user: User) -> Verdict:
    """Like `can_manage`; besides, somebody must remain who can administer the portal."""
    managed = can_manage(actor, user)
    if not managed:
        return managed
    if not user.is_active:
        return Verdict.no(_OWN_PEOPLE, "这个账号已经停用。")
    if user.administers and not is_administrator(actor):
        return Verdict.no(_OWN_PEOPLE, "单位管理员不能停用，请先把管理员移交给别人。")
    others = User.objects.filter(role=Role.ADMIN, is_active=True).exclude(pk=user.pk)
    if user.role == Role.ADMIN and not others.exists():
        return Verdict.no(_OWN_PEOPLE, "这是最后一个可用的系统管理员账号，停用后将无人能管理系统。请先另开一个。")
    return Verdict.yes(_OWN_PEOPLE)


def can_hand_over(actor: Actor, to: User) -> Verdict:
    """The unit's administrator, to an active colleague."""
    if not administers(actor, to.organisation):
        return Verdict.no(_OWN_PEOPLE, "单位管理员只能由现任管理员移交给本单位的人。")
    if to.administers or not to.is_active:
        return Verdict.no(_OWN_PEOPLE, "请选本单位另一位账号启用的人。")
    return Verdict.yes(_OWN_PEOPLE)


def can_edit_places(actor: Actor) -> Verdict:
    """The society department keeps the table of who reviews for which jurisdiction."""
    if actor.role in {Role.MUNICIPAL, Role.SYSTEM}:
        return Verdict.yes(PLACES)
    return Verdict.no(PLACES, "辖区与审核单位由市科协学会部维护。")
