"""The second step of signing in: for whom it is a must, whether a session has taken it, and what its codes are.

Instants are real ones, never the business date's: authenticator apps live by the real clock.
"""

import secrets
import unicodedata
from base64 import b32decode, b32encode
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode

import segno
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.utils.crypto import salted_hmac
from django_otp.oath import TOTP

from haizhi_portal.accounts.models import Authenticator, User
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.identity import ALPHABET
from haizhi_portal.policy.verdict import Verdict
from haizhi_portal.policy.words import Role

REQUIRED = frozenset({Role.MUNICIPAL, Role.LEADER, Role.ADMIN})
MOST_FAILURES = 5
PAUSE = timedelta(minutes=15)
RECOVERY_CODES = 10
ISSUER = "海智工作基地"
# The session keeps which authenticator it was opened with: one enrolled anew has to be asked again.
_PASSED = "second_factor"
# A phone's clock may be a little off.
_STEPS_OFF = 1


def is_required(user: User) -> bool:
    """Whether this person may not work without one; switched by SECOND_FACTOR_REQUIRED, never in a demonstration."""
    return bool(settings.SECOND_FACTOR_REQUIRED) and user.role in REQUIRED


def still_to_do(user: User, session: SessionBase) -> str:
    """What stands between the password and the portal: a "code", to "enrol", or nothing."""
    if user.second_factor:
        return "" if session.get(_PASSED) == user.second_factor else "code"
    return "enrol" if is_required(user) else ""


def passed(session: SessionBase, user: User) -> None:
    """Note that this session was opened with the person's present authenticator."""
    session[_PASSED] = user.second_factor


def can_reset(actor: Actor, user: User) -> Verdict:
    """A system administrator takes a lost authenticator off somebody else's account, never off their own."""
    clause = "5.1-guidance"
    if actor.role not in {Role.ADMIN, Role.SYSTEM}:
        return Verdict.no(clause, "两步验证由系统管理员重置。")
    if actor.user is not None and actor.user.pk == user.pk:
        return Verdict.no(clause, "不能重置自己的两步验证，请由另一位系统管理员办理，或使用恢复码。")
    if not user.second_factor:
        return Verdict.no(clause, "这个账号没有开启两步验证。")
    return Verdict.yes(clause)


# The secret shared with the app -------------------------------------------------------------------------------------


def new_secret() -> str:
    """160 random bits, as the app and the person take them."""
    return b32encode(secrets.token_bytes(20)).decode()


def seal(secret: str) -> str:
    return _vault().encrypt(secret.encode()).decode()


def _vault() -> MultiFernet:
    return MultiFernet([Fernet(key) for key in settings.FIELD_KEYS])


def secret_of(authenticator: Authenticator) -> str:
    """Raises cryptography's InvalidToken when the keys of the installation were lost."""
    return _vault().decrypt(authenticator.sealed_secret.encode()).decode()


def in_groups(secret: str) -> str:
    """For typing it off the screen."""
    return " ".join(secret[place : place + 4] for place in range(0, len(secret), 4))


def qr_code(user: User, secret: str) -> str:
    """A picture for the app's camera, as an address that holds the whole image."""
    label = quote(f"{ISSUER}:{user.username}")
    uri = f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': ISSUER}, quote_via=quote)}"
    image: str = segno.make(uri, error="m", micro=False).svg_data_uri(border=4, scale=5)
    return image


# Codes --------------------------------------------------------------------------------------------------------------


def matching_step(secret: str, code: str, at: datetime, *, after: int = 0) -> int | None:
    """The time step whose code this is, later than ``after``; None when it is no code of this moment."""
    digits = folded_code(code)
    if len(digits) != 6 or not digits.isascii() or not digits.isdigit():
        return None
    clock: Any = TOTP(b32decode(secret))
    clock.time = at.timestamp()
    return clock.t() if clock.verify(int(digits), tolerance=_STEPS_OFF, min_t=after + 1) else None


def folded_code(code: str) -> str:
    """As it is compared: half-width, upper case, without spaces and hyphens."""
    folded = unicodedata.normalize("NFKC", code[:60]).upper()
    return "".join(sign for sign in folded if not sign.isspace() and sign != "-")


def new_recovery_codes() -> list[str]:
    """Ten codes of about fifty bits, in two halves for reading."""
    drawn = ("".join(secrets.choice(ALPHABET) for _ in range(10)) for _ in range(RECOVERY_CODES))
    return [f"{code[:5]}-{code[5:]}" for code in drawn]


def digest_of(user: User, code: str) -> str:
    """What is kept of a recovery code: worthless without the portal's own key."""
    return salted_hmac(
        "haizhi_portal.accounts.recovery", f"{user.public_id}:{folded_code(code)}", algorithm="sha256"
    ).hexdigest()


def paused_until(authenticator: Authenticator, at: datetime) -> datetime | None:
    """Until when no code is looked at, after too many wrong ones; None when one may be tried."""
    if authenticator.failures < MOST_FAILURES or authenticator.failed_at is None:
        return None
    until = authenticator.failed_at + PAUSE
    return until if at < until else None
