"""What people find on their work list, in the sentence on top of the page, and in their reminders."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications import reminders
from applications.models import Application, Call
from applications.standing import standing
from applications.worklist import worklist
from haizhi_portal.audit.actor import Actor
from haizhi_portal.notifications.models import Message
from haizhi_portal.policy.words import Role
from tests import factories as make

pytestmark = pytest.mark.django_db
State = Application.State

DAYS = {
    State.DRAFT: "2027-03-15",
    State.DISTRICT_REVIEW: "2027-05-02",
    State.DISTRICT_RETURNED: "2027-05-02",
    State.INITIAL_REVIEW: "2027-06-01",
    State.INITIAL_RETURNED: "2027-06-02",
}


@pytest.mark.clause("4.1-annual", "4.2-initial", "4.3-decision")
@pytest.mark.parametrize(
    ("state", "mover", "by", "tone"),
    [
        (State.DRAFT, "applicant", date(2027, 4, 30), "act"),
        (State.DISTRICT_REVIEW, "district", date(2027, 5, 20), "act"),
        (State.DISTRICT_RETURNED, "applicant", date(2027, 5, 14), "act"),
        (State.INITIAL_REVIEW, "municipal", date(2027, 6, 10), "act"),
        (State.INITIAL_RETURNED, "applicant", date(2027, 6, 15), "act"),
        (State.CERTIFICATION, "municipal", date(2027, 6, 20), "act"),
        (State.APPROVED, "leader", None, "act"),
        (State.LICENSED, "", None, "seal"),
        (State.DECLINED, "", None, "stop"),
        (State.WITHDRAWN, "", None, "stop"),
        (State.LAPSED, "", None, "stop"),
    ],
)
def test_one_sentence_whose_move_and_by_when(state: State, mover: str, by: date | None, tone: str) -> None:
    application = make.carried_to(state)
    people = {
        "applicant": make.applicant_of(application.organisation),
        "district": make.district("210211"),
        "municipal": make.user(Role.MUNICIPAL),
        "leader": make.user(Role.LEADER),
        "auditor": make.user(Role.AUDITOR),
    }
    day = date.fromisoformat(DAYS.get(state, "2027-06-19"))
    told = {name: standing(application, day, person) for name, person in people.items()}
    assert [name for name, each in told.items() if each.mine] == ([mover] if mover else [])
    assert {each.by for each in told.values()} == {by}
    assert {each.sentence for each in told.values()} == {told["auditor"].sentence}
    assert told[mover or "auditor"].tone == tone


@pytest.mark.clause("4.1-via-district")
def test_a_lapsed_district_deadline_is_said_before_it_is_recorded() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    assert "甘井子区" in standing(application, date(2027, 5, 20)).sentence
    assert "已转市科协" in standing(application, date(2027, 5, 21)).sentence


def lines(person: object, day: str) -> tuple[list[str], list[str]]:
    found = worklist(person, date.fromisoformat(day))  # type: ignore[arg-type]
    return [item.sentence for item in found.mine], [item.sentence for item in found.waiting]


@pytest.mark.clause("4.1-via-district", "4.2-initial", "4.1-paper", "4.2-experts", "4.3-decision", "4.3-award")
def test_the_work_moves_from_list_to_list() -> None:
    officer, leader, reviewer = make.user(Role.MUNICIPAL), make.user(Role.LEADER), make.district("210211")
    application = make.carried_to(State.DISTRICT_REVIEW)
    owner = make.applicant_of(application.organisation)
    assert lines(reviewer, "2027-05-01")[0] == ["1 项申报等待贵单位审核，逾期转市科协办理。"]
    assert lines(officer, "2027-05-01")[0] == []
    assert lines(owner, "2027-05-01")[0] == []
    assert len(lines(owner, "2027-05-01")[1]) == 1
    make.endorse(application)
    assert lines(reviewer, "2027-05-02")[0] == []
    assert lines(officer, "2027-05-02")[0] == ["1 项申报等待初审。"]
    make.pass_initial(application)
    assert lines(officer, "2027-06-02")[1] == ["1 项初审通过的申报还缺盖章纸质材料。"]
    make.receive_paper(application)
    assert lines(officer, "2027-06-19") == ([], [])
    assert lines(officer, "2027-06-20")[0] == ["集中认证日已到，可以开始专家认证。"]
    make.open_round(application.call)
    first = make.assign(application)
    assert lines(make.expert(), "2027-06-20")[0] == ["请先作出利害关系声明和评审承诺。"]
    make.certification.declare(actor=make.acting(make.expert(), "2027-06-20"), assignment=first, conflict=False)
    assert lines(make.expert(), "2027-06-20")[0] == ["请查看材料并评分，提交后不能再改。"]
    make.score(first)
    assert lines(make.expert(), "2027-06-20")[0] == []
    for number in (2, 3):
        make.score(make.assign(application, number, declared=False))
    make.certification.close_round(actor=make.acting(officer, "2027-06-20"), call=application.call)
    assert lines(officer, "2027-06-21")[0] == ["1 项申报已完成认证，等待拟定名单。"]
    make.settled_list(application.call, [application])
    assert lines(officer, "2027-06-27") == ([], [])
    assert lines(leader, "2027-06-27")[0] == ["1 家单位已列入名单，等待批复和授牌。"]
    make.award(application.call)
    assert lines(leader, "2027-07-01")[0] == []
    assert lines(officer, "2027-07-01")[0] == ["名单已审定，批复和授牌已完成，可以办结本年度决定。"]
    assert lines(owner, "2027-07-01") == ([], [])


@pytest.mark.parametrize(("role", "day"), [(Role.DISTRICT, "2027-05-01"), (Role.MUNICIPAL, "2027-05-21")])
def test_a_work_list_asks_the_same_number_of_questions_of_one_and_of_three(role: Role, day: str) -> None:
    asked = []
    for more in (1, 2):
        for _ in range(more):
            make.carried_to(State.DISTRICT_REVIEW)
        person = make.district("210211") if role == Role.DISTRICT else make.user(role)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            found = worklist(person, date.fromisoformat(day))
        asked.append(len(queries))
    assert asked[0] == asked[1] == (5 if role == Role.DISTRICT else 13)
    assert found.mine[0].count == 3


@pytest.mark.clause("4.1-annual", "4.2-initial", "4.1-via-district")
def test_reminders_go_out_once_and_only_for_what_is_still_due() -> None:
    make.application_ready(make.municipal_unit())
    make.carried_to(State.DISTRICT_REVIEW)
    make.carried_to(State.DISTRICT_RETURNED)

    def sent(day: str) -> list[str]:
        before = set(Message.objects.values_list("pk", flat=True))
        reminders.run(Actor.system(make.at(day)))
        return sorted(Message.objects.exclude(pk__in=before).values_list("kind", flat=True))

    assert sent("2027-04-22") == []
    assert sent("2027-04-23") == ["call.closing"]
    assert sent("2027-04-23") == []
    assert sent("2027-04-30") == ["call.closing"]
    assert sent("2027-05-08") == []
    assert sent("2027-05-09") == ["correction.due"]
    assert sent("2027-05-14") == ["correction.due", "district.closing"]
    assert sent("2027-05-25") == []


@pytest.mark.clause("4.1-annual", "4.1-via-district")
def test_a_moved_closing_is_reminded_of_anew() -> None:
    draft = make.application_ready(make.municipal_unit())
    make.district("210211")
    make.carried_to(State.DISTRICT_REVIEW)

    def sent(day: str) -> list[str]:
        before = set(Message.objects.values_list("pk", flat=True))
        reminders.run(Actor.system(make.at(day)))
        return sorted(Message.objects.exclude(pk__in=before).values_list("kind", flat=True))

    assert sent("2027-04-30") == ["call.closing"]
    Call.objects.filter(pk=draft.call_id).update(applicants_close_on=date(2027, 5, 5))
    assert sent("2027-05-01") == ["call.closing"]
    assert sent("2027-05-01") == []
    assert sent("2027-05-19") == ["district.closing"]
    Call.objects.filter(pk=draft.call_id).update(districts_close_on=date(2027, 5, 26))
    assert sent("2027-05-19") == ["district.closing"]
    assert sent("2027-05-19") == []
