"""The round's page sets aside and takes off; the expert's page declares a conflict noticed late."""

import pytest

from applications.actions import certification, submission
from applications.models import Application, Assignment
from applications.views.timeline import events
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import Role
from tests import factories as make
from tests.applications_pages.kit import TYPED, State, confirmed, on, queries, signed_in, text, url

pytestmark = pytest.mark.django_db
DAY = "2027-06-20"


def in_round() -> Application:
    application = make.carried_to(State.CERTIFICATION, make.municipal_unit())
    make.open_round(application.call)
    return application


@pytest.mark.clause("4.2-experts")
def test_an_application_without_enough_sheets_is_set_aside() -> None:
    application = in_round()
    address, field = url("round", 2027), f"aside-{application.number}-reason"
    data = {"act": "set_aside", "number": application.number}
    with on(DAY):
        office = signed_in(make.user(Role.MUNICIPAL))
        assert 'value="set_aside"' in text(office.get(address))
        assert office.post(address, data).status_code == 422
        asked = office.post(address, data | {field: TYPED})
        assert "不列入排名和名单" in text(asked)
        assert confirmed(office, address, data | {field: TYPED}).status_code == 302
        page = text(office.get(address))
        assert TYPED in page
        assert 'value="set_aside"' not in page
        assert 'value="close"' in page
        again = office.post(address, data | {field: TYPED, "confirmed": "1"})
        assert "已于2027年6月20日搁置" in text(again)
        detail = text(signed_in(make.applicant_of(application.organisation)).get(url("detail", application.number)))
    assert "已搁置，不再参加认证" in detail


@pytest.mark.clause("4.2-experts")
def test_the_office_takes_an_expert_off() -> None:
    application = in_round()
    task = make.assign(application, 1, declared=False)
    address, field = url("round", 2027), f"off-{task.public_id}-reason"
    with on(DAY):
        office, expert = signed_in(make.user(Role.MUNICIPAL)), signed_in(task.expert)
        data = {"act": "release", "assignment": task.public_id, field: TYPED}
        assert office.post(address, data | {field: ""}).status_code == 422
        assert confirmed(office, address, data).status_code == 302
        assert "已收回" in text(office.get(address))
        page = text(expert.get(url("assignment", task.public_id)))
        assert "材料不再对您开放" in page
        assert "发现应当回避" not in page


@pytest.mark.clause("4.2-experts")
@pytest.mark.parametrize("scored", [False, True])
def test_an_expert_declares_a_conflict_from_the_sheet(scored: bool) -> None:
    task = make.assign(in_round(), 1, declared=False)
    if scored:
        make.score(task)
    address = url("assignment", task.public_id)
    with on(DAY):
        expert = signed_in(task.expert)
        assert "发现应当回避" in text(expert.get(address))
        assert expert.post(address, {"act": "conflict"}).status_code == 422
        answer = confirmed(expert, address, {"act": "conflict", "conflict-reason": TYPED})
        assert answer.status_code == 302
        assert TYPED in text(expert.get(address))
    task = Assignment.objects.get(pk=task.pk)
    assert task.conflict is True
    assert (task.sheet is not None and task.sheet.voided_at is not None) is scored


@pytest.mark.clause("4.2-yearly", "4.1-paper")
def test_the_page_lists_who_stays_behind_and_why_before_and_after() -> None:
    ready = make.carried_to(State.CERTIFICATION, make.municipal_unit())
    review = make.carried_to(State.INITIAL_REVIEW, make.municipal_unit())
    address = url("round", 2027)
    with on(DAY):
        office = signed_in(make.user(Role.MUNICIPAL))
        asked = text(office.post(address, {"act": "open"}))
        assert f"{review.number} {review.organisation.name}（审核尚未完成）" in asked
        office.post(address, {"act": "open", "confirmed": "1"})
        page = text(office.get(address))
        assert "没有进入的原因" in page
        assert "审核尚未完成" in page
        assert ready.number in page
        listed = text(office.get(url("list")))
    assert "未进入本年度专家认证" in listed


@pytest.mark.clause("4.2-yearly")
def test_a_list_asks_as_much_for_one_that_stayed_behind_as_for_three() -> None:
    make.carried_to(State.INITIAL_REVIEW, make.municipal_unit())
    in_round()
    with on(DAY):
        office = signed_in(make.user(Role.MUNICIPAL))
        office.get(url("list"))
        one = queries(office, url("list"))
        round_one = queries(office, url("round", 2027))
    for _each in range(2):
        make.carried_to(State.INITIAL_REVIEW, make.municipal_unit())
    with on(DAY):
        assert queries(office, url("list")) == one
        assert queries(office, url("round", 2027)) == round_one


@pytest.mark.clause("4.2-yearly")
def test_the_round_that_left_an_application_behind_stands_in_its_history() -> None:
    title, by = "未进入本年度专家认证", "市科协学会部"
    lacking = make.pass_initial(make.carried_to(State.INITIAL_REVIEW, make.municipal_unit()))
    call = lacking.call
    late = make.carried_to(State.INITIAL_REVIEW, make.municipal_unit(), call)
    gone = make.pass_initial(make.carried_to(State.INITIAL_REVIEW, make.municipal_unit(), call))
    early = make.carried_to(State.INITIAL_REVIEW, make.municipal_unit(), call)
    inside = make.carried_to(State.CERTIFICATION, make.municipal_unit(), call)
    submission.withdraw(
        actor=make.acting(make.applicant_of(early.organisation), "2027-06-19"), application=early, reason="业务调整"
    )
    make.open_round(call)
    submission.withdraw(
        actor=make.acting(make.applicant_of(gone.organisation), "2027-06-21"), application=gone, reason="业务调整"
    )

    def told(application: Application) -> list[tuple[str, str, str, str]]:
        reader = make.applicant_of(application.organisation)
        application.refresh_from_db()
        found = [each for each in events(application, reader) if each.title in (title, "进入专家认证")]
        return [(f"{each.on}", each.title, each.who, each.body) for each in found]

    assert told(lacking) == [(DAY, title, by, "盖章纸质材料应有 2 份，只收到 0 份")]
    assert told(late) == [(DAY, title, by, "审核尚未完成")]
    assert told(gone) == [(DAY, title, by, "")]
    assert told(early) == []
    assert told(inside) == [(DAY, "进入专家认证", "", "")]


@pytest.mark.clause("4.2-experts")
def test_nothing_is_taken_back_where_no_sheet_is_needed_any_more() -> None:
    kept, aside, gone = (make.carried_to(State.CERTIFICATION, make.municipal_unit()) for _each in range(3))
    make.open_round(kept.call)
    tasks = [make.assign(each, number, declared=False) for number, each in enumerate((kept, aside, gone), start=1)]
    office = make.acting(make.user(Role.MUNICIPAL), DAY)
    certification.set_aside(actor=office, application=aside, reason="请不到专家")
    submission.withdraw(
        actor=make.acting(make.applicant_of(gone.organisation), DAY), application=gone, reason="计划有变"
    )
    with on(DAY):
        candidates = signed_in(office.user).get(url("round", 2027)).context["candidates"]
    shown = {row.assignment.pk: (row.status, row.release_form is not None) for one in candidates for row in one.tasks}
    assert [shown[task.pk] for task in tasks] == [("评审中", True), ("无须评审", False), ("无须评审", False)]
    for task, words in zip(tasks[1:], ("已搁置", "已退出专家认证"), strict=True):
        with pytest.raises(RuleViolation, match=words):
            certification.release(actor=office, assignment=Assignment.objects.get(pk=task.pk), reason="不再需要")
    certification.release(actor=office, assignment=tasks[0], reason="长期出差")


@pytest.mark.clause("4.2-experts")
def test_it_is_the_office_s_turn_until_enough_experts_were_asked() -> None:
    first, second = (make.carried_to(State.CERTIFICATION, make.municipal_unit()) for _each in range(2))
    make.open_round(first.call)

    def turn(role: Role) -> tuple[str, str]:
        with on(DAY):
            words = text(signed_in(make.user(role)).get(url("round", 2027)))
        sentence = words.partition('hz-move-sentence">')[2].partition("<")[0]
        mover = words.partition("该由谁办</span>")[2].partition("<")[0].strip()
        return sentence, mover

    for role in (Role.MUNICIPAL, Role.LEADER):
        assert turn(role) == ("专家认证正在进行，还有 2 项申报没有请够专家。", "市科协学会部")
    tasks = [make.assign(first, number, declared=False) for number in (1, 2, 3)]
    assert turn(Role.MUNICIPAL) == ("专家认证正在进行，还有 1 项申报没有请够专家。", "市科协学会部")
    certification.set_aside(actor=make.acting(make.user(Role.MUNICIPAL), DAY), application=second, reason="请不到专家")
    for role in (Role.MUNICIPAL, Role.LEADER):
        assert turn(role) == ("专家认证正在进行。", "评审专家")
    make.score(tasks[0])
    assert turn(Role.MUNICIPAL) == ("专家认证正在进行。", "评审专家")
    certification.release(actor=make.acting(make.user(Role.MUNICIPAL), DAY), assignment=tasks[1], reason="长期出差")
    assert turn(Role.LEADER) == ("专家认证正在进行，还有 1 项申报没有请够专家。", "市科协学会部")
