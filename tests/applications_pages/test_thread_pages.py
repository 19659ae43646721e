"""The thread and the taking up again on the pages: written, read, unread marks, files, nothing that leaks."""

from collections.abc import Callable

import pytest

from applications.models import Application, ThreadEntry
from haizhi_portal.accounts.models import User
from haizhi_portal.policy.words import Role
from tests import factories as make
from tests.applications.test_thread import say
from tests.applications_pages.kit import State, applicant, on, queries, signed_in, text, url
from tests.plugins.pages import StrictClient

pytestmark = pytest.mark.django_db
DAY = "2027-05-05"


def district() -> User:
    return make.district("210211")


@pytest.mark.clause("4.1-materials")
def test_written_on_the_application_s_page_and_answered_there() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    detail = url("detail", application.number)
    with on(DAY):
        unit, office = signed_in(applicant(application)), signed_in(district())
        sent = unit.post(
            url("thread", application.number), {"text": "请问<b>章</b>盖在哪里？\n谢谢", "file": make.upload()}
        )
        assert sent.url == f"{detail}#thread"
        assert "1 项申报有还没有看的留言" in text(office.get("/home/"))
        assert office.get(url("threads")).url == f"{detail}#thread"
        shown = text(office.get(detail))
        assert "请问&lt;b&gt;章&lt;/b&gt;盖在哪里？" in shown
        assert ">新</span>" in shown
        assert ">新</span>" not in text(office.get(detail))
        assert "有新留言" not in text(office.get("/home/"))
        office.post(url("thread", application.number), {"text": "盖在首页。"})
        own = text(unit.get(detail))
        assert "盖在首页。" in own
        assert district().name not in own
        assert "甘井子区" in own


@pytest.mark.clause("4.1-materials")
def test_a_refused_message_is_kept_as_typed() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    with on(DAY):
        client = signed_in(applicant(application))
        address = url("thread", application.number)
        bad = client.post(address, {"text": "附件不对的留言", "file": make.upload("x.exe", b"MZ")})
        assert bad.status_code == 422
        assert "附件不对的留言" in text(bad)
        assert client.post(address, {"text": " "}).status_code == 422
        assert client.post(address, {"text": "长" * 2001}).status_code == 422
        assert client.get(address).status_code == 200
    assert not ThreadEntry.objects.exists()


def stranger_district(_: Application) -> User:
    return make.district("210202")


def stranger_unit(_: Application) -> User:
    return make.applicant_of(make.organisation())


def expert(application: Application) -> User:
    return make.expert(1)


@pytest.mark.clause("4.1-via-district")
@pytest.mark.parametrize("reader", [stranger_district, stranger_unit, expert])
def test_a_stranger_reads_nothing_of_a_thread(reader: Callable[[Application], User]) -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    entry = say(application, applicant(application), "只给辖区看的话", upload=make.upload())
    with on(DAY):
        client = signed_in(reader(application))
        for address in (
            url("detail", application.number),
            url("thread", application.number),
            url("thread_file", application.number, entry.public_id),
        ):
            assert client.get(address).status_code in (403, 404)
        assert client.post(url("thread", application.number), {"text": "闯入"}).status_code in (403, 404)
        owner = signed_in(applicant(application))
        assert owner.get(url("thread_file", application.number, entry.public_id)).status_code == 200
        assert owner.get(url("thread_file", application.number, "AAAAAAAAAAAA")).status_code == 404


@pytest.mark.clause("4.1-via-district")
def test_what_the_office_and_the_unit_say_is_not_on_the_district_s_page() -> None:
    application = make.endorse(make.carried_to(State.DISTRICT_REVIEW), "2027-05-01")
    entry = say(application, make.user(Role.MUNICIPAL), "市里的话", upload=make.upload())
    with on(DAY):
        client = signed_in(district())
        for address in (url("detail", application.number), url("thread", application.number)):
            assert "市里的话" not in text(client.get(address))
        assert client.get(url("thread_file", application.number, entry.public_id)).status_code == 404


def test_the_thread_takes_the_same_queries_at_one_and_three_entries() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    counts = {}
    for entries in (1, 3):
        while ThreadEntry.objects.count() < entries:
            say(application, applicant(application))
        with on(DAY):
            client: StrictClient = signed_in(make.user(Role.MUNICIPAL))
            counts[entries] = [queries(client, url(name, application.number)) for name in ("detail", "thread")]
    assert counts[1] == counts[3]


def test_the_list_of_unread_takes_the_same_queries_at_two_and_four_rows() -> None:
    counts = []
    for _ in range(2):
        for _ in range(2):
            application = make.carried_to(State.DISTRICT_REVIEW)
            say(application, applicant(application))
        with on(DAY):
            counts.append([queries(signed_in(district()), address) for address in (url("threads"), "/home/")])
    assert counts[0] == counts[1]


@pytest.mark.clause("4.1-annual")
def test_withdrawn_and_taken_up_again_on_the_pages() -> None:
    old = make.carried_to(State.WITHDRAWN)
    with on("2027-04-02"):
        client = signed_in(applicant(old))
        shown = text(client.get(url("detail", old.number)))
        assert url("reopen", old.number) in shown
        assert "不用再传" in text(client.get(url("reopen", old.number)))
        made = client.post(url("reopen", old.number), follow=True)
        new = Application.objects.get(reopens=old)
        assert made.redirect_chain[-1][0] == url("detail", new.number)
        assert f"由已撤回的 {old.number} 重新申报" in text(made)
        assert f">{new.number}</a>" in text(client.get(url("detail", old.number)))
        assert client.post(url("reopen", old.number)).status_code == 422
        assert new.number not in text(signed_in(make.user(Role.MUNICIPAL)).get(url("detail", old.number)))
        file = new.materials.all()[0].file.public_id
        assert client.get(url("material_file", file)).status_code == 200
        assert client.post(url("material_remove", file)).status_code == 302
    assert new.materials.filter(removed_at__isnull=False).count() == 1
    assert not old.materials.filter(removed_at__isnull=False).exists()
    with on("2027-05-02"):
        assert url("reopen", old.number) not in text(signed_in(applicant(old)).get(url("detail", old.number)))
