"""Invitations to open an account in a unit: sent by e-mail, good for some days, used once."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from haizhi_portal.accounts.models.organisation import Organisation
from haizhi_portal.audit.identity import check_code, public_id
from haizhi_portal.files.models import StoredFile

_OPEN = models.Q(accepted_at__isnull=True, withdrawn_at__isnull=True)


class Invitation(models.Model):
    """Who is asked to join which unit; ``administers`` when staff restore a unit that nobody can look after."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等待接受")
        ACCEPTED = "accepted", _("已接受")
        WITHDRAWN = "withdrawn", _("已撤回")
        EXPIRED = "expired", _("已过期")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField(_("电子邮箱"))
    administers = models.BooleanField(_("任单位管理员"), default=False)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(_("邀请时间"))
    expires_at = models.DateTimeField(_("有效至"))
    # Part of what the link is made from: a new one makes the links of earlier letters worthless.
    nonce = models.CharField(max_length=16, default=check_code, editable=False)
    letters = models.PositiveSmallIntegerField(_("已发邮件"), default=1)
    letter_sent_at = models.DateTimeField(_("邮件发出时间"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("接受时间"), null=True, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("撤回时间"), null=True, blank=True)
    reason = models.TextField(_("恢复理由"), blank=True)
    evidence = models.OneToOneField(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("邀请")
        verbose_name_plural = _("邀请")
        ordering = ["-invited_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                "organisation", Lower("email"), condition=_OPEN, name="one_open_invitation_per_address"
            ),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=_OPEN & models.Q(administers=True),
                name="one_open_appointment_per_organisation",
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at__isnull=True, person__isnull=True)
                | models.Q(accepted_at__isnull=False, person__isnull=False, withdrawn_at__isnull=True),
                name="an_invitation_is_accepted_by_somebody_or_withdrawn",
            ),
            models.CheckConstraint(
                condition=models.Q(administers=False) | (~models.Q(reason="") & models.Q(evidence__isnull=False)),
                name="an_appointment_has_reason_and_evidence",
            ),
        ]

    def __str__(self) -> str:
        return self.email

    def state_at(self, now: datetime) -> State:
        """What has become of it by an instant."""
        if self.accepted_at:
            return self.State.ACCEPTED
        if self.withdrawn_at:
            return self.State.WITHDRAWN
        return self.State.WAITING if now < self.expires_at else self.State.EXPIRED
