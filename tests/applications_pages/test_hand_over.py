"""Handing on several times, back again, close to the closing; and what was moved in the timetable, told to all."""

from datetime import date

import pytest

from applications.actions import call as call_actions
from applications.actions import pre_review
from applications.models import Application
from applications.timetable_history import timetable_history
from haizhi_portal.notifications.models import Message
from haizhi_portal.policy.words import Role
from tests import factories as make
from tests.applications_pages.kit import State, confirmed, on, signed_in, text, url
from tests.plugins.pages import StrictClient

pytestmark = pytest.mark.django_db


def hand_on(application: Application, by: str, to: str, day: str) -> Application:
    application.refresh_from_db()
    return pre_review.hand_on(
        actor=make.acting(make.district(by), day), application=application, route=to, reason=f"应由{to}审核"
    )


@pytest.mark.clause("4.1-via-district")
def test_a_body_that_does_not_own_it_either_gives_it_back_with_a_reason() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    hand_on(application, "210211", "gaoxin", "2027-04-02")
    with on("2027-04-05"):
        client = signed_in(make.district("gaoxin"))
        page = text(client.get(url("route", application.number)))
        assert "退回甘井子区（也不属于本辖区）" in page
        assert "应由gaoxin审核" in page
        asked = client.post(url("route", application.number), {"route": "210211", "reason": "注册地已迁出"})
        assert "接收单位审核到2027年5月20日为止（含当日），还有 45 天" in text(asked)
        assert "时间已经不多" not in text(asked)
        done = confirmed(client, url("route", application.number), {"route": "210211", "reason": "注册地已迁出"})
        assert done.status_code == 302
        application.refresh_from_db()
        assert (application.route, application.state) == ("210211", State.DISTRICT_REVIEW)
        back = text(signed_in(make.district("210211")).get(url("route", application.number)))
        assert "已移交 2 次" in back
        assert "注册地已迁出" in back
        # Whoever gave it back sees its own act and nothing else.
        own = text(client.get(url("detail", application.number)))
        assert "注册地已迁出" in own
        assert "应由gaoxin审核" not in own


def test_close_to_the_closing_the_page_and_the_receiver_are_told_how_little_time_is_left() -> None:
    application, receiver = make.carried_to(State.DISTRICT_REVIEW), make.district("gaoxin")
    with on("2027-05-16"):
        client = signed_in(make.district("210211"))
        asked = text(client.post(url("route", application.number), {"route": "gaoxin", "reason": "在高新区"}))
        assert "还有 4 天" in asked
        assert "时间已经不多" in asked
        to_office = text(client.post(url("route", application.number), {"route": "municipal", "reason": "难定"}))
        assert "时间已经不多" not in to_office
    hand_on(application, "210211", "gaoxin", "2027-05-16")
    told = Message.objects.get(recipient=receiver, kind="application.rerouted")
    assert "请在2027年5月20日前（含当日）审核" in told.body
    unit = Message.objects.get(recipient=make.applicant_of(application.organisation), kind="application.rerouted")
    assert "请在" not in unit.body


def test_the_municipal_office_takes_one_over_and_sees_the_whole_chain() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    hand_on(application, "210211", "gaoxin", "2027-04-02")
    hand_on(application, "gaoxin", "210202", "2027-04-03")
    with on("2027-04-05"):
        client = signed_in(make.user(Role.MUNICIPAL))
        page = text(client.get(url("route", application.number)))
        assert page.rindex("应由gaoxin审核") < page.rindex("应由210202审核")
        assert "退回" not in page.split("<form")[-1]
        done = confirmed(client, url("route", application.number), {"route": "municipal", "reason": "由市科协受理"})
        assert done.status_code == 302
    application.refresh_from_db()
    assert (application.route, application.state) == ("municipal", State.INITIAL_REVIEW)


def test_an_extension_shows_those_before_it() -> None:
    back = make.carried_to(State.DISTRICT_RETURNED)
    pre_review.extend_correction(
        actor=make.acting(make.district("210211"), "2027-05-04"),
        application=back,
        correct_by=date(2027, 5, 17),
        reason="补盖公章",
    )
    with on("2027-05-05"):
        page = text(signed_in(make.district("210211")).get(url("extend", back.number)))
    assert "此前的延长" in page
    assert "2027年5月17日" in page
    assert "补盖公章" in page


@pytest.mark.clause("4.1-annual")
def test_a_changed_timetable_says_before_after_and_why_to_staff_and_to_everybody() -> None:
    call = make.call()
    call_actions.change_timetable(
        actor=make.acting(make.user(Role.MUNICIPAL), "2027-04-20"),
        call=call,
        reason="受台风影响",
        **make.days_of(applicants_close_on=date(2027, 5, 6), certification_on=date(2027, 6, 18)),
    )
    (change,) = timetable_history(call)
    assert change.on == date(2027, 4, 20)
    assert change.moved == [
        "单位申报截止日由2027年4月30日改为2027年5月6日，推后 6 天",
        "集中认证日由2027年6月20日改为2027年6月18日，提前 2 天",
    ]
    with on("2027-04-21"):
        for page in (
            text(signed_in(make.user(Role.MUNICIPAL)).get(url("call", 2027))),
            text(StrictClient().get("/")),
        ):
            assert change.moved[0] in page
            assert "受台风影响" in page
