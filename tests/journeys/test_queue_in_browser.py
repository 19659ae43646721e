"""The queue in a real browser: several assigned at once, read row by row before and after; on a phone too."""

from collections.abc import Callable

import pytest

from applications.actions import handling, pre_review
from applications.models import Application, Handling
from haizhi_portal.policy.words import Role
from tests import factories as make
from tests.journeys.person import Person

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
State = Application.State


@pytest.mark.clause("4.1-via-district")
def test_from_the_queue_to_a_bulk_assignment(demo_on: Callable[[str], None], person: Callable[..., Person]) -> None:
    demo_on("2027-05-05")
    me, colleague = (make.user(Role.DISTRICT, place="210211", number=number) for number in (1, 2))
    rows = [make.carried_to(State.DISTRICT_REVIEW) for _ in range(3)]
    back = make.carried_to(State.DISTRICT_RETURNED)
    gone = make.carried_to(State.DISTRICT_REVIEW)
    pre_review.hand_on(actor=make.acting(me, "2027-04-02"), application=gone, route="gaoxin", reason="在高新区")
    handling.take(actor=make.acting(colleague, "2027-04-02"), application=rows[2])
    clerk = person(me.username).follow("2027 年度申报待审核").picture("queue-mine")
    clerk.reads("等我办理", "已等", "51 天", colleague.name)
    clerk.page.get_by_label(f"勾选 {rows[0].number}").check()
    clerk.page.get_by_label(f"勾选 {rows[2].number}").check()
    clerk.write({"哪些申报": "勾选的", "办什么": "指定经办人"}).press("下一步：逐项看清后果").picture("queue-fill-in")
    clerk.write({"经办人": colleague.name}).press("下一步：逐项核对").picture("queue-outcomes")
    clerk.reads("能办理 1 项，不能办理 1 项", f"由{colleague.name}经办，本人收到通知")
    clerk.press("确认，办理 1 项").picture("queue-done").reads("已办理 1 项，没有办成 1 项")
    assert list(Handling.objects.values_list("application", "handler")) == [
        (rows[2].pk, colleague.pk),
        (rows[0].pk, colleague.pk),
    ]
    clerk.follow("回到清单").reads(colleague.name)
    clerk.go("/applications/").picture("queue-all").follow(rows[0].number).picture("queue-handler-on-the-page")
    clerk.go("/accounts/delegations/").picture("queue-standing-in")

    phone = person(me.username, phone=True).go("/applications/").picture("queue-phone").reads(gone.number, "已移交")
    phone.page.get_by_label(f"勾选 {back.number}").check()
    phone.write({"办什么": "催办申报单位"}).press("下一步：逐项看清后果").press("下一步：逐项核对").picture(
        "queue-phone-outcomes"
    )
    phone.press("确认，办理 1 项").reads("已办理 1 项")
