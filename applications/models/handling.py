"""Who of an office handles an application, and when its applicant was last reminded by hand."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models.application import Application
from haizhi_portal.accounts.models import ReviewingBody, User


class Handling(models.Model):
    """One office named, or released, the person who handles an application; the latest of an office counts.

    ``body`` is the reviewing body, null for the municipal CAST. What one office decided says nothing to the next:
    an application that moves on arrives without a handler.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="handlings")
    body = models.ForeignKey(ReviewingBody, null=True, on_delete=models.PROTECT, related_name="+")
    handler = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("时间"))
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("经办安排")
        verbose_name_plural = _("经办安排")
        ordering = ["id"]
        indexes = [models.Index(fields=["application", "body", "-id"], name="latest_handling_of_an_office")]


class Nudge(models.Model):
    """The applicant was reminded by hand that it is its move: once a day at most."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="nudges")
    sent_on = models.DateField(_("催办日期"))
    words = models.TextField(_("催办的话"), blank=True)
    sent_at = models.DateTimeField(_("时间"))
    sent_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("催办")
        verbose_name_plural = _("催办")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["application", "sent_on"], name="one_nudge_a_day")]
