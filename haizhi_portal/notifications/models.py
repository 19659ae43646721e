"""Messages to people, their delivery, and reminders that can be sent once only."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from haizhi_portal.audit.identity import public_id


class Message(models.Model):
    """Something a person is told. Written with the fact it reports; delivered by the worker after commit."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("收件人"), on_delete=models.PROTECT, related_name="messages"
    )
    kind = models.CharField(_("种类"), max_length=60)
    subject = models.CharField(_("标题"), max_length=200)
    body = models.TextField(_("正文"))
    link = models.CharField(_("去处理"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("写入时间"))
    read_at = models.DateTimeField(_("阅读时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("消息")
        verbose_name_plural = _("消息")
        ordering = ["-created_at", "-id"]

    def __str__(self) -> str:
        return self.subject


class Delivery(models.Model):
    """The way of one message through one channel.

    ``next_attempt_at`` is also the lease of the worker that is trying now: nobody else tries before it.
    """

    class Channel(models.TextChoices):
        INBOX = "inbox", _("站内消息")
        EMAIL = "email", _("电子邮件")

    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="deliveries")
    channel = models.CharField(_("渠道"), max_length=10, choices=Channel.choices)
    delivered_at = models.DateTimeField(_("送达时间"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    next_attempt_at = models.DateTimeField(_("下次尝试时间"), null=True, blank=True)
    last_error = models.TextField(_("最近的错误"), blank=True)

    class Meta:
        verbose_name = _("投递")
        verbose_name_plural = _("投递")
        constraints = [models.UniqueConstraint(fields=["message", "channel"], name="one_delivery_per_channel")]
        indexes = [
            models.Index(
                fields=["next_attempt_at"], condition=models.Q(delivered_at__isnull=True), name="deliveries_to_come"
            )
        ]


class Reminder(models.Model):
    """A reminder decided on: unique per object, kind, offset, recipient and channel, so it is sent once.

    ``message`` is null where a later offset took this one's place (a missed day catches up in one message).
    """

    object = models.CharField(_("对象"), max_length=120)
    kind = models.CharField(_("种类"), max_length=60)
    offset = models.SmallIntegerField(_("提前天数"))
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(max_length=10, choices=Delivery.Channel.choices)
    message = models.ForeignKey(Message, null=True, on_delete=models.PROTECT, related_name="reminders")
    decided_on = models.DateField(_("决定日期"))

    class Meta:
        verbose_name = _("提醒")
        verbose_name_plural = _("提醒")
        constraints = [
            models.UniqueConstraint(
                fields=["object", "kind", "offset", "recipient", "channel"], name="reminder_sent_once"
            )
        ]
