"""What belongs to the portal as a whole and to none of its parts."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from haizhi_portal.audit.identity import public_id


class CalendarFeed(models.Model):
    """A person's calendar to subscribe to. The address is made from ``key``: another key, another address."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="calendar_feed")
    key = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    enabled_at = models.DateTimeField(_("启用时间"), null=True)

    class Meta:
        verbose_name = _("日历订阅")
        verbose_name_plural = _("日历订阅")
