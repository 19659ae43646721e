"""Nobody stuck in the round: set aside, a conflict at any time, taken off, stayed behind, and what binds it."""

from collections.abc import Callable
from datetime import date

import pytest

from applications.actions import call as call_actions
from applications.actions import certification, decision, draft, initial_review, paper, pre_review, submission
from applications.deadlines import deadlines
from applications.models import Application, Assignment
from applications.queries import materials_visible_to, owing_copies, visible_to
from applications.ranking import participating, ranked, unscored
from applications.reminders import run as remind
from applications.rules import can_open_file, can_score, can_set_aside, can_submit, missed_round
from applications.rules.waiting import NOBODY, Turn, turn, with_turns
from applications.standing import standing, state_words
from applications.worklist import worklist
from haizhi_portal.audit.models import Entry
from haizhi_portal.notifications.models import Message
from haizhi_portal.policy.figures import DEFAULTS
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import Role
from haizhi_portal.scoring.actions import criteria_for, open_sheet
from haizhi_portal.scoring.models import CriteriaSet, Sheet
from tests import factories as make

pytestmark = pytest.mark.django_db
State = Application.State
DAY = date(2027, 6, 20)


def officer() -> make.Actor:
    return make.acting(make.user(Role.MUNICIPAL), DAY)


def in_round(count: int = 1) -> list[Application]:
    found = [make.carried_to(State.CERTIFICATION, make.municipal_unit()) for _ in range(count)]
    make.open_round(found[0].call)
    for each in found:
        each.refresh_from_db()
    return found


def told(kind: str) -> set[str]:
    return set(Message.objects.filter(kind=kind).values_list("recipient__username", flat=True))


def aside(application: Application, reason: str = "专家均须回避") -> Application:
    return certification.set_aside(actor=officer(), application=application, reason=reason)


# Setting aside ------------------------------------------------------------------------------------------------------


@pytest.mark.clause("4.2-experts", "4.2-yearly")
def test_set_aside_the_round_closes_and_the_year_ends() -> None:
    lacking, scored = in_round(2)
    task = make.assign(lacking, 1, declared=False)
    make.assign(lacking, 2, declared=True)
    done = make.score(make.assign(lacking, 3, declared=False))
    for number in (1, 2, 3):
        make.score(make.assign(scored, number, declared=False))
    with pytest.raises(RuleViolation, match=lacking.number):
        certification.close_round(actor=officer(), call=lacking.call)
    out = aside(lacking)
    assert (out.set_aside_on, out.set_aside_reason) == (DAY, "专家均须回避")
    assert Entry.objects.get(event="application.set_aside").data == {"year": 2027, "reason": "专家均须回避"}
    unit = make.applicant_of(lacking.organisation)
    assert told("application.set_aside") == {unit.username, task.expert.username}
    assert participating(lacking.call) == [scored]
    assert unscored(lacking.call, 3) == []
    assert not can_score(make.acting(task.expert, DAY), task.__class__.objects.get(pk=task.pk))
    assert worklist(task.expert, DAY).mine == []
    done = Assignment.objects.get(pk=done.pk)
    assert "已搁置" in can_open_file(make.acting(done.expert, DAY), done).reason
    assert done.sheet is not None
    certification.close_round(actor=officer(), call=lacking.call)
    assert [row.application for row in ranked(lacking.call)] == [scored]
    with pytest.raises(RuleViolation, match="未参加"):
        decision.check_list(call=lacking.call, approve=[out], reasons={})
    make.settled_list(lacking.call, [scored])
    make.award(lacking.call)
    call_actions.close_decisions(
        actor=make.acting(make.user(Role.MUNICIPAL), "2027-07-01"), call=lacking.call, reason="年度办结"
    )
    lacking.refresh_from_db()
    words = "2027年6月20日起不再参加本年度专家认证（专家均须回避），本年度决定办结时失效；下一年度可重新申报。"
    assert (lacking.state, lacking.end_reason) == (State.LAPSED, words)
    letter = Message.objects.get(kind="application.lapsed", recipient=unit)
    assert letter.subject == f"未参加专家认证的申报失效（{lacking.number}）"
    assert letter.body == words


@pytest.mark.clause("4.2-experts", "4.2-yearly")
def test_everything_set_aside_leaves_nothing_in_the_way() -> None:
    [only] = in_round()
    aside(only)
    certification.close_round(actor=officer(), call=only.call)
    with pytest.raises(RuleViolation, match="没有等待决定"):
        make.prepared_list(only.call, [])
    assert "没有等待决定、批复或授牌的申报" in str(
        [item.sentence for item in worklist(make.user(Role.MUNICIPAL), DAY).mine]
    )
    assert call_actions.close_decisions(actor=officer(), call=only.call, reason="办结") == 1
    assert Entry.objects.get(event="decisions.closed").data == {"year": 2027}


@pytest.mark.clause("4.2-experts", "4.2-yearly")
def test_a_reason_that_ends_with_a_full_stop_is_said_with_one() -> None:
    [only] = in_round()
    aside(only, "专家均须回避。")
    unit = make.applicant_of(only.organisation)
    body = Message.objects.get(kind="application.set_aside", recipient=unit).body
    assert "理由：专家均须回避。本年度决定办结时失效" in body
    certification.close_round(actor=officer(), call=only.call)
    call_actions.close_decisions(actor=officer(), call=only.call, reason="办结")
    only.refresh_from_db()
    assert "（专家均须回避），本年度决定办结时失效" in only.end_reason


@pytest.mark.clause("4.2-experts")
def test_nobody_pledges_for_what_was_set_aside_and_so_opens_it() -> None:
    [only] = in_round()
    make.assign(only, 1)
    aside(only)
    task = Assignment.objects.get(application=only)
    expert = make.acting(task.expert, DAY)
    with pytest.raises(RuleViolation, match="已搁置，不再参加本年度专家认证，无须评分"):
        certification.declare(actor=expert, assignment=task, conflict=False)
    assert not can_open_file(expert, task)


@pytest.mark.clause("4.2-experts")
def test_what_is_set_aside_says_so_everywhere() -> None:
    [only] = in_round()
    out = aside(only)
    assert turn(out, DAY) == Turn(NOBODY)
    row = with_turns(Application.objects.filter(pk=out.pk), DAY).get()
    assert (row.mover, row.since, row.by) == (NOBODY, None, None)  # type: ignore[attr-defined]
    sentence = "2027年6月20日起不再参加本年度专家认证：专家均须回避；本年度决定办结时失效，下一年度可重新申报。"
    assert standing(out, DAY).sentence == sentence
    assert state_words(out, DAY) == "已搁置，不再参加认证"
    with pytest.raises(RuleViolation, match="已于2027年6月20日搁置"):
        make.assign(out)
    with pytest.raises(RuleViolation, match="搁置"):
        aside(out)


def enough(application: Application) -> Application:
    for number in (1, 2, 3):
        make.score(make.assign(application, number, declared=False))
    return application


@pytest.mark.clause("4.2-experts")
@pytest.mark.parametrize(
    ("role", "arrange", "words"),
    [
        (Role.LEADER, lambda: in_round()[0], "学会部"),
        (Role.MUNICIPAL, lambda: make.carried_to(State.CERTIFICATION), "尚未开始"),
        (Role.MUNICIPAL, lambda: enough(in_round()[0]), "已够 3 份"),
        (Role.MUNICIPAL, lambda: in_round()[0], ""),
    ],
)
def test_who_sets_aside_and_when(role: str, arrange: Callable[[], Application], words: str) -> None:
    verdict = can_set_aside(make.acting(make.user(role), DAY), arrange())
    assert bool(verdict) is (not words)
    assert words in verdict.reason


@pytest.mark.clause("4.2-experts")
def test_setting_aside_needs_a_reason() -> None:
    [only] = in_round()
    with pytest.raises(RuleViolation) as refused:
        aside(only, " ")
    assert refused.value.field == "reason"


# Conflicts, voided sheets, taken off --------------------------------------------------------------------------------


def pledged(application: Application) -> Assignment:
    return make.assign(application, 1, declared=False)


def drafted(application: Application) -> Assignment:
    task = pledged(application)
    return certification.save_scores(
        actor=make.acting(task.expert, DAY), assignment=task, points={}, comments={}, opinion="待定"
    )


def submitted(application: Application) -> Assignment:
    return make.score(pledged(application))


@pytest.mark.clause("4.2-experts")
@pytest.mark.parametrize(("arrange", "voids"), [(pledged, 0), (drafted, 0), (submitted, 1)])
def test_a_conflict_can_be_declared_until_the_round_closes(
    arrange: Callable[[Application], Assignment], voids: int
) -> None:
    [only] = in_round()
    task = arrange(only)
    expert = task.expert
    assert list(visible_to(expert)) == [only]
    seq = Entry.objects.order_by("-seq")[0].seq
    certification.declare(actor=make.acting(expert, DAY), assignment=task, conflict=True, reason="配偶新近任职")
    written = Entry.objects.filter(seq__gt=seq).order_by("seq").values_list("event", flat=True)
    assert list(written) == ["score.voided"] * voids + ["conflict.declared"]
    assert told("conflict.declared") == {make.user(Role.MUNICIPAL).username}
    assert list(visible_to(expert)) == []
    assert list(materials_visible_to(expert)) == []
    task.refresh_from_db()
    assert not can_open_file(make.acting(expert, DAY), task)
    assert unscored(only.call, 1) == [only.number]
    with pytest.raises(RuleViolation, match="已声明回避，不能评审"):
        make.assign(only, 1)


@pytest.mark.clause("4.2-experts", "4.2-yearly")
def test_no_conflict_after_the_round_closed_and_no_second_pledge() -> None:
    [only] = in_round()
    tasks = [make.assign(only, number, declared=False) for number in (1, 2, 3)]
    with pytest.raises(RuleViolation, match="已声明无须回避"):
        certification.declare(actor=make.acting(make.expert(), DAY), assignment=tasks[0], conflict=False)
    assert Entry.objects.filter(event="pledge.made").count() == 3
    assert Entry.objects.filter(event="pledge.made")[0].data == {"year": 2027, "expert": make.expert().public_id}
    for task in tasks:
        make.score(task)
    certification.close_round(actor=officer(), call=only.call)
    with pytest.raises(RuleViolation, match="已于2027年6月20日结束"):
        certification.declare(actor=make.acting(make.expert(), DAY), assignment=tasks[0], conflict=True, reason="晚")


@pytest.mark.clause("4.2-experts")
def test_a_voided_sheet_does_not_burn_the_expert() -> None:
    [only] = in_round()
    first = submitted(only)
    certification.void_scores(actor=officer(), assignment=first, reason="评分与意见不符")
    assert not can_open_file(make.acting(first.expert, DAY), Assignment.objects.get(pk=first.pk))
    second = make.assign(only, 1)
    with pytest.raises(RuleViolation, match="利害关系声明"):
        make.score(second)
    certification.declare(actor=make.acting(second.expert, DAY), assignment=second, conflict=False)
    make.score(second, 70)
    assert Sheet.objects.filter(submitted_at__isnull=False).count() == 2
    assert unscored(only.call, 1) == []
    assert unscored(only.call, 2) == [only.number]


@pytest.mark.clause("4.2-experts")
@pytest.mark.parametrize(("arrange", "voids"), [(pledged, 0), (drafted, 0), (submitted, 1)])
def test_an_expert_taken_off(arrange: Callable[[Application], Assignment], voids: int) -> None:
    [only] = in_round()
    task = arrange(only)
    seq = Entry.objects.order_by("-seq")[0].seq
    certification.release(actor=officer(), assignment=task, reason="长期出差")
    written = Entry.objects.filter(seq__gt=seq).order_by("seq")
    assert [entry.event for entry in written] == ["score.voided"] * voids + ["panel.released"]
    data = {"year": 2027, "expert": task.expert.public_id, "reason": "长期出差"}
    assert Entry.objects.get(event="panel.released").data == data
    assert told("panel.released") == {task.expert.username}
    assert list(visible_to(task.expert)) == []
    assert worklist(task.expert, DAY).mine == []
    for act in (
        lambda: make.score(task),
        lambda: certification.release(actor=officer(), assignment=task, reason="再次"),
    ):
        with pytest.raises(RuleViolation, match=r"收回|作废"):
            act()
    assert make.assign(only, 1).pk != task.pk


# Who did not make it ------------------------------------------------------------------------------------------------


def stayed_behind() -> list[Application]:
    """Paper lacking, correction pending, still under review; another one enters."""
    no_paper = make.pass_initial(make.carried_to(State.INITIAL_REVIEW, make.municipal_unit()))
    back = make.carried_to(State.INITIAL_REVIEW, make.municipal_unit())
    make.send_back(back, "2027-06-18", date(2027, 6, 30))
    review = make.carried_to(State.INITIAL_REVIEW, make.municipal_unit())
    in_round()
    return [Application.objects.get(pk=each.pk) for each in (no_paper, back, review)]


@pytest.mark.clause("4.1-paper", "4.2-initial", "4.2-yearly")
def test_who_stays_behind_is_told_at_once_and_nothing_is_asked_of_them() -> None:
    behind = stayed_behind()
    units = {make.applicant_of(each.organisation).username for each in behind}
    assert told("round.missed") == units | {make.user(Role.MUNICIPAL).username}
    body = Message.objects.get(kind="round.missed", recipient__role=Role.MUNICIPAL).body
    for words in ("只收到 0 份", "退回修改后尚未重新提交", "审核尚未完成"):
        assert words in body
    for each in behind:
        assert missed_round(each)
        assert turn(each, DAY) == Turn(NOBODY)
        row = with_turns(Application.objects.filter(pk=each.pk), DAY).get()
        assert (row.mover, row.since, row.by) == (NOBODY, None, None)  # type: ignore[attr-defined]
        assert standing(each, DAY).sentence.startswith("未进入本年度专家认证")
        assert state_words(each, DAY) == "未进入本年度专家认证"
        assert deadlines(each, DAY) == []
    assert list(owing_copies(behind[0].call, 2)) == []
    remind(make.acting(None, "2027-06-25"))
    assert not Message.objects.filter(kind="correction.due").exists()


@pytest.mark.clause("4.1-annual", "4.2-yearly")
def test_a_round_opened_later_says_the_day_it_was_opened_on() -> None:
    """The letters name the day of the opening, not the planned one; the call's closing stands before it on record."""
    late = date(2027, 6, 23)
    in_time = make.carried_to(State.CERTIFICATION, make.municipal_unit())
    behind = [make.carried_to(State.INITIAL_REVIEW, make.municipal_unit()) for _each in range(2)]
    actor = make.acting(make.user(Role.MUNICIPAL), late)
    certification.open_round(actor=actor, call=in_time.call)
    unit = make.applicant_of(behind[0].organisation)
    why = "审核尚未完成"
    body = Message.objects.get(kind="round.missed", recipient=unit).body
    assert body.startswith(f"2027 年度专家认证已于2027年6月23日开始。{why}，这项申报没有进入。")
    letter = Message.objects.get(kind="round.missed", recipient=actor.user)
    assert letter.subject == "2027 年度有 2 项申报未进入专家认证"
    assert letter.body == "；".join(f"{each.number} {each.organisation.name}：{why}" for each in behind)
    events = Entry.objects.filter(event__in=("call.closed", "round.opened")).order_by("seq")
    assert [(each.event, each.on) for each in events] == [("call.closed", date(2027, 4, 30)), ("round.opened", late)]
    make.score(make.assign(in_time, 1, declared=False))
    (sheet,) = Sheet.objects.all()
    assert sheet.scorer == make.expert(1)
    certification.set_aside(actor=actor, application=in_time, reason="专家不足")
    closed = certification.close_round(actor=make.acting(actor.user, "2027-06-25"), call=in_time.call)
    closed.refresh_from_db()
    assert (closed.opened_on, closed.closed_on) == (late, date(2027, 6, 25))


@pytest.mark.clause("4.1-paper", "4.2-initial", "4.2-yearly")
def test_what_is_refused_and_what_stays_possible_afterwards() -> None:
    no_paper, back, review = stayed_behind()
    for act in (
        lambda: make.receive_paper(no_paper, DAY),
        lambda: paper.remind_of_copies(actor=officer(), application=no_paper),
        lambda: make.submit(back, DAY),
        lambda: make.pass_initial(review, DAY),
    ):
        with pytest.raises(RuleViolation, match="已于2027年6月20日开始，这项申报没有进入"):
            act()
    initial_review.decline_initial(actor=officer(), application=review, reason="条件不足")
    submission.withdraw(
        actor=make.acting(make.applicant_of(no_paper.organisation), DAY), application=no_paper, reason="明年再报"
    )


# What is fixed when it opens ----------------------------------------------------------------------------------------


@pytest.mark.clause("4.2-experts", "4.1-paper")
def test_figures_lowered_after_the_opening_change_nothing() -> None:
    [only] = in_round()
    for number in (1, 2):
        make.score(make.assign(only, number, declared=False))
    make.figures("2027-06-21", minimum_valid_scores=1)
    later = make.acting(make.user(Role.MUNICIPAL), "2027-06-22")
    with pytest.raises(RuleViolation, match="至少要有 3 份"):
        certification.close_round(actor=later, call=only.call)
    assert can_set_aside(later, only)


@pytest.mark.clause("4.1-paper")
@pytest.mark.parametrize(
    ("since", "copies", "mover"),
    [
        ("2027-03-01", 1, Role.MUNICIPAL),
        ("2027-03-01", 0, Role.APPLICANT),
        ("2027-03-02", 1, Role.APPLICANT),
    ],
)
def test_the_copies_of_a_call_are_those_of_the_day_it_opened(since: str, copies: int, mover: str) -> None:
    make.figures(since, paper_copies=1)
    make.figures("2028-01-01", paper_copies=3)
    passed = make.pass_initial(make.carried_to(State.INITIAL_REVIEW, make.municipal_unit()))
    if copies:
        make.receive_paper(passed, copies=copies)
    day = date(2027, 6, 5)
    assert turn(passed, day).mover == mover
    assert with_turns(Application.objects.filter(pk=passed.pk), day).get().mover == mover  # type: ignore[attr-defined]


# Small changes that nobody saw --------------------------------------------------------------------------------------


@pytest.mark.clause("4.2-yearly")
@pytest.mark.parametrize(("day", "closes"), [("2027-06-19", False), ("2027-06-20", True)])
def test_a_year_is_not_closed_before_its_certification_day(day: str, closes: bool) -> None:
    waiting = make.carried_to(State.CERTIFICATION)
    actor = make.acting(make.user(Role.MUNICIPAL), day)
    if closes:
        assert call_actions.close_decisions(actor=actor, call=waiting.call, reason="办结") == 1
        return
    with pytest.raises(RuleViolation, match="集中认证日是2027年6月20日"):
        call_actions.close_decisions(actor=actor, call=waiting.call, reason="办结")


@pytest.mark.clause("4.2-yearly")
def test_nothing_is_handed_in_after_the_decisions_are_closed() -> None:
    unit = make.municipal_unit()
    ready = make.application_ready(unit)
    ready.call.decisions_closed_on = date(2027, 4, 1)
    ready.call.save(update_fields=["decisions_closed_on"])
    verdict = can_submit(make.acting(make.applicant_of(unit), "2027-04-02"), ready)
    assert (bool(verdict), verdict.reason) == (False, "本年度决定已全部办结。")


@pytest.mark.clause("3.1-applicant")
def test_a_declined_unit_waits_for_the_next_call() -> None:
    unit = make.municipal_unit()
    application = make.application_ready(unit)
    make.submit(application)
    initial_review.decline_initial(
        actor=make.acting(make.user(Role.MUNICIPAL), "2027-03-20"), application=application, reason="条件不足"
    )
    with pytest.raises(RuleViolation, match="下一年度"):
        draft.start(actor=make.acting(make.applicant_of(unit), "2027-03-21"), organisation=unit, call=application.call)


@pytest.mark.clause("4.1-annual", "4.1-via-district")
@pytest.mark.parametrize(("day", "comes_back"), [("2027-04-30", True), ("2027-05-01", False)])
def test_a_correction_lasts_at_least_as_long_as_the_call(day: str, comes_back: bool) -> None:
    back = make.carried_to(State.INITIAL_REVIEW, make.municipal_unit())
    make.send_back(back, "2027-03-20", date(2027, 4, 1))
    back.refresh_from_db()
    actor = make.acting(make.applicant_of(back.organisation), day)
    assert bool(can_submit(actor, back)) is comes_back or "没有填好" in can_submit(actor, back).reason
    assert turn(back, date.fromisoformat(day)).mover == (Role.APPLICANT if comes_back else Role.MUNICIPAL)


@pytest.mark.clause("4.1-via-district")
def test_what_comes_back_late_is_escalated_on_the_day_it_came_back() -> None:
    back = make.send_back(make.carried_to(State.DISTRICT_REVIEW), "2027-05-19", date(2027, 6, 1))
    make.submit(back, "2027-05-27")
    back.refresh_from_db()
    assert back.escalated_on == date(2027, 5, 27)
    assert Entry.objects.get(event="application.rerouted").on == date(2027, 5, 27)


# What each act refuses and stores -------------------------------------------------------------------------------------


@pytest.mark.clause("4.2-experts")
def test_only_the_office_asks_only_experts_and_only_for_what_is_in_the_round() -> None:
    owes_paper = make.pass_initial(make.carried_to(State.INITIAL_REVIEW, make.municipal_unit()))
    (application,) = in_round()
    expert, gone = make.expert(1), make.expert(2)
    gone.is_active = False
    gone.save()
    for person in (make.user(Role.LEADER), make.user(Role.AUDITOR), make.applicant_of(application.organisation)):
        with pytest.raises(RuleViolation):
            certification.assign(actor=make.acting(person, DAY), application=application, expert=expert)
    with pytest.raises(RuleViolation):
        certification.assign(actor=officer(), application=owes_paper, expert=expert)
    for nobody in (gone, make.user(Role.LEADER)):
        with pytest.raises(RuleViolation, match="在用的评审专家账号") as refused:
            certification.assign(actor=officer(), application=application, expert=nobody)
        assert refused.value.field == "expert"
    assert not Assignment.objects.exists()
    certification.assign(actor=officer(), application=application, expert=expert)
    certification.assign(actor=officer(), application=application, expert=make.expert(3), reason="懂本学科")
    rows = Entry.objects.filter(event="panel.assigned").order_by("seq")
    assert [(row.data["expert"], row.data["reason"], row.reason) for row in rows] == [
        (expert.public_id, "请专家评审", ""),
        (make.expert(3).public_id, "懂本学科", "懂本学科"),
    ]
    assert rows[0].object == f"application:{application.number}"


@pytest.mark.clause("4.2-experts")
@pytest.mark.parametrize(("conflict", "kept"), [(True, "曾任顾问"), (False, "")])
def test_a_declaration_is_stored_with_its_reason_and_its_time(conflict: bool, kept: str) -> None:
    (application,) = in_round()
    task = make.assign(application, 1)
    actor = make.acting(task.expert, make.at(DAY, 15))
    certification.declare(actor=actor, assignment=task, conflict=conflict, reason="曾任顾问")
    task.refresh_from_db()
    assert (task.conflict, task.conflict_reason, task.declared_at) == (conflict, kept, actor.now)


@pytest.mark.clause("4.2-experts")
def test_no_sheet_before_the_declaration_nor_without_a_recommendation() -> None:
    (application,) = in_round()
    task = make.assign(application, 1)
    actor = make.acting(task.expert, DAY)
    sheet = {"points": make.marks(), "comments": {}, "opinion": "可行"}
    for act in (
        lambda: certification.save_scores(actor=actor, assignment=task, **sheet),
        lambda: certification.submit_scores(actor=actor, assignment=task, recommendation="recommended", **sheet),
    ):
        with pytest.raises(RuleViolation, match="声明"):
            act()
    certification.declare(actor=actor, assignment=task, conflict=False)
    with pytest.raises(RuleViolation) as refused:
        certification.submit_scores(actor=actor, assignment=task, recommendation="perhaps", **sheet)
    assert (refused.value.field, str(refused.value.message)) == ("recommendation", "请选择推荐或不推荐。")
    assert not Sheet.objects.exists()
    with pytest.raises(RuleViolation):
        certification.save_scores(actor=make.acting(make.expert(2), DAY), assignment=task, **sheet)


@pytest.mark.clause("4.2-experts", "4.2-yearly")
def test_closing_seals_the_sheets_of_this_round_and_says_who_closed_it() -> None:
    (application,) = in_round()
    other = open_sheet(
        criteria_set=criteria_for(purpose=CriteriaSet.Purpose.EVALUATION, year=2026, figures=DEFAULTS),
        scorer=make.user(Role.MUNICIPAL),
    )
    own = [make.score(make.assign(application, number, declared=False)).sheet for number in (1, 2, 3)]
    closed = certification.close_round(actor=officer(), call=application.call)
    closed.refresh_from_db()
    assert (closed.closed_on, closed.closed_by) == (DAY, make.user(Role.MUNICIPAL))
    sealed = set(Sheet.objects.filter(locked=True).values_list("pk", flat=True))
    assert sealed == {each.pk for each in own if each}
    assert other.pk not in sealed


@pytest.mark.clause("4.2-experts")
def test_setting_aside_tells_the_experts_whose_sheet_was_still_awaited_and_no_others() -> None:
    (application,) = in_round()
    for number, declared in ((1, None), (2, False), (3, True), (4, False), (5, False)):
        make.assign(application, number, declared=declared)
    make.score(Assignment.objects.get(expert=make.expert(4)))
    certification.release(actor=officer(), assignment=Assignment.objects.get(expert=make.expert(5)), reason="出差")
    aside(application)
    unit = make.applicant_of(application.organisation).username
    assert told("application.set_aside") == {unit, make.expert(1).username, make.expert(2).username}


@pytest.mark.clause("4.1-direct", "4.1-via-district")
def test_who_has_it_is_told_what_the_unit_does() -> None:
    """The district that has it, out or in, and the office for what it never had or has no more."""
    at_district, back, direct = (
        make.carried_to(State.DISTRICT_REVIEW),
        make.carried_to(State.DISTRICT_RETURNED),
        make.carried_to(State.INITIAL_RETURNED),
    )
    district, office = make.district("210211"), make.user(Role.MUNICIPAL)
    for application, expected in ((at_district, district), (back, district), (direct, office)):
        before = list(Message.objects.values_list("pk", flat=True))
        submission.withdraw(
            actor=make.acting(make.applicant_of(application.organisation), "2027-05-03"),
            application=application,
            reason="计划有变",
        )
        staff = Message.objects.exclude(pk__in=before).exclude(recipient__organisation=application.organisation)
        assert [row.recipient for row in staff] == [expected]


@pytest.mark.clause("4.1-via-district")
@pytest.mark.parametrize(
    ("correct_by", "found_on", "since", "why"),
    [
        (None, "2027-05-25", date(2027, 5, 21), "辖区审核截止日（2027年5月20日）前未作答复，转市科协办理。"),
        (date(2027, 6, 1), "2027-06-05", date(2027, 6, 2), "补正期（至2027年6月1日）内未重新提交，转市科协办理。"),
    ],
)
def test_what_a_district_left_lies_with_the_office_since_its_own_day_and_both_are_told(
    correct_by: date | None, found_on: str, since: date, why: str
) -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    if correct_by:
        application = make.send_back(application, "2027-05-19", correct_by)
    pre_review.escalate_unanswered(actor=make.acting(None, found_on), application=application)
    application.refresh_from_db()
    assert (application.state, application.reviewing_body, application.escalated_on) == (
        State.INITIAL_REVIEW,
        None,
        since,
    )
    office = make.user(Role.MUNICIPAL)
    told = Message.objects.filter(kind="application.rerouted").values_list("recipient", "body")
    assert dict(told) == {make.applicant_of(application.organisation).pk: why, office.pk: why}
    entry = Entry.objects.get(event="application.rerouted")
    assert (entry.on, entry.reason, entry.actor) == (since, why, "system")


@pytest.mark.clause("4.1-via-district")
def test_handing_back_an_endorsed_application_voids_the_endorsement() -> None:
    application = make.endorse(make.carried_to(State.DISTRICT_REVIEW), "2027-05-02")
    assert application.endorsed_on == date(2027, 5, 2)
    office = make.acting(make.user(Role.MUNICIPAL), "2027-05-03")
    pre_review.hand_on(actor=office, application=application, route="gaoxin", reason="实际在高新区")
    application.refresh_from_db()
    assert (application.endorsed_on, application.route, application.state) == (None, "gaoxin", State.DISTRICT_REVIEW)
    assert application.reviewing_body == make.district("gaoxin").reviewing_body
