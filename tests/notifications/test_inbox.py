"""The inbox's pages."""

from typing import Any

import pytest

from haizhi_portal.notifications.actions import tell
from haizhi_portal.notifications.delivery import deliver_what_is_due
from haizhi_portal.notifications.models import Message
from haizhi_portal.notifications.queries import unread_count
from tests.accounts.people import NOW, SYSTEM, registered

pytestmark = pytest.mark.django_db


def told(person: Any, count: int = 1) -> Message:
    for number in range(count):
        tell(
            actor=SYSTEM,
            recipients=[person],
            kind="test",
            subject=f"第 {number + 1} 件 <b>",
            body="第一行\n第二行 <script>",
            link="/accounts/profile/",
        )
    deliver_what_is_due(now=NOW)
    return Message.objects.latest("pk")


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_queries_whatever_its_length(
    client_for: Any, django_assert_num_queries: Any, rows: int
) -> None:
    person = registered()
    told(person, rows)
    visitor = client_for(person)
    # Session, user, unread messages, own organisation in the menu, the session kept in three; then count and page.
    with django_assert_num_queries(9):
        page = visitor.get("/inbox/")
    assert len(page.context["page_obj"]) == rows


def test_opening_marks_read_and_the_count_follows(client_for: Any) -> None:
    person = registered()
    message = told(person)
    visitor = client_for(person)
    assert visitor.head(f"/inbox/{message.public_id}/").status_code == 200
    assert '<span class="hz-count">1<' in visitor.get("/inbox/").content.decode()
    page = visitor.get(f"/inbox/{message.public_id}/").content.decode()
    assert "第一行<br>第二行 &lt;script&gt;" in page
    assert 'href="/accounts/profile/"' in page
    assert '<span class="hz-count">' not in visitor.get("/inbox/").content.decode()
    assert "没有未读的通知" in visitor.get("/inbox/?unread=1").content.decode()


def test_marking_everything_read_takes_a_post(client_for: Any) -> None:
    person = registered()
    told(person, 3)
    visitor = client_for(person)
    assert visitor.get("/inbox/read/").status_code == 405
    assert visitor.post("/inbox/read/")["Location"] == "/inbox/"
    assert unread_count(person) == 0


def test_an_empty_inbox_says_what_will_come(client_for: Any) -> None:
    assert "这里会出现通知" in client_for(registered()).get("/inbox/").content.decode()


def test_nobody_reads_another_persons_message_nor_one_not_delivered_yet(client_for: Any) -> None:
    mine, other = registered(), registered(2)
    message = told(mine)
    assert client_for(other).get(f"/inbox/{message.public_id}/").status_code == 404
    tell(actor=SYSTEM, recipients=[mine], kind="test", subject="未投递", body="x")
    waiting = Message.objects.get(subject="未投递")
    visitor = client_for(mine)
    assert visitor.get(f"/inbox/{waiting.public_id}/").status_code == 404
    assert "未投递" not in visitor.get("/inbox/").content.decode()
