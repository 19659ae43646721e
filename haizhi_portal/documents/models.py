"""Official documents: the register of numbers and what was issued. An issued document never changes."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from haizhi_portal.audit.identity import check_code, public_id
from haizhi_portal.files.models import StoredFile


class Series(models.Model):
    """A number series such as 大科协发: the words before 〔year〕."""

    code = models.CharField(_("代字"), max_length=20, unique=True)
    title = models.CharField(_("用途"), max_length=60)

    class Meta:
        verbose_name = _("发文代字")
        verbose_name_plural = _("发文代字")

    def __str__(self) -> str:
        return self.code


class RegisterYear(models.Model):
    """The head of one series' register of one year; its row is the lock under which numbers are drawn."""

    series = models.ForeignKey(Series, on_delete=models.PROTECT)
    year = models.PositiveSmallIntegerField(_("年份"))
    last = models.PositiveIntegerField(_("已用到"), default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "year"], name="one_register_per_series_and_year")]


class DocumentNumber(models.Model):
    """A number drawn from the register. It stays there for ever, as void if its document was voided."""

    series = models.ForeignKey(Series, on_delete=models.PROTECT, related_name="numbers")
    year = models.PositiveSmallIntegerField(_("年份"))
    number = models.PositiveIntegerField(_("序号"))
    drawn_on = models.DateField(_("取号日期"))
    voided_on = models.DateField(_("作废日期"), null=True, blank=True)
    void_reason = models.TextField(_("作废理由"), blank=True)

    class Meta:
        verbose_name = _("发文字号")
        verbose_name_plural = _("发文字号")
        constraints = [models.UniqueConstraint(fields=["series", "year", "number"], name="document_number_used_once")]

    def __str__(self) -> str:
        return f"{self.series.code}〔{self.year}〕{self.number}号"


class Document(models.Model):
    """One document: frozen facts first, the rendered file from the worker after it."""

    class Kind(models.TextChoices):
        APPLICATION_FORM = "application_form", _("申报书")
        DESIGNATION_NOTICE = "designation_notice", _("认定通知")
        REPLY = "reply", _("批复")
        CERTIFICATE = "certificate", _("基地证书")
        RENEWAL_DECISION = "renewal_decision", _("重新授牌决定")
        NON_RENEWAL_NOTICE = "non_renewal_notice", _("不予续期通知")
        WITHDRAWAL_DECISION = "withdrawal_decision", _("取消资格决定")
        EVALUATION_NOTICE = "evaluation_notice", _("年度评估结果通知")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    kind = models.CharField(_("种类"), max_length=30, choices=Kind.choices)
    title = models.CharField(_("标题"), max_length=200)
    number = models.OneToOneField(
        DocumentNumber, verbose_name=_("发文字号"), null=True, blank=True, on_delete=models.PROTECT
    )
    dated_on = models.DateField(_("成文日期"))
    facts = models.JSONField(_("载明事项"), encoder=DjangoJSONEncoder)
    verify_code = models.CharField(_("校验码"), max_length=16, unique=True, default=check_code, editable=False)
    corrects = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections")
    base_number = models.CharField(_("基地编号"), max_length=40, blank=True)
    application_number = models.CharField(_("申报编号"), max_length=40, blank=True)
    credit_code = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    clause = models.CharField(_("依据"), max_length=40)
    issued_by = models.CharField(_("签发人"), max_length=40, help_text=_("操作人的不透明标识"))
    issued_role = models.CharField(max_length=20)
    file = models.ForeignKey(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(_("SHA-256"), max_length=64, blank=True)
    rendered_at = models.DateTimeField(_("制作完成时间"), null=True, blank=True)
    render_attempts = models.PositiveSmallIntegerField(default=0)
    render_error = models.TextField(_("制作失败原因"), blank=True)
    voided_on = models.DateField(_("作废日期"), null=True, blank=True)
    void_reason = models.TextField(_("作废理由"), blank=True)

    class Meta:
        verbose_name = _("公文")
        verbose_name_plural = _("公文")

    def __str__(self) -> str:
        return f"{self.title} {self.number or ''}".strip()
