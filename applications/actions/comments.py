"""A reviewer's words on a section or a question: written, changed, taken away, sent, judged (`4.1-materials`)."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from applications.actions.locking import locked
from applications.actions.records import write
from applications.models import Application, Comment, Review
from applications.rules import (
    can_change_comment,
    can_comment,
    can_judge_comment,
    can_remove_comment,
    stage_of,
)
from applications.sections.targets import is_target
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.verdict import RuleViolation

CLAUSE = "4.1-materials"


@transaction.atomic
def comment(*, actor: Actor, application: Application, section: str, field: str, words: str, audience: str) -> Comment:
    """Write down what is to be said of a section, or of a question of it; it waits for the return.

    Raises RuleViolation (field "words", "audience" or "section").
    """
    application = locked(application, actor=actor)
    can_comment(actor, application).require()
    if not is_target(section, field):
        raise RuleViolation(clause=CLAUSE, message=_("申报书没有这一部分。"), field="section")
    return Comment.objects.create(
        application=application,
        submission=application.submissions.latest("version"),
        stage=stage_of(actor),
        body=application.body if stage_of(actor) == Review.Stage.DISTRICT else None,
        section=section,
        field=field,
        audience=_audience(audience),
        words=_words(words),
        written_at=actor.now,
        written_by=actor.user,
    )


@transaction.atomic
def change_comment(*, actor: Actor, comment: Comment, words: str, audience: str) -> Comment:
    """Put other words in the place of one's own, until they went out."""
    comment = _locked(comment, actor)
    can_change_comment(actor, comment).require()
    comment.words, comment.audience, comment.written_at = _words(words), _audience(audience), actor.now
    comment.save(update_fields=["words", "audience", "written_at"])
    return comment


@transaction.atomic
def remove_comment(*, actor: Actor, comment: Comment) -> Comment:
    """Take back what has not gone out yet."""
    comment = _locked(comment, actor)
    can_remove_comment(actor, comment).require()
    comment.removed_at = actor.now
    comment.save(update_fields=["removed_at"])
    return comment


@transaction.atomic
def judge_comment(*, actor: Actor, comment: Comment, verdict: str) -> Comment:
    """Say of a comment that went out whether the new version mended it; may be said again otherwise."""
    comment = _locked(comment, actor)
    can_judge_comment(actor, comment).require()
    if verdict not in (Comment.Verdict.MENDED, Comment.Verdict.STANDS):
        raise RuleViolation(clause=CLAUSE, message=_("请选择“已改正”或“仍未改正”。"), field="verdict")
    comment.verdict, comment.judged_at, comment.judged_by = verdict, actor.now, actor.user
    comment.save(update_fields=["verdict", "judged_at", "judged_by"])
    write(
        "application.comment_judged",
        comment.application,
        actor=actor,
        clause=CLAUSE,
        data={"comment": comment.public_id, "verdict": verdict},
    )
    return comment


def send_comments(review: Review, *, actor: Actor) -> int:
    """Let everything the office wrote for the unit go out with its return. The caller holds the application's lock."""
    return waiting_comments(review.application, actor=actor).update(review=review)


def waiting_comments(application: Application, *, actor: Actor) -> QuerySet[Comment]:
    """What this person's office wrote for the unit and has not sent."""
    stage = stage_of(actor)
    rows = application.comments.filter(
        stage=stage, audience=Comment.Audience.UNIT, review__isnull=True, removed_at__isnull=True
    )
    return rows.filter(body=application.body) if stage == Review.Stage.DISTRICT else rows


def with_comments(remarks: dict[str, str], application: Application, *, actor: Actor) -> dict[str, str]:
    """The sections to be mended: those with words of their own, and those with comments waiting to go out."""
    counts: dict[str, int] = {}
    for section in waiting_comments(application, actor=actor).values_list("section", flat=True):
        counts[section] = counts.get(section, 0) + 1
    named = {key: _("请按 %(number)d 条逐项意见修改。") % {"number": number} for key, number in counts.items()}
    return named | remarks


def _locked(comment: Comment, actor: Actor) -> Comment:
    application = locked(comment.application, actor=actor)
    row = Comment.objects.select_for_update(of=("self",)).select_related("submission", "written_by").get(pk=comment.pk)
    row.application = application
    return row


def _words(words: str) -> str:
    words = words.strip()
    if not words:
        raise RuleViolation(clause=CLAUSE, message=_("请写下意见。"), field="words")
    return words


def _audience(audience: str) -> str:
    if audience not in Comment.Audience.values:
        raise RuleViolation(clause=CLAUSE, message=_("请选择意见给谁看。"), field="audience")
    return audience
