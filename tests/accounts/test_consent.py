"""The legal representative's consent letter: handed in by the unit, found in order by the society department."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from applications.rules import can_submit
from haizhi_portal.accounts.actions import consent
from haizhi_portal.accounts.actions.administration import hand_over, restore_access
from haizhi_portal.accounts.actions.consent import confirm_letter, return_letter, upload_letter
from haizhi_portal.accounts.consent import (
    administrator_of,
    can_decide_letter,
    can_upload_letter,
    consent_verdict,
    last_letter,
)
from haizhi_portal.accounts.models import ConsentLetter, Organisation, User
from haizhi_portal.accounts.queries import visible_letters
from haizhi_portal.audit.actor import Actor
from haizhi_portal.audit.models import Entry
from haizhi_portal.notifications.models import Message
from haizhi_portal.policy.verdict import Conflict, RuleViolation
from haizhi_portal.policy.words import Role
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.clause("3.1-applicant")]
DAY = "2027-03-15"
Outcome = ConsentLetter.Outcome


def unit(**changes: Any) -> Organisation:
    return make.organisation(confirmed=False, **changes)


def letter_of(owner: Organisation, name: str = "同意书.pdf") -> ConsentLetter:
    return upload_letter(actor=make.acting(make.applicant_of(owner), DAY), organisation=owner, upload=make.upload(name))


def officer() -> Any:
    return make.acting(make.user(Role.MUNICIPAL), DAY)


def colleague_of(owner: Organisation) -> User:
    return make.user(Role.APPLICANT, organisation=owner, number=2)


def test_the_first_submission_waits_for_the_confirmation() -> None:
    application = make.application_ready(unit())
    owner = application.organisation
    actor = make.acting(make.applicant_of(owner), DAY)

    def answer() -> Any:
        application.refresh_from_db()
        return can_submit(actor, application)

    assert "还没有上传法定代表人同意书" in answer().reason
    letter = letter_of(owner)
    assert answer().reason == ("法定代表人同意书已于2027年3月15日上传，市科协学会部确认后即可提交；内容可以继续填写。")
    return_letter(actor=officer(), letter=letter, reason=" 缺公章。")
    assert "被退回：缺公章。请在" in answer().reason
    with pytest.raises(RuleViolation, match="被退回"):
        make.submit(application)
    confirm_letter(actor=officer(), letter=letter_of(owner))
    application.refresh_from_db()
    assert make.submit(application).version == 1
    assert (application.organisation.confirmed_on is not None) == bool(consent_verdict(application.organisation))


def test_what_came_back_for_correction_is_not_held_up_again() -> None:
    application = make.carried_to("district_returned")
    Organisation.objects.filter(pk=application.organisation_id).update(confirmed_on=None, confirmed_by=None)
    application.refresh_from_db()
    assert can_submit(make.acting(make.applicant_of(application.organisation), "2027-05-02"), application)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.SYSTEM])
def test_role_by_action(role: Role) -> None:
    owner = unit()
    other = unit(place="210202")
    letter = letter_of(owner)
    people = {
        Role.APPLICANT: [make.applicant_of(owner), colleague_of(owner), make.applicant_of(other)],
        Role.DISTRICT: [make.district("210211"), make.district("210202")],
    }.get(role) or [make.user(role)]
    found = [
        (
            bool(can_upload_letter(make.acting(person, DAY), owner)),
            bool(can_decide_letter(make.acting(person, DAY), letter)),
            visible_letters(person).filter(pk=letter.pk).exists(),
        )
        for person in people
    ]
    upload, decide, read = (True, False, False), (False, True, True), (False, False, True)
    nothing = (False, False, False)
    assert upload[0]
    assert (
        found
        == {
            Role.APPLICANT: [(True, False, True), read, nothing],
            Role.DISTRICT: [read, nothing],
            Role.MUNICIPAL: [decide],
            Role.LEADER: [read],
            Role.AUDITOR: [read],
            Role.EXPERT: [nothing],
            Role.ADMIN: [nothing],
        }[role]
    )


def test_a_new_letter_replaces_the_one_that_waits_and_nobody_decides_on_the_old_one() -> None:
    owner = unit()
    other = letter_of(unit())
    first, second = letter_of(owner), letter_of(owner)
    first.refresh_from_db()
    assert (first.outcome, last_letter(owner)) == (Outcome.REPLACED, second)
    assert (first.decided_at, first.decided_by) == (make.at(DAY), make.applicant_of(owner))
    assert last_letter(other.organisation) == other
    assert ConsentLetter.objects.get(pk=other.pk).outcome == Outcome.WAITING
    with pytest.raises(Conflict, match="已由新的一份替换"):
        confirm_letter(actor=officer(), letter=first)
    confirm_letter(actor=officer(), letter=second)
    with pytest.raises(Conflict):
        return_letter(actor=officer(), letter=second, reason="晚了")
    with pytest.raises(RuleViolation, match="不必再传"):
        letter_of(owner)


def test_everything_is_recorded_and_told() -> None:
    owner = unit()
    make.user(Role.MUNICIPAL)
    colleague_of(owner)
    letter = letter_of(owner)
    return_letter(actor=officer(), letter=letter, reason="缺签字")
    confirm_letter(actor=officer(), letter=letter_of(owner))
    rows = Entry.objects.filter(object=f"organisation:{owner.credit_code}").order_by("seq")
    assert [(row.event, row.reason) for row in rows] == [
        ("organisation.letter_uploaded", ""),
        ("organisation.letter_returned", "缺签字"),
        ("organisation.letter_uploaded", ""),
        ("organisation.confirmed", ""),
    ]
    assert {row.organisation for row in rows} == {owner.credit_code}
    told = [(row.recipient, row.kind, row.link) for row in Message.objects.order_by("pk")]
    office, unit_page = make.user(Role.MUNICIPAL), f"/accounts/organisations/{owner.public_id}/"
    head, own_page = make.applicant_of(owner), "/accounts/organisation/"
    assert told == [
        (office, "organisation.letter_to_confirm", unit_page),
        (head, "organisation.letter_returned", own_page),
        (office, "organisation.letter_to_confirm", unit_page),
        (head, "organisation.confirmed", own_page),
    ]
    owner.refresh_from_db()
    assert (owner.confirmed_on, owner.confirmed_by) == (make.at(DAY).date(), office)
    letters = [(each.outcome, each.reason, each.decided_at, each.decided_by) for each in owner.consent_letters.all()]
    assert letters == [
        (Outcome.CONFIRMED, "", make.at(DAY), office),
        (Outcome.RETURNED, "缺签字", make.at(DAY), office),
    ]


def test_who_looks_after_a_unit_is_its_own_administrator_whoever_was_first() -> None:
    other, owner = unit(), unit()
    head, mate = make.applicant_of(owner), colleague_of(owner)
    assert [administrator_of(each) for each in (owner, other)] == [head, make.applicant_of(other)]
    mate = hand_over(actor=make.acting(head, DAY), to=mate)
    assert administrator_of(owner) == mate
    return_letter(
        actor=officer(),
        letter=upload_letter(actor=make.acting(mate, DAY), organisation=owner, upload=make.upload()),
        reason="缺签字",
    )
    assert Message.objects.get(kind="organisation.letter_returned").recipient == mate
    User.objects.filter(organisation=owner).update(administers=False)
    assert administrator_of(owner) is None
    for role in (Role.SYSTEM, Role.MUNICIPAL):
        waits = ConsentLetter(outcome=Outcome.WAITING)
        assert can_decide_letter(Actor(user=None, role=role, now=make.at(DAY)), waits)


def test_twenty_letters_a_day_and_on_the_next_day_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consent, "MOST_LETTERS", 2)
    owner, other = unit(), unit()
    head = make.applicant_of(owner)

    def upload(instant: Any, by: User = head) -> ConsentLetter:
        return upload_letter(actor=make.acting(by, instant), organisation=owner, upload=make.upload())

    upload(make.at("2027-03-14", 23, 59))
    upload(make.at("2027-03-15", 0))
    letter_of(other)
    for person in (colleague_of(owner), make.applicant_of(other)):
        with pytest.raises(RuleViolation, match="同意书由单位管理员上传"):
            upload(DAY, person)
    upload(make.at("2027-03-15", 12))
    with pytest.raises(RuleViolation, match="今天已上传 2 次，请明天再传") as refused:
        upload(make.at("2027-03-15", 23, 59))
    assert refused.value.code == "too_many_letters"
    assert upload(make.at("2027-03-16", 0)).outcome == Outcome.WAITING


def test_a_return_says_why_and_a_letter_is_a_scan() -> None:
    owner = unit()
    with pytest.raises(RuleViolation, match="退回的理由"):
        return_letter(actor=officer(), letter=letter_of(owner), reason="  ")
    with pytest.raises(RuleViolation, match=r"同意书\.docx"):
        letter_of(owner, "同意书.docx")


@pytest.mark.parametrize(
    "change",
    [
        {"outcome": "confirmed"},
        {"outcome": "returned", "decided_at": make.at(DAY), "reason": ""},
        {"decided_at": make.at(DAY)},
    ],
)
def test_the_database_refuses_a_letter_that_contradicts_itself(change: dict[str, Any]) -> None:
    letter = letter_of(unit())
    with pytest.raises(IntegrityError), transaction.atomic():
        ConsentLetter.objects.filter(pk=letter.pk).update(**change)


def test_two_letters_of_a_unit_never_wait_and_nobody_confirms_unseen() -> None:
    owner = unit()
    first, second = letter_of(owner), letter_of(owner)
    with pytest.raises(IntegrityError), transaction.atomic():
        ConsentLetter.objects.filter(pk=first.pk).update(outcome="waiting", decided_at=None)
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.filter(pk=second.organisation_id).update(confirmed_on=DAY)


# Pages ----------------------------------------------------------------------------------------------------------------


def test_the_unit_hands_it_in_and_the_office_returns_and_confirms_it(client_for: Any) -> None:
    owner = unit()
    person, office = client_for(make.applicant_of(owner)), client_for(make.user(Role.MUNICIPAL))
    assert "上传法定代表人同意书" in person.get("/home/").content.decode()
    blank = person.get("/accounts/organisation/letter/").content.decode()
    assert all(words in blank for words in (owner.name, owner.credit_code, "林示例", "陈示例"))
    assert "请选择扫描好的同意书" in person.post("/accounts/organisation/", {}).content.decode()
    refused = person.post("/accounts/organisation/", {"file": make.upload("同意书.txt", b"x")})
    assert refused.status_code == 422
    assert person.post("/accounts/organisation/", {"file": make.upload("同意书.pdf")}).status_code == 302
    assert "1 家单位的同意书等待核对" in office.get("/home/").content.decode()
    queue = office.get("/accounts/organisations/?letter=waiting")
    assert [row.pk for row in queue.context["page_obj"]] == [owner.pk]
    decide = f"/accounts/letters/{last_letter(owner).file.public_id}/decide/"  # type: ignore[union-attr]
    for sent in ({"act": "return", "reason": ""}, {"act": "nonsense"}, {}):
        assert office.post(decide, sent).status_code == 422
    assert last_letter(owner).outcome == Outcome.WAITING  # type: ignore[union-attr]
    assert office.post(decide, {"act": "return", "reason": "缺公章"}).status_code == 302
    assert "缺公章" in person.get("/accounts/organisation/").content.decode()
    assert "上一份被退回：缺公章" in person.get("/home/").content.decode()
    assert office.post(decide, {"act": "confirm"}).status_code == 409
    person.post("/accounts/organisation/", {"file": make.upload("同意书.pdf")})
    again = f"/accounts/letters/{last_letter(owner).file.public_id}/decide/"  # type: ignore[union-attr]
    assert person.post(again, {"act": "confirm"}).status_code == 403
    assert office.post(again, {"act": "confirm"}).status_code == 302
    assert "同意书已确认" in person.get("/accounts/organisation/").content.decode()
    assert person.post("/accounts/organisation/", {"file": make.upload("同意书.pdf")}).status_code == 422


def test_a_letter_is_read_by_those_it_concerns_only(client_for: Any, client: Any) -> None:
    owner = unit()
    file = f"/accounts/letters/{letter_of(owner).file.public_id}/"
    page = f"/accounts/organisations/{owner.public_id}/"
    read = [make.applicant_of(owner), make.district("210211"), make.user(Role.MUNICIPAL), make.user(Role.LEADER)]
    for person in read:
        assert client_for(person).get(file).status_code == 200, person
    for person in (make.applicant_of(unit()), make.district("210202")):
        assert client_for(person).get(file).status_code == 404, person
    assert client_for(make.district("210202")).get(page).status_code == 404
    for person in (make.user(Role.ADMIN), make.expert()):
        assert client_for(person).get(file).status_code == 403, person
    assert client.get(file).status_code == 302
    shown = client_for(make.user(Role.ADMIN)).get(page).content.decode()
    assert "同意书.pdf" not in shown


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("role", [Role.MUNICIPAL, Role.DISTRICT])
def test_the_list_of_units_takes_the_same_queries_whatever_its_length(
    client_for: Any, django_assert_num_queries: Any, rows: int, role: str
) -> None:
    for _ in range(rows):
        letter_of(unit())
    visitor = client_for(make.user(role, place="210211" if role == Role.DISTRICT else ""))
    own_body_in_the_menu = role == Role.DISTRICT
    with django_assert_num_queries(8 + own_body_in_the_menu):
        page = visitor.get("/accounts/organisations/")
    assert len(page.context["page_obj"]) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_a_unit_takes_the_same_queries_whatever_it_holds(
    client_for: Any, django_assert_num_queries: Any, rows: int
) -> None:
    owner = unit()
    for number in range(rows):
        make.user(Role.APPLICANT, organisation=owner, number=number + 2)
        letter_of(owner)
    visitor = client_for(make.user(Role.MUNICIPAL))
    with django_assert_num_queries(10):
        page = visitor.get(f"/accounts/organisations/{owner.public_id}/")
    assert (len(page.context["letters"]), len(page.context["people"])) == (rows, rows + 1)


def test_what_stands_on_the_pages_of_a_unit(client_for: Any) -> None:
    foreign = letter_of(unit()).organisation
    restore_access(
        actor=officer(),
        organisation=foreign,
        email="c@example.org",
        reason="离职",
        evidence=make.upload("新同意书.pdf"),
    )
    owner = unit()
    old = letter_of(owner)
    return_letter(actor=officer(), letter=old, reason="缺签字")
    new = letter_of(owner)
    address = f"/accounts/organisations/{owner.public_id}/"
    office, leader = make.user(Role.MUNICIPAL), make.user(Role.LEADER)

    def shown(person: User) -> tuple[Any, ...]:
        page = client_for(person).get(address).context
        appointments = [(each.email, str(state)) for each, state in page["appointments"]]
        decides = page["decide"] if page["decide"] is None else bool(page["decide"])
        return page["letters"], page["waiting"], decides, bool(page["may_restore"]), appointments

    assert shown(office) == ([new, old], new, True, True, [])
    for person in (leader, make.user(Role.AUDITOR), make.district("210211")):
        assert shown(person) == ([new, old], new, False, False, [])
    assert shown(make.user(Role.ADMIN)) == ([], None, None, True, [])
    own = client_for(make.applicant_of(owner)).get("/accounts/organisation/").context
    assert (own["letters"], own["administrator"], bool(own["upload"])) == (
        [new, old],
        make.applicant_of(owner),
        True,
    )
    confirm_letter(actor=officer(), letter=new)
    for day, email in ((DAY, "a@example.org"), ("2027-03-16", "b@example.org")):
        restore_access(
            actor=make.acting(office, day), organisation=owner, email=email, reason="离职", evidence=make.upload()
        )
    letters, waiting, decides, _may, appointments = shown(office)
    assert (letters, waiting, decides) == ([ConsentLetter.objects.get(pk=new.pk), old], None, None)
    assert [email for email, _state in appointments] == ["b@example.org", "a@example.org"]
    assert appointments[1][1] == "withdrawn"
    assert shown(leader)[4] == []
    found = client_for(office).get(f"/accounts/organisations/?q={owner.credit_code.lower()}").context["page_obj"]
    assert [each.pk for each in found] == [owner.pk]


@pytest.mark.parametrize("query", ["q=%00", "letter=nonsense", "page=x", "q=" + "长" * 500])
def test_an_odd_search_finds_everything(client_for: Any, query: str) -> None:
    unit()
    assert len(client_for(make.user(Role.MUNICIPAL)).get(f"/accounts/organisations/?{query}").context["page_obj"]) == 1
