"""What stands on the pages of the call, the round, the list and the tasks, line by line, for each reader at each stage.

The lines are kept in `pages/`; `tests/plugins/outline.py` says how they are read and written anew.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from applications.actions import call as calls
from applications.actions import certification, decision, draft, handling, making, paper, submission
from applications.actions import thread as threads
from applications.models import Application, Call, DecisionList, Job
from applications.sections import SECTIONS
from haizhi_portal.accounts.models import User
from haizhi_portal.policy.words import Role
from tests import factories as make
from tests.applications_pages.kit import State, on, signed_in, text, url
from tests.plugins.outline import assert_answer, assert_each_reads, assert_reads
from tests.plugins.pages import StrictClient

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


def too_early() -> str:
    left_behind()
    return "2027-06-19"


def nothing_ready() -> str:
    make.carried_to(State.INITIAL_REVIEW, make.municipal_unit())
    return "2027-06-20"


def all_set_aside() -> str:
    [only] = certified(1)
    make.open_round(only.call)
    certification.set_aside(actor=office("2027-06-20"), application=only, reason="专家均须回避")
    certification.close_round(actor=office("2027-06-21"), call=only.call)
    return "2027-06-22"


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


def drawn_up_by_the_leader() -> str:
    day = proposed()
    User.objects.filter(pk=DecisionList.objects.get().prepared_by_id).update(role=LEADER)
    return day


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


def seats(quota: int) -> None:
    make.figures("2027-01-01", annual_quota=quota)


def full() -> str:
    seats(0)
    return scored()


SHOWN: list[tuple[str, Callable[[], str], tuple[Role, ...]]] = [
    ("calls", nothing, (OFFICE, LEADER)),
    *(("calls", stage, (OFFICE,)) for stage in (announced, open_with_drafts, moved_twice_and_raised, finished)),
    ("call", announced, (OFFICE, LEADER)),
    ("call", open_with_drafts, (OFFICE, AUDITOR)),
    *(("call", stage, (OFFICE,)) for stage in (moved_twice_and_raised, running, scored)),
    ("call", finished, (OFFICE, LEADER)),
    ("round", nothing_ready, (OFFICE,)),
    ("round", too_early, (OFFICE, LEADER)),
    ("round", left_behind, (OFFICE, LEADER)),
    ("round", running, (OFFICE, LEADER)),
    ("round", scored, (OFFICE,)),
    ("decision", left_behind, (OFFICE,)),
    *(("decision", stage, (OFFICE, LEADER)) for stage in (scored, proposed, settled, awarded, taken_back)),
    ("decision", full, (OFFICE,)),
    ("decision", all_set_aside, (OFFICE, LEADER)),
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


# The applicant's way -------------------------------------------------------------------------------------------------


def own(application: Application) -> StrictClient:
    return signed_in(make.applicant_of(application.organisation))


def test_beginning() -> None:
    owner, start = make.organisation(), url("start")
    unit = signed_in(make.applicant_of(owner))
    with on("2027-02-10"):
        unit = signed_in(make.applicant_of(owner))
        assert_each_reads({"no_call": unit}, start, PAGES / "start")
        assert_each_reads({"no_call": unit}, url("list"), PAGES / "list")
        make.call()
        assert_each_reads({"ahead": unit}, start, PAGES / "start")
        assert_each_reads({"ahead": unit}, url("list"), PAGES / "list")
    with on("2027-05-01"):
        unit = signed_in(make.applicant_of(owner))
        assert_each_reads({"closed": unit}, start, PAGES / "start")
        assert_each_reads({"closed": unit}, url("list"), PAGES / "list")
        assert_answer(unit.post(start), 422, PAGES / "start-refused.txt")
    live = make.carried_to(State.DISTRICT_REVIEW)
    with on("2027-03-20"):
        assert_each_reads({"live": own(live)}, start, PAGES / "start")
        assert_each_reads({"live": own(live)}, url("list"), PAGES / "list")


def test_filling_in() -> None:
    draft = make.application_begun()
    with on("2027-03-20"):
        unit = own(draft)
        assert_each_reads({"empty": unit}, url("submit", draft.number), PAGES / "submit")
        assert_each_reads({"draft": unit}, url("list"), PAGES / "list")
        for section in SECTIONS:
            assert_each_reads({"empty": unit}, url("section", draft.number, section), PAGES / f"section-{section}")
        address = url("section", draft.number, "particulars")
        odd = {"version": draft.version, "founded_on": "昨天", "staff": "很多"}
        refused = unit.post(address, odd)
        assert_answer(refused, refused.status_code, PAGES / "section-particulars-refused.txt")
    with on("2027-05-01"):
        assert_each_reads(
            {"closed": own(draft)}, url("section", draft.number, "particulars"), PAGES / "section-particulars"
        )
        assert_each_reads({"closed": own(draft)}, url("submit", draft.number), PAGES / "submit")


def test_handing_in() -> None:
    ready = make.application_ready()
    with on("2027-03-20"):
        unit = own(ready)
        for section in ("conditions", "channels", "plan", "materials"):
            assert_each_reads({"filled": unit}, url("section", ready.number, section), PAGES / f"section-{section}")
        assert_each_reads({"ready": unit}, url("submit", ready.number), PAGES / "submit")
        assert_each_reads({"page": unit}, url("withdraw", ready.number), PAGES / "withdraw-draft")
    make.submit(ready, "2027-03-21")
    with on("2027-03-21"):
        unit = own(ready)
        assert_each_reads({"page": unit}, url("withdraw", ready.number), PAGES / "withdraw")
        assert_answer(unit.post(url("withdraw", ready.number), {"reason": " "}), 422, PAGES / "withdraw-refused.txt")
    ready.refresh_from_db()
    make.send_back(ready)
    with on("2027-05-02"):
        unit = own(ready)
        assert_each_reads({"returned": unit}, url("section", ready.number, "plan"), PAGES / "section-plan")
        assert_each_reads({"returned": unit}, url("submit", ready.number), PAGES / "submit")
    submission.withdraw(
        actor=make.acting(make.applicant_of(ready.organisation), "2027-05-02"), application=ready, reason="计划有变"
    )
    with on("2027-05-02"):
        late = unit.post(url("withdraw", ready.number), {"reason": "再说一遍", "confirmed": "1"})
        assert_answer(late, 422, PAGES / "withdraw-too_late.txt")


# The reviewers' way --------------------------------------------------------------------------------------------------


def test_reviewing() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    review, route, extend = (url(name, application.number) for name in ("review", "route", "extend"))
    with on("2027-05-02"):
        district = signed_in(make.district("210211"))
        readers = {"district": district, "municipal": signed_in(make.user(OFFICE)), "unit": own(application)}
        assert_each_reads(readers, review, PAGES / "review")
        assert_each_reads(readers, route, PAGES / "route")
        assert_each_reads(readers, extend, PAGES / "extend")
        half = {"version": 1, "conclusion": "endorse", "opinion": "同意推荐", "check-rules": "yes"}
        assert_answer(district.post(review, half), 422, PAGES / "review-refused-half.txt")
        back = {"version": 1, "conclusion": "return", "opinion": "请补正", "correct_by": "2027-05-01"}
        assert_answer(district.post(review, back), 422, PAGES / "review-refused-return.txt")
        assert_answer(district.post(route, {"destination": "", "reason": "辖区有误"}), 422, PAGES / "route-refused.txt")
    make.send_back(application, "2027-05-02")
    with on("2027-05-03"):
        district = signed_in(make.district("210211"))
        late = district.post(review, half | {"confirmed": "1"})
        assert_answer(late, late.status_code, PAGES / "review-too_late.txt")
        assert_each_reads({"returned": district}, extend, PAGES / "extend")
        assert_each_reads({"returned": district}, route, PAGES / "route")
        assert_each_reads({"returned": district}, url("widen", application.number), PAGES / "widen")
        refused = district.post(extend, {"correct_by": "2027-05-02", "reason": ""})
        assert_answer(refused, 422, PAGES / "extend-refused.txt")
    make.submit(application, "2027-05-04")
    with on("2027-05-05"):
        assert_each_reads({"second": signed_in(make.district("210211"))}, review, PAGES / "review")
        assert_each_reads({"second": own(application)}, url("version", application.number, 2), PAGES / "version")
        assert_each_reads({"first": own(application)}, url("version", application.number, 1), PAGES / "version")


# The paper desk ------------------------------------------------------------------------------------------------------


def test_the_paper_desk() -> None:
    first, second = (make.carried_to(State.INITIAL_REVIEW, make.municipal_unit()) for _each in range(2))
    old = first.submissions.get().print
    assert old is not None
    receive, missing = url("paper_receive", first.number), url("paper_missing", 2027)
    with on("2027-06-02"):
        readers = {"office": signed_in(make.user(OFFICE)), "unit": own(first)}
        office = readers["office"]
        assert_each_reads(readers, url("paper"), PAGES / "desk-none")
        assert_each_reads(readers, receive, PAGES / "receive-none")
        assert_each_reads({"scanned": office}, f"{receive}?code={old.verify_code}", PAGES / "receive")
        assert_answer(office.post(url("paper"), {"code": " "}), 422, PAGES / "desk-refused.txt")
        refused = office.post(receive, {"copies": "0", "check_code": old.verify_code})
        assert_answer(refused, 422, PAGES / "receive-refused.txt")
        make.receive_paper(first, copies=1)
        receipt, void = (url(name, first.number, 1) for name in ("receipt", "receipt_void"))
        assert_each_reads({"one": office}, receive, PAGES / "receive")
        assert_each_reads(readers, receipt, PAGES / "receipt-lacking")
        make.receive_paper(first, copies=1)
        assert_each_reads({"both": office}, receive, PAGES / "receive")
        assert_each_reads({"whole": office}, receipt, PAGES / "receipt")
        assert_each_reads(readers, void, PAGES / "receipt_void")
        assert_answer(office.post(void, {"reason": ""}), 422, PAGES / "receipt_void-refused.txt")
        paper.void_receipt(
            actor=make.acting(make.user(OFFICE), "2027-06-02"), receipt=first.receipts.earliest("pk"), reason="登错了"
        )
        again = office.post(void, {"reason": "再废一次"})
        assert_answer(again, again.status_code, PAGES / "receipt_void-again.txt")
        assert_each_reads({"void": office}, receipt, PAGES / "receipt")
        assert_each_reads({"some": office}, url("paper"), PAGES / "desk")
        assert_each_reads({"some": office}, missing, PAGES / "missing")
        reminded = office.post(missing, {"number": second.number}, follow=True)
        assert_answer(reminded, 200, PAGES / "missing-reminded.txt")
    make.send_back(first, "2027-06-02")
    make.submit(first, "2027-06-03")
    make.receive_paper(second, "2027-06-03")
    with on("2027-06-03"):
        office = signed_in(make.user(OFFICE))
        assert_each_reads({"outdated": office}, f"{receive}?code={old.verify_code}", PAGES / "receive")
        assert_each_reads({"outdated": office}, url("receipt", first.number, 2), PAGES / "receipt")
        make.receive_paper(first, "2027-06-03")
        assert_each_reads({"none": office}, missing, PAGES / "missing")


# The experts' way ----------------------------------------------------------------------------------------------------


def test_scoring() -> None:
    application = certified(1)[0]
    make.open_round(application.call)
    with on("2027-06-20"):
        tasks = {
            "undeclared": make.assign(application, 1),
            "free": make.assign(application, 2, declared=False),
            "aside": make.assign(application, 3, declared=True),
            "scored": make.score(make.assign(application, 4, declared=False), 90),
        }
        for name, task in tasks.items():
            address = url("assignment", task.public_id)
            assert_each_reads({name: signed_in(task.expert)}, address, PAGES / "assignment")
        first, free = (signed_in(tasks[name].expert) for name in ("undeclared", "free"))
        declare, sheet = (url("assignment", tasks[name].public_id) for name in ("undeclared", "free"))
        assert_answer(first.post(declare, {"reason": ""}), 422, PAGES / "assignment-undeclared-refused.txt")
        conflicted = {"conflict": "yes", "reason": ""}
        assert_answer(first.post(declare, conflicted), 422, PAGES / "assignment-undeclared-conflict.txt")
        half = {"act": "submit", "opinion": "尚可"}
        assert_answer(free.post(sheet, half), 422, PAGES / "assignment-free-refused.txt")
        assert_answer(free.post(sheet, {"act": "conflict"}), 422, PAGES / "assignment-free-conflict.txt")
        closed = url("detail", application.number)
        for name in ("undeclared", "aside"):
            answer = signed_in(tasks[name].expert).get(closed)
            assert_answer(answer, answer.status_code, PAGES / f"assignment-{name}-material.txt")
        certification.release(
            actor=make.acting(make.user(OFFICE), "2027-06-20"), assignment=tasks["free"], reason="出差"
        )
        assert_each_reads({"released": free}, sheet, PAGES / "assignment")


def test_what_an_expert_reads_afterwards() -> None:
    [application] = certified(1)
    make.open_round(application.call)
    voided, submitted = (make.score(make.assign(application, number, declared=False), 90) for number in (1, 2))
    begun = make.assign(application, 3, declared=False)
    first = application.call.round.criteria_set.criteria.first()
    certification.save_scores(
        actor=make.acting(begun.expert, "2027-06-20"),
        assignment=begun,
        points={first.key: make.Decimal(8)},
        comments={first.key: "场地待核"},
        opinion="写了一半",
    )
    certification.void_scores(actor=office("2027-06-20"), assignment=voided, reason="误评")
    certification.set_aside(actor=office("2027-06-20"), application=application, reason="专家均须回避")
    with on("2027-06-21"):
        for name, task in {"voided": voided, "submitted": submitted, "begun": begun}.items():
            address = url("assignment", task.public_id)
            assert_each_reads({name: signed_in(task.expert)}, address, PAGES / "assignment-afterwards")


# The queue, the thread, what is made ---------------------------------------------------------------------------------


def test_the_queue() -> None:
    with on("2027-05-21"):
        readers = {str(role): signed_in(make.user(role)) for role in (OFFICE, LEADER)}
        readers["district"] = signed_in(make.district("210211"))
        assert_each_reads({"all": readers[LEADER]}, url("list"), PAGES / "queue-none")
        for turn in ("mine", "applicant", "others"):
            assert_each_reads({turn: readers["district"]}, url("list") + f"?turn={turn}", PAGES / "queue-none")
        make.carried_to(State.DISTRICT_REVIEW)
        make.carried_to(State.DISTRICT_RETURNED)
        make.carried_to(State.INITIAL_REVIEW, make.municipal_unit())
        assert_each_reads(readers, url("list"), PAGES / "queue")
        assert_each_reads({"not_found": readers[OFFICE]}, url("list") + "?turn=all&q=nothing", PAGES / "queue")


def test_the_thread() -> None:
    application, other = make.carried_to(State.DISTRICT_REVIEW), make.carried_to(State.DISTRICT_REVIEW)
    address = url("thread", application.number)
    with on("2027-05-02"):
        readers = {
            "unit": own(application),
            "district": signed_in(make.district("210211")),
            "leader": signed_in(make.user(LEADER)),
        }
        assert_each_reads(readers, address, PAGES / "thread-none")
        assert_each_reads(readers, url("threads"), PAGES / "threads-none")
        assert_answer(readers["unit"].post(address, {"text": ""}), 422, PAGES / "thread-refused.txt")
        for each in (application, other):
            person = make.acting(make.applicant_of(each.organisation), "2027-05-02")
            threads.send_message(actor=person, application=each, text="请问何时能有结果？")
        assert_each_reads({"district": readers["district"]}, url("threads"), PAGES / "threads")
        assert_each_reads(readers, address, PAGES / "thread")
        make.endorse(application, "2027-05-02")
        late = readers["district"].post(address, {"text": "写好才发现已转市科协"})
        assert_answer(late, 422, PAGES / "thread-late.txt")


def test_what_is_made() -> None:
    application = make.carried_to(State.INITIAL_REVIEW, make.municipal_unit())
    with on("2027-06-02"):
        office = signed_in(make.user(OFFICE))
        assert_each_reads({"none": office}, url("jobs"), PAGES / "jobs")
        assert_each_reads({"page": office}, url("export"), PAGES / "export")
        assert_each_reads({"empty": office}, url("export") + "?turn=all&q=nothing", PAGES / "export")
        assert_each_reads({"archive": office}, url("archive", application.number), PAGES / "export")
        actor = make.acting(make.user(OFFICE), "2027-06-02")
        job = making.export_archive(actor=actor, application=application)
        making.export_table(actor=actor, selection=[application.pk], filters={})
        for state in ("queued", "running", "failed", "cancelled"):
            Job.objects.filter(pk=job.pk).update(state=state, failure="内容太多" if state == "failed" else "")
            assert_each_reads({state: office}, url("job", job.public_id), PAGES / "job")
        assert_each_reads({"some": office}, url("jobs"), PAGES / "jobs")


# What is refused in the round and on the list ------------------------------------------------------------------------


def test_what_is_refused_in_the_round() -> None:
    left_behind()
    address = url("round", 2027)
    with on("2027-06-20"):
        assert_answer(signed_in(make.user(OFFICE)).post(address, {"act": "open"}), 200, PAGES / "round-opening.txt")
    first, second = certified(2)
    make.open_round(first.call)
    scored_by, asked = make.score(make.assign(first, 1, declared=False), 90), make.assign(first, 2)
    with on("2027-06-20"):
        office = signed_in(make.user(OFFICE))
        for name, sent in {
            "void": {"act": "void", "assignment": scored_by.public_id},
            "release": {"act": "release", "assignment": asked.public_id},
            "assign": {"act": "assign", "number": second.number},
            "set_aside": {"act": "set_aside", "number": second.number},
        }.items():
            assert_answer(office.post(address, sent), 422, PAGES / f"round-refused-{name}.txt")
        early = office.post(address, {"act": "close", "confirmed": "1"})
        assert_answer(early, 422, PAGES / "round-refused-close.txt")


def test_what_is_refused_on_the_list() -> None:
    seats(1)
    first, aside, last = certified(3)
    make.open_round(first.call)
    certification.set_aside(actor=office("2027-06-20"), application=aside, reason="专家均须回避")
    for application in (first, last):
        for number in (1, 2, 3):
            make.score(make.assign(application, number, declared=False), 90 - number)
    certification.close_round(actor=office("2027-06-21"), call=first.call)
    address = url("decision", 2027)
    with on("2027-06-24"):
        refused = signed_in(make.user(OFFICE)).post(address, {"act": "prepare", f"reason-{last.number}": "条件不足"})
        assert_answer(refused, 422, PAGES / "decision-refused-prepare.txt")
    make.settled_list(first.call, [first])
    with on("2027-06-27"):
        refused = signed_in(make.user(LEADER)).post(address, {"act": "withdraw", "number": first.number, "reason": ""})
        assert_answer(refused, 422, PAGES / "decision-refused-withdraw.txt")


def test_what_comes_too_late_on_the_list() -> None:
    drawn_up_by_the_leader()
    author, address = DecisionList.objects.get().prepared_by, url("decision", 2027)
    with on("2027-06-25"):
        assert_each_reads({"author": signed_in(author)}, address, PAGES / "decision-drawn_up_by_the_leader")
    decision.settle_list(actor=make.acting(make.user(LEADER), "2027-06-26"), decision_list=DecisionList.objects.get())
    make.award(Call.objects.get())
    number = Application.objects.get(state=State.LICENSED).number
    with on("2027-06-30"):
        officer, leader = signed_in(make.user(OFFICE, number=2)), signed_in(make.user(LEADER))
        for client, name, sent in (
            (leader, "withdraw", {"act": "withdraw", "number": number, "reason": "收到举报"}),
            (officer, "prepare", {"act": "prepare", f"approve-{number}": "on", f"reason-{number}": "按会议意见"}),
        ):
            assert_answer(client.post(address, sent), 422, PAGES / f"decision-late-{name}.txt")
        calls.close_decisions(
            actor=make.acting(make.user(LEADER), "2027-06-30"), call=Call.objects.get(), reason="办结"
        )
        raising = {"quota": "6", "document": "大科协发〔2027〕8号", "document_on": "2027-06-01", "reason": "需要"}
        late = officer.post(
            url("call", 2027), {"act": "quota", **{f"quota-{name}": value for name, value in raising.items()}}
        )
        assert_answer(late, 422, PAGES / "call-late-quota.txt")


def test_what_comes_too_late_in_the_round() -> None:
    [only] = certified(1)
    make.open_round(only.call)
    done = [make.score(make.assign(only, number, declared=False), 90) for number in (1, 2, 3)]
    at_work, asked = make.assign(only, 4, declared=False), make.assign(only, 5)
    certification.close_round(actor=office("2027-06-21"), call=only.call)
    task, address = done[0].public_id, url("round", 2027)
    sheet = {f"points-{each.key}": "15" for each in only.call.round.criteria_set.criteria.all()}
    sheet |= {"opinion": "写了一个下午的意见", "recommendation": "recommended", "act": "save"}
    with on("2027-06-21"):
        officer = signed_in(make.user(OFFICE))
        for name, sent in {
            "void": {"act": "void", "assignment": task, f"{task}-reason": "误评"},
            "release": {"act": "release", "assignment": asked.public_id, f"off-{asked.public_id}-reason": "出差"},
            "set_aside": {"act": "set_aside", "number": only.number, f"aside-{only.number}-reason": "回避"},
        }.items():
            late = officer.post(address, sent | {"confirmed": "1"})
            assert_answer(late, 422, PAGES / f"round-late-{name}.txt")
        late = signed_in(make.expert(4)).post(url("assignment", at_work.public_id), sheet)
        assert_answer(late, 422, PAGES / "sheet-late.txt")
        sent = {"conflict": "yes", "reason": "曾任职"}
        late = signed_in(make.expert(5)).post(url("assignment", asked.public_id), sent)
        assert_answer(late, 422, PAGES / "declaration-late.txt")


def test_who_handles_it_and_what_was_mended() -> None:
    application = make.send_back(make.carried_to(State.DISTRICT_REVIEW), "2027-05-02")
    unit = make.applicant_of(application.organisation)
    draft.save_section(
        actor=make.acting(unit, "2027-05-03"),
        application=application,
        section="plan",
        answers=make.answers()["plan"] | {"expected": "每年引荐三位专家"},
        expected_version=application.version,
    )
    address = url("detail", application.number)
    with on("2027-05-03"):
        assert_each_reads({"unit": own(application)}, address, PAGES / "mended")
    make.submit(application, "2027-05-04")
    application.refresh_from_db()
    handling.take(actor=make.acting(make.district("210211"), "2027-05-04"), application=application)
    with on("2027-05-05"):
        readers = {"district": signed_in(make.district("210211")), "municipal": signed_in(make.user(OFFICE))}
        assert_each_reads(readers, address, PAGES / "handled")
        assert_each_reads({"handled": readers["district"]}, url("list"), PAGES / "queue")
