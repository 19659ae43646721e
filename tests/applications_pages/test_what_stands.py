"""What stands on the pages of the call, the round, the list and the tasks, line by line, for each reader at each stage.

The lines are kept in `pages/`; `tests/plugins/outline.py` says how they are read and written anew.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from applications.actions import call as calls
from applications.actions import certification, decision
from applications.models import Application, Call, DecisionList
from haizhi_portal.accounts.models import User
from haizhi_portal.policy.models import FigureEdition
from haizhi_portal.policy.words import Role
from tests import factories as make
from tests.applications_pages.kit import State, on, signed_in, text, url
from tests.plugins.outline import assert_reads

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1-annual", "4.2-experts", "4.2-yearly", "4.3-decision")]
PAGES = Path(__file__).parent / "pages"
OFFICE, LEADER, AUDITOR = Role.MUNICIPAL, Role.LEADER, Role.AUDITOR


def office(day: str) -> make.Actor:
    return make.acting(make.user(OFFICE), day)


def certified(times: int) -> list[Application]:
    return [make.carried_to(State.CERTIFICATION, make.municipal_unit()) for _each in range(times)]


# Stages, each on its day ---------------------------------------------------------------------------------------------


def nothing() -> str:
    return "2027-01-05"


def announced() -> str:
    make.call()
    return "2027-02-10"


def open_with_drafts() -> str:
    make.application_begun()
    make.carried_to(State.DISTRICT_REVIEW)
    return "2027-03-20"


def moved_twice_and_raised() -> str:
    call = make.call()
    days = make.days_of()
    for number, day in (("5", 5), ("8", 8)):
        days["applicants_close_on"] = make.date(2027, 5, day)
        calls.change_timetable(actor=office("2027-03-10"), call=Call.objects.get(), reason=f"延到 {number} 日", **days)
    calls.raise_quota(
        actor=office("2027-03-11"),
        call=call,
        quota=6,
        document="大科协发〔2027〕8号",
        document_on=make.date(2027, 3, 1),
        reason="需要",
    )
    return "2027-05-09"


def left_behind() -> str:
    certified(1)
    make.pass_initial(make.carried_to(State.INITIAL_REVIEW, make.municipal_unit()))
    return "2027-06-20"


def running() -> str:
    first, second, aside, _untouched = certified(4)
    left_behind()
    make.open_round(first.call)
    make.score(make.assign(first, 1, declared=False), 90)
    voided = make.score(make.assign(first, 2, declared=False), 10)
    certification.void_scores(actor=office("2027-06-20"), assignment=voided, reason="误评")
    make.assign(first, 3, declared=True)
    make.assign(second, 1)
    make.assign(second, 2, declared=False)
    certification.release(actor=office("2027-06-20"), assignment=make.assign(second, 4), reason="出差")
    make.assign(aside, 5, declared=False)
    certification.set_aside(actor=office("2027-06-20"), application=aside, reason="专家均须回避")
    return "2027-06-20"


def scored() -> str:
    first, second, third = certified(3)
    make.round_of(first.call, {first.number: [90, 92, 91], second.number: [80, 80, 80], third.number: [70, 90, 80]})
    return "2027-06-24"


def proposed() -> str:
    scored()
    call = Call.objects.get()
    make.prepared_list(call, list(call.applications.order_by("number")[:1]))
    return "2027-06-25"


def settled() -> str:
    proposed()
    decision.settle_list(actor=make.acting(make.user(LEADER), "2027-06-26"), decision_list=DecisionList.objects.get())
    return "2027-06-27"


def awarded() -> str:
    settled()
    make.award(Call.objects.get())
    return "2027-06-30"


def taken_back() -> str:
    settled()
    found = Application.objects.get(state=State.APPROVED).decisions.get(withdrawn_on__isnull=True)
    decision.withdraw_decision(actor=make.acting(make.user(LEADER), "2027-06-28"), decision=found, reason="材料有误")
    return "2027-06-28"


def finished() -> str:
    awarded()
    calls.close_decisions(actor=office("2027-07-01"), call=Call.objects.get(), reason="办结")
    return "2027-07-02"


def full() -> str:
    FigureEdition.objects.create(
        in_force_from=make.date(2027, 1, 1),
        values={"annual_quota": 0},
        edition="试",
        reason="试",
        set_by="x",
        set_at=make.at("2026-12-01"),
    )
    return scored()


SHOWN: list[tuple[str, Callable[[], str], tuple[Role, ...]]] = [
    ("calls", nothing, (OFFICE, LEADER)),
    *(("calls", stage, (OFFICE,)) for stage in (announced, open_with_drafts, moved_twice_and_raised, finished)),
    ("call", announced, (OFFICE, LEADER)),
    ("call", open_with_drafts, (OFFICE, AUDITOR)),
    *(("call", stage, (OFFICE,)) for stage in (moved_twice_and_raised, running, scored)),
    ("call", finished, (OFFICE, LEADER)),
    ("round", left_behind, (OFFICE, LEADER)),
    ("round", running, (OFFICE, LEADER)),
    ("round", scored, (OFFICE,)),
    ("decision", left_behind, (OFFICE,)),
    *(("decision", stage, (OFFICE, LEADER)) for stage in (scored, proposed, settled, awarded, taken_back)),
    ("decision", full, (OFFICE,)),
]


def cases() -> Iterator[tuple[str, Callable[[], str], Role]]:
    for page, stage, roles in SHOWN:
        for role in roles:
            yield page, stage, role


@pytest.mark.parametrize(
    ("page", "stage", "role"), [*cases()], ids=lambda value: getattr(value, "__name__", str(value))
)
def test_what_the_office_and_the_leader_meet(page: str, stage: Callable[[], str], role: Role) -> None:
    day = stage()
    with on(day):
        shown = signed_in(make.user(role)).get(url(page) if page == "calls" else url(page, 2027))
    assert shown.status_code == 200
    assert_reads(text(shown), PAGES / f"{page}-{stage.__name__}-{role}.txt")


MET_ON = {
    State.DRAFT: "2027-03-20",
    State.DISTRICT_REVIEW: "2027-05-02",
    State.DISTRICT_RETURNED: "2027-05-03",
    State.INITIAL_REVIEW: "2027-06-01",
    State.INITIAL_RETURNED: "2027-06-02",
    State.CERTIFICATION: "2027-06-03",
    State.APPROVED: "2027-06-27",
}


@pytest.mark.parametrize("state", State)
def test_the_page_of_an_application(state: State) -> None:
    application = make.carried_to(state)
    readers = {
        "unit": make.applicant_of(application.organisation),
        "district": make.district("210211"),
        "municipal": make.user(OFFICE),
        "leader": make.user(LEADER),
    }
    for who, reader in readers.items():
        with on(MET_ON.get(state, "2027-07-01")):
            shown = signed_in(reader).get(url("detail", application.number))
        kept = PAGES / f"application-{state}-{who}.txt"
        assert (shown.status_code, kept.exists()) != (404, True)
        if shown.status_code == 200:
            assert_reads(text(shown), kept)


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 9])
def test_what_an_expert_meets(number: int) -> None:
    day = running()
    with on(day):
        shown = text(signed_in(make.expert(number)).get(url("assignments")))
    assert_reads(shown, PAGES / f"assignments-{number}.txt")


@pytest.mark.parametrize("act", ["timetable", "quota", "closing"])
def test_a_refused_change_opens_its_own_part(act: str) -> None:
    make.call()
    with on("2027-03-10"):
        shown = signed_in(make.user(OFFICE)).post(url("call", 2027), {"act": act})
    assert shown.status_code == 422
    assert_reads(text(shown), PAGES / f"call-refused-{act}.txt")


def bulk(person: User, **sent: object) -> str:
    with on("2027-05-04"):
        return text(signed_in(person).post(url("bulk"), sent))


def test_what_is_said_before_and_after_doing_the_same_to_several() -> None:
    district = make.district("210211")
    here = make.carried_to(State.DISTRICT_REVIEW)
    back = make.send_back(make.carried_to(State.DISTRICT_REVIEW), "2027-05-02")
    picked = [here.number, back.number, "2027-9999"]
    words = {"correct_by": "2027-05-20", "reason": "再给几天"}
    for name, sent in {
        "take": {"act": "take", "pick": picked},
        "extend": {"act": "extend", "pick": picked},
        "extend-asked": {"act": "extend", "pick": picked, "filled": "1", **words},
        "extend-none": {"act": "extend", "pick": [here.number], "filled": "1", **words},
        "extend-done": {"act": "extend", "pick": picked, "filled": "1", "confirmed": "1", **words},
        "take-done": {"act": "take", "pick": [here.number], "filled": "1", "confirmed": "1"},
    }.items():
        assert_reads(bulk(district, **sent), PAGES / f"bulk-{name}.txt")
