"""Review of a submitted version, by the district and by the municipal office: read, check, comment, conclude."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from applications import rules
from applications.actions.comments import waiting_comments
from applications.checklist import checks, section_of_check
from applications.forms.comments import CommentForm
from applications.forms.review import CONCLUSIONS, DECLINE, FORM_ID, ReviewForm, checks_said
from applications.models import Application, Submission
from applications.papers import current_submission
from applications.sections import last_return
from applications.sections.targets import is_target, target_title
from applications.standing import standing
from applications.versions import differences
from applications.views.finding import application_for, trail_to
from applications.views.review.conclusions import EFFECTS, closed, conclude, done, overtaken, verdicts_of, written
from applications.views.review.deeds import CONCLUDE, Done, carry_out, comment_named, deed_in, target_of
from applications.views.review.document import shelf
from applications.views.review.layout import Layout
from applications.views.review.unfinished import initial, keep_filled, own_draft
from applications.views.timeline import may_read_opinion, reviewer
from haizhi_portal.accounts.answers import ask_once, confirmed, page, placed, revising, typed
from haizhi_portal.accounts.entry import entry
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.deadlines import correction_deadline
from haizhi_portal.policy.stored import calendar, figures_on
from haizhi_portal.policy.verdict import RuleViolation


@entry("district", "municipal")
def review(request: PortalRequest, number: str) -> HttpResponse:
    """The submitted version beside its documents; endorse or pass, return section by section, or decline."""
    application, actor = application_for(request, number), actor_of(request)
    submission = current_submission(application)
    if submission is None:
        raise Http404
    if request.GET.get("pane") == "document":
        return render(request, "applications/review/document.html", {"shelf": shelf(request, submission)})
    may_write = bool(rules.can_comment(actor, application))
    deed, about = deed_in(request)
    if request.method == "POST" and may_write:
        keep_filled(actor, application, submission, request.POST)
    worked = Done()
    if request.method == "POST" and deed != CONCLUDE:
        worked = carry_out(request, application, deed, about)
        if worked.answer is not None:
            return worked.answer
    form = _form(request, actor, application, submission, bound=request.method == "POST" and deed == CONCLUDE)
    violation = worked.violation
    if form.is_bound and not revising(request):
        answer, violation = _concluding(request, application, submission, form)
        if answer is not None:
            return answer
    context = _context(request, application, submission, form) | _writing(request, application, worked.form)
    context |= {
        "may_write": may_write,
        "blocked": closed(verdicts_of(actor, application)) if violation is None else None,
    }
    shown = [form, worked.form] if worked.form else [form]
    return page(request, "applications/review/page.html", context, forms_shown=shown, violation=violation)


def _form(
    request: PortalRequest, actor: Actor, application: Application, submission: Submission, *, bound: bool
) -> ReviewForm:
    draft = own_draft(actor, application)
    counted = correction_deadline(request.today, figures_on(request.today), calendar())
    given = {"correct_by": max(counted, application.call.applicants_close_on)}
    return ReviewForm(
        request.POST if bound else None,
        conclusions=[key for key, verdict in verdicts_of(actor, application).items() if verdict],
        waiting=waiting_comments(application, actor=actor).values_list("section", flat=True),
        initial=given | initial(actor, application, draft) | {"version": submission.version},
    )


def _concluding(
    request: PortalRequest, application: Application, submission: Submission, form: ReviewForm
) -> tuple[HttpResponse | None, RuleViolation | None]:
    """Ask once, then conclude; or why not."""
    actor = actor_of(request)
    refused = closed(verdicts_of(actor, application))
    if refused is not None or not form.is_valid():
        return None, refused
    refused = overtaken(form, submission) or _unsaved(request)
    if refused is not None:
        return None, refused
    conclusion = form.cleaned_data["conclusion"]
    if not confirmed(request):
        question = ask_once(
            request,
            title=str(CONCLUSIONS[conclusion]),
            button=str(CONCLUSIONS[conclusion]),
            effects=EFFECTS[conclusion](actor, application, form),
            facts=written(actor, application, form),
            trail=trail_to(application),
            official=conclusion == DECLINE,
        )
        return question, None
    try:
        conclude(actor, application, form)
    except RuleViolation as violation:
        return None, placed(violation, form)
    messages.success(request, _("%(number)s：%(what)s，已办理。") % done(application, conclusion))
    return redirect("applications:detail", number=application.number), None


def _unsaved(request: PortalRequest) -> RuleViolation | None:
    """A comment typed and not saved would be lost with the conclusion."""
    if not request.POST.get("comment-words", "").strip():
        return None
    return RuleViolation(clause="4.1-materials", message=_("有一条意见写了还没有保存，请先保存或放弃，再下结论。"))


def _context(
    request: PortalRequest, application: Application, submission: Submission, form: ReviewForm
) -> dict[str, Any]:
    actor, draft = actor_of(request), own_draft(actor_of(request), application)
    # The stubs know a declared field as a plain Field only.
    open_to = bool(form.fields["conclusion"].choices)  # type: ignore[attr-defined]
    last = last_return(application)
    older = application.submissions.filter(version=submission.version - 1).first()
    return {
        "application": application,
        "standing": standing(application, request.today, request.user),
        "submission": submission,
        "open_to": open_to,
        "form": form,
        "typed": [] if open_to else typed(form),
        "form_id": FORM_ID,
        "draft": draft,
        "of_older_version": draft is not None and draft.version != submission.version,
        "chapters": Layout(actor, application, submission, form, open_to).chapters(dict(last.sections) if last else {}),
        "listed": _check_list(form, submission) if open_to else [],
        "shelf": shelf(request, submission),
        "changes": differences(older, submission) if older else [],
        "earlier": _earlier(application, request),
        "trail": trail_to(application),
    }


def _writing(request: PortalRequest, application: Application, refused: CommentForm | None) -> dict[str, Any]:
    """The comment being written: where it belongs, and the form for it."""
    if refused is not None:
        target, public_id = request.POST.get("comment-target", ""), request.POST.get("comment-id", "")
        return _writing_at(target, public_id, refused)
    draft = own_draft(actor_of(request), application)
    kept = draft.filled if draft else {}
    if asked := request.GET.get("edit", ""):
        found = comment_named(request, application, asked)
        form = CommentForm(initial={"words": found.words, "audience": found.audience})
        return _writing_at(target_of(found), found.public_id, form)
    target = request.GET.get("write", "") or (kept.get("comment-target", "") if kept.get("comment-words") else "")
    same = target == kept.get("comment-target")
    given = {"words": kept.get("comment-words", ""), "audience": kept.get("comment-audience") or "unit"} if same else {}
    return _writing_at(target, kept.get("comment-id", "") if same else "", CommentForm(initial=given))


def _writing_at(target: str, public_id: str, form: CommentForm) -> dict[str, Any]:
    section, _dot, field = target.partition(".")
    if not is_target(section, field):
        return {"writing": ""}
    title = target_title(section, field)
    return {"writing": target, "writing_title": title, "writing_id": public_id, "comment_form": form}


def _check_list(form: ReviewForm, submission: Submission) -> list[dict[str, Any]]:
    """Everything to be checked with its answer so far, its place on the page and its document."""
    files = {row.get("about") or row["kind"]: row["id"] for row in reversed(submission.content["materials"])}
    words = {"yes": (_("符合"), "done"), "no": (_("不符合"), "stop"), "na": (_("不适用"), "idle")}
    rows = []
    for key, title in checks().items():
        answer = str(form[f"check-{key}"].value() or "")
        said, tone = words.get(answer, (_("未核对"), "wait"))
        target = f"{section_of_check(key)}.{key}"
        rows.append({"title": title, "target": target, "doc": files.get(key, ""), "status": said, "tone": tone})
    return rows


def _earlier(application: Application, request: PortalRequest) -> list[dict[str, Any]]:
    """Earlier conclusions this reader may read, with their check-lists and letters."""
    rows = application.reviews.select_related("body", "decided_by", "letter__scan").order_by("-decided_at")
    return [
        {
            "on": each.decided_at,
            "title": f"{each.get_stage_display()}：{each.get_outcome_display()}",
            "who": reviewer(each, request.user),
            "opinion": each.opinion,
            "checks": checks_said(each),
            "letter": getattr(each, "letter", None),
        }
        for each in rows
        if may_read_opinion(each, request.user)
    ]
