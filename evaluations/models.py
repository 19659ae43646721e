"""Yearly evaluations with one review each, renewals with every version handed in, withdrawals."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from bases.models import Base, Term
from haizhi_portal.accounts.models import User
from haizhi_portal.audit.identity import public_id
from haizhi_portal.documents.models import Document
from haizhi_portal.scoring.models import CriteriaSet, Sheet


class Evaluation(models.Model):
    """One base's evaluation of one year, from the evidence to the final result."""

    class Result(models.TextChoices):
        EXCELLENT = "excellent", _("优秀")
        QUALIFIED = "qualified", _("合格")
        UNQUALIFIED = "unqualified", _("不合格")
        EXEMPT = "exempt", _("免评")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    base = models.ForeignKey(Base, on_delete=models.PROTECT, related_name="evaluations")
    year = models.PositiveSmallIntegerField(_("评估年度"))
    criteria_set = models.ForeignKey(CriteriaSet, null=True, on_delete=models.PROTECT, related_name="+")
    edition = models.CharField(_("指标版本"), max_length=60)
    opened_on = models.DateField(_("建立日期"))
    evidence = models.JSONField(_("佐证"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    sheet = models.OneToOneField(Sheet, null=True, blank=True, on_delete=models.PROTECT, related_name="evaluation")
    score = models.DecimalField(_("得分"), max_digits=5, decimal_places=2, null=True, blank=True)
    result = models.CharField(_("结果"), max_length=12, choices=Result.choices, blank=True)
    announced_on = models.DateField(_("告知日期"), null=True, blank=True)
    announced_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    review_until = models.DateField(_("申请复核截止日"), null=True, blank=True)
    exemption_reason = models.TextField(_("免评理由"), blank=True)
    exempted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    # Once a score stands, an exemption is prepared by one and decided by another.
    exemption_prepared_on = models.DateField(_("提议免评日期"), null=True, blank=True)
    exemption_prepared_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    exemption_proposal = models.TextField(_("提议免评的理由"), null=True, blank=True)
    exemption_refused_on = models.DateField(_("不同意免评日期"), null=True, blank=True)
    exemption_refused_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    exemption_refusal = models.TextField(_("不同意免评的理由"), null=True, blank=True)
    final_on = models.DateField(_("生效日期"), null=True, blank=True)
    notice = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("年度评估")
        verbose_name_plural = _("年度评估")
        ordering = ["-year", "base__number"]
        constraints = [
            models.UniqueConstraint(fields=["base", "year"], name="one_evaluation_per_base_and_year"),
            models.CheckConstraint(
                condition=models.Q(final_on__isnull=True) | ~models.Q(result=""), name="final_result_is_known"
            ),
            models.CheckConstraint(
                condition=models.Q(score__isnull=True) | models.Q(score__gte=0, score__lte=100),
                name="evaluation_score_within_100",
            ),
            models.CheckConstraint(
                condition=~models.Q(result="exempt")
                | (models.Q(score__isnull=True, exempted_by__isnull=False) & ~models.Q(exemption_reason="")),
                name="an_exemption_has_a_reason_and_no_score",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.base.number} {self.year}"


class ResultReview(models.Model):
    """A base's one request to review its result, decided by another person than the one who announced it."""

    evaluation = models.OneToOneField(Evaluation, on_delete=models.PROTECT, related_name="review")
    requested_on = models.DateField(_("申请日期"))
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("申请理由"))
    sheet = models.OneToOneField(Sheet, null=True, on_delete=models.PROTECT, related_name="result_review")
    announced_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    decided_on = models.DateField(_("复核日期"), null=True, blank=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    opinion = models.TextField(_("复核意见"), blank=True)

    class Meta:
        verbose_name = _("结果复核")
        verbose_name_plural = _("结果复核")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("announced_by")),
                name="review_decided_by_another_person",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_on__isnull=True) | models.Q(decided_by__isnull=False, sheet__isnull=False),
                name="decided_review_has_a_sheet",
            ),
        ]


class Renewal(models.Model):
    """A unit's request to renew one term, and what the leader decided of it."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("考核中")
        RETURNED = "returned", _("退回修改")
        WITHDRAWN = "withdrawn", _("已撤回")
        PASSED = "passed", _("通过")
        FAILED = "failed", _("未通过")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    term = models.ForeignKey(Term, on_delete=models.PROTECT, related_name="renewals")
    state = models.CharField(_("状态"), max_length=12, choices=State.choices, default=State.REQUESTED)
    statement = models.TextField(_("申请说明"))
    plan = models.TextField(_("下一期工作计划"))
    version = models.PositiveIntegerField(default=1)
    requested_on = models.DateField(_("申请日期"))
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    paper_due_on = models.DateField(_("纸质申请截止日"))
    paper_received_on = models.DateField(_("纸质申请收到日期"), null=True, blank=True)
    paper_registered_on = models.DateField(_("纸质申请登记日期"), null=True, blank=True)
    paper_reason = models.TextField(_("补登理由"), null=True, blank=True, help_text=_("登记日期晚于收到日期时填写"))
    return_reason = models.TextField(_("退回意见"), blank=True)
    correct_by = models.DateField(_("补正截止日"), null=True, blank=True)
    proposal = models.CharField(
        _("拟定结论"), max_length=10, choices=[("pass", _("通过")), ("fail", _("不通过"))], blank=True
    )
    assessment = models.TextField(_("考核意见"), blank=True)
    prepared_on = models.DateField(_("拟定日期"), null=True, blank=True)
    prepared_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_on = models.DateField(_("决定日期"), null=True, blank=True)
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decision_reason = models.TextField(_("决定理由"), blank=True)
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("续期申请")
        verbose_name_plural = _("续期申请")
        constraints = [
            models.UniqueConstraint(
                fields=["term"],
                condition=models.Q(state__in=["requested", "returned", "passed", "failed"]),
                name="one_renewal_per_term",
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("prepared_by")),
                name="renewal_decided_by_another_person",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["passed", "failed"])
                | models.Q(decided_by__isnull=False, decided_on__isnull=False, prepared_by__isnull=False),
                name="decided_renewal_was_prepared",
            ),
        ]


class RenewalVersion(models.Model):
    """What a unit handed in, frozen: its first request and every resubmission after a return."""

    renewal = models.ForeignKey(Renewal, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField(_("版本"))
    statement = models.TextField(_("申请说明"))
    plan = models.TextField(_("下一期工作计划"))
    submitted_at = models.DateTimeField(_("提交时间"))
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("续期申请版本")
        verbose_name_plural = _("续期申请版本")
        ordering = ["version"]
        constraints = [models.UniqueConstraint(fields=["renewal", "version"], name="one_renewal_text_per_version")]


class Withdrawal(models.Model):
    """A case for withdrawing a base's qualification: opened by the rule or by an officer, prepared, confirmed."""

    class Ground(models.TextChoices):
        TWO_FAILURES = "two_failures", _("连续两年评估不合格")
        FALSE_STATEMENTS = "false_statements", _("弄虚作假")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    base = models.ForeignKey(Base, on_delete=models.PROTECT, related_name="withdrawals")
    ground = models.CharField(_("事由"), max_length=20, choices=Ground.choices)
    first_failed_year = models.PositiveSmallIntegerField(_("前一不合格年度"), null=True, blank=True)
    second_failed_year = models.PositiveSmallIntegerField(_("后一不合格年度"), null=True, blank=True)
    opened_on = models.DateField(_("立案日期"))
    confirm_by = models.DateField(_("应作出决定之日"))
    statement = models.TextField(_("事实与理由"), blank=True)
    prepared_on = models.DateField(_("拟定日期"), null=True, blank=True)
    prepared_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    confirmed_on = models.DateField(_("决定日期"), null=True, blank=True)
    confirmed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    closed_on = models.DateField(_("结案日期"), null=True, blank=True)
    close_reason = models.TextField(_("结案理由"), blank=True)
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("取消资格")
        verbose_name_plural = _("取消资格")
        constraints = [
            models.UniqueConstraint(
                fields=["base"], condition=models.Q(closed_on__isnull=True), name="one_open_withdrawal_per_base"
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_by__isnull=True) | ~models.Q(confirmed_by=models.F("prepared_by")),
                name="withdrawal_confirmed_by_another_person",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_on__isnull=True)
                | models.Q(confirmed_by__isnull=False, prepared_by__isnull=False, closed_on__isnull=False),
                name="confirmed_withdrawal_was_prepared",
            ),
            models.CheckConstraint(
                condition=~models.Q(ground="two_failures")
                | models.Q(first_failed_year__isnull=False, second_failed_year__isnull=False),
                name="two_failures_name_their_years",
            ),
        ]

    @property
    def years(self) -> list[int]:
        """The two failed years, or none for the other ground."""
        return [year for year in (self.first_failed_year, self.second_failed_year) if year is not None]
