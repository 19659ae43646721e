"""The paper desk: a printed code is typed or scanned, and the stamped copies are registered (`4.1-paper`)."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from applications.actions.call import reasoned
from applications.actions.locking import locked
from applications.actions.records import tell_applicant, write
from applications.models import Application, PaperReceipt, ReceiptVoid, Submission
from applications.owing import REMINDED, reminder_of
from applications.papers import copies_of_current_version, current_submission, submission_of_code
from applications.queries import visible_to
from applications.rules import can_receive_copies, can_remind_of_copies, can_void_receipt, copies_needed
from haizhi_portal.accounts.models import User
from haizhi_portal.accounts.queries import people_of
from haizhi_portal.audit.actor import Actor
from haizhi_portal.notifications.actions import remind
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.verdict import Conflict, RuleViolation

CLAUSE = "4.1-paper"
MOST_AT_ONCE = 20


def find_by_code(code: str, user: User) -> Submission | None:
    """The version a printed code stands for, if this person may see its application."""
    submission = submission_of_code(code)
    if submission is None or not visible_to(user).filter(pk=submission.application_id).exists():
        return None
    return submission


@transaction.atomic
def receive_copies(
    *,
    actor: Actor,
    application: Application,
    check_code: str,
    copies: int,
    stamped: bool = True,
    already: int | None = None,
) -> PaperReceipt:
    """Register copies of the current version whose stamp was seen.

    ``already`` is how many registrations the clerk saw: a form sent twice registers once. Raises Conflict for that,
    RuleViolation (field "check_code") for a code that is unknown, another application's or an outdated version's,
    (field "copies") for a number that cannot be, (field "stamped") for copies without the stamp.
    """
    application = locked(application, actor=actor)
    submission = _submission_named(application, check_code)
    can_receive_copies(actor, application, submission).require(field="check_code", code="outdated")
    if not 1 <= copies <= MOST_AT_ONCE:
        message = _("份数应在 1 至 %(most)s 之间。") % {"most": MOST_AT_ONCE}
        raise RuleViolation(clause=CLAUSE, message=message, field="copies")
    if not stamped:
        message = _("只登记已盖章的纸质材料；没有盖章的请退还来人，盖章后再报送。")
        raise RuleViolation(clause=CLAUSE, message=message, field="stamped", code="unstamped")
    if already is not None and application.receipts.count() != already:
        message = _("您打开这一页之后，这项申报已登记过一次，请核对下面的记录；如确又收到，请再登记。")
        raise Conflict(clause=CLAUSE, message=message, code="stale")
    receipt = PaperReceipt.objects.create(
        application=application,
        submission=submission,
        copies=copies,
        received_on=actor.today,
        received_at=actor.now,
        received_by=actor.user,
    )
    data = {"copies": copies, "version": submission.version}
    write("application.paper_received", application, actor=actor, clause=CLAUSE, data=data)
    _tell_of_copies(application, actor, _("纸质材料已收到"), _("收到第 %(version)s 版纸质材料 %(copies)s 份") % data)
    return receipt


@transaction.atomic
def void_receipt(*, actor: Actor, receipt: PaperReceipt, reason: str) -> ReceiptVoid:
    """Cancel a wrong registration with a reason: its copies no longer count, the registration itself stays."""
    application = locked(receipt.application, actor=actor)
    receipt = application.receipts.select_related("submission", "application__call").get(pk=receipt.pk)
    can_void_receipt(actor, receipt).require()
    reason = reasoned(reason, CLAUSE)
    void = ReceiptVoid.objects.create(
        receipt=receipt, reason=reason, voided_on=actor.today, voided_at=actor.now, voided_by=actor.user
    )
    data = {"copies": receipt.copies, "version": receipt.submission.version}
    write("application.paper_voided", application, actor=actor, clause=CLAUSE, data=data, reason=reason)
    told = _("%(day)s登记的第 %(version)s 版纸质材料 %(copies)s 份有误，已作废（%(reason)s）") % {
        "day": said(receipt.received_on),
        "reason": reason,
        **data,
    }
    _tell_of_copies(application, actor, _("纸质材料登记更正"), told)
    return void


@transaction.atomic
def turn_away(*, actor: Actor, application: Application, check_code: str) -> bool:
    """Tell the unit that the paper it brought is of an older version and which one counts; whether it was told now.

    Scanned again on the same day, it is not told again. Raises RuleViolation (field "check_code") for a code that is
    not an older version's of this application.
    """
    application = locked(application, actor=actor)
    can_receive_copies(actor, application).require()
    submission, current = _submission_named(application, check_code), current_submission(application)
    if current is None or submission.pk == current.pk:
        message = _("这份纸质材料就是现行版本，请登记。")
        raise RuleViolation(clause=CLAUSE, message=message, field="check_code", code="current")
    versions = {"version": submission.version, "current": current.version}
    sent = remind(
        actor=actor,
        object=f"application:{application.number}/{actor.today.isoformat()}/{submission.version}",
        kind="application.paper_turned_away",
        due_on=actor.today,
        offsets=(0,),
        recipients=people_of(application.organisation),
        subject=_("纸质材料不是现行版本（%(number)s）") % {"number": application.number},
        body=_(
            "报送的纸质材料印自第 %(version)s 版，现行的是第 %(current)s 版，未予登记。请打印现行版本，盖章后重新报送。"
        )
        % versions,
        link=reverse("applications:detail", args=[application.number]),
    )
    if sent:
        write("application.paper_turned_away", application, actor=actor, clause=CLAUSE, data=versions)
    return sent > 0


@transaction.atomic
def remind_of_copies(*, actor: Actor, application: Application) -> bool:
    """Remind the unit of the copies it owes, at most once a day; whether a message went out now."""
    application = locked(application, actor=actor)
    can_remind_of_copies(actor, application).require()
    needed = copies_needed(application.call)
    lacking = needed - copies_of_current_version(application)
    return (
        remind(
            actor=actor,
            object=reminder_of(application, actor.today),
            kind=REMINDED,
            due_on=actor.today,
            offsets=(0,),
            recipients=people_of(application.organisation),
            subject=_("请报送盖章纸质材料（%(number)s）") % {"number": application.number},
            body=_("现行版本的盖章纸质材料还缺 %(lacking)s 份，请在%(day)s集中认证前送市科协学会部，收齐才能进入认证。")
            % {"lacking": lacking, "day": said(application.call.certification_on)},
            link=reverse("applications:detail", args=[application.number]),
        )
        > 0
    )


def _submission_named(application: Application, check_code: str) -> Submission:
    submission = submission_of_code(check_code)
    if submission is None or submission.application_id != application.pk:
        message = _("校验码与这项申报不符，请核对纸质材料首页的校验码。")
        raise RuleViolation(clause=CLAUSE, message=message, field="check_code", code="unknown_code")
    return submission


def _tell_of_copies(application: Application, actor: Actor, subject: str, what: str) -> None:
    totals = {"total": copies_of_current_version(application), "needed": copies_needed(application.call)}
    tell_applicant(
        application,
        actor=actor,
        kind="application.paper_received",
        subject=subject,
        body=_("%(what)s，现行版本累计 %(total)s 份（应 %(needed)s 份）。") % {"what": what, **totals},
    )
