"""The yearly call with its timetable, its quota, and what was changed in it."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from haizhi_portal.accounts.models import User


class Call(models.Model):
    """One year's call with its own timetable and its quota of new bases."""

    year = models.PositiveSmallIntegerField(_("年度"), unique=True)
    opens_on = models.DateField(_("开放申报日"))
    applicants_close_on = models.DateField(_("申报截止日"))
    districts_close_on = models.DateField(_("辖区审核截止日"))
    initial_close_on = models.DateField(_("初审截止日"))
    certification_on = models.DateField(_("集中认证日"))
    edition = models.CharField(_("指标版本"), max_length=60)
    standard_quota = models.PositiveSmallIntegerField(_("方案名额"))
    quota = models.PositiveSmallIntegerField(_("本年名额"))
    quota_document = models.CharField(_("增加名额的文件"), max_length=120, blank=True)
    quota_document_on = models.DateField(_("文件日期"), null=True, blank=True)
    opening_recorded_on = models.DateField(null=True, blank=True)
    closing_recorded_on = models.DateField(null=True, blank=True)
    decisions_closed_on = models.DateField(_("年度决定办结日"), null=True, blank=True)

    class Meta:
        verbose_name = _("年度申报")
        verbose_name_plural = _("年度申报")
        ordering = ["-year"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(quota__lte=models.F("standard_quota"))
                | (~models.Q(quota_document="") & models.Q(quota_document_on__isnull=False)),
                name="a_raised_quota_names_its_document",
            ),
            models.CheckConstraint(
                condition=models.Q(opens_on__lt=models.F("applicants_close_on"))
                & models.Q(applicants_close_on__lt=models.F("districts_close_on"))
                & models.Q(districts_close_on__lt=models.F("initial_close_on"))
                & models.Q(initial_close_on__lt=models.F("certification_on")),
                name="timetable_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year} 年度申报"


class TimetableChange(models.Model):
    """Why a call's timetable was changed, and what it said before and after."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="timetable_changes")
    before = models.JSONField(_("原时间安排"), encoder=DjangoJSONEncoder)
    after = models.JSONField(_("新时间安排"), encoder=DjangoJSONEncoder)
    reason = models.TextField(_("理由"))
    changed_at = models.DateTimeField(_("时间"))
    changed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["changed_at", "id"]
