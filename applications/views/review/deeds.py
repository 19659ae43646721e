"""What the buttons of the review page do beside concluding: keep, write, change, take away, judge, add a scan.

Every button sends the page's one form; what was typed is kept before anything is done.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from applications.actions import comments, unfinished
from applications.forms.comments import CommentForm
from applications.models import Application, Comment
from applications.queries import comments_visible_to
from haizhi_portal.accounts.answers import placed
from haizhi_portal.accounts.requests import PortalRequest, actor_of
from haizhi_portal.policy.verdict import RuleViolation

CONCLUDE = "conclude"
# What stays in the address while one works: the document on the right.
KEPT = ("doc", "sheet", "zoom")


@dataclass(slots=True)
class Done:
    """How a button's press ended: an answer, or the page again with what was refused."""

    answer: HttpResponse | None = None
    form: CommentForm | None = None
    violation: RuleViolation | None = None


Deed = Callable[[PortalRequest, Application, str], Done]


def deed_in(request: PortalRequest) -> tuple[str, str]:
    """Which button was pressed, and what for; without one the form concludes."""
    deed, _colon, about = request.POST.get("do", "").partition(":")
    return (deed, about) if deed in _DEEDS else (CONCLUDE, "")


def carry_out(request: PortalRequest, application: Application, deed: str, about: str) -> Done:
    """Do it and lead back to where it was done."""
    try:
        return _DEEDS[deed](request, application, about)
    except RuleViolation as refused:
        return Done(violation=refused)


def back(request: PortalRequest, anchor: str = "", **asked: str) -> HttpResponseRedirect:
    """The same page with the same document on the right."""
    query = QueryDict(mutable=True)
    query.update({name: request.GET[name] for name in KEPT if name in request.GET} | asked)
    address = request.path + (f"?{query.urlencode()}" if query else "")
    return HttpResponseRedirect(f"{address}#{anchor}" if anchor else address)


def _save(request: PortalRequest, application: Application, about: str) -> Done:
    if request.headers.get("X-Requested-With") == "fetch":
        return Done(HttpResponse(status=204))
    messages.success(request, _("已保存，尚未下结论；下次打开还在。"))
    return Done(back(request))


def _write(request: PortalRequest, application: Application, about: str) -> Done:
    return Done(back(request, "write", write=about))


def _edit(request: PortalRequest, application: Application, about: str) -> Done:
    return Done(back(request, "write", edit=about))


def _comment(request: PortalRequest, application: Application, about: str) -> Done:
    form, actor = CommentForm(request.POST), actor_of(request)
    if not form.is_valid():
        return Done(form=form)
    section, _dot, field = request.POST.get("comment-target", "").partition(".")
    try:
        if public_id := request.POST.get("comment-id", ""):
            found = comment_named(request, application, public_id)
            comments.change_comment(actor=actor, comment=found, **form.cleaned_data)
        else:
            comments.comment(actor=actor, application=application, section=section, field=field, **form.cleaned_data)
    except RuleViolation as refused:
        return Done(form=form, violation=placed(refused, form))
    _forget_words(request, application)
    messages.success(request, _("意见已保存。"))
    return Done(back(request, f"at-{request.POST.get('comment-target', '')}"))


def _cancel(request: PortalRequest, application: Application, about: str) -> Done:
    _forget_words(request, application)
    return Done(back(request, f"at-{request.POST.get('comment-target', '')}"))


def _remove(request: PortalRequest, application: Application, about: str) -> Done:
    found = comment_named(request, application, about)
    comments.remove_comment(actor=actor_of(request), comment=found)
    messages.success(request, _("意见已删除，没有发出。"))
    return Done(back(request, f"at-{target_of(found)}"))


def _judge(verdict: Comment.Verdict) -> Deed:
    def judge(request: PortalRequest, application: Application, about: str) -> Done:
        found = comment_named(request, application, about)
        comments.judge_comment(actor=actor_of(request), comment=found, verdict=verdict)
        return Done(back(request, f"at-{target_of(found)}"))

    return judge


def _scan(request: PortalRequest, application: Application, about: str) -> Done:
    upload = request.FILES.get("scan")
    if upload is None:
        raise RuleViolation(clause="4.1-via-district", message=_("请先选择盖章文件的扫描件，再上传。"), field="scan")
    unfinished.keep_scan(actor=actor_of(request), application=application, upload=upload)
    messages.success(request, _("扫描件已上传，同意推荐时一并提交。"))
    return Done(back(request, "conclusion"))


def _unscan(request: PortalRequest, application: Application, about: str) -> Done:
    unfinished.drop_scan(actor=actor_of(request), application=application)
    return Done(back(request, "conclusion"))


def comment_named(request: PortalRequest, application: Application, public_id: str) -> Comment:
    """Raises Http404 for a comment that this person may not read, or of another application."""
    rows = comments_visible_to(request.user).filter(application=application).select_related("application")
    return get_object_or_404(rows, public_id=public_id.replace("\x00", ""))


def target_of(comment: Comment) -> str:
    """The comment's place in the form, as the page's anchors name it."""
    return f"{comment.section}.{comment.field}" if comment.field else comment.section


def _forget_words(request: PortalRequest, application: Application) -> None:
    """The words have become a comment, or were given up; the rest stays kept."""
    draft = unfinished.own(actor_of(request), application)
    filled = {name: words for name, words in draft.filled.items() if not name.startswith("comment-")}
    unfinished.keep_review(actor=actor_of(request), application=application, version=draft.version, filled=filled)


_DEEDS: dict[str, Deed] = {
    "save": _save,
    "write": _write,
    "edit": _edit,
    "comment": _comment,
    "cancel": _cancel,
    "remove": _remove,
    "mended": _judge(Comment.Verdict.MENDED),
    "stands": _judge(Comment.Verdict.STANDS),
    "scan": _scan,
    "unscan": _unscan,
}
