"""What stands in the inbox, line by line. The lines are kept in `pages/`, see `tests/plugins/outline.py`."""

from pathlib import Path

import pytest

from haizhi_portal.notifications.actions import tell
from haizhi_portal.notifications.delivery import deliver_what_is_due
from haizhi_portal.notifications.models import Message
from tests import factories as make
from tests.applications_pages.kit import on, signed_in
from tests.plugins.outline import assert_each_reads
from tests.plugins.pages import StrictClient

pytestmark = pytest.mark.django_db
PAGES = Path(__file__).parent / "pages"
INBOX, UNREAD = "/inbox/", "/inbox/?unread=1"


def told(count: int) -> list[Message]:
    actor = make.acting(None, "2027-03-15")
    for number in range(1, count + 1):
        link = "/accounts/profile/" if number % 2 else ""
        tell(actor=actor, recipients=[make.expert()], kind="test", subject=f"第 {number} 件", body="一\n二", link=link)
    deliver_what_is_due(now=actor.now)
    return list(Message.objects.order_by("pk"))


def inbox(name: str, client: StrictClient) -> None:
    assert_each_reads({"all": client}, INBOX, PAGES / name)
    assert_each_reads({"unread": client}, UNREAD, PAGES / name)


def test_the_inbox() -> None:
    with on("2027-03-15"):
        client = signed_in(make.expert())
        inbox("empty", client)
        first, second = told(2)
        assert_each_reads({"linked": client}, f"{INBOX}{first.public_id}/", PAGES / "message")
        inbox("one_read", client)
        assert_each_reads({"plain": client}, f"{INBOX}{second.public_id}/", PAGES / "message")
        inbox("all_read", client)
        told(21)
        assert_each_reads({"first": client}, INBOX, PAGES / "pages")
        assert_each_reads({"second": client}, f"{INBOX}?page=2", PAGES / "pages")
        client.post("/inbox/read/")
        assert_each_reads({"marked": client}, f"{INBOX}?page=2", PAGES / "pages")
