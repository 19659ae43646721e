"""A base, its licence terms and plaques, what it owes and what it did."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from haizhi_portal.accounts.models import Organisation, User
from haizhi_portal.audit.identity import public_id
from haizhi_portal.documents.models import Document
from resources.models import Partner


class Base(models.Model):
    """A unit's qualification as a working base, from the award to its end. Ended bases stay on record for ever."""

    class End(models.TextChoices):
        EXPIRED = "expired", _("到期终止")
        SURRENDERED = "surrendered", _("主动退出")
        REVOKED = "revoked", _("取消资格")

    number = models.CharField(_("基地编号"), max_length=20, unique=True, help_text=_("形如 HZ2027-03"))
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="bases")
    name = models.CharField(_("基地名称"), max_length=160)
    application_number = models.CharField(_("申报编号"), max_length=20, blank=True)
    call_year = models.PositiveSmallIntegerField(_("认定年度"))
    seat = models.PositiveSmallIntegerField(_("席位"))
    licensed_on = models.DateField(_("批准日期"))
    ended_on = models.DateField(_("终止日期"), null=True, blank=True, help_text=_("不再有效的第一天"))
    end = models.CharField(_("终止方式"), max_length=20, choices=End.choices, blank=True)
    end_reason = models.TextField(_("终止理由"), blank=True)

    class Meta:
        verbose_name = _("基地")
        verbose_name_plural = _("基地")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=models.Q(ended_on__isnull=True),
                name="one_live_base_per_organisation",
            ),
            models.UniqueConstraint(fields=["call_year", "seat"], name="one_base_per_seat"),
            models.CheckConstraint(
                condition=models.Q(ended_on__isnull=True, end="")
                | (models.Q(ended_on__isnull=False) & ~models.Q(end="")),
                name="an_end_has_a_date_and_a_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.name}"


class Term(models.Model):
    """One licence term, both days included. Terms of a base never overlap."""

    class TermKind(models.TextChoices):
        INITIAL = "initial", _("首次认定")
        RENEWAL = "renewal", _("续期")

    base = models.ForeignKey(Base, on_delete=models.PROTECT, related_name="terms")
    number = models.PositiveSmallIntegerField(_("第几期"))
    kind = models.CharField(_("类别"), max_length=10, choices=TermKind.choices)
    approved_on = models.DateField(_("批准日期"))
    starts_on = models.DateField(_("起始日"))
    expires_on = models.DateField(_("最后有效日"))
    ended_on = models.DateField(_("终止日期"), null=True, blank=True, help_text=_("不再有效的第一天"))
    renewal_requested_on = models.DateField(
        _("续期申请日"), null=True, blank=True, help_text=_("有未决的续期申请时填写，撤回或决定后清空")
    )
    renewal_refused_on = models.DateField(
        _("不予续期决定日"), null=True, blank=True, help_text=_("本期的续期申请未通过，不能再提出")
    )
    renewal_window_days = models.PositiveSmallIntegerField(
        _("到期前可申请续期（天）"), null=True, blank=True, help_text=_("批准本期时的指标；以后调整指标不影响本期")
    )
    edition = models.CharField(_("指标版本"), max_length=60)
    approval = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="+")
    notice = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="+")
    certificate = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("有效期")
        verbose_name_plural = _("有效期")
        ordering = ["base_id", "number"]
        constraints = [
            models.UniqueConstraint(fields=["base", "number"], name="one_term_per_number"),
            models.CheckConstraint(condition=models.Q(expires_on__gte=models.F("starts_on")), name="term_has_days"),
            models.CheckConstraint(
                condition=models.Q(starts_on__gte=models.F("approved_on")), name="term_starts_after_approval"
            ),
        ]


class Plaque(models.Model):
    """The plaque awarded with a term."""

    term = models.OneToOneField(Term, on_delete=models.PROTECT, related_name="plaque")
    number = models.CharField(_("牌匾编号"), max_length=30, unique=True)
    text = models.CharField(_("牌面文字"), max_length=200)
    awarded_on = models.DateField(_("授牌日期"))

    class Meta:
        verbose_name = _("牌匾")
        verbose_name_plural = _("牌匾")


class Obligation(models.Model):
    """A report a base owes for one quarter or year; its due day is fixed when it is created."""

    class ReportKind(models.TextChoices):
        QUARTERLY = "quarterly", _("季度工作信息")
        ANNUAL = "annual", _("年度总结与下一年度计划")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    base = models.ForeignKey(Base, on_delete=models.PROTECT, related_name="obligations")
    kind = models.CharField(_("种类"), max_length=10, choices=ReportKind.choices)
    period = models.CharField(_("所属期"), max_length=6, help_text=_("形如 2027Q1 或 2027"))
    opens_on = models.DateField(_("开始填写日"))
    due_on = models.DateField(_("截止日"))
    qualifies_on = models.DateField(_("认定应报之日"))
    draft = models.JSONField(_("草稿"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    version = models.PositiveIntegerField(default=1)
    first_filed_on = models.DateField(_("首次报送日"), null=True, blank=True)
    late = models.BooleanField(_("逾期报送"), null=True, blank=True)
    accepted_on = models.DateField(_("通过日期"), null=True, blank=True)
    cancelled_on = models.DateField(_("取消日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("应报事项")
        verbose_name_plural = _("应报事项")
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["base", "kind", "period"], name="one_obligation_per_period"),
            models.CheckConstraint(
                condition=models.Q(first_filed_on__isnull=True, late__isnull=True)
                | models.Q(first_filed_on__isnull=False, late__isnull=False),
                name="lateness_is_known_from_the_first_filing",
            ),
        ]


class Filing(models.Model):
    """One filed version of a report, frozen, with what was said of it."""

    class Outcome(models.TextChoices):
        ACCEPTED = "accepted", _("已通过")
        RETURNED = "returned", _("退回修改")

    obligation = models.ForeignKey(Obligation, on_delete=models.PROTECT, related_name="filings")
    version = models.PositiveSmallIntegerField(_("版本"))
    content = models.JSONField(_("内容"), encoder=DjangoJSONEncoder)
    filed_at = models.DateTimeField(_("报送时间"))
    filed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(_("结果"), max_length=10, choices=Outcome.choices, blank=True)
    outcome_reason = models.TextField(_("意见"), blank=True)
    outcome_at = models.DateTimeField(null=True, blank=True)
    outcome_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["version"]
        constraints = [models.UniqueConstraint(fields=["obligation", "version"], name="one_filing_per_version")]


class Activity(models.Model):
    """A plain record of something the base did with overseas partners."""

    class ActivityKind(models.TextChoices):
        EXCHANGE = "exchange", _("学术交流")
        PROJECT = "project", _("项目合作")
        MATCHMAKING = "matchmaking", _("技术对接")
        LANDING = "landing", _("成果落地")
        TALENT = "talent", _("人才引进")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    base = models.ForeignKey(Base, on_delete=models.PROTECT, related_name="activities")
    held_on = models.DateField(_("日期"))
    title = models.CharField(_("名称"), max_length=120)
    kind = models.CharField(_("类别"), max_length=20, choices=ActivityKind.choices)
    place = models.CharField(_("地点"), max_length=120)
    participants = models.PositiveIntegerField(_("参加人数"))
    partners = models.ManyToManyField(Partner, verbose_name=_("海外合作伙伴"), blank=True, related_name="activities")
    outcome = models.TextField(_("成效"))
    removed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("活动")
        verbose_name_plural = _("活动")
        ordering = ["-held_on", "-id"]
