"""Scoring, one mechanism for all assessments: criteria frozen per year, sheets of one scorer each, marks."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from haizhi_portal.audit.identity import public_id


class CriteriaSet(models.Model):
    """The weighted criteria in force for one purpose and year, frozen when first needed."""

    class Purpose(models.TextChoices):
        CERTIFICATION = "certification", _("专家认证")
        EVALUATION = "evaluation", _("年度评估")

    purpose = models.CharField(_("用途"), max_length=20, choices=Purpose.choices)
    year = models.PositiveSmallIntegerField(_("年份"))
    edition = models.CharField(_("指标版本"), max_length=60)

    class Meta:
        verbose_name = _("评分标准")
        verbose_name_plural = _("评分标准")
        constraints = [models.UniqueConstraint(fields=["purpose", "year"], name="one_criteria_set_per_year")]

    def __str__(self) -> str:
        return f"{self.year} {self.get_purpose_display()}"


class Criterion(models.Model):
    """One criterion: its greatest number of points and the rule for giving them."""

    criteria_set = models.ForeignKey(CriteriaSet, on_delete=models.PROTECT, related_name="criteria")
    key = models.CharField(max_length=20)
    title = models.CharField(_("指标"), max_length=100)
    points = models.DecimalField(_("满分"), max_digits=5, decimal_places=2)
    rule = models.TextField(_("评分要点"))
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["criteria_set", "key"], name="one_criterion_per_key"),
            models.CheckConstraint(condition=models.Q(points__gt=0), name="criterion_worth_something"),
        ]

    def __str__(self) -> str:
        return self.title


class Sheet(models.Model):
    """One scorer's sheet. Fixed once submitted; nothing about it changes once its round is closed."""

    class Opinion(models.TextChoices):
        RECOMMENDED = "recommended", _("推荐")
        NOT_RECOMMENDED = "not_recommended", _("不推荐")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    criteria_set = models.ForeignKey(CriteriaSet, on_delete=models.PROTECT, related_name="sheets")
    scorer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="sheets")
    recommendation = models.CharField(_("结论"), max_length=20, choices=Opinion.choices, blank=True)
    opinion = models.TextField(_("评审意见"), blank=True)
    total = models.DecimalField(_("总分"), max_digits=5, decimal_places=2, null=True, blank=True)
    submitted_at = models.DateTimeField(_("提交时间"), null=True, blank=True)
    voided_at = models.DateTimeField(_("作废时间"), null=True, blank=True)
    void_reason = models.TextField(_("作废理由"), blank=True)
    locked = models.BooleanField(_("已封存"), default=False)

    class Meta:
        verbose_name = _("评分表")
        verbose_name_plural = _("评分表")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(total__isnull=True) | models.Q(total__gte=0, total__lte=100),
                name="sheet_total_within_100",
            ),
            models.CheckConstraint(
                condition=models.Q(submitted_at__isnull=True) | models.Q(total__isnull=False),
                name="submitted_sheet_has_a_total",
            ),
        ]


class Mark(models.Model):
    """Points given for one criterion, with the reason where there is one."""

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="marks")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    points = models.DecimalField(_("得分"), max_digits=5, decimal_places=2)
    comment = models.TextField(_("说明"), blank=True)

    class Meta:
        ordering = ["criterion__order"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "criterion"], name="one_mark_per_criterion"),
            models.CheckConstraint(condition=models.Q(points__gte=0), name="mark_not_negative"),
        ]
