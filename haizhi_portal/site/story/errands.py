"""What a person comes to the portal for, as one call: each goes through the actions the pages call."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.core.files.uploadedfile import SimpleUploadedFile

from applications.actions import award as award_actions
from applications.actions import certification, decision, draft, initial_review, paper, pre_review, submission, thread
from applications.checklist import checks
from applications.models import Application, Assignment, Call, DecisionList
from applications.sections import MATERIALS, SECTIONS
from bases.actions import activities, reports
from bases.models import Activity, Base, Obligation
from evaluations.actions import evaluation as evaluation_actions
from evaluations.models import Evaluation
from haizhi_portal.accounts.models import Organisation, User
from haizhi_portal.scoring.models import Criterion, Sheet
from haizhi_portal.site.story.cast import Cast, acting
from haizhi_portal.site.story.form_answers import answers_of
from haizhi_portal.site.story.specimen_papers import sample_pdf


def draft_application(cast: Cast, *, organisation: Organisation, call: Call, day: date) -> Application:
    """Start an application and fill in every section and material."""
    person = cast.person_of(organisation)
    actor = acting(person, day)
    application = draft.start(actor=actor, organisation=organisation, call=call)
    for key, section in SECTIONS.items():
        if section.fields:
            application.refresh_from_db()
            application = draft.save_section(
                actor=actor,
                application=application,
                section=key,
                answers=answers_of(key, person, call.year),
                expected_version=application.version,
            )
    for kind, spec in MATERIALS.items():
        if not spec.required:
            continue
        draft.add_material(
            actor=actor,
            application=application,
            kind=kind,
            upload=SimpleUploadedFile(f"{spec.title}.pdf", sample_pdf(kind), content_type="application/pdf"),
            stamped=spec.stamped,
        )
    application.refresh_from_db()
    return application


def submit(cast: Cast, *, application: Application, day: date) -> Application:
    """Hand the application in, or in again after a return."""
    submission.submit(actor=acting(cast.person_of(application.organisation), day), application=application)
    application.refresh_from_db()
    return application


def correct(cast: Cast, *, application: Application, section: str, day: date) -> Application:
    """Change what the reviewer named and hand the application in again."""
    application.refresh_from_db()
    given = dict(application.answers.get(section, {}))
    words = next(field for field in SECTIONS[section].fields if field.kind in ("long", "rich"))
    more = "<p>已按意见补充。</p>" if words.kind == "rich" else "（已按意见补充。）"
    given[words.key] = f"{given.get(words.key, '')}{more}"
    draft.save_section(
        actor=acting(cast.person_of(application.organisation), day),
        application=application,
        section=section,
        answers=given,
        expected_version=application.version,
    )
    application.refresh_from_db()
    return submit(cast, application=application, day=day)


def withdraw(cast: Cast, *, application: Application, day: date, reason: str) -> None:
    """The unit takes its application back."""
    submission.withdraw(
        actor=acting(cast.person_of(application.organisation), day), application=application, reason=reason
    )


def reviewer_of(cast: Cast, application: Application) -> User:
    """Who pre-reviews the application where it now lies."""
    application.refresh_from_db()
    if application.reviewing_body_id is None:
        raise ValueError(f"{application.number} goes straight to the municipal CAST")
    return cast.reviewers[application.reviewing_body_id]


def endorse(cast: Cast, *, application: Application, day: date) -> None:
    """The district finds everything in order."""
    pre_review.endorse(
        actor=acting(reviewer_of(cast, application), day),
        application=application,
        opinion="材料齐全，条件属实，同意推荐。",
        checks=all_checked(),
    )


def return_from_district(cast: Cast, *, application: Application, day: date) -> None:
    """The district asks for the plan to be completed."""
    pre_review.return_for_correction(
        actor=acting(reviewer_of(cast, application), day),
        application=application,
        opinion="计划书需要补充。",
        sections={"plan": "请补充年度目标的考核办法。"},
    )


def decline_at_district(cast: Cast, *, application: Application, day: date) -> None:
    """The district declines."""
    pre_review.decline(
        actor=acting(reviewer_of(cast, application), day),
        application=application,
        reason="尚无固定工作人员和办公场地，建议具备条件后再申报。",
    )


def hand_on(cast: Cast, *, application: Application, route: str, day: date) -> None:
    """The district finds the unit lies elsewhere and hands the application on."""
    pre_review.hand_on(
        actor=acting(reviewer_of(cast, application), day),
        application=application,
        route=route,
        reason="单位实际所在地不在本辖区。",
    )


def all_checked() -> dict[str, bool]:
    """Every condition and material found in order."""
    return dict.fromkeys(checks(), True)


def pass_initial(cast: Cast, *, application: Application, day: date) -> None:
    """Initial review finds everything in order."""
    initial_review.pass_initial(
        actor=acting(cast.officers[0], day), application=application, opinion="初审合格。", checks=all_checked()
    )


def return_from_municipal(cast: Cast, *, application: Application, day: date) -> None:
    """Initial review asks for the overseas contacts to be completed."""
    initial_review.return_initial(
        actor=acting(cast.officers[0], day),
        application=application,
        opinion="海外联系情况过于简略。",
        sections={"overseas": "请补充专家的研究方向和合作方式。"},
    )


def decline_at_municipal(cast: Cast, *, application: Application, day: date) -> None:
    """Initial review declines."""
    initial_review.decline_initial(
        actor=acting(cast.officers[0], day), application=application, reason="海外联系渠道不稳定，暂不符合申报条件。"
    )


def ask(cast: Cast, *, application: Application, day: date, words: str) -> None:
    """The unit asks whoever has its application now."""
    person = cast.person_of(application.organisation)
    thread.send_message(actor=acting(person, day), application=application, text=words)


def answer(*, person: User, application: Application, day: date, words: str) -> None:
    """Somebody of the office that has it answers."""
    thread.send_message(actor=acting(person, day), application=application, text=words)


def hand_in_paper(cast: Cast, *, application: Application, day: date, copies: int = 2) -> None:
    """The stamped copies of the current version reach the desk."""
    current = application.submissions.order_by("-version")[0]
    if current.print is None:
        raise ValueError("a submitted version has its print")
    paper.receive_copies(
        actor=acting(cast.officers[0], day),
        application=application,
        check_code=current.print.verify_code,
        copies=copies,
    )


def assign(cast: Cast, *, application: Application, expert: User, day: date) -> Assignment:
    """Ask an expert to score an application."""
    return certification.assign(actor=acting(cast.officers[0], day), application=application, expert=expert)


def declare(*, assignment: Assignment, day: date, conflict: bool = False) -> None:
    """The expert declares whether they have a conflict, and pledges."""
    certification.declare(
        actor=acting(assignment.expert, day),
        assignment=assignment,
        conflict=conflict,
        reason="近三年与申报单位有合作项目。" if conflict else "",
    )


def mark(cast: Cast, *, assignment: Assignment, day: date, strength: float) -> None:
    """The expert gives marks around ``strength`` (0…1) of each criterion and submits once for all."""
    points = marks_around(cast, assignment.round.criteria_set.criteria.all(), strength)
    certification.submit_scores(
        actor=acting(assignment.expert, day),
        assignment=assignment,
        points=points,
        comments={},
        opinion="方案总体可行，建议进一步明确年度目标。",
        recommendation=Sheet.Opinion.RECOMMENDED if strength >= 0.6 else Sheet.Opinion.NOT_RECOMMENDED,
    )


def prepare_list(
    cast: Cast, *, call: Call, approve: list[Application], reasons: dict[str, str], day: date
) -> DecisionList:
    """The officer prepares the list."""
    return decision.prepare_list(actor=acting(cast.officers[0], day), call=call, approve=approve, reasons=reasons)


def settle(cast: Cast, *, decision_list: DecisionList, day: date) -> None:
    """The leader settles it."""
    decision.settle_list(actor=acting(cast.leaders[0], day), decision_list=decision_list)


def award(cast: Cast, *, call: Call, day: date) -> list[Base]:
    """The leader awards what was settled."""
    return award_actions.award(actor=acting(cast.leaders[0], day), call=call)


def hold_activity(cast: Cast, *, base: Base, day: date) -> Activity:
    """The base records an activity with its partners."""
    return activities.add_activity(
        actor=acting(cast.person_of(base.organisation), day),
        base=base,
        held_on=day,
        title=f"{day.year} 年海外技术对接会",
        kind=Activity.ActivityKind.MATCHMAKING,
        place="大连",
        participants=cast.chance.randint(30, 180),
        partners=list(base.organisation.partners.filter(removed_at__isnull=True)),
        outcome="达成合作意向两项，推荐专家三人。",
    )


REPORT = {
    "work": "本季度完成专家联络和需求征集。",
    "activities": "组织线上交流一次。",
    "problems": "暂无。",
    "next_quarter": "继续推进项目对接。",
    "priorities": "完成年度计划的各项任务。",
    "innovations": "建立海外专家线上会诊机制。",
    "results": "引荐专家三人，落地项目一项。",
    "next_year": "举办海智对接活动两场，新增合作组织一个。",
}
QUARTERLY_PARTS = ("work", "activities", "problems", "next_quarter")
ANNUAL_PARTS = ("priorities", "innovations", "results", "next_year")


def file_report(cast: Cast, *, obligation: Obligation, day: date) -> None:
    """The base files a report."""
    parts = QUARTERLY_PARTS if obligation.kind == Obligation.ReportKind.QUARTERLY else ANNUAL_PARTS
    reports.file_report(
        actor=acting(cast.person_of(obligation.base.organisation), day),
        obligation=obligation,
        content={part: REPORT[part] for part in parts},
    )


def accept_report(cast: Cast, *, obligation: Obligation, day: date) -> None:
    """Municipal staff accept a report."""
    reports.accept_report(actor=acting(cast.officers[0], day), obligation=obligation, opinion="已阅。")


def return_report(cast: Cast, *, obligation: Obligation, day: date) -> None:
    """Municipal staff send a report back."""
    reports.return_report(actor=acting(cast.officers[0], day), obligation=obligation, reason="请补充活动的具体成效。")


def evaluate(cast: Cast, *, evaluation: Evaluation, day: date, strength: float) -> None:
    """Score a year around ``strength`` (0…1) of each indicator and tell the base."""
    actor = acting(cast.officers[0], day)
    points = marks_around(cast, evaluation.criteria_set.criteria.all() if evaluation.criteria_set else (), strength)
    evaluation_actions.score(
        actor=actor, evaluation=evaluation, points=points, comments={}, opinion="对照佐证逐项评分。"
    )
    evaluation_actions.announce(actor=actor, evaluation=evaluation)


def marks_around(cast: Cast, criteria: Iterable[Criterion], strength: float) -> dict[str, Decimal]:
    """Marks for every criterion, near ``strength`` of its points, chance deciding the rest."""
    given = {}
    for criterion in criteria:
        share = Decimal(str(round(strength + cast.chance.uniform(-0.04, 0.04), 4)))
        given[criterion.key] = max(
            Decimal(0), min(criterion.points, (criterion.points * share).quantize(Decimal("0.1")))
        )
    return given
