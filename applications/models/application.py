"""Applications with their versions, materials, routes, reviews and the paper received."""

from typing import TYPE_CHECKING

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models.call import Call
from bases.models import Base
from haizhi_portal.accounts.models import Jurisdiction, Organisation, ReviewingBody, User
from haizhi_portal.documents.models import Document
from haizhi_portal.files.models import StoredFile
from haizhi_portal.policy.words import ROUTE_MUNICIPAL

if TYPE_CHECKING:
    from applications.models.paper import ReceiptVoid


class Application(models.Model):
    """One organisation's application in one year's call."""

    class State(models.TextChoices):
        DRAFT = "draft", _("草稿")
        DISTRICT_REVIEW = "district_review", _("辖区审核中")
        DISTRICT_RETURNED = "district_returned", _("辖区退回修改")
        INITIAL_REVIEW = "initial_review", _("市科协初审中")
        INITIAL_RETURNED = "initial_returned", _("市科协退回修改")
        CERTIFICATION = "certification", _("专家认证")
        APPROVED = "approved", _("已列入认定名单")
        LICENSED = "licensed", _("已授牌")
        DECLINED = "declined", _("未通过")
        WITHDRAWN = "withdrawn", _("已撤回")
        LAPSED = "lapsed", _("已失效")

    LIVE = (
        State.DISTRICT_REVIEW,
        State.DISTRICT_RETURNED,
        State.INITIAL_REVIEW,
        State.INITIAL_RETURNED,
        State.CERTIFICATION,
        State.APPROVED,
    )

    number = models.CharField(_("申报编号"), max_length=20, unique=True, help_text=_("形如 2027-0012"))
    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="applications")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="applications")
    state = models.CharField(_("状态"), max_length=20, choices=State.choices, default=State.DRAFT)
    answers = models.JSONField(_("填报内容"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    version = models.PositiveIntegerField(_("编辑版本"), default=1)
    # Null rather than an empty default: SQLite then adds the column without making the table anew under its triggers.
    prefilled = models.JSONField(
        _("代填来源"), null=True, blank=True, help_text=_("部分代号 → 题目代号 → 来源；保存该部分后即为已核对")
    )
    created_at = models.DateTimeField(_("建立时间"))
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    # Fixed at submission; only a re-route changes them afterwards.
    route = models.CharField(_("报送去向"), max_length=20, blank=True)
    route_reason = models.TextField(_("去向理由"), blank=True)
    routed_to = models.ForeignObject(
        Jurisdiction,
        on_delete=models.DO_NOTHING,
        from_fields=["route"],
        to_fields=["code"],
        null=True,
        related_name="+",
    )
    # Whom it was put before by its last route; who reviews today is `body`.
    reviewing_body = models.ForeignKey(
        ReviewingBody, null=True, blank=True, on_delete=models.PROTECT, related_name="applications"
    )
    submitted_at = models.DateTimeField(_("首次提交时间"), null=True, blank=True)
    endorsed_on = models.DateField(_("辖区同意日期"), null=True, blank=True)
    escalated_on = models.DateField(_("转市科协日期"), null=True, blank=True)
    initial_passed_on = models.DateField(_("初审通过日期"), null=True, blank=True)
    correct_by = models.DateField(_("补正截止日"), null=True, blank=True)
    entered_round_on = models.DateField(_("进入认证日期"), null=True, blank=True)
    # Null rather than defaults: SQLite then adds the columns without making the table anew under its triggers.
    set_aside_on = models.DateField(_("搁置日期"), null=True, blank=True)
    set_aside_reason = models.TextField(_("搁置理由"), null=True, blank=True)
    approved_on = models.DateField(_("列入名单日期"), null=True, blank=True)
    ended_on = models.DateField(_("办结日期"), null=True, blank=True)
    end_reason = models.TextField(_("办结理由"), blank=True)
    edition = models.CharField(_("指标版本"), max_length=60, blank=True)
    reopens = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="reopened_as",
    )
    base = models.OneToOneField(Base, null=True, blank=True, on_delete=models.PROTECT, related_name="application")

    class Meta:
        verbose_name = _("申报")
        verbose_name_plural = _("申报")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=models.Q(
                    state__in=[
                        "district_review",
                        "district_returned",
                        "initial_review",
                        "initial_returned",
                        "certification",
                        "approved",
                    ]
                ),
                name="one_live_application_per_organisation",
            ),
            models.UniqueConstraint(
                fields=["organisation", "call"], condition=models.Q(state="draft"), name="one_draft_per_call"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="licensed") | models.Q(base__isnull=False), name="licensed_has_a_base"
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft") | models.Q(submitted_at__isnull=False),
                name="only_a_draft_is_unsubmitted",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def body(self) -> ReviewingBody | None:
        """The body that reviews today for where the application was sent; None where that is the municipal CAST."""
        if self.route in ("", ROUTE_MUNICIPAL):
            return None
        place: Jurisdiction | None = self._state.fields_cache.get("routed_to")
        if place is None or place.code != self.route:
            place = Jurisdiction.objects.select_related("reviewing_body").get(pk=self.route)
            self._state.fields_cache["routed_to"] = place
        return place.reviewing_body


class Submission(models.Model):
    """A frozen version of what was submitted; its check code stands on the paper printed from it."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="submissions")
    version = models.PositiveSmallIntegerField(_("版本"))
    content = models.JSONField(_("内容"), encoder=DjangoJSONEncoder)
    submitted_at = models.DateTimeField(_("提交时间"))
    submitted_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    print = models.ForeignKey(Document, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["version"]
        constraints = [models.UniqueConstraint(fields=["application", "version"], name="one_submission_per_version")]


class Material(models.Model):
    """A typed upload. Taking one away only marks it: earlier versions still show it.

    A withdrawn application that is taken up again shares its files with the new draft.
    """

    class MaterialKind(models.TextChoices):
        APPLICATION_FORM = "application_form", _("申报书承诺页（盖章扫描件）")
        BASE_PLAN = "base_plan", _("基地计划书")
        LEGAL_CERTIFICATE = "legal_certificate", _("法人资格证书（盖章）")
        REPRESENTATIVE_ID = "representative_id", _("法定代表人身份证件（盖章）")
        OVERSEAS_CONTACTS = "overseas_contacts", _("海外人才及团队联系材料")
        CONDITION_EVIDENCE = "condition_evidence", _("组织实施条件佐证材料")

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="materials")
    kind = models.CharField(_("材料"), max_length=30, choices=MaterialKind.choices)
    about = models.CharField(_("佐证事项"), max_length=30, blank=True, help_text=_("佐证材料所证明条件的代号"))
    outline = models.JSONField(
        _("计划书标题核对"), null=True, blank=True, help_text=_("计划书各部分代号 → 标题；空为无法核对")
    )
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    stamped = models.BooleanField(_("已加盖公章"), default=False)
    added_at = models.DateTimeField(_("上传时间"))
    removed_at = models.DateTimeField(_("移除时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("申报材料")
        verbose_name_plural = _("申报材料")
        ordering = ["kind", "id"]


class Routing(models.Model):
    """Why an application went where it went: the rule, who decided, and when."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="routings")
    route = models.CharField(_("去向"), max_length=20)
    previous_route = models.CharField(_("原去向"), max_length=20, blank=True)
    clause = models.CharField(_("依据"), max_length=40)
    reason = models.TextField(_("理由"))
    decided_at = models.DateTimeField(_("时间"))
    decided_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["decided_at", "id"]


class Review(models.Model):
    """What district or municipal staff concluded of one submitted version."""

    class Stage(models.TextChoices):
        DISTRICT = "district", _("辖区审核")
        INITIAL = "initial", _("市科协初审")

    class Outcome(models.TextChoices):
        ENDORSED = "endorsed", _("同意推荐")
        PASSED = "passed", _("初审通过")
        RETURNED = "returned", _("退回修改")
        DECLINED = "declined", _("不予通过")
        EXTENDED = "extended", _("延长补正期限")
        WIDENED = "widened", _("追加补正内容")

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="reviews")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="reviews")
    stage = models.CharField(_("环节"), max_length=10, choices=Stage.choices)
    body = models.ForeignKey(ReviewingBody, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(_("结论"), max_length=10, choices=Outcome.choices)
    opinion = models.TextField(_("意见"))
    clause = models.CharField(_("依据"), max_length=40, blank=True)
    checks = models.JSONField(_("核对结果"), default=dict, blank=True, help_text=_("项目 → 是否符合；null 为不适用"))
    notes = models.JSONField(_("核对说明"), null=True, blank=True)
    sections = models.JSONField(_("需修改部分"), default=dict, blank=True, help_text=_("部分代号 → 审核人的话"))
    correct_by = models.DateField(_("补正截止日"), null=True, blank=True)
    decided_at = models.DateTimeField(_("时间"))
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["decided_at", "id"]


class PaperReceipt(models.Model):
    """Stamped copies received at the desk, of one version."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="receipts")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="receipts")
    copies = models.PositiveSmallIntegerField(_("份数"))
    received_on = models.DateField(_("收到日期"))
    received_at = models.DateTimeField(_("登记时间"))
    received_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["received_at", "id"]
        constraints = [models.CheckConstraint(condition=models.Q(copies__gte=1), name="a_receipt_counts_copies")]

    @property
    def voiding(self) -> "ReceiptVoid | None":
        """How it was declared void; None while it counts."""
        return getattr(self, "void", None)
