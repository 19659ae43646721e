"""What is known of one section while it is being filled in, beside its answers."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models.application import Application
from haizhi_portal.accounts.models import User


class Filling(models.Model):
    """One section of one form: who saved it last, as which edition, and what was typed but could not be an answer.

    ``typed`` holds the fields of the page as they were sent, by name, while any of them cannot stand as an answer.
    ``late`` is what came after the door had closed; nothing that was submitted ever contains it.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="fillings")
    section = models.CharField(_("部分"), max_length=30)
    version = models.PositiveIntegerField(_("最后保存时的编辑版本"), default=1)
    saved_at = models.DateTimeField(_("最后保存时间"), null=True)
    saved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    typed = models.JSONField(_("原样保留的内容"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    mistakes = models.JSONField(_("填写有误之处"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    late = models.JSONField(_("截止后填写的内容"), null=True, blank=True, encoder=DjangoJSONEncoder)
    late_at = models.DateTimeField(_("截止后填写的时间"), null=True, blank=True)

    class Meta:
        ordering = ["application", "section"]
        constraints = [
            models.UniqueConstraint(fields=["application", "section"], name="one_filling_per_section"),
            models.CheckConstraint(
                condition=models.Q(late__isnull=True, late_at__isnull=True)
                | models.Q(late__isnull=False, late_at__isnull=False),
                name="what_came_late_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.section}"
