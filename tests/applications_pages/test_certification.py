"""The round, the experts' pages, the list and the award."""

import re
from collections.abc import Sequence
from typing import Any

import pytest

from applications.models import Application, Assignment, Material, Seat
from haizhi_portal.audit.models import Entry
from haizhi_portal.policy.words import Role
from haizhi_portal.scoring.models import Sheet
from tests import factories as make
from tests.applications_pages.kit import TYPED, State, confirmed, on, queries, signed_in, text, url

pytestmark = pytest.mark.django_db

DAY = "2027-06-20"
UNREAD = "没有办理：这一步不由您办理，或者页面已经变化。请按现在的页面操作。"


def office() -> Any:
    return signed_in(make.user(Role.MUNICIPAL))


def chief() -> Any:
    return signed_in(make.user(Role.LEADER))


def certified(times: int = 1) -> list[Application]:
    """Applications that wait for the experts."""
    return [make.carried_to(State.CERTIFICATION) for _each in range(times)]


def marks(total: int = 80, **changed: str) -> dict[str, str]:
    points = {f"points-{key}": str(value) for key, value in make.marks(total).items()}
    return points | {"recommendation": "recommended", "opinion": TYPED} | changed


@pytest.mark.clause("4.2-yearly")
def test_the_round_opens_once_asks_experts_and_closes() -> None:
    (application,) = certified()
    address = url("round", 2027)
    with on("2027-06-19"):
        early = office().post(address, {"act": "open"})
        assert early.status_code == 422
        assert "2027年6月20日" in text(early)
    with on(DAY):
        client = office()
        asked = client.post(address, {"act": "open"})
        assert application.number in text(asked)
        assert 'class="hz-confirm hz-confirm-official"' in text(asked)
        assert 'class="btn btn-official" type="submit" name="confirmed"' in text(asked)
        assert client.post(address, {"act": "open", "confirmed": "1"}).status_code == 302
        assert client.post(address, {"act": "open"}).status_code == 422
        people = [make.expert(number) for number in (1, 2, 3)]
        data = {"act": "assign", "number": application.number}
        nobody = client.post(address, data)
        assert nobody.status_code == 422
        chosen = {f"{application.number}-experts": [person.public_id for person in people]}
        assert client.post(address, data | chosen).status_code == 302
        assert text(client.get(address)).count("待声明") == 3
        short = client.post(address, {"act": "close"})
        assert short.status_code == 422
        assert "至少要有 3 份有效评分" in text(short)
        for assignment in Assignment.objects.all():
            make.certification.declare(actor=make.acting(assignment.expert, DAY), assignment=assignment, conflict=False)
            assignment.refresh_from_db()
            make.score(assignment)
        assert confirmed(client, address, {"act": "close"}).url == url("decision", 2027)
        assert text(chief().get(address)).count("已提交") == 3


@pytest.mark.clause("4.2-experts")
def test_a_file_opens_only_after_the_declaration() -> None:
    (application,) = certified()
    plan = application.materials.get(kind=Material.MaterialKind.BASE_PLAN).file.public_id
    papers = application.materials.get(kind=Material.MaterialKind.REPRESENTATIVE_ID).file.public_id
    with on(DAY):
        make.open_round(application.call)
        task = make.assign(application, 1)
        client = signed_in(make.expert(1))
        early = client.get(url("material_file", plan))
        assert early.status_code == 403
        assert url("assignment", task.public_id) in text(early)
        page = text(client.get(url("assignment", task.public_id)))
        assert "按实际情况填写的说明。" not in page
        assert plan not in page
        without = client.post(url("assignment", task.public_id), {"conflict": "no", "reason": TYPED})
        assert without.status_code == 422
        assert TYPED in text(without)
        client.post(url("assignment", task.public_id), {"conflict": "no", "pledge": "on"})
        assert client.get(url("material_file", plan)).status_code == 200
        shown = text(client.get(url("assignment", task.public_id)))
        assert plan in shown
        assert papers not in shown
        assert client.get(url("material_file", papers)).status_code in (403, 404)
        assert signed_in(make.expert(2)).get(url("material_file", plan)).status_code == 404
        assert signed_in(make.expert(2)).get(url("assignment", task.public_id)).status_code == 404


@pytest.mark.clause("4.2-experts")
def test_a_conflict_shuts_the_material_for_good() -> None:
    (application,) = certified()
    plan = application.materials.get(kind=Material.MaterialKind.BASE_PLAN).file.public_id
    with on(DAY):
        make.open_round(application.call)
        task = make.assign(application, 1)
        client = signed_in(make.expert(1))
        address = url("assignment", task.public_id)
        assert client.post(address, {"conflict": "yes", "reason": ""}).status_code == 422
        assert confirmed(client, address, {"conflict": "yes", "reason": TYPED}).status_code == 302
        assert TYPED in text(client.get(address))
        assert client.get(url("material_file", plan)).status_code == 403
        assert "已回避" in text(office().get(url("round", 2027)))


@pytest.mark.clause("4.2-experts")
def test_scores_are_kept_as_a_draft_and_submitted_once() -> None:
    (application,) = certified()
    with on(DAY):
        make.open_round(application.call)
        task = make.assign(application, 1, declared=False)
        client = signed_in(make.expert(1))
        address = url("assignment", task.public_id)
        draft = {"act": "save", "points-plan": "20", "comment-plan": TYPED}
        assert client.post(address, draft).status_code == 302
        assert TYPED in text(client.get(address))
        lone = client.post(address, {"act": "save", "comment-fit": TYPED})
        assert lone.status_code == 422
        assert TYPED in text(lone)
        incomplete = client.post(address, {"act": "submit", **marks(80, **{"points-fit": ""})})
        assert incomplete.status_code == 422
        assert 'href="#id_points-fit"' in text(incomplete)
        assert TYPED in text(incomplete)
        over = client.post(address, {"act": "submit", **marks(80, **{"points-fit": "10.5"})})
        assert over.status_code == 422
        asked = client.post(address, {"act": "submit", **marks(88)})
        assert "总分 88.00 分" in text(asked)
        assert client.post(address, {"act": "submit", **marks(88), "confirmed": "1"}).status_code == 302
        own = text(client.get(address))
        assert "88.00" in own
        again = client.post(address, {"act": "submit", **marks(90), "confirmed": "1"})
        assert again.status_code == 422
    assert Sheet.objects.get().total == 88


@pytest.mark.clause("4.2-experts")
@pytest.mark.parametrize("closed", [False, True])
def test_an_expert_never_reads_another_score(closed: bool) -> None:
    (application,) = certified()
    with on(DAY):
        make.open_round(application.call)
        for number, total in ((1, "61.13"), (2, "72.27"), (3, "83.39")):
            make.score(make.assign(application, number, declared=False), total)
        if closed:
            make.certification.close_round(actor=make.acting(make.user(Role.MUNICIPAL), DAY), call=application.call)
        client = signed_in(make.expert(1))
        own = Assignment.objects.get(expert=make.expert(1))
        for address in (url("assignment", own.public_id), url("assignments")):
            shown = text(client.get(address))
            assert "72.27" not in shown
            assert "83.39" not in shown
        assert "61.13" in text(client.get(url("assignment", own.public_id)))
        other = Assignment.objects.get(expert=make.expert(2))
        assert client.get(url("assignment", other.public_id)).status_code == 404
        for address in (url("decision", 2027), url("round", 2027), url("detail", application.number)):
            assert client.get(address).status_code == 403


def test_an_expert_still_to_score_reads_no_score_of_others() -> None:
    (application,) = certified()
    with on(DAY):
        make.open_round(application.call)
        make.score(make.assign(application, 1, declared=False), "61.13")
        task = make.assign(application, 2, declared=False)
        assert "61.13" not in text(signed_in(make.expert(2)).get(url("assignment", task.public_id)))


def test_voiding_names_the_expert_and_needs_a_reason() -> None:
    (application,) = certified()
    with on(DAY):
        make.open_round(application.call)
        task = make.score(make.assign(application, 1, declared=False), 70)
        client = office()
        data = {"act": "void", "assignment": task.public_id}
        assert client.post(url("round", 2027), data | {f"{task.public_id}-reason": ""}).status_code == 422
        data |= {f"{task.public_id}-reason": TYPED}
        assert confirmed(client, url("round", 2027), data).status_code == 302
        assert "已作废" in text(client.get(url("round", 2027)))
        assert TYPED in text(signed_in(make.expert(1)).get(url("assignment", task.public_id)))


@pytest.mark.clause("4.1-annual", "4.2-experts", "4.3-decision")
@pytest.mark.parametrize(
    ("page", "acts", "others"),
    [
        ("call", ("timetable", "quota", "closing"), ("open",)),
        ("round", ("open", "close", "assign", "void", "release", "set_aside"), ("quota",)),
        ("decision", ("prepare",), ("settle", "award")),
    ],
)
def test_what_a_page_does_not_do_for_this_person_is_said(page: str, acts: Sequence[str], others: Sequence[str]) -> None:
    """A leader's form for what the office does, and the office's for what it does not do, change nothing in silence."""
    (application,) = certified()
    address = url(page, application.call.year)
    with on(DAY):
        before = Entry.objects.count()
        for client, sent in ((chief(), acts), (office(), (*others, "", "nonsense"))):
            assert UNREAD not in text(client.get(address))
            for act in sent:
                answer = client.post(address, {"act": act, "confirmed": "1"})
                assert (act, answer.status_code, text(answer).count(UNREAD)) == (act, 422, 1)
        assert Entry.objects.count() == before


@pytest.mark.clause("4.1-annual", "4.2-cap")
def test_what_was_typed_by_who_is_no_officer_any_more_is_shown_to_be_copied() -> None:
    address = url("call", make.call().year)
    with on("2027-02-01"):
        sent = {"act": "quota", "quota-quota": "7", "quota-document": "大科协〔2027〕9 号", "quota-reason": TYPED}
        answer = chief().post(address, sent | {"confirmed": "1"})
        assert answer.status_code == 422
        rows = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", text(answer).partition('id="typed"')[2])
        assert dict(rows[:3]) == {"新名额": "7", "准予增加名额的文件文号": "大科协〔2027〕9 号", "理由": TYPED}
        assert "<form" not in text(answer).partition("<main")[2].partition("</main>")[0]


@pytest.mark.clause("4.3-decision", "4.3-award")
def test_the_list_is_prepared_settled_and_awarded() -> None:
    first, second = certified(2)
    make.round_of(first.call, {first.number: [90, 91, 92], second.number: [70, 71, 72]})
    address = url("decision", 2027)
    with on("2027-06-25"):
        client = office()
        shown = text(client.get(address))
        assert shown.index(first.organisation.name) < shown.index(second.organisation.name)
        assert "91.00" in shown
        data = {"act": "prepare", f"approve-{second.number}": "on", f"reason-{second.number}": TYPED}
        refused = client.post(address, data | {"confirmed": "1"})
        assert refused.status_code == 422
        assert TYPED in text(refused)
        assert "checked" in text(refused)
        data = {"act": "prepare", f"approve-{first.number}": "on", f"reason-{second.number}": TYPED}
        asked = client.post(address, data)
        assert first.organisation.name in text(asked)
        assert 'class="hz-confirm"' in text(asked)
        assert 'class="btn btn-primary" type="submit" name="confirmed"' in text(asked)
        assert client.post(address, data | {"confirmed": "1"}).status_code == 302
        assert "审定：先看后果" not in text(client.get(address))
        not_his = client.post(address, {"act": "settle", "version": "1", "confirmed": "1"})
        assert (not_his.status_code, UNREAD in text(not_his)) == (422, True)
        boss = chief()
        assert TYPED in text(boss.get(address))
        stale = boss.post(address, {"act": "settle", "version": "0", "confirmed": "1"})
        assert stale.status_code == 409
        asked = boss.post(address, {"act": "settle", "version": "1"})
        assert second.organisation.name in text(asked)
        assert boss.post(address, {"act": "settle", "version": "1", "confirmed": "1"}).status_code == 302
        late = boss.post(address, {"act": "settle", "version": "1", "confirmed": "1"})
        assert late.status_code == 409
    with on("2027-06-30"):
        boss = chief()
        asked = boss.post(address, {"act": "award"})
        assert "2030年6月30日" in text(asked)
        assert boss.post(address, {"act": "award", "confirmed": "1"}).status_code == 302
        assert "HZ2027-01" in text(boss.get(address))
        assert "HZ2027-01" in text(boss.get(url("detail", first.number)))
        assert boss.post(address, {"act": "award", "confirmed": "1"}).status_code == 422


@pytest.mark.clause("4.3-decision")
def test_every_missing_reason_is_asked_for_at_once_and_who_was_set_aside_is_named() -> None:
    first, second, third, aside = certified(4)
    make.open_round(first.call)
    officer = make.acting(make.user(Role.MUNICIPAL), "2027-06-20")
    make.certification.set_aside(actor=officer, application=aside, reason="专家均须回避")
    for application, points in ((first, 90), (second, 80), (third, 70)):
        for number in (1, 2, 3):
            make.score(make.assign(application, number, declared=False), points)
    make.certification.close_round(actor=officer, call=first.call)
    with on("2027-06-25"):
        client, address = office(), url("decision", 2027)
        assert f"{aside.organisation.name}：专家均须回避" in text(client.get(address))
        data = {"act": "prepare", f"approve-{first.number}": "on"}
        refused = client.post(address, data)
        assert refused.status_code == 422
        assert list(refused.context["form"].errors) == [f"reason-{each.number}" for each in (second, third)]
        given = client.post(address, data | {f"reason-{third.number}": TYPED})
        assert list(given.context["form"].errors) == [f"reason-{second.number}"]
        (words,) = given.context["form"].errors[f"reason-{second.number}"]
        assert words.startswith(f"{second.number} 的结论与专家排名不一致，或在仍有名额时未列入，请写明理由。")


@pytest.mark.clause("4.3-decision")
def test_a_settled_decision_can_be_withdrawn_before_the_award() -> None:
    application = make.carried_to(State.APPROVED)
    with on("2027-06-28"):
        boss = chief()
        data = {"act": "withdraw", "number": application.number}
        empty = boss.post(url("decision", 2027), data | {"reason": ""})
        assert empty.status_code == 422
        assert f'href="#reason-{application.number}"' in text(empty)
        answer = confirmed(boss, url("decision", 2027), data | {"reason": TYPED})
        assert answer.status_code == 302
        assert TYPED in text(boss.get(url("decision", 2027)))
        assert boss.post(url("decision", 2027), data | {"reason": TYPED}).status_code == 404
    application.refresh_from_db()
    assert application.state == State.CERTIFICATION


@pytest.mark.clause("4.2-cap")
def test_the_line_is_drawn_where_the_seats_end() -> None:
    call = make.call()
    Seat.objects.bulk_create(
        Seat(call=call, number=number, application=taken, taken_on=call.opens_on)
        for number, taken in enumerate([make.carried_to(State.WITHDRAWN) for _each in range(3)], start=1)
    )
    rows = certified(3)
    totals = {row.number: [90 - 10 * place] * 3 for place, row in enumerate(rows)}
    make.round_of(call, totals)
    with on("2027-06-25"):
        shown = text(office().get(url("decision", 2027)))
        assert shown.count("名额线") == 1
        second, third = rows[1].organisation.name, rows[2].organisation.name
        assert shown.index(second) < shown.index("名额线") < shown.index(third)
        everybody = {f"approve-{row.number}": "on" for row in rows}
        refused = office().post(url("decision", 2027), {"act": "prepare", "confirmed": "1", **everybody})
    assert refused.status_code == 422
    assert "依据：方案第四条第 2 款" in text(refused)


def test_pages_of_the_round_take_the_same_queries_at_one_and_three_rows() -> None:
    counts = []
    for year, rows in ((2027, 1), (2028, 3)):
        call = make.call(year)
        owners = [make.organisation() for _each in range(rows)]
        found = [make.carried_to(State.CERTIFICATION, owner, call) for owner in owners]
        with on(f"{year}-06-20"):
            counts.append(queries(office(), url("round", year)))
        make.open_round(call)
        for application in found:
            for number in range(1, rows + 1):
                make.assign(application, number, declared=False)
        with on(f"{year}-06-20"):
            counts.append(queries(office(), url("round", year)))
            counts.append(queries(chief(), url("round", year)))
            counts.append(queries(signed_in(make.expert(1)), url("assignments")))
    assert counts[:4] == counts[4:]


@pytest.mark.parametrize("role", [Role.MUNICIPAL, Role.LEADER])
def test_the_decision_page_takes_the_same_queries_at_one_and_three_rows(role: Role) -> None:
    counts = []
    for year, rows in ((2027, 1), (2028, 3)):
        call = make.call(year)
        owners = [make.organisation() for _each in range(rows)]
        found = [make.carried_to(State.CERTIFICATION, owner, call) for owner in owners]
        make.round_of(call)
        with on(f"{year}-06-25"):
            client = signed_in(make.user(role))
            counts.append(queries(client, url("decision", year)))
            make.prepared_list(call, found)
            counts.append(queries(client, url("decision", year)))
        make.settled_list(call, found)
        with on(f"{year}-06-27"):
            counts.append(queries(signed_in(make.user(role)), url("decision", year)))
    assert counts[:3] == counts[3:]
