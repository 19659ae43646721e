"""Jurisdictions and the bodies that review for them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ReviewingBody(models.Model):
    """The district CAST, or the department of a pioneer zone that does CAST work, which pre-reviews."""

    class BodyKind(models.TextChoices):
        DISTRICT_CAST = "district_cast", _("区（市、县）科协")
        ZONE_DEPARTMENT = "zone_department", _("先导区负责科协工作的部门")

    name = models.CharField(_("名称"), max_length=120, unique=True)
    kind = models.CharField(_("性质"), max_length=20, choices=BodyKind.choices)
    telephone = models.CharField(_("联系电话"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("审核单位")
        verbose_name_plural = _("审核单位")

    def __str__(self) -> str:
        return self.name


class Jurisdiction(models.Model):
    """One of the ten districts or a pioneer zone. Two codes may lead to one reviewing body."""

    class AreaKind(models.TextChoices):
        DISTRICT = "district", _("区（市、县）")
        ZONE = "zone", _("先导区")

    code = models.CharField(_("代码"), max_length=20, primary_key=True)
    name = models.CharField(_("名称"), max_length=60)
    kind = models.CharField(_("类别"), max_length=10, choices=AreaKind.choices)
    order = models.PositiveSmallIntegerField(default=0)
    reviewing_body = models.ForeignKey(
        ReviewingBody, verbose_name=_("审核单位"), on_delete=models.PROTECT, related_name="jurisdictions"
    )

    class Meta:
        verbose_name = _("辖区")
        verbose_name_plural = _("辖区")
        ordering = ["order"]

    def __str__(self) -> str:
        return self.name
