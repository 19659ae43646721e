"""Who may write, change, take away and judge comments on a submitted version (`4.1-materials`)."""

from django.utils.translation import gettext as _

from applications.models import Application, Comment, Review
from applications.rules.table import table_verdict
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.verdict import Verdict
from haizhi_portal.policy.words import Role

CLAUSE = "4.1-materials"


def stage_of(actor: Actor) -> Review.Stage:
    """The stage of review a person works in."""
    return Review.Stage.DISTRICT if actor.role == Role.DISTRICT else Review.Stage.INITIAL


def can_comment(actor: Actor, application: Application) -> Verdict:
    """Whoever reviews it, from the first reading until the correction came back."""
    return table_verdict("comment", actor, application)


def can_change_comment(actor: Actor, comment: Comment) -> Verdict:
    """Its writer, until it went out or was taken away."""
    verdict = can_remove_comment(actor, comment)
    if verdict and comment.written_by_id != actor.user.pk:
        return Verdict.no(CLAUSE, _("这条意见由%(name)s写，请由本人修改。") % {"name": comment.written_by.name})
    return verdict


def can_remove_comment(actor: Actor, comment: Comment) -> Verdict:
    """Anybody of the office that wrote it, until it went out."""
    if comment.review_id is not None:
        return Verdict.no(CLAUSE, _("这条意见已随退回发出，不能再改。"))
    if comment.removed_at is not None:
        return Verdict.no(CLAUSE, _("这条意见已经删除。"))
    if not is_of_office(actor, comment):
        return Verdict.no(CLAUSE, _("这条意见不是本单位写的。"))
    return can_comment(actor, comment.application)


def can_judge_comment(actor: Actor, comment: Comment) -> Verdict:
    """Whoever reviews the version that came back; the district what it wrote itself, the office every one."""
    verdict = table_verdict("judge_comment", actor, comment.application)
    if not verdict:
        return verdict
    if comment.review_id is None:
        return Verdict.no(CLAUSE, _("这条意见还没有发出，不能核对。"))
    if actor.role == Role.DISTRICT and not is_of_office(actor, comment):
        return Verdict.no(CLAUSE, _("这条意见不是本单位写的。"))
    if not comment.application.submissions.filter(version__gt=comment.submission.version).exists():
        return Verdict.no(CLAUSE, _("申报单位还没有提交新的一版，不能核对。"))
    return verdict


def is_of_office(actor: Actor, comment: Comment) -> bool:
    """Whether this person's office wrote it."""
    if comment.stage != stage_of(actor):
        return False
    return comment.stage == Review.Stage.INITIAL or comment.body_id == actor.user.reviewing_body_id
