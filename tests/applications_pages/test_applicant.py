"""An applicant's pages: begin, fill in, upload, hand in, correct, withdraw."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from applications.actions import comments, paper, submission
from applications.models import Application, Material
from haizhi_portal.accounts.models import User
from haizhi_portal.policy.words import Kind, Level, Role
from tests import factories as make
from tests.applications_pages.kit import TYPED, State, applicant, on, signed_in, text, url

pytestmark = pytest.mark.django_db


@pytest.mark.clause("4.1-annual", "4.1-via-district")
def test_start_shows_where_it_goes_and_begins_a_draft() -> None:
    owner = make.organisation(place="210211")
    make.call()
    with on("2027-02-10"):
        client = signed_in(make.applicant_of(owner))
        shown = text(client.get(url("start")))
        assert "甘井子区" in shown
        assert "依据：方案第四条第 1 款" in shown
        answer = client.post(url("start"))
    application = Application.objects.get(organisation=owner)
    assert answer.status_code == 302
    assert answer.url == url("detail", application.number)


def test_start_without_a_call_says_what_will_come() -> None:
    owner = make.organisation()
    with on("2027-02-10"):
        client = signed_in(make.applicant_of(owner))
        assert "还没有公布年度申报" in text(client.get(url("start")))
        assert client.post(url("start")).status_code == 404


@pytest.mark.clause("4.1-annual")
def test_start_after_the_closing_names_the_day() -> None:
    owner = make.organisation()
    make.call()
    with on("2027-05-01"):
        client = signed_in(make.applicant_of(owner))
        assert "2027年4月30日" in text(client.get(url("start")))
        refused = client.post(url("start"))
    assert refused.status_code == 422
    assert "已于2027年4月30日截止" in text(refused)


@pytest.mark.clause("3.1-applicant")
def test_a_second_application_is_refused_with_the_first_one_named() -> None:
    live = make.carried_to(State.DISTRICT_REVIEW)
    with on("2027-03-20"):
        client = signed_in(applicant(live))
        assert live.number in text(client.get(url("start")))
        refused = client.post(url("start"))
    assert refused.status_code == 422
    assert live.number in text(refused)
    assert "依据：方案第三条第 1 款" in text(refused)


def test_a_section_keeps_what_is_typed_and_leads_on() -> None:
    draft = make.application_begun()
    with on("2027-03-10"):
        client = signed_in(applicant(draft))
        address = url("section", draft.number, "overseas")
        assert client.get(address).status_code == 200
        answer = client.post(address, {"version": draft.version, "contacts": TYPED})
        assert answer.url == url("section", draft.number, "materials")
        assert TYPED in text(client.get(address))
        stopped = client.post(address, {"version": draft.version + 1, "contacts": TYPED, "stop": "1"})
        assert stopped.url == url("detail", draft.number)


def test_a_wrong_answer_is_refused_beside_its_field_and_nothing_is_lost() -> None:
    draft = make.application_begun()
    with on("2027-03-10"):
        client = signed_in(applicant(draft))
        refused = client.post(
            url("section", draft.number, "particulars"),
            {"version": draft.version, "employees": "很多", "director_name": TYPED, "founded_on": "昨天"},
        )
    assert refused.status_code == 422
    shown = text(refused)
    assert TYPED in shown
    assert "很多" in shown
    assert 'href="#id_employees"' in shown
    assert 'href="#id_founded_on"' in shown


def test_two_tabs_show_both_texts_and_saving_again_is_a_decision() -> None:
    draft = make.application_begun()
    with on("2027-03-10"):
        client = signed_in(applicant(draft))
        address = url("section", draft.number, "overseas")
        client.post(address, {"version": draft.version, "contacts": "同事保存的话"})
        clash = client.post(address, {"version": draft.version, "contacts": TYPED})
        assert clash.status_code == 409
        assert TYPED in text(clash)
        assert "同事保存的话" in text(clash)
        draft.refresh_from_db()
        assert draft.answers["overseas"]["contacts"] == "同事保存的话"
        assert f'name="version" value="{draft.version}"' in text(clash)
        again = client.post(address, {"version": draft.version, "contacts": TYPED})
        assert again.status_code == 302
    draft.refresh_from_db()
    assert draft.answers["overseas"]["contacts"] == TYPED


def test_every_section_and_the_task_list_open() -> None:
    draft = make.application_ready()
    with on("2027-03-10"):
        client = signed_in(applicant(draft))
        shown = text(client.get(url("detail", draft.number)))
        for key in ("particulars", "conditions", "channels", "plan", "overseas", "materials", "pledge"):
            address = url("section", draft.number, key)
            assert address in shown
            assert client.get(address).status_code == 200
        assert client.get(url("section", draft.number, "nothing")).status_code == 404
        assert "核对并提交" in shown


def _post_file(draft: Application, file: SimpleUploadedFile, **data: Any) -> Any:
    with on("2027-03-10"):
        client = signed_in(applicant(draft))
        return client.post(url("material_add", draft.number, "legal_certificate"), {"file": file, **data})


@pytest.mark.clause("4.1-materials")
@pytest.mark.parametrize(
    ("file", "words"),
    [
        (SimpleUploadedFile("证书.pdf", b"MZ\x90\x00" + b"\x00" * 500), "文件内容不是"),
        (SimpleUploadedFile("证书.pdf", b""), "空的"),
        (SimpleUploadedFile("证书.pdf", b"%PDF-1.7\n" + b"0" * (21 * 1024 * 1024)), "超过 20 MB"),
        (SimpleUploadedFile("证书.exe", make.pdf()), "扩展名"),
    ],
    ids=["program", "empty", "too large", "name"],
)
def test_a_bad_upload_is_refused_beside_its_field(file: SimpleUploadedFile, words: str) -> None:
    draft = make.application_begun()
    refused = _post_file(draft, file, stamped="on")
    assert refused.status_code == 422
    assert words in text(refused)
    assert "依据：方案第四条第 1 款" in text(refused)
    assert "checked" in text(refused)
    assert not Material.objects.exists()


def test_an_unstamped_upload_of_a_stamped_kind_is_refused() -> None:
    refused = _post_file(make.application_begun(), make.upload())
    assert refused.status_code == 422
    assert "加盖公章" in text(refused)


def test_upload_and_removal() -> None:
    draft = make.application_begun()
    answer = _post_file(draft, make.upload("执照.pdf"), stamped="on")
    assert answer.url == url("section", draft.number, "materials")
    material = Material.objects.get()
    with on("2027-03-10"):
        client = signed_in(applicant(draft))
        address = url("material_remove", material.file.public_id)
        assert "执照.pdf" in text(client.get(address))
        assert client.post(address).status_code == 302
        assert client.get(address).status_code == 404
    material.refresh_from_db()
    assert material.removed_at is not None


@pytest.mark.clause("4.1-materials")
def test_an_incomplete_form_lists_what_is_missing_with_links_and_is_not_accepted() -> None:
    draft = make.application_begun()
    with on("2027-03-10"):
        client = signed_in(applicant(draft))
        shown = text(client.get(url("submit", draft.number)))
        assert f"{url('section', draft.number, 'particulars')}#id_founded_on" in shown
        assert f"{url('section', draft.number, 'channels')}#partners" in shown
        assert f"{url('section', draft.number, 'materials')}#kind-base_plan" in shown
        refused = client.post(url("submit", draft.number))
    assert refused.status_code == 422
    assert "还有" in text(refused)
    draft.refresh_from_db()
    assert draft.state == State.DRAFT


@pytest.mark.clause("4.1-via-district")
def test_submission_shows_route_and_consequences_and_goes_through() -> None:
    draft = make.application_ready()
    with on("2027-03-10"):
        client = signed_in(applicant(draft))
        shown = text(client.get(url("submit", draft.number)))
        assert "甘井子区科协" in shown
        assert "审核期间不能修改" in shown
        assert client.post(url("submit", draft.number)).url == url("detail", draft.number)
        assert "提交申报" in text(client.get(url("detail", draft.number)))
        assert client.get(url("submit", draft.number)).url == url("detail", draft.number)
        again = client.post(url("submit", draft.number))
    assert again.status_code == 422
    draft.refresh_from_db()
    assert draft.state == State.DISTRICT_REVIEW


@pytest.mark.clause("4.1-annual")
@pytest.mark.parametrize(("moment", "status"), [((23, 59, 59), 302), ((0, 0, 1), 422)])
def test_the_closing_day_is_open_to_its_last_second(moment: tuple[int, int, int], status: int) -> None:
    draft = make.application_ready()
    day = "2027-04-30" if moment[0] == 23 else "2027-05-01"
    with on(day, *moment):
        answer = signed_in(applicant(draft)).post(url("submit", draft.number))
    assert answer.status_code == status
    if status == 422:
        assert "2027年3月1日至2027年4月30日" in text(answer)
        assert "已填内容仍为您保留" in text(answer)


@pytest.mark.clause("4.1-annual")
def test_before_the_opening_the_page_says_from_when() -> None:
    draft = make.application_ready(on="2027-02-01")
    with on("2027-02-28", 23, 59, 59):
        refused = signed_in(applicant(draft)).post(url("submit", draft.number))
    assert refused.status_code == 422
    assert "2027年3月1日起提交" in text(refused)


def test_a_returned_application_shows_the_words_beside_the_section_and_what_changed() -> None:
    back = make.carried_to(State.DISTRICT_RETURNED)
    with on("2027-05-02"):
        client = signed_in(applicant(back))
        shown = text(client.get(url("detail", back.number)))
        assert make.REMARKS["plan"] in shown
        assert "需修改" in shown
        address = url("section", back.number, "plan")
        page = text(client.get(address))
        assert make.REMARKS["plan"] in page
        assert "与已提交版本的差别" not in page
        data = make.sent(make.answers()["plan"]) | {"expected": "三年内引进五个团队。", "version": back.version}
        client.post(address, data)
        shown = text(client.get(url("detail", back.number)))
        assert "三年内引进五个团队" in shown
        assert "已修改" in shown
        page = text(client.get(address)).partition("与已提交版本的差别")[2]
        assert "三年内引进五个团队" in page
        assert client.post(url("submit", back.number)).status_code == 302
        assert "第 2 版" in text(client.get(url("detail", back.number)))
        compared = text(client.get(url("version", back.number, 2)))
        assert "三年内引进五个团队。" in compared
        assert client.get(url("version", back.number, 3)).status_code == 404


def test_what_was_said_of_one_question_stands_at_it_and_leads_there_from_the_top() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    actor = make.acting(make.district("210211"), "2027-05-01")
    for field, words in (("expected", "请写明每年的指标。"), ("", "整体请再具体些。")):
        comments.comment(
            actor=actor, application=application, section="plan", field=field, words=words, audience="unit"
        )
    back = make.send_back(application)
    with on("2027-05-02"):
        client = signed_in(applicant(back))
        page = text(client.get(url("section", back.number, "plan")))
        other = text(client.get(url("section", back.number, "overseas")))
    main = page.partition("<main")[2]
    head, _nav, rest = main.partition('<nav aria-label="逐项意见">')
    links = re.findall(r'<a href="#([\w-]+)">(.*?)</a>', rest.partition("</nav>")[0])
    assert links == [("id_expected", "基地计划书：预期目标")]
    assert ("整体请再具体些。" in head, "请写明每年的指标。" in head) == (True, False)
    assert rest.count("请写明每年的指标。") == 1
    assert "逐项意见" not in other


def test_withdrawal_needs_a_reason_and_shows_consequences() -> None:
    live = make.carried_to(State.DISTRICT_REVIEW)
    with on("2027-03-20"):
        client = signed_in(applicant(live))
        assert "停止办理" in text(client.get(url("withdraw", live.number)))
        assert client.post(url("withdraw", live.number), {"reason": ""}).status_code == 422
        assert client.post(url("withdraw", live.number), {"reason": TYPED}).status_code == 302
        assert TYPED in text(client.get(url("detail", live.number)))
        refused = client.post(url("withdraw", live.number), {"reason": "再撤一次"})
    assert refused.status_code == 422


def test_a_unit_that_may_not_apply_reads_why() -> None:
    owner = make.organisation(Kind.INSTITUTE, Level.MUNICIPAL)
    make.call()
    with on("2027-03-10"):
        shown = text(signed_in(make.applicant_of(owner)).get(url("start")))
    assert "大连市科协" in shown
    assert "直接向市科协申报" in shown


def test_fixed_content_cannot_be_edited_from_an_old_tab() -> None:
    live = make.carried_to(State.DISTRICT_REVIEW)
    with on("2027-03-20"):
        client = signed_in(applicant(live))
        assert client.get(url("section", live.number, "overseas")).url == url("detail", live.number)
        refused = client.post(url("section", live.number, "overseas"), {"version": live.version, "contacts": TYPED})
        assert refused.status_code == 422
        assert TYPED in text(refused)
        upload = client.post(url("material_add", live.number, "base_plan"), {"file": make.upload(), "stamped": ""})
        assert upload.status_code == 422


def withdrawn_elsewhere() -> tuple[User, str, dict[str, str]]:
    application = make.carried_to(State.DISTRICT_REVIEW)
    unit = make.applicant_of(application.organisation)
    submission.withdraw(actor=make.acting(unit, "2027-05-02"), application=application, reason="先撤")
    return unit, url("withdraw", application.number), {"reason": TYPED}


def voided_elsewhere() -> tuple[User, str, dict[str, str]]:
    application = make.carried_to(State.CERTIFICATION)
    office = make.user(Role.MUNICIPAL)
    paper.void_receipt(actor=make.acting(office, "2027-06-03"), receipt=application.receipts.get(), reason="登记有误")
    return office, url("receipt_void", application.number, 1), {"reason": TYPED}


def back_already() -> tuple[User, str, dict[str, str]]:
    application = make.send_back(make.carried_to(State.DISTRICT_REVIEW), "2027-05-02")
    make.submit(application, "2027-05-03")
    return make.district("210211"), url("extend", application.number), {"reason": TYPED, "correct_by": "2027-05-30"}


@pytest.mark.parametrize("ended", [withdrawn_elsewhere, voided_elsewhere, back_already])
def test_what_was_typed_for_what_is_over_meanwhile_can_be_copied(
    ended: Callable[[], tuple[User, str, dict[str, str]]],
) -> None:
    reader, address, typed = ended()
    with on("2027-06-04" if ended is voided_elsewhere else "2027-05-04"):
        sent = signed_in(reader).post(address, typed)
        opened = signed_in(reader).get(address)
    assert sent.status_code == 422
    main = text(sent).partition("<main")[2]
    assert TYPED in main
    assert 'id="typed"' in main
    assert "<textarea" not in main
    assert 'id="typed"' not in text(opened)
