"""The append-only ledger. Triggers in the database refuse every change and deletion of an entry."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """One fact that took effect, chained by hash to the one before it."""

    seq = models.PositiveBigIntegerField(_("序号"), primary_key=True)
    at = models.DateTimeField(_("写入时刻"))
    on = models.DateField(_("生效日期"), db_index=True)
    event = models.CharField(_("事件"), max_length=60, db_index=True)
    object = models.CharField(_("对象"), max_length=120, blank=True, db_index=True)
    base = models.CharField(_("基地编号"), max_length=40, null=True, db_index=True)
    application = models.CharField(_("申报编号"), max_length=40, null=True, db_index=True)
    organisation = models.CharField(_("统一社会信用代码"), max_length=18, null=True, db_index=True)
    actor = models.CharField(_("操作人"), max_length=40)
    role = models.CharField(_("角色"), max_length=20)
    clause = models.CharField(_("依据"), max_length=40, blank=True)
    data = models.JSONField(_("内容"), default=dict, encoder=DjangoJSONEncoder)
    reason = models.TextField(_("理由"), blank=True)
    address = models.CharField(_("来源地址"), max_length=64, blank=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("台账记录")
        verbose_name_plural = _("台账")
        ordering = ["seq"]

    def __str__(self) -> str:
        return f"{self.seq} {self.event} {self.object}"


class ChainHead(models.Model):
    """The single row under whose lock the next entry is written."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    seq = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="one_chain_head")]
