"""The paper desk: a printed code is typed or scanned, and the stamped copies are registered (`4.1-paper`)."""

from django.db import transaction
from django.utils.translation import gettext as _

from applications.actions.locking import locked
from applications.actions.records import tell_applicant, write
from applications.models import Application, PaperReceipt, Submission
from applications.papers import copies_of_current_version, submission_of_code
from applications.queries import visible_to
from applications.rules import can_receive_copies
from haizhi_portal.accounts.models import User
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.stored import figures_on
from haizhi_portal.policy.verdict import RuleViolation

CLAUSE = "4.1-paper"
MOST_AT_ONCE = 20


def find_by_code(code: str, user: User) -> Submission | None:
    """The version a printed code stands for, if this person may see its application."""
    submission = submission_of_code(code)
    if submission is None or not visible_to(user).filter(pk=submission.application_id).exists():
        return None
    return submission


@transaction.atomic
def receive_copies(*, actor: Actor, application: Application, check_code: str, copies: int) -> PaperReceipt:
    """Register stamped copies of the current version.

    Raises RuleViolation (field "check_code") for a code that is unknown, another application's, or an outdated
    version's; (field "copies") for a number that cannot be.
    """
    application = locked(application, actor=actor)
    submission = submission_of_code(check_code)
    if submission is None or submission.application_id != application.pk:
        message = _("校验码与这项申报不符，请核对纸质材料首页的校验码。")
        raise RuleViolation(clause=CLAUSE, message=message, field="check_code", code="unknown_code")
    can_receive_copies(actor, application, submission).require(field="check_code", code="outdated")
    if not 1 <= copies <= MOST_AT_ONCE:
        message = _("份数应在 1 至 %(most)s 之间。") % {"most": MOST_AT_ONCE}
        raise RuleViolation(clause=CLAUSE, message=message, field="copies")
    receipt = PaperReceipt.objects.create(
        application=application,
        submission=submission,
        copies=copies,
        received_on=actor.today,
        received_at=actor.now,
        received_by=actor.user,
    )
    write(
        "application.paper_received",
        application,
        actor=actor,
        clause=CLAUSE,
        data={"copies": copies, "version": submission.version},
    )
    needed = figures_on(actor.today).paper_copies
    tell_applicant(
        application,
        actor=actor,
        kind="application.paper_received",
        subject=_("纸质材料已收到"),
        body=_("收到第 %(version)s 版纸质材料 %(copies)s 份，累计 %(total)s 份（应 %(needed)s 份）。")
        % {
            "version": submission.version,
            "copies": copies,
            "total": copies_of_current_version(application),
            "needed": needed,
        },
    )
    return receipt
