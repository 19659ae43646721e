"""Every line that applications put on a home page: whose, on which side, in which words, leading where, by when."""

from datetime import date

import pytest

from applications.actions import decision, handling
from applications.models import Application
from applications.worklist import worklist
from haizhi_portal.accounts.actions import delegation
from haizhi_portal.accounts.models import Delegation, User
from haizhi_portal.accounts.work import WorkItem
from haizhi_portal.policy.words import Role
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1-annual")]
State = Application.State

# Title, sentence, address, last day, how many.
Said = tuple[str, str, str, str, int]


def said(items: list[WorkItem]) -> list[Said]:
    return [(item.title, item.sentence, item.url, f"{item.due_on or ''}", item.count) for item in items]


def lines(person: User, day: str) -> dict[str, list[Said]]:
    """What the person meets on a day, side by side; a side without a line is left out."""
    work = worklist(person, date.fromisoformat(day))
    return {side: said(items) for side, items in (("mine", work.mine), ("waiting", work.waiting)) if items}


def everybody() -> dict[str, User]:
    return {
        "district": make.district("210211"),
        "another district": make.district("210202"),
        "municipal": make.user(Role.MUNICIPAL),
        "leader": make.user(Role.LEADER),
        "auditor": make.user(Role.AUDITOR),
        "admin": make.user(Role.ADMIN),
        "expert": make.expert(),
        "another expert": make.expert(9),
    }


def met(day: str) -> dict[str, dict[str, list[Said]]]:
    """Who meets anything at all on that day, units apart."""
    return {name: found for name, person in everybody().items() if (found := lines(person, day))}


CERTIFYING = ("2027-06-19", "2027-06-20")
LIST, CALL, ROUND = "/applications/", "/applications/calls/2027/", "/applications/calls/2027/round/"
DECISION, PAPER = "/applications/calls/2027/decision/", "/applications/paper/"


def queue(year: int, count: int, by: str, *, district: bool = False, handler: str = "") -> Said:
    title = f"{year} 年度申报待审核" if district else f"{year} 年度申报待初审"
    words = "项申报等待贵单位审核，逾期转市科协办理。" if district else "项申报等待初审。"
    address = f"/applications/?turn=mine&year={year}&sort=by"
    if handler:
        return f"{title}（由我经办）", f"{count} {words}", f"{address}&handler={handler}", by, count
    return title, f"{count} {words}", address, by, count


@pytest.mark.parametrize("day", ["2027-05-19", "2027-05-20", "2027-05-21"])
def test_the_queue_is_the_district_s_through_its_last_day_and_the_office_s_after(day: str) -> None:
    call = make.call()
    first = make.carried_to(State.DISTRICT_REVIEW, make.organisation(), call)
    make.carried_to(State.DISTRICT_REVIEW, make.organisation(), call)
    make.carried_to(State.DISTRICT_REVIEW, make.organisation(), make.call(2026))
    make.carried_to(State.INITIAL_REVIEW, make.municipal_unit(), call)
    handling.take(actor=make.acting(make.district("210211"), "2027-05-02"), application=first)
    colleague = make.user(Role.DISTRICT, place="210211", number=2)
    past, direct = queue(2026, 1, "2026-06-10"), queue(2027, 1, "2027-06-10")
    if day == "2027-05-21":
        assert met(day) == {"municipal": {"mine": [past, queue(2027, 3, "2027-06-10")]}}
        assert lines(colleague, day) == {}
        return
    own, left = queue(2027, 1, "2027-05-20", district=True, handler="me"), queue(2027, 1, "2027-05-20", district=True)
    assert met(day) == {"district": {"mine": [own, left]}, "municipal": {"mine": [past, direct]}}
    assert lines(colleague, day) == {"mine": [queue(2027, 2, "2027-05-20", district=True)]}


def test_lines_go_by_year_then_last_day_and_ones_own_before_an_absent_colleague_s() -> None:
    call = make.call()
    away, here, other = (make.user(Role.DISTRICT, place="210211", number=number) for number in (1, 2, 3))
    own, absent_s, other_s, _free = (
        make.carried_to(State.DISTRICT_REVIEW, make.organisation(), call) for _each in range(4)
    )
    for person, application in ((here, own), (away, absent_s), (other, other_s)):
        handling.take(actor=make.acting(person, "2027-05-02"), application=application)
    delegation.delegate_work(
        actor=make.acting(away, "2027-05-02"), delegate=here, starts_on=date(2027, 5, 3), ends_on=date(2027, 5, 4)
    )
    words = queue(2027, 1, "2027-05-20", district=True)
    stood_in = (
        "2027 年度申报待审核（代" + away.name + "）",
        words[1],
        f"{words[2]}&handler={away.public_id}",
        "2027-05-20",
        1,
    )
    mine, rest = queue(2027, 1, "2027-05-20", district=True, handler="me"), queue(2027, 2, "2027-05-20", district=True)
    for day in ("2027-05-03", "2027-05-04"):
        assert lines(here, day)["mine"] == [mine, stood_in, rest]
    for day in ("2027-05-02", "2027-05-05"):
        assert lines(here, day)["mine"] == [mine, queue(2027, 3, "2027-05-20", district=True)]


@pytest.mark.clause("4.2-initial")
def test_of_one_year_the_earlier_last_day_comes_first() -> None:
    late = make.send_back(make.carried_to(State.INITIAL_REVIEW), "2027-06-01", date(2027, 6, 3))
    moved = make.call(2026)
    for call in (moved, late.call):
        make.carried_to(State.INITIAL_REVIEW, make.municipal_unit(), call)
    officer = make.user(Role.MUNICIPAL)
    assert lines(officer, "2027-06-04")["mine"] == [queue(2026, 1, "2026-06-10"), queue(2027, 2, "2027-06-10")]


def test_who_stands_in_for_whom_is_said_from_the_first_to_the_last_day() -> None:
    one, two, three = (make.user(Role.MUNICIPAL, number=number) for number in (1, 2, 3))

    def stand_in(absent: User, delegate: User, first: str, last: str) -> Delegation:
        return delegation.delegate_work(
            actor=make.acting(absent, "2027-03-01"),
            delegate=delegate,
            starts_on=date.fromisoformat(first),
            ends_on=date.fromisoformat(last),
        )

    stand_in(one, two, "2027-03-05", "2027-03-09")
    stand_in(three, two, "2027-03-04", "2027-03-08")
    taken_back = stand_in(three, one, "2027-03-20", "2027-03-21")
    delegation.withdraw_delegation(actor=make.acting(three, "2027-03-20"), delegation=taken_back)
    for_one = ("外出代办", f"您为{one.name}代办，至2027年3月9日。", "/accounts/delegations/", "2027-03-09", 1)
    for_three = ("外出代办", f"您为{three.name}代办，至2027年3月8日。", "/accounts/delegations/", "2027-03-08", 1)
    expected = {
        "2027-03-03": [],
        "2027-03-04": [for_three],
        "2027-03-05": [for_three, for_one],
        "2027-03-08": [for_three, for_one],
        "2027-03-09": [for_one],
        "2027-03-10": [],
        "2027-03-21": [],
    }
    assert {day: lines(two, day).get("waiting", []) for day in expected} == expected
    by_two = ("外出代办", f"外出期间由{two.name}代办，至2027年3月9日。", "/accounts/delegations/", "2027-03-09", 1)
    assert lines(one, "2027-03-05") == {"waiting": [by_two]}
    assert lines(one, "2027-03-20") == lines(three, "2027-03-21") == {}


def test_from_lacking_paper_to_the_closed_year_each_step_is_one_person_s_line() -> None:
    call = make.call()
    application = make.carried_to(State.INITIAL_REVIEW, make.organisation(), call)
    application = make.pass_initial(application)
    lacking: Said = ("2027 年度纸质材料待收齐", "1 项初审通过的申报还缺盖章纸质材料。", PAPER, "2027-06-20", 1)
    start: Said = ("开始 2027 年度专家认证", "集中认证日已到，可以开始专家认证。", ROUND, "", 1)
    assert met("2027-06-02") == {"municipal": {"waiting": [lacking]}}
    make.receive_paper(application)
    assert met("2027-06-19") == {}
    assert met("2027-06-20") == {"municipal": {"mine": [start]}}

    make.open_round(call)
    running: Said = ("2027 年度专家认证进行中", "分配专家、跟进评分，评分齐备后结束认证。", ROUND, "", 1)
    assert met("2027-06-20") == {"municipal": {"mine": [running]}}
    assigned = make.assign(application)
    title, address = f"评审 {application.organisation.name}", f"/applications/assignments/{assigned.public_id}/"
    declare: Said = (title, "请先作出利害关系声明和评审承诺。", address, "", 1)
    give_marks: Said = (title, "请查看材料并评分，提交后不能再改。", address, "", 1)
    assert lines(make.expert(), "2027-06-20") == {"mine": [declare]}
    make.certification.declare(
        actor=make.acting(make.expert(), "2027-06-20"), assignment=assigned, conflict=False, reason=""
    )
    assigned.refresh_from_db()
    assert lines(make.expert(), "2027-06-20") == {"mine": [give_marks]}
    make.score(assigned)
    assert lines(make.expert(), "2027-06-20") == {}
    make.assign(application, 4, declared=True)
    assert lines(make.expert(4), "2027-06-20") == {}
    for number in (2, 3):
        make.score(make.assign(application, number, declared=False))
    assert met("2027-06-20") == {"municipal": {"mine": [running]}}
    make.certification.close_round(actor=make.acting(make.user(Role.MUNICIPAL), "2027-06-21"), call=call)

    draw_up: Said = ("拟定 2027 年度认定名单", "1 项申报已完成认证，等待拟定名单。", DECISION, "", 1)
    proposed: Said = ("2027 年度认定名单待审定", "名单已拟定，等待领导审定。", DECISION, "", 1)
    settle: Said = ("审定 2027 年度认定名单", "名单已拟定，请审定。", DECISION, "", 1)
    give: Said = ("2027 年度批复和授牌", "1 家单位已列入名单，等待批复和授牌。", DECISION, "", 1)
    finish: Said = ("办结 2027 年度决定", "名单已审定，批复和授牌已完成，可以办结本年度决定。", CALL, "", 1)
    assert met("2027-06-25") == {"municipal": {"mine": [draw_up]}}
    proposal = make.prepared_list(call, [application])
    assert met("2027-06-25") == {"municipal": {"waiting": [proposed]}, "leader": {"mine": [settle]}}
    decision.settle_list(actor=make.acting(make.user(Role.LEADER), "2027-06-26"), decision_list=proposal)
    assert met("2027-06-26") == {"leader": {"mine": [give]}}
    make.award(call)
    assert met("2027-06-30") == {"municipal": {"mine": [finish]}}
    make.calls.close_decisions(actor=make.acting(make.user(Role.MUNICIPAL), "2027-06-30"), call=call, reason="办结")
    assert met("2027-07-01") == {}


@pytest.mark.clause("4.2-experts")
@pytest.mark.parametrize("over", ["", "released", "withdrawn", "set aside", "closed"])
def test_an_expert_is_asked_only_for_what_still_needs_a_sheet(over: str) -> None:
    application = make.carried_to(State.CERTIFICATION, make.municipal_unit())
    make.open_round(application.call)
    task = make.assign(application, 4)
    office = make.acting(make.user(Role.MUNICIPAL), "2027-06-20")
    if over == "released":
        make.certification.release(actor=office, assignment=task, reason="出差")
    elif over == "set aside":
        make.certification.set_aside(actor=office, application=application, reason="专家均须回避")
    elif over == "withdrawn":
        unit = make.acting(make.applicant_of(application.organisation), "2027-06-20")
        make.submission.withdraw(actor=unit, application=application, reason="计划有变")
    elif over == "closed":
        for number in (1, 2, 3):
            make.score(make.assign(application, number, declared=False))
        make.certification.close_round(actor=office, call=application.call)
    found = worklist(task.expert, date(2027, 6, 20))
    asked = [f"评审 {application.organisation.name}"]
    assert [item.title for item in found.mine] == ([] if over else asked)


@pytest.mark.clause("4.2-cap", "4.2-yearly")
def test_two_years_at_a_time_each_have_their_own_lines_and_seats() -> None:
    for year in (2027, 2026):
        make.carried_to(State.CERTIFICATION, make.municipal_unit(), make.call(year))
    earlier = make.call(2026)
    make.round_of(earlier)
    officer = make.user(Role.MUNICIPAL)

    def figures(day: str) -> list[tuple[str, str | int, str, str]]:
        return [
            (card.label, card.value, card.note, card.url) for card in worklist(officer, date.fromisoformat(day)).figures
        ]

    first = ("2026 年度剩余名额", 5, "共 5 个", "/applications/calls/2026/")
    second = ("2027 年度剩余名额", 5, "共 5 个", "/applications/calls/2027/")
    assert (figures("2027-02-28"), figures("2027-03-01")) == ([first], [first, second])
    draw_up = "拟定 2026 年度认定名单"
    lines_of = {day: [item.title for item in worklist(officer, date.fromisoformat(day)).mine] for day in CERTIFYING}
    assert lines_of == {"2027-06-19": [draw_up], "2027-06-20": [draw_up, "开始 2027 年度专家认证"]}
    make.settled_list(earlier, [earlier.applications.get()])
    make.award(earlier)
    assert figures("2027-03-01") == [("2026 年度剩余名额", 4, *first[2:]), second]
    make.calls.close_decisions(actor=make.acting(officer, "2027-03-02"), call=earlier, reason="办结")
    assert figures("2027-03-02") == [second]


@pytest.mark.clause("4.3-decision")
def test_a_leader_who_drew_the_list_up_as_an_officer_waits_for_another_leader() -> None:
    call = make.call()
    application = make.carried_to(State.CERTIFICATION, make.organisation(), call)
    make.round_of(call)
    author = make.prepared_list(call, [application]).prepared_by
    author.role = Role.LEADER
    author.save(update_fields=["role"])

    words, mover = "由您拟定，须由拟定人以外的领导审定。", "市科协领导（拟定人以外的人员）"
    expected: Said = ("审定 2027 年度认定名单", words, DECISION, "", 1)
    assert lines(author, "2027-06-25") == {"waiting": [expected]}
    assert [item.mover for item in worklist(author, date(2027, 6, 25)).waiting] == [mover]
    settle: Said = ("审定 2027 年度认定名单", "名单已拟定，请审定。", DECISION, "", 1)
    assert lines(make.user(Role.LEADER), "2027-06-25") == {"mine": [settle]}


def test_a_leader_has_a_line_for_each_year_the_oldest_first() -> None:
    for year in (2026, 2027):
        call = make.call(year)
        application = make.carried_to(State.CERTIFICATION, make.organisation(), call)
        make.round_of(call)
        if year == 2026:
            make.settled_list(call, [application])
        else:
            make.prepared_list(call, [application])
    found = worklist(make.user(Role.LEADER), date(2027, 6, 27))
    assert [item.title for item in found.mine] == ["审定 2027 年度认定名单", "2026 年度批复和授牌"]
    assert [item.title for item in worklist(make.user(Role.MUNICIPAL), date(2027, 6, 27)).waiting] == [
        "2027 年度认定名单待审定"
    ]


@pytest.mark.parametrize(
    ("state", "day", "side", "sentence", "by", "mover"),
    [
        (State.DRAFT, "2027-02-28", "mine", "草稿可以先填，2027年3月1日起提交。", "2027-04-30", "unit"),
        (State.DRAFT, "2027-04-30", "mine", "草稿尚未提交；各部分填好后，核对并提交。", "2027-04-30", "unit"),
        (State.DRAFT, "2027-05-01", "", "", "", ""),
        (State.DISTRICT_REVIEW, "2027-05-20", "waiting", "已提交，由{body}审核。", "2027-05-20", "body"),
        (
            State.DISTRICT_REVIEW,
            "2027-05-21",
            "waiting",
            "辖区在截止日前未作答复，已转市科协初审。",
            "2027-06-10",
            "office",
        ),
        (
            State.DISTRICT_RETURNED,
            "2027-05-02",
            "mine",
            "{body}退回修改，请按意见补正后重新提交。",
            "{correct_by}",
            "unit",
        ),
        (State.INITIAL_REVIEW, "2027-06-01", "waiting", "{body}已同意推荐，等待市科协初审。", "2027-06-10", "office"),
        (State.CERTIFICATION, "2027-06-03", "waiting", "初审已通过，材料齐备，等待专家认证。", "2027-06-20", "office"),
        (State.APPROVED, "2027-06-27", "waiting", "2027年6月26日已列入认定名单，等待批复和授牌。", "", "leader"),
        (State.LICENSED, "2027-07-01", "", "", "", ""),
        (State.DECLINED, "2027-07-01", "", "", "", ""),
        (State.WITHDRAWN, "2027-07-01", "", "", "", ""),
        (State.LAPSED, "2027-07-01", "", "", "", ""),
    ],
)
def test_a_unit_s_own_application_has_one_line_while_it_lives(
    state: State, day: str, side: str, sentence: str, by: str, mover: str
) -> None:
    application = make.carried_to(state)
    unit, other = make.applicant_of(application.organisation), make.organisation()
    if not side:
        assert lines(unit, day) == {}
        return
    words = {"body": str(application.body), "correct_by": f"{application.correct_by}"}
    title, address = f"2027 年度申报 {application.number}", f"/applications/{application.number}/"
    expected: Said = (title, sentence.format(**words), address, by.format(**words), 1)
    assert lines(unit, day) == {side: [expected]}
    movers = {
        "unit": application.organisation.name,
        "body": str(application.body),
        "office": "市科协学会部",
        "leader": "市科协领导",
    }
    work = worklist(unit, date.fromisoformat(day))
    assert [item.mover for item in (*work.mine, *work.waiting)] == [movers[mover]]
    # Another unit meets nothing of it; while one may apply, its own beginning.
    assert application.number not in str(lines(make.applicant_of(other), day))


@pytest.mark.parametrize(
    # A draft can be filled in before the call opens, once it is announced.
    ("day", "begins"),
    [("2027-02-28", True), ("2027-03-01", True), ("2027-04-30", True), ("2027-05-01", False)],
)
def test_a_unit_without_one_is_told_while_it_may_begin(day: str, begins: bool) -> None:
    make.call()
    unit = make.applicant_of(make.organisation())
    period = "申报时间为2027年3月1日至2027年4月30日，现在可以填写申报书。"
    begin: Said = ("2027 年度申报", period, LIST, "2027-04-30", 1)
    assert lines(unit, day) == ({"mine": [begin]} if begins else {})
    assert met(day) == {}
