"""Inner comments of one office are read by no other: every kind of comment against every reader, at every door."""

import json

import pytest

from applications.actions import comments, making, pre_review
from applications.models import Application, Comment
from applications.queries import comments_visible_to, visible_to
from haizhi_portal.accounts.models import User
from haizhi_portal.policy.words import Role
from tests import factories as make
from tests.applications_pages.kit import on, signed_in, text, url
from tests.exports.kit import archive, made, sheets

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1-via-district")]
State = Application.State
UNIT, OFFICE = Comment.Audience.UNIT, Comment.Audience.OFFICE

# What was said, and who reads it at last: the first district sent it back and handed it on, the second endorsed it.
SENT, KEPT, HELD = "甲区发给单位的话", "甲区自己的话", "甲区没有发出的话"
SECOND_KEPT, SECOND_HELD = "乙区自己的话", "乙区没有发出的话"
CITY_SENT, CITY_KEPT, CITY_HELD = "市里发给单位的话", "市里自己的话", "市里没有发出的话"
EVERYTHING = {SENT, KEPT, HELD, SECOND_KEPT, SECOND_HELD, CITY_SENT, CITY_KEPT, CITY_HELD}
AWAY, HERE = "210211", "210202"


def say(application: Application, by: User, day: str, *said: tuple[str, str]) -> None:
    for words, audience in said:
        comments.comment(
            actor=make.acting(by, day),
            application=application,
            section="plan",
            field="goals",
            words=words,
            audience=audience,
        )


def spoken_about() -> Application:
    """An application on which three offices said something of every kind; it lies with the municipal CAST."""
    application = make.carried_to(State.DISTRICT_REVIEW, make.organisation(place=AWAY))
    first, second, office = make.district(AWAY), make.district(HERE), make.user(Role.MUNICIPAL)
    say(application, first, "2027-05-02", (SENT, UNIT), (KEPT, OFFICE))
    application = make.send_back(application, "2027-05-03")
    make.submit(application, "2027-05-04")
    say(application, first, "2027-05-05", (HELD, UNIT))
    application.refresh_from_db()
    application = pre_review.hand_on(
        actor=make.acting(first, "2027-05-06"), application=application, route=HERE, reason="不在本辖区"
    )
    say(application, second, "2027-05-07", (SECOND_KEPT, OFFICE), (SECOND_HELD, UNIT))
    application = make.endorse(application, "2027-05-08")
    say(application, office, "2027-05-10", (CITY_SENT, UNIT), (CITY_KEPT, OFFICE))
    application = make.send_back(application, "2027-05-11")
    make.submit(application, "2027-05-12")
    say(application, office, "2027-05-13", (CITY_HELD, UNIT))
    application.refresh_from_db()
    return application


def readers(application: Application) -> dict[str, tuple[User, set[str]]]:
    colleague = make.user(Role.DISTRICT, place=HERE, number=2)
    city = {SENT, CITY_SENT, CITY_KEPT, CITY_HELD}
    return {
        "unit": (make.applicant_of(application.organisation), {SENT, CITY_SENT}),
        "another unit": (make.applicant_of(make.organisation(place=HERE)), set()),
        # What it said itself went with the application.
        "first district": (make.district(AWAY), set()),
        "second district": (make.district(HERE), {SECOND_KEPT, SECOND_HELD}),
        "a colleague there": (colleague, {SECOND_KEPT, SECOND_HELD}),
        "a third district": (make.district("210203"), set()),
        "municipal": (make.user(Role.MUNICIPAL, number=2), city),
        "leader": (make.user(Role.LEADER), city),
        "auditor": (make.user(Role.AUDITOR), {SENT, CITY_SENT}),
        "admin": (make.user(Role.ADMIN), set()),
        "expert": (make.expert(), set()),
    }


def test_every_comment_against_every_reader() -> None:
    application = spoken_about()
    people = readers(application)
    found = {
        name: set(comments_visible_to(person).values_list("words", flat=True)) for name, (person, _) in people.items()
    }
    assert found == {name: words for name, (_, words) in people.items()}
    assert set(Comment.objects.values_list("words", flat=True)) == EVERYTHING


def test_a_removed_comment_and_a_closed_account_read_nothing() -> None:
    application = spoken_about()
    office = make.user(Role.MUNICIPAL)
    held = Comment.objects.get(words=CITY_HELD)
    comments.remove_comment(actor=make.acting(office, "2027-05-14"), comment=held)
    assert CITY_HELD not in comments_visible_to(office).values_list("words", flat=True)
    User.objects.filter(pk=office.pk).update(is_active=False)
    office.refresh_from_db()
    assert not comments_visible_to(office).exists()
    assert application.comments.count() == len(EVERYTHING)


def test_an_assigned_expert_reads_no_comment_and_no_identity_paper() -> None:
    application = spoken_about()
    make.pass_initial(application)
    make.receive_paper(application)
    make.open_round(application.call)
    assignment = make.assign(application, declared=False)
    # Of what nobody asked the expert about, nothing is seen.
    make.carried_to(State.DISTRICT_REVIEW, in_call=make.call(2026))
    assert list(visible_to(make.expert())) == [application]
    make.assign(application, 2, declared=True)
    released = make.assign(application, 3, declared=False)
    assert visible_to(make.expert(3)).exists()
    make.certification.release(
        actor=make.acting(make.user(Role.MUNICIPAL), "2027-06-20"), assignment=released, reason="另有安排"
    )
    assert [visible_to(make.expert(number)).exists() for number in (2, 3, 9)] == [False, False, False]
    with on("2027-06-20"):
        client = signed_in(make.expert())
        page = text(client.get(url("assignment", assignment.public_id)))
        assert application.organisation.name in page
        assert not [words for words in EVERYTHING if words in page]
        assert not comments_visible_to(make.expert()).exists()
        kinds = {
            row.kind: client.get(url("material_file", row.file.public_id)).status_code
            for row in application.materials.select_related("file")
        }
    assert kinds.pop("representative_id") == 404
    assert set(kinds.values()) == {200}


@pytest.mark.parametrize("name", ["unit", "second district", "municipal", "leader", "auditor"])
def test_the_pages_show_no_more(name: str) -> None:
    application = spoken_about()
    person, words = readers(application)[name]
    addresses = [url("detail", application.number), *(url("version", application.number, each) for each in (1, 2, 3))]
    if name in ("second district", "municipal"):
        addresses.append(url("review", application.number))
    with on("2027-05-15"):
        client = signed_in(person)
        found = "".join(text(client.get(address)) for address in addresses)
    assert application.organisation.name in found
    assert {each for each in EVERYTHING if each in found} <= words


def test_neither_table_nor_archive_takes_a_comment_along(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("haizhi_portal.documents.rendering.typeset_apart", lambda html, identifier: make.pdf())
    application = spoken_about()
    for name in ("second district", "municipal"):
        actor = make.acting(readers(application)[name][0], "2027-05-15")
        table = sheets(made(making.export_table(actor=actor, selection=[application.pk], filters={})))
        packed = archive(made(making.export_archive(actor=actor, application=application)))
        texts = [packed.read(each).decode() for each in packed.namelist() if each.endswith((".json", ".html", ".txt"))]
        whole = json.dumps(table, ensure_ascii=False, default=str) + "".join(texts)
        assert application.number in whole
        assert not [words for words in EVERYTHING if words in whole]
