"""Who may sign in, and stay signed in: asked at sign-in and again on every request."""

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend

BACKEND = "haizhi_portal.accounts.backends.PortalBackend"


def may_sign_in(user: Any) -> bool:
    """Whether the account is in use; a demonstration's accounts only within a demonstration."""
    return bool(user.is_active and (settings.PORTAL_DEMO or not user.is_demo))


class PortalBackend(ModelBackend):
    """Name and password, the name in any case. An account put out of use is signed out with its next request."""

    def user_can_authenticate(self, user: Any) -> bool:
        return may_sign_in(user)
