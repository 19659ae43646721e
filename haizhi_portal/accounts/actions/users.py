"""A person's account, from opening to closing."""

import unicodedata

from axes.utils import reset
from django.db import IntegrityError, transaction
from django.db.models.functions import Lower

from haizhi_portal.accounts.models import Organisation, ReviewingBody, User
from haizhi_portal.accounts.names import folded, sign_in_name
from haizhi_portal.accounts.rules import can_create_user, can_deactivate, can_manage, place_of
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.ledger import record
from haizhi_portal.policy.identifiers import mobile_verdict, normalise
from haizhi_portal.policy.verdict import Conflict, RuleViolation
from haizhi_portal.policy.words import Role

CLAUSE = "5.1-guidance"


@transaction.atomic
def create_user(
    *,
    actor: Actor,
    username: str,
    password: str,
    name: str,
    role: str,
    email: str = "",
    mobile: str = "",
    organisation: Organisation | None = None,
    reviewing_body: ReviewingBody | None = None,
    is_demo: bool = False,
) -> User:
    """Open an account. Raises RuleViolation when the actor may not, the name is in use or the place does not fit."""
    can_create_user(actor).require()
    place_of(role, organisation, reviewing_body).require(field="role")
    user = add_user(
        actor=actor,
        username=username,
        password=password,
        name=name,
        role=role,
        email=email,
        mobile=mobile,
        organisation=organisation,
        reviewing_body=reviewing_body,
        is_demo=is_demo,
    )
    _record("user.created", actor, user, {"role": role})
    return user


def add_user(
    *,
    actor: Actor,
    username: str,
    password: str,
    name: str,
    role: str,
    email: str = "",
    mobile: str = "",
    organisation: Organisation | None = None,
    administers: bool = False,
    reviewing_body: ReviewingBody | None = None,
    is_demo: bool = False,
) -> User:
    """The row of a new account, within the caller's transaction, which records why it was opened.

    Raises RuleViolation for a sign-in name, mobile number or person's name that cannot be used, Conflict for a
    sign-in name in use.
    """
    kept = sign_in_name(username)
    if User.objects.alias(folded=Lower("username")).filter(folded=folded(kept)).exists():
        raise _name_taken()
    user = User(
        username=kept,
        name=_legible(name),
        role=role,
        email=email.strip(),
        mobile=_mobile(mobile),
        organisation=organisation,
        administers=administers,
        reviewing_body=reviewing_body,
        is_demo=is_demo,
        is_staff=role == Role.ADMIN,
        date_joined=actor.now,
    )
    user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError:
        raise _name_taken() from None
    return user


@transaction.atomic
def change_particulars(*, actor: Actor, name: str, email: str, mobile: str) -> User:
    """The actor's own name and how to reach them. Raises RuleViolation for a mobile number that cannot be one."""
    user = _locked(actor.user)
    user.name, user.email, user.mobile = _legible(name), email.strip(), _mobile(mobile)
    user.save(update_fields=["name", "email", "mobile"])
    _record("user.changed", actor, user, {})
    return user


@transaction.atomic
def change_password(*, actor: Actor, user: User, password: str) -> User:
    """A new password, for oneself after proving who one is, or for a colleague who lost theirs.

    The demonstration's accounts keep the password all of them share.
    """
    user = _locked(user)
    if actor.user is None or actor.user.pk != user.pk:
        can_manage(actor, user).require()
    if user.is_demo:
        raise RuleViolation(
            clause="", message="演示账号共用启动时给出的密码，不能修改。请用自己注册的账号试。", code="demo_account"
        )
    user.set_password(password)
    user.save(update_fields=["password"])
    reset(username=folded(user.username))
    _record("user.password_changed", actor, user, {})
    return user


@transaction.atomic
def deactivate_user(*, actor: Actor, user: User, reason: str) -> User:
    """Close an account: its person is signed out at once, everything they did stays. Raises RuleViolation."""
    user = _locked(user)
    can_deactivate(actor, user).require()
    user.is_active = user.administers = False
    user.save(update_fields=["is_active", "administers"])
    _record("user.deactivated", actor, user, {}, _reason(reason))
    return user


@transaction.atomic
def reactivate_user(*, actor: Actor, user: User, reason: str) -> User:
    """Open a closed account again. Raises RuleViolation."""
    user = _locked(user)
    can_manage(actor, user).require()
    if user.is_active:
        raise Conflict(clause=CLAUSE, message="这个账号正在使用，不必重新启用。")
    user.is_active = True
    user.save(update_fields=["is_active"])
    _record("user.reactivated", actor, user, {}, _reason(reason))
    return user


@transaction.atomic
def unlock_user(*, actor: Actor, user: User) -> User:
    """Forget failed attempts to sign in, so that the person can try again at once."""
    user = _locked(user)
    can_manage(actor, user).require()
    reset(username=folded(user.username))
    _record("user.unlocked", actor, user, {})
    return user


def _locked(user: User) -> User:
    return User.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=user.pk)


def _legible(name: str) -> str:
    plain = " ".join("".join(sign for sign in name if unicodedata.category(sign)[0] != "C").split())
    if not plain:
        raise RuleViolation(clause="", message="请填写姓名。", field="name", code="name_missing")
    return plain


def _mobile(number: str) -> str:
    if not number.strip():
        return ""
    mobile_verdict(number).require(field="mobile", code="bad_mobile")
    return normalise(number)[-11:]


def _reason(reason: str) -> str:
    kept = reason.strip()
    if not kept:
        raise RuleViolation(clause="", message="请写明理由，它会记入审计台账。", field="reason", code="reason_missing")
    return kept


def _name_taken() -> Conflict:
    return Conflict(
        clause="", message="这个登录名已有人使用（不分大小写），请换一个。", field="username", code="name_taken"
    )


def record_of_user(event: str, actor: Actor, user: User, reason: str = "") -> None:
    """One line of the ledger about a person's account."""
    _record(event, actor, user, {}, reason)


def _record(event: str, actor: Actor, user: User, data: dict[str, str], reason: str = "") -> None:
    record(
        event,
        actor=actor,
        object=f"user:{user.public_id}",
        clause=CLAUSE,
        organisation=user.organisation.credit_code if user.organisation else None,
        data=data,
        reason=reason,
    )
