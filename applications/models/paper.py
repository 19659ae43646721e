"""A registration at the paper desk that was wrong: kept, and set right by a row of its own."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models.application import PaperReceipt
from haizhi_portal.accounts.models import User


class ReceiptVoid(models.Model):
    """The cancelling of one receipt, with its reason; the receipt itself never changes."""

    receipt = models.OneToOneField(PaperReceipt, on_delete=models.PROTECT, related_name="void")
    reason = models.TextField(_("作废理由"))
    voided_on = models.DateField(_("作废日期"))
    voided_at = models.DateTimeField(_("作废时间"))
    voided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["voided_at", "id"]
