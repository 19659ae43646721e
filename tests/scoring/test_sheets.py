"""Sheets: criteria frozen per year, drafts, marks in bounds, fixed once submitted (`4.2-experts`, `5.4-evaluation`)."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from haizhi_portal.accounts.models import User
from haizhi_portal.audit.actor import Actor
from haizhi_portal.policy.figures import CERTIFICATION_WEIGHTS, DEFAULTS, EVALUATION_WEIGHTS, Weight
from haizhi_portal.policy.periods import SHANGHAI
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import Role
from haizhi_portal.scoring.actions import (
    criteria_for,
    hand_over_sheet,
    lock_sheets,
    open_sheet,
    save_sheet,
    submit_sheet,
    void_sheet,
)
from haizhi_portal.scoring.models import CriteriaSet, Criterion, Mark, Sheet
from haizhi_portal.scoring.queries import VALID, content_digest, visible_to

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.2-experts")]

FULL = {weight.key: Decimal(weight.points) for weight in CERTIFICATION_WEIGHTS}
YES = Sheet.Opinion.RECOMMENDED


def expert(number: int = 1) -> User:
    name = f"expert-{number}"
    found = User.objects.filter(username=name).first()
    return found or User.objects.create_user(name, None, name="专家", role=Role.EXPERT)


def actor(number: int = 1) -> Actor:
    return Actor(user=expert(number), role=Role.EXPERT, now=datetime(2027, 7, 1, 10, tzinfo=SHANGHAI))


def sheet(number: int = 1, purpose: str = CriteriaSet.Purpose.CERTIFICATION) -> Sheet:
    criteria = criteria_for(purpose=purpose, year=2027, figures=DEFAULTS)
    return open_sheet(criteria_set=criteria, scorer=expert(number))


def submitted(number: int = 1, **changes: Any) -> Sheet:
    given: dict[str, Any] = {"points": FULL, "comments": {}, "opinion": "可行", "recommendation": YES}
    return submit_sheet(actor=actor(number), sheet=sheet(number), **(given | changes))


def refused(attempt: Any) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        attempt()


# Criteria -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("purpose", "weights"),
    [(CriteriaSet.Purpose.CERTIFICATION, CERTIFICATION_WEIGHTS), (CriteriaSet.Purpose.EVALUATION, EVALUATION_WEIGHTS)],
)
def test_criteria_are_the_weights_in_force(purpose: str, weights: tuple[Weight, ...]) -> None:
    criteria = criteria_for(purpose=purpose, year=2027, figures=DEFAULTS).criteria.all()

    assert [(each.key, each.title, each.points, each.rule) for each in criteria] == [tuple(each) for each in weights]


def test_criteria_of_a_year_stay_when_the_figures_change() -> None:
    first = criteria_for(purpose="certification", year=2027, figures=DEFAULTS)
    revised = replace(DEFAULTS, edition="新版", certification_weights=(Weight("all", "总体", 100, "看总体"),))

    assert criteria_for(purpose="certification", year=2027, figures=revised) == first
    assert [each.key for each in criteria_for(purpose="certification", year=2028, figures=revised).criteria.all()] == [
        "all"
    ]


def test_criteria_are_not_changed_in_the_database() -> None:
    criterion = sheet().criteria_set.criteria.first()
    assert criterion is not None

    refused(lambda: Criterion.objects.filter(pk=criterion.pk).update(points=1))
    refused(criterion.delete)
    refused(
        lambda: Criterion.objects.create(
            criteria_set=criterion.criteria_set, key="more", title="另加", points=1, rule="", order=9
        )
    )
    refused(lambda: CriteriaSet.objects.create(purpose="certification", year=2027, edition="x"))


# Drafts -------------------------------------------------------------------------------------------------------------


def test_a_draft_may_be_incomplete_and_is_changed_freely() -> None:
    draft = save_sheet(sheet=sheet(), points={"plan": Decimal(20)}, comments={"plan": "目标具体"}, opinion="")
    save_sheet(sheet=draft, points={"plan": Decimal(21), "fit": Decimal(0)}, comments={}, opinion="待定")
    save_sheet(sheet=draft, points={"fit": Decimal(1)}, comments={}, opinion="待定")

    assert list(draft.marks.values_list("criterion__key", "points", "comment")) == [("fit", Decimal(1), "")]
    assert (Sheet.objects.get().submitted_at, Sheet.objects.get().opinion) == (None, "待定")


@pytest.mark.parametrize(
    ("value", "fault"),
    [("20", ""), ("20.01", "mark"), ("0", ""), ("-0.01", "mark"), ("NaN", "mark"), ("Infinity", "mark")],
)
def test_a_mark_stays_in_its_bounds(value: str, fault: str) -> None:
    points = {**FULL, "conditions": Decimal(value)}
    for write in (save_sheet, lambda **given: submit_sheet(actor=actor(), recommendation=YES, **given)):
        given = {"sheet": sheet(), "points": points, "comments": {}, "opinion": "可行"}
        if not fault:
            assert write(**given)
            continue
        with pytest.raises(RuleViolation) as caught:
            write(**given)
        assert (caught.value.field, caught.value.code) == ("conditions", fault)
        assert "0 至 20 分" in caught.value.message


def test_words_without_points_are_not_lost_in_silence() -> None:
    with pytest.raises(RuleViolation, match="写了说明但没有给分") as caught:
        save_sheet(sheet=sheet(), points={}, comments={"plan": "目标具体"}, opinion="")
    assert caught.value.field == "plan"


def test_a_draft_is_handed_over_but_a_submitted_sheet_is_not() -> None:
    draft = hand_over_sheet(sheet=sheet(1), scorer=expert(2))
    assert Sheet.objects.get(pk=draft.pk).scorer == expert(2)

    with pytest.raises(RuleViolation, match="提交后不能再改"):
        hand_over_sheet(sheet=submitted(3), scorer=expert(2))


def test_the_digest_tells_every_change_of_a_draft() -> None:
    draft, seen = sheet(), {content_digest(None)}
    for step in (
        {"points": {}, "comments": {}, "opinion": ""},
        {"points": {"plan": Decimal(20)}, "comments": {}, "opinion": ""},
        {"points": {"plan": Decimal(21)}, "comments": {}, "opinion": ""},
        {"points": {"plan": Decimal(21)}, "comments": {"plan": "x"}, "opinion": ""},
        {"points": {"plan": Decimal(21)}, "comments": {"plan": "x"}, "opinion": "y"},
        {"points": {"plan": Decimal(21)}, "comments": {"plan": "x"}, "opinion": "y", "recommendation": YES},
    ):
        draft = save_sheet(sheet=draft, **step)
        assert content_digest(draft) not in seen
        assert content_digest(Sheet.objects.get(pk=draft.pk)) == content_digest(draft)
        seen.add(content_digest(draft))


# Submitting ---------------------------------------------------------------------------------------------------------


def test_a_submitted_sheet_has_all_marks_and_their_sum() -> None:
    points = {**FULL, "plan": Decimal("20.255"), "fit": Decimal("3.333")}

    done = submitted(points=points, comments={"plan": " 目标具体 "}, opinion=" 可行 ")

    kept = Sheet.objects.get(pk=done.pk)
    assert (kept.opinion, kept.recommendation, kept.total) == ("可行", YES, done.total)
    assert set(done.marks.values_list("comment", flat=True)) == {"目标具体", ""}
    assert done.total == Decimal("88.59")  # 20 + 25 + 20 + 20.26 + 3.33: each mark to two decimals, half up
    assert sum(done.marks.values_list("points", flat=True)) == done.total
    assert done.submitted_at == actor().now


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"points": {key: value for key, value in FULL.items() if key != "fit"}}, "fit"),
        ({"points": {**FULL, "fit": None}}, "fit"),
        ({"points": {**FULL, "beauty": Decimal(1)}}, "beauty"),
        ({"opinion": "  "}, "opinion"),
        ({"recommendation": ""}, "recommendation"),
        ({"recommendation": "maybe"}, "recommendation"),
    ],
)
def test_nothing_is_submitted_incomplete(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleViolation) as caught:
        submitted(**changes)

    assert (caught.value.field, caught.value.clause) == (field, "4.2-experts")
    assert Sheet.objects.filter(submitted_at__isnull=False).count() == 0


@pytest.mark.clause("5.4-evaluation")
def test_an_evaluation_needs_no_recommendation_and_cites_its_own_clause() -> None:
    points = {weight.key: Decimal(weight.points) for weight in EVALUATION_WEIGHTS}
    one = sheet(purpose=CriteriaSet.Purpose.EVALUATION)
    assert submit_sheet(actor=actor(), sheet=one, points=points, comments={}, opinion="好").total == 100

    with pytest.raises(RuleViolation) as caught:
        submit_sheet(actor=actor(), sheet=sheet(purpose="evaluation"), points={}, comments={}, opinion="好")
    assert caught.value.clause == "5.4-evaluation"


def test_a_submitted_sheet_is_not_written_again() -> None:
    done = submitted()

    for attempt in (
        lambda: save_sheet(sheet=done, points={}, comments={}, opinion=""),
        lambda: submit_sheet(actor=actor(), sheet=done, points=FULL, comments={}, opinion="另", recommendation=YES),
    ):
        with pytest.raises(RuleViolation, match="提交后不能再改"):
            attempt()


@pytest.mark.parametrize(
    "columns",
    [
        {"total": 1},
        {"total": None},
        {"opinion": "x"},
        {"recommendation": "not_recommended"},
        {"submitted_at": None},
        {"submitted_at": datetime(2028, 1, 1, tzinfo=SHANGHAI)},
    ],
    ids=str,
)
def test_the_database_keeps_a_submitted_sheet(columns: dict[str, Any]) -> None:
    done = submitted()

    refused(lambda: Sheet.objects.filter(pk=done.pk).update(**columns))


def test_the_database_keeps_a_submitted_sheets_marks() -> None:
    done, draft = submitted(1), save_sheet(sheet=sheet(2), points=FULL, comments={}, opinion="")
    mark, loose = done.marks.first(), draft.marks.first()
    assert mark is not None
    assert loose is not None

    refused(lambda: Mark.objects.filter(pk=mark.pk).update(points=0))
    refused(lambda: Mark.objects.filter(pk=loose.pk).update(sheet=done, criterion=mark.criterion))
    refused(mark.delete)
    refused(lambda: Mark.objects.create(sheet=done, criterion=mark.criterion, points=1))
    refused(lambda: Sheet.objects.filter(pk=done.pk).update(scorer=expert(5)))
    refused(lambda: _raw("DELETE FROM scoring_sheet WHERE id = %s", done.pk))
    refused(lambda: Mark.objects.filter(pk=loose.pk).update(points=-1))


def _raw(sql: str, *values: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


# Voiding and sealing ------------------------------------------------------------------------------------------------


def test_a_void_sheet_no_longer_counts_but_stays_readable() -> None:
    kept, dropped = submitted(1), submitted(2)

    done = void_sheet(actor=actor(), sheet=dropped, reason=" 应回避而未回避 ")

    written = Sheet.objects.get(pk=done.pk)
    assert (written.void_reason, written.voided_at, written.total) == ("应回避而未回避", actor().now, Decimal(100))
    assert sheet(3) not in Sheet.objects.filter(VALID)
    assert list(Sheet.objects.filter(VALID)) == [kept]
    assert done.marks.count() == 5
    refused(lambda: Sheet.objects.filter(pk=done.pk).update(voided_at=None))
    refused(lambda: Sheet.objects.filter(pk=done.pk).update(void_reason="x"))


@pytest.mark.parametrize("case", ["draft", "twice", "sealed", "no reason"])
def test_a_sheet_is_voided_once_with_a_reason_before_it_is_sealed(case: str) -> None:
    one = sheet() if case == "draft" else submitted()
    if case == "twice":
        void_sheet(actor=actor(), sheet=one, reason="x")
    if case == "sealed":
        lock_sheets(sheets=[one])

    with pytest.raises(RuleViolation):
        void_sheet(actor=actor(), sheet=one, reason=" " if case == "no reason" else "x")


def test_a_sealed_sheet_never_changes() -> None:
    one, draft, other = submitted(1), sheet(2), submitted(3)
    lock_sheets(sheets=[one, draft])
    lock_sheets(sheets=[one, draft])
    assert list(Sheet.objects.filter(locked=False)) == [other]

    for pk in (one.pk, draft.pk):
        refused(lambda pk=pk: Sheet.objects.filter(pk=pk).update(void_reason="x"))
        refused(lambda pk=pk: Sheet.objects.filter(pk=pk).update(locked=False))
        refused(lambda pk=pk: _raw("DELETE FROM scoring_sheet WHERE id = %s", pk))
    with pytest.raises(RuleViolation):
        save_sheet(sheet=draft, points={}, comments={}, opinion="")


def test_a_scorer_sees_the_own_sheets_only() -> None:
    mine = submitted(1)
    submitted(2)

    assert list(visible_to(expert(1))) == [mine]
