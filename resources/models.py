"""Overseas partners of an organisation: entered once, cited by its application and counted by its evaluation."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from haizhi_portal.accounts.models import Organisation
from haizhi_portal.audit.identity import public_id
from haizhi_portal.files.models import StoredFile


class Partner(models.Model):
    """An overseas society, institution or organisation in partnership with one organisation here."""

    class PartnerKind(models.TextChoices):
        SOCIETY = "society", _("海外科技社团")
        INSTITUTION = "institution", _("海外高校、科研机构")
        COMPANY = "company", _("海外企业")
        OTHER = "other", _("其他海外组织")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="partners")
    name = models.CharField(_("中文名称"), max_length=120)
    foreign_name = models.CharField(_("外文名称"), max_length=200, blank=True)
    kind = models.CharField(_("类型"), max_length=20, choices=PartnerKind.choices)
    country = models.CharField(_("国家或地区"), max_length=60)
    since = models.DateField(_("合作起始"))
    until = models.DateField(_("合作截止"), null=True, blank=True, help_text=_("长期合作请留空"))
    cooperation = models.TextField(_("合作内容"))
    agreement = models.ForeignKey(
        StoredFile, verbose_name=_("合作协议"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    removed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("海外合作伙伴")
        verbose_name_plural = _("海外合作伙伴")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("since")),
                name="partnership_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def in_force_on(self, day: date) -> bool:
        """Whether the partnership holds on ``day``; the last day counts."""
        return self.since <= day and (self.until is None or day <= self.until)
