"""Adding to a return while the application is still out: further sections the unit may mend (`4.2-initial`)."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from applications.actions.comments import send_comments, with_comments
from applications.actions.locking import locked
from applications.actions.records import tell_applicant, write
from applications.actions.review import Outcome, Stage, conclude
from applications.models import Application
from applications.rules import can_widen_correction
from applications.sections import SECTIONS, open_remarks
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.verdict import RuleViolation

CLAUSE = "4.2-initial"


@transaction.atomic
def widen_correction(
    *, actor: Actor, application: Application, sections: Mapping[str, str], opinion: str
) -> Application:
    """Name further sections to be mended, or more words on those named; the deadline stays.

    Comments written for the unit since the return go out with it. Raises RuleViolation (field "sections").
    """
    application = locked(application, actor=actor)
    can_widen_correction(actor, application).require()
    added = {key: words.strip() for key, words in sections.items() if words.strip()}
    added = with_comments(added, application, actor=actor)
    if not added or set(added) - set(SECTIONS):
        message = _("请至少写明一个需要追加修改的部分。")
        raise RuleViolation(clause=CLAUSE, message=message, field="sections", code="sections")
    asked = open_remarks(application)
    merged = asked | {key: "\n".join(filter(None, (asked.get(key), words))) for key, words in added.items()}
    review = conclude(
        application,
        actor=actor,
        stage=Stage.DISTRICT if application.state == Application.State.DISTRICT_RETURNED else Stage.INITIAL,
        outcome=Outcome.WIDENED,
        opinion=opinion.strip(),
        clause=CLAUSE,
        sections=merged,
        correct_by=application.correct_by,
    )
    send_comments(review, actor=actor)
    named = "、".join(_(SECTIONS[key].title) for key in SECTIONS if key in added)
    write(
        "application.correction_widened",
        application,
        actor=actor,
        clause=CLAUSE,
        data={"sections": sorted(added)},
        reason=opinion.strip(),
    )
    until = said(application.correct_by) if application.correct_by else ""
    tell_applicant(
        application,
        actor=actor,
        kind="application.widened",
        subject=_("追加补正内容"),
        body=_("还请修改：%(sections)s。补正截止日不变（%(day)s）。") % {"sections": named, "day": until},
    )
    return application
