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

    # Over for this expert: taken off, or the sheet voided. A declared conflict stays as it is and bars for good.
    released_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    released_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    release_reason = models.TextField(_("结束理由"), null=True, blank=True)

    class Meta:
        verbose_name = _("评审任务")
        verbose_name_plural = _("评审任务")
        constraints = [
            # A declared conflict is never released: nothing new stands beside it.
            models.UniqueConstraint(
                fields=["application", "expert"],
                condition=models.Q(released_at__isnull=True),
                name="one_open_assignment_per_expert",
            ),
            models.CheckConstraint(
                condition=models.Q(released_at__isnull=True, release_reason__isnull=True)
                | models.Q(released_at__isnull=False, release_reason__isnull=False),
                name="a_release_says_why",
            ),
            models.CheckConstraint(
                condition=models.Q(conflict__isnull=True)
                | models.Q(conflict=False)
                | models.Q(released_at__isnull=True),
                name="a_conflict_bars_for_good",
            ),
            models.CheckConstraint(
                condition=models.Q(sheet__isnull=True) | models.Q(declared_at__isnull=False),
                name="no_sheet_before_the_declaration",
            ),
            models.CheckConstraint(
                condition=models.Q(declared_at__isnull=True, conflict__isnull=True)
                | models.Q(declared_at__isnull=False, conflict__isnull=False),
                name="a_declaration_says_yes_or_no",
            ),
        ]
