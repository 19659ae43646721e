"""What the applying unit and the office that has its application write to each other."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models.application import Application
from haizhi_portal.accounts.models import ReviewingBody, User
from haizhi_portal.audit.identity import public_id
from haizhi_portal.files.models import StoredFile


class ThreadEntry(models.Model):
    """One thing said, for good. ``body`` is the district's office it was said to or by; None is the municipal CAST."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="thread")
    body = models.ForeignKey(ReviewingBody, null=True, on_delete=models.PROTECT, related_name="+")
    by_office = models.BooleanField(_("由审核单位发出"))
    text = models.TextField(_("留言"))
    file = models.OneToOneField(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(_("时间"))
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("留言")
        verbose_name_plural = _("留言")
        ordering = ["id"]


class ThreadMark(models.Model):
    """How far a person has read one application's thread."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="thread_marks")
    reader = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    entry = models.ForeignKey(ThreadEntry, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["application", "reader"], name="one_mark_per_reader")]
