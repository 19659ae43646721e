"""What staff change without a programmer: the figures in force from a date, and the table of holidays."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class FigureEdition(models.Model):
    """Figures that differ from those before, in force from a day on. Rows are added, never changed."""

    in_force_from = models.DateField(_("生效日期"), unique=True)
    values = models.JSONField(_("改动的指标"), default=dict)
    edition = models.CharField(_("方案版本"), max_length=60)
    reason = models.CharField(_("理由"), max_length=500)
    set_by = models.CharField(_("设定人"), max_length=64)
    set_at = models.DateTimeField(_("设定时间"))

    class Meta:
        ordering = ("in_force_from",)
        verbose_name = _("指标版本")
        verbose_name_plural = _("指标版本")

    def __str__(self) -> str:
        return f"{self.edition} {self.in_force_from:%Y-%m-%d}"


class Holiday(models.Model):
    """A day off, or a weekend day worked in exchange (`off` false)."""

    day = models.DateField(_("日期"), unique=True)
    off = models.BooleanField(_("休息"), default=True)
    name = models.CharField(_("名称"), max_length=60)
    source = models.CharField(_("来源"), max_length=120, blank=True)

    class Meta:
        ordering = ("day",)
        verbose_name = _("节假日")
        verbose_name_plural = _("节假日")

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d} {self.name}"
