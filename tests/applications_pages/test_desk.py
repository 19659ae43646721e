"""The paper desk's pages: scanned, typed, photographed; the receipt; who is missing."""

import io
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from applications.models import Application
from haizhi_portal.documents.codes import address
from haizhi_portal.policy.words import Role
from tests import factories as make
from tests.applications.test_barcodes import bomb, paper_with, qr
from tests.applications.test_paper import code, receive
from tests.applications_pages.kit import State, applicant, on, queries, signed_in, text, url

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1-paper")]
DAY = "2027-06-03"


def photo(content: bytes, name: str = "照片.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type="image/jpeg")


def place_of(application: Application) -> str:
    return f"{url('paper_receive', application.number)}?code={code(application)}"


def officer_client() -> Any:
    cache.clear()
    return signed_in(make.user(Role.MUNICIPAL))


def test_keyboard_alone_scan_number_enter_next() -> None:
    first, second = make.carried_to(State.INITIAL_REVIEW), make.carried_to(State.INITIAL_REVIEW)
    with on(DAY):
        client = officer_client()
        for application in (first, second):
            assert "autofocus" in text(client.get(url("paper")))
            found = client.post(url("paper"), {"code": address(code(application))})
            assert found.url == place_of(application)
            assert "autofocus" in text(client.get(found.url))
            kept = {"check_code": code(application), "already": "0", "stamped": "on"}
            done = client.post(found.url, {"copies": "２", **kept})
            assert done.url == url("paper")
            again = client.post(found.url, {"copies": "2", **kept})
            assert again.status_code == 409
            assert "已登记过一次" in text(again)
        shown = text(client.get(url("paper")))
    assert "共 2 次，有效 4 份" in shown
    assert [row.receipts.get().copies for row in (first, second)] == [2, 2]


def test_a_second_scan_into_the_number_registers_nothing() -> None:
    first, second = make.carried_to(State.INITIAL_REVIEW), make.carried_to(State.INITIAL_REVIEW)
    with on(DAY):
        client = officer_client()
        kept = {"check_code": code(first), "stamped": "on"}
        same = client.post(place_of(first), {"copies": address(code(first)), **kept}, follow=True)
        assert same.redirect_chain[-1][0] == place_of(first)
        assert "同一份申报书又扫了一次，没有登记" in text(same)
        other = client.post(place_of(first), {"copies": code(second), **kept}, follow=True)
        assert other.redirect_chain[-1][0] == place_of(second)
        assert "前一份没有登记" in text(other)
        lost = client.post(place_of(first), {"copies": "2222222222222222", **kept}, follow=True)
        assert "没有这个校验码" in text(lost)
        for wrong in ("0", "21", "-1", "二", "1e1", "9" * 190):
            assert client.post(place_of(first), {"copies": wrong, **kept}).status_code == 422, wrong
    assert not first.receipts.exists()


def test_a_number_typed_instead_of_a_code_opens_the_application() -> None:
    application = make.carried_to(State.INITIAL_REVIEW)
    with on(DAY):
        client = officer_client()
        assert client.post(url("paper"), {"code": application.number}).url == url("paper_receive", application.number)
        assert client.post(url("paper"), {"code": " "}).status_code == 422


def test_a_photograph_and_a_camera_s_frames() -> None:
    application = make.carried_to(State.INITIAL_REVIEW)
    seen = paper_with(qr(address(code(application))), turned=5)
    with on(DAY):
        client = officer_client()
        assert client.post(url("paper"), {"photo": photo(seen)}).url == place_of(application)
        assert client.post(url("paper_scan"), {"photo": photo(seen)}).json() == {"code": code(application)}
        blank = client.post(url("paper"), {"photo": photo(paper_with(qr("nothing of ours")))})
        assert "照片里没有读出" in text(blank)
        for hostile in (bomb(), b"", b"%PDF-1.7", b"<svg onload=alert(1)>"):
            assert client.post(url("paper"), {"photo": photo(hostile)}).status_code == 422
            assert client.post(url("paper_scan"), {"photo": photo(hostile)}).status_code == 422
        assert client.post(url("paper_scan")).status_code == 400
        assert client.get(url("paper_scan")).status_code == 405


def test_frames_of_one_person_are_limited() -> None:
    blank = io.BytesIO()
    qr("nothing").save(blank, "PNG")
    with on(DAY):
        client = officer_client()
        answers = [client.post(url("paper_scan"), {"photo": photo(blank.getvalue())}).status_code for _ in range(32)]
    assert answers == [200] * 30 + [429] * 2


def test_an_outdated_print_is_turned_away_with_one_key() -> None:
    application = make.send_back(make.carried_to(State.INITIAL_REVIEW), "2027-06-01")
    make.submit(application, "2027-06-02")
    old = code(application, 1)
    with on(DAY):
        client = officer_client()
        shown = text(client.get(url("paper_receive", application.number), {"code": old}))
        assert "印自第 1 版，现行的是第 2 版" in " ".join(shown.split())
        assert 'name="copies"' not in shown
        back = client.post(url("paper_turn_away", application.number), {"code": old}, follow=True)
        assert "已通知" in text(back)
        assert "没有重复发送" in text(
            client.post(url("paper_turn_away", application.number), {"code": old}, follow=True)
        )
        current = client.post(url("paper_turn_away", application.number), {"code": code(application, 2)}, follow=True)
        assert "就是现行版本" in text(current)
        assert client.get(url("paper_turn_away", application.number)).status_code == 302
    assert not application.receipts.exists()


def test_the_receipt_says_everything_and_follows_what_came_later() -> None:
    application = make.carried_to(State.INITIAL_REVIEW)
    receive(application, code(application), 1)
    printed = url("receipt", application.number, 1)
    with on(DAY):
        shown = " ".join(text(officer_client().get(printed)).split())
        for words in (
            f"{application.number}-1",
            application.organisation.name,
            application.organisation.credit_code,
            "申报书第 1 版",
            "-".join(code(application)[place : place + 4] for place in range(0, 16, 4)),
            "1 份（已盖章）",
            "2027年6月3日",
            make.user(Role.MUNICIPAL).name,
            "还缺 1 份，请在 2027年6月20日集中认证之前补齐",
        ):
            assert words in shown, words
        own = text(signed_in(applicant(application)).get(printed))
        assert "市科协学会部" in own
        assert make.user(Role.MUNICIPAL).name not in own
        assert signed_in(make.district("210211")).get(printed).status_code == 403
        assert signed_in(make.applicant_of(make.organisation())).get(printed).status_code == 404
        for nowhere in (url("receipt", application.number, 2), url("receipt", application.number, 0)):
            assert officer_client().get(nowhere).status_code == 404
    receive(application, code(application), 1)
    with on(DAY):
        assert "应交 2 份，已收齐" in " ".join(text(officer_client().get(printed)).split())


def test_a_wrong_registration_is_cancelled_on_its_page() -> None:
    application = make.carried_to(State.INITIAL_REVIEW)
    receive(application, code(application), 2)
    cancel = url("receipt_void", application.number, 1)
    with on(DAY):
        client = officer_client()
        assert cancel in text(client.get(url("receipt", application.number, 1)))
        assert client.post(cancel, {"reason": " "}).status_code == 422
        assert client.post(cancel, {"reason": "数错了份数"}).url == url("paper")
        assert "已作废" in text(client.get(url("paper")))
        assert "有效 0 份" in text(client.get(url("paper")))
        assert "数错了份数" in text(client.get(url("receipt", application.number, 1)))
        assert client.post(cancel, {"reason": "再一次"}).status_code == 422


def test_the_missing_are_listed_with_contact_and_reminded_once_a_day() -> None:
    owes, complete = make.carried_to(State.INITIAL_REVIEW), make.carried_to(State.CERTIFICATION)
    with on(DAY):
        client = officer_client()
        shown = " ".join(text(client.get(url("paper_missing", 2027))).split())
        assert "1 家单位还没有交齐" in shown
        assert "周示例" in shown
        assert 'href="tel:13900000000"' in shown
        assert "2 份（已收 0 份）" in shown
        assert complete.number not in shown
        assert "已提醒 1 家单位" in text(client.post(url("paper_missing", 2027), {"number": owes.number}, follow=True))
        again = text(client.post(url("paper_missing", 2027), follow=True))
        assert "没有重复发送" in again
        assert "今天已提醒" in again
        assert client.post(url("paper_missing", 2027), {"number": "' OR 1=1"}).status_code == 404
        assert client.get(url("paper_missing", 2031)).status_code == 404


def test_the_desk_s_lists_take_the_same_queries_at_one_and_three_rows() -> None:
    def receive_another() -> None:
        application = make.carried_to(State.INITIAL_REVIEW)
        receive(application, code(application), 1)

    receive_another()
    with on(DAY):
        client = officer_client()
        before = [queries(client, address) for address in (url("paper"), url("paper_missing", 2027))]
    receive_another()
    receive_another()
    with on(DAY):
        after = [queries(client, address) for address in (url("paper"), url("paper_missing", 2027))]
    assert after == before
