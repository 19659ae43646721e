"""The door: open to the last second of the last day in Dalian, and nothing typed at it is lost."""

from datetime import date
from typing import Any

import pytest
import time_machine

from applications import rules
from applications.actions import draft, pre_review
from applications.models import Application
from haizhi_portal.policy.words import Role
from tests import factories as make
from tests.applications_filling.test_autosave import autosave
from tests.applications_pages.kit import TYPED, State, applicant, on, signed_in, text, url

pytestmark = [pytest.mark.django_db, pytest.mark.clause("4.1-annual")]
CLOSES, NEXT = "2027-04-30", "2027-05-01"
LAST_SECOND = (CLOSES, 23, 59, 59)
TOO_LATE = (NEXT, 0, 0, 0)


def returned() -> Application:
    """Back from the municipal CAST with words about two sections."""
    asked = {"plan": "请补充", "materials": "请补交"}
    return make.send_back(make.carried_to(State.INITIAL_REVIEW), on="2027-06-01", sections=asked)


def correction_ends(application: Application) -> date:
    day = rules.correction_day(application)
    assert day is not None
    return day


# Through the pages, to the second -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("when", "status"), [(LAST_SECOND, 302), (TOO_LATE, 422)])
def test_handing_in_at_the_last_second(when: tuple[Any, ...], status: int) -> None:
    application = make.application_ready()
    with on(*when):
        assert signed_in(applicant(application)).post(url("submit", application.number)).status_code == status
    application.refresh_from_db()
    assert (application.state == State.DRAFT) == (status == 422)


@pytest.mark.parametrize(
    ("when", "said"),
    [
        (LAST_SECOND, "已自动保存 23:59"),
        (TOO_LATE, "已自动保存 00:00。本次申报已截止，不能再提交；所填内容留作下一年度申报的草稿。"),
    ],
)
def test_a_draft_is_saved_on_both_sides_of_the_door(when: tuple[Any, ...], said: str) -> None:
    application = make.application_begun()
    with on(*when):
        answer = autosave(signed_in(applicant(application)), application, "overseas", contacts=TYPED, version=1)
    assert answer.json()["said"] == said
    application.refresh_from_db()
    assert application.answers["overseas"]["contacts"] == TYPED


@pytest.mark.clause("4.2-initial")
@pytest.mark.parametrize("past", [False, True])
def test_a_correction_is_saved_to_its_last_second_then_put_aside(past: bool) -> None:
    application = returned()
    last_day, before = correction_ends(application), application.answers
    moment = make.at(date.fromordinal(last_day.toordinal() + 1), 0) if past else make.at(last_day, 23, 59, 59)
    section, field = "plan", "purpose"
    with time_machine.travel(moment, tick=False):
        client = signed_in(applicant(application))
        answer = autosave(client, application, section, **{field: TYPED}, version=application.version)
    assert answer.json()["outcome"] == ("kept" if past else "saved")
    application.refresh_from_db()
    assert (application.answers == before) is past
    if past:
        assert "另行保存，不改变已提交的版本" in answer.json()["said"]
        late = application.fillings.get(section=section).late
        assert late is not None
        assert late["answers"][field] in (TYPED, f"<p>{TYPED}</p>")


@pytest.mark.parametrize(("when", "status"), [(LAST_SECOND, 302), (TOO_LATE, 302)])
def test_a_file_is_kept_with_the_draft_on_both_sides(when: tuple[Any, ...], status: int) -> None:
    application = make.application_begun()
    with on(*when):
        client = signed_in(applicant(application))
        answer = client.post(url("material_add", application.number, "base_plan"), {"file": make.upload()})
    assert answer.status_code == status


@pytest.mark.clause("4.2-initial")
@pytest.mark.parametrize(("past", "status"), [(False, 302), (True, 422)])
def test_a_file_of_a_correction_is_taken_to_its_last_second(past: bool, status: int) -> None:
    application = returned()
    last_day = correction_ends(application)
    moment = make.at(date.fromordinal(last_day.toordinal() + 1), 0) if past else make.at(last_day, 23, 59, 59)
    kind = "overseas_contacts"
    with time_machine.travel(moment, tick=False):
        client = signed_in(applicant(application))
        answer = client.post(url("material_add", application.number, kind), {"file": make.upload()})
    assert answer.status_code == status


# The rule as a table --------------------------------------------------------------------------------------------------

MAY_EDIT = {
    (State.DRAFT, CLOSES): True,
    (State.DRAFT, NEXT): True,
    (State.DISTRICT_REVIEW, CLOSES): False,
    (State.DISTRICT_RETURNED, "last"): True,
    (State.DISTRICT_RETURNED, "after"): False,
    (State.INITIAL_RETURNED, "last"): True,
    (State.INITIAL_RETURNED, "after"): False,
    (State.CERTIFICATION, NEXT): False,
    (State.LICENSED, NEXT): False,
}
MAY_KEEP = {
    (State.DRAFT, CLOSES): False,
    (State.DRAFT, NEXT): False,
    (State.DISTRICT_REVIEW, CLOSES): True,
    (State.DISTRICT_RETURNED, "last"): False,
    (State.DISTRICT_RETURNED, "after"): True,
    (State.INITIAL_RETURNED, "last"): False,
    (State.INITIAL_RETURNED, "after"): True,
    (State.CERTIFICATION, NEXT): True,
    (State.LICENSED, NEXT): False,
}


@pytest.mark.parametrize(("state", "day"), MAY_EDIT)
def test_saved_or_put_aside(state: str, day: str) -> None:
    application = make.carried_to(state)
    if day in ("last", "after"):
        when = date.fromordinal(correction_ends(application).toordinal() + (day == "after"))
    else:
        when = date.fromisoformat(day)
    actor = make.acting(applicant(application), when)
    assert bool(rules.can_edit(actor, application)) is MAY_EDIT[state, day]
    assert bool(rules.can_keep(actor, application)) is MAY_KEEP[state, day]
    assert not rules.can_keep(make.acting(make.user(Role.MUNICIPAL), when), application)


# What becomes of it ---------------------------------------------------------------------------------------------------


def test_the_next_call_begins_with_the_latest_that_was_typed() -> None:
    application = make.application_begun()
    person = applicant(application)
    with on(*TOO_LATE):
        client = signed_in(person)
        autosave(client, application, "overseas", contacts=TYPED, version=1)
        autosave(client, application, "particulars", contact_email="a@@b", version=1)
    following = make.call(2028)
    actor = make.acting(person, following.opens_on)
    begun = draft.start(actor=actor, organisation=application.organisation, call=following)
    assert begun.answers["overseas"]["contacts"] == TYPED
    assert begun.fillings.get().typed["contact_email"] == ["a@@b"]
    with on("2028-03-01"):
        refused = autosave(signed_in(person), application, "overseas", contacts="x", version=3)
        assert refused.status_code == 422
        assert begun.number in refused.json()["said"]


@pytest.mark.clause("4.2-initial")
def test_what_came_after_the_correction_comes_back_when_it_is_extended() -> None:
    application = returned()
    section, name = "plan", "purpose"
    last_day = correction_ends(application)
    after = date.fromordinal(last_day.toordinal() + 1)
    with time_machine.travel(make.at(after), tick=False):
        client = signed_in(applicant(application))
        late = client.post(url("section", application.number, section), {name: TYPED, "version": application.version})
        assert late.status_code == 422
        assert "另行保存" in text(late)
        officer = make.acting(make.user(Role.MUNICIPAL), after)
        longer = date.fromordinal(after.toordinal() + 5)
        pre_review.extend_correction(actor=officer, application=application, correct_by=longer, reason="来函申请")
        back = client.get(url("section", application.number, section))
        assert TYPED in text(back)
        assert "填写的内容没有丢失" in text(back)
        application.refresh_from_db()
        saved = client.post(url("section", application.number, section), {name: TYPED, "version": application.version})
        assert saved.status_code == 302
    application.refresh_from_db()
    assert application.answers[section][name] in (TYPED, f"<p>{TYPED}</p>")
    assert application.fillings.get(section=section).late is None


# The last hour --------------------------------------------------------------------------------------------------------

COUNTED = [
    ((CLOSES, 22, 59, 59), 'data-seconds="3601"', False),
    ((CLOSES, 23, 0, 0), 'data-seconds="3600"', True),
    ((CLOSES, 23, 59, 59), 'data-seconds="1"', True),
]


@pytest.mark.parametrize(("when", "left", "shown"), COUNTED)
@pytest.mark.parametrize("page", ["detail", "submit", "section"])
def test_the_last_hour_is_counted_down(page: str, when: tuple[Any, ...], left: str, shown: bool) -> None:
    application = make.application_begun()
    with on(*when):
        client = signed_in(applicant(application))
        address = url(page, application.number, *(["overseas"] if page == "section" else []))
        answer = text(client.get(address))
    assert left in answer
    assert ("距截止不到" in answer) is shown
    assert "北京时间 2027年4月30日 24:00" in answer or not shown


@pytest.mark.parametrize("page", ["detail", "submit"])
def test_after_the_closing_nothing_is_counted(page: str) -> None:
    application = make.application_begun()
    with on(*TOO_LATE):
        assert "hz-countdown" not in text(signed_in(applicant(application)).get(url(page, application.number)))
