"""The list of new bases, its lines, and the seats they take."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models.application import Application
from applications.models.call import Call
from haizhi_portal.accounts.models import User


class DecisionList(models.Model):
    """A list as an officer prepared it and the leader, another person, settled it.

    A call has one open list at a time; a supplementary one may follow when a settled decision was withdrawn.
    """

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="decision_lists")
    prepared_at = models.DateTimeField(_("拟定时间"))
    prepared_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    settled_on = models.DateField(_("审定日期"), null=True, blank=True)
    settled_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("认定名单")
        verbose_name_plural = _("认定名单")
        constraints = [
            models.UniqueConstraint(
                fields=["call"], condition=models.Q(settled_on__isnull=True), name="one_open_list_per_call"
            ),
            models.CheckConstraint(
                condition=models.Q(settled_by__isnull=True) | ~models.Q(settled_by=models.F("prepared_by")),
                name="list_settled_by_another_person",
            ),
            models.CheckConstraint(
                condition=models.Q(settled_on__isnull=True, settled_by__isnull=True)
                | models.Q(settled_on__isnull=False, settled_by__isnull=False),
                name="list_settled_on_a_day_by_somebody",
            ),
        ]


class Decision(models.Model):
    """One line of the list: what is proposed of one application, and what became of it."""

    class Outcome(models.TextChoices):
        APPROVE = "approve", _("列入名单")
        DECLINE = "decline", _("不列入")

    list = models.ForeignKey(DecisionList, on_delete=models.PROTECT, related_name="decisions")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="decisions")
    outcome = models.CharField(_("拟定结论"), max_length=10, choices=Outcome.choices)
    rank = models.PositiveSmallIntegerField(_("专家排名"))
    mean = models.DecimalField(_("平均分"), max_digits=5, decimal_places=2)
    reason = models.TextField(_("理由"), blank=True)
    settled_on = models.DateField(_("审定日期"), null=True, blank=True)
    withdrawn_on = models.DateField(_("撤销日期"), null=True, blank=True)
    withdrawal_reason = models.TextField(_("撤销理由"), blank=True)

    class Meta:
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=models.Q(withdrawn_on__isnull=True),
                name="one_standing_decision_per_application",
            )
        ]


class Seat(models.Model):
    """A numbered seat of a year's quota. The database itself refuses a number above the quota."""

    call = models.ForeignKey(Call, on_delete=models.PROTECT, related_name="seats")
    number = models.PositiveSmallIntegerField(_("席位"))
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="seats")
    taken_on = models.DateField(_("占用日期"))
    released_on = models.DateField(_("释放日期"), null=True, blank=True)

    class Meta:
        verbose_name = _("席位")
        verbose_name_plural = _("席位")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "number"], condition=models.Q(released_on__isnull=True), name="one_holder_per_seat"
            ),
            models.UniqueConstraint(
                fields=["application"],
                condition=models.Q(released_on__isnull=True),
                name="one_seat_per_application",
            ),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="seats_count_from_one"),
        ]
