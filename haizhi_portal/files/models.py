"""Private attachments: what was uploaded, by whom, and its digest. The owner of a file holds the key to it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from haizhi_portal.audit.identity import public_id


class StoredFile(models.Model):
    """One immutable file under an opaque name in the private store."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    name = models.CharField(_("文件名"), max_length=255)
    path = models.CharField(max_length=120, unique=True, editable=False)
    content_type = models.CharField(_("类型"), max_length=100)
    size = models.PositiveBigIntegerField(_("大小(字节)"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("上传人"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField(_("上传时间"))

    class Meta:
        verbose_name = _("附件")
        verbose_name_plural = _("附件")

    def __str__(self) -> str:
        return self.name
