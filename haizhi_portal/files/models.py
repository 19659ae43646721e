"""Private attachments: what was uploaded, by whom, and its digest. The owner of a file holds the key to it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from haizhi_portal.audit.identity import public_id


class StoredFile(models.Model):
    """One immutable file under an opaque name in the private store.

    ``size`` and ``sha256`` are those of the content itself, whether it lies there in the clear or ``protected``.
    """

    class Scan(models.TextChoices):
        NONE = "none", _("未查毒")
        PENDING = "pending", _("等待查毒")
        CLEAN = "clean", _("查毒通过")
        INFECTED = "infected", _("发现病毒")
        FAILED = "failed", _("查毒未完成")
        OWN = "own", _("门户生成")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    name = models.CharField(_("文件名"), max_length=255)
    path = models.CharField(max_length=120, unique=True, editable=False)
    content_type = models.CharField(_("类型"), max_length=100)
    size = models.PositiveBigIntegerField(_("大小(字节)"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    pages = models.PositiveIntegerField(_("页数"), null=True)
    protected = models.BooleanField(_("加密保存"), default=False)
    scan = models.CharField(_("查毒"), max_length=10, choices=Scan.choices, default=Scan.NONE)
    scan_attempts = models.PositiveSmallIntegerField(default=0)
    scan_note = models.CharField(_("查毒说明"), max_length=200, blank=True)
    scanned_at = models.DateTimeField(_("查毒时间"), null=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("上传人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("上传时间"))

    class Meta:
        verbose_name = _("附件")
        verbose_name_plural = _("附件")
        indexes = [
            models.Index(fields=["id"], condition=models.Q(scan__in=["none", "pending"]), name="files_waiting_for_scan")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def held(self) -> str:
        """Why nobody may open the file now, in words; empty when whoever may see it may open it."""
        if self.scan == self.Scan.INFECTED:
            return _now("“%(name)s”查出病毒，已隔离，不能打开。请清除病毒后重新上传。") % {"name": self.name}
        if not settings.CLAMAV or self.scan in (self.Scan.CLEAN, self.Scan.OWN):
            return ""
        if self.scan == self.Scan.FAILED:
            return _now("“%(name)s”查毒没有完成，系统会继续重试，暂时不能打开和提交。长时间如此请联系系统管理员。") % {
                "name": self.name
            }
        return _now("“%(name)s”正在查毒，通过后才能打开和提交，一般需要一两分钟。") % {"name": self.name}


class Incoming(models.Model):
    """A file on its way in, piece by piece: of one person, for one purpose, for a day at most."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    purpose = models.CharField(max_length=120)
    name = models.CharField(max_length=255)
    path = models.CharField(max_length=120, unique=True, editable=False)
    size = models.PositiveBigIntegerField()
    received = models.PositiveBigIntegerField(default=0)
    begun_at = models.DateTimeField()
    used = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(received__lte=models.F("size")), name="no_more_arrives_than_was_announced"
            )
        ]
