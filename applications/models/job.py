"""What the worker makes for one person: the print of a draft, a list for Excel, archives. Its file lives for days."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models.application import Application
from haizhi_portal.accounts.models import ReviewingBody, User
from haizhi_portal.audit.identity import public_id
from haizhi_portal.files.models import StoredFile


class Job(models.Model):
    """One making: who asked, for what, how far it is, and the file until it expires."""

    class Kind(models.TextChoices):
        DRAFT_PRINT = "draft_print", _("草稿 PDF")
        TABLE = "table", _("申报清单（Excel）")
        ARCHIVE = "archive", _("申报档案包")
        ARCHIVES = "archives", _("多项申报档案包")

    class State(models.TextChoices):
        QUEUED = "queued", _("排队中")
        RUNNING = "running", _("制作中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("没有成功")
        CANCELLED = "cancelled", _("已取消")

    OPEN = (State.QUEUED, State.RUNNING)

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    kind = models.CharField(_("内容"), max_length=12, choices=Kind.choices)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.QUEUED)
    asked_by = models.ForeignKey(User, verbose_name=_("申请人"), on_delete=models.PROTECT, related_name="+")
    asked_role = models.CharField(max_length=20)
    asked_body = models.ForeignKey(ReviewingBody, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("申请时间"))
    # One application's number, or the filters' fingerprint: the same thing is not made twice at a time.
    subject = models.CharField(max_length=64)
    application = models.ForeignKey(
        Application, verbose_name=_("申报"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    selection = models.JSONField(default=list, help_text=_("所含申报，按清单次序"))
    filters = models.JSONField(_("筛选条件"), default=dict, encoder=DjangoJSONEncoder)
    with_identity = models.BooleanField(_("含身份证件"), default=False)
    reason = models.CharField(_("理由"), max_length=200, blank=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    claim = models.CharField(max_length=12, blank=True, help_text=_("正在制作的进程"))
    beat_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.TextField(_("没有成功的原因"), blank=True)
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, blank=True)
    ended_at = models.DateTimeField(_("办结时间"), null=True)
    expires_at = models.DateTimeField(_("保存到"), null=True)

    class Meta:
        verbose_name = _("制作任务")
        verbose_name_plural = _("制作任务")
        ordering = ["-asked_at", "-id"]
        indexes = [
            models.Index(
                fields=["beat_at"], condition=models.Q(state__in=["queued", "running"]), name="jobs_still_open"
            ),
            models.Index(fields=["expires_at"], condition=models.Q(file__isnull=False), name="jobs_with_a_file"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["asked_by", "kind", "subject"],
                condition=models.Q(state__in=["queued", "running"]),
                name="one_open_job_for_the_same_thing",
            ),
            models.CheckConstraint(
                condition=models.Q(with_identity=False) | ~models.Q(reason=""),
                name="identity_papers_leave_with_a_reason",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="done") | (models.Q(expires_at__isnull=False) & ~models.Q(sha256="")),
                name="what_is_made_has_a_digest_and_an_end",
            ),
            models.CheckConstraint(
                condition=models.Q(file__isnull=True) | models.Q(state="done"), name="only_what_is_made_has_a_file"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.public_id}"
