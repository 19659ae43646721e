"""The yearly evaluation, from its opening to the final result (`5.4-evaluation`)."""

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest

from bases.actions.activities import add_activity, remove_activity
from bases.actions.endings import surrender
from evaluations.actions import evaluation as actions
from evaluations.actions.finality import final_from
from evaluations.daily import run
from evaluations.models import Evaluation
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.models import Entry
from haizhi_portal.documents.models import Document
from haizhi_portal.policy.verdict import Conflict, RuleViolation
from haizhi_portal.policy.words import Role
from haizhi_portal.scoring.queries import content_digest
from tests import factories as make
from tests.evaluations.kit import (
    announced,
    daily,
    evaluation_of,
    events,
    exempted,
    final,
    leader,
    licensed,
    marks,
    officer,
    opened,
    scored,
    second_officer,
    system,
    unit_actor,
)

pytestmark = [pytest.mark.django_db, pytest.mark.clause("5.4-evaluation")]


def refused(action, **arguments) -> str:
    with pytest.raises(RuleViolation) as caught:
        action(**arguments)
    return caught.value.message


# Opening ------------------------------------------------------------------------------------------------------------


def test_a_year_opens_when_it_is_over() -> None:
    licensed("2027-03-15")

    assert "最早2028年1月1日" in refused(actions.open_year, actor=officer("2027-12-31"), year=2027)
    assert actions.open_year(actor=officer("2028-01-01"), year=2027) == 1
    assert actions.open_year(actor=officer("2028-01-01"), year=2027) == 0


@pytest.mark.parametrize("by", [system, officer])
def test_the_opening_is_on_record_for_the_day_after_the_year_whoever_did_it(by: Callable[[str], Actor]) -> None:
    base = licensed("2027-03-15")
    actions.open_year(actor=by("2028-02-03"), year=2027)
    assert events("evaluation.opened", base=base) == [("evaluation.opened", "2028-01-01", {"year": 2027})]
    assert Entry.objects.get(event="evaluation.opened").role == Role.SYSTEM


@pytest.mark.parametrize(
    ("licensed_on", "ended_on", "held"),
    [
        ("2027-12-31", None, 1),  # in force on the last day of the year
        ("2028-01-01", None, 0),
        ("2027-03-15", "2027-12-31", 0),  # the day of a surrender is no longer in force
        ("2027-03-15", "2028-01-01", 1),
    ],
)
def test_evaluated_is_who_was_in_force_on_31_december(licensed_on: str, ended_on: str | None, held: int) -> None:
    base = licensed(licensed_on)
    if ended_on:
        surrender(actor=unit_actor(base, ended_on), base=base, reason="业务调整")

    actions.open_year(actor=officer("2028-01-05"), year=2027)

    assert Evaluation.objects.filter(year=2027).count() == held


def test_a_base_expired_by_the_end_of_the_year_is_not_evaluated_although_nobody_recorded_it() -> None:
    licensed("2024-06-01")

    assert actions.open_year(actor=officer("2028-01-05"), year=2027) == 0


def test_the_daily_work_opens_last_year_and_every_year_it_missed() -> None:
    base = licensed("2027-03-15")

    assert daily("2029-01-03")["年度评估建立"] == 2
    assert daily("2029-01-03")["年度评估建立"] == 0
    assert [each.year for each in base.evaluations.order_by("year")] == [2027, 2028]


# Scoring and telling ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("total", "result"),
    [
        ("100", "excellent"),
        ("90", "excellent"),
        ("89.99", "qualified"),
        ("60", "qualified"),
        ("59.99", "unqualified"),
        ("0", "unqualified"),
    ],
)
def test_the_score_makes_the_result(total: str, result: str) -> None:
    base = licensed("2027-03-15")

    told = announced(base, 2027, total)

    assert (told.score, told.result) == (Decimal(total), result)
    assert events("evaluation.announced") == [
        ("evaluation.announced", "2028-03-03", {"year": 2027, "score": float(total), "result": result})
    ]


def test_nothing_is_told_before_the_sheet_is_submitted() -> None:
    base = licensed("2027-03-15")
    evaluation = actions.score(
        actor=officer("2028-02-01"),
        evaluation=opened(base, 2027),
        points={"5.4.1": Decimal(10)},
        comments={},
        opinion="",
        submit=False,
    )

    assert evaluation.score is None
    assert "请先完成并提交评分表" in refused(actions.announce, actor=officer("2028-02-02"), evaluation=evaluation)


def test_a_colleague_carries_a_draft_on_and_answers_for_it() -> None:
    base = licensed("2027-03-15")
    draft = actions.score(
        actor=officer("2028-02-01"),
        evaluation=opened(base, 2027),
        points={"5.4.1": Decimal(10)},
        comments={},
        opinion="初稿",
        submit=False,
    )
    second = second_officer("2028-02-02")

    done = actions.score(actor=second, evaluation=draft, points=marks("70"), comments={}, opinion="定稿")

    assert done.sheet is not None
    assert (done.sheet.pk, done.sheet.scorer) == (draft.sheet and draft.sheet.pk, second.user)


def test_a_draft_saved_by_a_colleague_is_not_overwritten_unseen() -> None:
    base = licensed("2027-03-15")
    evaluation = opened(base, 2027)
    what = {"evaluation": evaluation, "comments": {}, "submit": False}
    empty = content_digest(None)
    actions.score(
        actor=officer("2028-02-01"), points={"5.4.1": Decimal(10)}, opinion="甲", expected_digest=empty, **what
    )

    with pytest.raises(Conflict):
        actions.score(
            actor=second_officer("2028-02-01"),
            points={"5.4.1": Decimal(5)},
            opinion="乙",
            expected_digest=empty,
            **what,
        )

    saved = evaluation_of(base, 2027).sheet
    assert saved is not None
    assert saved.opinion == "甲"
    actions.score(
        actor=second_officer("2028-02-01"),
        points={"5.4.1": Decimal(5)},
        opinion="乙",
        expected_digest=content_digest(saved),
        **what,
    )


# Review -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "in_time"), [("2028-03-03", True), ("2028-03-10", True), ("2028-03-11", False), ("2028-03-13", False)]
)
def test_a_review_is_asked_for_within_five_working_days(day: str, in_time: bool) -> None:
    base = licensed("2027-03-15")
    evaluation = announced(base, 2027)  # Friday 3 March 2028: five working days end on Friday the 10th
    assert evaluation.review_until == date(2028, 3, 10)

    if in_time:
        actions.request_review(actor=unit_actor(base, day), evaluation=evaluation, reason="漏计一场活动")
        assert events("evaluation.review_requested") == [
            ("evaluation.review_requested", day, {"year": 2027, "score": 75.0, "result": "qualified"})
        ]
    else:
        words = refused(
            actions.request_review, actor=unit_actor(base, day), evaluation=evaluation, reason="漏计一场活动"
        )
        assert words == "申请复核的最后一天是2028年3月10日，现已逾期。"


def test_a_review_is_asked_for_once() -> None:
    base = licensed("2027-03-15")
    evaluation = announced(base, 2027)
    actions.request_review(actor=unit_actor(base, "2028-03-06"), evaluation=evaluation, reason="漏计一场活动")

    words = refused(actions.request_review, actor=unit_actor(base, "2028-03-07"), evaluation=evaluation, reason="再")

    assert "只能申请一次" in words


def test_a_review_is_decided_by_neither_scorer_nor_announcer() -> None:
    base = licensed("2027-03-15")
    evaluation = scored(base, 2027, "55", by=second_officer("2028-02-01"))
    actions.announce(actor=officer("2028-03-03"), evaluation=evaluation)
    actions.request_review(actor=unit_actor(base, "2028-03-06"), evaluation=evaluation, reason="漏计一场活动")
    new = {"evaluation": evaluation, "points": marks("72.5"), "comments": {}, "opinion": "采纳"}

    for earlier in (officer("2028-03-07"), second_officer("2028-03-07")):
        assert "复核须由原评分人和告知人以外的人员办理" in refused(actions.decide_review, actor=earlier, **new)
    done = actions.decide_review(actor=leader("2028-03-08"), **new)

    assert (done.score, done.result, done.final_on) == (Decimal("72.5"), "qualified", date(2028, 3, 8))
    assert [event[:2] for event in events("evaluation.reviewed", "evaluation.final")] == [
        ("evaluation.reviewed", "2028-03-08"),
        ("evaluation.final", "2028-03-08"),
    ]
    assert "复核已有结论" in refused(actions.decide_review, actor=leader("2028-03-09"), **new)


# Finality -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "count"), [("2028-03-10", 0), ("2028-03-11", 1), ("2028-05-20", 1)])
def test_a_result_stands_from_the_day_after_the_last_one_for_a_review(day: str, count: int) -> None:
    base = licensed("2027-03-15")
    announced(base, 2027)

    assert daily(day)["评估结果生效"] == count
    assert [event[:2] for event in events("evaluation.final")] == [("evaluation.final", "2028-03-11")] * count
    assert daily(day)["评估结果生效"] == 0


def test_a_result_does_not_stand_while_its_review_is_open() -> None:
    base = licensed("2027-03-15")
    evaluation = announced(base, 2027)
    actions.request_review(actor=unit_actor(base, "2028-03-10"), evaluation=evaluation, reason="漏计一场活动")

    assert final_from(evaluation) is None
    assert daily("2028-06-01")["评估结果生效"] == 0
    assert "还不能生效" in refused(actions.make_final, actor=system("2028-06-01"), evaluation=evaluation)


def test_a_result_is_final_once() -> None:
    base = licensed("2027-03-15")
    done = final(base, 2027)

    again = actions.make_final(actor=system("2029-01-01"), evaluation=done)

    assert again.final_on == date(2028, 3, 11)
    assert len(events("evaluation.final")) == 1
    assert Document.objects.filter(kind=Document.Kind.EVALUATION_NOTICE).count() == 1
    notice = Document.objects.get(kind=Document.Kind.EVALUATION_NOTICE)
    assert notice.facts["score"] == "75.00"
    assert notice.facts["rows"][0] == ["制度、人员、场地与预算", "15.00", "15"]


@pytest.mark.parametrize(
    ("attempt", "words"),
    [
        (lambda it: actions.announce(actor=officer("2029-01-01"), evaluation=it), "结果已生效"),
        (lambda it: actions.exempt(actor=officer("2029-01-01"), evaluation=it, reason="x"), "结果已生效"),
        (
            lambda it: actions.score(
                actor=officer("2029-01-01"), evaluation=it, points=marks("1"), comments={}, opinion="x"
            ),
            "结果已生效",
        ),
    ],
)
def test_nothing_reopens_a_final_result(attempt, words: str) -> None:
    done = final(licensed("2027-03-15"), 2027)

    assert words in refused(attempt, it=done)


def test_an_exempted_year_has_no_score() -> None:
    base = licensed("2027-11-15")

    done = exempted(base, 2027)

    assert (done.result, done.score, done.final_on) == ("exempt", None, date(2028, 2, 1))
    assert events("evaluation.final") == [
        ("evaluation.final", "2028-02-01", {"year": 2027, "score": None, "result": "exempt"})
    ]


def test_what_the_base_was_told_cannot_be_exempted_any_more() -> None:
    told = announced(licensed("2027-03-15"), 2027)

    assert "已告知" in refused(actions.exempt, actor=officer("2028-03-04"), evaluation=told, reason="x")


def test_a_year_not_held_blocks_later_years_until_it_is_exempted() -> None:
    base = licensed("2027-03-15")
    opened(base, 2027)
    later = announced(base, 2028)  # Saturday 3 March 2029; five working days end on the 9th

    assert daily("2029-03-20")["评估结果生效"] == 0
    assert "2027 年度尚无最终评估结果" in refused(actions.make_final, actor=system("2029-03-20"), evaluation=later)
    actions.exempt(actor=officer("2029-03-21"), evaluation=evaluation_of(base, 2027), reason="未组织评估")

    assert [(data["year"], on) for _, on, data in events("evaluation.final")] == [
        (2027, "2029-03-21"),
        (2028, "2029-03-21"),
    ]


def test_years_are_exempted_in_their_order() -> None:
    base = licensed("2027-03-15")
    opened(base, 2027)

    words = refused(actions.exempt, actor=officer("2029-02-01"), evaluation=opened(base, 2028), reason="x")

    assert "2027 年度尚无最终评估结果" in words


def test_a_reviewed_result_waits_for_an_earlier_year_too() -> None:
    base = licensed("2027-03-15")
    opened(base, 2027)
    later = announced(base, 2028)
    actions.request_review(actor=unit_actor(base, "2029-03-05"), evaluation=later, reason="漏计")
    decided = actions.decide_review(
        actor=leader("2029-03-06"), evaluation=later, points=marks("80"), comments={}, opinion="采纳"
    )

    assert decided.final_on is None
    actions.exempt(actor=officer("2029-04-02"), evaluation=evaluation_of(base, 2027), reason="未组织评估")
    assert evaluation_of(base, 2028).final_on == date(2029, 4, 2)


def test_a_decided_review_is_its_own_and_lets_the_later_year_stand_the_same_day() -> None:
    base, other = licensed("2027-03-15"), licensed("2027-03-15", n=2)
    reviewed = [announced(each, 2027, on="2029-03-01") for each in (base, other)]
    for each, evaluation in zip((base, other), reviewed, strict=True):
        actions.request_review(actor=unit_actor(each, "2029-03-05"), evaluation=evaluation, reason="漏计")
    announced(base, 2028, on="2029-03-01")
    daily("2029-03-20")
    assert evaluation_of(base, 2028).final_on is None  # its days are over, the year before is still open

    actions.decide_review(
        actor=leader("2029-03-21"), evaluation=reviewed[0], points=marks("95"), comments={}, opinion="采纳"
    )

    first, second = (evaluation_of(each, 2027) for each in (base, other))
    assert (first.result, first.final_on, first.review.opinion) == ("excellent", date(2029, 3, 21), "采纳")
    assert (second.final_on, second.review.decided_on, second.review.opinion) == (None, None, "")
    later = evaluation_of(base, 2028)
    assert (later.final_on, events("evaluation.final", base=base)[-1][1]) == (date(2029, 3, 21), "2029-03-21")


def test_no_review_is_decided_that_nobody_asked_for() -> None:
    evaluation = announced(licensed("2027-03-15"), 2027)
    with pytest.raises(RuleViolation, match="没有待办的复核申请"):
        actions.decide_review(
            actor=leader("2028-03-06"), evaluation=evaluation, points=marks("80"), comments={}, opinion="采纳"
        )


# Which figures judge a year -----------------------------------------------------------------------------------------


@pytest.mark.clause("5.4-evaluation")
@pytest.mark.parametrize("opened_on", ["2028-01-01", "2028-01-31", "2028-02-01", "2028-06-30"])
@pytest.mark.parametrize(
    ("in_force_from", "result"),
    [
        ("2027-12-31", "unqualified"),  # the year's last day counts
        ("2028-01-01", "qualified"),  # later figures judge later years, whenever this one is opened
        ("2028-02-01", "qualified"),
    ],
)
def test_a_year_is_judged_by_the_figures_of_its_last_day(opened_on: str, in_force_from: str, result: str) -> None:
    base = licensed("2027-03-15")
    make.figures(in_force_from, qualified_from="70", minimum_activities=3, review_working_days=9)
    run(system(opened_on))
    evaluation = evaluation_of(base, 2027)
    actions.score(actor=officer("2028-07-03"), evaluation=evaluation, points=marks("65"), comments={}, opinion="意见")
    told = actions.announce(actor=officer("2028-07-03"), evaluation=evaluation)
    assert (told.score, told.result) == (Decimal("65.00"), result)
    shown = json.dumps(told.evidence, ensure_ascii=False)
    late = in_force_from == "2027-12-31"
    assert (f"不少于 {3 if late else 1} 次" in shown, told.review_until) == (True, date(2028, 7, 14 if late else 10))


@pytest.mark.clause("5.4-evaluation", "5.4.3")
def test_the_evidence_is_that_of_the_day_of_the_marks_and_a_draft_is_no_score() -> None:
    base = licensed("2027-03-15")
    evaluation = opened(base, 2027)

    def minimum() -> object:
        return evaluation_of(base, 2027).evidence["5.4.3"][0]["met"]

    def give(day: str, *, submit: bool) -> None:
        actions.score(
            actor=officer(day), evaluation=evaluation, points=marks("65"), comments={}, opinion="意见", submit=submit
        )

    assert minimum() is False
    late = add_activity(
        actor=unit_actor(base, "2028-02-03"),
        base=base,
        held_on=date(2027, 6, 1),
        title="对接会",
        kind="matchmaking",
        place="大连",
        participants=80,
        outcome="三项意向",
    )
    give("2028-02-04", submit=False)
    assert (minimum(), evaluation_of(base, 2027).score, events("evaluation.scored")) == (True, None, [])
    remove_activity(actor=unit_actor(base, "2028-02-05"), activity=late)
    give("2028-02-06", submit=True)
    assert (minimum(), evaluation_of(base, 2027).score) == (False, Decimal("65.00"))
    assert [event[1] for event in events("evaluation.scored")] == ["2028-02-06"]


@pytest.mark.clause("5.4-evaluation")
def test_a_year_is_opened_in_the_order_of_the_bases_numbers_and_once() -> None:
    for n in (2, 1):
        licensed("2027-03-15", n=n)
    counts = [actions.open_year(actor=officer("2028-01-02"), year=2027) for _time in range(2)]
    assert counts == [2, 0]
    opened_for = Entry.objects.filter(event="evaluation.opened").order_by("seq")
    assert [entry.base for entry in opened_for] == ["HZ2027-01", "HZ2027-02"]


@pytest.mark.clause("5.4-evaluation")
@pytest.mark.parametrize(("day", "stands"), [("2028-03-09", False), ("2028-03-10", False), ("2028-03-11", True)])
def test_a_result_stands_from_the_day_after_the_last_one_for_asking(day: str, stands: bool) -> None:
    base = licensed("2027-03-15")
    evaluation = announced(base, 2027)
    assert evaluation.review_until == date(2028, 3, 10)
    assert daily(day)["评估结果生效"] == stands
    done = evaluation_of(base, 2027)
    assert done.final_on == (date(2028, 3, 11) if stands else None)
    if not stands:
        assert "还不能生效" in refused(actions.make_final, actor=system(day), evaluation=evaluation)
