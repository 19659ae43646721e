"""Organisations, and the letter by which the legal representative consents to their account."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from haizhi_portal.accounts.models.places import Jurisdiction
from haizhi_portal.audit.identity import public_id
from haizhi_portal.files.models import StoredFile
from haizhi_portal.policy.words import KIND_LABELS, LEVEL_LABELS


class Organisation(models.Model):
    """A legal person that may apply: one account space, one live application, at most one live base."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, unique=True)
    name = models.CharField(_("单位名称"), max_length=120)
    kind = models.CharField(_("单位性质"), max_length=20, choices=list(KIND_LABELS.items()))
    level = models.CharField(_("隶属关系"), max_length=20, choices=list(LEVEL_LABELS.items()))
    jurisdiction = models.ForeignKey(
        Jurisdiction, verbose_name=_("所在辖区"), on_delete=models.PROTECT, related_name="organisations"
    )
    legal_representative = models.CharField(_("法定代表人"), max_length=60)
    address = models.CharField(_("地址"), max_length=200)
    registered_at = models.DateTimeField(_("注册时间"))
    # Since when the legal representative's consent is established; the first submission waits for it.
    confirmed_on = models.DateField(_("同意书确认日期"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("确认人"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("单位")
        verbose_name_plural = _("单位")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(confirmed_on__isnull=True, confirmed_by__isnull=True)
                | models.Q(confirmed_on__isnull=False, confirmed_by__isnull=False),
                name="somebody_confirmed_the_consent",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ConsentLetter(models.Model):
    """The signed and stamped letter as it was uploaded, and what municipal staff found of it."""

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("待确认")
        CONFIRMED = "confirmed", _("已确认")
        RETURNED = "returned", _("已退回")
        REPLACED = "replaced", _("已由新的一份替换")

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="consent_letters")
    file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(_("上传时间"))
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    reason = models.TextField(_("退回理由"), blank=True)
    decided_at = models.DateTimeField(_("办理时间"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("法定代表人同意书")
        verbose_name_plural = _("法定代表人同意书")
        ordering = ["-uploaded_at", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=models.Q(outcome="waiting"),
                name="one_consent_letter_waits_per_organisation",
            ),
            models.CheckConstraint(
                condition=models.Q(outcome="waiting", decided_at__isnull=True)
                | (~models.Q(outcome="waiting") & models.Q(decided_at__isnull=False)),
                name="a_consent_letter_waits_until_decided",
            ),
            models.CheckConstraint(
                condition=~models.Q(outcome="returned") | ~models.Q(reason=""),
                name="a_returned_consent_letter_says_why",
            ),
        ]

    def __str__(self) -> str:
        return self.file.name
