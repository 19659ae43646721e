"""Review of a submitted version, by the district and by the municipal office: read, check, conclude."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from applications import rules
from applications.actions import initial_review, pre_review
from applications.forms.review import (
    CONCLUSIONS,
    DECLINE,
    ENDORSE,
    FORM_ID,
    PASS,
    RETURN,
    ReviewForm,
    checks_said,
)
from applications.models import Application, Review, Submission
from applications.papers import current_submission
from applications.sections import SECTIONS, last_return
from applications.standing import standing
from applications.versions import differences
from applications.views.finding import application_for, trail_to
from applications.views.reading import parts
from applications.views.timeline import may_read_opinion, reviewer
from haizhi_portal.accounts.answers import as_refusal, ask_once, confirmed, page, placed, revising
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.dates_said import said
from haizhi_portal.policy.deadlines import correction_deadline
from haizhi_portal.policy.stored import calendar, figures_on, hint_about
from haizhi_portal.policy.verdict import Conflict, RuleViolation, Verdict
from haizhi_portal.policy.words import Role


@entry("district", "municipal")
def review(request: PortalRequest, number: str) -> HttpResponse:
    """The submitted version beside the check-list; endorse or pass, return section by section, or decline."""
    application, actor = application_for(request, number), actor_of(request)
    submission = current_submission(application)
    if submission is None:
        raise Http404
    verdicts = _verdicts(actor, application)
    open_to = [key for key, verdict in verdicts.items() if verdict]
    form = ReviewForm(
        request.POST or None,
        conclusions=open_to,
        correct_by=max(
            correction_deadline(request.today, figures_on(request.today), calendar()),
            application.call.applicants_close_on,
        ),
        checked=_own_checks(actor, application),
        initial={"version": submission.version},
    )
    violation: RuleViolation | None = None
    if request.method == "POST" and not open_to:
        violation = _closed(verdicts)
    elif request.method == "POST" and form.is_valid() and not revising(request):
        conclusion = form.cleaned_data["conclusion"]
        violation = _overtaken(form, submission)
        if violation is None and not confirmed(request):
            return ask_once(
                request,
                title=str(CONCLUSIONS[conclusion]),
                button=str(CONCLUSIONS[conclusion]),
                effects=EFFECTS[conclusion](application, form),
                facts=_written(form),
                trail=trail_to(application),
                official=conclusion == DECLINE,
            )
        if violation is None:
            try:
                _conclude(actor, application, form)
            except RuleViolation as refused:
                violation = placed(refused, form)
            else:
                messages.success(request, _("%(number)s：%(what)s，已办理。") % _done(application, conclusion))
                return redirect("applications:detail", number=number)
    context = {
        "application": application,
        "standing": standing(application, request.today, request.user),
        "submission": submission,
        "open_to": open_to,
        "blocked": _closed(verdicts) if violation is None else None,
        "form": form,
        "form_id": FORM_ID,
        "checks": [form[name] for name in form.fields if name.startswith("check-")],
        "parts": [
            (part, form[f"fix-{part.key}"] if open_to else None)
            for part in parts(submission.content, remarks=_last_remarks(application))
        ],
        "changes": _changes(submission),
        "earlier": _earlier(application, request),
        "trail": trail_to(application),
    }
    return page(request, "applications/review.html", context, forms_shown=[form], violation=violation)


def _verdicts(actor: Actor, application: Application) -> dict[str, Verdict]:
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


def _closed(verdicts: dict[str, Verdict]) -> RuleViolation | None:
    """Why nothing can be concluded now, in the words of the first conclusion; None when something can."""
    return None if any(verdicts.values()) else as_refusal(next(iter(verdicts.values())))


def _overtaken(form: ReviewForm, submission: Submission) -> Conflict | None:
    """A newer version arrived while this one was being read: the conclusion would be about something unread."""
    read = form.cleaned_data.get("version")
    if read is None or read == submission.version:
        return None
    return Conflict(
        clause="4.1-materials",
        message=_("您审阅的是第 %(old)s 版，申报单位又提交了第 %(new)s 版。请看过新版再下结论；所写内容都还在。")
        % {"old": read, "new": submission.version},
    )


def _conclude(actor: Actor, application: Application, form: ReviewForm) -> None:
    data = form.cleaned_data
    opinion, checks = data["opinion"], form.checks()
    district = actor.role == Role.DISTRICT
    match data["conclusion"]:
        case "endorse":
            pre_review.endorse(actor=actor, application=application, opinion=opinion, checks=checks)
        case "pass":
            initial_review.pass_initial(actor=actor, application=application, opinion=opinion, checks=checks)
        case "return":
            act = pre_review.return_for_correction if district else initial_review.return_initial
            act(
                actor=actor,
                application=application,
                opinion=opinion,
                sections=form.returned_sections(),
                correct_by=data["correct_by"],
            )
        case "decline":
            decline = pre_review.decline if district else initial_review.decline_initial
            decline(actor=actor, application=application, reason=opinion)


def _effects_of_endorsing(application: Application, form: ReviewForm) -> list[str]:
    return [
        _("%(name)s的申报转市科协初审，本单位不能再退回或改变结论。") % {"name": application.organisation.name},
        _("申报单位和市科协学会部收到通知；审核意见只有市科协看得到。"),
    ]


def _effects_of_passing(application: Application, form: ReviewForm) -> list[str]:
    return [
        _("%(name)s的申报进入专家认证环节。") % {"name": application.organisation.name},
        _("现行版本的盖章纸质材料收齐之后，才能在集中认证时交专家评审。"),
        _("申报单位收到通知；初审意见只在市科协内部可见。"),
    ]


def _effects_of_returning(application: Application, form: ReviewForm) -> list[str]:
    titles = "、".join(_(SECTIONS[key].title) for key in form.returned_sections())
    last_day = max(form.cleaned_data["correct_by"], application.call.applicants_close_on)
    return [
        _("%(name)s收到通知，按意见修改：%(titles)s。") % {"name": application.organisation.name, "titles": titles},
        _("补正截止日为%(day)s（含当日）。") % {"day": said(last_day)},
        *([_("注意：%(hint)s") % {"hint": hint}] if (hint := hint_about(last_day)) else []),
        _("重新提交后形成新的一版；已交的纸质材料须重新打印盖章。"),
    ]


def _effects_of_declining(application: Application, form: ReviewForm) -> list[str]:
    return [
        _("%(name)s本年度的申报到此结束，不能恢复。") % {"name": application.organisation.name},
        _("申报单位收到通知，理由原样告知；下一年度可以重新申报。"),
    ]


EFFECTS: dict[str, Callable[[Application, ReviewForm], list[str]]] = {
    ENDORSE: _effects_of_endorsing,
    PASS: _effects_of_passing,
    RETURN: _effects_of_returning,
    DECLINE: _effects_of_declining,
}


def _written(form: ReviewForm) -> list[tuple[str, str]]:
    """What goes out, word for word."""
    rows = [(_("审核意见"), form.cleaned_data["opinion"])]
    if form.cleaned_data["conclusion"] == RETURN:
        rows += [(_(SECTIONS[key].title), words) for key, words in form.returned_sections().items()]
    return rows


def _done(application: Application, conclusion: str) -> dict[str, Any]:
    return {"number": application.number, "what": CONCLUSIONS[conclusion]}


def _own_checks(actor: Actor, application: Application) -> dict[str, Any]:
    """The check-list this office filled in last time, to start from."""
    stage = Review.Stage.DISTRICT if actor.role == Role.DISTRICT else Review.Stage.INITIAL
    last = application.reviews.filter(stage=stage).order_by("-decided_at", "-id").first()
    return last.checks if last else {}


def _last_remarks(application: Application) -> dict[str, str]:
    """What had to be mended after the latest return: the first thing to look for in a new version."""
    last = last_return(application)
    return last.sections if last else {}


def _changes(submission: Submission) -> list[Any]:
    older = submission.application.submissions.filter(version=submission.version - 1).first()
    return differences(older, submission) if older else []


def _earlier(application: Application, request: PortalRequest) -> list[dict[str, Any]]:
    """Earlier conclusions this reader may read, with their check-lists."""
    return [
        {
            "on": review.decided_at,
            "title": f"{review.get_stage_display()}：{review.get_outcome_display()}",
            "who": reviewer(review, request.user),
            "opinion": review.opinion,
            "checks": checks_said(review.checks),
        }
        for review in application.reviews.select_related("body", "decided_by").order_by("-decided_at")
        if may_read_opinion(review, request.user)
    ]
