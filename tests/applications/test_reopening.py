"""A withdrawn application taken up again before the closing."""

import pytest
from django.db import IntegrityError, connection, transaction

from applications.actions import draft, reopening
from applications.models import Application, Filling, Material
from applications.queries import materials_visible_to
from applications.rules import can_reopen
from applications.sections import missing
from haizhi_portal.audit.models import Entry
from haizhi_portal.files.models import StoredFile
from haizhi_portal.policy.verdict import RuleViolation
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1-annual", "3.1-applicant")]
State = Application.State


def reopened(application: Application, on: str = "2027-04-30") -> Application:
    return reopening.reopen(actor=make.acting(make.applicant_of(application.organisation), on), application=application)


def test_everything_but_the_pledge_is_carried_over_under_a_new_number() -> None:
    old = make.carried_to(State.WITHDRAWN)
    files = StoredFile.objects.count()
    new = reopened(old)
    assert (new.number, new.state, new.reopens, new.call) == ("2027-0002", State.DRAFT, old, old.call)
    assert new.answers == {key: value for key, value in old.answers.items() if key != "pledge"}
    assert StoredFile.objects.count() == files
    kept = [(row.kind, row.about, row.file_id, row.stamped) for row in new.materials.order_by("kind", "pk")]
    assert kept == [(row.kind, row.about, row.file_id, row.stamped) for row in old.materials.order_by("kind", "pk")]
    assert {each.section for each in missing(new, make.at("2027-04-30").date())} == {"pledge"}
    entry = Entry.objects.get(event="application.reopened")
    assert (entry.application, entry.data, entry.clause) == (new.number, {"from": old.number}, "4.1-annual")
    old.refresh_from_db()
    assert old.state == State.WITHDRAWN


def test_what_was_taken_away_stays_away_and_the_new_draft_is_its_own() -> None:
    old = make.application_ready()
    owner = make.acting(make.applicant_of(old.organisation), "2027-03-10")
    plan = old.materials.filter(kind=Material.MaterialKind.BASE_PLAN).get()
    draft.remove_material(actor=owner, material=plan)
    draft.add_material(
        actor=owner, application=old, kind=plan.kind, upload=make.upload("新计划.pdf"), stamped=plan.stamped
    )
    make.submit(old)
    old.refresh_from_db()
    make.submission.withdraw(actor=make.acting(owner.user, "2027-03-20"), application=old, reason="计划有变")
    new = reopened(old, "2027-03-21")
    carried = new.materials.get(kind=Material.MaterialKind.BASE_PLAN)
    assert carried.file.name == "新计划.pdf"
    draft.remove_material(actor=make.acting(owner.user, "2027-03-21"), material=carried)
    assert old.materials.get(file=carried.file).removed_at is None
    reviewer = make.district("210211")
    assert materials_visible_to(reviewer).filter(file=carried.file).get().application == old
    assert not materials_visible_to(reviewer).filter(application=new).exists()


@pytest.mark.parametrize(
    ("day", "words"),
    [("2027-03-20", ""), ("2027-04-30", ""), ("2027-05-01", "已于2027年4月30日截止")],
)
def test_until_the_last_day_of_the_call(day: str, words: str) -> None:
    application = make.carried_to(State.WITHDRAWN)
    verdict = can_reopen(make.acting(make.applicant_of(application.organisation), day), application)
    assert bool(verdict) is not bool(words)
    assert words in verdict.reason


def test_one_draft_at_a_time_and_again_after_another_withdrawal() -> None:
    old = make.carried_to(State.WITHDRAWN)
    new = reopened(old, "2027-03-21")
    with pytest.raises(RuleViolation, match=f"已有一份草稿（{new.number}）"):
        reopened(old, "2027-03-22")
    application = make.application_ready(old.organisation, on="2027-03-22")
    assert application == new
    make.submit(new, "2027-03-23")
    with pytest.raises(RuleViolation, match="同一时间只能有一项"):
        reopened(old, "2027-03-24")
    new.refresh_from_db()
    owner = make.acting(make.applicant_of(new.organisation), "2027-03-25")
    make.submission.withdraw(actor=owner, application=new, reason="再次有变")
    assert reopened(new, "2027-03-26").reopens == new


def test_another_unit_s_application_is_not_reopened() -> None:
    application, stranger = make.carried_to(State.WITHDRAWN), make.applicant_of(make.organisation())
    with pytest.raises(RuleViolation, match="不在您的办理范围"):
        reopening.reopen(actor=make.acting(stranger, "2027-04-01"), application=application)


def test_a_material_is_never_deleted_whatever_was_migrated() -> None:
    make.carried_to(State.DISTRICT_REVIEW)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM applications_material")


def test_what_could_not_be_an_answer_is_carried_over() -> None:
    old = make.carried_to(State.WITHDRAWN)
    typed = {"typed": {"founded_on": ["二〇一〇年"]}, "mistakes": {"founded_on": "请填写日期"}}
    Filling.objects.filter(application=old, section="particulars").update(**typed)
    kept = Filling.objects.get(application=reopened(old))
    assert (kept.section, kept.typed, kept.mistakes) == ("particulars", typed["typed"], typed["mistakes"])
