"""What a person has beside the password: an authenticator app, and codes on paper for the day it is lost."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from haizhi_portal.audit.identity import public_id


class Authenticator(models.Model):
    """An app that shows a new six-digit code every thirty seconds (TOTP, RFC 6238)."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="authenticator")
    sealed_secret = models.TextField(editable=False)
    enrolled_at = models.DateTimeField(_("开启时间"))
    # The step of the last code that was accepted: it and all before it are used up.
    last_step = models.BigIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0)
    failed_at = models.DateTimeField(null=True, blank=True)


class RecoveryCode(models.Model):
    """One of the codes to be kept on paper; each opens the door once. Only its digest is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="a_recovery_code_once_per_person")]
