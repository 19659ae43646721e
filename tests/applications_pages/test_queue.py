"""The queue: whose move, how long, by when, whose hands; and the same done to several with each outcome shown first."""

from datetime import date
from typing import Any

import pytest

from applications.actions import handling
from applications.models import Application, Handling, Nudge
from haizhi_portal.accounts.models import User
from haizhi_portal.audit.models import Entry
from haizhi_portal.policy.words import Role
from tests import factories as make
from tests.applications_pages.kit import State, on, queries, signed_in, text, url
from tests.plugins.pages import StrictClient

pytestmark = pytest.mark.django_db

DAY = "2027-05-05"


def staff(number: int = 1) -> User:
    return make.user(Role.DISTRICT, place="210211", number=number)


def listed(client: StrictClient, **asked: Any) -> list[str]:
    page = client.get(url("list"), asked)
    assert page.status_code == 200
    return [row.number for row in page.context["page_obj"].object_list]


def take(application: Application, person: User, day: str = DAY) -> None:
    handling.take(actor=make.acting(person, day), application=application)


def test_tabs_tell_whose_move_it_is() -> None:
    with_us, back, on_its_way = (
        make.carried_to(state).number
        for state in (State.DISTRICT_REVIEW, State.DISTRICT_RETURNED, State.INITIAL_REVIEW)
    )
    with on(DAY):
        district, office = signed_in(staff()), signed_in(make.user(Role.MUNICIPAL))
        assert listed(district, turn="mine") == [with_us]
        assert listed(district, turn="applicant") == [back]
        assert listed(district, turn="others") == [on_its_way]
        assert listed(office, turn="mine") == [on_its_way]
        assert listed(office, turn="others") == [with_us]
        tabs = district.get(url("list"), {"sort": "by", "turn": "mine"}).context["tabs"]
        assert [(tab["key"], tab["count"]) for tab in tabs] == [
            ("", None),
            ("mine", 1),
            ("applicant", 1),
            ("others", 1),
        ]
        assert tabs[2]["url"] == "?sort=by&turn=applicant"


def test_the_row_says_who_how_long_and_until_when() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    take(application, staff(2), "2027-03-20")
    with on("2027-03-25"):
        line = signed_in(staff()).get(url("list")).context["lines"][0]
        assert (line["mover"], line["mine"], line["days"], line["by"]) == ("本单位", True, 10, date(2027, 5, 20))
        assert (line["handler"], line["handled_by_me"]) == (staff(2).name, False)
        line = signed_in(make.user(Role.MUNICIPAL)).get(url("list")).context["lines"][0]
        assert (line["mover"], line["mine"], line["handler"]) == ("甘井子区科协", False, staff(2).name)


def test_filters_by_handler_and_by_lateness_and_the_order_of_urgency() -> None:
    first, second = make.carried_to(State.INITIAL_REVIEW), make.carried_to(State.INITIAL_REVIEW)
    third = make.carried_to(State.INITIAL_RETURNED)
    officer, colleague = make.user(Role.MUNICIPAL, number=1), make.user(Role.MUNICIPAL, number=2)
    take(second, colleague)
    with on("2027-06-11"):
        client = signed_in(officer)
        assert listed(client, handler="none") == [third.number, first.number]
        assert listed(client, handler=colleague.public_id) == [second.number]
        assert listed(client, handler="me") == []
        assert listed(signed_in(colleague), handler="me") == [second.number]
        assert listed(client, overdue="on") == [second.number, first.number]
        assert listed(client, sort="by") == [second.number, first.number, third.number]
        assert listed(client, sort="since") == [second.number, first.number, third.number]
        assert listed(client, handler="no-such", turn="nobody", sort="'") == [third.number, second.number, first.number]


def test_whoever_handed_on_learns_nothing_from_tabs_filters_and_order() -> None:
    gone, kept = make.carried_to(State.DISTRICT_REVIEW), make.carried_to(State.DISTRICT_REVIEW)
    make.pre_review.hand_on(
        actor=make.acting(staff(), "2027-04-02"), application=gone, route="gaoxin", reason="不在本辖区"
    )
    handling.take(actor=make.acting(make.district("gaoxin"), DAY), application=gone)
    with on(DAY):
        client = signed_in(staff())
        assert listed(client) == [kept.number, gone.number]
        for asked in ({"turn": "mine"}, {"turn": "others"}, {"handler": "none"}, {"overdue": "on"}):
            assert gone.number not in listed(client, **asked)
        assert listed(client, sort="since") == [kept.number, gone.number]
        page = client.get(url("list"))
        assert [tab["count"] for tab in page.context["tabs"]] == [None, 1, 0, 0]
        assert make.district("gaoxin").name not in text(page).replace(staff().name, "")


@pytest.mark.parametrize("asked", [{}, {"turn": "mine", "sort": "by", "handler": "me", "overdue": "on"}])
def test_the_queue_takes_the_same_queries_at_one_and_three_rows(asked: dict[str, str]) -> None:
    counts = []
    for _round in range(3):
        take(make.carried_to(State.DISTRICT_REVIEW), staff())
        with on(DAY):
            address = url("list") + "?" + "&".join(f"{key}={value}" for key, value in asked.items())
            counts.append(queries(signed_in(staff()), address))
    assert counts[0] == counts[1] == counts[2]


def test_empty_tabs_say_what_will_appear() -> None:
    with on(DAY):
        client = signed_in(staff())
        for turn, words in (("mine", "随即出现在这里"), ("applicant", "退回修改的"), ("others", "轮到其他审核单位")):
            assert words in text(client.get(url("list"), {"turn": turn}))


# Several at once ----------------------------------------------------------------------------------------------------


def bulk(client: StrictClient, act: str, *picked: str, status: int = 200, **more: Any) -> Any:
    answer = client.post(url("bulk"), {"act": act, "pick": list(picked), **more})
    assert answer.status_code == status, text(answer)
    return answer


def outcome(answer: Any) -> list[tuple[str, bool]]:
    return [(line.application.number, line.allowed) for line in answer.context["lines"]]


def test_first_shown_row_by_row_then_done_row_by_row() -> None:
    free, held, gone = (make.carried_to(State.DISTRICT_REVIEW) for _ in range(3))
    take(held, staff(2))
    make.endorse(gone, "2027-05-01")
    numbers = [free.number, held.number, gone.number]
    with on(DAY):
        client = signed_in(staff())
        shown = bulk(client, "take", *numbers)
        assert outcome(shown) == [(free.number, True), (held.number, False), (gone.number, False)]
        assert "确认，办理 1 项" in text(shown)
        assert f"由{staff(2).name}经办" in text(shown)
        assert Handling.objects.count() == 1
        done = bulk(client, "take", *numbers, filled="1", confirmed="1")
    assert outcome(done) == outcome(shown)
    assert "已办理 1 项，没有办成 2 项" in text(done)
    assert Handling.objects.count() == 2
    assert Entry.objects.filter(event="application.handler_named").count() == 2


def test_what_has_to_be_filled_in_is_judged_again_for_each_row() -> None:
    short, long = make.carried_to(State.DISTRICT_RETURNED), make.carried_to(State.DISTRICT_REVIEW)
    long = make.send_back(long, "2027-05-02", date(2027, 5, 19))
    typed = {"correct_by": "2027-05-17", "reason": "统一补盖公章"}
    with on(DAY):
        client = signed_in(staff())
        asked = bulk(client, "extend", short.number, long.number)
        assert "下一步：逐项核对" in text(asked)
        assert 'name="confirmed"' not in text(asked)
        wrong = bulk(client, "extend", short.number, filled="1", correct_by="明天", reason="", status=422)
        assert "明天" in text(wrong)
        shown = bulk(client, "extend", short.number, long.number, filled="1", **typed)
        assert outcome(shown) == [(short.number, True), (long.number, False)]
        assert "由2027年5月14日延至2027年5月17日，多 3 天" in text(shown)
        back = bulk(client, "extend", short.number, filled="1", revise="1", **typed)
        assert "统一补盖公章" in text(back)
        assert 'name="confirmed"' not in text(back)
        bulk(client, "extend", short.number, long.number, filled="1", confirmed="1", **typed)
    short.refresh_from_db()
    long.refresh_from_db()
    assert (short.correct_by, long.correct_by) == (date(2027, 5, 17), date(2027, 5, 19))


def test_handing_on_reminding_and_naming_several() -> None:
    first, second = make.carried_to(State.DISTRICT_RETURNED), make.carried_to(State.DISTRICT_REVIEW)
    with on(DAY):
        client = signed_in(staff())
        bulk(client, "remind", first.number, second.number, filled="1", confirmed="1", words="")
        assert [nudge.application for nudge in Nudge.objects.all()] == [first]
        again = bulk(client, "remind", first.number)
        assert "一天只催办一次" in text(again)
        person = staff(2).public_id
        bulk(client, "name_handler", first.number, second.number, filled="1", confirmed="1", person=person)
        assert set(Handling.objects.values_list("handler", flat=True)) == {staff(2).pk}
        outsider = make.district("210202").public_id
        bulk(client, "name_handler", first.number, filled="1", confirmed="1", person=outsider, status=422)
        typed = {"route": "gaoxin", "reason": "注册地变了"}
        done = bulk(client, "hand_on", first.number, second.number, filled="1", confirmed="1", **typed)
        assert outcome(done) == [(first.number, False), (second.number, True)]


def test_all_of_the_page_and_all_that_match() -> None:
    rows = [make.carried_to(State.DISTRICT_REVIEW) for _ in range(2)]
    other = make.carried_to(State.DISTRICT_RETURNED)
    with on(DAY):
        client = signed_in(staff())
        for scope in ("page", "all"):
            shown = bulk(client, "take", scope=scope, asked="turn=mine&sort=number")
            assert outcome(shown) == [(row.number, True) for row in rows]
            assert other.number not in text(shown)
            assert "?turn=mine&amp;sort=number" in text(shown)


def test_a_hostile_client_reaches_nothing_it_may_not_see() -> None:
    own, foreign = make.carried_to(State.DISTRICT_REVIEW), make.organisation(place="210202")
    other = make.carried_to(State.DISTRICT_REVIEW, foreign)
    draft = make.application_ready()
    with on(DAY):
        client = signed_in(staff())
        picked = [
            own.number,
            other.number,
            draft.number,
            "2027-9999",
            "\x00",
            "x" * 5000,
            "２０２７-０００１",
        ]
        shown = bulk(client, "take", *picked)
        assert outcome(shown) == [(own.number, True)]
        assert "另有 3 项不存在，或不在您的办理范围内" in text(shown)
        assert foreign.name not in text(shown)
        done = bulk(client, "take", *picked, filled="1", confirmed="1")
        assert outcome(done) == [(own.number, True)]
        for act, more in (
            ("endorse", {}),
            ("", {}),
            ("take", {"pick": []}),
            ("take", {"scope": "all", "asked": "q=%00%ff"}),
        ):
            answer = client.post(url("bulk"), {"act": act, "pick": [own.number], **more})
            assert answer.status_code in (200, 302)
        assert client.get(url("bulk")).status_code == 302
    assert set(Handling.objects.values_list("application", flat=True)) == {own.pk}


def test_more_than_a_page_can_show_is_refused_in_words() -> None:
    application = make.carried_to(State.WITHDRAWN)
    for number in range(2, 203):
        application.pk, application.number = None, f"2027-{number:04d}"
        application.save()
    with on(DAY):
        client = signed_in(make.user(Role.MUNICIPAL))
        answer = client.post(url("bulk"), {"act": "remind", "scope": "all", "asked": ""}, follow=True)
    assert "一次最多办理 200 项" in text(answer)


def test_the_page_of_one_application_offers_the_same() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    with on(DAY):
        client = signed_in(staff())
        shown = client.get(url("detail", application.number))
        assert [key for key, _words in shown.context["handling"].acts] == ["take", "name_handler"]
        take(application, staff())
        shown = client.get(url("detail", application.number))
        assert [key for key, _words in shown.context["handling"].acts] == ["name_handler", "give_back"]
        assert (
            signed_in(make.applicant_of(application.organisation))
            .get(url("detail", application.number))
            .context["handling"]
            is None
        )
