"""What reviewers write while they read: comments, the unfinished review, and the district's own letter."""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from applications.models.application import Application, Review, Submission
from haizhi_portal.accounts.models import ReviewingBody, User
from haizhi_portal.audit.identity import public_id
from haizhi_portal.files.models import StoredFile


class Comment(models.Model):
    """A reviewer's words on one section, or one question of it, of the version that was read.

    Until the return goes out they can be changed or taken away; from then on they stay as they were sent.
    """

    class Audience(models.TextChoices):
        UNIT = "unit", _("给申报单位，随退回发出")
        OFFICE = "office", _("本单位内部，申报单位看不到")

    class Verdict(models.TextChoices):
        OPEN = "", _("未核对")
        MENDED = "mended", _("已改正")
        STANDS = "stands", _("仍未改正")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="comments")
    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="comments")
    stage = models.CharField(_("环节"), max_length=10, choices=Review.Stage.choices)
    body = models.ForeignKey(ReviewingBody, null=True, on_delete=models.PROTECT, related_name="+")
    section = models.CharField(_("部分"), max_length=30)
    field = models.CharField(_("项目"), max_length=40, blank=True, help_text=_("为空是对整个部分的意见"))
    audience = models.CharField(_("给谁看"), max_length=10, choices=Audience.choices)
    words = models.TextField(_("意见"))
    written_at = models.DateTimeField(_("时间"))
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(_("删除时间"), null=True, blank=True)
    # The return it went out with.
    review = models.ForeignKey(Review, null=True, blank=True, on_delete=models.PROTECT, related_name="comments")
    # Whether the next version mended it.
    verdict = models.CharField(_("核对"), max_length=10, choices=Verdict.choices, blank=True, default=Verdict.OPEN)
    judged_at = models.DateTimeField(_("核对时间"), null=True, blank=True)
    judged_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["written_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(review__isnull=True) | models.Q(audience="unit", removed_at__isnull=True),
                name="only_words_for_the_unit_go_out",
            ),
            models.CheckConstraint(
                condition=models.Q(verdict="") | models.Q(review__isnull=False, judged_at__isnull=False),
                name="only_what_was_sent_is_judged",
            ),
        ]


class ReviewDraft(models.Model):
    """What one person has filled in of a review not concluded yet; it outlives the page and the session."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="review_drafts")
    stage = models.CharField(_("环节"), max_length=10, choices=Review.Stage.choices)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveSmallIntegerField(_("所读版本"))
    filled = models.JSONField(_("填写内容"), default=dict, blank=True, encoder=DjangoJSONEncoder)
    scan = models.OneToOneField(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    saved_at = models.DateTimeField(_("保存时间"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "stage", "person"], name="one_unfinished_review_a_person")
        ]


class EndorsementLetter(models.Model):
    """The district's own document behind its endorsement: number and day, a stamped scan, or both."""

    review = models.OneToOneField(Review, on_delete=models.PROTECT, related_name="letter")
    number = models.CharField(_("文号"), max_length=60, blank=True)
    dated_on = models.DateField(_("成文日期"), null=True, blank=True)
    scan = models.OneToOneField(StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(number="", dated_on__isnull=True)
                | (~models.Q(number="") & models.Q(dated_on__isnull=False)),
                name="a_letter_has_number_and_day_or_neither",
            ),
            models.CheckConstraint(
                condition=~models.Q(number="") | models.Q(scan__isnull=False), name="a_letter_says_something"
            ),
        ]
