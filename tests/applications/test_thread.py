"""The thread between the unit and the office that has its application: who writes, who reads, who is told."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from applications.actions import thread
from applications.models import Application, ThreadEntry, ThreadMark
from applications.rules import can_write
from applications.rules.thread import MOST_FILES
from applications.threads import entries_visible_to, unread_entries
from haizhi_portal.accounts.models import User
from haizhi_portal.audit.models import Entry
from haizhi_portal.notifications.models import Message
from haizhi_portal.policy.verdict import RuleViolation
from haizhi_portal.policy.words import Role
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1-materials", "4.1-via-district")]
State = Application.State


def unit(application: Application) -> User:
    return make.applicant_of(application.organisation)


def say(
    application: Application, person: User, words: str = "请问", on: str = "2027-05-02", **sent: object
) -> ThreadEntry:
    return thread.send_message(actor=make.acting(person, on), application=application, text=words, **sent)  # type: ignore[arg-type]


def heard(person: User) -> list[str]:
    return [row.text for row in entries_visible_to(person)]


def test_what_is_said_with_the_district_stays_there_and_is_read_by_the_office() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    district, office, other = make.district("210211"), make.user(Role.MUNICIPAL), make.district("210202")
    say(application, unit(application), "材料三是否要盖骑缝章？")
    say(application, district, "要盖。")
    with pytest.raises(RuleViolation, match="现在办理这项申报的一方往来"):
        say(application, office, "市里插话")
    application = make.endorse(application)
    say(application, unit(application), "辖区已同意，请问下一步？", on="2027-05-20")
    say(application, office, "等待初审。", on="2027-05-21")
    with pytest.raises(RuleViolation):
        say(application, district, "辖区补充", on="2027-05-21")
    both = ["材料三是否要盖骑缝章？", "要盖。"]
    assert heard(district) == both
    for person in (unit(application), office, make.user(Role.LEADER), make.user(Role.AUDITOR)):
        assert heard(person) == [*both, "辖区已同意，请问下一步？", "等待初审。"], person.role
    for person in (other, make.expert(), make.user(Role.ADMIN), make.applicant_of(make.organisation())):
        assert heard(person) == [], person.role


def test_a_district_that_handed_it_on_reads_no_more_of_it() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    before, after = make.district("210211"), make.district("210202")
    say(application, unit(application), "给甘井子的话")
    make.pre_review.hand_on(
        actor=make.acting(before, "2027-05-03"), application=application, route="210202", reason="住所在中山区"
    )
    application.refresh_from_db()
    say(application, unit(application), "给中山的话", on="2027-05-04")
    assert heard(before) == []
    assert heard(after) == ["给中山的话"]
    assert heard(unit(application)) == ["给甘井子的话", "给中山的话"]


def test_unread_is_each_reader_s_own() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    district, colleague = make.district("210211"), make.user(Role.DISTRICT, place="210211", number=2)
    say(application, unit(application))
    say(application, unit(application))
    assert [unread_entries(each).count() for each in (district, colleague, unit(application))] == [2, 2, 0]
    thread.mark_read(actor=make.acting(district, "2027-05-02"), application=application)
    say(application, district, "答复")
    assert [unread_entries(each).count() for each in (district, colleague, unit(application))] == [0, 2, 1]
    assert unread_entries(make.user(Role.MUNICIPAL)).count() == 0
    assert unread_entries(make.user(Role.LEADER)).count() == 0


def test_read_is_read_of_this_application_alone() -> None:
    first, second = make.carried_to(State.DISTRICT_REVIEW), make.carried_to(State.DISTRICT_REVIEW)
    district, day = make.district("210211"), "2027-05-02"
    thread.mark_read(actor=make.acting(district, day), application=first)
    assert not ThreadMark.objects.exists()
    kept = say(first, unit(first))
    say(second, unit(second))
    thread.mark_read(actor=make.acting(district, day), application=first)
    assert ThreadMark.objects.values_list("application", "reader", "entry").get() == (first.pk, district.pk, kept.pk)
    assert [entry.application for entry in unread_entries(district)] == [second]


def test_what_was_said_with_a_district_names_it_in_the_ledger() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    district = make.district("210211")
    assert district.reviewing_body is not None
    say(application, unit(application))
    entry = Entry.objects.get(event="application.message_sent")
    assert entry.data == {"by": "applicant", "with": district.reviewing_body.name, "attachment": False}
    told = Message.objects.get(kind="application.message")
    assert (told.recipient, told.subject) == (district, f"有新留言（{application.number}）")


def test_the_other_side_is_told_by_the_office_s_name_and_the_ledger_keeps_no_words() -> None:
    application = make.carried_to(State.INITIAL_REVIEW)
    office = make.user(Role.MUNICIPAL)
    say(application, office, "请补充说明，内容保密")
    told = Message.objects.get(kind="application.message", recipient=unit(application))
    assert told.body == "市科协学会部有一条新留言，请打开申报页面查看。"
    assert office.name not in told.body + told.subject
    say(application, unit(application), "已补充")
    assert Message.objects.get(kind="application.message", recipient=office).body.startswith(
        application.organisation.name
    )
    entries = Entry.objects.filter(event="application.message_sent").order_by("seq")
    assert [row.data for row in entries] == [
        {"by": "municipal", "with": "municipal", "attachment": False},
        {"by": "applicant", "with": "municipal", "attachment": False},
    ]


@pytest.mark.parametrize("state", [State.LICENSED, State.DECLINED, State.WITHDRAWN, State.LAPSED])
def test_after_the_end_it_is_only_read(state: State) -> None:
    application = make.carried_to(state)
    for person in (unit(application), make.user(Role.MUNICIPAL)):
        with pytest.raises(RuleViolation, match="已办结，留言只供查看"):
            say(application, person, on="2027-07-01")


def test_words_and_files_are_limited() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    for words in ("", " \n　", "长" * 2001):
        with pytest.raises(RuleViolation, match="不超过 2000 字"):
            say(application, unit(application), words)
    with pytest.raises(RuleViolation) as refused:
        say(application, unit(application), upload=make.upload("a.exe", b"MZ"))
    assert refused.value.field == "file"
    sent = say(application, unit(application), " 长" * 1000, upload=make.upload("说明.pdf"))
    assert sent.file is not None
    assert (sent.file.name, len(sent.text)) == ("说明.pdf", 1999)


def test_two_thousand_characters_and_sixty_files_are_the_most(monkeypatch: pytest.MonkeyPatch) -> None:
    application, other = (make.carried_to(State.DISTRICT_REVIEW) for _each in range(2))
    assert say(application, unit(application), f" {'长' * 2000} ").text == "长" * 2000
    assert MOST_FILES == 60
    monkeypatch.setattr(thread, "MOST_FILES", 2)
    for words in ("其一", "其二"):
        say(application, unit(application), words, upload=make.upload())
    with pytest.raises(RuleViolation, match="最多附 2 个文件") as refused:
        say(application, make.district("210211"), upload=make.upload())
    assert (refused.value.field, refused.value.code) == ("file", "too_many_files")
    assert say(application, unit(application), "不带文件").file is None
    assert say(other, unit(other), upload=make.upload()).file is not None


def test_thirty_a_day_and_again_on_the_next() -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    owner, day = make.acting(unit(application), "2027-05-02"), make.at("2027-05-02", 0)
    ThreadEntry.objects.bulk_create(
        ThreadEntry(
            application=application,
            body=application.body,
            by_office=False,
            text="又一条",
            sent_at=day + timedelta(minutes=each),
            sent_by=owner.user,
        )
        for each in range(30)
    )
    assert "今天的留言已达 30 条" in can_write(owner, application).reason
    assert can_write(make.acting(unit(application), "2027-05-03"), application)
    assert can_write(make.acting(make.district("210211"), "2027-05-02"), application)


@pytest.mark.parametrize(
    "statement", ["UPDATE applications_threadentry SET text = ''", "DELETE FROM applications_threadentry"]
)
def test_what_was_said_stays(statement: str) -> None:
    application = make.carried_to(State.DISTRICT_REVIEW)
    say(application, unit(application))
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
