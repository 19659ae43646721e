"""What both stages of review share: a conclusion kept for ever, a return with its deadline, a refusal."""

from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

from applications.actions.call import reasoned
from applications.actions.comments import send_comments, with_comments
from applications.actions.records import tell_applicant, write
from applications.actions.unfinished import done_with
from applications.checklist import unchecked
from applications.models import Application, Review
from applications.rules import GROUNDS, correction_day_verdict
from applications.sections import SECTIONS
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.clauses import citation
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.deadlines import correction_deadline
from haizhi_portal.policy.stored import calendar, figures_on
from haizhi_portal.policy.verdict import RuleViolation

State = Application.State
Stage = Review.Stage
Outcome = Review.Outcome

# What was found of each item of the check-list; None stands for "does not apply".
Checks = Mapping[str, bool | None]

CLAUSES: dict[str, str] = {Stage.DISTRICT: "4.1-via-district", Stage.INITIAL: "4.2-initial"}
BY: dict[str, str] = {Stage.DISTRICT: "district", Stage.INITIAL: "municipal"}


def conclude(
    application: Application,
    *,
    actor: Actor,
    stage: str,
    outcome: str,
    opinion: str,
    clause: str,
    checks: Checks | None = None,
    notes: Mapping[str, str] | None = None,
    sections: Mapping[str, str] | None = None,
    correct_by: date | None = None,
) -> Review:
    """Keep what was concluded of the current version; what its writer had filled in until then has become it."""
    done_with(application, actor=actor)
    return Review.objects.create(
        application=application,
        submission=application.submissions.latest("version"),
        stage=stage,
        body=application.body if stage == Stage.DISTRICT else None,
        outcome=outcome,
        opinion=opinion,
        clause=clause,
        checks=dict(checks or {}),
        notes=dict(notes) if notes else None,
        sections=dict(sections or {}),
        correct_by=correct_by,
        decided_at=actor.now,
        decided_by=actor.user,
    )


def require_checked(checks: Checks, clause: str) -> None:
    """Raises RuleViolation (field "checks") naming what was not found in order."""
    if lacking := unchecked(checks):
        message = _("以下各项尚未核对无误，不能通过：%(titles)s。如不齐备，请退回修改。") % {
            "titles": "、".join(lacking)
        }
        raise RuleViolation(clause=clause, message=message, field="checks", code="unchecked")


def send_back(
    application: Application,
    *,
    actor: Actor,
    stage: str,
    opinion: str,
    sections: Mapping[str, str],
    correct_by: date | None,
    checks: Checks | None = None,
    notes: Mapping[str, str] | None = None,
) -> Application:
    """Return a locked application: which sections, in whose words, and by when it is to come back.

    The comments its reviewers wrote for the unit go out with it and name their sections too.
    """
    clause = CLAUSES[stage]
    remarks = {key: words.strip() for key, words in sections.items() if words.strip()}
    remarks = with_comments(remarks, application, actor=actor)
    if not remarks or set(remarks) - set(SECTIONS):
        message = _("请至少指出一个需要修改的部分，并写明怎样修改。")
        raise RuleViolation(clause=clause, message=message, field="sections", code="sections")
    if correct_by is None:
        correct_by = correction_deadline(actor.today, figures_on(actor.today), calendar())
    else:
        correction_day_verdict(application.call, correct_by, actor.today).require(field="correct_by")
    review = conclude(
        application,
        actor=actor,
        stage=stage,
        outcome=Outcome.RETURNED,
        opinion=opinion.strip(),
        clause=clause,
        checks=checks,
        notes=notes,
        sections=remarks,
        correct_by=correct_by,
    )
    send_comments(review, actor=actor)
    application.state = State.DISTRICT_RETURNED if stage == Stage.DISTRICT else State.INITIAL_RETURNED
    application.correct_by = correct_by
    application.save(update_fields=["state", "correct_by"])
    write(
        "application.returned",
        application,
        actor=actor,
        clause=clause,
        data={"by": BY[stage], "correct_by": correct_by},
        reason=opinion.strip(),
    )
    named = "、".join(_(SECTIONS[key].title) for key in remarks)
    body = _("请修改：%(sections)s，并于%(day)s前（含当日）重新提交。审核意见：%(opinion)s")
    last_day = max(correct_by, application.call.applicants_close_on)
    tell_applicant(
        application,
        actor=actor,
        kind="application.returned",
        subject=_("申报退回修改"),
        body=body % {"sections": named, "day": said(last_day), "opinion": opinion.strip()},
    )
    return application


def turn_down(
    application: Application,
    *,
    actor: Actor,
    stage: str,
    reason: str,
    clause: str,
    checks: Checks | None = None,
    notes: Mapping[str, str] | None = None,
) -> Application:
    """Decline a locked application with its reason and its clause; the unit waits for the next call."""
    if clause not in GROUNDS:
        raise RuleViolation(clause=CLAUSES[stage], message=_("请选择不予通过所依据的条款。"), field="clause")
    reason = reasoned(reason, clause)
    conclude(
        application,
        actor=actor,
        stage=stage,
        outcome=Outcome.DECLINED,
        opinion=reason,
        clause=clause,
        checks=checks,
        notes=notes,
    )
    application.state = State.DECLINED
    application.correct_by = None
    application.ended_on, application.end_reason = actor.today, reason
    application.save(update_fields=["state", "correct_by", "ended_on", "end_reason"])
    write(
        "application.declined",
        application,
        actor=actor,
        clause=clause,
        data={"by": BY[stage], "reason": reason},
        reason=reason,
    )
    tell_applicant(
        application,
        actor=actor,
        kind="application.declined",
        subject=_("申报未通过"),
        body=_("%(clause)s。理由：%(reason)s 可在下一年度重新申报。") % {"clause": citation(clause), "reason": reason},
    )
    return application
