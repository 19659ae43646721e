"""Whatever changes a row of the matter writes into the ledger, in the same outermost transaction."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.db.models.signals import post_save
from django.db.transaction import Atomic

from applications.actions import certification, draft, handling, pre_review
from applications.models import Application
from haizhi_portal.audit.models import Entry
from haizhi_portal.policy.words import Role
from tests import factories as make

pytestmark = pytest.mark.django_db
State = Application.State

MATTER = ("applications", "bases", "evaluations", "resources")
# What may change silently: it is nobody's fact yet, or follows from something that is recorded when it counts.
SILENT = {
    "Filling": "what is being typed",
    "ReviewDraft": "a review not concluded yet",
    "Comment": "a comment before it goes out with a return",
    "ThreadMark": "how far somebody has read",
    "Job": "a print or an export on its way; what leaves is recorded when it is made and fetched",
    "Material": "a file of a draft; what counts is frozen and recorded with the submission",
}


@contextmanager
def watching() -> Iterator[list[str]]:
    """Collects every outermost transaction that saved a row of the matter and left the ledger as it was."""
    found: list[str] = []
    changed: set[str] = set()
    depth, seq = 0, 0
    enter, leave = Atomic.__enter__, Atomic.__exit__

    def saved(sender: type, instance: Any, **_rest: Any) -> None:
        draft_row = isinstance(instance, Application) and instance.state == State.DRAFT
        if sender._meta.app_label in MATTER and sender.__name__ not in SILENT and not draft_row:  # type: ignore[attr-defined]
            changed.add(sender.__name__)

    def entering(self: Atomic) -> Any:
        nonlocal depth, seq
        depth += 1
        if depth == 1:
            changed.clear()
            seq = Entry.objects.count()
        return enter(self)

    def leaving(self: Atomic, *error: Any) -> Any:
        nonlocal depth
        depth -= 1
        if depth == 0 and not error[0] and changed and Entry.objects.count() == seq:
            found.append("、".join(sorted(changed)))
        return leave(self, *error)

    Atomic.__enter__, Atomic.__exit__ = entering, leaving  # type: ignore[method-assign]
    post_save.connect(saved)
    try:
        yield found
    finally:
        post_save.disconnect(saved)
        Atomic.__enter__, Atomic.__exit__ = enter, leave  # type: ignore[method-assign]


def round_with_trouble() -> None:
    application = make.carried_to(State.CERTIFICATION)
    make.open_round(application.call)
    officer = make.acting(make.user(Role.MUNICIPAL), "2027-06-20")
    drafted = make.assign(application, 1, declared=False)
    certification.release(actor=officer, assignment=make.assign(application, 2, declared=False), reason="出差")
    certification.void_scores(
        actor=officer, assignment=make.score(make.assign(application, 3, declared=False)), reason="不符"
    )
    certification.declare(
        actor=make.acting(drafted.expert, "2027-06-20"), assignment=drafted, conflict=True, reason="任职"
    )
    certification.set_aside(actor=officer, application=application, reason="专家不足")
    certification.close_round(actor=officer, call=application.call)


def review_with_trouble() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    officer = make.acting(make.district("210211"), "2027-05-02")
    handling.take(actor=officer, application=application)
    make.send_back(application, "2027-05-02")
    application.refresh_from_db()
    pre_review.extend_correction(
        actor=officer, application=application, correct_by=date(2027, 5, 30), reason="再给几天"
    )
    make.submit(application, "2027-05-10")


def withdrawn_and_taken_up_again() -> None:
    application = make.carried_to(State.WITHDRAWN)
    draft.start(
        actor=make.acting(make.applicant_of(application.organisation), "2027-03-22"),
        organisation=application.organisation,
        call=application.call,
    )


STORIES: list[Callable[[], Any]] = [
    *(lambda state=state: make.carried_to(state) for state in (State.LICENSED, State.DECLINED, State.LAPSED)),
    round_with_trouble,
    review_with_trouble,
    withdrawn_and_taken_up_again,
]


@pytest.mark.parametrize("story", STORIES)
def test_no_transaction_changes_the_matter_without_an_entry(story: Callable[[], Any]) -> None:
    make.call()
    with watching() as found:
        story()
    assert found == []


def test_the_watch_sees_what_goes_unrecorded() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    with watching() as found, Atomic(None, True, False):
        application.save(update_fields=["route_reason"])
    assert found == ["Application"]
