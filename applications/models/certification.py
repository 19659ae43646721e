"""The year's one certification round and who scores what in it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models.application import Application
from applications.models.call import Call
from haizhi_portal.accounts.models import User
from haizhi_portal.audit.identity import public_id
from haizhi_portal.scoring.models import CriteriaSet, Sheet


class Round(models.Model):
    """The year's one certification round."""

    call = models.OneToOneField(Call, on_delete=models.PROTECT, related_name="round")
    criteria_set = models.ForeignKey(CriteriaSet, on_delete=models.PROTECT, related_name="+")
    opened_on = models.DateField(_("开始日期"))
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    closed_on = models.DateField(_("结束日期"), null=True, blank=True)
    closed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("认证")
        verbose_name_plural = _("认证")


class Assignment(models.Model):
    """One expert asked to score one application: declaration and pledge first, then the sheet."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="assignments")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="assignments")
    expert = models.ForeignKey(User, on_delete=models.PROTECT, related_name="assignments")
    assigned_at = models.DateTimeField(_("分配时间"))
    assigned_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField(_("声明时间"), null=True, blank=True)
    conflict = models.BooleanField(_("需要回避"), null=True, blank=True)
    conflict_reason = models.TextField(_("回避事由"), blank=True)
    sheet = models.OneToOneField(Sheet, null=True, blank=True, on_delete=models.PROTECT, related_name="assignment")

    class Meta:
        verbose_name = _("评审任务")
        verbose_name_plural = _("评审任务")
        constraints = [
            models.UniqueConstraint(fields=["application", "expert"], name="one_assignment_per_expert"),
            models.CheckConstraint(
                condition=models.Q(sheet__isnull=True) | models.Q(conflict__isnull=False, conflict=False),
                name="no_sheet_in_conflict",
            ),
            models.CheckConstraint(
                condition=models.Q(declared_at__isnull=True, conflict__isnull=True)
                | models.Q(declared_at__isnull=False, conflict__isnull=False),
                name="a_declaration_says_yes_or_no",
            ),
        ]
