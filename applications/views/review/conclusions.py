"""What a reviewer may conclude, what each conclusion brings about, and how it is carried out."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from applications import rules
from applications.actions import initial_review, pre_review
from applications.actions.comments import waiting_comments, with_comments
from applications.actions.letters import Letter
from applications.forms.review import CONCLUSIONS, DECLINE, ENDORSE, PASS, RETURN, ReviewForm, ground
from applications.models import Application, Submission
from applications.sections import SECTIONS
from applications.sections.targets import target_title
from applications.views.review.unfinished import own_draft
from haizhi_portal.accounts.answers import as_refusal
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.clauses import citation
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.stored import hint_about
from haizhi_portal.policy.verdict import Conflict, RuleViolation, Verdict
from haizhi_portal.policy.words import Role


def verdicts_of(actor: Actor, application: Application) -> dict[str, Verdict]:
    """Each conclusion with whether it can be reached now."""
    if actor.role == Role.DISTRICT:
        return {
            ENDORSE: rules.can_endorse(actor, application),
            RETURN: rules.can_return_for_correction(actor, application),
            DECLINE: rules.can_decline(actor, application),
        }
    return {
        PASS: rules.can_pass_initial(actor, application),
        RETURN: rules.can_return_initial(actor, application),
        DECLINE: rules.can_decline_initial(actor, application),
    }


def closed(verdicts: dict[str, Verdict]) -> RuleViolation | None:
    """Why nothing can be concluded now, in the words of the first conclusion; None when something can."""
    return None if any(verdicts.values()) else as_refusal(next(iter(verdicts.values())))


def overtaken(form: ReviewForm, submission: Submission) -> Conflict | None:
    """A newer version arrived while this one was being read: the conclusion would be about something unread."""
    read = form.cleaned_data.get("version")
    if read is None or read == submission.version:
        return None
    return Conflict(
        clause="4.1-materials",
        message=_("您审阅的是第 %(old)s 版，申报单位又提交了第 %(new)s 版。请看过新版再下结论；所写内容都还在。")
        % {"old": read, "new": submission.version},
    )


def conclude(actor: Actor, application: Application, form: ReviewForm) -> None:
    """Carry out what was concluded."""
    data, district = form.cleaned_data, actor.role == Role.DISTRICT
    found: dict[str, Any] = {
        "actor": actor,
        "application": application,
        "checks": form.checks(),
        "notes": form.notes(),
    }
    match data["conclusion"]:
        case "endorse":
            draft = own_draft(actor, application)
            letter = Letter(data["letter_number"], data["letter_on"], draft.scan if draft else None)
            pre_review.endorse(**found, opinion=data["opinion"], letter=letter)
        case "pass":
            initial_review.pass_initial(**found, opinion=data["opinion"])
        case "return":
            act = pre_review.return_for_correction if district else initial_review.return_initial
            act(**found, opinion=data["opinion"], sections=form.returned_sections(), correct_by=data["correct_by"])
        case "decline":
            decline = pre_review.decline if district else initial_review.decline_initial
            decline(**found, reason=data["opinion"], clause=data["clause"])


def _effects_of_endorsing(actor: Actor, application: Application, form: ReviewForm) -> list[str]:
    return [
        _("%(name)s的申报转市科协初审，本单位不能再退回或改变结论。") % {"name": application.organisation.name},
        _("申报单位和市科协学会部收到通知；审核意见、文号和扫描件只有市科协看得到。"),
        *_unsent(actor, application),
    ]


def _effects_of_passing(actor: Actor, application: Application, form: ReviewForm) -> list[str]:
    return [
        _("%(name)s的申报进入专家认证环节。") % {"name": application.organisation.name},
        _("现行版本的盖章纸质材料收齐之后，才能在集中认证时交专家评审。"),
        _("申报单位收到通知；初审意见只在市科协内部可见。"),
        *_unsent(actor, application),
    ]


def _effects_of_returning(actor: Actor, application: Application, form: ReviewForm) -> list[str]:
    named = with_comments(form.returned_sections(), application, actor=actor)
    titles = "、".join(_(section.title) for key, section in SECTIONS.items() if key in named)
    last_day = max(form.cleaned_data["correct_by"], application.call.applicants_close_on)
    return [
        _("%(name)s收到通知，按意见修改：%(titles)s。") % {"name": application.organisation.name, "titles": titles},
        _("只有点名的部分可以修改，其余部分保持原样。"),
        _("补正截止日为%(day)s（含当日）。") % {"day": said(last_day)},
        *([_("注意：%(hint)s") % {"hint": hint}] if (hint := hint_about(last_day)) else []),
        _("重新提交后形成新的一版；已交的纸质材料须重新打印盖章。"),
    ]


def _effects_of_declining(actor: Actor, application: Application, form: ReviewForm) -> list[str]:
    return [
        _("%(name)s本年度的申报到此结束，不能恢复。") % {"name": application.organisation.name},
        _("申报单位收到通知，理由和依据原样告知；下一年度可以重新申报。"),
        *_unsent(actor, application),
    ]


EFFECTS: dict[str, Callable[[Actor, Application, ReviewForm], list[str]]] = {
    ENDORSE: _effects_of_endorsing,
    PASS: _effects_of_passing,
    RETURN: _effects_of_returning,
    DECLINE: _effects_of_declining,
}


def _unsent(actor: Actor, application: Application) -> list[str]:
    """Comments go out with a return only."""
    count = waiting_comments(application, actor=actor).count()
    return [_("有 %(count)d 条写给申报单位的意见没有发出，不会随这个结论发出。") % {"count": count}] if count else []


def written(actor: Actor, application: Application, form: ReviewForm) -> list[tuple[str, str]]:
    """What goes out, or is kept, word for word."""
    data = form.cleaned_data
    rows = [(_("审核意见"), data["opinion"])]
    if data["conclusion"] == RETURN:
        rows += [(_(SECTIONS[key].title), words) for key, words in form.returned_sections().items()]
        waiting = waiting_comments(application, actor=actor)
        rows += [(target_title(each.section, each.field), each.words) for each in waiting]
    if data["conclusion"] == DECLINE:
        rows.append((_("依据"), f"{citation(data['clause'])}（{ground(data['clause']).partition('　')[2]}）"))
    if data["conclusion"] == ENDORSE:
        draft = own_draft(actor, application)
        day = said(data["letter_on"]) if data["letter_on"] else ""
        rows += [(_("本单位文号"), data["letter_number"]), (_("成文日期"), day)]
        rows.append((_("盖章扫描件"), draft.scan.name if draft and draft.scan else _("没有上传")))
    return rows


def done(application: Application, conclusion: str) -> dict[str, Any]:
    """For the message that says so."""
    return {"number": application.number, "what": CONCLUSIONS[conclusion]}
