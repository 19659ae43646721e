"""Who opened a protected paper, when, and how much of it they saw."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models.application import Material
from haizhi_portal.accounts.models import User


class Viewing(models.Model):
    """One opening of a protected material by one person: masked, or as it is for a stated reason."""

    material = models.ForeignKey(Material, on_delete=models.PROTECT, related_name="viewings")
    viewer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    masked = models.BooleanField(_("遮挡"))
    whole = models.BooleanField(_("下载原件"), default=False)
    reason = models.CharField(_("查看理由"), max_length=200, blank=True)
    opened_at = models.DateTimeField(_("打开时间"))

    class Meta:
        ordering = ["opened_at", "id"]
        indexes = [models.Index(fields=["material", "viewer", "opened_at"], name="viewings_of_a_person")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(masked=True, whole=False) | ~models.Q(reason=""),
                name="an_unmasked_viewing_says_why",
            )
        ]
