"""What a person has filled in of a review and not concluded: read back into the page's form, kept as it is sent."""

from typing import Any

from django.http import QueryDict

from applications import rules
from applications.actions.unfinished import keep_review
from applications.checklist import checks
from applications.forms.review import SAID
from applications.models import Application, Review, ReviewDraft, Submission
from applications.sections import SECTIONS
from haizhi_portal.audit.actor import Actor

_PLAIN = ("opinion", "conclusion", "correct_by", "clause", "letter_number", "letter_on")
_COMMENT = ("comment-words", "comment-audience", "comment-target", "comment-id")


def own_draft(actor: Actor, application: Application) -> ReviewDraft | None:
    """This person's unfinished review of the application, if there is one."""
    rows = ReviewDraft.objects.filter(application=application, stage=rules.stage_of(actor), person=actor.user)
    return rows.select_related("scan").first()


def keep_filled(actor: Actor, application: Application, submission: Submission, sent: QueryDict) -> None:
    """Keep everything the page's form carries."""
    read = sent.get("version", "")
    version = int(read) if read.isascii() and read.isdigit() and len(read) < 5 else submission.version
    filled = {name: sent.get(name, "") for name in _names() if name in sent}
    keep_review(actor=actor, application=application, version=version, filled=filled)


def initial(actor: Actor, application: Application, draft: ReviewDraft | None) -> dict[str, Any]:
    """What the form starts with: what this person filled in, else the check-list of the office's last conclusion."""
    last = application.reviews.filter(stage=rules.stage_of(actor)).exclude(checks={}).order_by("-decided_at", "-id")
    checked = last.first()
    found: dict[str, Any] = _as_typed(checked) if checked else {}
    return found | {name: value for name, value in (draft.filled if draft else {}).items() if value}


def _as_typed(review: Review) -> dict[str, str]:
    answers = {f"check-{key}": SAID[answer] for key, answer in review.checks.items()}
    return answers | {f"note-{key}": words for key, words in (review.notes or {}).items()}


def _names() -> list[str]:
    listed = checks()
    return [
        *(f"{part}-{key}" for part in ("check", "note") for key in listed),
        *(f"fix-{key}" for key in SECTIONS),
        *_PLAIN,
        *_COMMENT,
    ]
