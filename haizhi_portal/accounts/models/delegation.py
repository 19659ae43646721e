"""Who stands in for whom while somebody of the staff is away."""

from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from haizhi_portal.accounts.models.people import User
from haizhi_portal.audit.identity import public_id


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def in_force(self, day: date) -> "DelegationQuerySet":
        """What holds on a day. One whose people no longer share role and office holds no longer."""
        same_body = models.Q(delegate__reviewing_body=models.F("absent__reviewing_body"))
        no_body = models.Q(delegate__reviewing_body__isnull=True, absent__reviewing_body__isnull=True)
        return (
            self.filter(same_body | no_body, delegate__is_active=True, delegate__role=models.F("absent__role"))
            .filter(starts_on__lte=day, ends_on__gte=day, withdrawn_at__isnull=True)
            .select_related("absent", "delegate")
        )


class Delegation(models.Model):
    """A colleague stands in from one day to another, both included, unless it was withdrawn before.

    It gives the colleague no right: both have the same role in the same office. That two of one person never overlap,
    and that nobody stands in who is away, are triggers as well.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    absent = models.ForeignKey(User, verbose_name=_("外出人员"), on_delete=models.PROTECT, related_name="delegations")
    delegate = models.ForeignKey(User, verbose_name=_("代办人"), on_delete=models.PROTECT, related_name="stands_in")
    starts_on = models.DateField(_("起"))
    ends_on = models.DateField(_("止"))
    made_at = models.DateTimeField(_("委托时间"))
    withdrawn_at = models.DateTimeField(_("提前结束时间"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = DelegationQuerySet.as_manager()

    class Meta:
        verbose_name = _("外出代办")
        verbose_name_plural = _("外出代办")
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__gte=models.F("starts_on")), name="a_delegation_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=~models.Q(absent=models.F("delegate")), name="nobody_stands_in_for_themselves"
            ),
            models.CheckConstraint(
                condition=models.Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | models.Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="a_withdrawn_delegation_names_who",
            ),
        ]
