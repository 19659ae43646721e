"""The second step of signing in: taken up, used, renewed, given up, and taken off by an administrator."""

from datetime import datetime
from math import ceil
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from haizhi_portal.accounts.actions.users import CLAUSE, record_of_user
from haizhi_portal.accounts.models import Authenticator, RecoveryCode, User
from haizhi_portal.accounts.second_factor import (
    MOST_FAILURES,
    can_reset,
    digest_of,
    matching_step,
    new_recovery_codes,
    paused_until,
    seal,
    secret_of,
)
from haizhi_portal.audit.actor import Actor
from haizhi_portal.notifications.actions import tell
from haizhi_portal.policy.verdict import Conflict, RuleViolation, Verdict


@transaction.atomic
def enrol(*, actor: Actor, secret: str, code: str, at: datetime) -> list[str]:
    """Take up an authenticator that shows the right code now; the recovery codes, shown this once.

    All other places where the person is signed in are signed out. Raises RuleViolation for a wrong code, Conflict when
    there is one already.
    """
    user = _locked(actor.user)
    if user.second_factor:
        raise Conflict(clause="", message=_("两步验证已经开启。更换手机请先移除，再重新设置。"))
    step = matching_step(secret, code, at)
    if step is None:
        raise _wrong(_("验证码不对。请核对手机时间是否准确，输入应用里现在显示的 6 位数字。"))
    authenticator = Authenticator.objects.create(
        user=user, sealed_secret=seal(secret), enrolled_at=actor.now, last_step=step
    )
    user.second_factor = authenticator.public_id
    _end_sign_ins(user)
    codes = _give_codes(user)
    record_of_user("user.second_factor_enrolled", actor, user)
    _tell(actor, user, "user.second_factor_enrolled", _("两步验证已开启"), _("以后登录除密码外还要输入验证码。"))
    return codes


def verify(*, actor: Actor, code: str, at: datetime) -> None:
    """Use up a code of the authenticator, or a recovery code, of the actor.

    A failure is counted even though it is refused. Raises RuleViolation for a code that is wrong or was used before,
    and for any after too many wrong ones, until the pause is over.
    """
    with transaction.atomic():
        verdict = _accept(actor, code, at)
    verdict.require(field="code", code="wrong_code")


def _accept(actor: Actor, code: str, at: datetime) -> Verdict:
    user = _locked(actor.user)
    authenticator = Authenticator.objects.select_for_update().filter(user=user).first()
    if authenticator is None:
        return Verdict.no("", _("这个账号没有开启两步验证，请重新登录。"))
    if until := paused_until(authenticator, at):
        minutes = ceil((until - at).total_seconds() / 60)
        return Verdict.no("", _("连续输错，暂停验证。请在 %(minutes)s 分钟后再试。") % {"minutes": minutes})
    if authenticator.failures >= MOST_FAILURES:
        authenticator.failures = 0
    step = matching_step(secret_of(authenticator), code, at, after=authenticator.last_step)
    if step is not None:
        authenticator.last_step, authenticator.failures = step, 0
        authenticator.save(update_fields=["last_step", "failures"])
        return Verdict.yes("")
    if RecoveryCode.objects.filter(user=user, digest=digest_of(user, code), used_at=None).update(used_at=at):
        authenticator.failures = 0
        authenticator.save(update_fields=["failures"])
        _recovered(actor, user)
        return Verdict.yes("")
    authenticator.failures, authenticator.failed_at = authenticator.failures + 1, at
    authenticator.save(update_fields=["failures", "failed_at"])
    if authenticator.failures == MOST_FAILURES:
        record_of_user("user.second_factor_paused", actor, user)
    return Verdict.no("", _("验证码不对，或已经用过。请输入应用里现在显示的 6 位数字，或一个没有用过的恢复码。"))


def renew_recovery_codes(*, actor: Actor, code: str, at: datetime) -> list[str]:
    """New recovery codes; all earlier ones are worthless. Raises RuleViolation like `verify`."""
    verify(actor=actor, code=code, at=at)
    with transaction.atomic():
        user = _locked(actor.user)
        codes = _give_codes(user)
        record_of_user("user.recovery_codes_renewed", actor, user)
    return codes


def remove(*, actor: Actor, code: str, at: datetime) -> User:
    """Give up the authenticator; other places are signed out. Raises RuleViolation like `verify`."""
    verify(actor=actor, code=code, at=at)
    with transaction.atomic():
        user = _take_off(_locked(actor.user))
        record_of_user("user.second_factor_removed", actor, user)
        _tell(actor, user, "user.second_factor_removed", _("两步验证已移除"), _("如不是您本人操作，请立即修改密码。"))
    return user


@transaction.atomic
def reset_second_factor(*, actor: Actor, user: User, reason: str) -> User:
    """Take a lost authenticator off somebody's account and sign them out everywhere.

    Raises RuleViolation when the actor may not, or gives no reason.
    """
    user = _locked(user)
    can_reset(actor, user).require()
    if not reason.strip():
        raise RuleViolation(
            clause=CLAUSE, message=_("请写明理由，它会记入审计台账。"), field="reason", code="reason_missing"
        )
    _take_off(user)
    record_of_user("user.second_factor_reset", actor, user, reason.strip())
    _tell(actor, user, "user.second_factor_reset", _("两步验证已被重置"), _("请用密码登录后重新设置。"))
    return user


@transaction.atomic
def end_other_sign_ins(*, actor: Actor) -> User:
    """Sign the actor out everywhere; the caller keeps the session at hand."""
    user = _locked(actor.user)
    _end_sign_ins(user)
    record_of_user("user.sign_ins_ended", actor, user)
    return user


def _locked(user: User) -> User:
    return User.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=user.pk)


def _take_off(user: User) -> User:
    Authenticator.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    user.second_factor = ""
    _end_sign_ins(user)
    return user


def _end_sign_ins(user: User) -> None:
    user.sign_ins_ended += 1
    user.save(update_fields=["second_factor", "sign_ins_ended"])


def _give_codes(user: User) -> list[str]:
    codes = new_recovery_codes()
    RecoveryCode.objects.filter(user=user).delete()
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=digest_of(user, code)) for code in codes)
    return codes


def _recovered(actor: Actor, user: User) -> None:
    left = RecoveryCode.objects.filter(user=user, used_at=None).count()
    record_of_user("user.recovery_code_used", actor, user)
    _tell(
        actor,
        user,
        "user.recovery_code_used",
        _("有人用恢复码登录了您的账号"),
        _("还剩 %(left)s 个没有用过。如不是您本人，请立即修改密码并换一批恢复码。") % {"left": left},
    )


def _wrong(message: str) -> RuleViolation:
    return RuleViolation(clause="", message=message, field="code", code="wrong_code")


def _tell(actor: Actor, user: User, kind: str, subject: Any, body: Any) -> None:
    tell(actor=actor, recipients=[user], kind=kind, subject=subject, body=body, link=reverse("accounts:security"))
