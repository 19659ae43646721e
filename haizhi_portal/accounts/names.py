"""The name a person signs in with: as typed on any keyboard, kept in one form."""

import re
import unicodedata

from haizhi_portal.policy.verdict import RuleViolation

# Folding can make a name many times longer; none in use comes near this.
LONGEST_TYPED = 255
_SIGN_IN_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{2,59}")


def folded(name: str) -> str:
    """The name for comparing: half-width, lower case, without spaces around it, no longer than can be kept."""
    return unicodedata.normalize("NFKC", name).strip().lower()[:LONGEST_TYPED]


def sign_in_name(name: str) -> str:
    """The name as it is kept, in the case it was typed. Raises RuleViolation for one that cannot be used."""
    kept = unicodedata.normalize("NFKC", name).strip()
    if not _SIGN_IN_NAME.fullmatch(kept):
        raise RuleViolation(
            clause="",
            message="登录名须为 3 至 60 位的英文字母、数字或 . _ @ -，以字母或数字开头。",
            field="username",
            code="bad_sign_in_name",
        )
    return kept
