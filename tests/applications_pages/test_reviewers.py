"""Pages of district and municipal reviewers: read, check, conclude, hand on, give more time; and the paper desk."""

import re
from typing import Any

import pytest

from applications.models import Application, Call
from haizhi_portal.accounts.actions.places import change_reviewing_body
from haizhi_portal.accounts.models import Jurisdiction, User
from haizhi_portal.policy.words import Role
from tests import factories as make
from tests.applications_pages.kit import TYPED, State, applicant, confirmed, on, queries, signed_in, text, url

pytestmark = pytest.mark.django_db

SECRET = "只写给市科协看的推荐意见"


def all_yes() -> dict[str, str]:
    return {f"check-{key}": "yes" for key in make.all_checked()}


@pytest.mark.clause("4.1-via-district")
def test_district_endorses_after_reading_and_the_opinion_stays_inside() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    address = url("review", application.number)
    with on("2027-05-05"):
        client = signed_in(make.district("210211"))
        shown = text(client.get(address))
        assert "按实际情况填写的说明。" in shown
        assert "工作规程" in shown
        data = {"version": 1, "conclusion": "endorse", "opinion": SECRET, **all_yes()}
        asked = client.post(address, data)
        assert "转市科协初审" in text(asked)
        application.refresh_from_db()
        assert application.state == State.DISTRICT_REVIEW
        assert client.post(address, data | {"confirmed": "1"}).url == url("detail", application.number)
        own = text(client.get(url("detail", application.number)))
        office = text(signed_in(make.user(Role.MUNICIPAL)).get(url("detail", application.number)))
        unit = text(signed_in(applicant(application)).get(url("detail", application.number)))
    application.refresh_from_db()
    assert application.state == State.INITIAL_REVIEW
    assert SECRET in own
    assert SECRET in office
    assert SECRET not in unit
    assert "同意推荐" in unit


@pytest.mark.clause("4.1-via-district")
def test_the_stamped_scan_is_kept_left_out_and_sent_with_the_endorsement() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    address = url("review", application.number)
    typed = {"version": 1, "opinion": SECRET, **all_yes()}

    def found(reader: User) -> list[tuple[str, int]]:
        """The scans this reader's page links to, and what opening each says."""
        links = re.findall(rf"{address}scans/(\w+)/", text(signed_in(reader).get(address)))
        return [
            (each, signed_in(reader).get(url("review_scan", application.number, each)).status_code) for each in links
        ]

    with on("2027-05-05"):
        district, colleague = make.district("210211"), make.user(Role.DISTRICT, place="210211", number=2)
        client = signed_in(district)
        empty = client.post(address, typed | {"do": "scan"})
        assert empty.status_code == 422
        assert "请先选择盖章文件的扫描件，再上传。" in text(empty)
        wrong = client.post(address, typed | {"do": "scan", "scan": make.upload("函.pdf", b"MZ no letter")})
        assert wrong.status_code == 422
        assert SECRET in text(wrong)
        first, second = make.upload("甘科协函.pdf"), make.upload("甘科协函（更正）.pdf")
        assert client.post(address, typed | {"do": "scan", "scan": first}).status_code == 302
        assert "甘科协函.pdf" in text(client.get(address))
        assert SECRET in text(client.get(address))
        ((kept, status),) = found(district)
        assert status == 200
        # It is the person's own until it goes out.
        assert found(colleague) == []
        stranger = signed_in(applicant(application))
        assert stranger.get(url("review_scan", application.number, kept)).status_code in (403, 404)
        assert client.post(address, typed | {"do": "unscan"}).status_code == 302
        assert found(district) == []
        assert client.get(url("review_scan", application.number, kept)).status_code == 404
        assert client.post(address, typed | {"do": "scan", "scan": second}).status_code == 302
        asked = client.post(address, typed | {"conclusion": "endorse"})
        assert "甘科协函（更正）.pdf" in text(asked)
        assert client.post(address, typed | {"conclusion": "endorse", "confirmed": "1"}).status_code == 302
    review = application.reviews.get(outcome="endorsed")
    assert review.letter.scan is not None
    assert review.letter.scan.name == "甘科协函（更正）.pdf"
    with on("2027-05-06"):
        scan = url("review_scan", application.number, review.letter.scan.public_id)
        readers = (make.user(Role.MUNICIPAL), district, colleague, make.district("210202"), applicant(application))
        assert [signed_in(each).get(scan).status_code for each in readers] == [200, 200, 200, 404, 403]


@pytest.mark.clause("4.1-via-district")
def test_a_change_of_the_reviewing_body_takes_the_page_over_too() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    areas = Jurisdiction.objects
    with on("2027-05-05"):
        old, new = signed_in(make.district("210211")), signed_in(make.district("gaoxin"))
        before = queries(old, url("detail", application.number))
        change_reviewing_body(
            actor=make.acting(make.user(Role.MUNICIPAL), "2027-05-05"),
            jurisdiction=areas.get(code="210211"),
            reviewing_body=areas.get(code="gaoxin").reviewing_body,
            reason="机构调整",
        )
        for name in ("detail", "review"):
            assert old.get(url(name, application.number)).status_code == 404
        assert queries(new, url("detail", application.number)) == before
        data = {"version": 1, "conclusion": "endorse", "opinion": SECRET, **all_yes()}
        assert confirmed(new, url("review", application.number), data).status_code == 302
    application.refresh_from_db()
    assert application.state == State.INITIAL_REVIEW


@pytest.mark.clause("3.2-organised")
def test_an_unchecked_condition_is_refused_and_everything_typed_stays() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    with on("2027-05-05"):
        client = signed_in(make.district("210211"))
        data = {
            "version": 1,
            "conclusion": "endorse",
            "opinion": TYPED,
            "fix-plan": "另一段话",
            **all_yes(),
            "check-budget": "no",
        }
        refused = client.post(url("review", application.number), data)
    assert refused.status_code == 422
    shown = text(refused)
    assert TYPED in shown
    assert "另一段话" in shown
    assert "“工作经费”不符合时不能通过" in shown


@pytest.mark.clause("4.2-initial")
def test_a_return_goes_section_by_section_with_its_day() -> None:
    application = make.carried_to(State.INITIAL_REVIEW)
    address = url("review", application.number)
    with on("2027-06-01"):
        client = signed_in(make.user(Role.MUNICIPAL))
        empty = client.post(address, {"version": 1, "conclusion": "return", "opinion": TYPED})
        assert empty.status_code == 422
        assert "至少在一个部分" in text(empty)
        data = {
            "version": 1,
            "conclusion": "return",
            "opinion": TYPED,
            "fix-plan": "请补年度指标",
            "correct_by": "2027-06-15",
        }
        asked = client.post(address, data)
        assert "2027年6月15日" in text(asked)
        assert "基地计划书" in text(asked)
        back = client.post(address, data | {"revise": "1"})
        assert back.status_code == 200
        assert "请补年度指标" in text(back)
        assert client.post(address, data | {"confirmed": "1"}).status_code == 302
        unit = text(signed_in(applicant(application)).get(url("detail", application.number)))
    assert "请补年度指标" in unit
    assert TYPED in unit


def test_a_new_version_meanwhile_is_not_concluded_unread() -> None:
    application = make.carried_to(State.INITIAL_REVIEW)
    application = make.send_back(application, "2027-06-01")
    make.submit(application, "2027-06-02")
    with on("2027-06-03"):
        client = signed_in(make.user(Role.MUNICIPAL))
        data = {"version": 1, "conclusion": "pass", "opinion": TYPED, **all_yes()}
        refused = client.post(url("review", application.number), data)
    assert refused.status_code == 409
    assert "第 2 版" in text(refused)
    assert TYPED in text(refused)


def test_passing_and_declining_ask_first() -> None:
    application = make.carried_to(State.INITIAL_REVIEW)
    with on("2027-06-01"):
        client = signed_in(make.user(Role.MUNICIPAL))
        data = {"version": 1, "conclusion": "decline", "opinion": TYPED, "clause": "3.2-organised"}
        answer = confirmed(client, url("review", application.number), data)
        assert answer.status_code == 302
        late = client.post(url("review", application.number), data)
        assert late.status_code == 422
        assert "不能办理这一步" in text(late)


@pytest.mark.clause("4.1-via-district")
def test_after_its_closing_the_district_reads_but_cannot_conclude() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    with on("2027-05-21"):
        client = signed_in(make.district("210211"))
        page = client.get(url("review", application.number))
        assert page.status_code == 200
        assert "2027年5月20日" in text(page)
        refused = client.post(url("review", application.number), {"conclusion": "endorse", "opinion": TYPED})
        assert refused.status_code == 422
        assert signed_in(make.user(Role.MUNICIPAL)).get(url("review", application.number)).status_code == 200


@pytest.mark.clause("4.1-via-district")
def test_handing_on_leaves_the_district_its_own_act_and_no_more() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    number = application.number
    with on("2027-05-05"):
        client = signed_in(make.district("210211"))
        data = {"route": "gaoxin", "reason": "实际在高新区办公"}
        assert client.post(url("route", number), {"route": "gaoxin", "reason": ""}).status_code == 422
        answer = confirmed(client, url("route", number), data)
        assert answer.url == url("detail", number)
        own = client.get(url("detail", number))
        assert "实际在高新区办公" in text(own)
        assert application.organisation.credit_code not in text(own)
        assert client.get(url("review", number)).status_code == 404
        assert client.get(url("version", number, 1)).status_code == 404
        assert client.get(url("print", number)).status_code == 404
        assert "已移交" in text(client.get(url("list")))
        assert number not in text(client.get(url("list"), {"state": "district_review"}))
        zone = signed_in(make.district("gaoxin"))
        assert zone.get(url("review", number)).status_code == 200
        same = zone.post(url("route", number), {"route": "gaoxin", "reason": TYPED})
        assert same.status_code == 422
        assert TYPED in text(same)


def test_more_time_for_a_correction() -> None:
    application = make.carried_to(State.DISTRICT_RETURNED)
    with on("2027-05-12"):
        client = signed_in(make.user(Role.MUNICIPAL))
        address = url("extend", application.number)
        assert client.get(address).status_code == 200
        refused = client.post(address, {"correct_by": "2027-05-01", "reason": TYPED})
        assert refused.status_code == 422
        assert TYPED in text(refused)
        assert client.post(address, {"correct_by": "2027-06-19", "reason": TYPED}).status_code == 302
    application.refresh_from_db()
    assert application.correct_by is not None
    assert application.correct_by.isoformat() == "2027-06-19"


def _code(application: Application, version: int = 1) -> str:
    printed = application.submissions.get(version=version).print
    assert printed is not None
    return printed.verify_code


@pytest.mark.clause("4.1-paper")
def test_the_desk_finds_by_code_and_registers_copies() -> None:
    application = make.carried_to(State.INITIAL_REVIEW)
    code = _code(application)
    with on("2027-06-01"):
        client = signed_in(make.user(Role.MUNICIPAL))
        typed = f" https://portal.example/verify/{code[:4].lower()}-{code[4:].lower()}/ "
        found = client.post(url("paper"), {"code": typed})
        assert found.url == f"{url('paper_receive', application.number)}?code={code}"
        assert "校验码与现行的第 1 版相符" in text(client.get(found.url))
        lost = client.post(url("paper"), {"code": "ABCDEFGH"})
        assert lost.status_code == 422
        assert "ABCDEFGH" in text(lost)
        many = client.post(
            url("paper_receive", application.number), {"check_code": code, "copies": "99", "stamped": "on"}
        )
        assert many.status_code == 422
        done = client.post(
            url("paper_receive", application.number), {"check_code": code, "copies": "2", "stamped": "on"}
        )
        assert done.url == url("paper")
        assert application.number in text(client.get(url("paper")))
        assert "已收 2 份，应交 2 份" in text(client.get(url("detail", application.number)))


@pytest.mark.clause("4.1-paper")
def test_an_outdated_print_is_recognised() -> None:
    application = make.send_back(make.carried_to(State.INITIAL_REVIEW), "2027-06-01")
    make.submit(application, "2027-06-02")
    old = _code(application, 1)
    with on("2027-06-03"):
        client = signed_in(make.user(Role.MUNICIPAL))
        address = url("paper_receive", application.number)
        assert "印自第 1 版" in text(client.get(address, {"code": old}))
        refused = client.post(address, {"check_code": old, "copies": "2", "stamped": "on"})
    assert refused.status_code == 422
    assert "第 2 版" in text(refused)
    assert old in text(refused)


def new_call(**changed: str) -> dict[str, Any]:
    days = {name: day.isoformat() for name, day in make.days_of(2028).items()}
    return {"year": "2028", **days, **changed}


@pytest.mark.clause("4.1-annual")
def test_a_call_is_announced_after_its_consequences_were_seen() -> None:
    with on("2027-12-01"):
        client = signed_in(make.user(Role.MUNICIPAL))
        assert client.get(url("call_new")).status_code == 200
        wrong = client.post(url("call_new"), new_call(applicants_close_on="2028-02-01"))
        assert wrong.status_code == 422
        assert 'value="2028-02-01"' in text(wrong)
        asked = client.post(url("call_new"), new_call())
        assert "2028年4月30日" in text(asked)
        assert "本年度名额 5 个" in text(asked)
        make.figures("2028-01-01", annual_quota=4)
        assert "本年度名额 4 个，指标版本“自2028-01-01”" in text(client.post(url("call_new"), new_call()))
        assert "休息日" in text(asked)
        assert not Call.objects.exists()
        done = client.post(url("call_new"), new_call() | {"confirmed": "1"})
        assert done.url == url("call", 2028)
        twice = client.post(url("call_new"), new_call() | {"confirmed": "1"})
        assert twice.status_code == 422
        assert "每年只有一次" in text(twice)
        assert "2028年4月30日" in text(client.get(url("call", 2028)))


@pytest.mark.clause("4.2-cap")
def test_the_quota_goes_up_only_with_a_document() -> None:
    make.call()
    with on("2027-03-10"):
        client = signed_in(make.user(Role.MUNICIPAL))
        data = {"act": "quota", "quota-quota": "7", "quota-document": "", "quota-reason": TYPED}
        refused = client.post(url("call", 2027), data)
        assert refused.status_code == 422
        assert TYPED in text(refused)
        data |= {"quota-document": "大科协发〔2027〕9号", "quota-document_on": "2027-03-01"}
        for wrong, field, words in (
            ({"quota-quota": "4"}, "quota", "新名额须大于现有的 5 个。"),
            ({"quota-document_on": "2027-03-11"}, "document_on", "文件日期不能晚于今天（2027年3月10日）。"),
            ({"quota-document_on": "2025-12-31"}, "document_on", "文件日期不能早于2026年1月1日"),
        ):
            # Said beside the field, before anything is to be confirmed and after.
            for step in ({}, {"confirmed": "1"}):
                refused = client.post(url("call", 2027), data | wrong | step)
                assert refused.status_code == 422
                (said,) = refused.context["quota_form"].errors[field]
                assert said.startswith(words)
        assert confirmed(client, url("call", 2027), data).status_code == 302
        assert "大科协发〔2027〕9号" in text(client.get(url("call", 2027)))


def test_timetable_changes_keep_order_and_reason() -> None:
    make.call()
    days = {f"timetable-{name}": day.isoformat() for name, day in make.days_of().items()}
    with on("2027-03-10"):
        client = signed_in(make.user(Role.MUNICIPAL))
        data = {"act": "timetable", **days, "timetable-reason": TYPED}
        late = client.post(url("call", 2027), data | {"timetable-applicants_close_on": "2027-06-01"})
        assert late.status_code == 422
        assert TYPED in text(late)
        moved = data | {"timetable-applicants_close_on": "2027-05-10"}
        asked = client.post(url("call", 2027), moved)
        assert "单位申报截止日由2027年4月30日改为2027年5月10日" in text(asked)
        assert confirmed(client, url("call", 2027), moved).status_code == 302
        past = client.post(url("call", 2027), data | {"timetable-opens_on": "2027-03-20", "confirmed": "1"})
        assert past.status_code == 422


@pytest.mark.clause("4.2-yearly")
def test_closing_the_decisions_names_what_lapses() -> None:
    application = make.carried_to(State.CERTIFICATION)
    with on("2027-06-30"):
        client = signed_in(make.user(Role.MUNICIPAL))
        data = {"act": "closing", "closing-reason": TYPED}
        asked = client.post(url("call", 2027), data)
        assert application.number in text(asked)
        assert client.post(url("call", 2027), data | {"confirmed": "1"}).status_code == 302
        assert TYPED in text(client.get(url("detail", application.number)))
